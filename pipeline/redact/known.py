"""Searches an incident's texts for what its structured fields already say is private.

In: the incident, what detectors found in its texts, and what earlier revisions remembered. Out:
known values, and findings wherever one of them stands in a text: in any spelling that keeps its
letters and digits (other case, accents, separators, order of names, initials, glued together), as a
nickname, with a slip of the keys, its digits in words. It never judges whether a value is harmless,
except that function words alone are not searched for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from pipeline.model import Entity, Finding, Incident, Memory, Person, PersonRole, Sensitive
from pipeline.redact.fold import Folded, fold
from pipeline.redact.likenames import SHORTEST_SLIP, date_words, digit_words, nicknames, slip_of
from pipeline.redact.spans import ORDER
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["KNOWN_VERSION", "KnownValue", "find_known", "found_values", "known_values", "needles"]

KNOWN_VERSION = "2"
_RECOGNIZER = "known-values"
# Whoever found the value itself explains it better than its repetition does.
_REPEATED = 0.2

# Searching for these would mask half of every text; none of them identifies anyone.
_STOP = word_set(
    "a an and are as at be by do for from had has have he her here him his i if in is it me mr mrs"
    " ms my no none not null of off on or out she so st that the then there they this to unknown"
    " up us was we were with yes you ave avenue road rd street dr drive ln lane ct court blvd apt"
    " n s e w ne nw se sw north south east west unit"
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_NAME = re.compile(r"[^\W\d_]+(?:[\s.,'\u2019\-]+[^\W\d_]+)*\.?")
_HOUSE = re.compile(r"\s*(\d+)[A-Za-z]?\b")
_CROSSING = "/&@"
_NAMES = frozenset({Entity.PERSON, Entity.STAFF})
_MAX_NEEDLE = 200
_MAX_NAME_WORDS = 5
# Fewer digits in words may be a count.
_SHORTEST_SPELLED = 3
# Shorter names stand inside other words by chance.
_GLUED = 4
# A phone's subscriber part, its exchange with it, and its national number, in digits.
_PHONE_TAILS = (10, 7, 4)


@dataclass(frozen=True, slots=True)
class KnownValue:
    """One private text known before reading the remarks, and what it is.

    What a field of the record says is ``recorded`` and searched for in all its spellings. What was
    found in a text is searched for as it stands, and a name in its uncommon parts: a place where a
    key lies is made of ordinary words.
    """

    text: Sensitive
    entity: Entity
    recorded: bool = True

    @property
    def sought_in_parts(self) -> bool:
        """Whether each part of the value alone would give it away wherever it stands."""
        if self.recorded:
            return True
        return all(_uncommon(_bare(word)) for word in _WORD.findall(self.text.expose()))


def known_values(incident: Incident, memory: Memory | None) -> tuple[KnownValue, ...]:
    """Return every private value of the structured fields and of earlier revisions."""
    place = incident.place
    values = [value for person in incident.people for value in _of_person(person)]
    values += [(place.address, Entity.ADDRESS), (place.place_name, Entity.PLACE)]
    values += [(value, Entity.KNOWN_VALUE) for value in incident.private_values]
    values += [(value, Entity.KNOWN_VALUE) for value in (memory.values if memory else ())]
    return tuple(KnownValue(text, entity) for text, entity in values if text)


def found_values(incident: Incident, found: Sequence[Sequence[Finding]]) -> tuple[KnownValue, ...]:
    """Return the texts of direct findings: a name found once is masked in every remark."""
    distinct: dict[tuple[str, Entity], None] = {}
    for remark, findings in zip(incident.remarks, found, strict=True):
        text = remark.text.expose()
        for each in findings:
            if each.entity is not Entity.UNEXPLAINED and each.end - each.start <= _MAX_NEEDLE:
                distinct.setdefault((text[each.start : each.end], each.entity))
    return tuple(KnownValue(Sensitive(text), entity, recorded=False) for text, entity in distinct)


@dataclass(frozen=True, slots=True)
class Needle:
    """What a spelling stands for, and whether a field of the record says so."""

    entity: Entity
    recorded: bool


def needles(values: Iterable[KnownValue]) -> Mapping[str, Needle]:
    """Return folded spellings to search for; the first value to claim a spelling names it."""
    wanted: dict[str, Needle] = {}
    for value in values:
        for spelling, entity in _spellings(value):
            if len(spelling) > 1 and spelling not in _STOP:
                wanted.setdefault(spelling, Needle(entity, value.recorded))
    return wanted


def find_known(text: str, wanted: Mapping[str, Needle]) -> tuple[Finding, ...]:
    """Return a finding for every whole occurrence of a wanted spelling or a slip of one, sorted."""
    if not wanted:
        return ()
    folded = fold(text)
    found = [
        _finding(start, end, needle)
        for spelling, needle in wanted.items()
        if spelling in folded.text
        for start, end in _occurrences(folded, spelling)
    ]
    return tuple(sorted((*found, *_slips(text, wanted), *_glued(text, wanted)), key=ORDER))


def _slips(text: str, wanted: Mapping[str, Needle]) -> Iterable[Finding]:
    names = [
        spelling
        for spelling, needle in wanted.items()
        if needle.entity in _NAMES and len(spelling) >= SHORTEST_SLIP and spelling.isalpha()
    ]
    for word in _WORD.finditer(text) if names else ():
        folded = word.group().lower()
        name = None if folded in wanted else slip_of(folded, names)
        if name is not None:
            slip = _finding(word.start(), word.end(), wanted[name])
            yield replace(slip, score=_REPEATED, reason="nearly a name known from this call")


def _glued(text: str, wanted: Mapping[str, Needle]) -> Iterable[Finding]:
    """Yield words that are no words but hold a recorded name: ``friendst``, ``RPSMITHADV``."""
    names = [
        (spelling, needle)
        for spelling, needle in wanted.items()
        if needle.recorded and len(spelling) >= _GLUED and spelling.isalpha()
    ]
    if not names:
        return
    for word in _WORD.finditer(text):
        plain = _bare(word.group())
        if len(plain) > _GLUED and plain not in vocabulary():
            for spelling, needle in names:
                if spelling in plain:
                    yield _finding(word.start(), word.end(), needle)
                    break


def _of_person(person: Person) -> list[tuple[Sensitive | None, Entity]]:
    name = Entity.STAFF if person.role is PersonRole.STAFF else Entity.PERSON
    return [
        (person.name, name),
        (person.phone, Entity.PHONE),
        (person.address, Entity.ADDRESS),
        (person.birth_date, Entity.DOB),
    ]


def _spellings(value: KnownValue) -> Iterable[tuple[str, Entity]]:
    text = value.text.expose()
    yield _bare(text), value.entity
    if not value.recorded:
        if value.entity in _NAMES:
            parts = (_bare(word) for word in _WORD.findall(text))
            yield from ((part, value.entity) for part in parts if _uncommon(part))
        return
    digits = "".join(character for character in _bare(text) if character.isdigit())
    if value.entity is Entity.PHONE or len(digits) >= 7:
        for length in _PHONE_TAILS:
            yield digits[-length:], value.entity
            yield from ((words, value.entity) for words in digit_words(digits[-length:]))
        yield digits, value.entity
    if value.entity is Entity.DOB:
        yield from ((spelling, Entity.DOB) for spelling in _date_spellings(text))
    if value.entity in _NAMES or _NAME.fullmatch(text.strip()):
        yield from ((spelling, value.entity) for spelling in _name_spellings(text))
    elif value.entity in {Entity.ADDRESS, Entity.PLACE, Entity.KNOWN_VALUE}:
        yield from _address_spellings(text)


def _bare(text: str) -> str:
    """Return the folded letters and digits of a text, without the way back."""
    if text.isascii():
        return text.lower() if text.isalnum() else "".join(filter(str.isalnum, text)).lower()
    return fold(text).text


def _uncommon(word: str) -> bool:
    return len(word) > 2 and word not in vocabulary()


def _name_spellings(text: str) -> Iterable[str]:
    parts = [_bare(word) for word in _WORD.findall(text)]
    if len(parts) > _MAX_NAME_WORDS:
        return
    yield from parts
    # O'Neil-Ross: the pieces of a joined part stand alone, too.
    yield from (_bare(piece) for piece in re.split(r"[\W_]+", text) if len(piece) > 2)
    for first, second in permutations(parts, 2):
        if first in _STOP and second in _STOP:
            continue
        yield first + second
        if len(second) > 1:
            yield first[:1] + second
            yield second + first[:1]
            for called in nicknames(first):
                yield called + second
                yield second + called
    for called in (nickname for part in parts for nickname in nicknames(part)):
        # Bill is a man or an invoice: alone, a nickname must be no ordinary word.
        if _uncommon(called):
            yield called


def _address_spellings(text: str) -> Iterable[tuple[str, Entity]]:
    # Town and state follow the street; only what stands before the first comma names it.
    named = [_bare(word) for word in _WORD.findall(text.split(",")[0])]
    house = _HOUSE.match(text)
    if house is not None:
        yield house.group(1), Entity.ADDRESS
        if len(house.group(1)) >= _SHORTEST_SPELLED:
            yield from ((words, Entity.ADDRESS) for words in digit_words(house.group(1)))
        for length in range(1, len(named) + 1):
            yield house.group(1) + "".join(named[:length]), Entity.ADDRESS
    elif not any(mark in text for mark in _CROSSING):
        return
    yield "".join(named), Entity.STREET
    yield from ((word, Entity.STREET) for word in named if len(word) > 2)


def _date_spellings(text: str) -> Iterable[str]:
    numbers = re.findall(r"\d+", text)[:3]
    if len(numbers) != 3:
        return
    first, second, third = numbers
    year_first = len(first) == 4
    year, one, two = (first, second, third) if year_first else (third, first, second)
    for month, day in (
        (one, two),
        (one.zfill(2), two.zfill(2)),
        (one.lstrip("0"), two.lstrip("0")),
    ):
        yield month + day + year
        yield month + day + year[-2:]
        yield day + month + year
        yield year + month + day
    yield from date_words(year, one, two)


def _occurrences(folded: Folded, spelling: str) -> Iterable[tuple[int, int]]:
    place = folded.text.find(spelling)
    while place >= 0:
        start, end = folded.offsets[place], folded.offsets[place + len(spelling) - 1] + 1
        before = folded.text[place - 1] if place and folded.offsets[place - 1] == start - 1 else " "
        after = place + len(spelling)
        follows = after < len(folded.text) and folded.offsets[after] == end
        if not _same_kind(before, spelling[0]) and not (
            follows and _same_kind(spelling[-1], folded.text[after])
        ):
            yield start, end
        place = folded.text.find(spelling, place + 1)


def _same_kind(left: str, right: str) -> bool:
    # 12 inside 412 and ann inside planner are no occurrence; 12 in apt12 is.
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())


def _finding(start: int, end: int, needle: Needle) -> Finding:
    return Finding(
        start=start,
        end=end,
        entity=needle.entity,
        recognizer=_RECOGNIZER,
        recognizer_version=KNOWN_VERSION,
        score=1.0 if needle.recorded else _REPEATED,
        reason="known from this incident" if needle.recorded else "found elsewhere in this call",
    )
