from __future__ import annotations

import json
from datetime import timedelta

import pytest
from elm_bluff import CANARIES, Line, call

from pipeline.adapters.store.audit_log import newest_entries, read_kinds, read_log
from pipeline.audit import EntryKind
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.model import Refused, Sensitive
from pipeline.usecases import removed
from pipeline.usecases.removed import PER_PERSON, Asked, RemovedReport, ask_removed
from pipeline.usecases.resources import open_database
from pipeline.usecases.reveal import reveal_payload


@pytest.fixture
def told(sqlite_line: Line) -> Line:
    """A line whose records name a number, a person and an address in their remarks."""
    notes = "smoke, RP QUILLON ABERNATHWY CB# 920-555-0143, lives at 418 Tanglewood Ct"
    sqlite_line.deliver(
        "a.csv", [call("1", notes=notes), call("2"), call("3", notes="cb 555-0143")]
    )
    sqlite_line.run()
    return sqlite_line


def ask(line: Line, value: str, about: Asked, person: str = "Ida Okwu") -> RemovedReport:
    return ask_removed(
        line.settings,
        Sensitive(value),
        about,
        person=person,
        reason="a complaint of March",
        now=line.at,
    )


@pytest.mark.parametrize(
    ("value", "about"),
    [
        ("(920) 555-0143", Asked.PHONE),
        ("+1 920.555.0143", Asked.PHONE),
        ("418 TANGLEWOOD COURT", Asked.ADDRESS),
    ],
)
def test_a_removed_value_is_found_in_any_spelling(told: Line, value: str, about: Asked) -> None:
    report = ask(told, value, about)
    assert [place.agency for place in report.places if place.whole] == ["elm-bluff"]
    assert report.searched >= 1
    assert report.unanswerable == ()


def test_a_part_that_agrees_is_told_as_a_part(told: Line) -> None:
    found = ask(told, "920-555-0143", Asked.PHONE).places
    assert sorted(place.whole for place in found) == [False, True]


def test_what_was_never_removed_is_not_found(told: Line) -> None:
    assert ask(told, "920-555-0199", Asked.PHONE).places == ()
    assert ask(told, "Ingrid Nobody", Asked.NAME).places == ()


def lines(line: Line, kind: EntryKind) -> list[bytes]:
    with open_database(line.settings) as store, store.read() as tx:
        return list(newest_entries(tx, kind, limit=1000))


def test_each_question_leaves_an_entry_that_holds_nothing_of_the_value(told: Line) -> None:
    ask(told, "920-555-0143", Asked.PHONE)
    ask(told, "920-555-0199", Asked.PHONE)
    one, two = (json.loads(line) for line in lines(told, EntryKind.QUESTION))
    assert one == two  # found or not, the entry is the same
    assert one["body"] == {
        "by": "Ida Okwu",
        "about": "phone",
        "reason": "a complaint of March",
        "answer": "asked",
    }


def test_questions_are_few_an_hour_and_refusals_are_logged(told: Line) -> None:
    for _ in range(PER_PERSON):
        ask(told, "920-555-0199", Asked.PHONE)
    with pytest.raises(Refused, match="ask again later"):
        ask(told, "920-555-0199", Asked.PHONE, person="ida OKWU")
    answers = [json.loads(line)["body"]["answer"] for line in lines(told, EntryKind.QUESTION)]
    assert answers == ["refused", *["asked"] * PER_PERSON]
    assert ask(told, "920-555-0143", Asked.PHONE, person="Bo Thorsgaard").places
    assert ask(told.later(61), "920-555-0143", Asked.PHONE).places


def test_questions_that_were_refused_do_not_push_those_answered_out_of_the_count(
    told: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removed, "PER_HOUR", 2)
    for _ in range(2):
        ask(told, "920-555-0199", Asked.PHONE)
    for _ in range(50):
        with pytest.raises(Refused, match="ask again later"):
            ask(told, "920-555-0199", Asked.PHONE)


@pytest.mark.parametrize(
    ("value", "person", "reason"),
    [
        ("12", "Ida Okwu", "a complaint of March"),
        ("920-555-0143", "", "a complaint of March"),
        ("920-555-0143", "Ida Okwu", "why not"),
        ("920-555-0143", "Ida Okwu", "because 920-555-0143 called"),
    ],
)
def test_a_question_without_value_person_or_reason_is_refused(
    told: Line, value: str, person: str, reason: str
) -> None:
    with pytest.raises(Refused):
        ask_removed(
            told.settings,
            Sensitive(value),
            Asked.PHONE,
            person=person,
            reason=reason,
            now=told.at,
        )
    assert lines(told, EntryKind.QUESTION) == []


def test_a_destroyed_quarter_answers_nobody(told: Line) -> None:
    path = told.settings.key_file
    keys = json.loads(path.read_text())
    assert list(keys["commitments"]) == ["2026-Q1"]
    keys["commitments"] = {}
    path.write_text(json.dumps(keys))
    later = told.later(60 * 24 * 100)
    report = ask(later, "920-555-0143", Asked.PHONE)
    assert report.places == ()
    assert report.unanswerable == ("2026-Q1",)


def test_nothing_in_the_log_is_private_or_the_same_in_two_incidents(told: Line) -> None:
    ask(told, "920-555-0143", Asked.PHONE)
    with open_database(told.settings) as store, store.read() as tx:
        everything = b"\n".join(line for _, line in read_log(tx)).lower()
        outcomes = [json.loads(line) for _, line in read_kinds(tx, (EntryKind.OUTCOME,))]
    assert [canary for canary in CANARIES if canary.lower().encode() in everything] == []
    per_incident = [
        {one for finding in each["body"]["findings"] for one in finding["commitments"]}
        for each in outcomes
    ]
    assert len([each for each in per_incident if each]) >= 2
    first, *rest = [each for each in per_incident if each]
    assert all(first.isdisjoint(each) for each in rest)


def test_rules_that_come_into_force_are_written_down_once(sqlite_line: Line) -> None:
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.run()
    sqlite_line.later(5).run()
    sqlite_line.change(bounds={"held_ratio": 0.5})
    sqlite_line.later(10).run()
    kinds = (EntryKind.POLICY_CHANGE, EntryKind.MAPPING_CHANGE, EntryKind.MODEL_CHANGE)
    told = {kind: [json.loads(line)["body"] for line in lines(sqlite_line, kind)] for kind in kinds}
    assert [len(told[kind]) for kind in kinds] == [1, 2, 1]
    newer, older = told[EntryKind.MAPPING_CHANGE]
    assert (older["from"], newer["from"]) == ("", older["to"])


def test_a_reveal_that_was_refused_is_logged_without_what_was_typed(told: Line) -> None:
    with pytest.raises(Refused):
        reveal_payload(
            told.settings,
            "quillon",
            person="Ida Okwu",
            role=RevealRole.ENGINEER,
            code=RevealCode.FEED_FAULT,
            reason="looking at the feed",
            now=told.at + timedelta(seconds=1),
        )
    (entry,) = (json.loads(line) for line in lines(told, EntryKind.ACCESS))
    assert (entry["body"]["by"], entry["body"]["granted"], entry["body"]["name"]) == (
        "Ida Okwu",
        "no",
        "",
    )
