"""Computes, for many readings at once, how likely each word is private.

In: weights and readings as words and gaps. Out: marginal probabilities by word and label. Each
distinct word and gap is looked up once and remembered; the rest is numpy over padded batches. The
result equals that of the training library on the same weights; a test says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.redact.model.weights import LABELS, Weights
from pipeline.redact.model.words import (
    EDGE,
    GAPS,
    NEAR,
    PAIRS,
    REACH,
    Seen,
    Word,
    around,
    gap_class,
    place_features,
    word,
)

__all__ = ["Decoder"]

Floats: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.intp]
Rows: TypeAlias = tuple[NDArray[np.uint32], Floats]
_K = len(LABELS)
_HERE, _PLACE = "0", "place"  # no distance; neither is one that ``+d`` writes
_WORDS_KEPT = 50_000  # about 14 MB; a flood of invented words starts it anew
_BATCH = 128


class _Table:
    """Rows of numbers by key, growing; ``rows`` is one array so that a batch is one gather.

    ``sides`` are two numbers of each key: its places in the tables of pairs.
    """

    def __init__(self, width: int) -> None:
        self.index: dict[str, int] = {}
        self.rows: Floats = np.zeros((1024, width), dtype=np.float32)
        self.sides: Places = np.zeros((1024, 2), dtype=np.intp)

    def add(self, key: str, row: Floats, sides: tuple[int, int]) -> int:
        place = len(self.index)
        if place == len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self.sides = np.concatenate([self.sides, np.zeros_like(self.sides)])
        self.rows[place] = row
        self.sides[place] = sides
        self.index[key] = place
        return place


class _Ids:
    """Numbers for the names of one side of the pairs; 0 stands for every name without a weight."""

    def __init__(self, known: set[str]) -> None:
        self._ids = {name: place + 1 for place, name in enumerate(sorted(known))}
        self.size = len(known) + 1

    def of(self, name: str) -> int:
        return self._ids.get(name, 0)


class Decoder:
    """Reads words and gaps with one set of weights; remembers what it has looked up."""

    def __init__(self, weights: Weights) -> None:
        self._rows = weights.rows
        # Places of names in it. Those of one word's or one gap's features begin with its distance;
        # kept apart, none has to be put together to be looked up.
        self._at: dict[str, dict[str, int]] = {_HERE: {}, _PLACE: {}}
        self._at |= {f"{each:+d}": {} for each in (*NEAR, *GAPS)}
        pairs: dict[str, list[tuple[str, str, int]]] = {pair: [] for pair in PAIRS}
        for at, name in enumerate(weights.names):
            if name[:3] in pairs:
                other, _, kind = name[4:].rpartition("|")
                pairs[name[:3]].append((other, kind, at))
            elif name[:1] == _HERE:
                self._at[_HERE][name[1:]] = at
            elif name[:2] in self._at:
                self._at[name[:2]][name[2:]] = at
            else:
                self._at[_PLACE][name] = at
        self._lock = threading.Lock()  # the tables grow while reading
        self._zero: Floats = np.zeros(_K, dtype=np.float32)
        self._steps: Floats = np.exp(np.array(weights.transitions, dtype=np.float32))
        self._sides: dict[str, _Ids] = {}
        for side in "wcg":
            known = {each[0] for pair in PAIRS if pair[0] == side for each in pairs[pair]}
            if side == "c":
                known |= {each[1] for some in pairs.values() for each in some}
            self._sides[side] = _Ids(known)
        self._pairs = {
            pair: self._pair_rows(pair[0], some, weights.rows) for pair, some in pairs.items()
        }
        self._forget()

    def marginals(self, readings: Sequence[Seen]) -> list[Floats]:
        """Return, for each reading, an array (words, labels) of probabilities."""
        with self._lock:
            return self._marginals(readings)

    def _marginals(self, readings: Sequence[Seen]) -> list[Floats]:
        if len(self._words.index) > _WORDS_KEPT or len(self._gaps.index) > _WORDS_KEPT:
            self._forget()
        order = sorted(range(len(readings)), key=lambda place: len(readings[place].words))
        found: list[Floats] = [self._nothing] * len(readings)
        for first in range(0, len(order), _BATCH):
            batch = [place for place in order[first : first + _BATCH] if readings[place].words]
            if batch:
                lengths = [len(readings[place].words) for place in batch]
                scores = self._scores([readings[place] for place in batch], max(lengths))
                likely = _forward_backward(scores, self._steps, np.array(lengths))
                for row, place in enumerate(batch):
                    found[place] = likely[: lengths[row], row]
        return found

    def _pair_rows(self, which: str, pairs: Sequence[tuple[str, str, int]], rows: Floats) -> Rows:
        # One pair in seventy has a weight: a table of all of them would hold sixty megabytes.
        side, kinds = self._sides[which], self._sides["c"]
        place = np.zeros(side.size * kinds.size, dtype=np.uint32)
        at = [side.of(other) * kinds.size + kinds.of(kind) for other, kind, _ in pairs]
        place[at] = range(1, len(at) + 1)
        return place, np.concatenate([self._zero[None], rows[[row for _, _, row in pairs]]])

    def _forget(self) -> None:
        self._nothing: Floats = np.zeros((0, _K), dtype=np.float32)
        self._words = _Table(len(NEAR) * _K)
        self._gaps = _Table(len(GAPS) * _K)
        self._places = _Table(_K)
        self._sums: dict[tuple[int, tuple[str, ...]], Floats] = {}
        # A space never stands in a word, so these keys are no word's.
        self._edge = self._add_word(" ", EDGE)
        self._edge_gap = self._add_gap("<>", "<>")
        self._edge_place = self._places.add("<>", self._zero, (0, 0))

    def _row(self, names: Sequence[str], at: Mapping[str, int]) -> Floats:
        row = self._zero
        for name in names:
            found = at.get(name)
            if found is not None:
                row = row + self._rows[found]
        return row

    def _beside(self, names: tuple[str, ...], offset: int) -> Floats:
        # Words nobody lists differ in what they are where they stand, hardly in what they are to
        # their neighbours.
        row = self._sums.get((offset, names))
        if row is None:
            row = self._sums[offset, names] = self._row(names, self._at[f"{offset:+d}"])
        return row

    def _add_word(self, key: str, known: Word) -> int:
        here = self._row(known.here, self._at[_HERE])
        blocks = [
            self._beside(around(known, offset), offset) if offset else here for offset in NEAR
        ]
        sides = (self._sides["w"].of(known.identity), self._sides["c"].of(known.kind))
        return self._words.add(key, np.concatenate(blocks), sides)

    def _add_gap(self, key: str, kind: str) -> int:
        row = np.concatenate(
            [self._row([f"g={kind}"], self._at[f"{offset:+d}"]) for offset in GAPS]
        )
        return self._gaps.add(key, row, (self._sides["g"].of(kind), 0))

    def _scores(self, batch: Sequence[Seen], longest: int) -> Floats:
        words = np.full((len(batch), longest + 2 * REACH), self._edge, dtype=np.intp)
        gaps = np.full((len(batch), longest + 4), self._edge_gap, dtype=np.intp)
        places = np.full((len(batch), longest), self._edge_place, dtype=np.intp)
        lengths = np.array([len(each.words) for each in batch])[:, None]
        within = np.arange(longest + 1) < lengths
        words[:, REACH : REACH + longest][within[:, :-1]] = _ids(
            [each.words for each in batch], self._words.index, self._word_id
        )
        places[within[:, :-1]] = _ids(
            [each.places for each in batch], self._places.index, self._place_id
        )
        # There is a gap behind the last word.
        gaps[:, 1 : longest + 2][np.arange(longest + 1) <= lengths] = _ids(
            [each.gaps for each in batch], self._gaps.index, self._gap_id
        )
        return self._summed(words.T, gaps.T, places.T)

    def _word_id(self, text: str) -> int:
        found = self._words.index.get(text)
        return self._add_word(text, word(text)) if found is None else found

    def _gap_id(self, gap: str) -> int:
        found = self._gaps.index.get(gap)
        return self._add_gap(gap, gap_class(gap)) if found is None else found

    def _place_id(self, where: str) -> int:
        found = self._places.index.get(where)
        if found is not None:
            return found
        return self._places.add(where, self._row(place_features(where), self._at[_PLACE]), (0, 0))

    def _summed(self, words: Places, gaps: Places, places: Places) -> Floats:
        longest = len(places)
        near = self._words.rows.take(words, axis=0)
        total = self._places.rows.take(places, axis=0)
        for place, offset in enumerate(NEAR):
            first = REACH + offset
            total += near[first : first + longest, :, place * _K : (place + 1) * _K]
        between = self._gaps.rows.take(gaps, axis=0)
        for place, offset in enumerate(GAPS):
            first = 1 + offset
            total += between[first : first + longest, :, place * _K : (place + 1) * _K]
        kinds = self._words.sides[:, 1].take(words)
        sides = {
            "w": self._words.sides[:, 0].take(words),
            "c": kinds,
            "g": self._gaps.sides[:, 0].take(gaps),
        }
        here = kinds[REACH : REACH + longest]
        for pair, (place_of, rows) in self._pairs.items():
            first = int(pair[1:]) + (1 if pair[0] == "g" else REACH)
            other = sides[pair[0]][first : first + longest]
            total += rows.take(place_of.take(other * self._sides["c"].size + here), axis=0)
        return total


def _ids(
    said: Sequence[Sequence[str]], known: Mapping[str, int], learn: Callable[[str], int]
) -> Places:
    """Return the numbers of all strings, one reading's behind the other's."""
    ids = [*map(known.get, chain.from_iterable(said))]
    if None in ids:
        ids = [*map(learn, chain.from_iterable(said))]
    return np.array(ids, dtype=np.intp)


def _forward_backward(scores: Floats, steps: Floats, lengths: Places) -> Floats:
    """Return marginals of scores (places, readings, labels); places beyond a length are unused."""
    chances = np.exp(scores - scores.max(axis=2, keepdims=True))
    longest = len(chances)
    ahead = np.empty_like(chances)
    ahead[0] = chances[0]
    for place in range(1, longest):
        reached = (ahead[place - 1] @ steps) * chances[place]
        ahead[place] = reached / reached.sum(axis=1, keepdims=True)
    behind = np.ones_like(chances[0])
    back = steps.T.copy()
    for place in range(longest - 2, -1, -1):
        left = (behind * chances[place + 1]) @ back
        left /= left.sum(axis=1, keepdims=True)
        behind = np.where((lengths > place + 1)[:, None], left, 1.0).astype(np.float32)
        ahead[place] *= behind
    ahead /= ahead.sum(axis=2, keepdims=True)
    likely: Floats = ahead
    return likely
