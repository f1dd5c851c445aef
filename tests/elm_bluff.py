"""A small invented agency in a folder of its own, the line around it, and a search for canaries."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from pipeline.adapters.store.ledger import AgencyCount
from pipeline.agencies import load_agency, schemas_folder
from pipeline.model import LedgerState, ModelVersion, Policy
from pipeline.place import load_areas
from pipeline.propose import Rules
from pipeline.usecases.approve import approve
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.walk import walk_landed

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)

COLUMNS = (
    *("cfs", "type", "opened", "revised", "closed", "mark", "hidden", "address", "lat", "lon"),
    *("caller", "phone", "notes"),
)

AGENCY = {
    "id": "elm-bluff",
    "about": {
        "name": "Elm Bluff Public Safety",
        "place": "Elm Bluff",
        "state": "WI",
        "kind": "combined",
        "contact": "feeds@elm-bluff.example",
    },
    "timezone": "America/Chicago",
    "dialect": "own",
    "format": {"kind": "table", "max_bytes": 1_000_000},
    "transport": {"kind": "folder", "path": "payloads", "pattern": "*.csv"},
    "schedule": {"every": 60, "reason": "The export writes a file per change."},
    "key": ["cfs_number"],
    "fields": {
        "cfs_number": {"path": "cfs", "presence": "required"},
        "call_type": {"path": "type", "presence": "required"},
        "opened_at": {"path": "opened", "presence": "required"},
        "revised_at": {"path": "revised", "presence": "optional"},
        "closed": {"path": "closed", "presence": "optional"},
        "restricted": {"path": "mark", "presence": "optional"},
        "place_restricted": {"path": "hidden", "presence": "optional"},
        "address": {"path": "address", "presence": "optional"},
        "latitude": {"path": "lat", "presence": "optional"},
        "longitude": {"path": "lon", "presence": "optional"},
    },
    "remarks": [{"text": "notes"}],
    "people": [{"role": "caller", "name": ["caller"], "phone": ["phone"]}],
    "private_values": [],
    "ignored_fields": [],
    "call_types": {
        "STRUCTURE FIRE": "FSTRU",
        "BRUSH FIRE": "FBRUSH",
        "GAS LEAK": "GASLEAK",
        "BURGLARY": "BURGLARY",
        "LARCENY": "LARCENY",
        "CRASH": "MVA",
        "ROBBERY": "ROBBERY",
        "DOMESTIC": "DVA",
        "ADMIN": "ADMIN",
    },
    "agreement": {
        "parties": ["Elm Bluff Public Safety", "A desk"],
        "signed": "2026-01-05",
        "effective": "2026-01-10",
        "expires": "2029-01-09",
        "fields": [
            "cfs_number",
            "call_type",
            "opened_at",
            "revised_at",
            "closed",
            "restricted",
            "place_restricted",
            "address",
            "latitude",
            "longitude",
            "remarks",
            "people",
        ],
        "categories": "all",
        "text": "agreement.md",
        "consideration": "none",
    },
    "location": {"areas": "areas.geojson", "town": "Elm Bluff"},
    "bounds": {"calls_per_day": [1, 400], "held_ratio": 0.6, "silence_hours": 12},
}

AREAS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "north-side", "name": "North Side"}, "geometry":
  {"type": "Polygon", "coordinates": [[[-89.0, 43.0], [-88.95, 43.0], [-88.95, 43.05],
   [-89.0, 43.05], [-89.0, 43.0]]]}},
 {"type": "Feature", "properties": {"id": "south-side", "name": "South Side"}, "geometry":
  {"type": "Polygon", "coordinates": [[[-89.0, 42.95], [-88.95, 42.95], [-88.95, 43.0],
   [-89.0, 43.0], [-89.0, 42.95]]]}}]}"""


def call(cfs: str, kind: str = "STRUCTURE FIRE", **values: str) -> dict[str, str]:
    """Return one invented call as the agency's table has it."""
    plain = {
        "cfs": cfs,
        "type": kind,
        "opened": "2026-03-02 11:20:00",
        "revised": "",
        "closed": "",
        "mark": "",
        "hidden": "",
        "address": "418 Tanglewood Ct",
        "lat": "43.02",
        "lon": "-88.97",
        "caller": "Quillon Abernathwy",
        "phone": "920-555-0143",
        "notes": "smoke from the roof, engine on the way",
    }
    return plain | values


@dataclass(frozen=True)
class Line:
    """One agency and the line around it; ``at`` is the present."""

    settings: Settings
    folder: Path
    at: datetime = NOW

    def later(self, minutes: float) -> Line:
        """Return the line at a later moment."""
        return replace(self, at=self.at + timedelta(minutes=minutes))

    def deliver(self, name: str, calls: Sequence[Mapping[str, str]]) -> None:
        """Put a table of calls into the agency's folder, as written a minute ago."""
        sheet = io.StringIO()
        columns = list(dict.fromkeys([*COLUMNS, *(key for row in calls for key in row)]))
        writer = csv.DictWriter(sheet, columns, restval="")
        writer.writeheader()
        writer.writerows(calls)
        self.deliver_bytes(name, sheet.getvalue().encode())

    def deliver_bytes(self, name: str, body: bytes) -> None:
        """Put any bytes into the agency's folder."""
        path = self.folder / "payloads" / name
        path.write_bytes(body)
        before = (self.at - timedelta(minutes=1)).timestamp()
        os.utime(path, (before, before))

    def run(self) -> None:
        """Pull and walk once."""
        pull_agencies(self.settings, run_id="run-1", now=self.at)
        walk_landed(self.settings, now=self.at)

    def count(self) -> AgencyCount:
        """Return the agency's ledger, which must balance."""
        report = ledger_report(self.settings, now=self.at)
        assert report.problems == ()
        assert report.balanced
        (row,) = report.agencies
        return row

    def states(self) -> dict[str, int]:
        """Return how many records stand in each state, without the empty ones."""
        row = self.count()
        return {s.value: row.total(s) for s in LedgerState if row.total(s)}

    def pending(self) -> list[str]:
        """Return ids of pending candidates."""
        rows = pending_queue(self.settings, now=self.at)
        return [row.candidate_id for row in rows]

    def change(self, **values: object) -> None:
        """Change keys of agency.yml."""
        path = self.folder / "agency.yml"
        content = yaml.safe_load(path.read_text())
        for key, value in values.items():
            old = content.get(key) or {}
            content[key] = {**old, **value} if isinstance(value, dict) else value
        path.write_text(yaml.safe_dump(content, sort_keys=False))


def _folder_in(parent: Path) -> Path:
    folder = parent / "elm-bluff"
    (folder / "payloads").mkdir(parents=True)
    (folder / "agency.yml").write_text(yaml.safe_dump(AGENCY, sort_keys=False))
    (folder / "areas.geojson").write_text(AREAS)
    (folder / "agreement.md").write_text("The agency sends calls; the desk tells neighbors.\n")
    return folder


class Ground:
    """The agency's rules, without their long repr in a failure."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __repr__(self) -> str:
        return "Ground"


def ground_in(root: Path, policy: Policy) -> Ground:
    """Return the agency's rules under a policy, without a line around it."""
    agency = load_agency(_folder_in(root), dialects=schemas_folder())
    areas = load_areas(agency.location.areas, minimum_radius_m=policy.minimum_area_radius_m)
    return Ground(Rules(agency=agency, policy=policy, model=ModelVersion("m"), areas=areas))


def build_line(root: Path, database_url: str) -> Line:
    """Make the agency's folder and an empty, migrated installation."""
    folder = _folder_in(root / "agencies")
    settings = load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(root / "agencies"),
            "BLOTTER_PUBLIC": str(root / "public"),
            "BLOTTER_DATABASE_URL": database_url,
        }
    )
    migrate(settings)
    return Line(settings=settings, folder=folder)


# None is made of hexadecimal digits alone and short: digests would hold it by chance.
CANARIES = (
    "Quillon",
    "Abernathwy",
    "Tuyet",
    "Nguyendo",
    "5550143",
    "555-0143",
    "Tanglewood",
    "QZJ-4418",
    "QZJ4418",
    "ZK71QW",
)


def everything_outside_the_vault(
    line: Line, canaries: Sequence[str]
) -> tuple[int, list[tuple[Path, str]]]:
    """Search every file of the installation but vault and keys; return (files, finds)."""
    private = (Path(line.settings.vault), line.settings.key_file.parent)
    roots = (line.settings.home, line.settings.public)
    files = [
        path
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and not any(path.is_relative_to(p) for p in private)
    ]
    found = [
        (path, canary)
        for path in files
        for canary in canaries
        if canary.lower().encode() in path.read_bytes().lower()
    ]
    return len(files), found


def public_bytes(line: Line) -> bytes:
    """Return every byte the public may read, but the programs and pictures pages share."""
    return b"".join(path.read_bytes() for path in public_files(line))


def public_files(line: Line) -> list[Path]:
    """Return every public file but the programs and pictures pages share, by path."""
    public = line.settings.public
    files = (p for p in sorted(public.rglob("*")) if p.is_file())
    return [p for p in files if p.relative_to(public).parts[0] != "assets"]


def published(line: Line, editor: str = "Ida Okwu") -> str:
    """Approve the one pending candidate, publish, and return the alert's id."""
    (candidate,) = line.pending()
    decided = approve(line.settings, candidate, editor=editor, now=line.at)
    assert decided.alert is not None
    publish_due(line.settings, now=line.at)
    return decided.alert.alert_id
