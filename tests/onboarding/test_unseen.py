"""Ways of writing calls that no list of formats names, found by general rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jmespath
import pytest

from pipeline.agencies.agency import PointForm
from pipeline.onboarding import infer, read_sample
from pipeline.onboarding.choice import Inferred

FIRST = datetime(2026, 6, 9, 18, 4, 9, tzinfo=UTC)
TYPES = ("STRUCTURE FIRE", "GAS LEAK", "WIRES DOWN")
STREETS = ("OAK ST", "MAPLE AVE", "PINE CT")


def known(text: str) -> float:
    return 0.9 if text.upper() in TYPES else 0.0


def found_in(
    body: bytes, marks: dict[str, str] | None = None, knows: Callable[[str], float] = known
) -> tuple[Inferred, dict[str, list[str]]]:
    inferred = infer(read_sample(body), ZoneInfo("America/Chicago"), marks or {}, knows)
    return inferred, {c.field.value: list(c.paths) for c in inferred.fields}


def at(n: int) -> datetime:
    return FIRST + timedelta(minutes=11 * n)


def call(n: int, **more: Any) -> dict[str, Any]:
    return {
        "CallNumber": f"26-{4000 + n:06d}",
        "CallType": TYPES[n % 3],
        "Received": at(n).isoformat(),
        "Address": f"{n + 12} {STREETS[n % 3]}",
        "Remarks": f"CALLER WANDA QUILLFEATHER SEES SMOKE BEHIND HOUSE {n}",
    } | more


def dumped(document: object) -> bytes:
    return json.dumps(document).encode()


def test_calls_in_two_lists_of_one_form_are_read_together() -> None:
    active = [call(n) for n in range(20, 24)]
    recent = [call(n, Closed=at(n + 3).isoformat()) for n in range(20)]
    document = {"meta": {"count": 24}, "calls": {"active": active, "recent": recent, "more": None}}

    sample = read_sample(dumped(document))

    assert sample.count == 24
    assert jmespath.search(sample.records, document) == active + recent
    assert sample.around == ("$.meta.count",)
    # One list that is empty or left out is none; an error in the place of both is no empty list.
    assert jmespath.search(sample.records, {"calls": {"active": [], "recent": recent}}) == recent
    assert jmespath.search(sample.records, {"calls": {"recent": recent}}) == recent
    assert jmespath.search(sample.records, {"error": "down"}) is None


def test_a_list_of_another_form_stays_in_the_envelope() -> None:
    units = [{"unit": f"E{n}", "station": f"{n}"} for n in range(8)]
    sample = read_sample(dumped({"units": units, "calls": [call(n) for n in range(12)]}))
    assert sample.records == "calls"
    assert sample.count == 12


@pytest.mark.parametrize("said", ["text", "CAD Page"])
def test_one_word_in_every_call_is_no_type(said: str) -> None:
    document = [call(n, Type=said) for n in range(12)]
    for each in document:
        each["Nature"] = each.pop("CallType")
    assert found_in(dumped(document))[1]["call_type"] == ["Nature"]
    for each in document:
        del each["Nature"]
    inferred, fields = found_in(dumped(document))
    assert fields["call_type"] == ["UNDECIDED"]
    assert any(doubt.startswith("call_type: no column fits") for doubt in inferred.doubts)


def test_a_type_that_every_call_has_is_one_all_the_same() -> None:
    document = [call(n) | {"CallType": "GAS LEAK"} for n in range(12)]
    assert found_in(dumped(document))[1]["call_type"] == ["CallType"]


def test_words_with_a_number_that_no_other_has_are_no_types() -> None:
    document = [call(n, ref=f"SC{n}") for n in range(12)]
    for each in document:
        del each["CallType"]
    assert found_in(dumped(document), knows=lambda _: 0.9)[1]["call_type"] == ["UNDECIDED"]


def niem(n: int) -> str:
    where = f"<n:Address><n:LocationStreet><n:StreetFullText>{n + 12} {STREETS[n % 3]}"
    where += "</n:StreetFullText></n:LocationStreet></n:Address>"
    if n % 4 == 3:
        where = "<n:AddressCrossStreet><n:CrossStreetDescriptionText>OAK ST / PINE CT"
        where += "</n:CrossStreetDescriptionText></n:AddressCrossStreet>"
    axes = "".join(
        f"<n:{axis}DegreeValue>{degrees}</n:{axis}DegreeValue><n:{axis}MinuteValue>{n}"
        f"</n:{axis}MinuteValue><n:{axis}SecondValue>3.{n}</n:{axis}SecondValue>"
        for axis, degrees in (("Latitude", 44), ("Longitude", -88))
    )
    return (
        f'<n:ServiceCall id="SC{n}"><n:ActivityIdentification><n:IdentificationID>QF26{n:05d}'
        "</n:IdentificationID></n:ActivityIdentification>"
        f"<n:ActivityCategoryText>{TYPES[n % 3]}</n:ActivityCategoryText>"
        f"<n:ActivityDate><n:DateTime>{at(n).isoformat()}</n:DateTime></n:ActivityDate>"
        f"<n:ServiceCallDispatchedDate><n:DateTime>{at(n + 1).isoformat()}</n:DateTime>"
        f"</n:ServiceCallDispatchedDate><n:Location>{where}{axes}</n:Location>"
        "<n:AssignedUnit><n:EnforcementUnitNumberIdentification><n:IdentificationID>E"
        f"{n % 4}</n:IdentificationID></n:EnforcementUnitNumberIdentification></n:AssignedUnit>"
        "</n:ServiceCall>"
    )


def test_long_names_degrees_minutes_and_crossings_are_found() -> None:
    calls = "".join(niem(n) for n in range(12))
    inferred, fields = found_in(f'<n:Exchange xmlns:n="urn:n">{calls}</n:Exchange>'.encode())

    assert fields["cfs_number"] == ["n:ActivityIdentification/n:IdentificationID"]
    assert fields["call_type"] == ["n:ActivityCategoryText"]
    assert fields["opened_at"] == ["n:ActivityDate/n:DateTime"]
    assert "revised_at" not in fields
    assert fields["address"] == [
        "n:Location/n:Address/n:LocationStreet/n:StreetFullText",
        "n:Location/n:AddressCrossStreet/n:CrossStreetDescriptionText",
    ]
    assert fields["units"] == [
        "n:AssignedUnit/n:EnforcementUnitNumberIdentification/n:IdentificationID"
    ]
    point = next(choice for choice in inferred.fields if choice.field.value == "point")
    assert point.form is PointForm.DEGREES_MINUTES
    assert [path.rpartition(":")[2] for path in point.paths] == [
        f"{axis}{part}Value"
        for axis in ("Latitude", "Longitude")
        for part in ("Degree", "Minute", "Second")
    ]
    assert inferred.repair == ()


def test_a_cross_street_beside_every_address_is_no_address() -> None:
    document = [call(n, CrossStreet="OAK ST") for n in range(12)]
    assert found_in(dumped(document))[1]["address"] == ["Address"]


def test_letters_of_a_zone_behind_a_time_are_read() -> None:
    written = [at(n).strftime("%Y%m%d%H%M%S") + "CD" for n in range(12)]
    inferred, fields = found_in(dumped([call(n) | {"Received": written[n]} for n in range(12)]))
    assert fields["opened_at"] == ["Received"]
    assert inferred.times == ("%Y%m%d%H%M%S%Z",)


def test_an_address_is_found_by_its_streets_and_where_there_is_none_it_is_told() -> None:
    document = [call(n) for n in range(12)]
    for each in document:
        each["SceneLocationShownX"] = each.pop("Address")
    nowhere, fields = found_in(dumped(document))
    assert "address" not in fields
    assert [doubt for doubt in nowhere.doubts if doubt.startswith("place: ")]

    placed, fields = found_in(dumped(document), {"SceneLocationShownX": "STREET"})
    assert fields["address"] == ["SceneLocationShownX"]
    assert not [doubt for doubt in placed.doubts if doubt.startswith("place: ")]
