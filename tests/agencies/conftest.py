"""An agency's folder that loads, for tests to break in one place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
id: juniper-falls-pd
about:
  name: Juniper Falls Police Department
  place: Juniper Falls
  state: WI
  kind: police
  contact: feeds@juniper-falls.example
timezone: America/Chicago
dialect: export
format:
  times: ["%m/%d/%Y %I:%M:%S %p", epoch-seconds]
  encodings: [utf-8, cp1252]
  max_bytes: 200000
transport: {kind: folder, path: payloads, pattern: "*.xml"}
schedule: {every: 60, reason: The export writes one file per change.}
fields:
  address:
    paths: [c:House, c:Street]
    presence: optional
  restricted: {path: c:Restricted, presence: optional, true_values: ["yes"]}
remarks:
  - {text: c:Nature}
people:
  - {role: staff, name: [c:Dispatcher]}
private_values: [c:Plate]
ignored_fields: [c:Source, c:Extra/**]
call_types:
  STRUCTURE FIRE: FSTRU
  NO: NOISE
  1183: MVA
agreement:
  parties: [Juniper Falls Police Department, Blotter Demonstration Desk]
  signed: 2026-01-05
  effective: 2026-01-10
  expires: 2029-01-09
  fields: [call_type, opened_at, address, remarks]
  categories: [structure-fire, noise]
  text: agreement.md
  consideration: none
location: {areas: areas.geojson, town: Juniper Falls}
bounds: {calls_per_day: [1, 400], held_ratio: 0.6, silence_hours: 12}
"""

DIALECT = """\
format:
  kind: xml
  records: //c:Call
  namespaces: {c: "urn:example:cad"}
  schema: export.xsd
key: [cfs_number]
fields:
  cfs_number: {path: c:Id, presence: required}
  call_type: {path: c:Type, presence: required}
  opened_at: {path: c:Opened, presence: required}
  latitude: {path: c:Lat, presence: optional}
  longitude: {path: c:Lon, presence: optional}
remarks:
  - {each: c:Notes/c:Note, text: c:Text, at: c:At, restriction: c:Mark}
people:
  - {role: caller, name: [c:Caller], phone: [c:Phone]}
private_values: [c:Case]
ignored_fields: [c:Seq]
"""

XSD = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:cad">
  <xs:element name="Call"/>
</xs:schema>
"""

Write = Callable[..., tuple[Path, Path]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes an agency and its dialect, and gives both folders."""

    def written(agency: str = GOOD, dialect: str = DIALECT, xsd: str = XSD) -> tuple[Path, Path]:
        folder, dialects = tmp_path / "agencies" / "juniper-falls-pd", tmp_path / "schemas"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "agency.yml").write_text(agency, encoding="utf-8")
        (folder / "areas.geojson").write_text('{"type": "FeatureCollection", "features": []}')
        (folder / "agreement.md").write_text("The department sends its calls.\n")
        (dialects / "export").mkdir(parents=True, exist_ok=True)
        (dialects / "export" / "dialect.yml").write_text(dialect, encoding="utf-8")
        (dialects / "export" / "export.xsd").write_text(xsd)
        return folder, dialects

    return written


@pytest.fixture
def good() -> str:
    """The text of an agency.yml that loads."""
    return GOOD


@pytest.fixture
def dialect() -> str:
    """The text of the dialect.yml it lies on."""
    return DIALECT


@pytest.fixture
def xsd() -> str:
    """The text of the dialect's schema."""
    return XSD
