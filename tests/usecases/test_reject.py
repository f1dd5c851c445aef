from __future__ import annotations

from elm_bluff import (
    Line,
    call,
)

from pipeline.model import (
    RejectReason,
)
from pipeline.usecases.reject import reject


def test_a_rejected_candidate_stays_rejected_when_the_same_comes_again(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    reject(
        line.settings,
        candidate,
        editor="Ida Okwu",
        now=line.at,
        reason=RejectReason.NOT_NEWSWORTHY,
    )
    line.deliver("b.csv", [call("1", phone="920-555-0144")])
    line.later(5).run()
    assert line.pending() == []
    assert line.states() == {"rejected": 1, "superseded": 1}
