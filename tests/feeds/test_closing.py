"""When a call counts as closed: what is stated, else when it was first seen so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.feeds import close_of
from pipeline.model import (
    AgencyId,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Sensitive,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPEN, CLOSED, CANCELLED = IncidentStatus.OPEN, IncidentStatus.CLOSED, IncidentStatus.CANCELLED


def at(minutes):
    return None if minutes is None else NOON + timedelta(minutes=minutes)


BARE = Incident(
    agency_id=AgencyId("elm-bluff"),
    ref=IncidentRef("ref"),
    revision=Digest("revision"),
    position=0,
    call_types=(Sensitive("LARCENY"),),
    opened_at=NOON,
    revised_at=None,
    status=OPEN,
    priority=None,
    place=ExactPlace(),
    people=(),
    remarks=(),
    private_values=(),
    unit_count=0,
    restricted=False,
    notices=(),
)


def closes(*revisions):
    """Return the close, in minutes, after each (status, stated, revised, received)."""
    memory, found = None, []
    for status, stated, revised, received in revisions:
        incident = replace(
            BARE,
            status=status,
            closed_at=at(stated),
            revised_at=at(revised),
            received_at=at(received),
        )
        close = close_of(incident, memory)
        last = at(revised) or (memory.revised_at if memory else None)
        memory = Memory(
            revision=Digest("revision"),
            revised_at=last,
            rules="",
            values=(),
            closed_at=close.at,
            reopened_at=close.reopened_at,
        )
        found.append(None if close.at is None else (close.at - NOON) // timedelta(minutes=1))
    return found


def test_a_close_nobody_dates_is_when_it_was_first_seen():
    seen = closes((OPEN, None, None, 1), *((CLOSED, None, None, each) for each in (5, 9, 70)))
    assert seen == [None, 5, 5, 5]
    assert closes((CLOSED, None, 4, 5), (CLOSED, None, 8, 9)) == [4, 4]


def test_a_call_opened_again_has_no_close_and_the_next_one_is_new():
    again = (CLOSED, None, None, 5), (OPEN, None, None, 9), (CLOSED, None, None, 30)
    assert closes(*again) == [5, None, 30]


def test_a_stated_close_counts_and_stays_where_a_later_revision_is_silent():
    assert closes((CLOSED, None, None, 9), (CLOSED, 7, None, 12)) == [9, 7]
    assert closes((CLOSED, 7, None, 9), (CLOSED, None, None, 12)) == [7, 7]
    assert closes((CLOSED, 7, None, 9), (CLOSED, 11, None, 12)) == [7, 11]


def test_a_close_of_before_the_call_was_opened_again_does_not_count():
    first = (CLOSED, 7, 8, 9), (OPEN, None, 20, 21)
    assert closes(*first, (CLOSED, 7, 30, 31), (CLOSED, 7, 40, 41))[2:] == [30, 30]
    assert closes(*first, (CLOSED, 19, 30, 31))[2:] == [30]
    assert closes(*first, (CLOSED, 25, 30, 31))[2:] == [25]
    assert closes(*first, (CLOSED, 7, 30, 31), (CLOSED, 28, 40, 41))[2:] == [30, 28]


def test_a_revision_dated_no_later_than_the_open_one_is_no_close():
    assert closes((OPEN, None, 10, 11), (CLOSED, None, 10, 15)) == [None, 15]


def test_a_cancelled_call_keeps_its_close_and_has_none_by_itself():
    assert closes((CLOSED, None, None, 5), (CANCELLED, None, None, 9)) == [5, 5]
    assert closes((CANCELLED, None, None, 9), (CLOSED, None, None, 12)) == [None, 12]
