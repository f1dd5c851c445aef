"""Runs everything for a while and measures it.

``python -m benchmarks.hour --agencies N --minutes M [--workers W [--kill S]]``

Starts the emulator with N invented agencies over real transports, the desk, the receiver, and
Airflow under its supervisor, all on loopback in a temporary folder. Four times a second it notes
which payloads have come as far as the desk; lag counts from the round of the line that was due
(what is pulled) or from the arrival (what is pushed). Processor time and memory are those of all
processes but the emulator. At the end the emulator stops, and what it sent is waited for. Prints
the figures, keeps them as JSON with ``--record``, draws a plot, and exits 1 unless everything was
walked, the ledger balances and the log is clean.

It also tells by how much memory grows in an hour, measured over the second half, which with
``--flat MB`` must not be more: memory of no file, what processes of the run share counted once, for
pages of programs' files move to and fro as other programs that use them begin and end. And it tells
where the seconds of a round go, by Airflow's own times.

With ``--workers`` Airflow runs on PostgreSQL and Redis with so many Celery workers; with ``--kill``
one of them, in turn, is killed every S seconds, and the supervisor starts it again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression, median
from tempfile import TemporaryDirectory

import psutil
from matplotlib.figure import Figure

from benchmarks.history import keep
from benchmarks.inputs import ROOT
from benchmarks.report import machine
from benchmarks.run import commit
from benchmarks.steps import steps
from dags.standalone.environment import Home
from dags.standalone.servers import Servers
from pipeline.adapters.store.feeding import payloads_of
from pipeline.adapters.store.figures import payloads_waiting
from pipeline.audit.verify import verify_log
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.resources import migrate, open_database, open_resources
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import Settings, load_settings

_CLI = "from pipeline.cli import main; main()"
_PORTS = {"web": 18470, "sftp": 18471, "receiver": 18472, "desk": 18473, "airflow": 18474}
_EVERY = 0.25  # seconds between looks at what has come to the desk
_GOALS = {"pulled": 6.0, "pushed": 4.0}  # seconds to the desk, 95th percentile
_WEIGH = 10.0  # seconds between looks at memory, which cost something themselves
_ENOUGH = 30  # looks at memory, five minutes of them


@dataclass(slots=True)
class Measured:
    """What was seen: (second, lag) by way of arrival, (second, share of a core), (second, MB)."""

    lags: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: {"pulled": [], "pushed": []}
    )
    processor: list[tuple[float, float]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    anonymous: list[tuple[float, float]] = field(default_factory=list)  # (second, MB)
    waiting: int = 0
    kills: int = 0
    steps: dict[str, dict[str, float]] = field(default_factory=dict)


@contextmanager
def running(command: Sequence[str], environ: dict[str, str], log: Path) -> Iterator[int]:
    """Run a program until the block ends; yield its process id."""
    with log.open("wb") as said:
        process = subprocess.Popen(command, env=environ, stdout=said, stderr=said)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of every process of the run."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BLOTTER_HOME": str(folder / "home"),
        "BLOTTER_AGENCIES": str(folder / "agencies"),
        "BLOTTER_PUBLIC": str(folder / "public"),
        "BLOTTER_FETCH_ALLOW": "127.0.0.0/8",
        "BLOTTER_DESK_URL": f"http://127.0.0.1:{_PORTS['desk']}",
        # Of the emulator's mail server, whose certificate is its own.
        "SSL_CERT_FILE": str(folder / "agencies" / ".served" / "loopback.pem"),
        "AIRFLOW_CONN_EMULATOR": "sftp://emulator:emulated-word@localhost",
    }


def blotter(*arguments: str) -> list[str]:
    """Return the command line of one of Blotter's commands."""
    return [sys.executable, "-c", _CLI, *arguments]


def measure(asked: argparse.Namespace, folder: Path) -> tuple[Measured, list[str]]:
    """Run it all for so many minutes; return what was measured, and what is wrong at the end."""
    environ = environment(folder)
    (folder / "agencies").mkdir(exist_ok=True)
    home = folder / "home" / "airflow"
    home.parent.mkdir(exist_ok=True)
    if asked.workers and os.geteuid() == 0:
        for each in (folder, home.parent):
            each.chmod(0o711)  # PostgreSQL's own user has to pass through
    with ExitStack() as stack:

        def run(name: str, command: Sequence[str]) -> int:
            return stack.enter_context(running(command, environ, folder / f"{name}.log"))

        own = []
        if asked.workers:  # its database is Blotter's, too
            own.append(run("airflow", _supervisor(home, asked.workers)))
            _until(lambda: (home / "supervisor.json").exists())
            environ |= Servers.of(_home(home)).environment(0)
        settings = load_settings(environ)
        migrate(settings)
        with open_resources(settings, now=datetime.now(UTC)):
            pass  # makes the keys
        sending = stack.enter_context(ExitStack())
        sending.enter_context(running(_emulator(asked, folder), environ, folder / "emulate.log"))
        _until(lambda: (folder / "agencies" / ".truth.json").exists())  # the last it writes
        own.append(run("receive", blotter("receive", "--port", str(_PORTS["receiver"]))))
        own.append(run("desk", blotter("desk", "--port", str(_PORTS["desk"]))))
        if not asked.workers:
            own.append(run("airflow", _supervisor(home, 0)))
            _until(lambda: (home / "supervisor.json").exists())
        sys.stderr.write("all of it runs; the first round warms it up and is not counted\n")
        _until(lambda: _steady(settings, asked.agencies), 900.0)
        killer = _Killer(home / "supervisor.json", asked.workers, asked.kill)
        found = _look(settings, own, asked.minutes * 60, killer)
        sending.close()
        with suppress(SystemExit):
            _until(lambda: not _waits(settings), 300.0)
        found.waiting = _waits(settings)
        own_database = f"sqlite:///{home / 'airflow.db'}"
        found.steps = steps(environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", own_database))
        return found, wrong(settings)


def _emulator(asked: argparse.Namespace, folder: Path) -> list[str]:
    return blotter(
        *("emulate", "--out", str(folder / "agencies"), "--agencies", str(asked.agencies)),
        *("--rate", str(asked.rate), "--port", str(_PORTS["web"])),
        *("--sftp-port", str(_PORTS["sftp"])),
        *("--receiver", f"http://127.0.0.1:{_PORTS['receiver']}"),
    )


def _supervisor(home: Path, workers: int) -> list[str]:
    command = [sys.executable, str(ROOT / "dags/standalone/supervisor.py")]
    command += ["--home", str(home), "--port", str(_PORTS["airflow"])]
    command += ["--execution-port", str(_PORTS["airflow"] + 1)]
    return [*command, "--workers", str(workers)]


def _home(folder: Path) -> Home:
    return Home(folder=folder, dags=ROOT / "dags", port=0, execution_port=0)


class _Killer:
    """Kills one Celery worker after the other, every so many seconds; never without ``every``.

    It waits until something landed is not walked, so that it meets a round, not the pause after.
    """

    def __init__(self, state: Path, workers: int, every: float | None) -> None:
        self._state, self._workers, self._every = state, workers, every
        self.kills = 0

    def tend(self, at: float, waiting: int) -> None:
        """Kill the next worker when its time has come; ``at`` are seconds of the run."""
        if self._every is None or not waiting or at < self._every * (self.kills + 1):
            return
        name = f"worker-{self.kills % self._workers + 1}"
        pid = json.loads(self._state.read_text())["components"].get(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self.kills += 1
            sys.stderr.write(f"killed {name}\n")


def _waits(settings: Settings) -> int:
    """Return how many landed payloads are not walked."""
    with open_database(settings) as store, store.read() as tx:
        return payloads_waiting(tx)


def _until(true: Callable[[], bool], seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit("it did not start; see the logs with --keep")
        time.sleep(0.2)


def _steady(settings: Settings, agencies: int) -> bool:
    """Return whether nearly every agency came once, as some never say anything, and is walked."""
    with open_database(settings) as store, store.read() as tx:
        rows = payloads_of(tx, "")
    came = len({row.agency_id for row in rows})
    return came >= 0.8 * agencies and all(row.state != "landed" for row in rows)


def _look(settings: Settings, own: Sequence[int], seconds: float, killer: _Killer) -> Measured:
    """Look until the time is over, at what comes from now on; tell of it every minute."""
    found = Measured()
    began = weighed = time.monotonic()
    spent, told = _spent(own), 0
    with open_database(settings) as store:
        with store.read() as tx:
            before = payloads_of(tx, "")
        seen = {str(row.payload_id) for row in before}
        # All up to here are walked, and not looked at again: the look must not grow with the run.
        # It stays a hundred behind, because PostgreSQL may show a later one first.
        through = -1
        while (at := time.monotonic() - began) < seconds:
            with store.read() as tx:
                rows = payloads_of(tx, "", after=through)
            now = datetime.now(UTC)
            for row in rows:
                if row.state != "landed" and row.payload_id not in seen:
                    seen.add(row.payload_id)
                    due, way = _due(row.run_id, row.received_at)
                    found.lags[way].append((at, (now - due).total_seconds()))
            waiting = [row.seq for row in rows if row.state == "landed"]
            found.waiting = len(waiting)
            if rows:
                through = max(-1, min(waiting, default=rows[-1].seq) - 100)
            killer.tend(at, found.waiting)
            if at >= 60 * (told + 1):
                told += 1
                _tell(told, found)
            if time.monotonic() - weighed >= _WEIGH:
                used, span = _spent(own), time.monotonic() - weighed
                found.processor.append((at, max(0.0, used - spent) / span))
                whole, anonymous = _megabytes(own)
                found.memory.append((at, whole))
                found.anonymous.append((at, anonymous))
                spent, weighed = used, time.monotonic()
            time.sleep(_EVERY)
    found.kills = killer.kills
    return found


def _tell(minute: int, found: Measured) -> None:
    """Say on standard error how the last minute went."""
    said = [f"minute {minute}"]
    for way, lags in found.lags.items():
        values = sorted(lag for at, lag in lags if at >= 60 * (minute - 1))
        said.append(f"{len(values)} {way}" + (f", p95 {_p95(values):.1f} s" if values else ""))
    if found.processor:
        said.append(f"{100 * found.processor[-1][1]:.0f} % of a core")
        said.append(f"{found.memory[-1][1]:.0f} MB")
    sys.stderr.write("; ".join([*said, f"{found.waiting} waiting"]) + "\n")


def _p95(values: Sequence[float]) -> float:
    """Return the 95th percentile of sorted values."""
    return values[int(0.95 * (len(values) - 1))]


def _due(run_id: str, received_at: datetime) -> tuple[datetime, str]:
    """Return when a payload was due, and how it came: a round of the line tells its time."""
    kind, _, text = run_id.partition("__")
    if kind == "scheduled":
        with suppress(ValueError):
            return datetime.fromisoformat(text.partition("_")[0]), "pulled"
    return received_at, "pushed"


def _family(own: Sequence[int]) -> Iterator[psutil.Process]:
    for pid in own:
        with suppress(psutil.Error):
            parent = psutil.Process(pid)
            yield parent
            yield from parent.children(recursive=True)


def _spent(own: Sequence[int]) -> float:
    """Return seconds of the processor of all processes and of those they have waited for."""
    total = 0.0
    for process in _family(own):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _megabytes(own: Sequence[int]) -> tuple[float, float]:
    """Return memory of all, what they share counted once (PSS), and how much of it is no file's."""
    whole = anonymous = 0
    for process in _family(own):
        with suppress(OSError):  # it has ended meanwhile
            for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
                name, _, size = line.partition(":")
                whole += int(size.split()[0]) if name == "Pss" else 0
                anonymous += int(size.split()[0]) if name == "Pss_Anon" else 0
    return whole * 1024 / 1e6, anonymous * 1024 / 1e6


def wrong(settings: Settings) -> list[str]:
    """Return what is not as it has to be at the end."""
    now = datetime.now(UTC)
    report = ledger_report(settings, now=now)
    seal_log(settings, now=now)
    found = [*report.problems, *check_log_files(settings).problems]
    found += verify_log(settings.log, log_verifier_keys(settings)).problems
    if _waits(settings):
        found.append("not all that landed was walked")
    return found if report.balanced else ["the ledger does not balance", *found]


def figures(found: Measured, agencies: int, minutes: float) -> dict[str, object]:
    """Return what a run came to."""
    shown: dict[str, object] = {"agencies": agencies, "minutes": minutes}
    for way, lags in found.lags.items():
        values = sorted(lag for _, lag in lags)
        shown[f"{way}"] = len(values)
        if values:
            shown[f"{way}_median_s"] = round(median(values), 2)
            shown[f"{way}_p95_s"] = round(_p95(values), 2)
    if found.processor:
        shown["processor_percent_of_a_core"] = round(
            100 * sum(share for _, share in found.processor) / len(found.processor), 1
        )
        shown["memory_mb_most"] = round(max(size for _, size in found.memory))
    if (grows := growth(found.anonymous)) is not None:
        shown["memory_mb_more_an_hour"] = grows
    if found.kills:
        shown["workers_killed"] = found.kills
    if found.steps:
        shown["steps"] = found.steps
    return shown | {"waiting_at_the_end": found.waiting, "load": round(os.getloadavg()[0], 1)}


def growth(memory: Sequence[tuple[float, float]]) -> float | None:
    """Return by how many MB an hour memory grows over the second half, None when looks are few.

    A line is laid through it: what is needed for a moment falls on either side of it.
    """
    half = memory[len(memory) // 2 :]
    if len(half) < _ENOUGH:
        return None
    slope = linear_regression([at for at, _ in half], [size for _, size in half]).slope
    return round(3600 * slope, 1)


def not_flat(memory: Sequence[tuple[float, float]], most: float | None) -> list[str]:
    """Return why memory is not known to be flat to ``most`` MB an hour; None asks nothing."""
    if most is None:
        return []
    if (grows := growth(memory)) is None:
        least = 2 * _ENOUGH * _WEIGH / 60
        return [f"too short to tell whether memory grows: give it {least:.0f} minutes"]
    return [f"memory grows by {grows} MB an hour"] if grows > most else []


def draw(found: Measured, title: str, path: Path) -> None:
    """Draw lag, processor and memory over the time of the run."""
    picture = Figure(figsize=(9, 7), layout="constrained")
    lag, processor, memory = picture.subplots(3, 1, sharex=True)
    for way, color in (("pulled", "#2f6f9f"), ("pushed", "#c8553d")):
        dots = found.lags[way]
        minutes, seconds = [at / 60 for at, _ in dots], [lasted for _, lasted in dots]
        # As a picture within the picture: thousands of dots would be half a megabyte of text.
        lag.plot(minutes, seconds, ".", color=color, label=way, rasterized=True)
        lag.axhline(_GOALS[way], color=color, linewidth=0.8, linestyle="--")
    lag.set_ylabel("lag to the desk, s")
    lag.legend(loc="upper right")
    processor.plot([at / 60 for at, _ in found.processor], [100 * s for _, s in found.processor])
    processor.set_ylabel("% of one core")
    memory.plot([at / 60 for at, _ in found.memory], [size for _, size in found.memory])
    memory.set_ylabel("memory, MB")
    memory.set_xlabel("minutes")
    for each in (lag, processor, memory):
        each.set_ylim(bottom=0)
        each.grid(alpha=0.3)
    picture.suptitle(title)
    picture.savefig(path, dpi=120)


def main() -> int:
    """Run, print, draw; return 1 when the ledger or the log is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--agencies", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--rate", type=float, default=0.2, help="New payloads a minute, each.")
    parser.add_argument("--workers", type=int, default=0, help="Celery workers; 0: none.")
    parser.add_argument("--kill", type=float, help="Kill a worker every so many seconds.")
    parser.add_argument("--flat", type=float, help="Fail when memory grows by more MB an hour.")
    parser.add_argument("--plot", default="hour.svg", help="Where to draw; `none`: nowhere.")
    parser.add_argument("--record", action="store_true", help="Keep the figures as JSON.")
    parser.add_argument("--keep", type=Path, help="Use this folder, and leave it there.")
    asked = parser.parse_args()
    if asked.kill and not asked.workers:
        parser.error("--kill needs --workers")
    # Whoever ends it ends all that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with TemporaryDirectory(prefix="blotter-hour-") as made:
        folder = asked.keep.absolute() if asked.keep else Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        found, problems = measure(asked, folder)
    shown = figures(found, asked.agencies, asked.minutes)
    problems += not_flat(found.anonymous, asked.flat)
    for name, value in shown.items():
        for part, said in value.items() if isinstance(value, dict) else (("", value),):
            sys.stdout.write(f"{f'{name} {part}'.strip().replace('_', ' '):<30} {said}\n")
    sys.stdout.write("; ".join(problems) or "ledger balanced, log clean")
    sys.stdout.write("\n")
    if asked.plot != "none":
        draw(found, f"{asked.agencies} agencies, {asked.minutes:g} minutes", Path(asked.plot))
    if asked.record:
        keep("hour", shown, machine(), commit())
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
