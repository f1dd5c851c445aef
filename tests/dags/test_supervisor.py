"""A whole Airflow from an empty folder: the line runs, nothing leaks, nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline.adapters.airflow_api import AirflowFailure, RunState, wait_until_healthy

pytestmark = pytest.mark.airflow

COMPONENTS = {"web", "execution", "scheduler", "dag-processor", "triggerer"}


def gone(processes: Callable[[], tuple[int, ...]], seconds: float) -> tuple[int, ...]:
    """Return the processes still alive after at most so many seconds; empty is well."""
    end = time.monotonic() + seconds
    while (alive := processes()) and time.monotonic() < end:
        time.sleep(0.1)
    return alive


def test_the_line_runs_by_itself_from_an_empty_home(line_up: Any) -> None:
    run = line_up.newest("blotter_line")
    assert line_up.ended(run) is RunState.SUCCESS
    with line_up.api() as api:
        assert api.dag_ids() == (
            *("blotter_backfill", "blotter_deliver", "blotter_go_live", "blotter_line"),
            "blotter_pushed",
            *("blotter_replay", "blotter_upkeep", "blotter_watch"),
            "unfenced",
        )
        states = dict(api.task_states("blotter_line", run.run_id))
    tasks = {"poll", "along", "walk", "publish", "seal", "balance"}
    assert states == dict.fromkeys(tasks, "success")
    asked = [note["call"] for note in line_up.calls()]
    assert asked.count("walk") >= 2
    assert {"pull", "walk", "publish", "ledger"} <= set(asked)


def test_between_tasks_travel_counts_alone(line_up: Any) -> None:
    run = line_up.newest("blotter_line")
    line_up.ended(run)
    values = line_up.xcoms(run)
    tasks = {"poll", "along", "walk", "publish", "seal", "balance"}
    assert {task for task, _ in values} == tasks
    assert values["walk", 1] == {"payloads": 1, "failures": 0, "pending": 30, "held": 4}
    assert all(len(json.dumps(value)) < 200 for value in values.values())


def test_only_agencies_with_new_payloads_become_asset_events(line_up: Any) -> None:
    line_up.ended(line_up.newest("blotter_line"))
    with line_up.api() as api:
        happened = api.call("GET", "/api/v2/assets/events?limit=100")["asset_events"]
    assert [(event["uri"], event["extra"]) for event in happened] == [
        ("x-blotter://agency/juniper-falls-pd", {"payloads": 2})
    ]


def test_replay_walks_one_agency_and_refuses_what_is_no_agency(line_up: Any) -> None:
    line_up.ended(line_up.newest("blotter_line"))
    with line_up.api() as api:
        run = api.trigger_dag("blotter_replay", {"agency": "juniper-falls-pd"})
        with pytest.raises(AirflowFailure, match="Airflow answered 400"):
            api.trigger_dag("blotter_replay", {"agency": "../../etc"})
    assert line_up.ended(run) is RunState.SUCCESS
    notes = line_up.calls()
    assert ["juniper-falls-pd"] in [note["only"] for note in notes if note["call"] == "pull"]
    assert ["juniper-falls-pd"] in [note["agencies"] for note in notes if note["call"] == "walk"]


def test_a_failing_task_leaves_no_private_words_in_any_file(line_up: Any, canary: str) -> None:
    with line_up.api() as api:
        fenced = api.trigger_dag("blotter_replay", {"agency": "loud-library"})
        bare = api.trigger_dag("unfenced")
    assert line_up.ended(fenced) is RunState.FAILED
    assert line_up.ended(bare) is RunState.FAILED
    assert line_up.files_with("ValueError at pipeline/usecases/pull.py")
    assert line_up.files_with("no words of Sensitive(***)")
    assert line_up.files_with(canary[::-1])  # the search looks into every place
    assert line_up.files_with(canary) == ()


def test_the_password_and_the_keys_stand_in_their_files_only(line_up: Any) -> None:
    line_up.api()
    passwords = line_up.home / "passwords.json"
    secrets = line_up.home / "secrets.json"
    kept = {passwords: json.loads(passwords.read_text()), secrets: json.loads(secrets.read_text())}
    assert sorted(len(values) for values in kept.values()) == [1, 3]
    for path, values in kept.items():
        for value in values.values():
            assert len(value) >= 32
            assert line_up.files_with(value) == (path,)


def test_nobody_else_may_read_the_home(line_up: Any) -> None:
    paths = [line_up.home, *line_up.home.rglob("*")]
    assert len(paths) > 10
    open_to_others = [path for path in paths if path.lstat().st_mode & 0o077]
    assert [path for path in open_to_others if not path.is_symlink()] == []


def test_nothing_listens_but_two_loopback_ports(line_up: Any) -> None:
    processes = [psutil.Process(pid) for pid in line_up.processes()]
    listening = {
        connection.laddr
        for process in processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    state = line_up.state()
    assert listening == {("127.0.0.1", state["port"]), ("127.0.0.1", state["execution_port"])}


def test_a_component_that_dies_is_started_again(line_up: Any) -> None:
    before = line_up.state()["components"]
    assert set(before) == COMPONENTS
    psutil.Process(before["triggerer"]).kill()
    end = time.monotonic() + 60
    while line_up.state()["components"].get("triggerer") in (None, before["triggerer"]):
        assert time.monotonic() < end
        time.sleep(0.1)
    wait_until_healthy(line_up.url, 30.0)
    after = line_up.state()["components"]
    assert {name for name in COMPONENTS if after[name] != before[name]} == {"triggerer"}


def test_nothing_is_left_after_a_stop_nor_after_a_kill(
    launch: Callable[..., Any], halt: Callable[[Any], str], tmp_path: Path
) -> None:
    running = launch(tmp_path / "airflow", tmp_path / "blotter")
    assert len(running.processes()) >= 1 + len(COMPONENTS)
    running.ended(running.newest("blotter_line"))
    began = time.monotonic()
    said = halt(running)
    assert time.monotonic() - began < 20
    assert running.process.returncode == 0
    assert said.splitlines() == [f"Airflow at {running.url}, logs in {running.home / 'logs'}"]
    assert gone(running.processes, 0) == ()
    assert not (running.home / "supervisor.json").exists()

    again = launch(tmp_path / "airflow", tmp_path / "blotter")
    try:
        assert len(again.processes()) >= 1 + len(COMPONENTS)
    finally:
        again.process.kill()
        again.process.communicate()
    assert gone(again.processes, 5) == ()


def test_the_supervisor_ends_with_the_process_that_started_it_when_asked_to(
    line_up: Any, tmp_path: Path, supervise: Callable[..., list[str]]
) -> None:
    home = tmp_path / "airflow"
    command = supervise(home, "--with-parent")
    parent = subprocess.Popen(["/bin/sh", "-c", '"$@" & wait', "sh", *command])
    end = time.monotonic() + 60
    while not (home / "secrets.json").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    started = line_up.processes_in(home)
    parent.kill()
    parent.wait()
    assert started
    assert gone(lambda: line_up.processes_in(home), 60) == ()


@pytest.mark.parametrize("trouble", ["port", "execution-port", "home", "lock"])
def test_a_start_that_cannot_work_is_refused_in_one_line(
    trouble: str, line_up: Any, tmp_path: Path, supervise: Callable[..., list[str]]
) -> None:
    (tmp_path / "file").touch()
    state = line_up.state()
    homes = {"home": tmp_path / "file" / "airflow", "lock": line_up.home}
    ports = {"port": ["--port", str(state["port"])]}
    ports["execution-port"] = ["--execution-port", str(state["execution_port"])]
    command = supervise(homes.get(trouble, tmp_path / "airflow"), *ports.get(trouble, []))
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert done.stdout == ""
    remedy = {"home": "--home", "lock": "another supervisor"}.get(trouble, f"--{trouble}")
    assert remedy in done.stderr
    assert done.stderr.startswith("supervisor: ")
    assert len(done.stderr.splitlines()) == 1
