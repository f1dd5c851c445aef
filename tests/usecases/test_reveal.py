"""Reveals: a role, a code, a while; counted, and reviewed by somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from elm_bluff import Line, call

from pipeline.adapters.store.audit_log import newest_entries
from pipeline.audit import EntryKind
from pipeline.audit.reveals import (
    REVIEW_WITHIN,
    Reveal,
    RevealCode,
    RevealRole,
    Verdict,
    counted_by,
    reveals_of,
)
from pipeline.model import Refused
from pipeline.usecases.queue import quarantine_list
from pipeline.usecases.resources import open_database
from pipeline.usecases.reveal import reveal_again, reveal_payload, reveals, review_reveal

ONE, TWO = "Ida Okwu", "Bo Thorsgaard"


@pytest.fixture
def shown(sqlite_line: Line) -> Line:
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.deliver_bytes("b.csv", b"<html>")
    sqlite_line.run()
    assert reveal(sqlite_line) == b"<html>"
    return sqlite_line


def reveal(line: Line, **changed: object) -> bytes:
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    said = {
        "person": ONE,
        "role": RevealRole.ENGINEER,
        "code": RevealCode.FEED_FAULT,
        "reason": "mend the feed",
    }
    return reveal_payload(line.settings, payload.payload_id, now=line.at, **(said | changed))


def only(line: Line) -> Reveal:
    (found,) = reveals(line.settings, now=line.at)
    return found


def test_a_reveal_says_who_in_what_role_why_and_until_when(shown: Line) -> None:
    found = only(shown)
    assert (found.by, found.role, found.code) == (ONE, "engineer", "feed-fault")
    assert found.until == shown.at + timedelta(minutes=15)
    assert counted_by([found], "code") == {"feed-fault": 1}


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": "ok"},
        {"reason": "because 920-555-0143 called"},
        {"person": ""},
        {"open_for": timedelta(0)},
        {"open_for": timedelta(hours=2)},
    ],
    ids=str,
)
def test_a_reveal_without_reason_person_or_end_is_refused(
    shown: Line, changed: dict[str, object]
) -> None:
    with pytest.raises(Refused):
        reveal(shown, **changed)
    assert len(reveals(shown.settings, now=shown.at)) == 1


def test_the_same_person_looks_again_while_the_time_runs_and_it_is_an_entry(shown: Line) -> None:
    index = only(shown).index
    soon, late = shown.later(14), shown.later(16)
    assert reveal_again(soon.settings, index, person="ida okwu", now=soon.at) == b"<html>"
    with pytest.raises(Refused, match="somebody else"):
        reveal_again(soon.settings, index, person=TWO, now=soon.at)
    with pytest.raises(Refused, match="time is over"):
        reveal_again(late.settings, index, person=ONE, now=late.at)
    with pytest.raises(Refused, match="no reveal"):
        reveal_again(soon.settings, 0, person=ONE, now=soon.at)
    with open_database(shown.settings) as store, store.read() as tx:
        (entry,) = newest_entries(tx, EntryKind.ACCESS, limit=9)
    assert f"again under entry {index}".encode() in entry


def test_a_second_person_reviews_a_reveal_once(shown: Line) -> None:
    index = only(shown).index
    said = {"verdict": Verdict.NOT_IN_ORDER, "reason": "no feed was broken", "now": shown.at}
    with pytest.raises(Refused, match="second person"):
        review_reveal(shown.settings, index, person=" ida  OKWU", **said)
    done = review_reveal(shown.settings, index, person=TWO, **said)
    assert done.review is not None
    assert (done.review.by, done.review.verdict) == (TWO, Verdict.NOT_IN_ORDER)
    with pytest.raises(Refused, match="reviewed this already"):
        review_reveal(shown.settings, index, person="Per Lund", **said)


def test_what_nobody_reviewed_in_a_week_is_overdue(shown: Line) -> None:
    in_time, late = shown.at + REVIEW_WITHIN, shown.at + REVIEW_WITHIN + timedelta(seconds=1)
    assert reveals(shown.settings, now=in_time, overdue=True) == ()
    assert reveals(shown.settings, now=late, overdue=True) == (only(shown),)
    review_reveal(
        shown.settings,
        only(shown).index,
        person=TWO,
        verdict=Verdict.IN_ORDER,
        reason="the feed was broken",
        now=late,
    )
    assert reveals(shown.settings, now=late, overdue=True) == ()


def test_a_reveal_of_before_there_were_roles_is_read_and_waits_for_review() -> None:
    body = {"payload": "p", "by": ONE, "reason": "mend the feed"}
    entry = {"kind": "reveal", "at": "2026-03-02T18:00:00.000000Z", "agency": "a", "body": body}
    (found,) = reveals_of([(3, entry)])
    assert (found.role, found.until, found.needs_review) == ("", None, True)
    (sampled,) = reveals_of([(3, {**entry, "body": {**body, "sample": "s1-seven"}})])
    assert not sampled.needs_review
