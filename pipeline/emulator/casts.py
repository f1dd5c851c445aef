"""Reads the hand-written stories of an agency into records.

In: ``stories/<agency id>.yml``. Out: :class:`~pipeline.emulator.story.Cast`. A remark's private
parts are marked in the file as ``{P:NAME}``; the marks are taken out of the text and become spans.
A mistake in a story file raises ``ValueError`` or ``KeyError``: these files are our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from zoneinfo import ZoneInfo

import yaml

from pipeline.emulator.story import (
    Cast,
    Line,
    Mark,
    PersonCard,
    PrivateSpan,
    Story,
    StoryPlace,
    Town,
    Truth,
)
from pipeline.emulator.story_file import CastDocument, PersonDocument, StoryDocument
from pipeline.model import Category, Entity

__all__ = ["cast_ids", "load_cast", "parse_line", "slug"]

_KINDS = {
    "P": Entity.PERSON,
    "S": Entity.STAFF,
    "T": Entity.PHONE,
    "A": Entity.ADDRESS,
    "U": Entity.APARTMENT,
    "D": Entity.DOB,
    "L": Entity.PLATE,
    "V": Entity.VIN,
    "N": Entity.LICENSE,
    "G": Entity.GOVERNMENT_ID,
    "I": Entity.SSN,
    "E": Entity.EMAIL,
    "H": Entity.HANDLE,
    "O": Entity.GEO,
    "C": Entity.ACCESS_CODE,
    "F": Entity.FINANCIAL,
    "M": Entity.MEDICAL_ID,
}
_MARKUP = re.compile(r"\{([A-Z]):([^}]+)\}")
_LINE = re.compile(r"\+(\d+) (?:\[(Medical)\] )?(.+)")


def cast_ids() -> tuple[str, ...]:
    """Ids of all invented agencies, sorted."""
    folder = resources.files("pipeline.emulator") / "stories"
    return tuple(sorted(f.name.removesuffix(".yml") for f in folder.iterdir()))


def load_cast(agency_id: str) -> Cast:
    """Return one invented agency with all its stories, in order of opening."""
    path = resources.files("pipeline.emulator") / "stories" / f"{agency_id}.yml"
    document = CastDocument.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    people = {key: _person(key, each) for key, each in document.people.items()}
    stories = [_story(each, document.expected, people) for each in document.stories]
    town = document.town
    return Cast(
        agency_id=document.agency,
        timezone=ZoneInfo(document.timezone),
        town=Town(
            latitude=town.lat,
            longitude=town.lon,
            columns=town.columns,
            cell_m=town.cell_m,
            names=town.areas,
        ),
        people=tuple(people.values()),
        units={unit: people[key] for unit, key in document.units.items()},
        dispatcher=people[document.dispatchers[0]],
        descriptions=document.descriptions,
        stories=tuple(sorted(stories, key=lambda story: (story.opened, story.story_id))),
    )


def parse_line(line: str) -> Line:
    """Return the remark of one marked-up line such as ``+3 RP {P:ANN} CALLED``."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"a remark starts with +MINUTES: {line[:20]}")
    minute, restriction, marked = found.groups()
    text, spans, last = "", [], 0
    for mark in _MARKUP.finditer(marked):
        text += marked[last : mark.start()]
        end = len(text) + len(mark[2])
        spans.append(PrivateSpan(start=len(text), end=end, entity=_KINDS[mark[1]]))
        text, last = text + mark[2], mark.end()
    text += marked[last:]
    return Line(minute=int(minute), text=text, restriction=restriction or "", spans=tuple(spans))


def slug(name: str) -> str:
    """Return an area's id: lower case, hyphens for spaces."""
    return name.lower().replace(" ", "-")


def _person(key: str, card: PersonDocument) -> PersonCard:
    given, family = card.name.rsplit(" ", 1)
    return PersonCard(
        person_id=key,
        given=given,
        family=family,
        phone=card.phone,
        address=card.address,
        birth_date=card.dob,
        plate=card.plate,
        email=card.email,
        hard=card.hard,
        staff=card.staff,
    )


def _story(
    item: StoryDocument, expected: Mapping[str, Category], people: Mapping[str, PersonCard]
) -> Story:
    unmapped = Mark.UNMAPPED_TYPE in item.flags
    if unmapped == (item.type in expected):
        raise ValueError(f"{item.id}: a type is expected exactly when it is mapped")
    area_id, address, *common = item.where
    return Story(
        story_id=item.id,
        opened=_opened(item.at),
        call_type=item.type,
        second_type=item.fire_type,
        retyped=tuple(item.retype.items()),
        place=StoryPlace(
            area_id=area_id,
            address=address,
            common_name=common[0] if common else "",
            description=None if item.desc is None else parse_line(f"+0 {item.desc}"),
        ),
        caller=None if item.caller is None else people[item.caller],
        people=tuple(people[key] for key in item.people),
        plates=item.vehicles,
        marked_sensitive=item.sensitive_mark,
        lines=tuple(parse_line(line) for line in item.log.splitlines()),
        truth=Truth(category=None if unmapped else expected[item.type], marks=item.flags),
    )


def _opened(text: str) -> datetime:
    """Read ``day hour:minute`` of the one month that all stories are set in, as wall time."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 3, int(day), int(hour), int(minute))  # noqa: DTZ001 - wall time, zoned later
