"""Precision never grows: over any history of one call, what the public knows stays or gets coarser.

A history is drawn at random: revisions with other places, times, words, types and marks, editors'
approvals, alerts that end, and zones that come. What an alert tells after each step is compared
with what it told before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from elm_bluff import Ground, ground_in
from golden.outcomes import FixedSeal
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters.detection import dispatch_detector
from pipeline.model import (
    Area,
    Candidate,
    Digest,
    ExactPlace,
    Incident,
    IncidentRef,
    IncidentStatus,
    Memory,
    Point,
    PublicFacts,
    Remark,
    Sensitive,
    Told,
    Withheld,
)
from pipeline.place.zones import Protected, build_zones
from pipeline.policies import load_policy
from pipeline.propose import Rules
from pipeline.publish.wording import window_words
from pipeline.walk import Step, walk

POLICY = load_policy()
DETECTOR = dispatch_detector(POLICY)
CHICAGO = ZoneInfo("America/Chicago")
START = datetime(2026, 3, 7, 20, tzinfo=UTC)  # clocks go forward in the night after
SHELTER = Point(latitude=43.02, longitude=-88.97)

POINTS = st.one_of(
    st.none(),
    st.builds(Point, latitude=st.floats(42.94, 43.06), longitude=st.floats(-89.01, -88.94)),
)
REVISIONS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["STRUCTURE FIRE", "BRUSH FIRE", "CRASH", "BURGLARY", "ROBBERY"]),
        "point": POINTS,
        "district": st.sampled_from([None, "North Side", "South Side", "Elsewhere"]),
        "hidden": st.booleans(),
        "minutes": st.integers(0, 60 * 30),
        "words": st.sampled_from(
            ["smoke from the roof", "two cars", "all is well", "her husband hit her", "418 Elm St"]
        ),
        "closed": st.booleans(),
    }
)
STEPS = st.lists(
    st.one_of(
        REVISIONS,
        st.sampled_from(["approve", "end", "zones"]),
        st.just("approve"),
    ),
    min_size=2,
    max_size=12,
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground_in(tmp_path_factory.mktemp("precision"), POLICY)


def incident(number: int, drawn: Mapping[str, Any]) -> Incident:
    district = drawn["district"]
    closed = START + timedelta(minutes=drawn["minutes"] + 5)
    return Incident(
        agency_id="elm-bluff",
        ref=IncidentRef("ref"),
        revision=Digest(f"revision {number}"),
        position=0,
        call_types=(Sensitive(drawn["kind"]),),
        opened_at=START + timedelta(minutes=drawn["minutes"]),
        revised_at=None,
        status=IncidentStatus.CLOSED if drawn["closed"] else IncidentStatus.OPEN,
        closed_at=closed if drawn["closed"] else None,
        priority=None,
        place=ExactPlace(
            address=Sensitive("418 Tanglewood Ct"),
            point=drawn["point"],
            district=None if district is None else Sensitive(district),
            restricted=drawn["hidden"],
        ),
        people=(),
        remarks=(Remark(text=Sensitive(drawn["words"])),),
        private_values=(),
        unit_count=1,
        restricted=False,
        notices=(),
    )


@dataclass
class History:
    """What the public knows, and what the line remembers."""

    rules: Rules
    memory: Memory | None = None
    candidate: Candidate | None = None
    live: PublicFacts | None = None
    silenced: bool = False

    def revise(self, number: int, drawn: Mapping[str, Any]) -> None:
        memories = {} if self.memory is None else {IncidentRef("ref"): self.memory}
        step = Step(position=0, rows=1, content=incident(number, drawn), spot=None)
        (outcome,) = walk(
            [step], rules=self.rules, memories=memories, detector=DETECTOR, seal=FixedSeal()
        )
        self.memory = outcome.memory or self.memory
        self.candidate = outcome.state if isinstance(outcome.state, Candidate) else None
        if isinstance(outcome.state, Withheld):
            self.live = None  # the alert is withdrawn
            assert self.memory is not None
            self.memory = replace(self.memory, told=None)
            self.silenced = self.silenced or bool(self.memory.sensitive)

    def approve(self) -> None:
        if self.candidate is None or self.memory is None:
            return
        facts = self.candidate.facts
        self.live = facts
        told = Told(area=facts.area, earliest=facts.earliest, latest=facts.latest)
        self.memory = replace(self.memory, told=told)

    def end(self) -> None:
        self.live = None
        if self.memory is not None:
            self.memory = replace(self.memory, told=None)

    def zone(self) -> None:
        place = Protected(point=SHELTER, radius_m=500)
        zones = build_zones([place], self.rules.areas.hull, b"k" * 32)
        self.rules = replace(self.rules, zones=zones)


def covers(coarse: Area, fine: Area) -> bool:
    """Return whether everything of ``fine`` lies in ``coarse``: told coarser, or the same."""
    one, other = (
        shapely.MultiPolygon([(rings[0], rings[1:]) for rings in area.polygons])
        for area in (coarse, fine)
    )
    return bool(shapely.covers(one.buffer(1e-6), other))


def facts_in_words(facts: PublicFacts) -> set[str]:
    """Return the numbers an alert's words hold, besides those of its window."""
    window = window_words(facts.earliest, facts.latest, CHICAGO)
    return set(re.findall(r"\d+", facts.text.replace(window, "") + facts.headline))


@settings(max_examples=150)
@given(steps=STEPS)
def test_what_an_alert_tells_never_gets_finer(ground: Ground, steps: list[Any]) -> None:
    history = History(rules=ground.rules)
    for number, step in enumerate(steps):
        before = history.live
        if isinstance(step, dict):
            history.revise(number, step)
        else:
            {"approve": history.approve, "end": history.end, "zones": history.zone}[step]()
        after = history.live
        if before is None or after is None:
            continue
        assert covers(after.area, before.area)
        assert after.earliest <= before.earliest
        assert after.latest >= before.latest
        assert after.area.name in after.headline
        assert facts_in_words(after) == set()


@settings(max_examples=150)
@given(steps=STEPS)
def test_a_call_that_was_sensitive_once_is_never_told_again(
    ground: Ground, steps: list[Any]
) -> None:
    history = History(rules=ground.rules)
    for number, step in enumerate(steps):
        if isinstance(step, dict):
            history.revise(number, step)
        elif step == "approve":
            history.approve()
        if history.silenced:
            assert history.candidate is None
            assert history.live is None


@settings(max_examples=60)
@given(steps=st.lists(REVISIONS, min_size=1, max_size=6))
def test_no_exact_thing_of_any_revision_is_in_what_is_told(
    ground: Ground, steps: list[Any]
) -> None:
    history = History(rules=ground.rules)
    for number, step in enumerate(steps):
        history.revise(number, step)
        history.approve()
        if history.live is None:
            continue
        words = repr(history.live)
        assert "418" not in words
        assert "Tanglewood" not in words
        assert f"{START + timedelta(minutes=step['minutes']):%H:%M}" not in history.live.text or (
            step["minutes"] % 30 == 0
        )
