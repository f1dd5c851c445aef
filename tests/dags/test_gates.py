"""Gates in a real Airflow: what people see, and what a no, one person for two, or silence does."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pipeline.adapters.airflow_api import AirflowFailure, DagRun, RunState, log_in
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import LedgerState
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.past_figures import quarantine_asked
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.resources import migrate, open_database
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.walk import walk_landed

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
AGENCY = "cedar-hollow-fire"
IDA, PER = "ida.okwu", "per.lund"
REHEARSED = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
SETTLED = 3.0  # seconds; an answer at once is lost by Airflow (ADR 0032)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One agency in shadow, whose payloads are walked."""
    folder = tmp_path_factory.mktemp("go-live")
    agency = folder / "agencies" / AGENCY
    shutil.copytree(ROOT / "sample_feeds" / AGENCY, agency)
    text = (agency / "agency.yml").read_text()
    (agency / "agency.yml").write_text(
        text.replace(f"id: {AGENCY}\n", f"id: {AGENCY}\nshadow: true\n")
    )
    found = load_settings(
        {
            "BLOTTER_HOME": str(folder / "blotter"),
            "BLOTTER_PUBLIC": str(folder / "blotter" / "public"),
            "BLOTTER_AGENCIES": str(folder / "agencies"),
        }
    )
    migrate(found)
    pull_agencies(found, run_id="shadow", now=REHEARSED, connections=lambda _: None)
    walk_landed(found, now=REHEARSED, shard=0, of=1)
    return found


@pytest.fixture(scope="module")
def asking(
    settings: Settings, launch: Callable[..., Any], halt: Callable[[Any], str]
) -> Iterator[Any]:
    """An Airflow with this DAG, and with a copy of it in which nobody has time to answer."""
    folder = settings.home.parent
    dags = folder / "dags"
    dags.mkdir()
    for name in ("go_live.py", "replay.py", "backfill.py", "blotter_tasks.py", ".airflowignore"):
        shutil.copy(ROOT / "dags" / name, dags)
    text = (dags / "go_live.py").read_text()
    soon = text.replace("timedelta(days=3)", "timedelta(seconds=5)")
    assert soon != text
    (dags / "go_live_soon.py").write_text(
        soon.replace('"blotter_go_live"', '"blotter_go_live_soon"')
    )
    text = (dags / "replay.py").read_text()
    strict = text.replace("ASK_ABOVE = 20", "ASK_ABOVE = 0")
    assert strict != text
    strict = strict.replace('"blotter_replay"', '"blotter_replay_strict"')
    (dags / "replay_strict.py").write_text(strict)
    running = launch(
        folder / "airflow",
        settings.home,
        "--dags",
        str(dags),
        real=True,
        BLOTTER_AGENCIES=str(settings.agencies),
        BLOTTER_AIRFLOW_PEOPLE=f"{IDA}:user,{PER}:user",
        BLOTTER_ENGINEERS=IDA,
    )
    try:
        yield running
    finally:
        halt(running)


def started(asking: Any, dag_id: str = "blotter_go_live", **params: Any) -> DagRun:
    end = time.monotonic() + 60
    with asking.api() as api:
        while dag_id not in api.dag_ids():
            assert time.monotonic() < end
            time.sleep(0.3)
        run: DagRun = api.trigger_dag(dag_id, {"agency": AGENCY, **params})
    return run


def place(run: DagRun) -> str:
    return f"/api/v2/dags/{run.dag_id}/dagRuns/{quote(run.run_id, safe='')}"


def asked(
    asking: Any, run: DagRun, gates: tuple[str, ...] = ("engineer", "compliance")
) -> dict[str, dict[str, Any]]:
    """Wait until these gates wait, and return what they show."""
    end = time.monotonic() + 90
    with asking.api() as api:
        while True:
            states = dict(api.task_states(run.dag_id, run.run_id))
            if {states.get(name) for name in gates} == {"awaiting_input"}:
                break
            assert time.monotonic() < end, states
            time.sleep(0.3)
        details = api.call("GET", f"{place(run)}/hitlDetails?response_received=false")
    time.sleep(SETTLED)
    return {each["task_instance"]["task_id"]: each for each in details["hitl_details"]}


def answer(asking: Any, run: DagRun, gate: str, who: str, what: str) -> None:
    path = f"{place(run)}/taskInstances/{gate}/-1/hitlDetails"
    with log_in(asking.url, asking.home / "passwords.json", user=who) as api:
        api.call("PATCH", path, {"chosen_options": [what], "params_input": {}})


def state_of(asking: Any, run: DagRun, task: str) -> str:
    with asking.api() as api:
        return dict(api.task_states(run.dag_id, run.run_id))[task]


def logged(settings: Settings, kind: EntryKind) -> list[dict[str, Any]]:
    """Return bodies of the log's entries of one kind."""
    with open_database(settings) as store, store.read() as tx:
        return [entry["body"] for _, entry in entries_of(tx, [kind])]


def sign_offs(settings: Settings) -> list[tuple[str, str]]:
    """Who signed as what, as the log has it."""
    found = logged(settings, EntryKind.SIGN_OFF)
    return sorted((entry["as"], entry["by"]) for entry in found)


def test_a_no_ends_the_run_as_failed_with_nothing_signed(asking: Any, settings: Settings) -> None:
    run = started(asking)
    shown = asked(asking, run)
    assert {gate: each["options"] for gate, each in shown.items()} == {
        "engineer": ["Approve", "Reject"],
        "compliance": ["Approve", "Reject"],
    }
    assert all(each["defaults"] is None for each in shown.values())
    answer(asking, run, "engineer", IDA, "Approve")
    answer(asking, run, "compliance", PER, "Reject")
    assert asking.ended(run) is RunState.FAILED
    assert state_of(asking, run, "sign") == "upstream_failed"
    assert sign_offs(settings) == []


def test_one_person_cannot_be_both_and_who_is_not_named_cannot_answer(
    asking: Any, settings: Settings
) -> None:
    run = started(asking)
    asked(asking, run)
    with pytest.raises(AirflowFailure, match="403"):
        answer(asking, run, "engineer", PER, "Approve")
    answer(asking, run, "engineer", IDA, "Approve")
    answer(asking, run, "compliance", IDA, "Approve")
    assert asking.ended(run) is RunState.FAILED
    assert state_of(asking, run, "sign") == "failed"
    assert sign_offs(settings) == []


def test_silence_is_a_no(asking: Any, settings: Settings) -> None:
    run = started(asking, "blotter_go_live_soon")
    assert asking.ended(run) is RunState.FAILED
    assert {state_of(asking, run, gate) for gate in ("engineer", "compliance")} == {"failed"}
    assert sign_offs(settings) == []


def test_a_gate_that_was_set_by_hand_is_a_no(asking: Any, settings: Settings) -> None:
    run = started(asking)
    asked(asking, run)
    answer(asking, run, "engineer", IDA, "Approve")
    with asking.api() as api:
        api.call("PATCH", f"{place(run)}/taskInstances/compliance", {"new_state": "success"})
    assert asking.ended(run) is RunState.FAILED
    assert state_of(asking, run, "sign") == "failed"
    assert sign_offs(settings) == []


def test_two_people_see_figures_and_sign_under_their_names(asking: Any, settings: Settings) -> None:
    assert pending_queue(settings, now=REHEARSED, agency=None, limit=50) == ()
    run = started(asking)
    shown = asked(asking, run)
    (counted,) = ledger_report(settings, now=REHEARSED).agencies
    held = counted.states[LedgerState.HELD]["shadow"]
    assert held > 0
    body = shown["engineer"]["body"]
    assert body == shown["compliance"]["body"]
    assert f"{counted.received} records received" in body
    assert f"| held shadow | {held} |" in body
    assert AGENCY in shown["engineer"]["subject"]
    answer(asking, run, "engineer", IDA, "Approve")
    answer(asking, run, "compliance", PER, "Approve")
    assert asking.ended(run) is RunState.SUCCESS
    assert sign_offs(settings) == [("compliance", PER), ("engineer", IDA)]
    walk_landed(settings, now=REHEARSED, shard=0, of=1)
    assert len(pending_queue(settings, now=REHEARSED, agency=None, limit=50)) > 0
    # Nothing waits any more, so nobody is asked.
    again = started(asking)
    assert asking.ended(again) is RunState.FAILED
    assert state_of(asking, again, "figures") == "failed"


def replays(settings: Settings) -> list[str]:
    """Who tried the quarantine again, as the log has it."""
    return [str(entry["by"]) for entry in logged(settings, EntryKind.QUARANTINE)]


def test_much_of_the_quarantine_is_tried_again_after_a_yes_alone(
    asking: Any, settings: Settings
) -> None:
    figures = quarantine_asked(settings, AGENCY, now=REHEARSED)
    assert figures.payloads > 0
    run = started(asking, "blotter_replay_strict", quarantine=True)
    shown = asked(asking, run, ("gate",))
    assert f"{figures.payloads} quarantined payloads" in shown["gate"]["body"]
    assert shown["gate"]["defaults"] is None
    answer(asking, run, "gate", PER, "Reject")
    asking.ended(run)
    assert state_of(asking, run, "reopen") == "skipped"
    assert replays(settings) == []

    run = started(asking, "blotter_replay_strict", quarantine=True)
    asked(asking, run, ("gate",))
    answer(asking, run, "gate", PER, "Approve")
    assert asking.ended(run) is RunState.SUCCESS
    assert replays(settings) == [PER] * figures.payloads


def test_a_little_of_it_is_tried_again_by_who_triggered_the_run(
    asking: Any, settings: Settings
) -> None:
    before = replays(settings)
    assert asking.ended(started(asking, "blotter_replay")) is RunState.SUCCESS
    assert replays(settings) == before
    run = started(asking, "blotter_replay", quarantine=True)
    assert asking.ended(run) is RunState.SUCCESS
    assert set(replays(settings)[len(before) :]) == {"admin"}


def test_a_backfill_shows_a_trial_and_does_not_take_a_state_for_a_yes(
    asking: Any, settings: Settings
) -> None:
    archive = str(settings.agencies / AGENCY / "payloads")
    days = {"since": "2026-03-02", "until": "2026-03-03", "archive": archive}
    run = started(asking, "blotter_backfill", **days)
    body = asked(asking, run, ("gate",))["gate"]["body"]
    assert "files of an archive, 2026-03-02 to 2026-03-03" in body
    assert "| state and reason | records |" in body
    with asking.api() as api:
        api.call("PATCH", f"{place(run)}/taskInstances/gate", {"new_state": "success"})
    assert asking.ended(run) is RunState.FAILED
    assert state_of(asking, run, "walk") == "failed"

    run = started(asking, "blotter_backfill", **days)
    asked(asking, run, ("gate",))
    answer(asking, run, "gate", IDA, "Approve")
    assert asking.ended(run) is RunState.SUCCESS


def test_no_text_of_a_record_is_in_any_file_of_airflow(asking: Any, settings: Settings) -> None:
    words = set()
    for path in (settings.agencies / AGENCY / "payloads").iterdir():
        found = path.read_text(encoding="utf-8", errors="replace").replace("<", "\n<")
        lines = (line.partition(">")[2].strip() for line in found.splitlines())
        words |= {line for line in lines if line.count(" ") >= 4}
    assert len(words) > 5
    content = b"\n".join(path.read_bytes() for path in asking.home.rglob("*") if path.is_file())
    assert AGENCY.encode() in content
    assert [word for word in sorted(words) if word.encode() in content] == []
    passwords = json.loads((asking.home / "passwords.json").read_text())
    logs = b"\n".join(p.read_bytes() for p in asking.home.rglob("*.log") if p.is_file())
    assert [name for name, word in passwords.items() if word.encode() in logs] == []
