"""Onboards feeds nobody wrote a file for, and tells what was found, in how many seconds.

    python benchmarks/onboarding.py FOLDER [--zone America/Chicago]    a table; --json for JSON

Every file below FOLDER is a sample of its own, but read-me files and schemas. Each goes through
`blotter agency new` into a folder that is thrown away, and through the walk on trial. "By file"
says that a person has only lines of agency.yml to decide: records are read, nothing is quarantined,
and number or key, time, type and place are mapped. Prints names of fields and counts, never a text.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.model import PayloadRefused, Refused
from pipeline.usecases.onboard import OnboardReport, Request, onboard
from pipeline.usecases.settings import Settings, load_settings

SUFFIXES = frozenset({".xml", ".json", ".csv", ".tsv", ".txt", ".eml", ".atom", ".rss", ".geojson"})
PLACES = ("address", "point", "latitude", "district")
NOT_FEEDS = ("readme", "license", "schema")


def samples(folder: Path) -> Iterator[Path]:
    """Yield the files that may be payloads."""
    for path in sorted(folder.rglob("*")):
        named = path.name.lower()
        if path.suffix.lower() in SUFFIXES and not any(word in named for word in NOT_FEEDS):
            yield path


def told(settings: Settings, path: Path, zone: str) -> dict[str, Any]:
    """Return what onboarding makes of one sample."""
    started = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        request = Request(
            agency_id="a-feed", samples=(path,), timezone=zone, into=Path(scratch), state="XX"
        )
        try:
            report = onboard(settings, request, now=datetime.now(UTC))
        except PayloadRefused as refusal:
            return {"refused": refusal.code.value}
        except Refused as refusal:
            return {"refused": str(refusal)}
    return found(report) | {"seconds": round(time.process_time() - started, 1)}


def found(report: OnboardReport) -> dict[str, Any]:
    """Return the figures of a report."""
    fields = {c.field.value: list(c.paths) for c in report.inferred.fields if c.sure > 0}
    trial = report.trial
    uses = [each.use for each in trial.coverage]
    quarantined = sum(n for state, n in trial.agreed.items() if state.startswith("quarantined"))
    mapped = {
        "key": [each.value for each in report.inferred.key],
        "time": fields.get("opened_at", []),
        "type": fields.get("call_type", []),
        "place": [path for name in PLACES for path in fields.get(name, [])],
    }
    return {
        "kind": report.kind,
        "dialect": report.dialect,
        "records": report.records,
        **mapped,
        "covered": {use: uses.count(use) for use in ("mapped", "ignored", "unread")},
        "types": f"{sum(t.accepted for t in report.types)} of {len(report.types)}",
        "pending": trial.agreed.get("pending", 0),
        "held": sum(n for s, n in trial.agreed.items() if s.startswith("held")),
        "withheld": sum(n for s, n in trial.agreed.items() if s.startswith("withheld")),
        "quarantined": quarantined,
        "refused": sum(trial.refused.values()),
        "by file": all(mapped.values()) and not quarantined and not trial.refused,
    }


def main() -> None:
    """Onboard every sample of a folder."""
    parser = argparse.ArgumentParser(description="Onboard feeds nobody wrote a file for.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--zone", default="America/New_York")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = replace(load_settings({"BLOTTER_HOME": home}), home=Path(home))
        rows = {
            path.relative_to(given.folder).as_posix(): told(settings, path, given.zone)
            for path in samples(given.folder)
        }
    if given.json:
        sys.stdout.write(json.dumps(rows, indent=1) + "\n")
        return
    for name, row in rows.items():
        said = "  ".join(f"{key}={value}" for key, value in row.items())
        sys.stdout.write(f"{name}\n    {said}\n")
    able = sum(bool(row.get("by file")) for row in rows.values())
    sys.stdout.write(f"{able} of {len(rows)} need nothing but lines of their agency file\n")


if __name__ == "__main__":
    main()
