"""What a reader asks to be told, and the one way in which readers are counted.

A reader gives areas, never an address. Nothing here holds who the reader is. ``AudienceSize`` is
how many read something: below 20 it says only that (rule 29), whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.category import Category

__all__ = ["AreaChoice", "AudienceSize", "Choices", "Rhythm", "audience_size"]

_FEWEST = 20
"""Fewer readers than this are never counted out (rule 29)."""

_STEP = 10


class Rhythm(StrEnum):
    """How a reader is told: at once, or once a day."""

    URGENT = "urgent"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChoice:
    """One public area, by the agency that names it."""

    agency_id: str
    area_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What one reader wants; empty ``categories`` mean all.

    ``quiet_from`` and ``quiet_to`` are minutes of the local day between which nothing is sent at
    once; equal ones mean no quiet. ``digest_minute`` is when the daily mail goes. ``zone`` is an
    IANA name, empty for the agency's own.
    """

    areas: tuple[AreaChoice, ...]
    categories: tuple[Category, ...] = ()
    hazards_only: bool = False
    rhythm: Rhythm = Rhythm.DAILY
    quiet_from: int = 0
    quiet_to: int = 0
    digest_minute: int = 7 * 60
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSize:
    """A number of readers that may be shown: None below 20, else rounded."""

    shown: int | None = field(default=None)

    def __str__(self) -> str:
        return f"fewer than {_FEWEST}" if self.shown is None else f"about {self.shown}"


def audience_size(count: int, *, shift: int = 0) -> AudienceSize:
    """Return what may be said of a count of readers: nothing below 20, else tens, rounded down.

    ``shift`` is taken off first. Where it is secret and each area has its own, neither addresses
    added until the answer changes nor the difference of two answers tells how many there were.
    """
    count -= shift % _STEP
    return AudienceSize(shown=None if count < _FEWEST else count // _STEP * _STEP)
