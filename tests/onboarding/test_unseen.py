"""Ways of writing calls that no list of formats names, found by general rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jmespath
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_call import STREETS, TYPES, at, call, dumped, found_in

from pipeline.agencies.agency import PointForm
from pipeline.onboarding import read_sample
from pipeline.onboarding.plainness import Plainness, how_plain


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


COLUMNS = ("row_id", "event_no", "opened", "type_name", "state", "where", "units", "contact", "log")


def row(n: int) -> list[Any]:
    when = at(n).strftime("%Y-%m-%d %H:%M:%S-05")
    crew = [[f"E{n % 4}", when], [f"M{n}", None]]
    contact = ["Wanda Quillfeather", "920-555-0123"]
    log = [[when, f"smoke shows behind house {n}"], [when, "she waits at the corner store"]]
    over = 90 if n % 3 else 20
    return [n + 7000, f"QB26-{n:05d}", when, TYPES[n % 3], over, "12 OAK ST", crew, contact, log]


def listed(**more: Any) -> dict[str, Any]:
    names = [{"n": n, "name": name} for n, name in enumerate(COLUMNS)]
    lookups = {"state": [[20, "dispatched"], [90, "closed"], [95, "cancelled"]]}
    rows = [row(n) for n in range(12)]
    return {"result": {"columns": names, "lookups": lookups, "rows": rows} | more}


def test_rows_that_are_lists_are_read_by_the_names_beside_them() -> None:
    sample = read_sample(dumped(listed()))
    inferred, fields = found_in(dumped(listed()))

    assert (sample.records, sample.columns_at) == ("result.rows", "result.columns[].name")
    assert fields["cfs_number"] == ["event_no"]
    assert fields["opened_at"] == ["opened"]
    assert fields["call_type"] == ["type_name"]
    assert fields["units"] == ["units[*][0]"]
    assert [(r.each, r.text, r.at) for r in inferred.remarks] == [("log", "[1]", "[0]")]
    assert [dict(p.parts) for p in inferred.people] == [{"name": ("contact[0]",)}]
    ended = {c.field.value: c.true_values for c in inferred.fields if c.true_values}
    assert ended == {"closed": ("90",), "cancelled": ("95",)}  # none of the sample is called off


@pytest.mark.parametrize(
    "columns", [[], [{"n": n} for n in range(9)], ["a", "b", "c", "d", "e", "f", "g", "h", "i"]]
)
def test_rows_whose_columns_nobody_names_are_no_records(columns: list[Any]) -> None:
    assert read_sample(dumped(listed(columns=columns))).columns_at == ""


def test_a_code_of_a_state_ends_a_call_where_a_closing_clock_stands_and_nowhere_else() -> None:
    document = [call(n) for n in range(12)]
    for n, each in enumerate(document):
        each |= {"Status": "CE"[n % 4 == 0], "ClearTime": "14:05:0" + str(n % 10)}
        if n % 4 == 0:
            each["ClearTime"] = None
    header = list(document[0])
    table = [header, *([each[name] or "" for name in header] for each in document)]
    body = "\n".join(",".join(map(str, line)) for line in table).encode()

    inferred, fields = found_in(body)
    assert fields["closed"] == ["Status"]
    ended = next(c for c in inferred.fields if c.field.value == "closed")
    assert (ended.true_values, ended.sure) == (("C",), 0.5)

    mixed = body.replace(b",E,", b",C,", 1)  # a code that stands with a time and without says none
    assert "closed" not in found_in(mixed)[1]


def test_people_outside_of_the_records_are_told() -> None:
    people = [{"personName": f"Wanda Quillfeather {n}"} for n in range(2)]
    inferred, _ = found_in(dumped({"calls": [call(n) for n in range(12)], "persons": people}))
    assert [doubt for doubt in inferred.doubts if doubt.startswith("people: ")]
    inferred, _ = found_in(dumped({"calls": [call(n) for n in range(12)], "version": 3}))
    assert not [doubt for doubt in inferred.doubts if doubt.startswith("people: ")]


def test_the_label_of_a_category_is_the_type_and_a_state_that_never_ends_calls_is_no_end() -> None:
    entries = "".join(
        f"<entry><id>tag:{n}</id><no>26-{n:06d}</no><published>{at(n).isoformat()}</published>"
        f'<category scheme="urn:q:type" term="T{n % 3}" label="{TYPES[n % 3].title()}"/>'
        f'<category scheme="urn:q:part" term="LAW"/><status>{("Sent", "Cancelled")[n % 2]}</status>'
        f'<summary type="text">{TYPES[n % 3].title()} {n}</summary></entry>'
        for n in range(12)
    )
    _, fields = found_in(f"<feed>{entries}</feed>".encode())
    assert fields["call_type"] == ["category/@label"]
    assert "closed" not in fields
    assert fields["cancelled"] == ["status"]


def test_a_vendors_word_for_remarks_is_no_name_of_anybody() -> None:
    assert how_plain("EVCOM") is Plainness.SURE
    assert how_plain("QUILLFEATHER") is Plainness.NEVER
