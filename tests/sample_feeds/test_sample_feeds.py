"""The sample feeds are what the stories say: whole, readable, invented, and all canaries listed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from pipeline.agencies import load_agency, schemas_folder
from pipeline.agencies.agency import Agency
from pipeline.classify import sensitive_signals
from pipeline.classify.call_types import call_category
from pipeline.emulator.calls import assign, snapshot
from pipeline.emulator.canaries import private_values
from pipeline.emulator.casts import cast_ids, load_cast
from pipeline.emulator.faults import faulty_payloads
from pipeline.emulator.samples import RENDERERS, good_payloads, main, sample_files
from pipeline.emulator.story import Mark
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.model import PayloadRefused
from pipeline.place import load_areas

SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"
IDS = cast_ids()
XML = [i for i in IDS if i in {"juniper-falls-pd", "cedar-hollow-fire", "redwood-highway-patrol"}]
ENCODINGS = {"millbrook-pd": "cp1252"}

PHONE_FORMS = (
    re.compile(r"(?<![\w.])\(?\d{3}\)?[-. ]{1,2}(\d{3})[-. ](\d{4})(?!\w)"),
    re.compile(r"(?<![\w.])(\d{3})[- ](\d{4})(?!\w)"),
    re.compile(r"(?<![\w.])\d{3}(\d{3})(\d{4})(?![\w.])"),
)
"""Ten digits in groups, seven in groups, ten run together."""

FAULTS = {
    "cedar-hollow-fire": {"not-well-formed", "doctype-present", "schema-invalid"},
    "juniper-falls-pd": {"not-well-formed", "doctype-present"},
    "larkspur-county-fire": {"not-well-formed", "no-records-path", "duplicate-name"},
    "millbrook-pd": {"column-missing", "duplicate-name"},
    "port-amity-pd": {"wrong-encoding", "html-instead"},
    "redwood-highway-patrol": {"not-well-formed", "empty-payload", "html-instead"},
    "san-tomas-ems": {"empty-payload", "duplicate-name", "wrong-encoding"},
}
REFUSED_RECORDS = {
    "millbrook-pd": {"row-width"},
    "redwood-highway-patrol": {"required-missing"},
}


@pytest.fixture(scope="module")
def people() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((SAMPLES / "people.yml").read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """All readable payloads of each agency as they lie in the folder, decoded and joined."""
    joined = {}
    for agency_id in IDS:
        names = sorted(good_payloads(load_cast(agency_id)))
        encoding = ENCODINGS.get(agency_id, "utf-8")
        bodies = [(SAMPLES / agency_id / "payloads" / name).read_bytes() for name in names]
        joined[agency_id] = "\n".join(body.decode(encoding) for body in bodies)
    return joined


@pytest.fixture(scope="module", params=IDS)
def agency(request: pytest.FixtureRequest) -> Agency:
    return load_agency(SAMPLES / request.param, dialects=schemas_folder())


def payload_bytes(agency_id: str) -> dict[str, bytes]:
    folder = SAMPLES / agency_id / "payloads"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_writing_the_samples_again_gives_the_committed_bytes(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0

    written = {p.relative_to(tmp_path): p for p in tmp_path.rglob("*") if p.is_file()}
    assert len(written) > 200
    for name, path in written.items():
        assert (SAMPLES / name).read_bytes() == path.read_bytes(), name


def test_every_payload_in_the_folder_is_one_that_the_stories_bring() -> None:
    files = sample_files()
    lying = {
        path.relative_to(SAMPLES).as_posix()
        for agency_id in IDS
        for path in (SAMPLES / agency_id / "payloads").iterdir()
    }
    assert lying == {name for name in files if "/payloads/" in name}


def test_writing_removes_a_payload_that_no_story_brings(tmp_path: Path) -> None:
    stale = tmp_path / IDS[0] / "payloads" / "old.xml"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"<old/>")

    main(["--out", str(tmp_path)])

    assert not stale.exists()


def test_folders_renderers_and_stories_are_the_same_agencies() -> None:
    folders = {path.name for path in SAMPLES.iterdir() if path.is_dir()}

    assert folders == set(IDS) == set(RENDERERS) == set(FAULTS)


def test_no_broken_payload_takes_the_name_of_a_good_one() -> None:
    for agency_id in IDS:
        good = good_payloads(load_cast(agency_id))
        faulty = faulty_payloads(agency_id, good)
        assert faulty
        assert not faulty.keys() & good.keys()


@pytest.mark.parametrize("agency_id", XML)
def test_readable_xml_satisfies_the_schema_of_its_dialect(agency_id: str) -> None:
    agency = load_agency(SAMPLES / agency_id, dialects=schemas_folder())
    assert agency.format.schema is not None
    schema = etree.XMLSchema(etree.parse(agency.format.schema))
    names = good_payloads(load_cast(agency_id))

    assert names
    for name in names:
        body = (SAMPLES / agency_id / "payloads" / name).read_bytes()
        schema.assertValid(etree.fromstring(body))


def test_exactly_the_broken_payloads_are_refused_and_for_every_kind_of_fault(
    agency: Agency,
) -> None:
    good = good_payloads(load_cast(agency.agency_id))
    codes: set[str] = set()
    for name, body in payload_bytes(agency.agency_id).items():
        if name in good:
            read_payload(body, agency)
            continue
        with pytest.raises(PayloadRefused) as refused:
            read_payload(body, agency)
        codes.add(refused.value.code.value)
    assert codes == FAULTS[agency.agency_id]


def test_readable_payloads_hold_thirty_calls_and_few_refused_records(agency: Agency) -> None:
    shown: Counter[str] = Counter()
    refused: set[str] = set()
    for body in good_payloads(load_cast(agency.agency_id)).values():
        for record in read_payload(body, agency).records:
            if isinstance(record, RefusedRecord):
                refused.add(record.code.value)
            else:
                number = dict(record.canonical).get("cfs_number", ())
                shown.update(value.expose() for value in number)
    assert len(shown) >= 30
    assert max(shown.values()) >= 2
    assert refused <= REFUSED_RECORDS.get(agency.agency_id, set())


def test_every_agency_sends_a_field_that_its_file_does_not_know(agency: Agency) -> None:
    codes = {
        notice.code.value
        for body in good_payloads(load_cast(agency.agency_id)).values()
        for reading in [read_payload(body, agency)]
        for source in (reading, *reading.records)
        if not isinstance(source, RefusedRecord)
        for notice in source.notices
    }
    assert "unread-field" in codes


def test_the_expected_category_of_every_story_is_what_the_agency_file_leads_to(
    agency: Agency,
) -> None:
    cast = load_cast(agency.agency_id)
    for story in cast.stories:
        code = cast.descriptions.get(story.call_type, story.call_type)
        assert call_category(code, agency) == story.truth.category, story.story_id


def test_types_that_a_call_is_given_later_are_in_the_table(agency: Agency) -> None:
    cast = load_cast(agency.agency_id)
    later = [name for story in cast.stories for _, name in story.retyped]

    assert later
    for name in later:
        assert call_category(cast.descriptions.get(name, name), agency) is not None


def test_agreements_are_signed_and_cover_the_days_of_the_stories(agency: Agency) -> None:
    days = {story.opened.date() for story in load_cast(agency.agency_id).stories}

    assert agency.agreement.signed is not None
    assert agency.agreement.effective <= min(days)
    assert max(days) <= agency.agreement.expires
    assert len(agency.agreement.text.split()) > 60


def test_every_telephone_number_is_one_set_aside_for_fiction(texts: dict[str, str]) -> None:
    found = [
        match for text in texts.values() for form in PHONE_FORMS for match in form.finditer(text)
    ]
    assert len(found) > 100
    wrong = {m[0] for m in found if not (m[1] == "555" and "0100" <= m[2] <= "0199")}
    assert not wrong


def test_every_canary_and_every_ambiguous_value_occurs_in_a_payload(
    people: dict[str, Any], texts: dict[str, str]
) -> None:
    everything = "\n".join(texts.values())

    assert len(people["canaries"]) > 400
    for value in (*people["canaries"], *people["ambiguous"]):
        assert value in everything, value


def test_every_private_span_and_telephone_number_is_listed(
    people: dict[str, Any], texts: dict[str, str]
) -> None:
    listed = {*people["canaries"], *people["ambiguous"]}
    for agency_id in IDS:
        values = {v for _, v in private_values(load_cast(agency_id)) if v in texts[agency_id]}
        assert values <= listed
        grouped, _, run_together = PHONE_FORMS
        phones = {m[0] for form in (grouped, run_together) for m in form.finditer(texts[agency_id])}
        assert phones
        assert phones <= listed


def test_no_canary_stands_in_what_is_written_for_the_public(people: dict[str, Any]) -> None:
    public = [
        path.read_text("utf-8").casefold()
        for agency_id in IDS
        for path in sorted((SAMPLES / agency_id).iterdir())
        if path.is_file()
    ]
    assert len(public) >= 3 * len(IDS)
    together = "\n".join(public)
    assert not [value for value in people["canaries"] if value.casefold() in together]


def test_everybody_in_a_story_is_listed_with_the_agency(people: dict[str, Any]) -> None:
    listed = {entry["id"] for entry in people["people"]}
    cards = {f"{i}/{card.person_id}" for i in IDS for card in load_cast(i).people}

    assert listed == cards


def test_some_names_are_words_and_some_are_written_in_other_ways(people: dict[str, Any]) -> None:
    hard = [entry for entry in people["people"] if entry.get("name_is_a_word")]
    varied = [entry for entry in people["people"] if len(entry.get("written", ())) > 1]

    assert len(hard) >= 7
    assert len(varied) >= 7


def test_duplicates_are_delivered_again(agency: Agency) -> None:
    cast = load_cast(agency.agency_id)
    assert any(Mark.DUPLICATE in story.truth.marks for story in cast.stories)
    seen: Counter[str] = Counter()
    for body in good_payloads(cast).values():
        for record in read_payload(body, agency).records:
            if not isinstance(record, RefusedRecord):
                seen[record.content.expose()] += 1
    assert max(seen.values()) >= 2


def test_areas_are_large_enough_to_be_published(agency: Agency) -> None:
    assert load_areas(agency.location.areas, minimum_radius_m=150.0)


def test_a_call_turns_sensitive_between_two_revisions_and_not_before(agency: Agency) -> None:
    calls = assign(load_cast(agency.agency_id), "any")
    turning = [c for c in calls if Mark.BECOMES_SENSITIVE in c.story.truth.marks]

    assert turning
    for call in turning:
        first = snapshot(call, call.story.lines[1].minute - 1)
        last = snapshot(call, call.closes)
        assert not sensitive_signals(line.text for line in first.lines)
        assert sensitive_signals(line.text for line in last.lines)


def test_a_blandly_typed_call_tells_by_its_text_that_it_is_sensitive(agency: Agency) -> None:
    stories = load_cast(agency.agency_id).stories
    bland = [story for story in stories if Mark.BLAND_SENSITIVE in story.truth.marks]

    assert bland
    for story in bland:
        assert sensitive_signals(line.text for line in story.lines)
