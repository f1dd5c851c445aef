"""A push to a feed that is off, or while too much waits, is to be sent again, and is then taken."""

from __future__ import annotations

import pytest
from elm_bluff import Line
from pushing import body_of, key_of, push, receiving

from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import Scope
from pipeline.usecases.figures import figures
from pipeline.usecases.pressure import MOST_WAITING
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.resources import open_database
from pipeline.usecases.switches import switch_off, switch_on

BY = {"person": "Enno Vries", "reason": "the feed sends another town's calls"}


@pytest.mark.parametrize(
    ("scope", "name"), [(Scope.FEED, "elm-bluff"), (Scope.AGENCY, "elm-bluff"), (Scope.ALL, "")]
)
def test_a_push_to_what_is_off_is_to_be_sent_again(line: Line, scope: Scope, name: str) -> None:
    with receiving(line) as client:
        token = key_of(line).token
        switch_off(line.settings, scope, name, now=line.at, **BY)
        answer = push(client, body_of("1"), token)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["type"].endswith(":not-ready")
        switch_on(line.settings, scope, name, now=line.at, **BY)
        assert push(client, body_of("1"), token).status_code == 202


def test_a_push_waits_while_too_much_of_the_agency_waits(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [MOST_WAITING]
    monkeypatch.setattr("pipeline.usecases.receive.payloads_waiting", lambda *_: waiting[0])
    with receiving(line) as client:
        token = key_of(line).token
        assert push(client, body_of("1"), token).status_code == 503
        waiting[0] -= 1
        assert push(client, body_of("1"), token).status_code == 202


def test_a_round_tells_that_an_agreement_ended_and_was_renewed(line: Line) -> None:
    """Nobody looks at what is pushed: without the round no alarm would tell of it."""

    def stands() -> tuple[bool, bool]:
        failures = pull_agencies(line.settings, run_id="r", now=line.at).failures
        (row,) = figures(line.settings, now=line.at).agencies
        return "elm-bluff" in failures, row.stopped

    with receiving(line) as client:
        assert push(client, body_of("1"), key_of(line).token).status_code == 202
    assert stands() == (False, False)
    line.change(agreement={"expires": "2026-02-01"})
    assert [stands(), stands()] == [(True, True)] * 2
    line.change(agreement={"expires": "2029-01-09"})
    assert stands() == (False, False)
    with open_database(line.settings) as store, store.read() as tx:
        assert len(entries_of(tx, [EntryKind.FEED_STOPPED])) == 1
