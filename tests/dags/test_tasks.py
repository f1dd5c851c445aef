"""What tasks ask of the use cases, and what they tell when a use case fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.airflow


def notes(home: Path) -> list[dict[str, Any]]:
    lines = (home / "blotter" / "calls.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def break_something(home: Path, what: str) -> None:
    (home / "blotter").mkdir()
    (home / "blotter" / "goes-wrong").write_text(what)


def test_the_fence_tells_our_own_words_and_only_the_place_of_foreign_ones(
    inside: Callable[..., Any], canary: str
) -> None:
    out = inside("fence.py")
    assert out["none"] is None
    assert {kind: (told["type"], told["retried"]) for kind, told in out.items() if told} == {
        "library": ("AirflowException", True),
        "ours": ("AirflowException", True),
        "config": ("AirflowFailException", False),
        "agreement": ("AirflowFailException", False),
        "refused": ("AirflowFailException", False),
        "store": ("AirflowException", True),
        "skip": ("AirflowSkipException", True),
        "exit": ("SystemExit", False),
    }
    assert out["config"]["text"] == "ConfigError: the zone is missing. Add it"
    assert out["library"]["text"].startswith("ValueError at fence.py:")
    assert out["ours"]["text"].startswith("ValueError at pipeline/usecases/pull.py:")
    assert canary not in json.dumps(out)


def test_a_gate_takes_nothing_but_a_persons_yes(inside: Callable[..., Any]) -> None:
    out = inside("gates.py")
    assert {how: each.get("raised") for how, each in out["made"].items()} == {
        "approve by default": "ValueError",
        "approve by default, one word": "ValueError",
        "reject by default": "ValueError",
        "no time at all": "ValueError",
        "a time before now": "ValueError",
        "other options": "ValueError",
    }
    settled = {"yes": True, "asked": False, "by": "per.lund"}
    assert out["asked"].pop("settled") == {"returned": settled}
    assert {each.get("raised") for each in out["asked"].values()} == {"AirflowFailException"}
    yes = {"yes": True, "asked": True, "by": "ida.okwu"}
    assert out["answered"].pop("yes") == {"returned": yes}
    assert all("raised" in each for each in out["answered"].values()), out["answered"]
    assert out["kept"] == {"retries": 0, "templates": []}


def test_the_line_succeeds_and_asks_each_use_case_once_a_shard(
    inside: Callable[..., Any], tmp_path: Path
) -> None:
    run = inside("run.py", "line.py")
    assert run["state"] == "success"
    assert run["tasks"]["walk"] == ["success", "success"]
    asked = notes(tmp_path)
    (along,) = [note for note in asked if note["call"] == "along"]
    assert along["over"] is True
    assert run["tasks"]["along"] == ["success"]
    asked.remove(along)
    assert [note["call"] for note in asked] == ["pull", "walk", "walk", "publish", "seal", "ledger"]
    assert asked[0]["only"] is None
    assert asked[0]["run_id"].startswith("manual__")
    assert sorted((note["shard"], note["of"]) for note in asked[1:3]) == [(0, 2), (1, 2)]


def test_the_line_turns_red_but_still_publishes_when_an_agency_file_is_wrong(
    inside: Callable[..., Any], tmp_path: Path
) -> None:
    break_something(tmp_path, "wrong-file")
    run = inside("run.py", "line.py")
    assert run["state"] == "failed"
    assert run["tasks"]["poll"] == ["failed"]
    assert run["tasks"]["publish"] == ["success"]
    assert run["tasks"]["balance"] == ["upstream_failed"]
    calls = [note["call"] for note in notes(tmp_path) if note["call"] != "along"]
    assert calls == ["pull", "publish", "seal"]


def test_the_line_turns_red_when_the_ledger_does_not_balance(
    inside: Callable[..., Any], tmp_path: Path
) -> None:
    break_something(tmp_path, "unbalanced")
    run = inside("run.py", "line.py")
    assert run["state"] == "failed"
    assert run["tasks"]["publish"] == ["success"]
    assert run["tasks"]["balance"] == ["failed"]


def test_the_watch_looks_once(inside: Callable[..., Any], tmp_path: Path) -> None:
    assert inside("run.py", "watch.py")["state"] == "success"
    assert [note["call"] for note in notes(tmp_path)] == ["watch"]


def test_upkeep_shreds_what_is_due(inside: Callable[..., Any], tmp_path: Path) -> None:
    assert inside("run.py", "upkeep.py")["state"] == "success"
    assert [note["call"] for note in notes(tmp_path)] == ["expire"]
