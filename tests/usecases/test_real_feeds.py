"""Payloads of real agencies, walked by folders written here and nothing else."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from elm_bluff import AGENCY, Line, everything_outside_the_vault

from pipeline.adapters.store.ledger import AgencyCount
from pipeline.model import LedgerState
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.walk import walk_files

pytestmark = pytest.mark.shared


def agency_folder(line: Line, agency_id: str, areas: Path | None, **changes: Any) -> Path:
    """Write an agency's folder: the small agency's file with some keys replaced."""
    folder = line.settings.home.parent / agency_id
    folder.mkdir()
    content = {**AGENCY, "id": agency_id, **changes}
    content["agreement"] = {**AGENCY["agreement"], **changes.get("agreement", {})}
    (folder / "agency.yml").write_text(yaml.safe_dump(content, sort_keys=False))
    (folder / "agreement.md").write_text("Public data of the city.\n")
    source = areas if areas is not None else line.folder / "areas.geojson"
    (folder / "areas.geojson").write_bytes(source.read_bytes())
    return folder


def total_of(row: AgencyCount, state: str, *reasons: str) -> int:
    """Return how many records stand in a state for any of these reasons."""
    return sum(row.states[LedgerState(state)].get(reason, 0) for reason in reasons)


def required(**paths: str) -> dict[str, Any]:
    return {name: {"path": path, "presence": "required"} for name, path in paths.items()}


def optional(**paths: str) -> dict[str, Any]:
    return {name: {"path": path, "presence": "optional"} for name, path in paths.items()}


def test_milwaukees_call_log_walks_whole(sqlite_line: Line, shared: Path) -> None:
    line = sqlite_line
    payload = shared / "real_feeds" / "milwaukee" / "calls.csv"
    folder = agency_folder(
        line,
        "milwaukee-pd",
        shared / "reference" / "neighborhoods" / "milwaukee.geojson",
        key=["cfs_number"],
        fields=required(cfs_number="id", call_type="nature", opened_at="time")
        | optional(address="location", latitude="latitude", longitude="longitude"),
        format={"kind": "table", "max_bytes": 10_000_000},
        remarks=[],
        people=[],
        private_values=["district"],
        ignored_fields=["status"],
        call_types={"ENTRY": "BURGLARY", "THEFT": "LARCENY", "FIRE": "FSTRU", "BATTERY DV": "DVA"},
        location={"areas": "areas.geojson", "town": "Milwaukee"},
    )
    walk_files(line.settings, folder, [payload], now=line.at)
    (row,) = ledger_report(line.settings, now=line.at).agencies
    rows = list(csv.DictReader(payload.read_text(encoding="utf-8").splitlines()))
    natures = Counter(r["nature"] for r in rows)
    assert row.received == row.rows_read == sum(natures.values()) == 33_968
    assert row.difference == 0
    told = natures["ENTRY"] + natures["THEFT"] + natures["FIRE"]
    assert total_of(row, "pending", "pending") >= told * 0.97
    areas = {
        r.proposal.candidate.facts.area.name for r in pending_queue(line.settings, now=line.at)
    }
    assert len(areas) > 10
    exact = [r["location"].split(",")[0] for r in rows]
    sample = sorted({place for place in exact if place[:1].isdigit()})[::97]
    assert len(sample) > 50
    assert everything_outside_the_vault(line, sample)[1] == []


def test_san_franciscos_unit_rows_fold_into_calls(sqlite_line: Line, shared: Path) -> None:
    line = sqlite_line
    payload = shared / "real_feeds" / "san-francisco-fire" / "calls.csv"
    folder = agency_folder(
        line,
        "san-francisco-fire",
        shared / "reference" / "neighborhoods" / "san-francisco.geojson",
        timezone="America/Los_Angeles",
        fields=required(cfs_number="CallNumber", call_type="CallType", opened_at="CallDate")
        | optional(address="Address", units="UnitID")
        | {"point": {"path": "Location", "presence": "optional", "form": "lat-lon-text"}},
        format={
            "kind": "table",
            "fold": True,
            "nulls": ["null"],
            "times": ["%m/%d/%Y %I:%M:%S %p"],
            "max_bytes": 10_000_000,
        },
        remarks=[],
        people=[],
        call_types={
            "Structure Fire": "FSTRU",
            "Alarms": "ALRF",
            "Outside Fire": "FBRUSH",
            "Medical Incident": "ALS",
        },
        agreement={"fields": ["cfs_number", "call_type", "opened_at", "address", "point", "units"]},
        location={"areas": "areas.geojson", "town": "San Francisco"},
    )
    walk_files(line.settings, folder, [payload], now=line.at)
    (row,) = ledger_report(line.settings, now=line.at).agencies
    assert (row.received, row.rows_read, row.folded) == (961, 1_000, 39)
    assert row.difference == 0
    assert total_of(row, "held", "unknown-call-type") > 0
    assert total_of(row, "withheld", "sensitive-category") > 500


def test_tylers_files_walk_by_the_dialect_alone(sqlite_line: Line, shared: Path) -> None:
    line = sqlite_line
    source = shared / "real_feeds" / "tyler-new-world"
    plain = ("about", "timezone", "schedule", "agreement", "location", "bounds")
    folder = line.settings.home.parent / "tyler-town"
    folder.mkdir()
    content = {
        "id": "tyler-town",
        **{key: AGENCY[key] for key in plain},
        "dialect": "tyler-new-world",
        "transport": {"kind": "folder", "path": ".", "pattern": "*.xml"},
        "call_types": {"Structure Fire": "FSTRU", "Welfare Check": "WELFARE"},
    }
    (folder / "agency.yml").write_text(yaml.safe_dump(content, sort_keys=False))
    (folder / "agreement.md").write_text("Invented.\n")
    (folder / "areas.geojson").write_bytes((line.folder / "areas.geojson").read_bytes())
    names = ["full_call", "minimal_call", "nil_fields", "bom_utf8", "bom_utf16be", "bom_utf16le"]
    walk_files(line.settings, folder, [source / f"{name}.xml" for name in names], now=line.at)
    report = ledger_report(line.settings, now=line.at)
    (row,) = report.agencies
    assert report.balanced
    assert row.received == 6
    # The two UTF-16 files are malformed on purpose; two calls have no call type.
    assert row.payloads.quarantined == 2
    assert total_of(row, "quarantined", "required-missing") == 2
    assert total_of(row, "pending", "pending") == 1
    assert total_of(row, "withheld", "sensitive-category") == 1
    said = json.dumps([str(r.proposal) for r in pending_queue(line.settings, now=line.at)])
    assert "Lovelace" not in said
    canaries = ("Lovelace", "Hopper", "NAVY01", "Evergreen", "555-0100", "700001")
    assert everything_outside_the_vault(line, canaries)[1] == []
