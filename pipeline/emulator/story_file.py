"""The shape of a story file: every key, and what may be left out.

Pydantic models of ``stories/<agency id>.yml`` as YAML reads it. A key that is not declared is
refused, so that a misspelled one cannot silently mean nothing. They must never hold a payload:
``casts`` makes the records of ``story`` from them.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from pipeline.emulator.story import Mark
from pipeline.model import Category

__all__ = ["CastDocument", "PersonDocument", "StoryDocument"]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonDocument(_Document):
    """An invented person; what is left out is not known of them."""

    name: str = Field(pattern=r"^\S.* \S+$", description="Given names and a family name.")
    phone: str = ""
    address: str = ""
    dob: date | None = None
    plate: str = ""
    email: str = ""
    hard: bool = Field(default=False, description="The name is an everyday word as well.")
    staff: bool = False


class StoryDocument(_Document):
    """One call: day and time, type, place, and a log of lines for ``parse_line``."""

    id: str
    at: str = Field(description="Day of the month, and wall time: `2 07:52`.")
    type: str
    where: tuple[str, ...] = Field(min_length=2, max_length=3, description="Area, address, name.")
    log: str
    desc: str | None = Field(default=None, description="A free text about the place.")
    caller: str | None = Field(default=None, description="A key of `people`; none: anonymous.")
    people: tuple[str, ...] = ()
    vehicles: tuple[str, ...] = Field(default=(), description="Plates.")
    fire_type: str = Field(default="", description="The type in a second agency's context.")
    retype: dict[int, str] = Field(default={}, description="Minute: the type from then on.")
    flags: frozenset[Mark] = frozenset()
    sensitive_mark: bool = Field(default=False, description="The agency marks the call.")


class TownDocument(_Document):
    """A grid of named areas around a point in degrees."""

    lat: float
    lon: float
    columns: int
    cell_m: float
    areas: tuple[str, ...]


class CastDocument(_Document):
    """One file: an invented agency with its people, town and stories."""

    agency: str
    timezone: str
    town: TownDocument
    units: dict[str, str]
    expected: dict[str, Category] = Field(description="Call type: the category it should get.")
    descriptions: dict[str, str] = Field(default={}, description="Call type: its long name.")
    people: dict[str, PersonDocument]
    dispatchers: tuple[str, ...] = Field(min_length=1)
    stories: tuple[StoryDocument, ...]
