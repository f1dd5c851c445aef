"""Gives the narratives that writers wrote by hand for training, as they stand or refilled.

In: nothing but the folders ``written/<writer>/<style>.txt``. Out: narratives with exact spans. A
refilled one says the same about other people at other addresses (``refill``) and is spoiled
lightly, so that neighbours and not values are learned. What measures the redaction is never here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from random import Random

from pipeline.emulator.narratives.compose import Narrative
from pipeline.emulator.narratives.marked import Marked, entries
from pipeline.emulator.narratives.refill import refilled
from pipeline.emulator.narratives.spoil import Piece, Spoiling, spoiled

__all__ = ["rewritten", "writers", "written"]

_LIGHTLY = Spoiling(abbreviate=0.08, drop=0.03, typos=0.015, punctuation=0.03, unicode=0.004)
_CASES = "MMMMMMUUll"


def writers() -> tuple[str, ...]:
    """Return the names of the writers' folders, sorted."""
    return tuple(sorted(each.name for each in _folder().iterdir() if each.is_dir()))


@cache
def written(writer: str) -> tuple[Marked, ...]:
    """Return all narratives of one writer, by style.

    Raises:
        MarkError: a narrative is not written as the form demands.
    """
    files = sorted((_folder() / writer).iterdir(), key=lambda each: each.name)
    return tuple(each for file in files for each in entries(file))


def rewritten(seed: int, names: Sequence[str], times: int) -> Iterator[Narrative]:
    """Give every narrative of the writers as it stands, then ``times - 1`` times refilled."""
    for time in range(times):
        for writer in names:
            for each in written(writer):
                pieces = _pieces(each)
                if time:
                    rng = Random(f"{seed}/{writer}/{each.name}/{time}")  # noqa: S311
                    filled = refilled(pieces, rng)
                    pieces = spoiled(filled, _LIGHTLY, rng.choice(_CASES), rng)
                text, spans = _joined(pieces)
                name = f"{writer}-{each.name}-{time}"
                yield Narrative(id=name, text=text, spans=spans, style=each.style)


def _folder() -> resources.abc.Traversable:
    return resources.files(__package__).joinpath("written")


def _pieces(each: Marked) -> list[Piece]:
    pieces, done = [], 0
    for start, end, entity in each.spans:
        pieces.append(Piece(each.text[done:start], None))
        pieces.append(Piece(each.text[start:end], entity))
        done = end
    pieces.append(Piece(each.text[done:], None))
    return [piece for piece in pieces if piece.text]


def _joined(pieces: Sequence[Piece]) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    text, spans = "", []
    for piece in pieces:
        start = len(text)
        text += piece.text
        if piece.entity is not None and piece.text:
            spans.append((start, len(text), piece.entity))
    return text, tuple(spans)
