"""Rules kept by the whole line and a database: a check fails when what keeps one is taken out.

As in ``test_rules_bite``, of which this is the rest: what came to pass is compared, as shipped and
with a rule switched off, and says each time which part of the rule is not kept any more.
"""

from __future__ import annotations

import importlib
import re
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import test_rules_bite
from elm_bluff import Line, build_line, call, public_bytes, published

from pipeline.adapters.store.outbox import Sending, add_sendings
from pipeline.audit import stamp
from pipeline.audit.sampling import Fault, How, Mark, Pile
from pipeline.feeds.draw import Draft
from pipeline.feeds.draw import drawn as drawn_as_shipped
from pipeline.model import AgreementStopped, AlertId, Refused, Retraction, RetractReason
from pipeline.policies import RULES
from pipeline.publish.cap import _cancel as cancel_as_shipped
from pipeline.publish.cap import cap_path
from pipeline.usecases.approve import approve
from pipeline.usecases.budget import pauses
from pipeline.usecases.edit import edit
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.outbox import outbox_list
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import pending_queue
from pipeline.usecases.resources import open_database
from pipeline.usecases.retract import retract
from pipeline.usecases.sampling import draw_sample, mark_item, next_item
from pipeline.usecases.walk import walk_landed

ONE, TWO, THIRD = "Ida Okwu", "Bo Thorsgaard", "Per Lund"

Off = Mapping[str, object]
"""Parts of the engine that are taken out: dotted name, replacement."""

NOTHING: Off = {}


def taken_out(off: Off) -> ExitStack:
    stack = ExitStack()
    for name, instead in off.items():
        module, _, attribute = name.rpartition(".")
        stack.enter_context(patch.object(importlib.import_module(module), attribute, instead))
    return stack


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")


def under_another_id(retraction: Retraction, sender: str) -> Any:
    return cancel_as_shipped(replace(retraction, alert_id=AlertId("0" * 32)), sender)


def test_no_rule_is_without_a_check_that_fails_when_it_is_switched_off() -> None:
    names = (*vars(test_rules_bite), *globals())
    numbered = {int(found[1]) for name in names if (found := re.match(r"test_(\d+)_", name))}
    assert numbered | {bite.number for bite in test_rules_bite.BITES} == set(RULES)


@pytest.mark.parametrize(
    ("off", "kept"),
    [
        (NOTHING, (True, True, True, True)),
        ({"pipeline.usecases.publish.due_files": lambda _: ()}, (False, False, True, True)),
        ({"pipeline.publish.cap.WITHDRAWN": RetractReason.WRONG.value}, (True, True, False, True)),
        ({"pipeline.publish.cap._cancel": under_another_id}, (True, False, True, True)),
        (
            {"pipeline.usecases.ledger._WITHDRAW_WITHIN": timedelta(days=1)},
            (True, True, True, False),
        ),
    ],
    ids=["on", "not-told", "with-a-reason", "under-another-id", "whenever"],
)
def test_18_a_retraction_is_a_tombstone_without_a_reason_within_a_minute(
    off: Off, kept: tuple[bool, ...], line: Line
) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    with taken_out(off):
        retract(line.settings, alert_id, editor=TWO, now=line.at, reason=RetractReason.WRONG)
        late = ledger_report(line.settings, now=line.later(1.1).at).problems
        publish_due(line.settings, now=line.later(1).at)
    left, path = public_bytes(line), line.settings.public / cap_path(alert_id)
    message = path.read_bytes()
    found = (
        b"in North Side" not in left,
        all(each in message for each in (b"<msgType>Cancel", f"<identifier>{alert_id}".encode())),
        RetractReason.WRONG.value.encode() not in left,
        bool(late),
    )
    assert found == kept


@pytest.mark.parametrize(
    ("off", "refused"),
    [
        (NOTHING, True),
        (
            {
                "pipeline.usecases.edit.check_leaks": lambda *_: None,
                "pipeline.usecases.edit.check_words": lambda *_: None,
            },
            False,
        ),
    ],
    ids=["on", "off"],
)
def test_23_words_of_an_editor_pass_a_gate(off: Off, refused: bool, line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    words = {"headline": "", "text": "Fire at the home of Quillon Abernathwy."}
    with taken_out(off):
        try:
            edit(line.settings, candidate, editor=ONE, now=line.at, **words)
        except Refused:
            found = True
        else:
            found = False
    assert found is refused


def unread_as_remarks(plan: Any, texts: Any, left: Any, content: Any, clean: Any) -> Draft:
    draft = drawn_as_shipped(plan, texts, left, content, clean)
    more = tuple((("text", text),) for _, text in left if text)
    return draft._replace(remarks=(*draft.remarks, *more))


def unread_as_fields(plan: Any, texts: Any, left: Any, content: Any, clean: Any) -> Draft:
    draft = drawn_as_shipped(plan, texts, left, content, clean)
    more = {name: (text,) for name, text in left if text}
    return draft._replace(fields=tuple({**dict(draft.fields), **more}.items()))


@pytest.mark.parametrize(
    ("off", "same"),
    [
        (NOTHING, (True, True)),
        ({"pipeline.feeds.table.drawn": unread_as_remarks}, (True, False)),
        ({"pipeline.feeds.table.drawn": unread_as_fields}, (False, True)),
    ],
    ids=["on", "shown-to-editors", "deciding"],
)
def test_25_a_field_that_the_agency_file_does_not_name_changes_nothing(
    off: Off, same: tuple[bool, bool], line: Line
) -> None:
    line.deliver("a.csv", [call("1"), call("2") | {"call_type": "GAS LEAK"}])
    with taken_out(off):
        line.run()
    rows = pending_queue(line.settings, now=line.at)
    first, second = (row.proposal.candidate for row in rows)
    assert (first.facts == second.facts, first.remarks == second.remarks) == same


@pytest.mark.parametrize(
    ("off", "stopped"),
    [
        (NOTHING, (True, True, True)),
        ({"pipeline.usecases.sampling.pause_where_needed": lambda *_, **__: ()}, (False,) * 3),
        ({"pipeline.usecases.approve._check_budget": lambda *_: None}, (True, False, True)),
        ({"pipeline.usecases.publish.paused_agencies": lambda _: {}}, (True, True, False)),
    ],
    ids=["on", "never-pauses", "may-be-approved", "goes-out"],
)
def test_26_an_agency_with_a_leak_pauses_and_tells_nothing(
    off: Off, stopped: tuple[bool, ...], line: Line
) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    drawn = draw_sample(
        line.settings,
        pile=Pile.PUBLISHED,
        how=How.RANDOM,
        size=1,
        seed="seven",
        person=THIRD,
        now=line.at,
    )
    line = line.later(1)
    line.deliver("b.csv", [call("2"), call("3", "GAS LEAK")])
    line.run()
    approved, undecided = line.pending()
    approve(line.settings, approved, editor=ONE, now=line.at)
    leak = Mark(fault=Fault.MISSED, remark=0, start=0, end=5, entity="PERSON")
    with taken_out(off):
        for person in (ONE, TWO):
            item = next_item(line.settings, drawn.sample_id, person=person, now=line.at)
            assert item is not None
            said = {"person": person, "marks": (leak,), "now": line.at}
            mark_item(line.settings, drawn.sample_id, item.record, **said)
        told = publish_due(line.settings, now=line.at).delivered
        found = (
            bool(pauses(line.settings)),
            refuses(line, undecided, Refused),
            not told,
        )
    assert found == stopped


def refuses(line: Line, candidate: str, error: type[Exception]) -> bool:
    try:
        approve(line.settings, candidate, editor=ONE, now=line.at)
    except error:
        return True
    return False


@pytest.mark.parametrize(
    ("off", "listed"),
    [(NOTHING, 0), ({"pipeline.usecases.outbox._LISTED": ("webhook", "websub", "mail")}, 1)],
    ids=["on", "off"],
)
def test_29_no_message_to_a_reader_is_listed(off: Off, listed: int, line: Line) -> None:
    at = stamp(line.at)
    sending = Sending(
        sending_id="msg_" + "0" * 32,
        channel="mail",
        receiver="a" * 32,
        alert_id="b" * 32,
        version=1,
        kind="alert",
        audit_index=0,
        created_at=at,
        next_at=at,
    )
    with open_database(line.settings) as store, store.write() as tx:
        add_sendings(tx, [sending])
    with taken_out(off):
        assert len(outbox_list(line.settings, now=line.at).messages) == listed


@pytest.mark.parametrize(
    "part", ["pull", "walk", "approve"], ids=["not-read", "not-walked", "not-approved"]
)
@pytest.mark.parametrize("on", [True, False], ids=["on", "off"])
def test_30_an_expired_agreement_stops_the_feed_by_itself(part: str, on: bool, line: Line) -> None:
    """Of a burglary, which is told a day later: nobody touches a file between."""
    line.change(agreement={"expires": f"{line.at:%F}"})
    line.deliver("a.csv", [call("1", "BURGLARY", notes="door open")])
    line.run()
    (candidate,) = line.pending()
    line.deliver("b.csv", [call("2")])
    if part == "walk":
        pull_agencies(line.settings, run_id="r", now=line.later(1).at)
    line = line.later(24 * 60)
    off = {} if on else {f"pipeline.usecases.{part}.check_agreement": lambda *_: None}
    with taken_out(off):
        match part:
            case "pull":
                stopped = not pull_agencies(line.settings, run_id="r", now=line.at).landed
            case "walk":
                failures = walk_landed(line.settings, now=line.at).failures
                stopped = "agreement" in failures.get("elm-bluff", "")
            case _:
                stopped = refuses(line, candidate, AgreementStopped)
    assert stopped is on


@pytest.mark.parametrize(
    ("off", "approvals"),
    [
        (NOTHING, 1),
        (
            {"pipeline.usecases.approve.editor_key": lambda _: secrets.token_hex(8)},
            2,
        ),
    ],
    ids=["on", "off"],
)
def test_20_two_editors_are_two_people(off: Off, approvals: int, line: Line) -> None:
    """Rule 12 asks for them too: here of violence, whose approvals are counted alike."""
    line.deliver("a.csv", [call("1", "ROBBERY", notes="at the store", closed="Y")])
    line.run()
    (candidate,) = line.pending()
    with taken_out(off):
        for _ in range(2):
            decided = approve(line.settings, candidate, editor=ONE, now=line.at)
    assert (decided.approvals, decided.approvals_needed) == (approvals, 2)
