"""Samples for auditors: drawn again alike from a seed, reviewed twice, blind.

In: units that may be drawn, and what entries of the log say of samples, reviews and adjudications:
they are the only place where any of it is kept. Out: samples, disagreements, shares with exact
bounds. It must never hold a text: a mark is a place in the redacted text, with an entity.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.model import Entity

__all__ = [
    "PUBLIC_TEXT",
    "Fault",
    "How",
    "Mark",
    "Pile",
    "Review",
    "Sample",
    "Settled",
    "Unit",
    "agree",
    "alike",
    "draw",
    "frame_digest",
    "mark_body",
    "marks_of",
    "missed_by_entity",
    "settled",
]

PUBLIC_TEXT = -1
"""The place of marks in what the public reads; places from 0 on are remarks as editors see them."""


class Pile(StrEnum):
    """What a sample is drawn from. LIFTED is told in an editor's words instead of the rules'."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    LIFTED = "lifted"


class How(StrEnum):
    """RANDOM gives every record the same chance, spread over agencies and weeks; RISK does not."""

    RANDOM = "random"
    RISK = "risk"


class Fault(StrEnum):
    """What a reviewer may find wrong."""

    MISSED = "missed"
    NEEDLESS = "needless"
    WITHHELD = "withheld-needlessly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One record that may be drawn: its number, its stratum, and its weight by risk (from 1)."""

    record: int
    agency_id: str
    week: str
    risk: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A drawn sample as its entry has it; ``frame`` digests the records that could be drawn."""

    sample_id: str
    pile: Pile
    how: How
    seed: str
    frame: str
    population: int
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """One fault: characters ``start`` to ``end`` of text ``remark``. ``caller`` says whose."""

    fault: Fault
    remark: int = PUBLIC_TEXT
    start: int = 0
    end: int = 0
    entity: str = ""
    caller: bool = False

    def __post_init__(self) -> None:
        if self.remark < PUBLIC_TEXT or not 0 <= self.start <= self.end:
            raise ValueError("a mark is a place in a text that was shown")
        if (self.fault is Fault.MISSED) != (self.entity in set(Entity)):
            raise ValueError("what was missed has an entity; nothing else has")
        if self.fault is not Fault.WITHHELD and self.start == self.end:
            raise ValueError("a mark covers at least one character")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reviewer's marks on one record; ``index`` is the entry that says so."""

    record: int
    by: str
    marks: tuple[Mark, ...]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A record both reviewers see alike, or that a third person decided, at entry ``index``."""

    record: int
    marks: tuple[Mark, ...]
    index: int

    def count(self, fault: Fault) -> int:
        """Return how many marks of a kind stand."""
        return sum(mark.fault is fault for mark in self.marks)

    @property
    def caller_leak(self) -> bool:
        """Whether something of the caller was missed."""
        return any(mark.fault is Fault.MISSED and mark.caller for mark in self.marks)


def draw(units: Sequence[Unit], *, size: int, seed: str, how: How) -> tuple[int, ...]:
    """Return the records drawn, in the order of review; all of them when there are no more.

    RANDOM is systematic over agencies and weeks: every record has the same chance, and each stratum
    its share to within one record. RISK draws by weight without replacement (Efraimidis and
    Spirakis 2006). Chance comes from the seed alone.
    """
    if size >= len(units):
        chosen = [unit.record for unit in units]
    elif how is How.RISK:
        ranked = sorted(
            units, key=lambda unit: (-(_chance(seed, unit) ** (1 / unit.risk)), unit.record)
        )
        chosen = [unit.record for unit in ranked[:size]]
    else:
        rows = sorted(units, key=lambda unit: (unit.agency_id, unit.week, _chance(seed, unit)))
        start = _share(f"{seed}|start")
        chosen = [rows[int((start + turn) * len(rows) / size)].record for turn in range(size)]
    return tuple(sorted(chosen, key=lambda record: _share(f"{seed}|order|{record}")))


def frame_digest(units: Iterable[Unit]) -> str:
    """Return the digest of what could be drawn: whoever draws again sees whether it is the same."""
    lines = sorted(f"{each.record},{each.agency_id},{each.week},{each.risk}" for each in units)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _chance(seed: str, unit: Unit) -> float:
    return _share(f"{seed}|{unit.record}")


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56


def alike(one: Mark, other: Mark) -> bool:
    """Return whether two reviewers mean the same: same fault and entity, places that overlap."""
    same = (one.fault, one.remark, one.entity, one.caller)
    if same != (other.fault, other.remark, other.entity, other.caller):
        return False
    return one.fault is Fault.WITHHELD or (one.start < other.end and other.start < one.end)


def agree(one: Sequence[Mark], other: Sequence[Mark]) -> int:
    """Return how many marks of one have a counterpart of their own in the other."""
    left = list(other)
    found = 0
    for mark in sorted(one):
        match = next((each for each in left if alike(mark, each)), None)
        if match is not None:
            left.remove(match)
            found += 1
    return found


def settled(reviews: Sequence[Review], verdict: Review | None) -> Settled | None:
    """Return what stands of one record; None while a review or an adjudication is missing."""
    if verdict is not None:
        return Settled(record=verdict.record, marks=verdict.marks, index=verdict.index)
    if len(reviews) < 2:
        return None
    first, second = reviews[:2]
    if not agree(first.marks, second.marks) == len(first.marks) == len(second.marks):
        return None
    return Settled(record=first.record, marks=first.marks, index=second.index)


def missed_by_entity(each: Settled) -> Counter[str]:
    """Return how many identifiers were missed, by entity."""
    return Counter(mark.entity for mark in each.marks if mark.fault is Fault.MISSED)


def mark_body(mark: Mark) -> dict[str, Any]:
    """Return a mark as its entry holds it."""
    return {
        "fault": mark.fault.value,
        "remark": mark.remark,
        "start": mark.start,
        "end": mark.end,
        "entity": mark.entity,
        "caller": "yes" if mark.caller else "no",
    }


def marks_of(body: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Return the marks of an entry's body."""
    return tuple(
        Mark(
            fault=Fault(each["fault"]),
            remark=each["remark"],
            start=each["start"],
            end=each["end"],
            entity=each["entity"],
            caller=each["caller"] == "yes",
        )
        for each in body["marks"]
    )
