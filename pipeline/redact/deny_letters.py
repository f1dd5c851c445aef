"""Says why a letter that stands alone may not be shown: an initial, a door, a code.

In: a text and the place of a single letter. Out: a reason, or nothing. It must never show letters
in a row, which spell something, nor one that follows a word for a door.
"""

from __future__ import annotations

from pipeline.redact.deny_place import NAMED, Text
from pipeline.redact.deny_words import (
    ALONE,
    DASHED,
    KEYED_LETTERS,
    LETTERED,
    LETTERS_AFTER_NUMBERS,
    LETTERS_BEFORE_NUMBERS,
    LETTERS_BESIDE,
    OF_AGE,
    PAIRED,
)
from pipeline.redact.number_words import COUNTED, HIGHWAYS, PLACE_CUES
from pipeline.redact.vocabulary import word_set

__all__ = ["letter_reason"]

_HALVES = frozenset({("a", "m"), ("p", "m")})
_ANSWERS = frozenset("ynumfx")
_DIRECTIONS = frozenset("nsew")
_WINDS = frozenset({"wind", "winds", "gust", "gusts", "gusting", "heading", "wnd", "bearing"})
# What there is a left and a right one of.
_SIDED = word_set(
    "ac ankle arm arms armpit ear elbow eye face femur flank foot forearm hand hip humerus knee leg"
    " legs lung shoulder shin thigh thumb toe wrist breast chest buttock calf cheek clavicle hemi"
    " index jaw lower pupil rib ribs temple tib upper eyebrow finger groin heel testicle tibia"
)
_AFTER_DIRECTIONS = frozenset({"of", "side", "bound", "from", "mm", "mp", "exit", "x"})
# "threatened him w a knife", "out w her": what no initial stands before.
_WITH = frozenset({"a", "an", "the", "her", "his", "my", "their", "no", "him", "them", "some"})


def letter_reason(text: Text, place: int) -> str:
    """Return why the single letter at a place may not be shown; empty shows it."""
    return "" if _is_plain(text, place) else "single letter"


def _is_plain(text: Text, place: int) -> bool:
    letter, before, after = text.word(place), text.gap(place)[-1:], text.behind(place)[:1]
    previous, following = text.word(place - 1), text.word(place + 1)
    if after == "." and (letter, following) in _HALVES:
        return True
    if before == "." and (previous, letter) in _HALVES:
        return True
    if "&" in (before, after):
        pair = (previous, letter) if before == "&" else (letter, following[:1])
        return pair in PAIRED
    if "/" in (before, after):
        return letter in LETTERS_BESIDE
    parted = place == 0 or text.parted(place)
    if not parted and previous in PLACE_CUES:
        return False
    return (
        _beside_number(text, place)
        or _keyed(text, place)
        or _after_with(text, place)
        or (letter in "lr" and after == " " and following in _SIDED)
        or (not _in_a_row(text, place) and _alone(text, place, parted=parted))
    )


def _beside_number(text: Text, place: int) -> bool:
    letter, before, after = text.word(place), text.gap(place), text.behind(place)[:1]
    previous, following = text.word(place - 1), text.word(place + 1)
    if before == "(" and after == ")" and previous.isdigit() and len(previous) < 6:
        # A section of a law: 647(f)
        return not text.gone(place - 1)
    if previous[:1].isdigit() and before in {" ", "", "-"} and letter in LETTERS_AFTER_NUMBERS:
        return not text.gone(place - 1)
    if previous.isdigit() and letter in _DIRECTIONS and text.word(place - 2) in HIGHWAYS:
        return not text.gone(place - 1)
    if not following[:1].isdigit():
        return False
    if after == "-":
        return len(following) < 4 and letter in DASHED
    if after == ":":
        return text.opens_line(place)
    if after == " " and letter in LETTERS_BEFORE_NUMBERS:
        return len(following) < 4
    # "pods A 22, B 31"
    listed = place > 2 and "," in before and len(text.word(place - 2)) == 1
    return listed and previous.isdigit() and not text.gone(place - 2) and not text.gone(place - 1)


def _keyed(text: Text, place: int) -> bool:
    """Return whether the letter answers a key: ``SEX:M``, ``fire=n``, or is one: ``N:``."""
    before, previous = text.gap(place).strip(" \"'"), text.word(place - 1)
    if before in {":", "=", '="', ':"', '":'} and text.behind(place)[:1] not in {".", "/"}:
        return text.word(place) in _ANSWERS or previous in KEYED_LETTERS
    return text.opens_line(place) and text.behind(place).startswith(":")


def _after_with(text: Text, place: int) -> bool:
    """Return whether the letter is an article behind ``w/`` or ``w/o``."""
    if text.word(place) != "a" or text.behind(place)[:1] != " ":
        return False
    with_ = text.word(place - 1) == "w" and text.gap(place) == "/ "
    without = text.word(place - 1) == "o" and text.gap(place - 1) == "/"
    return (with_ or without) and text.whole_word(place + 1)


def _counts(text: Text, place: int) -> bool:
    """Return whether a small number counts things: w 2 kids."""
    number, counted = text.word(place), text.word(place + 1)
    return number.isdigit() and len(number) < 3 and counted in COUNTED


def _in_a_row(text: Text, place: int) -> bool:
    neighbours = (text.word(place - 1), text.word(place + 1))
    if ("w", "a") in {(neighbours[0], text.word(place)), (text.word(place), neighbours[1])}:
        return False
    return any(len(each) == 1 and each.isalpha() for each in neighbours)


def _alone(text: Text, place: int, *, parted: bool) -> bool:
    letter, after = text.word(place), text.behind(place)[:1]
    previous, following = text.word(place - 1), text.word(place + 1)
    article = letter in {"a", "i"} and after == " " and len(following) > 1
    if article and (len(previous) != 1 or previous == "w" or text.whole_word(place + 1)):
        return True
    if letter == "w" and after == " " and (following in _WITH or _counts(text, place + 1)):
        return True
    if letter in _DIRECTIONS and (previous in _WINDS or following in _AFTER_DIRECTIONS):
        return True
    if letter in "mf" and previous in OF_AGE:
        return True
    if after == "-" and len(following) > 2 and letter in DASHED and text.whole_word(place + 1):
        return True
    if not parted and (previous in LETTERED or following in LETTERED):
        return True
    if place and text.covered[place - 1] == NAMED:
        # "Juniper R."
        return False
    return letter in ALONE and text.shown_word(place - 1) and text.whole_word(place + 1)
