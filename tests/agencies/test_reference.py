"""The reference page tells the truth: its examples load and read, and no key is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipeline.agencies import CanonicalField, PointForm, load_agency, schemas_folder
from pipeline.agencies.dialect import (
    FieldDocument,
    FormatDocument,
    PeopleDocument,
    RemarkDocument,
)
from pipeline.agencies.document import (
    AboutDocument,
    AgencyDocument,
    AgreementDocument,
    BoundsDocument,
    LocationDocument,
    ScheduleDocument,
)
from pipeline.feeds import read_payload
from pipeline.model import PersonRole, SourceRecord

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/agency-file.md").read_text()
EXAMPLE = re.compile(
    r"<!-- example -->\n```yaml\n(.*?)```.*?```(?:xml|json|csv)\n(.*?)```", re.DOTALL
)
EXAMPLES = {each[0].split()[1]: each for each in EXAMPLE.findall(PAGE)}
RECORDS = {
    "example-county-so": {"cfs_number": 1, "call_type": 1, "point": 1, "units": 2},
    "example-city-fire": {"cfs_number": 1, "call_type": 1, "latitude": 1, "units": 2},
    "example-town-ems": {"cfs_number": 1, "call_type": 1, "point": 1, "units": 2},
}


def test_there_is_an_example_of_each_kind() -> None:
    assert sorted(EXAMPLES) == sorted(RECORDS)


@pytest.mark.parametrize("agency_id", sorted(RECORDS))
def test_example_loads_and_reads_its_payload_without_a_word_left(
    agency_id: str, tmp_path: Path
) -> None:
    text, payload = EXAMPLES[agency_id]
    folder = tmp_path / agency_id
    folder.mkdir()
    (folder / "agency.yml").write_text(text)
    (folder / "areas.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    loose = re.search(r"as loose as:\n\n```json\n(.*?)```", PAGE, re.DOTALL)
    assert loose is not None
    (folder / "incident.schema.json").write_text(loose[1])
    agency = load_agency(folder, dialects=schemas_folder())
    reading = read_payload(payload.encode(agency.format.encodings[-1]), agency)
    assert [type(each) for each in reading.records] == [SourceRecord] * len(reading.records)
    assert len(reading.records) == (2 if agency.format.fold else 1)
    assert reading.notices == ()
    assert [each.notices for each in reading.records] == [()] * len(reading.records)
    first = reading.records[0]
    found = {name: len(values) for name, values in first.canonical}
    assert RECORDS[agency_id].items() <= found.items()
    assert len(first.remarks) >= 1
    assert {role for role, _ in first.people} >= {PersonRole.CALLER}


@pytest.mark.parametrize(
    "document",
    [
        AgencyDocument,
        AboutDocument,
        FormatDocument,
        FieldDocument,
        RemarkDocument,
        PeopleDocument,
        ScheduleDocument,
        AgreementDocument,
        LocationDocument,
        BoundsDocument,
    ],
)
def test_page_names_every_key(document: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in document.model_fields.items()]
    assert len(keys) >= 2
    assert [key for key in keys if f"`{key}`" not in PAGE and f"`{key}:" not in PAGE] == []


def test_page_names_every_canonical_field_form_and_dialect() -> None:
    dialects = [each.parent.name for each in schemas_folder().glob("*/dialect.yml")]
    names = [*CanonicalField, *PointForm, *dialects]
    assert len(names) > 20
    assert [name for name in names if f"`{name}`" not in PAGE] == []
