"""Every dialect's schema accepts its valid samples, refuses its invalid ones, and real payloads."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jmespath
import pytest
import yaml
from jsonschema import Draft202012Validator
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
DIALECTS = sorted(each.parent for each in SCHEMAS.glob("*/dialect.yml"))
SAMPLES = sorted(SCHEMAS.glob("*/samples/*"))


def accepts(dialect: Path, body: bytes) -> bool:
    """An XSD judges the whole payload, a JSON Schema each record; what is cut off is neither."""
    given = yaml.safe_load((dialect / "dialect.yml").read_text())["format"]
    schema = dialect / given["schema"]
    try:
        read: Any = etree.fromstring(body) if schema.suffix == ".xsd" else json.loads(body)
    except (etree.XMLSyntaxError, json.JSONDecodeError):
        return False
    if schema.suffix == ".xsd":
        return etree.XMLSchema(etree.parse(str(schema))).validate(read)
    validator = Draft202012Validator(json.loads(schema.read_bytes()))
    records = jmespath.search(given["records"], read)
    records = [records] if isinstance(records, dict) else records
    return isinstance(records, list) and all(map(validator.is_valid, records))


def test_there_are_these_dialects() -> None:
    assert [each.name for each in DIALECTS] == [
        "active-calls",
        "arcgis-calls",
        "atom-calls",
        "chp",
        "nena-eido",
        "neris-dispatch",
        "niem-service-call",
        "socrata-calls",
        "spillman-flex",
        "tablet-command",
        "tyler-new-world",
    ]


def test_every_product_has_a_clean_a_private_and_a_cut_off_sample() -> None:
    cities = {"active-calls", "arcgis-calls", "atom-calls", "socrata-calls"}
    products = [each for each in DIALECTS if each.name not in cities]
    assert len(products) == 7
    for dialect in products:
        stems = {each.stem for each in (dialect / "samples").iterdir()}
        assert {"valid-clean", "valid-private-remarks", "invalid-cut-off"} <= stems


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
def test_every_dialect_has_valid_and_invalid_samples(dialect: Path) -> None:
    names = [each.name for each in (dialect / "samples").iterdir()]
    valid = [name for name in names if name.startswith("valid-")]
    invalid = [name for name in names if name.startswith("invalid-")]
    assert len(valid) >= 2
    assert len(invalid) >= 3
    assert len(valid) + len(invalid) == len(names)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: f"{each.parts[-3]}/{each.name}")
def test_sample_is_accepted_exactly_when_its_name_says_so(sample: Path) -> None:
    assert accepts(sample.parents[1], sample.read_bytes()) is sample.name.startswith("valid-")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("dialect", "payload"),
    [
        ("tyler-new-world", "tyler-new-world/full_call.xml"),
        ("tyler-new-world", "tyler-new-world/minimal_call.xml"),
        ("tyler-new-world", "tyler-new-world/nil_fields.xml"),
        ("tyler-new-world", "tyler-new-world/bom_utf8.xml"),
        ("chp", "chp/sa.synthetic.xml"),
    ],
)
def test_reference_payload_is_accepted(shared: Path, dialect: str, payload: str) -> None:
    assert accepts(SCHEMAS / dialect, (shared / "real_feeds" / payload).read_bytes())


@pytest.mark.shared
def test_tyler_dialect_speaks_of_every_element_observed(shared: Path) -> None:
    observed = etree.parse(
        str(shared / "real_feeds/tyler-new-world/newworld-callexport.observed.xsd")
    )
    named = {
        each.get("name") for each in observed.iter("{http://www.w3.org/2001/XMLSchema}element")
    }
    ours = etree.parse(str(SCHEMAS / "tyler-new-world/call-export.xsd"))
    declared = {each.get("name") for each in ours.iter("{http://www.w3.org/2001/XMLSchema}element")}
    assert len(named) > 100
    assert named - declared == set()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Jun  9 2026  2:05PM", "2026-06-09T14:05:00"),
        ("Jun 19 2026 12:05AM", "2026-06-19T00:05:00"),
        ("6/9/2026 2:05:07 PM", "2026-06-09T14:05:07"),
    ],
)
def test_chp_times_parse_in_one_of_its_forms(written: str, meant: str) -> None:
    forms = yaml.safe_load((SCHEMAS / "chp/dialect.yml").read_text())["format"]["times"]
    parsed = []
    for form in forms:
        try:
            parsed.append(datetime.strptime(written, form).isoformat())  # noqa: DTZ007
        except ValueError:
            continue
    assert parsed == [meant]


def test_tyler_dialect_reads_or_ignores_every_leaf_of_its_samples() -> None:
    dialect = yaml.safe_load((SCHEMAS / "tyler-new-world/dialect.yml").read_text())
    record = etree.parse(str(SCHEMAS / "tyler-new-world/samples/valid-full.xml")).getroot()
    spaces = dialect["format"]["namespaces"]
    left = {each for each in record.iter() if not len(each)}
    assert len(left) > 30
    for path in _paths(dialect):
        below = path.endswith("/**")
        for found in record.xpath(path.removesuffix("/**"), namespaces=spaces):
            left -= set(found.iter()) if below else {found}
    assert sorted(etree.QName(each).localname for each in left) == []


def _paths(dialect: dict) -> list[str]:
    paths = [*dialect["private_values"], *dialect["ignored_fields"]]
    for spec in dialect["fields"].values():
        paths += spec.get("paths", [spec.get("path")])
    for remark in dialect["remarks"]:
        parts = [remark[part] for part in ("text", "at", "restriction") if part in remark]
        paths += [f"{remark['each']}/{part}" if "each" in remark else part for part in parts]
    for people in dialect["people"]:
        parts = [
            path
            for part in ("name", "phone", "address", "birth_date")
            for path in people.get(part, [])
        ]
        paths += [f"{people['each']}/{part}" if "each" in people else part for part in parts]
    return paths
