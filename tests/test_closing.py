"""Rule 13 over any history of one call: never out before its scene was cleared, and out at last.

A history is drawn at random: revisions open, closed or opened again, that state a close, an old
one or none, and are dated, dated as before or not at all. What really happened is drawn with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from elm_bluff import Ground, ground_in
from golden.outcomes import FixedSeal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.adapters.detection import dispatch_detector
from pipeline.model import (
    AgencyId,
    Candidate,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Point,
    Sensitive,
)
from pipeline.policies import load_policy
from pipeline.propose import Rules
from pipeline.walk import Step, walk

POLICY = load_policy()
DETECTOR = dispatch_detector(POLICY)
OPENED = datetime(2026, 3, 2, 18, 10, tzinfo=UTC)
SHOWN = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)  # the end of the half hour that is told
BAND = timedelta(minutes=30)
REF = IncidentRef("ref")


@dataclass(frozen=True)
class Look:
    """A revision: minutes since the last, what it says, and how late it arrives.

    ``ended`` is how many minutes before the revision a close that is new really was, at most.
    """

    after: int
    closed: bool
    states: str = "none"
    dated: str = "none"
    lag: int = 1
    ended: int = 0


LOOKS = st.lists(
    st.builds(
        Look,
        after=st.integers(1, 25),
        closed=st.booleans(),
        states=st.sampled_from(["none", "true", "old"]),
        dated=st.sampled_from(["none", "now", "as-before"]),
        lag=st.integers(0, 5),
        ended=st.integers(0, 24),
    ),
    min_size=1,
    max_size=9,
)
STILL = [Look(after=20, closed=True, lag=0) for _ in range(8)]


@dataclass(frozen=True)
class Seen:
    """One revision as it is walked, and what is true by then."""

    incident: Incident
    over_at: datetime | None
    first_seen: datetime | None


def history(looks: list[Look]) -> list[Seen]:
    """Return the call's revisions with when its present close really was, and was first told."""
    at, stamp, over, old, first = OPENED, OPENED, None, None, None
    arrived, found = OPENED, []
    for number, look in enumerate(looks):
        before, at = at, at + timedelta(minutes=look.after)
        arrived = max(arrived, at + timedelta(minutes=look.lag))
        # What never was dated anew is, in its first revision, dated by the close all the same.
        stamp = at if look.dated == "now" or number == 0 else stamp
        if look.closed and over is None:
            over = max(before + timedelta(minutes=1), at - timedelta(minutes=look.ended))
            first = arrived
        elif not look.closed and over is not None:
            old, over, first = over, None, None
        stated = {"none": None, "true": over, "old": old}[look.states] if look.closed else None
        incident = Incident(
            agency_id=AgencyId("elm-bluff"),
            ref=REF,
            revision=Digest(f"revision {number}"),
            position=0,
            call_types=(Sensitive("ADMIN"),),
            opened_at=OPENED,
            revised_at=None if look.dated == "none" else stamp,
            status=IncidentStatus.CLOSED if look.closed else IncidentStatus.OPEN,
            closed_at=stated,
            received_at=arrived,
            priority=None,
            place=ExactPlace(point=Point(latitude=43.02, longitude=-88.97)),
            people=(),
            remarks=(),
            private_values=(),
            unit_count=1,
            restricted=False,
            notices=(),
        )
        found.append(Seen(incident=incident, over_at=over, first_seen=first))
    return found


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground_in(tmp_path_factory.mktemp("closing"), POLICY)


def walked(seen: Seen, kind: str, memory: Memory | None, rules: Rules) -> tuple[Candidate, Memory]:
    incident = replace(seen.incident, call_types=(Sensitive(kind),))
    (outcome,) = walk(
        [Step(position=0, rows=1, content=incident)],
        rules=rules,
        memories={} if memory is None else {REF: memory},
        detector=DETECTOR,
        seal=FixedSeal(),
    )
    assert isinstance(outcome.state, Candidate), outcome.state
    assert outcome.memory is not None
    return outcome.state, outcome.memory


@settings(max_examples=150)
@given(looks=LOOKS, kind=st.sampled_from(["ROBBERY", "CRASH"]))
@example(looks=[Look(after=5, closed=True)], kind="ROBBERY")
@example(
    looks=[
        Look(after=5, closed=True, states="true", dated="now"),
        Look(after=20, closed=False, dated="now"),
        Look(after=20, closed=True, states="old", dated="now"),
        Look(after=20, closed=True, states="old", dated="now"),
    ],
    kind="ROBBERY",
)
def test_nothing_goes_out_before_rule_13_allows_and_it_does_go_out(ground, looks, kind):
    memory = None
    seen_all = history([*looks, *STILL])
    opens = []
    for seen in seen_all:
        candidate, memory = walked(seen, kind, memory, ground.rules)
        when = candidate.timing
        opens.append(when.opens)
        if kind == "ROBBERY":  # only once the scene is cleared
            assert (when.opens is None) == (seen.over_at is None)
            assert when.opens is None or when.opens >= max(seen.over_at, SHOWN)
        else:  # after an hour, or when it is closed
            assert when.opens is not None
            hour = SHOWN + timedelta(hours=1)
            assert when.opens >= min(hour, max(seen.over_at or hour, SHOWN))
    # It stays closed from here on: the moment stands still, and follows when it was first told.
    rest, first = opens[len(looks) :], seen_all[-1].first_seen
    assert first is not None
    assert len(set(rest)) == 1
    assert rest[0] is not None
    assert rest[0] <= max(first + BAND, SHOWN + timedelta(hours=1))
    assert candidate.timing.closes is not None
    assert rest[0] < candidate.timing.closes
