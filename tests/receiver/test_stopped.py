"""A push to a feed that is off, or while too much waits, is to be sent again, and is then taken."""

from __future__ import annotations

import pytest
from elm_bluff import Line
from pushing import body_of, key_of, push, receiving

from pipeline.model import Scope
from pipeline.usecases.pressure import MOST_WAITING
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
