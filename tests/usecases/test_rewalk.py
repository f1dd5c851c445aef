from __future__ import annotations

import pytest
from elm_bluff import (
    Line,
    call,
    published,
)

from pipeline.model import (
    Conflict,
)
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.queue import (
    one_candidate,
)
from pipeline.usecases.walk import walk_landed


def test_a_changed_agency_file_voids_what_waits_and_proposes_it_again(line: Line) -> None:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    before = line.pending()
    line.change(call_types={"STRUCTURE FIRE": "DVA"})
    for candidate in before:
        with pytest.raises(Conflict, match="blotter walk"):
            approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 1, "withheld": 1}
    assert published(line)


def test_a_mended_agency_file_frees_what_it_held(line: Line) -> None:
    line.deliver("a.csv", [call("1", "CHIMNEY FIRE"), call("2", "CHIMNEY FIRE", notes="old")])
    line.deliver("b.csv", [call("2", "CHIMNEY FIRE", notes="fire is out")])
    line.run()
    assert line.states() == {"held": 2, "superseded": 1}
    line.change(call_types={"CHIMNEY FIRE": "FSTRU"})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 2, "superseded": 1}
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 2, "superseded": 1}
    assert line.count().received == 3


def test_an_edited_candidate_is_proposed_again_when_the_rules_change(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (old,) = line.pending()
    edit(line.settings, old, editor="Ida Okwu", now=line.at, headline="", text="A fire, now out.")
    line.change(location={"town": "Elm Bluff Town"})
    walk_landed(line.settings, now=line.at)
    (new,) = line.pending()
    row = one_candidate(line.settings, new, now=line.at)
    assert row.edited_by == ""
    assert "now out" not in row.proposal.candidate.facts.text
    assert line.states() == {"pending": 1}
