"""The queue in its order: the same candidates, scored; learning from decisions on them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from elm_bluff import Line, build_line, call

from pipeline.model import ConfigError, RejectReason
from pipeline.usecases.approve import approve
from pipeline.usecases.reject import reject
from pipeline.usecases.relevance import evaluate, explained, ranked_queue, train


@pytest.fixture
def line(tmp_path: Path) -> Line:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call(str(number)) for number in range(1, 7)])
    line.run()
    return line


def test_ranking_keeps_every_pending_candidate_and_changes_none(line: Line) -> None:
    pending = line.pending()
    ranked = ranked_queue(line.settings, now=line.at)
    assert sorted(each.row.candidate_id for each in ranked) == sorted(pending)
    totals = [each.score.total for each in ranked]
    assert totals == sorted(totals, reverse=True)
    assert line.pending() == pending


def test_calls_of_one_place_time_and_wording_are_shown_as_likely_doubles(line: Line) -> None:
    ranked = explained(line.settings, line.pending()[0], now=line.at)
    assert {each.other for each in ranked.duplicates} == set(line.pending()[1:])
    assert ranked.score.by_name["callers"] > 0


def test_decisions_weigh_on_the_agencys_score_and_few_teach_nothing(line: Line) -> None:
    first, second, third, *_ = line.pending()
    before = explained(line.settings, third, now=line.at).score.by_name["source"]
    for candidate in (first, second):
        reject(line.settings, candidate, editor="Ida", now=line.at, reason=RejectReason.UNCLEAR)
    later = line.at.replace(year=line.at.year + 1)
    after = explained(line.settings, third, now=later).score.by_name["source"]
    assert after < before
    trained = train(line.settings, now=line.at)
    assert (trained.decisions, trained.learnt) == (2, False)
    assert len(ranked_queue(line.settings, now=line.at)) == len(line.pending())
    assert evaluate(line.settings, now=line.at).days == 0


def test_an_approval_counts_as_told_in_its_area(line: Line) -> None:
    first, second, *_ = line.pending()
    approve(line.settings, first, editor="Ida Okwu", now=line.at)
    after = explained(line.settings, second, now=line.at + timedelta(minutes=1))
    assert after.score.by_name["told"] < 0


def test_weights_that_cannot_be_read_stop_the_queue_and_say_how_to_mend_it(line: Line) -> None:
    (line.settings.home / "relevance.json").write_text("{")
    with pytest.raises(ConfigError, match="relevance weights"):
        ranked_queue(line.settings, now=line.at)
