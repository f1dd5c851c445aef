"""What a rule says: where, what, how sure and why. Never the text.

``Hit`` is small because many are made; ``dispatch`` turns them into findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.model import Entity
from pipeline.redact.reading import Reading

__all__ = ["Examples", "Hit", "Rule", "Trigger"]


class Hit(NamedTuple):
    """One span a rule found, in characters of the reading's text."""

    start: int
    end: int
    entity: Entity
    rule: str
    score: float
    reason: str


Trigger = Callable[[Reading, int], Iterable[Hit]]
"""Looks at a reading from one of its tokens, given by its place; tells what it finds there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts a rule must find something in, at [the brackets], and texts it must not touch."""

    finds: tuple[str, ...]
    ignores: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule with its examples.

    ``words`` start it; ``numbers`` starts it at every token with a digit, or only at those of
    ``lengths`` characters whose word ``fits``, which is asked once for each distinct word. With
    ``behind`` it starts only where one of these characters follows, or the text ends; with
    ``then`` only before a word of which that is true, which is empty behind the last one. A rule
    with ``needs`` looks at a whole text, once, when one of those strings stands in it.
    """

    name: str
    find: Trigger
    words: frozenset[str] = frozenset()
    numbers: bool = False
    lengths: tuple[int, ...] = ()
    fits: Callable[[str], object] = bool
    behind: str = ""
    then: Callable[[str], object] | None = None
    needs: tuple[str, ...] = ()
    examples: Examples
