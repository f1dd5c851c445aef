"""What onboarding decided, line by line: where, why, how sure; and what it left undecided.

Frozen records between inference, writing and report. A reason speaks of names and shares, it must
never quote a text of the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.agencies.agency import CanonicalField, PointForm, PointRepair, Presence
from pipeline.model import PersonRole

__all__ = ["Choice", "Inferred", "PeopleChoice", "PlaceChoice", "RemarkChoice", "TypeChoice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One canonical field. ``sure`` is 0 to 1.

    ``parts`` are the columns' paths where ``paths`` holds an expression that reads several: all of
    them, or, with ``first``, the first that says something.
    """

    field: CanonicalField
    paths: tuple[str, ...]
    presence: Presence
    why: str
    sure: float
    true_values: tuple[str, ...] = ()
    form: PointForm | None = None
    parts: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkChoice:
    """One place of free texts."""

    text: str
    each: str
    at: str
    restriction: str
    why: str
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleChoice:
    """People of one role in one place."""

    role: PersonRole
    each: str
    parts: Mapping[str, tuple[str, ...]]
    why: str
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A path that is private, left out on purpose, or undecided."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeChoice:
    """One call type. ``accepted`` ones stand in the file; others wait for a person.

    ``exact`` says that ``code`` is what the feed writes; else it is told in a form that is safe to
    show, and a line with it maps nothing.
    ``words`` are what the sample itself says that the code stands for, as they are safe to show.
    """

    code: str = field(repr=False)
    calls: int
    apco: tuple[str, ...]
    confidence: float
    accepted: bool
    sensitive: bool
    exact: bool = True
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """Everything that was inferred of one sample."""

    key: tuple[CanonicalField, ...]
    fields: tuple[Choice, ...]
    remarks: tuple[RemarkChoice, ...]
    people: tuple[PeopleChoice, ...]
    private: tuple[PlaceChoice, ...]
    ignored: tuple[PlaceChoice, ...]
    undecided: tuple[PlaceChoice, ...]
    times: tuple[str, ...]
    repair: tuple[PointRepair, ...]
    fold: bool
    doubts: tuple[str, ...]
