"""An agency's stricter terms about the place, all the way to the candidate."""

from __future__ import annotations

import json

import pytest
from elm_bluff import AREAS, Line, call

from pipeline.usecases.queue import one_candidate
from pipeline.usecases.walk import walk_landed


def area_told(line: Line, *verbs: str) -> str:
    areas = json.loads(AREAS)
    for feature in areas["features"]:
        feature["properties"] |= {"residences": 40, "beat": "7", "district": "East"}
    (line.folder / "areas.geojson").write_text(json.dumps(areas))
    own = {
        "categories": ["structure-fire"],
        "audience": "public",
        "verbs": list(verbs),
        "reason": "Asked for.",
    }
    line.change(terms=[own])
    line.deliver("a.csv", [call("1")])
    line.run()
    assert walk_landed(line.settings, now=line.at).failures == {}
    (candidate,) = line.pending()
    return one_candidate(line.settings, candidate, now=line.at).proposal.candidate.facts.area.name


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("snap_area(min_addresses=40)", "North Side"),
        ("snap_area(min_addresses=41)", "Beat 7"),
        ("zone(beat)", "Beat 7"),
        ("zone(district)", "East"),
        ("zone(town)", "Elm Bluff"),
        ("keep_row_drop_location", "Elm Bluff"),
        ("unverified_address->no_location", "Elm Bluff"),
    ],
)
def test_the_public_is_told_the_place_as_the_agency_asks(
    sqlite_line: Line, verb: str, name: str
) -> None:
    assert area_told(sqlite_line, verb) in (name, name.removeprefix("Beat "))


def test_a_looser_agency_stands_still_and_is_told_why(sqlite_line: Line) -> None:
    line = sqlite_line
    own = {
        "categories": ["burglary"],
        "audience": "public",
        "verbs": ["delay(1h)"],
        "reason": "Sooner.",
    }
    line.change(terms=[own])
    line.deliver("a.csv", [call("1", "BURGLARY")])
    report = walk_landed(line.settings, now=line.at)
    assert "looser than policy" in report.failures["elm-bluff"]
    assert "agency.yml:" in report.failures["elm-bluff"]


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("effective_from(2026-03-02)", {"pending": {"pending": 1}}),
        ("effective_from(2026-03-03)", {"withheld": {"category-not-released": 1}}),
        ("effective_to(2026-03-02)", {"pending": {"pending": 1}}),
        ("effective_to(2026-03-01)", {"withheld": {"category-not-released": 1}}),
    ],
)
def test_terms_are_in_force_on_local_days_of_the_call(
    sqlite_line: Line, verb: str, state: dict[str, dict[str, int]]
) -> None:
    line = sqlite_line
    own = {"categories": ["structure-fire"], "audience": "public", "verbs": [verb]}
    line.change(terms=[own | {"reason": "A trial."}])
    # Eleven at night of March 2 in Chicago is March 3 in UTC.
    line.deliver("a.csv", [call("1", opened="2026-03-02 23:00:00")])
    late = line.later(60 * 12)
    late.run()
    assert {kind.value: found for kind, found in late.count().states.items() if found} == state
