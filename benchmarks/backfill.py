"""Measures a backfill: ``python -m benchmarks.backfill [--records N] [--workers 1 2]``.

Writes an archive of invented calls, no number twice, into a temporary folder and walks it with so
many processes, on SQLite or a PostgreSQL of its own. Prints incidents a second, processor time of
all processes, and how long a million would take at that rate; exits 1 when the ledger does not
balance. ``--profile`` says where one process spends its time.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.history import keep
from benchmarks.inputs import FEEDS, ROOT, Feed
from benchmarks.report import machine
from benchmarks.run import commit
from pipeline.usecases.backfill import backfill
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings

_FIRST = date(2026, 1, 1)
_A_DAY = 2_000
_GOAL = 1_000_000 / 1_800


def archive(folder: Path, feed: Feed, records: int, prefix: str = "") -> int:
    """Write so many records, one file a day; return the number of days."""
    head, *rows = _rows(feed)
    days = 0
    for start in range(0, records, _A_DAY):
        wanted = min(_A_DAY, records - start)
        chosen = (_numbered(rows[n % len(rows)], start + n) for n in range(wanted))
        day = _FIRST + timedelta(days=days)
        (folder / f"{prefix}{day.isoformat()}.csv").write_bytes(b"".join((head, *chosen)))
        days += 1
    return days


def _rows(feed: Feed) -> list[bytes]:
    return feed.bodies[0].splitlines(keepends=True)


def _numbered(row: bytes, number: int) -> bytes:
    """Return a row under a number of its own."""
    first, _, rest = row.partition(b",")
    return b"%s-%07d,%s" % (first.partition(b"-")[0], number, rest)


def once(settings: Settings, feed: Feed, records: int, workers: int) -> dict[str, float]:
    """Walk an archive on an empty installation; return its figures.

    Raises:
        SystemExit: something was lost, or refused.
    """
    folder = settings.home / "archive"
    folder.mkdir(parents=True)
    migrate(settings)
    days = archive(folder, feed, records)
    began, used = time.perf_counter(), _processor()
    found = backfill(
        settings,
        feed.agency.agency_id,
        _FIRST,
        _FIRST + timedelta(days=days),
        archive=folder,
        now=datetime.now(UTC),
        workers=workers,
    )
    seconds, used = time.perf_counter() - began, _processor() - used
    counts: Counter[str] = sum((each.counts for each in found.days), Counter())
    report = ledger_report(settings, now=datetime.now(UTC))
    if counts.total() != records or counts["quarantined"] or not report.balanced:
        raise SystemExit(f"{counts} of {records}; balanced: {report.balanced}")
    return {
        "workers": workers,
        "records": records,
        "seconds": round(seconds, 1),
        "per_second": round(records / seconds, 1),
        "processor_us": round(used / records * 1e6),
        "million_minutes": round(1e6 / (records / seconds) / 60, 1),
    }


def _processor() -> float:
    """Return seconds of the processor of this process and of those it has waited for."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


@contextmanager
def installation(url: str = "") -> Iterator[Settings]:
    """Yield settings of an empty installation in a temporary folder."""
    with TemporaryDirectory(prefix="blotter-bench-") as folder:
        environ = {"BLOTTER_HOME": folder, "BLOTTER_AGENCIES": str(ROOT / "sample_feeds")}
        yield load_settings(environ | ({"BLOTTER_DATABASE_URL": url} if url else {}))


def main() -> int:
    """Measure each number of workers once, and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--record", action="store_true", help="Keep the figures as JSON.")
    asked = parser.parse_args()
    feed = FEEDS["csv"](2_000)
    for workers in asked.workers:
        with installation() as settings:
            if asked.profile:
                profiler = cProfile.Profile()
                profiler.runcall(once, settings, feed, asked.records, 1)
                pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(40)
                return 0
            figures = once(settings, feed, asked.records, workers)
        load = os.getloadavg()[0]
        sys.stdout.write(
            "{workers} worker(s): {records} incidents in {seconds} s, {per_second} a second,"
            " {processor_us} µs of the processor each; a million: {million_minutes} min".format(
                **figures
            )
            + f" (goal {_GOAL:.0f} a second; load {load:.1f})\n"
        )
        if asked.record:
            keep("backfill", {**figures, "load": load}, machine(), commit())
    return 0


if __name__ == "__main__":
    sys.exit(main())
