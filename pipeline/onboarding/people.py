"""Finds free texts, people, private values in a sample: by name, form, detector.

In: columns, profiles and what the detector marked. Out: choices. When in doubt a column is a remark
or private: more is searched for then, and nothing of it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.agencies.agency import CanonicalField, FormatKind
from pipeline.feeds.layout import AROUND
from pipeline.model import PersonRole
from pipeline.onboarding.choice import PeopleChoice, PlaceChoice, RemarkChoice
from pipeline.onboarding.keys import whole_path
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import (
    CROSSING,
    FREE_TEXT,
    PAST,
    PRIVATE,
    field_score,
    person_part,
    person_role,
)
from pipeline.onboarding.profile import Profile
from pipeline.onboarding.quiet import is_clock

__all__ = [
    "FoundPeople",
    "FoundPrivate",
    "FoundRemarks",
    "also_told",
    "people_of",
    "private_of",
    "remarks_of",
]

_SENTENCE = 5  # mean words from which a text tells a story
_DOCUMENT = re.compile(r"\s*<(?:\?xml\s|(?:\w+:)?\w+\s(?:[^<>]*\s)?xmlns[:=])")  # XML in a text
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NUMBER = re.compile(r"\d{3}\D{0,3}\d{4}")  # of a phone
_SHARE = 0.3  # of names beside which a phone stands
_ID = re.compile(
    r"\b(?:id|rank|type|code|status|count|date|time|ind|flag|source|user|by|opts|item|role|zip)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRemarks:
    """Free texts; ``used`` are positions of columns."""

    remarks: tuple[RemarkChoice, ...]
    used: set[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPeople:
    """People; ``used`` are positions of columns."""

    people: tuple[PeopleChoice, ...]
    used: set[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPrivate:
    """Private values; ``used`` are positions of columns."""

    places: tuple[PlaceChoice, ...]
    used: set[int]


def remarks_of(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
) -> FoundRemarks:
    """Return the free texts: named like one, or sentences that differ from record to record."""
    remarks: list[RemarkChoice] = []
    used: set[int] = set()
    for n, column in enumerate(columns):
        why = "" if n in taken or n in used else _tells(column, profiles[n])
        if not why:
            continue
        at = _beside(n, columns, lambda m: _timed(profiles[m]))
        mark = _beside(n, columns, lambda m: _restricts(columns[m]))
        remarks.append(
            RemarkChoice(
                text=column.path,
                each=column.each,
                at="" if at is None else columns[at].path,
                restriction="" if mark is None else columns[mark].path,
                why=why,
                sure=0.9 if profiles[n].words >= _SENTENCE else 0.7,
            )
        )
        used |= {n, *(m for m in (at, mark) if m is not None)}
    return FoundRemarks(remarks=tuple(remarks), used=used)


def also_told(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
    types: Collection[int] = (),
) -> FoundRemarks:
    """Return ``types``, and columns named like one that are none, such as ``Nature of Call``."""
    found = [
        n
        for n, column in enumerate(columns)
        if n in types
        or (
            n not in taken
            and not column.each
            and profiles[n].time is None
            and profiles[n].letters > 0.5
            and profiles[n].words >= 2
            and profiles[n].distinct > 0.3
            and field_score(CanonicalField.CALL_TYPE, column.words, column.name) >= 0.7
        )
    ]
    remarks = tuple(
        RemarkChoice(
            text=columns[n].path,
            each="",
            at="",
            restriction="",
            why="words that differ from call to call",
            sure=0.7,
        )
        for n in found
    )
    return FoundRemarks(remarks=remarks, used=set(found))


def _documents(column: Column) -> bool:
    """Return whether all texts are XML: a place or a person in a form of its own, no words."""
    return bool(column.texts) and all(map(_DOCUMENT.match, column.texts))


def _tells(column: Column, profile: Profile) -> str:
    """Return why a column is free text; empty when it is none."""
    if column.path == AROUND or _documents(column):
        return ""  # the same in every call of a mail, and of none: a person decides
    if profile.time is not None or profile.numeric > 0.5 or profile.flags > 0.5:
        return ""
    if CROSSING.search(column.name) and profile.words < 2 * _SENTENCE:
        return ""
    if _ID.search(column.name) or PAST.search(column.words) or column.filled == 0:
        return ""
    named = FREE_TEXT.search(column.name) or (column.each and FREE_TEXT.search(column.words))
    placed = field_score(CanonicalField.ADDRESS, column.words, column.name) >= 0.8
    typed = max(
        field_score(f, column.words, column.name)
        for f in (CanonicalField.CALL_TYPE, CanonicalField.UNITS, CanonicalField.DISTRICT)
    )
    last = column.name.rpartition(" ")[2]  # a dispatcher's notes are notes
    said = FREE_TEXT.search(last) is not None and profile.words >= _SENTENCE
    if (
        (person_role(column.name) and not said)
        or placed
        or (typed >= 0.7 and profile.words < 2 * _SENTENCE)
    ):
        return ""
    if len(column.texts) >= 20 and profile.distinct < 0.2 and profile.words < _SENTENCE:
        return ""  # a list of codes, whatever its name
    if named and typed < 0.5 and (profile.words >= 2 or profile.distinct > 0.5):
        return "named like a remark"
    if named and typed < 0.7 and profile.words >= _SENTENCE and profile.distinct > 0.3:
        return "named like a remark, and full of sentences"
    if profile.words >= _SENTENCE + 1 and profile.distinct > 0.5 and profile.letters > 0.9:
        return f"sentences: {profile.words:.0f} words each, hardly two alike"
    return ""


def _beside(n: int, columns: Sequence[Column], fits: Callable[[int], bool]) -> int | None:
    """Return the column of the same repeated group that fits."""
    if not columns[n].each:
        return None
    group = (m for m, other in enumerate(columns) if other.each == columns[n].each and m != n)
    return next((m for m in group if fits(m)), None)


def _timed(profile: Profile) -> bool:
    return profile.time is not None and not profile.time.part


def _restricts(column: Column) -> bool:
    return field_score(CanonicalField.RESTRICTED, column.words, column.name) > 0 or bool(
        re.search(r"\b(?:confidential|restriction|restricted|private|secure)\b", column.name)
    )


def people_of(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
    marks: Mapping[str, str],
) -> FoundPeople:
    """Return people by role and place: what belongs together stands in one line."""
    groups: dict[tuple[PersonRole, str, str], dict[str, list[str]]] = {}
    why: dict[tuple[PersonRole, str, str], list[str]] = {}
    used: set[int] = set()
    for n, column in enumerate(columns):
        role = None if n in taken else person_role(column.words)
        if role is None or PAST.search(column.words) or _impersonal(column, profiles[n]):
            continue
        part = person_part(column.name, column.words)
        if not part and column.full in marks:
            part = _part_marked(marks[column.full])
        if not part or (part == "name" and profiles[n].letters < 0.5):
            continue
        stem = "" if column.each else _stem(column)
        group = groups.setdefault((role, column.each, stem), {})
        for each in filter(None, (part, _besides(part, column))):
            group.setdefault(each, []).append(column.path)
        why.setdefault((role, column.each, stem), []).append(column.name)
        used.add(n)
    people = tuple(
        PeopleChoice(
            role=role,
            each=each,
            parts={part: tuple(paths) for part, paths in parts.items()},
            why=f"named so: {', '.join(why[role, each, stem])}",
            sure=0.8,
        )
        for (role, each, stem), parts in groups.items()
    )
    return FoundPeople(people=people, used=used)


def _besides(part: str, column: Column) -> str:
    """Return what else a column of phones or of names holds: some write both into one."""
    texts = column.texts
    spoken = sum(_LETTERS.search(text) is not None for text in texts)
    numbered = sum(_NUMBER.search(text) is not None for text in texts)
    if part == "phone" and spoken > numbered / 2:
        return "name"
    return "phone" if part == "name" and numbered >= _SHARE * max(1, len(texts)) else ""


def _impersonal(column: Column, profile: Profile) -> bool:
    told = _ID.search(column.name) is not None or profile.flags > 0.9
    return told or (profile.time is not None and "birth" not in column.words + column.name)


def _stem(column: Column) -> str:
    """Return whose column it is among several of one role: the words before the part."""
    role = person_role(column.words)
    return "" if role is PersonRole.CALLER else column.words.split(" ")[0]


def _part_marked(entities: str) -> str:
    if "PHONE" in entities:
        return "phone"
    return "name" if "PERSON" in entities or "NAME" in entities else ""


def private_of(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
    marks: Mapping[str, str],
    kind: FormatKind,
) -> FoundPrivate:
    """Return what is only searched for: named like something private, or found to be."""
    places: list[PlaceChoice] = []
    used: set[int] = set()
    for n, column in enumerate(columns):
        born = "birth" in column.words or "dob" in column.words.split()
        timed = (profiles[n].time is not None or is_clock(column)) and not born
        if n in taken or column.filled == 0 or column.path == AROUND or timed:
            continue
        past = PAST.search(column.words) is not None and profiles[n].time is None
        named = (
            past
            or PRIVATE.search(column.words) is not None
            or person_role(column.words) is not None
        )
        if column.full in marks:
            why = f"the detector finds {marks[column.full]} in it"
        elif named and profiles[n].time is None and profiles[n].flags < 0.9:
            why = "named like something private"
        else:
            continue
        path = whole_path(column, kind)
        places.append(PlaceChoice(path=path, why=why))
        used.add(n)
    return FoundPrivate(places=tuple(places), used=used)
