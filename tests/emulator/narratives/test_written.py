"""Narratives written by hand: exact spans, other people each time, nobody real."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.emulator.narratives.compose import STYLES
from pipeline.emulator.narratives.written import rewritten, writers, written

TIMES = 3


def all_of(times: int) -> list[tuple[str, str, str]]:
    return [
        (each.id, entity, each.text[start:end])
        for each in rewritten(1, writers(), times)
        for start, end, entity in each.spans
    ]


def test_every_writer_wrote_in_every_style() -> None:
    assert len(writers()) >= 3
    for writer in writers():
        counts = Counter(each.style for each in written(writer))
        assert set(counts) == set(STYLES), writer
        assert min(counts.values()) >= 10, writer


def test_the_first_time_a_narrative_stands_as_it_was_written() -> None:
    first = writers()[:1]
    told = list(rewritten(1, first, 1))
    assert [each.text for each in told] == [each.text for each in written(first[0])]
    assert [each.spans for each in told] == [each.spans for each in written(first[0])]


def test_refilling_twice_gives_the_same_and_another_seed_another() -> None:
    first = writers()[:1]
    once = list(rewritten(1, first, 2))
    assert once == list(rewritten(1, first, 2))
    assert once != list(rewritten(2, first, 2))


def test_spans_stay_in_order_and_full_when_people_change() -> None:
    checked = 0
    for each in rewritten(1, writers()[:1], TIMES):
        end = 0
        for start, stop, _ in each.spans:
            assert end <= start < stop <= len(each.text), each.id
            end = stop
            checked += 1
    assert checked > 1000


def test_most_people_are_others_after_a_refill() -> None:
    names = {text.lower() for one, entity, text in all_of(1) if entity == "PERSON"}
    again = [text for one, entity, text in all_of(2) if entity == "PERSON" and one[-1] == "1"]
    assert sum(text.lower() not in names for text in again) > len(again) / 2


def test_no_telephone_becomes_one_that_could_ring() -> None:
    checked = 0
    for one, entity, text in all_of(TIMES):
        digits = re.sub(r"\D", "", text)
        if entity == "PHONE" and text.isascii() and 7 <= len(digits) <= 11 and text.islower() < 1:
            # Text written from right to left has its digits from the end.
            assert "55501" in digits or "55501" in digits[::-1], one
            checked += 1
    assert checked > 100
