"""Says what the sequence model sees: features of one word, of a gap, and of a few pairs.

In: a token's word and the gap before it. Out: feature names. Every feature belongs to one word or
to a pair of small classes, so that reading looks each distinct word up once. Training and reading
share this module; a changed feature needs a newly trained file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.redact.model.facts import UNKNOWN, Facts, facts
from pipeline.redact.reading import Reading

__all__ = [
    "EDGE",
    "GAPS",
    "NEAR",
    "PAIRS",
    "Word",
    "gap_class",
    "seen",
    "sequence_features",
    "word",
]

GAPS = (-1, 0, 1, 2)
"""Gaps that count, by the place of the word they stand before, relative to the current word."""
NEAR = (-2, -1, 0, 1, 2)
"""Words that count, relative to the current word."""
PAIRS = ("w-1", "w-2", "w+1", "g+0", "g+1", "c-1", "c+1")
"""What is paired with the current word's class: a word, a gap or a class, at a distance."""
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "ofc", "rp", "wm", "bf", "hm"])


class Word(NamedTuple):
    """What is known of one word: its features here, next to, and two off, its identity, class."""

    here: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    identity: str
    kind: str


EDGE = Word((), ("w=<>", "k=<>"), ("k=<>",), "<>", "<>")
"""What stands before the first and after the last word."""


@lru_cache(maxsize=65536)
def word(text: str, hide: str = "") -> Word:
    """Return what is known of a word; ``hide`` leaves out its "names" or its "identity"."""
    lower = text.lower()
    known = facts(lower)
    if hide == "names":
        known = UNKNOWN._replace(shown=known.shown, common=known.common)
    kind = _kind(text, lower, known)
    named = known.shown or lower in _TITLES or (len(lower) < 4 and lower.isalpha())
    identity = lower if named and hide != "identity" else "-"
    shape = _shape(text)
    near = (f"w={identity}", f"k={kind}", f"s={shape[:4]}")
    return Word(
        (*_here(lower, known, kind, shape), f"w={identity}"), near, near[:2], identity, kind
    )


def _here(lower: str, known: Facts, kind: str, shape: str) -> tuple[str, ...]:
    found = [
        "b",
        f"k={kind}",
        f"s={shape}",
        f"n={min(len(lower), 12)}",
        f"kn={kind}{min(len(lower), 9)}",
        f"f={known.first}{known.last}{known.common}{known.shown:d}",
        f"z={known.common}{known.shown:d}",
    ]
    if lower.isalpha() and not known.shown:
        found += [f"p2={lower[:2]}", f"p3={lower[:3]}", f"e2={lower[-2:]}", f"e3={lower[-3:]}"]
        found.append(f"e4={lower[-4:]}")
    if lower.isdigit():
        found.append(f"d={_magnitude(lower)}")
    return tuple(found)


def _magnitude(digits: str) -> str:
    if len(digits) > 4 or not digits.isascii():
        return f"{len(digits)}{digits[:1]}"
    number = int(digits)
    if len(digits) == 4:
        clock = number // 100 < 24 and number % 100 < 60
        year = 1900 < number < 2030
        return f"4{'t' if clock else ''}{'y' if year else ''}{'0' if number % 100 == 0 else ''}"
    return f"{len(digits)}{'0' if number % 100 == 0 else ''}{'+' if 89 < number < 105 else ''}"


def _kind(text: str, lower: str, known: Facts) -> str:
    if lower.isdigit():
        return f"d{min(len(lower), 7)}"
    if any(each.isdigit() for each in lower):
        return f"m{min(len(lower) // 2, 5)}"
    case = "U" if text[0] != lower[0] else "l"
    if len(lower) == 1:
        return case + "1"
    named = "n" if known.first > 1 or known.last > 2 else "r" if known.first or known.last else ""
    if known.shown:
        return case + "v" + named
    if not lower.isascii():
        return case + "x" + named
    return case + ("s" if len(lower) < 4 else "u") + named + ("c" if known.common > 1 else "")


def _shape(text: str) -> str:
    shape = []
    for each in text[:12]:
        if each.isdigit():
            shape.append("9")
        elif each.isupper():
            shape.append("A")
        else:
            shape.append("a" if each.isalpha() else each if each.isascii() else "u")
    if "9" in shape:
        return "".join(shape)
    return "".join(
        each for place, each in enumerate(shape) if place == 0 or shape[place - 1] != each
    )


@lru_cache(maxsize=4096)
def gap_class(gap: str) -> str:
    """Return the class of what separates two words: its marks, and whether a line ends in it."""
    marks = gap.strip()
    line = "N" if "\n" in gap else ""
    if not marks:
        return line or ("_" if gap else "")
    front = "_" if gap[0] == " " else ""
    back = "_" if gap[-1] == " " else ""
    return line + front + (marks if len(marks) < 3 else marks[0] + "~" + marks[-1]) + back


def seen(reading: Reading) -> tuple[list[str], list[str]]:
    """Return a reading's words and the gaps before each; text of one case counts as lower case."""
    text = reading.text
    if text.isupper() or text.islower():
        words = [token.word for token in reading.tokens]
    else:
        words = [text[token.start : token.end] for token in reading.tokens]
    gaps, done = [], 0
    for token in reading.tokens:
        gaps.append(text[done : token.start])
        done = token.end
    gaps.append(text[done:])
    return words, gaps


def sequence_features(
    words: Sequence[str], gaps: Sequence[str], hide: Callable[[], str] = str
) -> list[list[str]]:
    """Return the feature names of every word, as training and the reference reading need them."""
    known = [EDGE, EDGE, *(word(each, hide()) for each in words), EDGE, EDGE]
    classes = ["<>", *(gap_class(each) for each in gaps), "<>", "<>"]
    features = []
    for place in range(len(words)):
        here = known[place + 2]
        found = [f"0{each}" for each in here.here]
        for offset in (-1, 1):
            found += [f"{offset:+d}{each}" for each in known[place + 2 + offset].near]
        for offset in (-2, 2):
            found += [f"{offset:+d}{each}" for each in known[place + 2 + offset].far]
        found += [f"{offset:+d}g={classes[place + 1 + offset]}" for offset in GAPS]
        for pair in PAIRS:
            offset = int(pair[1:])
            if pair[0] == "g":
                other = classes[place + 1 + offset]
            else:
                near = known[place + 2 + offset]
                other = near.identity if pair[0] == "w" else near.kind
            found.append(f"{pair}={other}|{here.kind}")
        features.append(found)
    return features
