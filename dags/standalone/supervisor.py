"""Runs a whole Airflow from one command: migrate, fork five parts, watch, stop them.

    python dags/standalone/supervisor.py --home DIR --port 8080 --execution-port 8081 [--workers N]

In: a folder that belongs to this Airflow alone, and two free loopback ports. Out: a running
Airflow on SQLite with the LocalExecutor, ``DIR/supervisor.json`` with the process ids and
addresses, and a log per component in ``DIR/logs``. The web and the tasks' interface are two
processes on purpose: in one, SQLite's write lock and the server's event loop can wait for each
other. Airflow is imported once, before the forks, which is why it starts in seconds.

With ``--workers`` it starts PostgreSQL and Redis, too, and so many Celery workers instead of the
LocalExecutor: the same DAGs as on many machines, on one.

Ends with 0 after SIGTERM or SIGINT, with 2 and one line when the folder or a port cannot be used.
Never listens on anything but loopback, and never writes a password into a log.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    # Tasks are forks of this process: they must see the repository, not this folder's modules.
    # Last, so that an installed package wins over the checkout.
    sys.path[:] = [*sys.path[1:], str(ROOT), str(ROOT / "dags" / "provider")]

from dags.standalone.children import Child, Children, die_with_parent, output_to  # noqa: E402
from dags.standalone.environment import (  # noqa: E402
    Home,
    HomeRefused,
    claim,
    environment_for,
    refuse_taken_port,
    write_private,
)
from dags.standalone.pruning import prune  # noqa: E402
from dags.standalone.servers import Servers  # noqa: E402

LOG = logging.getLogger("blotter.supervisor")
# Seconds that running tasks get to finish when Airflow is stopped; they may be killed at any time.
PATIENCE = 5.0
# Tasks report their end here, so these components stop last.
SERVERS = ("web", "execution")
CONCURRENCY = 2  # tasks at once in each Celery worker
FIRST_PRUNING, PRUNING_EVERY = 900.0, 86_400.0  # seconds
WARM = (
    "airflow.cli.cli_parser",
    "airflow.jobs.scheduler_job_runner",
    "airflow.jobs.triggerer_job_runner",
    "airflow.dag_processing.manager",
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.api_fastapi.app",
    "airflow.api_fastapi.core_api.app",
    "airflow.api_fastapi.execution_api.app",
)
WARM_TASKS = (
    "pipeline.usecases.pull",
    "pipeline.usecases.walk",
    "pipeline.usecases.publish",
    "pipeline.usecases.ledger",
)


def main(arguments: Sequence[str]) -> int:
    """Run until told to stop; return the exit status."""
    os.umask(0o077)
    home, with_parent, workers = _parse(arguments)
    stopping = _Stop()
    if with_parent:
        stopping.when_parent_changes()
    with ExitStack() as stack:  # whatever ends this, the servers are stopped
        try:
            _claim(home)
            if workers:
                servers = stack.enter_context(Servers.of(home))
                os.environ.update(servers.environment(CONCURRENCY))
                _migrate_blotter()
        except HomeRefused as refusal:
            sys.stderr.write(f"supervisor: {refusal}\n")
            return 2
        said = os.dup(sys.stderr.fileno())
        output_to(home.logs / "supervisor.log")
        _log()
        try:
            configure = _prepare()
        except SQLAlchemyError:
            LOG.exception("no database")
            os.write(said, f"supervisor: {_no_database(home)}\n".encode())
            return 2
        os.write(said, f"Airflow at {home.url}, logs in {home.logs}\n".encode())
        _run(home, configure, stopping, workers)
    return 0


def _claim(home: Home) -> None:
    """Take the folder and the ports for this Airflow, and its environment for this process.

    Raises ``HomeRefused`` when one of them cannot be had.
    """
    for port, option in ((home.port, "--port"), (home.execution_port, "--execution-port")):
        refuse_taken_port(port, option)
    claim(home)
    os.environ.update(_replaced(environment_for(home, os.environ)))


def _parse(arguments: Sequence[str]) -> tuple[Home, bool, int]:
    parser = argparse.ArgumentParser(prog="supervisor", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="folder of this Airflow alone")
    parser.add_argument("--port", type=int, default=8080, help="for people and the command line")
    parser.add_argument("--execution-port", type=int, default=8081, help="for tasks")
    parser.add_argument("--dags", type=Path, default=ROOT / "dags", help="folder of DAG files")
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when the process that started this ends"
    )
    parser.add_argument("--workers", type=int, default=0, help="Celery workers; 0: none")
    given = parser.parse_args(arguments)
    if given.port == given.execution_port:
        parser.error("--port and --execution-port must differ")
    home = Home(
        folder=given.home.resolve(),
        dags=given.dags.resolve(),
        port=given.port,
        execution_port=given.execution_port,
    )
    return home, given.with_parent, given.workers


def _replaced(environment: dict[str, str]) -> dict[str, str]:
    """Take away from this process what the new environment lacks, and return the environment."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    return environment


def _no_database(home: Home) -> str:
    return (
        f"Airflow's database in {home.folder} cannot be used, see logs/supervisor.log there; "
        "with airflow.db moved away a new one is made"
    )


def _log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False


class _Stop:
    """Remembers that somebody wants the end: a signal, or the parent's death."""

    def __init__(self) -> None:
        self._asked = False
        self._parent = 0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def when_parent_changes(self) -> None:
        self._parent = os.getppid()

    def wanted(self) -> bool:
        """Return whether it is time to end."""
        return self._asked or (self._parent != 0 and os.getppid() != self._parent)


def _prepare() -> Callable[[], None]:
    """Import Airflow once, migrate its database, and return what each child does first."""
    from airflow import settings
    from airflow.utils import db

    db.initdb()
    for module in WARM:
        importlib.import_module(module)
    settings.dispose_orm(do_log=False)
    return settings.configure_orm


def _migrate_blotter() -> None:
    """Bring Blotter's own database on the server to the newest version.

    Raises ``HomeRefused`` when it cannot be used.
    """
    from pipeline.model import BlotterError
    from pipeline.usecases.resources import migrate
    from pipeline.usecases.settings import load_settings

    try:
        migrate(load_settings(os.environ))
    except BlotterError as error:
        raise HomeRefused(str(error)) from None


def _components(home: Home, configure: Callable[[], None], workers: int) -> tuple[Child, ...]:
    web = ("api-server", "--host", "127.0.0.1", "--apps")
    commands = {
        "web": (*web, "core", "--port", str(home.port)),
        "execution": (*web, "execution", "--port", str(home.execution_port)),
        "scheduler": ("scheduler", "--skip-serve-logs"),
        "dag-processor": ("dag-processor",),
        "triggerer": ("triggerer", "--skip-serve-logs"),
    }
    for number in range(1, workers + 1):
        command = ("celery", "worker", "--skip-serve-logs", "-H", f"w{number}@%h")
        commands[f"worker-{number}"] = (*command, "--pid", str(home.folder / f"w{number}.pid"))
    return tuple(
        Child(
            name=name,
            run=partial(_component, configure, command),
            patience=2.0 if name in (*SERVERS, "dag-processor", "triggerer") else PATIENCE,
        )
        for name, command in commands.items()
    )


def _component(configure: Callable[[], None], command: tuple[str, ...]) -> None:
    """Be one of Airflow's commands."""
    from airflow.__main__ import main as airflow

    configure()
    if command[0] in ("scheduler", "celery"):
        _warm_tasks()
    sys.argv = ["airflow", *command]
    airflow()  # type: ignore[no-untyped-call]


def _warm_tasks() -> None:
    """Import the use cases, load recognizers and agencies before tasks are forked.

    A task that walks would need seconds for it. Site recognizers stay a task's own: a changed file
    counts from the next task on. So does an agency's, as what is kept of it is kept by its content.
    """
    for module in WARM_TASKS:
        try:
            importlib.import_module(module)
        except ImportError as missing:
            sys.stderr.write(f"not warmed: {module}: {missing}\n")
    try:
        from pipeline.model import BlotterError
        from pipeline.usecases.settings import load_settings
        from pipeline.usecases.warming import warm

        try:
            warm(load_settings(os.environ), now=datetime.now(UTC))
        except BlotterError as failure:  # every task says so, too
            sys.stderr.write(f"not warmed: {failure}\n")
    except ImportError as missing:
        sys.stderr.write(f"not warmed: recognizers: {missing}\n")
    gc.freeze()


def _prune(home: Home, configure: Callable[[], None]) -> None:
    configure()
    prune(home.logs, datetime.now(UTC))


def _write_state(home: Home, children: Children) -> None:
    state = {
        "pid": os.getpid(),
        "components": children.pids(),
        "url": home.url,
        "execution_url": home.execution_url,
        "port": home.port,
        "execution_port": home.execution_port,
        "passwords": str(home.passwords),
        "logs": str(home.logs),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_private(home.state, json.dumps(state, indent=1) + "\n")


def _run(home: Home, configure: Callable[[], None], stopping: _Stop, workers: int) -> None:
    """Start the children, tend them and prune once a day until the end is wanted, stop them."""
    children = Children(home.logs)
    die_with_parent()
    gc.freeze()
    for child in _components(home, configure, workers):
        children.start(child)
    pruning = time.monotonic() + FIRST_PRUNING
    known: dict[str, int] = {}
    while not stopping.wanted():
        if children.pids() != known:
            known = children.pids()
            _write_state(home, children)
        children.tend()
        if time.monotonic() >= pruning:
            pruning += PRUNING_EVERY
            children.start(Child(name="prune", run=partial(_prune, home, configure), again=False))
        time.sleep(0.1)
    children.stop(last=SERVERS)
    home.state.unlink(missing_ok=True)
    LOG.info("stopped")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
