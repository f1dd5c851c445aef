"""What loads: merging with the dialect, the version, listing a folder, and never crashing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.agencies import (
    CanonicalField,
    FormatKind,
    PointForm,
    Presence,
    agency_json_schema,
    load_agency,
    load_all,
    schemas_folder,
)
from pipeline.model import Category, ConfigError, PersonRole

Write = Callable[..., tuple[Path, Path]]
ROOT = Path(__file__).resolve().parents[2]


def test_agency_lies_on_its_dialect(write: Write) -> None:
    folder, dialects = write()
    agency = load_agency(folder, dialects=dialects)
    assert agency.agency_id == "juniper-falls-pd"
    assert agency.folder == folder.resolve()
    assert (agency.name, agency.place, agency.state) == (
        "Juniper Falls Police Department",
        "Juniper Falls",
        "WI",
    )
    assert agency.about["contact"] == "feeds@juniper-falls.example"
    assert agency.timezone.key == "America/Chicago"
    assert agency.format.kind is FormatKind.XML
    assert agency.format.records == "//c:Call"
    assert agency.format.schema == (dialects / "export" / "export.xsd").resolve()
    assert agency.format.encodings == ("utf-8", "cp1252")
    assert agency.format.times == ("%m/%d/%Y %I:%M:%S %p", "epoch-seconds")
    assert agency.format.max_bytes == 200_000
    assert agency.transport.path == folder.resolve() / "payloads"
    assert agency.every == timedelta(seconds=60)
    assert agency.key == (CanonicalField.CFS_NUMBER,)
    assert set(agency.fields) == {
        "cfs_number", "call_type", "opened_at", "latitude", "longitude", "address", "restricted",
    }  # fmt: skip
    assert agency.fields[CanonicalField.ADDRESS].paths == ("c:House", "c:Street")
    assert agency.fields[CanonicalField.CALL_TYPE].presence is Presence.REQUIRED
    assert agency.fields[CanonicalField.RESTRICTED].true_values == ("yes",)
    assert [each.text for each in agency.remarks] == ["c:Text", "c:Nature"]
    assert [each.role for each in agency.people] == [PersonRole.CALLER, PersonRole.STAFF]
    assert agency.people[0].parts == {"name": ("c:Caller",), "phone": ("c:Phone",)}
    assert agency.private_values == ("c:Case", "c:Plate")
    assert agency.ignored_fields == ("c:Seq", "c:Source", "c:Extra/**")
    assert agency.agreement.signed == date(2026, 1, 5)
    assert agency.agreement.text == "The department sends its calls.\n"
    assert agency.agreement.fields == {"call_type", "opened_at", "address", "remarks"}
    assert agency.agreement.categories == {Category.STRUCTURE_FIRE, Category.NOISE}
    assert agency.location.areas == folder.resolve() / "areas.geojson"
    assert agency.bounds.calls_per_day == (1, 400)
    assert agency.bounds.silence == timedelta(hours=12)


def test_call_types_stay_texts_and_are_folded(write: Write, good: str) -> None:
    folder, dialects = write(agency=good.replace("STRUCTURE FIRE:", "'  Structure   fire ':"))
    agency = load_agency(folder, dialects=dialects)
    assert agency.call_types == {"STRUCTURE FIRE": "FSTRU", "NO": "NOISE", "1183": "MVA"}


def test_agency_replaces_and_drops_fields_of_its_dialect(write: Write, good: str) -> None:
    changed = good.replace(
        "fields:\n",
        "fields:\n"
        "  latitude: null\n"
        "  longitude: ~\n"
        "  point: {path: c:Ll, presence: optional, form: micro-degrees-west}\n"
        "  call_type: {path: c:Final, presence: required}\n",
        1,
    )
    folder, dialects = write(agency=changed)
    fields = load_agency(folder, dialects=dialects).fields
    assert CanonicalField.LATITUDE not in fields
    assert fields[CanonicalField.POINT].point_form is PointForm.MICRO_DEGREES_WEST
    assert fields[CanonicalField.CALL_TYPE].paths == ("c:Final",)


def test_agency_adds_a_prefix_and_drops_the_schema(write: Write, good: str) -> None:
    changed = good.replace("  max_bytes", '  schema: null\n  namespaces: {x: "urn:x"}\n  max_bytes')
    folder, dialects = write(agency=changed.replace("[c:Plate]", "[x:Plate]"))
    agency = load_agency(folder, dialects=dialects)
    assert agency.format.schema is None
    assert agency.format.namespaces == {"c": "urn:example:cad", "x": "urn:x"}


def test_agreement_may_cover_all_categories_inline_and_unsigned(write: Write, good: str) -> None:
    changed = (
        good.replace("[structure-fire, noise]", "all")
        .replace("text: agreement.md", "text: One sentence, in public.")
        .replace("signed: 2026-01-05", "signed: null")
    )
    folder, dialects = write(agency=changed)
    agreement = load_agency(folder, dialects=dialects).agreement
    assert agreement.categories == set(Category)
    assert agreement.text == "One sentence, in public."
    assert agreement.signed is None


def test_drop_folder_may_be_absolute(write: Write, good: str, tmp_path: Path) -> None:
    folder, dialects = write(agency=good.replace("path: payloads", f"path: {tmp_path}/drop"))
    assert load_agency(folder, dialects=dialects).transport.path == tmp_path / "drop"


def test_drop_folder_reached_through_a_link_out_of_the_folder_is_refused(
    write: Write, tmp_path: Path
) -> None:
    folder, dialects = write()
    (folder / "payloads").symlink_to(tmp_path)
    with pytest.raises(ConfigError, match="leaves the folder"):
        load_agency(folder, dialects=dialects)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_the_version(
    write: Write, good: str
) -> None:
    folder, dialects = write()
    before = load_agency(folder, dialects=dialects)
    (folder / "agency.yml").write_bytes(b"\xef\xbb\xbf" + good.replace("\n", "\r\n").encode())
    after = load_agency(folder, dialects=dialects)
    assert after.fields == before.fields
    assert after.version != before.version


def test_folder_may_be_given_as_the_current_one(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, dialects = write()
    monkeypatch.chdir(folder)
    assert load_agency(Path(), dialects=dialects).agency_id == "juniper-falls-pd"


def test_version_is_sixteen_hex_digits_and_the_same_elsewhere(write: Write, tmp_path: Path) -> None:
    folder, dialects = write()
    first = load_agency(folder, dialects=dialects).version
    copy = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, copy)
    assert re.fullmatch("[0-9a-f]{16}", first)
    assert load_agency(copy, dialects=dialects).version == first


@pytest.mark.parametrize(
    "name", ["agency.yml", "areas.geojson", "agreement.md", "dialect.yml", "export.xsd", "part.xsd"]
)
def test_version_changes_with_every_file_that_decides_an_outcome(
    write: Write, xsd: str, name: str
) -> None:
    folder, dialects = write(
        xsd=xsd.replace("  <xs:el", '  <xs:include schemaLocation="part.xsd"/>\n  <xs:el', 1)
    )
    part = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
    (dialects / "export" / "part.xsd").write_text(part)
    before = load_agency(folder, dialects=dialects).version
    within = folder if (folder / name).exists() else dialects / "export"
    (within / name).write_text((within / name).read_text() + "\n")
    assert load_agency(folder, dialects=dialects).version != before


def test_version_does_not_change_with_payloads_or_neighbours(write: Write) -> None:
    folder, dialects = write()
    before = load_agency(folder, dialects=dialects).version
    (folder / "payloads").mkdir()
    (folder / "payloads" / "1.xml").write_text("<a/>")
    (folder / "notes.md").write_text("for people")
    assert load_agency(folder, dialects=dialects).version == before


def test_one_broken_agency_stops_no_other(write: Write) -> None:
    folder, dialects = write()
    root = folder.parent
    (root / "broken-fd").mkdir()
    (root / "broken-fd" / "agency.yml").write_text("id: broken-fd\n")
    (root / "empty-fd").mkdir()
    (root / ".git").mkdir()
    (root / "_old").mkdir()
    (root / "people.yml").write_text("[]")
    agencies, errors = load_all(root, dialects=dialects)
    assert [each.agency_id for each in agencies] == ["juniper-falls-pd"]
    assert [each.path for each in errors] == [
        root / "broken-fd" / "agency.yml",
        root / "empty-fd" / "agency.yml",
    ]


def test_missing_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BLOTTER_AGENCIES"):
        load_all(tmp_path / "gone", dialects=tmp_path)


def test_schemas_folder_is_the_checkouts() -> None:
    assert schemas_folder() == ROOT / "schemas"


PRESET = """\
id: juniper-falls-pd
about: {name: A, place: B, state: WI, kind: police, contact: c@example.example}
timezone: America/Chicago
dialect: DIALECT
transport: {kind: folder, path: payloads, pattern: "*"}
schedule: {every: 60, reason: Because.}
call_types: {X: FSTRU}
agreement:
  parties: [A, B]
  effective: 2026-01-10
  expires: 2029-01-09
  fields: [call_type, opened_at]
  categories: all
  text: Inline.
  consideration: none
location: {areas: areas.geojson, town: ""}
bounds: {calls_per_day: [0, 400], held_ratio: 1, silence_hours: 12}
"""


@pytest.mark.parametrize(
    "dialect", ["arcgis-calls", "chp", "niem-service-call", "socrata-calls", "tyler-new-world"]
)
def test_agency_on_a_shipped_dialect_needs_no_format_of_its_own(write: Write, dialect: str) -> None:
    folder, _ = write(agency=PRESET.replace("DIALECT", dialect))
    agency = load_agency(folder, dialects=schemas_folder())
    assert agency.dialect == dialect
    assert agency.key == (CanonicalField.CFS_NUMBER,)
    assert agency.format.schema is not None
    assert agency.format.schema.is_relative_to(schemas_folder() / dialect)
    assert agency.remarks != ()
    assert agency.format.max_bytes == 5_000_000


def test_schema_for_editors_is_current() -> None:
    text = (ROOT / "schemas" / "agency.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == agency_json_schema(), (
        "run: python -m pipeline.agencies > schemas/agency.schema.json"
    )


WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["{", "}", "id: ", "- ", "null", "!!set", "&a ", "*a", "\n  ", "c:", "[?", "//"]
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 1500), junk=st.lists(WORDS, max_size=6).map("".join))
@example(cut=0, junk="\u2028{}")
def test_any_text_loads_or_is_refused_in_one_safe_line(
    write: Write, good: str, cut: int, junk: str
) -> None:
    folder, dialects = write()
    text = good[:cut] + junk + good[cut + len(junk) :]
    (folder / "agency.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
    agencies, errors = load_all(folder.parent, dialects=dialects)
    assert len(agencies) + len(errors) == 1
    for failure in errors:
        assert len(str(failure).splitlines()) == 1
        assert failure.remedy


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["path", "fields"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_anywhere_loads_or_is_refused_in_one_safe_line(
    write: Write, good: str, data: st.DataObject
) -> None:

    tree = yaml.safe_load(good)
    part = data.draw(st.sampled_from(sorted(tree)))
    if isinstance(tree[part], dict) and data.draw(st.booleans()):
        tree[part][data.draw(st.sampled_from(sorted(map(str, tree[part]))))] = data.draw(TREES)
    else:
        tree[part] = data.draw(TREES)
    folder, dialects = write(agency=yaml.safe_dump(tree, allow_unicode=True))
    agencies, errors = load_all(folder.parent, dialects=dialects)
    assert len(agencies) + len(errors) == 1
    for failure in errors:
        assert len(str(failure).splitlines()) == 1
        assert str(failure).isprintable()
