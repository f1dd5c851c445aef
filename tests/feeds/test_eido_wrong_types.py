"""A wrong value anywhere in an EIDO is read, or its payload or record refused with a code."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.feeds import RefusedRecord, read_payload, to_incident
from pipeline.model import NoticeCode, PayloadRefused, RecordRefused
from pipeline.usecases.dry_run import Throwaway

SAMPLES = sorted((schemas_folder() / "nena-eido" / "samples").glob("valid-*.json"))
AGENCY = Path(__file__).parents[1] / "golden" / "agencies" / "linden-hill-psap"
RECEIVED = datetime(2026, 3, 3, tzinfo=UTC)
WRONG: tuple[Any, ...] = (None, 7, ["loc-1"], {"a": 1}, "call-1")


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(AGENCY, dialects=schemas_folder())


def ways(value: Any) -> Iterator[list[Any]]:
    """Yield the way to each value inside, by names and numbers."""
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in below:
        yield [key]
        if isinstance(each, dict | list):
            yield from ([key, *rest] for rest in ways(each))


def put(document: Any, way: list[Any], wrong: Any) -> bytes:
    changed = copy.deepcopy(document)
    inner = changed
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = wrong
    return orjson.dumps(changed)


def outcome(body: bytes, agency: Agency) -> str:
    """Return how a payload ends: anything but a refusal with a code is raised."""
    try:
        records = read_payload(body, agency).records
    except PayloadRefused as refused:
        return refused.code
    for record in records:
        if isinstance(record, RefusedRecord):
            return record.code
        try:
            to_incident(record, agency, seal=Throwaway(), received_at=RECEIVED)
        except RecordRefused as refused:
            return refused.code
    return "read"


def ends(document: Any, agency: Agency) -> set[str]:
    bodies = [put(document, way, wrong) for way in ways(document) for wrong in WRONG]
    assert len(bodies) > 100
    return {outcome(body, agency) for body in bodies}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.stem)
def test_a_wrong_value_anywhere_is_read_or_refused_with_a_code(
    sample: Path, agency: Agency
) -> None:
    document = orjson.loads(sample.read_bytes())

    assert {"read", NoticeCode.RECORD_INVALID} <= ends(document, agency)


def test_a_wrong_value_in_any_reference_is_read_or_refused_with_a_code(agency: Agency) -> None:
    document = orjson.loads((SAMPLES[0].parent / "valid-full.json").read_bytes())
    document["incidentComponent"]["callReference"] = [{"$ref": "call-1"}]
    document["callComponent"][0]["locationReference"] = [{"$ref": "loc-2"}]
    document["locationComponent"] += [
        {"$id": "loc-2", "locationTypeDescriptionRegistryText": ["Caller"]},
        {"$id": "loc-3", "intersectingStreetByValue": ["<a><RD>Elm</RD></a>"]},
    ]
    assert {"read", NoticeCode.RECORD_INVALID} <= ends(document, agency)

    del document["incidentComponent"]["locationReference"]
    document["locationComponent"][0]["locationTypeDescriptionRegistryText"] = "CurrentIncident"
    assert {"read", NoticeCode.RECORD_INVALID} <= ends(document, agency)


def test_a_wrong_value_around_the_calls_is_read_or_refused_with_a_code(agency: Agency) -> None:
    call = orjson.loads((SAMPLES[0].parent / "valid-clean.json").read_bytes())
    person = {"$id": "p", "ncPersonComponent": {"personName": {"personFullName": "Jorun Lund"}}}
    envelope = {
        "conveyance": {"agent": {"$id": "a@elm.example", "agentRoleRegistryText": ["Call Taking"]}},
        "personComponent": [person],
        "callers": [{"home": "loc-1", "name": "<a><fn>Jorun Lund</fn></a>"}],
        "eidos": [{"eido": call}],
    }

    assert {"read", NoticeCode.RECORD_INVALID} <= ends(envelope, agency)
