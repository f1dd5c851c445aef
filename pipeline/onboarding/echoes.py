"""Finds columns that only say again what other columns of their record say.

In: columns. Out: positions. What is left of such a text when markup, labels and the other fields'
values are taken out is short, and the same few words in every record. A remark made of one would
tell nothing, and be judged as if somebody had told it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.onboarding.leaf import Column

__all__ = ["echoes"]

_RECORDS: Final = 8  # fewer prove nothing
_KINDS: Final = 0.3  # share of records with a rest of its own, from which it tells something
_SHORT: Final = 0.45  # share of the text from which the rest may be a story
_MARKUP: Final = re.compile(r"<[^<>]{1,200}>|\s+")
_LABEL: Final = re.compile(r"\b[A-Z][\w ]{1,24}:")
_LEAST: Final = 3  # characters of a value that is looked for
_DIGITS: Final = re.compile(r"\d+")
_SPACE: Final = re.compile(r"[\W_]+")


def echoes(columns: Sequence[Column]) -> frozenset[int]:
    """Return the positions of columns that repeat shorter ones of their own record."""
    plain = [n for n, c in enumerate(columns) if not c.each and c.most == 1]
    found = []
    for n in plain:
        texts = [row[0] for row in columns[n].rows if row]
        if len(texts) < _RECORDS or sum(len(text.split()) for text in texts) < 3 * len(texts):
            continue
        rests = []
        for row in range(len(columns[n].rows)):
            if not columns[n].rows[row]:
                continue
            text = _MARKUP.sub(" ", columns[n].rows[row][0])
            others = [columns[m].rows[row][0] for m in plain if m != n and columns[m].rows[row]]
            rests.append(_rest(text, [each for each in others if _LEAST <= len(each) < len(text)]))
        short = sum(map(len, rests)) <= _SHORT * sum(len(_MARKUP.sub(" ", text)) for text in texts)
        if short and len(set(rests)) <= max(2, _KINDS * len(texts)):
            found.append(n)
    return frozenset(found)


def _rest(text: str, values: Sequence[str]) -> str:
    """Return a text without other fields' values, whatever its digits and signs."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, " ")
    text = _LABEL.sub(" ", text)
    return _SPACE.sub(" ", _DIGITS.sub("9", text)).strip().casefold()
