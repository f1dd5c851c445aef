"""A month of oversight: counted from the log, a page without a text or a link."""

from __future__ import annotations

import pytest
from elm_bluff import CANARIES, Line, call, published

from pipeline.audit.reveals import RevealCode, RevealRole, Verdict
from pipeline.evaluation.monthly import monthly_page
from pipeline.evaluation.monthly_words import WORDS
from pipeline.model import Refused, RetentionClass, RetractReason, Sensitive
from pipeline.policies import load_policy
from pipeline.usecases.expire import expire_due
from pipeline.usecases.monthly import month_of
from pipeline.usecases.queue import quarantine_list
from pipeline.usecases.removed import Asked
from pipeline.usecases.requests import Given, RequestKind, open_request
from pipeline.usecases.retract import retract
from pipeline.usecases.reveal import reveal_payload, reveals, review_reveal


def test_a_month_is_counted_and_its_page_holds_no_private_text(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", notes="caller Quillon Abernathwy 920-555-0143, smoke")])
    line.run()
    alert = published(line)
    later = line.later(5)
    retract(later.settings, alert, editor="Per Lund", now=later.at, reason=RetractReason.WRONG)
    month = month_of(line.settings, "2026-03", now=line.at)
    assert (month.released, month.four_eyes, month.problems) == (1, 0, 0)
    assert dict(month.retractions) == {"wrong": 1}
    assert sum(month.by_reason.values()) > 0
    page = monthly_page(month)
    assert "telephone numbers, mail, accounts" in page
    assert "In March 2026, 1 alert went out" in page
    assert "Nothing is overdue" in page
    assert [canary for canary in CANARIES if canary.lower() in page.lower()] == []
    assert "<script" not in page
    assert "src=" not in page
    before = month_of(line.settings, "2026-02", now=line.at)
    assert (before.released, sum(before.by_reason.values())) == (0, 0)
    with pytest.raises(Refused, match="2026-11"):
        month_of(line.settings, "March", now=line.at)
    with pytest.raises(Refused, match="2026-11"):
        month_of(line.settings, "9999-12", now=line.at)


def test_the_page_names_reveals_nobody_reviewed_and_counts_requests_and_destruction(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.deliver_bytes("a.csv", b"<html>")
    line.run()
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    reveal_payload(
        line.settings,
        payload.payload_id,
        person="Ida Okwu",
        role=RevealRole.COMPLIANCE,
        code=RevealCode.COMPLAINT,
        reason="a complaint of March",
        now=line.at,
    )
    given = Given(values=((Asked.PHONE, Sensitive("920-555-0143")),))
    open_request(line.settings, RequestKind.SUBJECT, given, person="Ida Okwu", now=line.at)
    soon = month_of(line.settings, "2026-03", now=line.at)
    assert (soon.late_reveals, soon.late_requests, soon.destroyed) == ([], 0, {})
    after = line.later(60 * 24 * 9)
    expire_due(after.settings, now=after.at)
    month = month_of(after.settings, "2026-03", now=line.later(60 * 24 * 32).at)
    assert (dict(month.reveals), dict(month.reveals_by_code)) == ({"Ida Okwu": 1}, {"complaint": 1})
    assert (month.reviewed, month.late_requests, month.destroyed) == (0, 1, {"payload": 1})
    page = monthly_page(month)
    for words in ("Nobody reviewed within a week", "by Ida Okwu (complaint)", "should have been"):
        assert words in page
    (index,) = [each.index for each in reveals(line.settings, now=line.at)]
    review_reveal(
        line.settings,
        index,
        person="Per Lund",
        verdict=Verdict.IN_ORDER,
        reason="the file is known",
        now=after.at,
    )
    reviewed = month_of(after.settings, "2026-03", now=line.later(60 * 24 * 32).at)
    assert (reviewed.reviewed, reviewed.late_reveals) == (1, [])


def test_every_code_a_month_can_count_is_said_in_words_of_its_own() -> None:
    codes = [
        *(each.reason_code for each in load_policy("2027-01").explanations.values()),
        *(each.value for kind in (RevealCode, RetractReason, RetentionClass) for each in kind),
    ]
    assert len(codes) > 20
    assert [code for code in codes if code not in WORDS] == []
    assert len(set(WORDS.values())) == len(WORDS)
