"""Caught means every letter and digit; innocent means none of a marked span."""

from __future__ import annotations

import pytest

from pipeline.evaluation.gold import GoldNarrative, GoldSpan
from pipeline.evaluation.score import Answer, Score, score
from pipeline.model import Entity

#                 0123456789012345678901234567
TEXT = "RP ZEB OAK-LEY AT 12 ELM ST."


def narrative(*spans: tuple[int, int, Entity], text: str = TEXT) -> GoldNarrative:
    marked = tuple(GoldSpan(start=start, end=end, entity=entity) for start, end, entity in spans)
    return GoldNarrative(id="a", text=text, spans=marked, style="s", split="all", known={})


def judged(answer: Answer, *spans: tuple[int, int, Entity]) -> Score:
    return score(narrative(*spans), answer)


def masking(*spans: tuple[int, int]) -> Answer:
    return Answer(spans=spans, shown="")


NAME, ADDRESS = (3, 14, Entity.PERSON), (18, 27, Entity.ADDRESS)


@pytest.mark.parametrize(
    ("spans", "readable"),
    [
        (((3, 14),), 0),
        (((3, 6), (7, 10), (11, 14)), 0),
        (((0, 28),), 0),
        (((3, 13),), 1),
        (((4, 14),), 1),
        (((7, 14),), 3),
        ((), 9),
    ],
)
def test_an_identifier_is_caught_when_nothing_of_it_can_be_read(
    spans: tuple[tuple[int, int], ...], readable: int
) -> None:
    (found,) = judged(masking(*spans), NAME).identifiers
    assert found.readable == readable
    assert found.caught is (readable == 0)


def test_innocent_characters_are_letters_and_digits_outside_every_marked_span() -> None:
    done = judged(masking((0, 14)), NAME, ADDRESS)
    assert (done.innocent, done.masked) == (len("RPAT"), len("RP"))


def test_what_a_place_is_called_counts_neither_way() -> None:
    place = (18, 27, Entity.PLACE)
    for answer in (masking((18, 27)), masking()):
        done = judged(answer, place)
        assert done.identifiers == ()
        assert done.masked == 0


def test_a_held_narrative_catches_all_and_masks_nothing_in_the_first_figure() -> None:
    done = judged(Answer(spans=(), shown=None), NAME)
    assert done.held
    assert [each.caught for each in done.identifiers] == [True]
    assert (done.masked, done.unfaithful) == (0, False)


def test_an_identifier_of_signs_alone_is_judged_by_its_signs() -> None:
    gold = narrative((0, 2, Entity.HANDLE), text=":) at door")
    assert [each.caught for each in score(gold, masking()).identifiers] == [False]
    assert [each.caught for each in score(gold, masking((0, 2))).identifiers] == [True]


@pytest.mark.parametrize(
    ("shown", "unfaithful"),
    [
        ("RP [PERSON] AT 12 ELM ST.", False),
        ("RP AT 12", False),
        ("RP ZEB AT 12 ELM ST.", True),
        ("RP [ZEB] AT", True),
        ("AT RP", True),
    ],
)
def test_a_text_that_shows_what_its_findings_cover_is_told(shown: str, unfaithful: bool) -> None:
    assert judged(Answer(spans=((3, 14),), shown=shown), NAME).unfaithful is unfaithful


def test_a_text_whose_escapes_were_read_shows_what_its_findings_leave() -> None:
    gold = narrative((12, 21, Entity.PERSON), text="\\u0052P adv Be\\u00e1t left")
    read, masked = "RP adv [PERSON] left", ((12, 21),)
    assert score(gold, Answer(spans=masked, shown=read)).unfaithful is False
    assert score(gold, Answer(spans=masked, shown="RP adv Beat left")).unfaithful is True


def test_a_score_holds_no_text() -> None:
    assert "ZEB" not in repr(judged(masking(), NAME))
    assert "ZEB" not in repr(narrative(NAME))
