"""Names the forms in which a removed value is committed to, so that it can be asked for.

In goes a private text, out come its forms: letters and digits alone, a name's parts in any order,
the digits of telephone-like numbers, an address's house number and street. The same value in
another spelling shares a form with it. Forms are private: they go into a keyed commitment, with the
incident they belong to, and nowhere else: one value in two incidents looks like two values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from pipeline.model import Commitment, IncidentRef
from pipeline.redact.fold import fold
from pipeline.redact.normal import normalised

__all__ = ["MOST_FORMS", "bound", "commitments", "forms"]

MOST_FORMS = 12
"""A removed stretch may be a pasted page; what stands first in it is committed to."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]{0,3}\d){6,}")
_HOUSE = re.compile(
    r"(?<!\w)(\d{1,6})[A-Za-z]?\s+(?:(?:[NSEWnsew]|[NSns][EWew])\.?\s+)?([^\W_]{2,})"
)
_SPOKEN = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine niner")
    )
    for word in words.split()
}
_MOST_WORDS = 5
_FEWEST_DIGITS, _AREA_CODE, _NATIONAL = 7, 10, 11
_COMPASS = frozenset({"north", "south", "east", "west"})


@lru_cache(maxsize=4_096)  # the last values, for most are removed again and again
def forms(text: str) -> tuple[str, ...]:
    """Return the forms of a value, at least one, the plainest first."""
    plain = normalised(text)[0]
    found = dict.fromkeys(_forms(plain))
    return tuple(found)[:MOST_FORMS] or (f"text:{plain}",)


def bound(ref: IncidentRef, form: str) -> str:
    """Return the text that stands for a form within one incident, to be committed to."""
    return f"{ref}\n{form}"


def commitments(
    commit: Callable[[str], Commitment], ref: IncidentRef, text: str
) -> tuple[Commitment, ...]:
    """Return the keyed commitments to a value removed from one incident, one a form."""
    return tuple(commit(bound(ref, form)) for form in forms(text))


def _forms(text: str) -> Iterator[str]:
    bare = fold(text).text
    if bare:
        yield f"text:{bare}"
    words = [fold(word).text for word in _WORD.findall(text)]
    parts = sorted(word for word in words if len(word) > 1)
    if 0 < len(parts) <= _MOST_WORDS and not any(map(str.isdigit, _NUMBER.sub("", text))):
        yield f"name:{' '.join(parts)}"
    for number in _NUMBER.findall(text):
        yield from _digits(fold(number).text)
    spoken = "".join(_SPOKEN.get(word, " ") for word in words)
    for number in spoken.split():
        yield from _digits(number)
    for house, street in _HOUSE.findall(text):
        if fold(street).text not in _COMPASS:
            yield f"address:{house.lstrip('0')} {fold(street).text}"


def _digits(number: str) -> Iterator[str]:
    """Yield a number's digits, without a country code, and its subscriber's part."""
    if len(number) < _FEWEST_DIGITS:
        return
    if len(number) == _NATIONAL and number.startswith("1"):
        number = number[1:]
    yield f"digits:{number}"
    if len(number) == _AREA_CODE:
        yield f"digits:{number[-_FEWEST_DIGITS:]}"
