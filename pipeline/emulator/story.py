"""What happened, in the words of an invented call-taker, with the truth beside it.

Records only: a :class:`Cast` is one agency's people, town and stories as ``stories`` read them. The
truth (category, private spans, special marks) is for tests and measurements and must never be
written into a payload. Rendering lives in ``render_*``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipeline.model import Category, Entity

__all__ = [
    "Cast",
    "Line",
    "Mark",
    "PersonCard",
    "PrivateSpan",
    "Story",
    "StoryPlace",
    "Town",
    "Truth",
]


class Mark(StrEnum):
    """A special case that a story is there to show."""

    UNMAPPED_TYPE = "unmapped-type"  # its call type is in no table: must be held
    BLAND_SENSITIVE = "bland-sensitive"  # bland type, sensitive text from the first revisions on
    BECOMES_SENSITIVE = "becomes-sensitive"  # publishable first, sensitive in a later revision
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"  # delivered again without any change
    RESTRICTED = "restricted"  # the agency itself marks the call or a remark
    NO_POINT = "no-point"
    UNREAD_FIELD = "unread-field"  # carries a field that the agency file does not know
    WIDE_ROW = "wide-row"  # one cell too many: that row is quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateSpan:
    """``text[start:end]`` of a line is private, and of this kind."""

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One remark, ``minute`` minutes after the call opened. ``restriction`` is empty or a word."""

    minute: int
    text: str
    restriction: str
    spans: tuple[PrivateSpan, ...]

    @property
    def private_texts(self) -> tuple[tuple[Entity, str], ...]:
        """Every private text of the line with its kind."""
        return tuple((span.entity, self.text[span.start : span.end]) for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """An invented person. Empty texts mean that nothing is known. ``hard`` names are also words."""

    person_id: str
    given: str
    family: str
    phone: str
    address: str
    birth_date: date | None
    plate: str
    email: str
    hard: bool
    staff: bool

    @property
    def full_name(self) -> str:
        """Given name and family name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlace:
    """Where: the id of a town area, the address as written, and texts around it.

    ``description`` is a free text, and may hold what is private, like a remark.
    """

    area_id: str
    address: str
    common_name: str
    description: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What ought to come out. ``category`` is None exactly for an unmapped call type."""

    category: Category | None
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One call for service. ``opened`` is local wall time; ``retyped`` pairs minute and new type.

    ``second_type`` is the other agency's type where police and fire both typed the call.
    """

    story_id: str
    opened: datetime
    call_type: str
    second_type: str
    retyped: tuple[tuple[int, str], ...]
    place: StoryPlace
    caller: PersonCard | None
    people: tuple[PersonCard, ...]
    plates: tuple[str, ...]
    marked_sensitive: bool
    lines: tuple[Line, ...]
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A grid of neighborhoods from its north-west corner, in degrees; cells in metres."""

    latitude: float
    longitude: float
    columns: int
    cell_m: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One invented agency. ``units`` maps a unit to the member of staff who rides in it."""

    agency_id: str
    timezone: ZoneInfo
    town: Town
    people: tuple[PersonCard, ...]
    units: Mapping[str, PersonCard]
    dispatcher: PersonCard
    descriptions: Mapping[str, str]
    stories: tuple[Story, ...]
