"""Runs the line from one command: starts Airflow, watches its DAGs, shows the ledger.

Airflow runs in its own processes under ``dags/standalone/supervisor.py``; this module talks to it
over HTTP and reads the ledger. It stops what it started, also when it is interrupted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from pipeline.adapters.airflow_api import (
    AirflowApi,
    AirflowFailure,
    DagRun,
    RunState,
    log_in,
    wait_until_healthy,
)
from pipeline.cli import show, show_ledger
from pipeline.cli.surroundings import clock
from pipeline.model import BlotterError, ConfigError
from pipeline.usecases.catalog import check_folder
from pipeline.usecases.ledger import LedgerReport, ledger_report
from pipeline.usecases.resources import migrate, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["run_line"]

_DAG = "blotter_line"
_PACKAGE = Path(__file__).resolve().parents[1]
_SUPERVISORS = tuple(
    place / "dags" / "standalone" / "supervisor.py"
    for place in (_PACKAGE.parent, _PACKAGE / "_line")
)
"""In a checkout, and where a wheel has it."""
_START_SECONDS = 180.0
_ROUND_SECONDS = 1_800.0
_STOP_SECONDS = 30.0


def run_line(settings: Settings, *, once: bool, port: int | None) -> int:
    """Run until interrupted, or one round with ``once``; return the exit status.

    The status is 0 when the round succeeded and the ledger balances, 1 otherwise.

    Raises:
        ConfigError, StoreFailure, AirflowFailure: something needed is missing; says what.
    """
    console = Console(highlight=False)
    _prepare(settings, console)
    with _airflow(settings, port) as (process, url, home):
        with console.status("Starting Airflow (some seconds)"):
            _wait(process, url)
        console.print(f"Airflow is up at [bold]{url}[/], its logs are in {home / 'logs'}")
        passwords = home / "passwords.json"
        console.print(f"Its user is admin, the password in {passwords}", soft_wrap=True)
        with log_in(url, passwords) as api:
            run = _watch_round(settings, api, console)
            succeeded = _tell(settings, api, run, console, home)
            if not once:
                _watch_on(settings, api, console, process)
    return 0 if succeeded else 1


def _prepare(settings: Settings, console: Console) -> None:
    """Migrate, make the key on first use, and say which agencies will be pulled."""
    migrate(settings)
    with open_resources(settings, now=clock()):
        pass
    catalog = check_folder(settings, None)
    for error in catalog.errors:
        console.print(f"[red]{show.safe(str(error))}[/]", soft_wrap=True)
    if not catalog.agencies:
        raise ConfigError(
            f"no usable agency in {settings.agencies}",
            remedy="Put agency folders there, or set BLOTTER_AGENCIES",
        )
    console.print(f"{len(catalog.agencies)} agencies in {settings.agencies}", soft_wrap=True)


@contextmanager
def _airflow(
    settings: Settings, port: int | None
) -> Iterator[tuple[subprocess.Popen[bytes], str, Path]]:
    """Start Airflow under its supervisor; stop it at the end, whatever happens in between."""
    supervisor = next((path for path in _SUPERVISORS if path.is_file()), None)
    if supervisor is None:
        raise ConfigError(
            "the DAGs are not beside this program",
            remedy="Install the package anew, or start Airflow yourself",
        )
    web = port if port is not None else _free_port(8080)
    tasks = _free_port(web + 1)
    home = settings.home / "airflow"
    command = [sys.executable, str(supervisor), "--home", str(home), "--with-parent"]
    command += ["--port", str(web), "--execution-port", str(tasks)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **_variables(settings)},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # Ctrl-C is for us to handle: the supervisor is asked to stop below.
        start_new_session=True,
    )
    try:
        yield process, f"http://127.0.0.1:{web}", home
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until Airflow is well; when it refuses to start, say why in its own words."""
    try:
        wait_until_healthy(url, _START_SECONDS, alive=lambda: process.poll() is None)
    except AirflowFailure:
        if process.poll() is None or process.stderr is None:
            raise
        said = process.stderr.read().decode(errors="replace").strip()
        raise AirflowFailure(said or "Airflow stopped while starting; see its logs") from None


def _variables(settings: Settings) -> dict[str, str]:
    """Return the environment by which the tasks see the same places as this command."""
    return {
        "BLOTTER_HOME": str(settings.home),
        "BLOTTER_AGENCIES": str(settings.agencies),
        "BLOTTER_PUBLIC": str(settings.public),
        "BLOTTER_DATABASE_URL": settings.database_url,
        "BLOTTER_VAULT": settings.vault,
        "BLOTTER_KEY_FILE": str(settings.key_file),
        "BLOTTER_POLICY": settings.policy,
        "BLOTTER_WORDS": str(settings.words or ""),
        "BLOTTER_FETCH_ALLOW": ",".join(settings.fetch_allow),
    }


def _free_port(first: int) -> int:
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise ConfigError(f"no free port from {first} on", remedy="Give one with --port")


def _watch_round(settings: Settings, api: AirflowApi, console: Console) -> DagRun:
    """Show the ledger filling up until the first run of the line has ended."""
    started = time.monotonic()
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while time.monotonic() < started + _ROUND_SECONDS:
            run = api.latest_run(_DAG)
            if run is not None and run.state.ended:
                return run
            live.update(_picture(settings, api, run, console.width))
            time.sleep(0.5)
    raise AirflowFailure(f"no round of {_DAG} ended in {_ROUND_SECONDS:.0f} s; see Airflow's logs")


def _picture(settings: Settings, api: AirflowApi, run: DagRun | None, width: int) -> Group:
    """Return what is known now: the run's tasks, and the ledger."""
    if run is None:
        return Group(Spinner("dots", text="Waiting for Airflow to read the DAGs"))
    states = api.task_states(run.dag_id, run.run_id)
    line = Text("  ".join(f"{task}: {state or 'waiting'}" for task, state in states))
    return Group(
        Spinner("dots", text=f"{_DAG} {run.state.value}"),
        line,
        show_ledger.ledger_table(_report(settings), width=width),
    )


def _report(settings: Settings) -> LedgerReport:
    return ledger_report(settings, now=clock())


def _tell(settings: Settings, api: AirflowApi, run: DagRun, console: Console, home: Path) -> bool:
    """Print how the round ended, the ledger, and where to look next."""
    report = _report(settings)
    show_ledger.ledger(report, json=False)
    succeeded = run.state is RunState.SUCCESS
    waiting = sum(row.payloads.landed for row in report.agencies)
    if not succeeded:
        states = api.task_states(run.dag_id, run.run_id)
        failed = sorted({task for task, state in states if state == "failed"})
        console.print(f"[bold red]The round failed at: {', '.join(failed) or 'its start'}[/]")
        console.print(f"Logs: {home / 'logs'}", soft_wrap=True)
    console.print(
        "\nWhere to look next:\n"
        "  blotter queue                what waits for an editor\n"
        "  blotter show ID              one candidate: words, redacted remarks, reasons\n"
        "  blotter decide ID approve --editor NAME\n"
        "  blotter queue --held         what the rules could not decide\n"
        "  blotter notices              what was odd about the feeds\n"
        f"  {settings.public}            what the public sees",
        soft_wrap=True,
    )
    return succeeded and report.balanced and not waiting


def _watch_on(
    settings: Settings,
    api: AirflowApi,
    console: Console,
    process: subprocess.Popen[bytes],
) -> None:
    """Keep the ledger in view until somebody presses Ctrl-C or Airflow ends."""
    console.print("\nThe line runs every half minute. Ctrl-C stops it.")
    try:
        with Live(console=console, refresh_per_second=2, transient=True) as live:
            while process.poll() is None:
                try:
                    live.update(_picture(settings, api, api.latest_run(_DAG), console.width))
                except BlotterError as error:
                    live.update(Text(str(error), style="red"))
                time.sleep(2)
    except KeyboardInterrupt:
        console.print("Stopping.")
