"""The DAG files as Airflow reads them: all of them, light, stable, nothing in templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.model import AGENCY_ID, AGENCY_ID_LENGTH

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).resolve().parents[2] / "dags"
EXPECTED = {"backfill", "deliver", "go_live", "line", "pushed", "replay", "upkeep", "watch"}
HELPERS = {"blotter_tasks"}
HEAVY = (
    "presidio_analyzer",
    "presidio_anonymizer",
    "spacy",
    "pandas",
    "numpy",
    "lxml",
    "shapely",
    "pipeline",
    "blotter_tasks",
)
COUNTS_ONLY = {
    *("deliver", "poll", "along", "walk", "publish", "balance", "expire", "pull", "seal", "watch"),
    *("plan", "gate", "figures", "engineer", "compliance", "sign", "reopen"),
}
LONGEST = dict.fromkeys(
    ("blotter_backfill", "blotter_go_live", "blotter_replay"), "7 days, 0:00:00"
)


@pytest.fixture(scope="module")
def bag(
    run_inside: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Any]:
    found: Mapping[str, Any] = run_inside(tmp_path_factory.mktemp("bag"), "bag.py")
    return found


def test_every_file_is_a_dag_or_a_named_helper_and_every_dag_has_the_name_of_its_file(
    bag: Mapping[str, Any],
) -> None:
    assert bag["errors"] == {}
    stems = {path.stem for path in DAGS.glob("*.py")}
    assert stems == EXPECTED | HELPERS
    assert {dag_id: dag["file"] for dag_id, dag in bag["dags"].items()} == {
        f"blotter_{stem}": f"{stem}.py" for stem in EXPECTED
    }
    ignored = set((DAGS / ".airflowignore").read_text().split())
    assert ignored == {"standalone/", "plugins/", "provider/"} | {
        f"{helper}.py" for helper in HELPERS
    }


def test_every_dag_says_what_it_is_for_and_is_bounded(bag: Mapping[str, Any]) -> None:
    dags = bag["dags"]
    assert len(dags) == len(EXPECTED)
    for dag_id, dag in dags.items():
        assert dag["doc"]
        assert "blotter" in dag["tags"]
        assert dag["catchup"] is False
        assert dag["runs_at_once"] == 1
        assert dag["run_timeout"] == LONGEST.get(dag_id, "1:00:00")
        assert dag["tasks"]
        for task in dag["tasks"].values():
            assert task["owner"] in {"data-engineering", "compliance"}
            assert task["timeout"] != "None"
            assert 0 <= task["retries"] <= 3
    pushed = dags["blotter_pushed"].pop("schedule")
    assert "x-blotter://pushed" in pushed
    assert {dag_id: dag["schedule"] for dag_id, dag in dags.items() if "schedule" in dag} == {
        "blotter_deliver": "0:00:30",
        "blotter_line": "0:00:30",
        "blotter_upkeep": "1:00:00",
        "blotter_watch": "0:05:00",
        "blotter_replay": "None",
        "blotter_backfill": "None",
        "blotter_go_live": "None",
    }


def test_whatever_asks_a_person_is_a_gate_without_a_default(bag: Mapping[str, Any]) -> None:
    tasks = [task for dag in bag["dags"].values() for task in dag["tasks"].values()]
    asking = [task for task in tasks if task["asks"]]
    assert len(asking) == 4
    assert all(task["gate"] and task["defaults"] is None for task in asking)


def test_the_line_is_wired_so_that_a_retraction_does_not_wait_for_a_feed(
    bag: Mapping[str, Any],
) -> None:
    tasks = bag["dags"]["blotter_line"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "poll": [],
        "along": [],
        "walk": ["poll"],
        "publish": ["along", "walk"],
        "seal": ["publish"],
        "balance": ["poll", "publish", "seal", "walk"],
    }
    assert tasks["publish"]["rule"] == "all_done"
    assert tasks["seal"]["rule"] == "all_done"
    assert tasks["balance"]["rule"] == "all_success"
    assert tasks["walk"]["mapped"] == {"shard": [0, 1]}


def test_a_backfill_waits_for_a_person_whose_silence_is_no_yes(bag: Mapping[str, Any]) -> None:
    tasks = bag["dags"]["blotter_backfill"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "plan": [],
        "figures": ["plan"],
        "gate": ["figures"],
        "walk": ["gate", "plan"],
        "balance": ["walk"],
    }
    assert tasks["gate"]["defaults"] is None
    assert tasks["walk"]["mapped"] == {"stretch": "plan"}
    assert {task["rule"] for task in tasks.values()} == {"all_success"}


def test_a_replay_tries_the_quarantine_again_behind_a_gate(bag: Mapping[str, Any]) -> None:
    tasks = bag["dags"]["blotter_replay"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "pull": [],
        "figures": ["pull"],
        "gate": ["figures"],
        "reopen": ["gate"],
        "walk": ["reopen"],
        "balance": ["walk"],
    }
    assert tasks["gate"]["defaults"] is None
    assert {task["rule"] for task in tasks.values()} == {"all_success"}


def test_going_live_asks_two_people_and_signs_after_both(bag: Mapping[str, Any]) -> None:
    tasks = bag["dags"]["blotter_go_live"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "figures": [],
        "engineer": ["figures"],
        "compliance": ["figures"],
        "sign": ["compliance", "engineer"],
    }
    for gate in ("engineer", "compliance"):
        assert tasks[gate]["defaults"] is None
        assert tasks[gate]["timeout"] == "3 days, 0:00:00"
        assert tasks[gate]["retries"] == 0
    assert {task["rule"] for task in tasks.values()} == {"all_success"}


def test_forms_take_the_ids_that_agency_files_take(bag: Mapping[str, Any]) -> None:
    asked = {dag_id: dag["form"]["agency"] for dag_id, dag in bag["dags"].items() if dag["form"]}
    assert set(asked) == {"blotter_backfill", "blotter_go_live", "blotter_replay"}
    for rule in asked.values():
        assert rule["pattern"] == f"^{AGENCY_ID}$"
        assert rule["maxLength"] == AGENCY_ID_LENGTH


def test_what_was_pushed_is_walked_and_then_published(bag: Mapping[str, Any]) -> None:
    tasks = bag["dags"]["blotter_pushed"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "walk": [],
        "publish": ["walk"],
    }
    assert tasks["publish"]["rule"] == "all_done"


def test_no_task_has_anything_rendered_but_shard_numbers(bag: Mapping[str, Any]) -> None:
    tasks = {name: task for dag in bag["dags"].values() for name, task in dag["tasks"].items()}
    assert set(tasks) == COUNTS_ONLY
    for task in tasks.values():
        assert not any(argument.strip("[](){}") for argument in task["arguments"])


def test_reading_a_file_twice_gives_the_same_version(
    bag: Mapping[str, Any], inside: Callable[..., Any]
) -> None:
    second = inside("bag.py")
    digests = {dag_id: dag["digest"] for dag_id, dag in bag["dags"].items()}
    assert len(digests) == len(EXPECTED)
    assert {dag_id: dag["digest"] for dag_id, dag in second["dags"].items()} == digests
    assert set(bag["unstable"]) == {f"{stem}.py" for stem in EXPECTED | HELPERS}
    assert not any(bag["unstable"].values())


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_reading_a_file_is_quick_and_loads_nothing_heavy(
    stem: str, inside: Callable[..., Any]
) -> None:
    read = inside("parse.py", str(DAGS / f"{stem}.py"))
    roots = {module.partition(".")[0] for module in read["modules"]}
    assert "airflow" in roots
    assert roots.isdisjoint(HEAVY)
    assert read["seconds"] < 0.5


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("", "http://127.0.0.1:8470/"),
        ("https://desk.example.org", "https://desk.example.org"),
        ("javascript:alert(1)", None),
    ],
)
def test_the_desk_stands_in_airflows_navigation(
    inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, address: str, href: str | None
) -> None:
    monkeypatch.setenv("BLOTTER_DESK_URL", address)
    monkeypatch.setenv("AIRFLOW__CORE__PLUGINS_FOLDER", str(DAGS / "plugins"))
    found = inside("plugins.py")
    assert found["errors"] == {}
    assert "blotter_desk" in found["names"]
    assert [view["href"] for view in found["views"]] == [href] * (href is not None)
    # Airflow shows what has a route in a frame, which the desk forbids.
    assert [view for view in found["views"] if view.get("url_route")] == []
    assert found["blotter"] == []
