"""What calls say is counted by kind, so that a field which was read wrongly is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from juniper_falls import build_agency

from pipeline.model import (
    AgencyId,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Point,
    Remark,
    Sensitive,
)
from pipeline.usecases.call_facts import Fact, call_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

AGENCY = build_agency(
    "json",
    fields={"call_type": "type", "opened_at": "at"},
    timezone="America/Chicago",
    call_types={"mva": "MVA", "LIFT": "CITASST"},
)


def call(hour: int = 18, **changes: object) -> Incident:
    values: dict[str, object] = {
        "agency_id": AgencyId("elm-bluff-pd"),
        "ref": IncidentRef("ref"),
        "revision": Digest("revision"),
        "position": 0,
        "call_types": (Sensitive("SMOKE"),),
        "opened_at": datetime(2026, 11, 1, hour, 30, tzinfo=UTC),
        "revised_at": None,
        "status": IncidentStatus.OPEN,
        "priority": None,
        "place": ExactPlace(),
        "people": (),
        "remarks": (),
        "private_values": (),
        "unit_count": 0,
        "restricted": False,
        "notices": (),
    }
    return Incident(**(values | changes))  # type: ignore[arg-type]


def told(*calls: Incident) -> Mapping[Fact, int]:
    return dict(call_facts(calls, AGENCY).told)


@pytest.mark.parametrize(
    ("address", "fact"),
    [
        ("412 OAK ST", Fact.HOUSE),
        ("400 BLK OAK ST", Fact.BLOCK),
        ("OAK ST / 2ND AVE", Fact.CROSSING),
        ("STATE ROUTE 9", Fact.STREET),
        ("4XX OAK ST", Fact.MASKED),
        ("( )", Fact.UNREAD),
        (None, Fact.NO_ADDRESS),
    ],
)
def test_an_address_is_counted_by_its_kind_alone(address: str | None, fact: Fact) -> None:
    place = ExactPlace(address=Sensitive(address) if address else None)
    kinds = (Fact.HOUSE, Fact.BLOCK, Fact.CROSSING, Fact.STREET, Fact.MASKED, Fact.UNREAD)

    counts = told(call(place=place))

    assert counts[fact] == 1
    assert sum(counts.get(kind, 0) for kind in (*kinds, Fact.NO_ADDRESS)) == 1


def test_what_no_call_says_is_told_where_it_matters() -> None:
    counts = told(call(), call())

    assert counts[Fact.NO_ADDRESS] == 2
    assert [counts[f] for f in (Fact.HOUSE, Fact.POINT, Fact.UNITS, Fact.REMARKS)] == [0] * 4
    assert Fact.PLACE_NAME not in counts


def test_calls_are_counted_and_their_times_are_the_agencys() -> None:
    point = ExactPlace(point=Point(latitude=44.5, longitude=-88.0), district=Sensitive("B4"))
    calls = [
        call(18, place=point, unit_count=2, status=IncidentStatus.CANCELLED),
        call(2, remarks=(Remark(text=Sensitive("SMOKE SEEN")),)),
        call(23, call_types=(Sensitive("MVA"), Sensitive("EMS")), status=IncidentStatus.CLOSED),
    ]

    facts = call_facts(calls, AGENCY)

    assert (facts.calls, facts.types, facts.listed) == (3, 3, 1)
    assert facts.first is not None
    assert facts.last is not None
    assert [f"{at:%d %H:%M}" for at in (facts.first, facts.last)] == ["31 21:30", "01 17:30"]
    counts = dict(facts.told)
    assert [counts[f] for f in (Fact.POINT, Fact.DISTRICT, Fact.UNITS)] == [1, 1, 1]
    assert [counts[f] for f in (Fact.REMARKS, Fact.ENDED)] == [1, 2]


def test_without_calls_there_is_no_time() -> None:
    facts = call_facts([], AGENCY)

    assert (facts.calls, facts.first, facts.last) == (0, None, None)
