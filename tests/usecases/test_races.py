"""Two people at once, in threads with connections of their own: one outcome, nothing withheld out.

One side is stopped in the middle of its transaction until the other has begun and waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from elm_bluff import Line, call, public_bytes, published

from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.sampling import Fault, How, Mark, Pile, Sample
from pipeline.model import BlotterError, RetractReason, Sensitive
from pipeline.usecases import approve as approving
from pipeline.usecases import request_answer, sampling, walk_batch
from pipeline.usecases.approve import approve
from pipeline.usecases.budget import pauses
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.removed import PER_PERSON, Asked, ask_removed
from pipeline.usecases.request_answer import Suppressed, suppress_request
from pipeline.usecases.requests import Given, RequestKind, open_request, search_request
from pipeline.usecases.resources import open_database
from pipeline.usecases.retract import retract
from pipeline.usecases.sampling import draw_sample, mark_item

WHO = {"person": "Per Lund"}
WHY = {**WHO, "reason": "the person asks for it"}
NOTES = "smoke from the roof, caller Quillon Abernathwy 920-555-0143"
GIVEN = Given(
    values=((Asked.PHONE, Sensitive("(920) 555-0143")),),
    name=Sensitive("Quillon Abernathwy"),
    address=Sensitive("418 Tanglewood Ct\nElm Bluff WI"),
)
MISSED = Mark(fault=Fault.MISSED, remark=0, start=0, end=5, entity="PERSON")


class Other:
    """The other person: begins when told, and says in the end what came of it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.result: Any = None
        self._act = act
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.result = self._act()
        except BlotterError as error:
            self.result = error

    def begin(self) -> None:
        """Begin, and come back once it is done, or surely waits for us."""
        self._thread.start()
        self._thread.join(0.7)

    def end(self) -> Any:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.result


def begins_at(patch: pytest.MonkeyPatch, where: object, name: str, act: Callable[[], Any]) -> Other:
    """Let another person act the first time a step is reached, just before it."""
    other, real = Other(act), getattr(where, name)
    begun = threading.Event()

    def step(*given: Any, **named: Any) -> Any:
        if not begun.is_set():
            begun.set()
            other.begin()
        return real(*given, **named)

    patch.setattr(where, name, step)
    return other


def asked_for(line: Line) -> str:
    request = open_request(line.settings, RequestKind.VICTIM, GIVEN, now=line.at, **WHO)
    assert search_request(line.settings, request.request_id, now=line.at, **WHY)
    return request.request_id


def suppressing(line: Line, request: str) -> Callable[[], Suppressed]:
    return lambda: suppress_request(line.settings, request, now=line.at, **WHO)


def approving_by(line: Line, candidate: str) -> Callable[[], object]:
    return lambda: approve(line.settings, candidate, editor="Ida Okwu", now=line.at)


def assert_nothing_is_told(line: Line) -> None:
    publish_due(line.settings, now=line.at)
    assert live_alerts(line.settings, now=line.at) == ()
    assert line.pending() == []
    assert set(line.states()) <= {"withheld", "published"}  # and the ledger balances
    assert b"Structure fire in North Side" not in public_bytes(line)


@pytest.fixture
def waiting(line: Line) -> Line:
    """One call that an editor may approve."""
    line.deliver("a.csv", [call("1", notes=NOTES)])
    line.run()
    return line


def test_a_request_that_comes_while_an_editor_approves_withdraws_what_was_approved(
    waiting: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, (candidate,) = asked_for(waiting), waiting.pending()
    other = begins_at(monkeypatch, approving, "check_renders", suppressing(waiting, request))
    decided = approve(waiting.settings, candidate, editor="Ida Okwu", now=waiting.at)
    done = other.end()
    assert decided.alert is not None
    assert (done.calls, done.alerts) == (1, (decided.alert.alert_id,))
    assert_nothing_is_told(waiting)


def test_an_editor_who_approves_while_a_request_is_carried_out_is_refused(
    waiting: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, (candidate,) = asked_for(waiting), waiting.pending()
    other = begins_at(monkeypatch, request_answer, "told_of", approving_by(waiting, candidate))
    done = suppressing(waiting, request)()
    assert isinstance(other.end(), BlotterError)
    assert (done.calls, done.alerts) == (1, ())
    assert_nothing_is_told(waiting)
    assert waiting.states() == {"withheld": 1}


def test_requests_and_approvals_at_once_end_one_way_each_time(line: Line) -> None:
    ways = set()
    for turn in range(6):
        line = line.later(2)
        line.deliver(f"{turn}.csv", [call(str(turn), notes=NOTES)])
        line.run()
        request, (candidate,) = asked_for(line), line.pending()
        editor = Other(approving_by(line, candidate))
        officer = Other(suppressing(line, request))
        for each in (editor, officer)[:: 1 if turn % 2 else -1]:
            each._thread.start()
        told, done = editor.end(), officer.end()
        assert isinstance(done, Suppressed)
        ways.add(isinstance(told, BlotterError))
        assert len(done.alerts) == (0 if isinstance(told, BlotterError) else 1)
        assert line.pending() == []
        publish_due(line.settings, now=line.at)
        assert live_alerts(line.settings, now=line.at) == ()
    assert ways
    assert sum(line.states().values()) == 6


@pytest.mark.parametrize("way", ["request", "retraction"])
def test_a_walk_under_way_neither_proposes_nor_forgets_what_is_withheld_meanwhile(
    waiting: Line, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The walk has read the call before it is withheld, and saves a new revision after it."""
    if way == "request":
        act: Callable[[], object] = suppressing(waiting, asked_for(waiting))
    else:
        alert = published(waiting)
        how = {"editor": "Per Lund", "reason": RetractReason.PRIVACY}
        act = lambda: retract(waiting.settings, alert, now=waiting.at, **how)  # noqa: E731
    later = waiting.later(3)
    later.deliver(
        "b.csv", [call("1", notes="the roof has come down", revised="2026-03-02 12:02:00")]
    )
    other = begins_at(monkeypatch, walk_batch, "_save", act)
    later.run()
    assert not isinstance(other.end(), BlotterError)
    assert later.pending() == []
    again = later.later(3)
    again.deliver("c.csv", [call("1", notes="out", revised="2026-03-02 12:05:00")])
    again.run()
    assert_nothing_is_told(again)


@pytest.fixture
def drawn(line: Line) -> tuple[Line, Sample]:
    """A published record in a sample."""
    line.deliver("a.csv", [call("1", notes=NOTES)])
    line.run()
    published(line)
    after = line.later(1)
    return after, draw_sample(
        after.settings, pile=Pile.PUBLISHED, how=How.RANDOM, size=1, seed="s", now=after.at, **WHO
    )


def marking(line: Line, sample: Sample, person: str, *marks: Mark) -> Callable[[], Any]:
    (record,) = sample.records
    return lambda: mark_item(
        line.settings, sample.sample_id, record, person=person, marks=marks, now=line.at
    )


def reviewers(line: Line) -> list[str]:
    with open_database(line.settings) as store, store.read() as tx:
        return [entry["body"]["by"] for _, entry in entries_of(tx, [EntryKind.REVIEW])]


def test_of_two_reviewers_at_once_the_second_settles_and_the_budget_counts(
    drawn: tuple[Line, Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    line, sample = drawn
    second = marking(line, sample, "Bo Thorsgaard", MISSED)
    other = begins_at(monkeypatch, sampling, "_check_time", second)
    first = marking(line, sample, "Ida Okwu", MISSED)()
    assert {first.agreed, other.end().agreed} == {None, True}
    assert sorted(reviewers(line)) == ["Bo Thorsgaard", "Ida Okwu"]
    assert len(pauses(line.settings)) == 1


@pytest.mark.parametrize("person", ["Ida Okwu", "IDA  OKWU"])
def test_one_reviewer_in_two_windows_reviews_once(
    drawn: tuple[Line, Sample], monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    line, sample = drawn
    other = begins_at(monkeypatch, sampling, "_check_time", marking(line, sample, person))
    assert marking(line, sample, "Ida Okwu", MISSED)().agreed is None
    assert isinstance(other.end(), BlotterError)
    assert reviewers(line) == ["Ida Okwu"]


def test_questions_at_once_are_as_few_as_one_after_another(waiting: Line) -> None:
    def ask(number: int) -> object:
        value = Sensitive(f"920-555-01{number:02}")
        return ask_removed(waiting.settings, value, Asked.PHONE, now=waiting.at, **WHY)

    others = [Other(lambda n=n: ask(n)) for n in range(PER_PERSON + 4)]  # type: ignore[misc]
    for each in others:
        each._thread.start()
    answers = [each.end() for each in others]
    assert sum(not isinstance(each, BlotterError) for each in answers) == PER_PERSON
