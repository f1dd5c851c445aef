"""Going live in a real Airflow: what two people see, and what a no, one person or silence does."""

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
from pipeline.model import LedgerState
from pipeline.usecases.ledger import ledger_report
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
    for name in ("go_live.py", "blotter_tasks.py", ".airflowignore"):
        shutil.copy(ROOT / "dags" / name, dags)
    text = (dags / "go_live.py").read_text()
    soon = text.replace("timedelta(days=3)", "timedelta(seconds=5)")
    assert soon != text
    (dags / "go_live_soon.py").write_text(
        soon.replace('"blotter_go_live"', '"blotter_go_live_soon"')
    )
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


def started(asking: Any, dag_id: str = "blotter_go_live") -> DagRun:
    end = time.monotonic() + 60
    with asking.api() as api:
        while dag_id not in api.dag_ids():
            assert time.monotonic() < end
            time.sleep(0.3)
        run: DagRun = api.trigger_dag(dag_id, {"agency": AGENCY})
    return run


def place(run: DagRun) -> str:
    return f"/api/v2/dags/{run.dag_id}/dagRuns/{quote(run.run_id, safe='')}"


def asked(asking: Any, run: DagRun) -> dict[str, dict[str, Any]]:
    """Wait until both gates wait, and return what they show."""
    end = time.monotonic() + 90
    with asking.api() as api:
        while True:
            states = dict(api.task_states(run.dag_id, run.run_id))
            if {states.get(name) for name in ("engineer", "compliance")} == {"awaiting_input"}:
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


def sign_offs(settings: Settings) -> list[dict[str, str]]:
    from sqlalchemy import text

    with open_database(settings) as store, store.read() as tx:
        rows = tx.execute(text("select role, name, version from sign_offs order by role"))
        return [dict(row) for row in rows.mappings()]


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
    signed = sign_offs(settings)
    assert [(each["role"], each["name"]) for each in signed] == [
        ("compliance", PER),
        ("engineer", IDA),
    ]
    walk_landed(settings, now=REHEARSED, shard=0, of=1)
    assert len(pending_queue(settings, now=REHEARSED, agency=None, limit=50)) > 0
    # Nothing waits any more, so nobody is asked.
    again = started(asking)
    assert asking.ended(again) is RunState.FAILED
    assert state_of(asking, again, "figures") == "failed"


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
