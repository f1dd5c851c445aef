from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from elm_bluff import (
    Line,
    call,
    published,
)

from pipeline.adapters.store.feeding import Landed
from pipeline.model import (
    Conflict,
    IncidentRef,
)
from pipeline.place import Spot
from pipeline.usecases import rewalk
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.expire import expire_due
from pipeline.usecases.queue import one_candidate, quarantined_record_list
from pipeline.usecases.recall import Recalled, Walking, recall
from pipeline.usecases.walk import walk_landed
from pipeline.usecases.walk_payload import open_body


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


def test_a_record_that_could_not_be_read_is_walked_when_the_file_is_mended(line: Line) -> None:
    line.change(fields={"revised_at": {"path": "revised", "presence": "required"}})
    line.deliver("a.csv", [call("1"), call("2", revised="2026-03-02 11:30:00")])
    line.run()
    assert line.states() == {"pending": 1, "quarantined": 1}
    (record,) = quarantined_record_list(line.settings, now=line.at)
    assert (record.position, record.code, record.field) == (0, "required-missing", "revised_at")
    line.change(fields={"revised_at": {"path": "revised", "presence": "optional"}})
    report = walk_landed(line.settings, now=line.at)
    assert report.again == 1
    assert line.states() == {"pending": 2}
    assert line.count().received == 2


def test_a_record_read_late_never_replaces_what_came_after_it(line: Line) -> None:
    line.change(fields={"revised_at": {"path": "revised", "presence": "required"}})
    line.deliver("a.csv", [call("1"), call("1"), call("3", notes="her husband hit her")])
    line.deliver("b.csv", [call("1", revised="2026-03-02 11:30:00", notes="fire is out")])
    line.deliver("c.csv", [call("3", revised="2026-03-02 11:30:00", notes="fire is out")])
    line.run()
    assert line.states() == {"pending": 2, "quarantined": 3}
    line.change(fields={"revised_at": {"path": "revised", "presence": "optional"}})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 1, "superseded": 3, "withheld": 1}
    (candidate,) = line.pending()
    row = one_candidate(line.settings, candidate, now=line.at)
    assert row.proposal.candidate.remarks[0].text == "fire is out"


def test_two_late_records_of_one_call_end_as_one_candidate(line: Line) -> None:
    line.change(fields={"revised_at": {"path": "revised", "presence": "required"}})
    line.deliver("a.csv", [call("1"), call("1"), call("1", notes="fire is out")])
    line.run()
    line.change(fields={"revised_at": {"path": "revised", "presence": "optional"}})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 1, "superseded": 2}


def test_a_quarantined_payload_that_comes_again_is_walked_again(line: Line) -> None:
    body = b"cfs;type;opened\n1;STRUCTURE FIRE;2026-03-02 11:20:00\n"
    line.deliver_bytes("a.csv", body)
    line.run()
    assert line.states() == {"quarantined": 1}
    fields = {name: {"path": name, "presence": "optional"} for name in ("latitude", "longitude")}
    paths = {"latitude": None, "longitude": None, "address": None, "revised_at": None}
    line.change(format={"delimiter": ";"}, fields={**fields, **paths}, remarks=[], people=[])
    line.deliver_bytes("b.csv", body)
    line.later(2).run()
    assert line.states() == {"pending": 1}
    assert line.count().payloads.redelivered == 1


def test_a_shredded_payload_that_comes_again_is_sealed_anew(line: Line) -> None:
    line.deliver_bytes("a.csv", b"")
    line.run()
    after = line.later(60 * 73)
    expire_due(line.settings, now=after.at)
    after.deliver_bytes("b.csv", b"")
    after.run()
    assert after.states() == {"quarantined": 1}
    assert len([p for p in Path(line.settings.vault).rglob("*") if p.is_file()]) == 1


def test_more_open_records_than_a_database_takes_at_once_are_walked_again(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call(str(n), "CHIMNEY FIRE") for n in range(300)])
    line.run()
    assert line.states() == {"held": 300}
    asked: list[int] = []

    def counted(walking: Walking, refs: Sequence[IncidentRef], spots: Sequence[Spot]) -> Recalled:
        asked.append(len(refs))
        return recall(walking, refs, spots)

    monkeypatch.setattr(rewalk, "recall", counted)
    line.change(call_types={"CHIMNEY FIRE": "FSTRU"})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 300}
    assert asked == [250, 50]


def test_a_payload_todays_file_cannot_read_is_tried_once(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    opened: list[str] = []

    def counted(walking: Walking, payload: Landed) -> bytes:
        opened.append(payload.payload_id)
        return open_body(walking, payload)

    monkeypatch.setattr(rewalk, "open_body", counted)
    line.change(fields={"address": {"path": "nowhere", "presence": "required"}})
    for _ in range(3):
        walk_landed(line.settings, now=line.at)
    assert len(opened) == 1
    assert line.states() == {"pending": 1}
