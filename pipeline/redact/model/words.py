"""Says what the sequence model sees: features of words, gaps, places, and pairs of them.

In: a reading. Out: feature names. Every feature belongs to one word, one gap, one place's
surroundings, or to a pair of small classes, so that reading looks each distinct one up once.
Training and reading share this module; a changed feature needs a newly trained file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.redact.capitals import letters_by_case
from pipeline.redact.model.facts import UNKNOWN, Facts, facts
from pipeline.redact.reading import Reading

__all__ = [
    "EDGE",
    "GAPS",
    "NEAR",
    "PAIRS",
    "REACH",
    "Seen",
    "Word",
    "gap_class",
    "place_features",
    "plain_word",
    "seen",
    "sequence_features",
    "word",
]

GAPS = (-1, 0, 1, 2)
"""Gaps that count, by the place of the word they stand before, relative to the current word."""
NEAR = (-4, -3, -2, -1, 0, 1, 2, 3, 4)
"""Words that count, relative to the current word."""
REACH = max(NEAR)
PAIRS = ("w-1", "w-2", "w+1", "g+0", "g+1", "c-1", "c+1", "c-2", "c+2", "w+2")
"""What is paired with the current word's class: a word, a gap or a class, at a distance."""
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "ofc", "rp", "wm", "bf", "hm"])
_ONE = "~"
"""Stands before each word of a text of one case; no token holds it."""
_FAR_KEY = 5  # words after a key that it still counts for
_ENDS_KEY = re.compile(r"[\n|;<>{}]|\. |  ")


class Word(NamedTuple):
    """What is known of one word: its features here, next to, two off and further, and classes."""

    here: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    wide: tuple[str, ...]
    identity: str
    kind: str


class Seen(NamedTuple):
    """A reading's words, the gaps before each and after the last, and each word's place."""

    words: Sequence[str]
    gaps: Sequence[str]
    places: Sequence[str]


EDGE = Word((), ("w=<>", "k=<>"), ("k=<>",), ("k=<>",), "<>", "<>")
"""What stands before the first and after the last word."""


@lru_cache(maxsize=65536)
def word(text: str, hide: str = "") -> Word:
    """Return what is known of a word; ``hide`` leaves out its "names" or its "identity"."""
    one = text[0] == _ONE
    text = text[1:] if one else text
    lower = text.lower()
    known = facts(lower)
    if hide == "names":
        known = UNKNOWN._replace(shown=known.shown, common=known.common, cue=known.cue)
    kind = _kind(text, lower, known, one)
    named = (
        known.shown or known.ordinary or lower in _TITLES or (len(lower) < 4 and lower.isalpha())
    )
    identity = lower if named and hide != "identity" else "-"
    shape = _shape(text)
    cue = f"c={known.cue}"
    rough = f"r={_rough(lower, known)}"
    classes = f"t={known.classes}"
    near = (f"w={identity}", f"k={kind}", f"s={shape[:4]}", cue, classes)
    return Word(
        (*_here(lower, known, kind, shape), f"w={identity}", cue, classes),
        near,
        (f"w={identity}", f"k={kind}", cue, classes),
        (f"w={identity}", cue, rough),
        identity,
        kind,
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
        f"q={known.sort}{known.bent:d}{kind[0]}",
    ]
    if lower.isalpha() and not known.shown:
        found += [f"p2={lower[:2]}", f"p3={lower[:3]}", f"e2={lower[-2:]}", f"e3={lower[-3:]}"]
        found.append(f"e4={lower[-4:]}")
    elif lower.isdigit():
        found.append(f"d={_magnitude(lower)}")
    else:
        letters = "".join(each for each in lower if each.isalpha())
        if len(letters) < len(lower) and len(letters) < 5:
            found.append(f"ml={letters}")
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


def _rough(lower: str, known: Facts) -> str:
    if lower[0].isdigit():
        return f"d{min(len(lower), 5)}" if lower.isdigit() else "m"
    return "v" if known.shown else "n" if known.first > 1 or known.last > 1 else "u"


def _case(text: str, lower: str, one: bool) -> str:
    if one:
        return "o"
    if text == lower:
        return "l"
    if text[0] == lower[0]:
        return "M"
    return "T" if len(text) == 1 or text[1:] == lower[1:] else "U" if text.isupper() else "M"


def _kind(text: str, lower: str, known: Facts, one: bool) -> str:
    if lower.isdigit():
        return f"d{min(len(lower), 7)}"
    if any(each.isdigit() for each in lower):
        first = "a" if lower[0].isdigit() else "b"
        more = "z" if first == "b" and lower[-1].isalpha() else ""
        return f"m{first}{more}{min(len(lower) // 2, 5)}"
    case = _case(text, lower, one)
    if len(lower) == 1:
        return case + "1"
    named = "n" if known.first > 1 or known.last > 2 else "r" if known.first or known.last else ""
    if known.shown:
        return case + "v" + (named if known.sort != "w" else "")
    if not lower.isascii():
        return case + "x" + named
    if known.bent:
        return case + "b"
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


def plain_word(said: str) -> str:
    """Return a seen word as it is looked up: lower case, without what marks texts of one case."""
    return said.removeprefix(_ONE).lower()


def seen(reading: Reading) -> Seen:
    """Return what is seen of a reading; in a text of one case no word's case says anything."""
    text, said = reading.text, reading.words
    words = [_ONE + each for each in said] if _one_case(text) else reading.typed
    gaps = [*reading.gaps, text[reading.ends[-1] if said else 0 :]]
    return Seen(words, gaps, _places(said, gaps))


def _one_case(text: str) -> bool:
    if text.isupper() or text.islower():
        return True
    small, capitals = letters_by_case(text)
    return small * 6 < capitals


# Where a word stands in its line, outside of quotes and inside.
_LINES = (("00", "10", "20"), ("01", "11", "21"))


def _places(said: Sequence[str], gaps: Sequence[str]) -> list[str]:
    """Return for each word where it stands: its place in the line (0, 1, 2 for all others), whether
    quoted, what sort of word it is when it comes twice, and after which key how far.
    """
    places: list[str] = []
    key, since, line, quoted = "", 0, 0, False
    again: dict[str, str] = {}
    once: set[str] = set()
    for word in said:
        if word in once and len(word) > 2 and word not in again:
            again[word] = facts(word).sort
        once.add(word)
    for at, word in enumerate(said):
        gap = gaps[at]
        if gap != " ":
            before = said[at - 1] if at and said[at - 1].isalpha() else ""
            if "\n" in gap:
                line = 0
            if '"' in gap and gap.count('"') % 2:
                quoted = not quoted
            sign = gap[:1]
            if before and (sign in {":", "="} or (sign == " " and gap[1:2] in {":", "="})):
                key, since = before, 0
            elif key and _ENDS_KEY.search(gap):
                key = ""
        here = _LINES[quoted][line] + again.get(word, "-")
        places.append(f"{here}{min(since, 2)}{key}" if key and since < _FAR_KEY else here)
        if line < 2:
            line += 1
        since += 1
    return places


@lru_cache(maxsize=65536)
def place_features(place: str) -> tuple[str, ...]:
    """Return the features of a word's place."""
    found = [f"l{place[0]}", f"q{place[1]}", f"a{place[2]}"]
    if len(place) > 3:
        known = facts(place[4:])
        key = place[4:] if known.shown or len(place) < 9 else "-"
        found += [f"y={key}", f"y{place[3]}={key}", f"yc{place[3]}={known.cue}"]
    else:
        found.append("y")
    return tuple(found)


def sequence_features(known: Seen, hide: Callable[[], str] = str) -> list[list[str]]:
    """Return the feature names of every word, as training and the reference reading need them."""
    edges = [EDGE] * REACH
    words = [*edges, *(word(each, hide()) for each in known.words), *edges]
    classes = ["<>", *(gap_class(each) for each in known.gaps), "<>", "<>"]
    features = []
    for place in range(len(known.words)):
        here = words[place + REACH]
        found = [f"0{each}" for each in here.here]
        for offset in NEAR:
            if offset:
                found += [
                    f"{offset:+d}{each}" for each in around(words[place + REACH + offset], offset)
                ]
        found += [f"{offset:+d}g={classes[place + 1 + offset]}" for offset in GAPS]
        found += place_features(known.places[place])
        for pair in PAIRS:
            offset = int(pair[1:])
            if pair[0] == "g":
                other = classes[place + 1 + offset]
            else:
                near = words[place + REACH + offset]
                other = near.identity if pair[0] == "w" else near.kind
            found.append(f"{pair}={other}|{here.kind}")
        features.append(found)
    return features


def around(known: Word, offset: int) -> tuple[str, ...]:
    """Return the features of a word for the word ``offset`` places before or after it."""
    distance = abs(offset)
    return known.near if distance == 1 else known.far if distance == 2 else known.wide
