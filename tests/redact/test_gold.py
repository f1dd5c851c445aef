"""The redaction and its second look keep what they reach on the gold narratives."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation.gates import Gates, missed
from pipeline.evaluation.gold import GoldNarrative, GoldSpan, read_gold
from pipeline.model import Entity, RedactedRemark
from pipeline.redact import remark_leaks
from pipeline.usecases.evaluate import evaluate

DEVELOPMENT = Path(__file__).parent / "gold" / "development.jsonl"
# The share of identifiers, left in one at a time, that the second look must see at least.
SEEN = 0.6
FALSE_ALARMS = 0.02


@pytest.fixture(name="gold", scope="module")
def _gold() -> tuple[GoldNarrative, ...]:
    return read_gold(DEVELOPMENT)


def replaced(narrative: GoldNarrative, kept: GoldSpan | None = None) -> str:
    """Return the text with a placeholder for every marked span but the one kept."""
    parts, end = [], 0
    for span in narrative.spans:
        covered = narrative.text[span.start : span.end]
        shown = covered if span is kept else f"[{span.entity.value}]"
        parts += [narrative.text[end : span.start], shown]
        end = span.end
    return "".join([*parts, narrative.text[end:]])


def kinds(text: str) -> set[str]:
    return set(remark_leaks(RedactedRemark(text=text), ()))


def test_the_redaction_keeps_what_it_reaches(gold: tuple[GoldNarrative, ...]) -> None:
    # Below what is reached now, by the width of a narrative or two.
    bars = Gates(min_recall=0.987, min_leak_free=0.958, max_over_masking=0.049, max_held=0.02)
    found, _ = evaluate(gold)
    assert found.narratives >= 300
    assert missed(found, bars) == ()


def test_the_lower_bounds_on_the_formerly_held_out_narratives_stay_where_they_are() -> None:
    # Opened since: misses were read by class. docs/reference/redaction-evaluation.md says how far.
    bars = Gates(min_recall_lower=0.975, min_leak_free_lower=0.94, max_over_masking=0.055)
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name("held-out.jsonl")))
    assert found.narratives >= 240
    assert missed(found, bars) == ()


def test_the_lower_bounds_on_narratives_nobody_tuned_on_stay_where_they_are() -> None:
    # Only totals of these may be looked at; a narrative of them that is read is theirs no more.
    bars = Gates(
        min_recall_lower=0.965, min_leak_free_lower=0.93, max_over_masking=0.055, max_held=0.035
    )
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name("unseen.jsonl")))
    assert found.narratives >= 280
    assert missed(found, bars) == ()


def test_the_lower_bounds_on_the_narratives_measured_blind_stay_where_they_are() -> None:
    # Measured once before its misses were read; three of them were mended since.
    bars = Gates(
        min_recall_lower=0.977, min_leak_free_lower=0.955, max_over_masking=0.047, max_held=0.02
    )
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name("blind.jsonl")))
    assert found.narratives >= 350
    assert missed(found, bars) == ()


def test_the_half_of_a_strangers_narratives_that_was_read_stays_without_leaks() -> None:
    bars = Gates(min_recall=0.993, min_leak_free=0.989, max_over_masking=0.051, max_held=0.02)
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name("opened.jsonl")))
    assert found.narratives == 195
    assert missed(found, bars) == ()


def test_an_old_hands_narratives_stay_where_their_masks_were_read() -> None:
    bars = Gates(min_recall=0.99, min_leak_free=0.985, max_over_masking=0.058, max_held=0.02)
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name("dispatcher.jsonl")))
    assert found.narratives == 360
    assert missed(found, bars) == ()


@pytest.mark.parametrize(
    ("half", "number", "bars"),
    [
        (
            "sealed",  # a stranger's other half
            195,
            Gates(
                min_recall_lower=0.945,
                min_leak_free_lower=0.91,
                max_over_masking=0.062,
                max_held=0.04,
            ),
        ),
        (
            "typical",  # as of an ordinary feed
            360,
            Gates(
                min_recall_lower=0.97,
                min_leak_free_lower=0.955,
                max_over_masking=0.041,
                max_held=0.04,
            ),
        ),
        (
            "broad",  # a fair test of each style, a fifth of it hard
            360,
            Gates(
                min_recall_lower=0.975,
                min_leak_free_lower=0.965,
                max_over_masking=0.056,
                max_held=0.035,
            ),
        ),
        (
            "various",  # a week of a hundred people's
            360,
            Gates(
                min_recall_lower=0.96,
                min_leak_free_lower=0.95,
                max_over_masking=0.057,
                max_held=0.035,
            ),
        ),
    ],
)
def test_the_lower_bounds_on_narratives_known_by_totals_alone_stay_where_they_are(
    half: str, number: int, bars: Gates
) -> None:
    found, _ = evaluate(read_gold(DEVELOPMENT.with_name(f"{half}.jsonl")))
    assert found.narratives == number
    assert missed(found, bars) == ()


def test_the_second_look_holds_few_narratives_that_are_safe(
    gold: tuple[GoldNarrative, ...],
) -> None:
    alarmed = [each.id for each in gold if kinds(replaced(each))]
    assert len(alarmed) <= FALSE_ALARMS * len(gold), alarmed


def test_the_second_look_sees_most_identifiers_that_stayed(
    gold: tuple[GoldNarrative, ...],
) -> None:
    seen = []
    for each in gold:
        safe = kinds(replaced(each))
        private = (span for span in each.spans if span.entity is not Entity.PLACE)
        seen += [bool(kinds(replaced(each, span)) - safe) for span in private]
    assert len(seen) > 1000
    assert sum(seen) >= SEEN * len(seen)
