"""Reads a number as it stands in a text: its pieces, its signs, and the words beside it.

In: the tokens of a reading and the place of one with a digit. Out: a ``Number``. It must never
join what a space parts. What explains a number is in ``number_rules``, what forbids it ``numbers``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.redact.number_words import UNIT_PREFIXES
from pipeline.redact.tokens import Token, has_digit

__all__ = [
    "DATE",
    "FILLERS",
    "MILITARY",
    "UNIT_ID",
    "Number",
    "is_military",
    "number_at",
    "numbers_in",
]

_JOINTS = frozenset(".,/-:'")
FILLERS = frozenset(
    {
        "is",
        "was",
        "of",
        "the",
        "a",
        "be",
        "to",
        "reads",
        "says",
        "on",
        "in",
        "no",
        "number",
        "num",
        "nbr",
    }
)
_PREFIXES = "|".join(sorted(UNIT_PREFIXES, key=len, reverse=True))
UNIT_ID = re.compile(rf"(?:{_PREFIXES})-?\d{{1,3}}[a-d]?|\d{{1,2}}[a-z]\d{{1,3}}")
MILITARY = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:-(?:[01]\d|2[0-4])[0-5]\d)?(?:hrs?|z|h)?|2400")
DATE = re.compile(
    r"(?:0?[1-9]|1[0-2])[/-](?:[12]\d|3[01]|0?[1-9])(?:[/-](?:20)?2[3-9])?|202\d-[01]\d-[0-3]\d"
)


class Number(NamedTuple):
    """A number as it stands: tokens ``first`` to ``last``, joined by single signs.

    ``shape`` is its text in lower case; ``before`` and ``after`` are the two words on each side,
    nearest first; ``sign`` is the character right before it, ``tail`` the one right after.
    """

    shape: str
    first: int
    last: int
    before: tuple[str, str]
    after: tuple[str, str]
    sign: str
    tail: str
    broken: bool
    """True when a full stop, colon, comma or bracket parts it from the word before."""
    value: int
    """The number, when it is nothing but digits; else -1."""
    colon: bool = False
    """True when nothing but a colon or an equals sign parts it from the word before."""
    point: bool = False
    """True when a point stands before it and nothing before that: ``.308``."""


def number_at(text: str, cut: Sequence[Token], place: int) -> Number:
    """Return the number whose first token stands at ``place``."""
    last = place
    while last + 1 < len(cut) and _joined(text, cut[last], cut[last + 1]):
        last += 1
    start, end = cut[place].start, cut[last].end
    gap = text[cut[place - 1].end : start] if place else ""
    shape = text[start:end].lower()
    return Number(
        shape=shape,
        value=int(shape) if shape.isdigit() and len(shape) < 10 else -1,
        first=place,
        last=last,
        before=(_word(cut, place - 1), _word(cut, place - 2)),
        after=(_word(cut, last + 1), _word(cut, last + 2)),
        sign=text[start - 1 : start],
        tail=text[end : end + 1],
        broken=gap != " " and any(sign in gap for sign in ".,;:!?()\n|"),
        colon=gap.strip(" .#") in {":", "="},
        point=gap.endswith(".") and (len(gap) > 1 or not place),
    )


def numbers_in(text: str, cut: Sequence[Token], words: Sequence[str]) -> dict[int, Number]:
    """Return the number that each token with a digit belongs to, by the token's place.

    ``words`` are those of the tokens.
    """
    found: dict[int, Number] = {}
    for place, digits in enumerate(map(has_digit, words)):
        if digits and place not in found:
            number = number_at(text, cut, place)
            for each in range(place, number.last + 1):
                found[each] = number
    return found


def is_military(word: str) -> bool:
    """Return whether four digits are a time of the day."""
    return MILITARY.fullmatch(word) is not None


def _joined(text: str, left: Token, right: Token) -> bool:
    if right.start - left.end != 1 or text[left.end] not in _JOINTS:
        return False
    if text[left.end] == ",":
        return left.word.isdigit() and right.word.isdigit() and len(right.word) == 3
    return right.word[0].isdigit() or (text[left.end] in "-/" and _ends_it(right.word))


def _ends_it(word: str) -> bool:
    return word in {"o", "yo", "story", "man", "year", "yr", "mile", "car", "door", "lead", "alarm"}


def _word(cut: Sequence[Token], place: int) -> str:
    return cut[place].word if 0 <= place < len(cut) else ""
