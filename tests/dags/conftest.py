"""Airflow always runs in processes of its own here: importing it would change this one for good.

A session's supervisor runs the real DAG files over stand-in use cases; scripts under ``inside/``
run in fresh interpreters and answer in JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import pytest

from pipeline.adapters.airflow_api import AirflowApi, DagRun, RunState, log_in, wait_until_healthy

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SUPERVISOR = ROOT / "dags" / "standalone" / "supervisor.py"
CANARY = "caller marigold waverly"
T = TypeVar("T")


def free_ports() -> tuple[int, int]:
    """Return two loopback ports that were free a moment ago."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def environment(blotter_home: Path, *, real: bool = False) -> dict[str, str]:
    """Return this environment with the stand-in use cases, or the real ones, before all else."""
    path = [str(ROOT)] if real else [str(HERE / "stand_in"), str(ROOT)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path),
        "BLOTTER_HOME": str(blotter_home),
        "BLOTTER_PUBLIC": str(blotter_home / "public"),
        "BLOTTER_AGENCIES": str(ROOT / "sample_feeds"),
    }


@dataclass(frozen=True, kw_only=True)
class Running:
    """One supervisor and how to talk to its Airflow."""

    process: subprocess.Popen[str]
    home: Path
    blotter: Path
    url: str

    def api(self) -> AirflowApi:
        return log_in(self.url, self.home / "passwords.json")

    def state(self) -> Mapping[str, Any]:
        content: dict[str, Any] = json.loads((self.home / "supervisor.json").read_text())
        return content

    def processes(self) -> tuple[int, ...]:
        """Return every live process of this Airflow, at whatever depth it was forked."""
        return processes_of(self.home)

    def processes_in(self, home: Path) -> tuple[int, ...]:
        """Return the same of another Airflow."""
        return processes_of(home)

    def newest(self, dag_id: str) -> DagRun:
        """Wait for the first run of a DAG and return the newest."""
        with self.api() as api:
            return until(lambda: api.latest_run(dag_id), 120.0)

    def ended(self, run: DagRun) -> RunState:
        """Wait for the run's end and return its state."""
        with self.api() as api:

            def state() -> RunState | None:
                now = api.run_state(run.dag_id, run.run_id)
                return now if now.ended else None

            return until(state, 240.0)

    def xcoms(self, run: DagRun) -> dict[tuple[str, int], Any]:
        """Return what the tasks of a run returned, by task and shard."""
        place = f"/api/v2/dags/{run.dag_id}/dagRuns/{quote(run.run_id, safe='')}/taskInstances"
        with self.api() as api:
            entries = api.call("GET", f"{place}/~/xcomEntries?limit=100")["xcom_entries"]
            assert {entry["key"] for entry in entries} == {"return_value"}
            return {
                (entry["task_id"], entry["map_index"]): api.call(
                    "GET",
                    f"{place}/{entry['task_id']}/xcomEntries/{entry['key']}"
                    f"?map_index={entry['map_index']}",
                )["value"]
                for entry in entries
            }

    def calls(self) -> list[dict[str, Any]]:
        """Return what the stand-in use cases were asked to do, in order."""
        path = self.blotter / "calls.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def files_with(self, text: str) -> tuple[Path, ...]:
        """Return the files of this Airflow, logs and databases too, that hold the text."""
        files = [path for path in self.home.rglob("*") if path.is_file()]
        assert files
        return tuple(path for path in files if text.encode() in path.read_bytes())


def processes_of(home: Path) -> tuple[int, ...]:
    """Return the live processes that hold a file of this Airflow's folder open.

    All do: the folder's lock is inherited by every fork.
    """
    folders = (folder for folder in Path("/proc").iterdir() if folder.name.isdigit())
    others = (folder for folder in folders if int(folder.name) != os.getpid())
    return tuple(sorted(int(folder.name) for folder in others if _holds(folder, home)))


def _holds(process: Path, home: Path) -> bool:
    try:
        if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        handles = [handle.readlink() for handle in (process / "fd").iterdir()]
        return any(handle.is_relative_to(home) for handle in handles)
    except OSError:
        return False


def until(probe: Callable[[], T | None], seconds: float) -> T:
    """Ask again and again until there is an answer; fail when there is none in time."""
    end = time.monotonic() + seconds
    while (answer := probe()) is None:
        assert time.monotonic() < end, f"nothing within {seconds} s"
        time.sleep(0.1)
    return answer


def command(home: Path, *options: str) -> list[str]:
    """Return the command line of a supervisor on two free ports."""
    port, execution_port = free_ports()
    given = [sys.executable, str(SUPERVISOR), "--home", str(home)]
    given += ["--port", str(port), "--execution-port", str(execution_port)]
    return [*given, *options]


def start(home: Path, blotter: Path, *options: str, real: bool = False, **extra: str) -> Running:
    """Start a supervisor from nothing and wait until its Airflow is well."""
    blotter.mkdir(parents=True, exist_ok=True)
    given = command(home, *options)
    process = subprocess.Popen(
        given,
        env=environment(blotter, real=real) | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{given[given.index('--port') + 1]}"
    wait_until_healthy(url, 180.0, alive=lambda: process.poll() is None)
    return Running(
        process=process,
        home=home,
        blotter=blotter,
        url=url,
    )


def end(running: Running) -> str:
    """Stop a supervisor, by force if need be, and return all it said."""
    running.process.send_signal(signal.SIGTERM)
    try:
        return running.process.communicate(timeout=30)[0]
    finally:
        running.process.kill()


@pytest.fixture(scope="session")
def line_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Airflow with the real DAG files and one that shows what a failure tells."""
    folder = tmp_path_factory.mktemp("line")
    dags = folder / "dags"
    shutil.copytree(ROOT / "dags", dags, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "inside" / "unfenced.py", dags)
    # DEV makes Airflow print local variables; a shell may well have it set.
    running = start(folder / "airflow", folder / "blotter", "--dags", str(dags), DEV="1")
    try:
        yield running
    finally:
        end(running)


@pytest.fixture(scope="session")
def launch() -> Callable[..., Running]:
    """Start a supervisor: home folder, Blotter's folder, options."""
    return start


@pytest.fixture(scope="session")
def halt() -> Callable[[Running], str]:
    """Stop a supervisor and return what it said."""
    return end


@pytest.fixture(scope="session")
def supervise() -> Callable[..., list[str]]:
    """The command line of a supervisor: home folder, options."""
    return command


@pytest.fixture(scope="session")
def canary() -> str:
    """Words of an invented caller that the stand-ins let slip; no file of Airflow may hold them."""
    return CANARY


@pytest.fixture(scope="session")
def run_inside() -> Callable[..., Any]:
    """Run a script of ``inside/`` in a fresh interpreter, with an Airflow in the given folder."""

    def run(folder: Path, script: str, *arguments: str, **extra: str) -> Any:
        found = environment(folder / "blotter")
        provider = str(ROOT / "dags" / "provider")  # as an installation has it
        airflow = {
            "PYTHONPATH": os.pathsep.join([found["PYTHONPATH"], provider]),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DAG_PROCESSOR__DAG_VERSION_INFLATION_CHECK_LEVEL": "error",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        }
        (folder / "blotter").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, str(HERE / "inside" / script), *arguments],
            env=found | airflow | extra,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture
def inside(run_inside: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Run a script of ``inside/`` with an Airflow of this test's own."""
    return partial(run_inside, tmp_path)
