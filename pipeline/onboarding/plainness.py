"""Tells which names of a sample may be written down, and which may be somebody's.

In: a name of a field, or a path. Out: how plain it is, or the path with what may tell of somebody
as ``…``. Feeds use people, phones and plates as keys, tags and headers, and lists of names are not
complete: a word that nothing vouches for must never be written because it looks like a field's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

from pipeline.agencies.agency import FLAT, FormatKind
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.names import PRIVATE, known_name, person_role
from pipeline.redact import shown_path
from pipeline.redact.names import Kind, name_facts

__all__ = ["Plainness", "how_plain", "may_be_written", "told_path"]

_MASKED: Final = "…"
_LONGEST: Final = 40  # characters of a name
_LONG_NUMBER: Final = 4  # digits: a part of a phone, a year of somebody's
_SHORT: Final = 4  # letters of an abbreviation; lists have nearly every name so short
_VOWELS: Final = frozenset("aeiouy")  # no name is without one
_USUAL: Final = 0.5  # share of calls that have a field of the format, and not of one call
_ALWAYS: Final = 0.9
_COUNTED: Final = re.compile(r"\d{1,2}|911|100|\d{1,2}(?:st|nd|rd|th)|[23]d|3w")  # "CMT 12", "w3w"
_NUMBERED: Final = frozenset(  # words whose number says where somebody is, or how old
    {
        *("age", "apartment", "apt", "bed", "box", "building", "code", "door", "floor", "gate"),
        *("house", "lot", "plate", "rm", "room", "ste", "suite", "tag", "trailer"),
    }
)
_BEFORE_PLACES: Final = frozenset({"at", "from", "in", "near", "of", "on"})
_NO_INITIALS: Final = frozenset(  # e-mail, "Caller's", coordinates, short names of fields
    {"e", "s", "x", "y", "cd", "ds", "fn", "ln", "mi", "nm", "tn"}
)
_LETTERED: Final = re.compile(r"\b(?!\d+ [xy]\b|[23] d\b)\d+ [a-z]\b")  # "apt 4 c", but "83 x"
_COMPUTED: Final = re.compile(r":?@?computed_region_[a-z\d]{4}_[a-z\d]{4}")  # Socrata's own
_QUOTED: Final = re.compile(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"")
_MARKUP: Final = re.compile(r"</?\w*[^<>]*>?")
_STEP: Final = re.compile(r"[^\W\d][\w-]*")
_PREFIX: Final = re.compile(r"[^\W\d][\w.-]*:(?=[^\W\d:])")
_FUNCTIONS: Final = frozenset(
    {
        *("ancestor", "boolean", "concat", "or", "parent", "self"),
        *("substring-after", "substring-before"),
    }
)
_SEPARATOR: Final = re.compile(r"([/.@\[\]='$]|::?)")


class Plainness(IntEnum):
    """How far a name tells of nobody."""

    NEVER = 0
    """It may be somebody's, wherever it stands."""
    BESIDE = 1
    """A long word of no list beside plain ones: a format's own name, if all calls have it."""
    USUAL = 2
    """An abbreviation, or a word that people bear, too: a field's, if calls mostly have it."""
    SURE = 3
    """Plain words."""


@lru_cache(maxsize=1 << 14)
def how_plain(name: str) -> Plainness:
    """Return how plain one name is, of words of the dispatch vocabulary and of English."""
    folded = unicodedata.normalize("NFKD", name)
    letters = [c for c in folded if c.isalpha() and not unicodedata.combining(c)]
    if len(name) > _LONGEST or not all(c.isascii() for c in letters):
        return Plainness.NEVER
    words = words_of(name)
    levels = [_of_word(word) for word in words.split()]
    if any(len(number) >= _LONG_NUMBER for number in re.findall(r"\d+", name)):
        return Plainness.NEVER
    if _holds_a_value(words.split()) and not _COMPUTED.fullmatch(name):
        return Plainness.NEVER
    if known_name(words):
        return Plainness.SURE
    least = min(levels, default=Plainness.SURE)
    if least is Plainness.BESIDE and Plainness.SURE not in levels:
        return Plainness.NEVER
    return least


def may_be_written(path: str, kind: FormatKind, share: float) -> bool:
    """Return whether a column's path may stand in a file; ``share`` of the calls have it."""
    least = min(map(how_plain, _names(path, kind)), default=Plainness.SURE)
    needed = {Plainness.USUAL: _USUAL, Plainness.BESIDE: _ALWAYS, Plainness.SURE: 0.0}
    return share >= needed.get(least, 2.0)


def told_path(path: str, names: Collection[str], *, flat: bool) -> str:
    """Return a path with each name masked that is neither plain nor of ``names``.

    ``flat`` is of a format whose names are no paths, such as a table.
    """
    if path in names:
        return path
    parts = [path] if flat else _SEPARATOR.split(path)
    return "".join(part if _is_told(part, names) else _MASKED for part in parts)


def _is_told(part: str, names: Collection[str]) -> bool:
    plain = not part or part in names or _SEPARATOR.fullmatch(part) is not None
    return plain or how_plain(part) is Plainness.SURE


def _names(path: str, kind: FormatKind) -> Iterator[str]:
    """Yield the names in a path: tags, keys, told names, and labels that an XPath cuts at."""
    if kind in FLAT:
        yield path
        return
    for one, other in _QUOTED.findall(path):
        yield from filter(None, map(str.strip, _MARKUP.split(one or other)))
    for step in _STEP.findall(_PREFIX.sub("", _QUOTED.sub(" ", path))):
        if step not in _FUNCTIONS:
            yield step


def _holds_a_value(words: Sequence[str]) -> bool:
    """Return whether more stands in a name than a field's: "Apt 4C", "DOB 3 4 82", "Caller J".

    A field's own number is one counter; an initial stands beside a word for somebody.
    """
    numbers = [n for n, word in enumerate(words) if any(map(str.isdigit, word))]
    if len(numbers) > 1 or _LETTERED.search(" ".join(words)):
        return True
    for n in numbers:
        before = words[n - 1] if n else ""
        private = PRIVATE.fullmatch(before) is not None and len(words[n]) > 1
        if private or before in _NUMBERED | _BEFORE_PLACES or not _COUNTED.fullmatch(words[n]):
            return True
    initials = [word for word in words if _is_initial(word)]
    others = " ".join(word for word in words if word not in initials)
    return bool(initials) and (
        PRIVATE.search(others) is not None
        or person_role(others) is not None
        or not _NUMBERED.isdisjoint(words)
    )


def _is_initial(word: str) -> bool:
    """Return whether a word may be somebody's initials: a letter, or two that say nothing."""
    if not word.isalpha() or word in _NO_INITIALS:
        return False
    return len(word) == 1 or (len(word) == 2 and shown_path(word, ()) != word)


def _of_word(word: str) -> Plainness:
    if not word.isalpha() or len(word) == 1 or shown_path(word, ()) == word:
        return Plainness.SURE
    match name_facts(word).kind:
        case Kind.WORD:
            return Plainness.USUAL if _is_initial(word) else Plainness.SURE
        case Kind.MOSTLY_WORD:
            return Plainness.USUAL
        case Kind.UNKNOWN:
            singular = word.removesuffix("s")
            listed = len(singular) > _SHORT or shown_path(singular, ()) == singular
            if listed and singular != word:
                return _of_word(singular)
            short = len(word) <= _SHORT or _VOWELS.isdisjoint(word)
            return Plainness.USUAL if short else Plainness.BESIDE
        case Kind.NAME | Kind.MOSTLY_NAME:
            return Plainness.NEVER
