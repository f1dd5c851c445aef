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
