"""Counts what calls say, so that a field which was read wrongly or not at all shows.

In: incidents. Out: counts, and when the first and the last were opened. Nothing of what a call says
may be in it: an address is counted by its kind alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pipeline.agencies import Agency, fold_call_type
from pipeline.model import Incident, IncidentStatus
from pipeline.place.addresses import Address, is_masked, read_address

__all__ = ["CallFacts", "Fact", "call_facts"]


class Fact(StrEnum):
    """What a call may say, in the order in which it is told."""

    HOUSE = "address: a house"
    BLOCK = "address: a block"
    CROSSING = "address: a crossing"
    STREET = "address: a street, no number"
    MASKED = "address: masked by the agency"
    UNREAD = "address: of no known form"
    NO_ADDRESS = "no address"
    PLACE_NAME = "name of a place"
    DISTRICT = "district"
    POINT = "point"
    REVISED = "time of revision"
    ENDED = "closed or cancelled"
    UNITS = "units"
    REMARKS = "remarks"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """``told`` has for each fact how many of the ``calls`` say it; a revision counts as a call.

    ``first`` and ``last`` are when calls were opened, in the agency's zone, None without any;
    ``types`` is how many call types differ, ``listed`` how many of them the agency file maps.
    """

    calls: int
    told: tuple[tuple[Fact, int], ...]
    types: int
    listed: int
    first: datetime | None
    last: datetime | None


def call_facts(incidents: Sequence[Incident], agency: Agency) -> CallFacts:
    """Return what is told how often; times are in the agency's zone."""
    codes = {code.expose() for each in incidents for code in each.call_types}
    counts = Counter(fact for each in incidents for fact in _facts(each))
    opened = sorted(each.opened_at.astimezone(agency.timezone) for each in incidents)
    return CallFacts(
        calls=len(incidents),
        told=tuple((fact, counts[fact]) for fact in Fact if fact in counts or fact in _ALWAYS),
        types=len(codes),
        listed=len({fold_call_type(code) for code in codes} & agency.call_types.keys()),
        first=opened[0] if opened else None,
        last=opened[-1] if opened else None,
    )


_ALWAYS: Final = frozenset(
    {Fact.HOUSE, Fact.POINT, Fact.ENDED, Fact.UNITS, Fact.REMARKS, Fact.PEOPLE}
)
"""Facts that are told of no call, too: that is what to look at."""


def _facts(call: Incident) -> list[Fact]:
    place = call.place
    ended = call.status in (IncidentStatus.CLOSED, IncidentStatus.CANCELLED)
    said = (
        (Fact.PLACE_NAME, place.place_name is not None),
        (Fact.DISTRICT, place.district is not None),
        (Fact.POINT, place.point is not None),
        (Fact.REVISED, call.revised_at is not None),
        (Fact.ENDED, ended),
        (Fact.UNITS, call.unit_count > 0),
        (Fact.REMARKS, bool(call.remarks)),
        (Fact.PEOPLE, bool(call.people)),
    )
    address = "" if place.address is None else place.address.expose()
    return [_of_address(address), *(fact for fact, is_said in said if is_said)]


def _of_address(text: str) -> Fact:
    if not text:
        return Fact.NO_ADDRESS
    if is_masked(text):
        return Fact.MASKED
    match read_address(text):
        case None:
            return Fact.UNREAD
        case Address(whole_block=True):
            return Fact.BLOCK
        case Address(number=int()):
            return Fact.HOUSE
        case Address(crossing=str(other)) if other:
            return Fact.CROSSING
        case _:
            return Fact.STREET
