"""Measures bulk files: ``python benchmarks/streaming.py [--megabytes 1000]``; in ``make bench``.

Figures that must not be taken for one another. *bare*: lxml's iterparse with the XSD plugged in
(csv.reader for the table), which makes nothing of a record. *bare, cells checked*, of the table
alone: csv.reader, and of each row what an XSD says of a record: its width, that required cells
are filled, and that times, numbers and flags have their form. *read*: ``check_file``,
which cuts, checks bytes, parses, validates, draws every mapped text of a record, cleans it and
accounts for all others, in as many reading processes as there are cores and in one, beside the one
that cuts; it makes neither the objects nor the contents of revisions that only a walk needs.
*walk*: ``ingest_file`` on an empty installation: landing, redaction, ledger and audit log in it,
on a piece of the file. ``share_of_bare`` is by the clock, ``share_by_processor`` what idle cores
could give at most, by the processor of whichever keeps the others waiting: one reader, the process
that cuts, or all of them on these cores; ``…_of_checked`` are the same beside *bare, cells
checked*. Memory is the resident size of all processes of a contender together, looked at twenty
times a second. It must never compare figures of different runs.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lxml import etree

from benchmarks.inputs import FEEDS, Feed
from pipeline.agencies import load_agency, schemas_folder
from pipeline.usecases.bulk import check_file
from pipeline.usecases.ingest import ingest_file
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings

_NUMBER = b"IdentificationID>"
_AT = datetime(2026, 3, 5, tzinfo=UTC)

_TEXT, _FILLED = r"(?s:.*)", r"(?s:.*\S.*)"
_TIME = r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M"
_CELLS = {
    "Call No": r"[\w-]+",
    "Date/Time": _TIME,
    "Nature": _FILLED,
    "Pri": r"\d?",
    "Location": _TEXT,
    "Business": _TEXT,
    "Lat": r"(?:-?\d+(?:\.\d+)?)?",
    "Lon": r"(?:-?\d+(?:\.\d+)?)?",
    "Sector": _TEXT,
    "Units": r"[\w ]*",
    "Officer": _TEXT,
    "Call Taker": _TEXT,
    "Caller": _TEXT,
    "Caller Phone": r"[\d() -]*",
    "Caller Addr": _TEXT,
    "Remarks": _TEXT,
    "Last Activity": f"(?:{_TIME})?",
    "Closed": r"[YN]?",
    "Canceled": r"[YN]?",
}
"""What the columns of the table may hold."""


def main() -> int:
    """Measure both forms and print one JSON object."""
    parser = argparse.ArgumentParser(description="Measure bulk files.")
    parser.add_argument("--megabytes", type=int, default=100, help="size of each file (100)")
    parser.add_argument("--walked", type=int, default=8, help="megabytes of it that are walked (8)")
    parser.add_argument("--form", choices=["xml", "csv"], action="append")
    asked = parser.parse_args()
    found = {}
    for form in asked.form or ["xml", "csv"]:
        with TemporaryDirectory(prefix="blotter-bulk-") as folder:
            found[form] = _measured(form, Path(folder), asked.megabytes, asked.walked)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


def _measured(form: str, folder: Path, megabytes: int, walked: int) -> Mapping[str, Any]:
    feed = FEEDS[form](4000)
    file, piece = folder / f"bulk.{form}", folder / f"piece.{form}"
    _written(feed, file, megabytes)
    _written(feed, piece, walked)
    cores = os.cpu_count() or 1
    bare, agency = _iterparse if form == "xml" else _csv_reader, feed.agency.folder
    migrate(_settings(agency, piece))
    made = {
        "bare": _alone(bare, agency, file),
        f"read, {cores} processes": _alone(_checked, agency, file, cores),
        "read, 1 process": _alone(_checked, agency, file, 1),
        "bare again": _alone(bare, agency, file),
        f"walk, {walked} MB of it": _alone(_walked, agency, piece),
    }
    bases = {"bare": ("share_of_bare", "share_by_processor")}
    if form == "csv":
        made["bare, cells checked"] = _alone(_csv_checked, agency, file)
        bases["bare, cells checked"] = ("share_of_checked", "share_of_checked_by_processor")
    for base, (by_clock, by_processor) in bases.items():
        several = [figures for name, figures in made.items() if name in (base, f"{base} again")]
        most = max(figures["records_a_second"] for figures in several)
        least = min(figures["processor_us"] for figures in several)
        for name, figures in made.items():
            if name.startswith("read"):
                slowest = _slowest(figures, int(name.split()[1]), cores)
                figures[by_clock] = round(figures["records_a_second"] / most, 3)
                figures[by_processor] = round(least / slowest, 3)
    return {"megabytes": round(file.stat().st_size / 1e6), **made}


def _slowest(figures: Mapping[str, float], readers: int, cores: int) -> float:
    """Return microseconds a record of whatever is slowest, had it the cores for itself.

    That is one reader of several, the process that cuts, or all of them on so many cores.
    """
    spent, read = figures["processor_us"], figures["readers_us"]
    return max(read / readers, spent - read, spent / cores)


def _written(feed: Feed, file: Path, megabytes: int) -> None:
    """Write the feed's one payload over and over, every copy with numbers of its own."""
    body = feed.bodies[0]
    if file.suffix == ".xml":
        begin = body.index(b"<sc:ServiceCall>")
        end = body.rindex(b"</sc:ServiceCallMessage>")
        marked = _NUMBER + b"CH"
    else:
        begin = body.index(b"\n") + 1
        end, marked = len(body), b""
    head, rows, tail = body[:begin], body[begin:end], body[end:]
    with file.open("wb") as out:
        out.write(head)
        turn = 0
        while out.tell() < megabytes * 1_000_000:
            if marked:
                out.write(rows.replace(marked, _NUMBER + b"C%d" % turn))
            else:
                out.write(b"".join(b"%d-" % turn + row for row in rows.splitlines(keepends=True)))
            turn += 1
        out.write(tail)


def _iterparse(agency: Path, file: Path) -> int:
    """Return how many valid records plain lxml meets, each let go as it was met."""
    xsd = load_agency(agency, dialects=schemas_folder()).format.schema
    schema = etree.XMLSchema(etree.parse(xsd))
    found = 0
    tag = "{urn:blotter:service-call:1}ServiceCall"
    for _, element in etree.iterparse(file, tag=tag, schema=schema):
        found += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return found


def _csv_reader(_agency: Path, file: Path) -> int:
    with file.open(encoding="cp1252", newline="") as opened:
        return sum(1 for _ in csv.reader(opened)) - 1


def _csv_checked(_agency: Path, file: Path) -> int:
    """Return how many rows there are, all of them of the form that the columns ask for."""
    found = 0
    with file.open(encoding="cp1252", newline="") as opened:
        rows = csv.reader(opened)
        header = next(rows)
        checks = [(i, re.compile(_CELLS[name]).fullmatch) for i, name in enumerate(header)]
        width = len(header)
        for row in rows:
            if len(row) != width or not all(fits(row[i]) for i, fits in checks):
                raise ValueError("a row of the bulk file is not of its columns' form")
            found += 1
    return found


def _checked(agency: Path, file: Path, readers: int) -> int:
    found = check_file(agency, file, readers=readers)
    if found.refused or found.refused_parts or found.stopped:
        raise ValueError("a record of the bulk file was refused")
    return found.records


def _walked(agency: Path, file: Path) -> int:
    return ingest_file(_settings(agency, file), agency, file, now=_AT).counts.total()


def _settings(agency: Path, file: Path) -> Settings:
    return load_settings(
        {"BLOTTER_HOME": str(file.parent / "home"), "BLOTTER_AGENCIES": str(agency.parent)}
    )


def _alone(contender: Callable[..., int], *given: object) -> dict[str, Any]:
    """Run a contender in a fresh process; return records, seconds, megabytes at most.

    ``processor_us`` are microseconds of the processor a record, of all its processes together, and
    ``readers_us`` those of the processes that it began: other programs on the machine disturb them
    less than the clock.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_told, args=(there, contender, *given))
    most = 0
    process.start()
    while not here.poll(0.05):
        if not process.is_alive():
            raise RuntimeError("a contender ended early")
        most = max(most, _resident(process.pid or 0))
    records, seconds, processor, readers = here.recv()
    process.join()
    return {
        "records": records,
        "seconds": round(seconds, 1),
        "records_a_second": round(records / seconds),
        "processor_us": round(processor / records * 1e6, 1),
        "readers_us": round(readers / records * 1e6, 1),
        "resident_megabytes": round(most / 1e6),
    }


def _told(pipe: Any, contender: Callable[..., int], *given: object) -> None:
    began, (own, readers) = time.perf_counter(), _processor()
    records = contender(*given)
    seconds, (own_now, readers_now) = time.perf_counter() - began, _processor()
    readers = readers_now - readers
    pipe.send((records, seconds, own_now - own + readers, readers))


def _processor() -> tuple[float, float]:
    """Return seconds of the processor: of this process, and of those it has waited for."""
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def _resident(pid: int) -> int:
    """Return bytes resident in a process and all below it; one gone meanwhile counts nothing."""
    try:
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [c for t in threads for c in (t / "children").read_text().split()]
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident(int(child)) for child in children)


if __name__ == "__main__":
    sys.exit(main())
