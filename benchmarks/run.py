"""Measures intake and walk: ``make bench``, or ``python benchmarks/run.py --help``.

Out: tables on the screen; with ``--record`` also the figures in README.md, a line in
history.jsonl, stages.svg and redaction.svg. Everything is read from the emulator and written to a
temporary folder. It must never fail for being slow: figures are for people, tests are elsewhere.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console

from benchmarks.cases import Case, intake, texts, walking
from benchmarks.gating import gating
from benchmarks.inputs import FEEDS, ROOT
from benchmarks.line import whole_line
from benchmarks.measure import alternate
from benchmarks.placing import placing
from benchmarks.publishing import publishing
from benchmarks.redaction import redaction, varied_redaction
from benchmarks.report import case_record, machine, picture, replace_figures, tables
from benchmarks.sealing import receipts, sealing, verifying
from benchmarks.speeds import speeds_picture
from benchmarks.weighing import weighing

__all__ = ["CASES", "commit", "main", "measure"]

_LINE_ROUNDS = 3  # the whole line takes seconds, most of them waiting for the disk
_PROFILED = 30  # functions

CASES: Mapping[str, Callable[[int], Case]] = {
    "intake-xml": lambda n: intake("xml", FEEDS["xml"](n)),
    "intake-xml-files": lambda n: intake("xml-files", FEEDS["xml-files"](n)),
    "intake-json": lambda n: intake("json", FEEDS["json"](n)),
    "intake-csv": lambda n: intake("csv", FEEDS["csv"](n)),
    "intake-csv-units": lambda n: intake("csv-units", FEEDS["csv-units"](n)),
    "texts": lambda n: texts([feed(max(1, n // 10)) for feed in FEEDS.values()]),
    "redaction": lambda n: redaction(max(1, n // 10)),
    "redaction-varied": lambda n: varied_redaction(max(1, n // 10)),
    "sensitivity": weighing,
    "points-in-areas": lambda n: placing(500 * n),
    "gate-csv": lambda n: gating("csv", FEEDS["csv"](n)),
    "log": lambda n: sealing(10 * n),
    "log-verify": lambda n: verifying(500 * n),
    "receipts": lambda n: receipts(100 * n),
    "publish": lambda n: publishing(20 * n),
    "walk-xml": lambda n: walking("xml", FEEDS["xml"](max(1, n // 4))),
    "walk-csv": lambda n: walking("csv", FEEDS["csv"](max(1, n // 4))),
    "line-xml": lambda n: whole_line("xml", FEEDS["xml"](n)),
    "line-csv": lambda n: whole_line("csv", FEEDS["csv"](n)),
    "line-xml-files": lambda n: whole_line("xml-files", FEEDS["xml-files"](max(1, n // 10))),
}
"""Name -> case for a wanted number of records; slow ones take a part of it."""


def measure(
    names: Sequence[str], *, records: int, rounds: int, at: datetime, told: Callable[[str], None]
) -> dict[str, Any]:
    """Run the named cases one after another and return the run's record."""
    cases = []
    for name in names:
        told(name)
        case = CASES[name](records)
        turns = min(rounds, _LINE_ROUNDS) if name.startswith("line-") else rounds
        cases.append(case_record(case, alternate(case.contenders, turns)))
    return {
        "at": at.isoformat(timespec="seconds"),
        "commit": commit(),
        "records": records,
        "rounds": rounds,
        "machine": machine(),
        "cases": cases,
    }


def profile(name: str, records: int) -> None:
    """Print where the case's last own contender spends its time."""
    contenders = CASES[name](records).contenders
    contender = [each for title, each in contenders.items() if "bare" not in title][-1]
    contender()
    profiler = cProfile.Profile()
    profiler.runcall(contender)
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(_PROFILED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, and record when asked to; return 0."""
    asked = _parser().parse_args(arguments)
    if asked.profile:
        profile(asked.profile, asked.records)
        return 0
    progress = Console(stderr=True)
    run = measure(
        asked.case or list(CASES),
        records=asked.records,
        rounds=asked.rounds,
        at=datetime.now(UTC),
        told=lambda name: progress.print(f"measuring {name}", highlight=False),
    )
    shown = json.dumps(run) if asked.json else tables(run)
    Console(soft_wrap=True).print(shown, markup=False, highlight=False)
    if asked.record is not None:
        _record(asked.record, run)
    return 0


def _record(folder: Path, run: Mapping[str, Any]) -> None:
    page = folder / "README.md"
    page.write_text(replace_figures(page.read_text("utf-8"), tables(run)), "utf-8")
    (folder / "stages.svg").write_text(picture(run), "utf-8")
    speeds = speeds_picture(run)
    if speeds:
        (folder / "redaction.svg").write_text(speeds, "utf-8")
    with (folder / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(run) + "\n")


def commit() -> str:
    """Return the short commit, with ``+`` when the files measured differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    described = subprocess.run(
        [git, "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip() or "unknown"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure intake and walk, in records a second.")
    parser.add_argument(
        "--case", action="append", choices=list(CASES), help="only this case; may be repeated"
    )
    parser.add_argument("--records", type=_positive, default=2000, help="records a feed (2000)")
    parser.add_argument("--rounds", type=_positive, default=5, help="rounds a case (5)")
    parser.add_argument("--json", action="store_true", help="print the record, not the tables")
    parser.add_argument("--profile", choices=list(CASES), help="print a profile of one case")
    parser.add_argument(
        "--record",
        type=Path,
        nargs="?",
        const=ROOT / "benchmarks",
        metavar="FOLDER",
        help="write README.md, history.jsonl and stages.svg too, here or in FOLDER",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
