"""Lists of agencies and narratives nobody tuned on gate by the lower bound of their figures.

The halves called sealed are looked at as totals alone; a failure here prints no case of them.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from pipeline.classify.gold import GoldCase, Share, measured
from pipeline.classify.types import proposer
from pipeline.classify.types.score import Score, read_judged, score
from pipeline.classify.verdict import verdict_on
from pipeline.policies import load_policy

GOLD = Path(__file__).parent / "gold"
NARRATIVES = GOLD / "sensitivity-elsewhere.jsonl"
VOICES = GOLD / "sensitivity-voices.jsonl"
FRESH = GOLD / "sensitivity-fresh.jsonl"
KINDS = GOLD / "sensitivity-kinds.jsonl"
MIXED = GOLD / "sensitivity-mixed.jsonl"
PEOPLE = GOLD / "sensitivity-people.jsonl"
STORIES = GOLD / "sensitivity-stories.jsonl"
STRANGERS = GOLD / "sensitivity-strangers.jsonl"
NEWCOMERS = GOLD / "sensitivity-newcomers.jsonl"
CALLERS = GOLD / "sensitivity-callers.jsonl"


def proposed(half: str) -> Score:
    judge = proposer(load_policy())
    judged = read_judged(GOLD / f"elsewhere-{half}.csv")
    return score(judged, lambda each: judge.propose(each.code, each.text))


def told(half: str, path: Path = NARRATIVES) -> tuple[Share, Share]:
    """Return what is raised of the sensitive and of the innocent narratives of a half."""
    lines = path.read_bytes().splitlines()
    cases = [case for case in map(GoldCase.model_validate_json, lines) if case.half == half]
    shares = measured(
        (case, verdict_on(call_type="", narrative=case.narrative or "").sensitive) for case in cases
    )
    groups = {(each.wanted, each.group): each for each in shares}
    return groups[True, " all sensitive"], groups[False, " all innocent"]


@pytest.mark.parametrize("half", ["opened", "sealed"])
def test_call_types_of_agencies_elsewhere_stay_above_the_lower_bounds(half: str) -> None:
    found = proposed(half)
    assert found.top1.cases >= 150
    assert found.sensitive_recall.hits == found.sensitive_recall.cases >= 50
    assert found.top1.interval[0] >= 0.85
    assert found.top3.interval[0] >= 0.92


@pytest.mark.parametrize("half", ["opened", "sealed"])
def test_narratives_told_elsewhere_stay_within_the_bounds(half: str) -> None:
    sensitive, innocent = told(half)
    assert sensitive.total >= 50
    assert innocent.total >= 85
    assert sensitive.interval[0] >= 0.89
    assert innocent.raised / innocent.total <= 0.1


def test_many_voices_that_were_not_taught_are_raised_and_their_false_alarms_do_not_grow() -> None:
    sensitive, innocent = told("held-out", VOICES)
    assert sensitive.total >= 100
    assert innocent.total >= 150
    assert sensitive.raised / sensitive.total >= 0.97
    assert innocent.raised / innocent.total <= 0.1


def test_a_fresh_list_without_telling_words_is_raised_and_its_false_alarms_do_not_grow() -> None:
    sensitive, innocent = told("sealed", FRESH)
    assert sensitive.total >= 75
    assert innocent.total >= 75
    assert sensitive.raised / sensitive.total >= 0.96
    assert innocent.raised / innocent.total <= 0.06


def test_kinds_that_were_missed_before_are_raised_and_callbacks_mostly_are_not() -> None:
    sensitive, innocent = told("sealed", KINDS)
    assert sensitive.total == innocent.total == 60
    assert sensitive.interval[0] >= 0.91
    assert innocent.raised / innocent.total <= 0.1


def test_mixed_styles_written_before_they_were_measured_are_raised() -> None:
    sensitive, innocent = told("sealed", MIXED)
    assert sensitive.total == innocent.total == 80
    assert sensitive.interval[0] >= 0.91
    # Half of them hard negatives, the rest short and ordinary: far above the bar of a tenth.
    assert innocent.raised / innocent.total <= 0.2


def test_a_judge_that_raises_nothing_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.classify.verdict._weighed", lambda _: iter(()))
    sensitive, _ = told("held-out", VOICES)
    assert sensitive.raised / sensitive.total < 0.5


def test_people_who_seem_in_trouble_are_raised_as_far_as_they_are() -> None:
    sensitive, innocent = told("sealed", PEOPLE)
    assert sensitive.total == innocent.total == 50
    assert sensitive.raised / sensitive.total >= 0.92
    # Aimed at the judge by one who knew it: no share of innocent calls, but it must not grow.
    assert innocent.raised / innocent.total <= 0.26


def test_stories_of_twenty_words_and_more_are_raised_and_their_false_alarms_do_not_grow() -> None:
    sensitive, innocent = told("sealed", STORIES)
    assert sensitive.total == 183
    assert innocent.total == 267
    assert sensitive.interval[0] >= 0.96
    assert innocent.raised / innocent.total <= 0.1


def test_narratives_of_a_stranger_of_all_lengths_are_raised() -> None:
    sensitive, innocent = told("sealed", STRANGERS)
    assert sensitive.total == 224
    assert innocent.total == 254
    assert sensitive.interval[0] >= 0.97
    # A third of them hard negatives: above the bar of a tenth; it must not grow.
    assert innocent.raised / innocent.total <= 0.17


@pytest.mark.parametrize(("path", "number"), [(NEWCOMERS, 200), (CALLERS, 160)])
def test_lists_that_nothing_was_chosen_by_are_raised(path: Path, number: int) -> None:
    sensitive, innocent = told("sealed", path)
    assert sensitive.total == number
    assert innocent.total == 240
    assert sensitive.interval[0] >= 0.96
    assert innocent.raised / innocent.total <= 0.11


@pytest.mark.parametrize(("around", "least", "most"), [(1, 0.8, 0.1), (4, 0.85, 0.27)])
def test_what_is_told_among_other_lines_of_a_log_is_raised(
    around: int, least: float, most: float
) -> None:
    cases = [GoldCase.model_validate_json(line) for line in STORIES.read_bytes().splitlines()]
    cases += [GoldCase.model_validate_json(line) for line in FRESH.read_bytes().splitlines()]
    random = Random(5)
    calm = [case.narrative or "" for case in cases if not case.sensitive and not case.hard]
    told = [case.narrative or "" for case in cases if case.sensitive]
    raised = other = 0
    for narrative in told:
        lines = random.sample(calm, 2 * around + 1)
        log = [*lines[:around], narrative, *lines[around:-1]]
        raised += verdict_on(call_type="", narrative=" / ".join(log)).sensitive
        other += verdict_on(call_type="", narrative=" / ".join(lines)).sensitive
    assert len(told) > 250
    assert raised / len(told) >= least
    assert other / len(told) <= most
