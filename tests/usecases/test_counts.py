"""Listed after they were live, then only counted; counts come out safe."""

from __future__ import annotations

from contextlib import closing

import pytest
from elm_bluff import Line, call, published
from sqlalchemy import select

from pipeline.adapters.store import open_store
from pipeline.adapters.store.tables import alerts
from pipeline.model import Refused
from pipeline.publish.counts import TOTAL
from pipeline.usecases.approve import approve
from pipeline.usecases.counts import month_counts, shares_by_area, still_listed
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, pending_queue

DAY = 60 * 24


def test_an_alert_is_live_then_listed_then_only_counted(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    assert still_listed(line.settings, now=line.at) == ()
    over = line.later(2 * DAY)
    expire_due(line.settings, now=over.at)
    publish_due(line.settings, now=over.at)
    assert live_alerts(line.settings, now=over.at) == ()
    assert len(still_listed(line.settings, now=over.at)) == 1
    last = line.later(30 * DAY - 1)
    assert expire_due(line.settings, now=last.at).counted == 0
    assert len(still_listed(line.settings, now=last.at)) == 1
    gone = line.later(30 * DAY)
    assert still_listed(line.settings, now=gone.at) == ()
    assert expire_due(line.settings, now=gone.at).counted == 1
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        (kept,) = tx.execute(select(alerts.c.content)).scalars()
    assert "Reported" not in kept
    assert "2026-03-02" not in kept
    assert '"month":"2026-03"' in kept
    assert gone.states() == {"published": 1}


def test_counts_of_a_month_hide_what_is_small_and_round_the_rest(sqlite_line: Line) -> None:
    line = sqlite_line
    kinds = ["STRUCTURE FIRE"] * 12 + ["GAS LEAK"] * 13
    line.deliver("a.csv", [call(str(n), kind) for n, kind in enumerate(kinds)])
    line.deliver("b.csv", [call("90", "BRUSH FIRE", lat="42.97")])
    line.run()
    for candidate in line.pending():
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    april = line.later(31 * DAY)
    expire_due(line.settings, now=april.at)
    found = month_counts(line.settings, now=april.at, month="2026-03").cells
    assert found[TOTAL, TOTAL] == 25
    small = ("elm-bluff: South Side", "Outdoor fire")
    assert found[small] is None
    assert {count for count in found.values() if count is not None} <= {10, 15, 25}


def test_a_month_that_is_not_over_is_not_counted(sqlite_line: Line) -> None:
    for month in ("2026-03", "2026-04", "soon"):
        with pytest.raises(Refused, match="month"):
            month_counts(sqlite_line.settings, now=sqlite_line.at, month=month)


def test_an_area_told_of_more_often_than_the_town_is_flagged(sqlite_line: Line) -> None:
    line = sqlite_line
    calls = [call(str(n)) for n in range(20)]
    calls += [call(str(n), lat="42.97") for n in range(20, 60)]
    line.deliver("a.csv", calls)
    line.run()
    rows = pending_queue(line.settings, now=line.at, limit=100)
    north = [r for r in rows if r.proposal.candidate.facts.area.area_id == "north-side"]
    south = [r for r in rows if r not in north]
    for row in (*north, *south[:4]):
        approve(line.settings, row.candidate_id, editor="Ida Okwu", now=line.at)
    found = shares_by_area(line.settings, now=line.at)["elm-bluff"]
    assert [(each.area_id, each.published, each.dispatched, each.flagged) for each in found] == [
        ("north-side", 20, 20, True),
        ("south-side", 4, 40, False),
    ]
