"""Finds the labels of a text that writes several of them on one line.

In: a text such as ``CALL:FIRE ADDR:12 ELM ST``. Out: its labels, or nothing where lines hold one
each. A word before a colon is a label when it stands in most lines that have any; words before it
belong to it only where the vocabulary of CAD exports knows the longer name better. It must never
look at what labels say.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.names import FREE_TEXT, PRIVATE, QUIET, field_score, person_role

__all__ = ["how_known", "inline_labels"]

_WORD: Final = re.compile(
    r"(?<![\w#/&.'-])((?:[A-Za-z][\w#/&.'-]*[ ]{1,2}){0,2})([A-Za-z][\w#/&.'-]{0,24})"
    r"\s?(?:(?<!\d):(?!//)|:(?!//|\d\d\b))"
)
_LEAST: Final = 3  # labels of a line, without which lines hold one each
_MOST_LINES: Final = 2_000


def inline_labels(text: str) -> tuple[str, ...]:
    """Return the labels in the order in which they first stand; empty when lines hold one each."""
    lines = [line for line in text.splitlines()[:_MOST_LINES] if line.strip()]
    found = [[m.groups() for m in _WORD.finditer(line)] for line in lines]
    busy = [each for each in found if len(each) >= _LEAST]
    spread = [re.split(r"\s{3,}|\t|\|", line) for line in lines]
    apart = sum(len(parts) >= _LEAST for parts in spread)
    if len(busy) < 0.3 * len(lines) or apart >= 0.5 * len(busy):
        return ()
    counts = Counter(word for each in busy for word in {word for _, word in each})
    kept = {word for word, number in counts.items() if number >= 0.6 * len(busy)}
    before: dict[str, Counter[str]] = {}
    order: dict[str, None] = {}
    for each in busy:
        for above, word in each:
            if word in kept:
                order.setdefault(word)
                before.setdefault(word, Counter())[above.strip()] += 1
    return tuple(dict.fromkeys(_longest(word, before[word]) for word in order))


def _longest(word: str, before: Counter[str]) -> str:
    """Return the label with the words before it that always stand there and make a known name."""
    most = sum(before.values())
    best, known = word, how_known(words_of(word))
    for count in (1, 2):
        heads = Counter[str]()
        for above, number in before.items():
            heads[" ".join(above.split()[-count:])] += number
        head, number = heads.most_common(1)[0]
        if len(head.split()) == count and number == most:
            longer = f"{head} {word}"
            if how_known(words_of(longer)) > known:
                best, known = longer, how_known(words_of(longer))
    return best


def how_known(words: str) -> float:
    """Return how well the vocabulary knows a name, in words, as a whole; 0 to 1."""
    if (
        any(p.fullmatch(words) for p in (FREE_TEXT, PRIVATE, QUIET))
        or person_role(words) is not None
    ):
        return 0.9
    return max(field_score(field, words, words) for field in CanonicalField)
