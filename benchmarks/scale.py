"""Measures many walkers on PostgreSQL: ``python -m benchmarks.scale [--records N] [--kill]``.

Starts a PostgreSQL of its own on loopback, lands payloads of many invented agencies, and lets 1, 2
and 4 processes walk them at once, each agency claimed by one of them, all appending to one log.
With ``--kill N`` walkers are killed in the middle of a batch, and others go on. Exits 1 unless the
ledger balances, every record is there once, and the log is clean.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.backfill import archive
from benchmarks.history import keep
from benchmarks.inputs import FEEDS, ROOT, Feed
from benchmarks.report import machine
from benchmarks.run import commit

sys.path.insert(0, str(ROOT / "tests"))

from postgres import MISSING, binaries, fresh_database, server

from pipeline.audit.verify import verify_log
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.resources import migrate
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import Settings, load_settings

_WALKER = """
import sys
from datetime import UTC, datetime
from os import environ
from pipeline.usecases.settings import load_settings
from pipeline.usecases.resources import detector_for
from pipeline.usecases.walk import walk_landed
settings = load_settings(environ)
detector_for(settings.policy, settings.recognizers)
print("ready", flush=True)
sys.stdin.readline()
walk_landed(settings, now=datetime.now(UTC), shard=int(sys.argv[1]), of=int(sys.argv[2]))
"""


def prepare(folder: Path, url: str, feed: Feed, agencies: int, records: int) -> Settings:
    """Land so many records of so many agencies, all of one form; return the settings."""
    settings = load_settings(
        {
            "BLOTTER_HOME": str(folder / "home"),
            "BLOTTER_AGENCIES": str(folder / "agencies"),
            "BLOTTER_PUBLIC": str(folder / "public"),
            "BLOTTER_DATABASE_URL": url,
        }
    )
    migrate(settings)
    for number in range(agencies):
        name = f"town-{number:02d}-pd"
        home = settings.agencies / name
        shutil.copytree(
            feed.agency.folder, home, ignore=shutil.ignore_patterns("payloads", "golden")
        )
        text = (home / "agency.yml").read_text("utf-8")
        (home / "agency.yml").write_text(text.replace(feed.agency.agency_id, name), "utf-8")
        (home / "payloads").mkdir()
        archive(home / "payloads", feed, records // agencies, prefix="calls_")
        for path in (home / "payloads").iterdir():
            os.utime(path, (0, 0))
    pulled = pull_agencies(settings, run_id="scale", now=datetime.now(UTC))
    if pulled.failures or not pulled.landed:
        raise SystemExit(f"could not pull: {dict(pulled.failures)}")
    return settings


def walkers(settings: Settings, count: int) -> list[subprocess.Popen[str]]:
    """Start so many walkers, ready to begin."""
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BLOTTER_HOME": str(settings.home),
        "BLOTTER_AGENCIES": str(settings.agencies),
        "BLOTTER_PUBLIC": str(settings.public),
        "BLOTTER_DATABASE_URL": settings.database_url,
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _WALKER, str(number), str(count)],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    for each in started:
        if each.stdout is None or each.stdout.readline() != "ready\n":
            raise SystemExit("a walker did not start")
    return started


def go(started: Sequence[subprocess.Popen[str]]) -> None:
    """Let walkers begin."""
    for each in started:
        if each.stdin is not None:
            each.stdin.write("\n")
            each.stdin.close()


def walked(settings: Settings, count: int, *, kills: int, seed: int) -> float:
    """Walk it all with so many processes, killing some on the way; return seconds."""
    chance = random.Random(seed)  # noqa: S311 - where a walker is killed is no secret
    running = walkers(settings, count)
    began = time.perf_counter()
    go(running)
    for _ in range(kills):
        time.sleep(chance.uniform(0.5, 3.0))
        victim = chance.choice(running)
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        running.remove(victim)
        fresh = walkers(settings, 1)
        go(fresh)
        running += fresh
    for each in running:
        each.wait()
    if kills:  # what the last victim held nobody may have come back to
        last = walkers(settings, 1)
        go(last)
        last[0].wait()
    return time.perf_counter() - began


def wrong(settings: Settings, records: int) -> list[str]:
    """Return what is not as it has to be: nothing lost, nothing twice, a clean log."""
    now = datetime.now(UTC)
    report = ledger_report(settings, now=now)
    found = list(report.problems)
    received = sum(row.received for row in report.agencies)
    waiting = sum(row.waiting + row.payloads.landed for row in report.agencies)
    if not report.balanced or received != records or waiting:
        found.append(f"balanced {report.balanced}, {received} of {records}, {waiting} waiting")
    seal_log(settings, now=now)
    found += check_log_files(settings).problems
    found += verify_log(settings.log, log_verifier_keys(settings)).problems
    return found


def main() -> int:
    """Measure each number of walkers on an empty database; return 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=8_000)
    parser.add_argument("--agencies", type=int, default=8)
    parser.add_argument("--walkers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="Kill N walkers.")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--record", action="store_true", help="Keep the figures as JSON.")
    asked = parser.parse_args()
    programs = binaries()
    if programs is None:
        raise SystemExit(MISSING)
    feed, bad = FEEDS["csv"](2_000), 0
    each = asked.records // asked.agencies * asked.agencies
    with server(programs) as url:
        for count in asked.walkers:
            with TemporaryDirectory(prefix="blotter-scale-") as folder:
                database = fresh_database(url, f"scale{count}")
                settings = prepare(Path(folder), database, feed, asked.agencies, each)
                seconds = walked(settings, count, kills=asked.kill, seed=asked.seed)
                problems = wrong(settings, each)
            said = "; ".join(problems) or "ledger balanced, log clean"
            load = os.getloadavg()[0]
            sys.stdout.write(
                f"{count} walker(s), {asked.kill} killed: {each} records in {seconds:.1f} s,"
                f" {each / seconds:.0f} a second; {said} (load {load:.1f})\n"
            )
            sys.stdout.flush()
            bad += bool(problems)
            if asked.record and not asked.kill:
                figures = {"workers": count, "records": each, "per_second": each / seconds}
                keep("scale", {**figures, "load": load}, machine(), commit())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
