"""The third vote: which already mapped call type of another agency reads most alike.

In go mapped call types, out comes the nearest one with its likeness from 0 to 1, by runs of three
letters. It knows only what people mapped; it never learns from a proposal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.classify.types.words import LIGHT, plain_words

__all__ = ["Mapped", "Neighbour", "Neighbours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A call type people mapped: what the agency writes, and the APCO type."""

    agency: str
    text: str
    apco: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The mapped call type nearest to another of the same APCO type, and how near."""

    mapped: Mapped
    likeness: float


class Neighbours:
    """Mapped call types, searchable by likeness."""

    def __init__(self, mapped: Iterable[Mapped], *, leave_out: str = "") -> None:
        """Index the call types of every agency but ``leave_out``."""
        self._mapped = tuple(each for each in mapped if each.agency != leave_out)
        self._sizes: list[int] = []
        self._where: dict[str, list[int]] = defaultdict(list)
        for at, each in enumerate(self._mapped):
            grams = _grams(each.text)
            self._sizes.append(len(grams))
            for gram in grams:
                self._where[gram].append(at)

    def votes(self, text: str) -> Mapping[str, Neighbour]:
        """Return APCO type to its nearest call type, for types with any likeness."""
        grams = _grams(text)
        shared = Counter(at for gram in grams for at in self._where.get(gram, ()))
        best: dict[str, Neighbour] = {}
        for at, count in shared.items():
            mapped = self._mapped[at]
            likeness = count / (len(grams) + self._sizes[at] - count)
            if mapped.apco not in best or likeness > best[mapped.apco].likeness:
                best[mapped.apco] = Neighbour(mapped=mapped, likeness=likeness)
        return best


def _grams(text: str) -> frozenset[str]:
    words = [word for word in plain_words(text) if word not in LIGHT] or plain_words(text)
    edged = [f"<{word}>" for word in words]
    return frozenset(word[at : at + 3] for word in edged for at in range(len(word) - 2))
