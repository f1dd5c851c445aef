"""Says in a few buckets how much a word looks like a name; the model weighs them.

In: a lower-case word. Out: ``Facts``, made of what ``redact/names`` knows: how common the word is
as a given name, as a family name and in English, and whether the vocabulary holds it. It never
decides what a word is.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.redact.names import name_facts

__all__ = ["UNKNOWN", "Facts", "facts"]


class Facts(NamedTuple):
    """Buckets of a word: 0 not on the list, 1 rare, 2 known, 3 common; ``shown``: vocabulary."""

    first: int
    last: int
    common: int
    shown: bool


UNKNOWN = Facts(0, 0, 0, False)
"""What is known of a word that no list holds."""


def facts(word: str) -> Facts:
    """Return the facts of a lower-case word; accents do not matter for the lists of names."""
    known = name_facts(word)
    return Facts(
        _bucket(known.given, 0.001, 0.03),
        _bucket(known.surname, 0.001, 0.02),
        _bucket(known.zipf, 3.2, 4.2),
        known.in_vocabulary,
    )


def _bucket(amount: float, known: float, common: float) -> int:
    return 3 if amount > common else 2 if amount > known else 1 if amount > 0 else 0
