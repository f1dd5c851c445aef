"""Terms are a lattice: joining is the stricter of every part, and looser says where."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Closing, InZone, PlaceLevel, Row, Terms, looser_parts, strictest

LENGTHS = st.integers(0, 5000).map(lambda m: timedelta(minutes=m))
DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))
TERMS = st.builds(
    Terms,
    row=st.sampled_from(Row),
    dropped_fields=st.frozensets(st.sampled_from(["area", "text", "time"])),
    place=st.sampled_from(PlaceLevel),
    min_addresses=st.integers(0, 100),
    decimals=st.integers(0, 6),
    digits=st.integers(0, 4),
    area_at_residence=st.booleans(),
    only_verified=st.booleans(),
    in_zone=st.sampled_from(InZone),
    time_floor=LENGTHS,
    time_dropped=st.booleans(),
    delay=LENGTHS,
    closing=st.sampled_from(Closing),
    max_age=LENGTHS,
    live=LENGTHS,
    listed=LENGTHS,
    one_per_area=LENGTHS,
    approvals=st.integers(1, 2),
    since=DAYS,
    until=DAYS,
)
PARTS = [each.name for each in fields(Terms) if each.name not in ("legal_basis", "reason")]


def parts(terms: Terms) -> dict[str, object]:
    values = asdict(terms)
    return {name: values[name] for name in PARTS}


@given(TERMS, TERMS, TERMS)
def test_joining_is_a_lattices(one: Terms, two: Terms, three: Terms) -> None:
    assert strictest(one, one) == one
    assert strictest(one, two) == strictest(two, one)
    assert strictest(strictest(one, two), three) == strictest(one, strictest(two, three))
    assert strictest(one, Terms()) == one


@given(TERMS, TERMS)
def test_what_is_joined_is_looser_than_neither(one: Terms, two: Terms) -> None:
    joined = parts(strictest(one, two))
    assert looser_parts(joined, one) == looser_parts(joined, two) == ()


@given(TERMS, TERMS)
def test_of_two_terms_one_is_looser_unless_they_are_equal(one: Terms, two: Terms) -> None:
    assert set(looser_parts(parts(one), two)) == {
        name for name in PARTS if getattr(strictest(one, two), name) != getattr(one, name)
    }


def test_what_nobody_said_is_not_looser() -> None:
    assert looser_parts({}, strictest(Terms(), Terms(delay=timedelta(hours=1)))) == ()
    assert looser_parts({"delay": timedelta(0)}, Terms(delay=timedelta(hours=1))) == ("delay",)


def test_a_sooner_end_of_the_delay_is_looser_than_none() -> None:
    assert Closing.ENDS_DELAY < Closing.IGNORED < Closing.REQUIRED
    assert looser_parts({"closing": Closing.ENDS_DELAY}, Terms(closing=Closing.IGNORED))
