"""A month of oversight: counted from the log, a page without a text or a link."""

from __future__ import annotations

import pytest
from elm_bluff import CANARIES, Line, call, published

from pipeline.evaluation.monthly import monthly_page
from pipeline.model import Refused, RetractReason
from pipeline.usecases.monthly import month_of
from pipeline.usecases.retract import retract


def test_a_month_is_counted_and_its_page_holds_no_private_text(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", notes="caller Quillon Abernathwy 920-555-0143, smoke")])
    line.run()
    alert = published(line)
    later = line.later(5)
    retract(later.settings, alert, editor="Per Lund", now=later.at, reason=RetractReason.WRONG)
    month = month_of(line.settings, "2026-03")
    assert (month.released, month.four_eyes, month.problems) == (1, 0, 0)
    assert dict(month.retractions) == {"wrong": 1}
    assert sum(month.by_reason.values()) > 0
    page = monthly_page(month)
    assert "contact" in page
    assert [canary for canary in CANARIES if canary.lower() in page.lower()] == []
    assert "<script" not in page
    assert "src=" not in page
    before = month_of(line.settings, "2026-02")
    assert (before.released, sum(before.by_reason.values())) == (0, 0)
    with pytest.raises(Refused, match="2026-11"):
        month_of(line.settings, "March")
