"""Searches an incident's texts for what its structured fields already say is private.

In: the incident, what detectors found in its texts, and what earlier revisions remembered. Out:
known values, and findings wherever one of them stands in a text: in any of its ``spellings``, or
with a slip of the keys. It never judges whether a value is harmless, except that function words
alone are not searched for, and that a part which is an ordinary word must stand where a name does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, permutations

from pipeline.model import Entity, Finding, Incident, Memory, Person, PersonRole, Sensitive
from pipeline.redact.fold import Folded, fold
from pipeline.redact.likenames import SHORTEST_SLIP, slip_of
from pipeline.redact.names.context import case_of, is_name_here, is_street_here
from pipeline.redact.names.cues import PEOPLE, STAFF_TITLES, TITLES
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.things import is_thing
from pipeline.redact.reading import Reading
from pipeline.redact.sources import sources_version
from pipeline.redact.spans import WEIGHED
from pipeline.redact.spellings import (
    NAMES,
    STOP,
    WORD,
    bare,
    in_other_spellings,
    street_names,
    uncommon,
    words_in,
)
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = [
    "KnownValue",
    "find_known",
    "found_values",
    "known_values",
    "needles",
    "sought_again",
]

_RECOGNIZER = "known-values"
# Whoever found the value itself explains it better than its repetition does.
_REPEATED = 0.2

_MAX_NEEDLE = 200
# The last values' spellings stay in memory, for most values come again: a caller in each revision,
# an officer in every call. They are private words, and never leave the process.
_VALUES_KEPT = 4_096
# Shorter names stand inside other words by chance.
_GLUED = 4
# Digits alone that a text repeats are a count or a time as likely.
_SHORTEST_REPEATED = 3
# That somebody of this name is in the call is half of what makes a name of a word; in points.
_RECORDED, _NAMED_ELSEWHERE = 2.0, 1.0
# From this probability on a doubt about one word is one about the same word elsewhere.
_SURE = 0.5
# Who it is that says, does and owns, without a name.
_ANYBODY = word_set(
    "driver tenant res suspect victim vic vpso pt patient owner caller the her his op"
)
# Words for a post that stand in front of one's name or number, and are nobody's.
_POSTS = PEOPLE | TITLES | STAFF_TITLES | word_set("calltaker tco vpso trooper offender client")
_STREETS = frozenset({Entity.STREET, Entity.ADDRESS, Entity.PLACE})
_HOUSED = frozenset({Entity.ADDRESS, Entity.APARTMENT})
_BOTH = frozenset({Kind.MOSTLY_WORD, Kind.MOSTLY_NAME})
_ORDINARY = _BOTH | {Kind.WORD}


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
                said = text[each.start : each.end]
                weighed = each.recognizer in WEIGHED
                if _is_sure(said, each) if weighed else not _is_anybody(said):
                    distinct.setdefault((said, each.entity))
    return tuple([_found_value(text, entity) for text, entity in distinct])


@lru_cache(maxsize=_VALUES_KEPT)
def _found_value(text: str, entity: Entity) -> KnownValue:
    return KnownValue(Sensitive(text), entity, recorded=False)


@lru_cache(maxsize=_VALUES_KEPT)
def _is_anybody(said: str) -> bool:
    """Return whether all words of what was found say what somebody is, not who: the driver."""
    words = [bare(word) for word in WORD.findall(said)]
    return bool(words) and _ANYBODY.issuperset(words)


def _is_sure(said: str, found: Finding) -> bool:
    """Return whether what was weighed is sought again: an ordinary word only as a sure name."""
    if said.isalpha() and name_facts(said).kind is not Kind.WORD:
        return True
    may_be = found.entity in NAMES or found.entity in _STREETS or not said.isalpha()
    return may_be and found.score >= _SURE


def sought_again(values: Iterable[KnownValue]) -> tuple[Sensitive, ...]:
    """Return what must not stand in a redacted text: each value, less what is shown as a word.

    A name with parts that are ordinary words is sought as a whole and by its other parts. What was
    found in a text is sought when all its words are uncommon.
    """
    return tuple(
        Sensitive(text)
        for value in values
        for text in _kept_telling(value.text.expose(), value.entity, value.recorded)
    )


def _telling(text: str, entity: Entity, recorded: bool) -> Iterable[str]:
    said = [bare(word) for word in WORD.findall(text)]
    parts = [part for part in said if not _is_post(part)]
    telling = [part for part in parts if not _is_ordinary(part, entity)]
    if not recorded:
        if telling == parts and all(map(uncommon, parts)):
            yield text
    elif telling == said or any(map(str.isdigit, text)):
        yield text
    else:
        yield from ("".join(order) for order in permutations(parts, 2))
        yield from telling


@dataclass(frozen=True, slots=True)
class Needle:
    """What a spelling stands for, and whether a field of the record says so."""

    entity: Entity
    recorded: bool


def needles(values: Iterable[KnownValue]) -> Mapping[str, Needle]:
    """Return folded spellings to search for; the first value to claim a spelling names it.

    What an earlier revision remembered has no name of its own: what is found now gives it one, so
    that the same remark reads the same in each revision.
    """
    wanted: dict[str, Needle] = {}
    for value in values:
        found = _kept_needles(value.text.expose(), value.entity, value.recorded)
        for spelling, needle in found:
            before = wanted.setdefault(spelling, needle)
            if before.entity is Entity.KNOWN_VALUE is not needle.entity:
                wanted[spelling] = Needle(needle.entity, before.recorded or needle.recorded)
    return wanted


def _needles_of(text: str, entity: Entity, recorded: bool) -> Iterable[tuple[str, Needle]]:
    for spelling, called in _spellings(text, entity, recorded):
        if len(spelling) > 1 and spelling not in STOP:
            yield spelling, Needle(called, recorded)


def _spellings(text: str, entity: Entity, recorded: bool) -> Iterable[tuple[str, Entity]]:
    whole = bare(text)
    if recorded:
        yield whole, entity
        for spelling, called in in_other_spellings(text, entity):
            if spelling == whole or not _is_post(spelling):
                yield spelling, called
        return
    if not (whole.isdigit() and len(whole) < _SHORTEST_REPEATED):
        yield whole, entity
    if entity is Entity.ADDRESS or entity is Entity.STREET:
        yield from ((part, entity) for part in street_names(text))
    if entity in NAMES:
        parts = (bare(word) for word in WORD.findall(text))
        yield from ((part, entity) for part in parts if uncommon(part) and not _is_post(part))


@lru_cache(maxsize=_VALUES_KEPT)
def _kept_needles(text: str, entity: Entity, recorded: bool) -> tuple[tuple[str, Needle], ...]:
    return tuple(_needles_of(text, entity, recorded))


@lru_cache(maxsize=_VALUES_KEPT)
def _kept_telling(text: str, entity: Entity, recorded: bool) -> tuple[str, ...]:
    return tuple(_telling(text, entity, recorded))


def find_known(
    reading: Reading, wanted: Mapping[str, Needle], found: Iterable[Finding] = ()
) -> tuple[Finding, ...]:
    """Return a finding for every whole occurrence of a wanted spelling or a slip of one.

    Offsets are those of the reading; in no particular order. Where one of those ``found`` already
    says the same and more surely, as it does where a repeated value was found, none is made.
    """
    if not wanted:
        return ()
    told = {
        (each.start, each.end, each.entity)
        for each in found
        if each.score > _REPEATED and each.recognizer not in WEIGHED
    }
    text = reading.text
    folded = fold(text)
    around = _Around(reading)
    known = [
        _finding(start, end, needle)
        for spelling, needle in wanted.items()
        if spelling in folded.text
        for start, end in _occurrences(folded, spelling)
        if needle.recorded or (start, end, needle.entity) not in told
        if not _is_ordinary(spelling, needle.entity) or around.named(start, end, needle)
        if not (needle.entity in _HOUSED and spelling.isdigit() and _is_amount(text, start, end))
    ]
    return (*known, *_slips(text, reading.typed, wanted, around), *_glued(text, wanted))


@lru_cache(maxsize=_VALUES_KEPT)
def _is_post(part: str) -> bool:
    """Return whether a part of a name says what somebody is, and nobody bears it: CALLTAKER 7."""
    facts = name_facts(part)
    return part in _POSTS and not (facts.given or facts.surname or facts.nickname)


def _is_ordinary(spelling: str, entity: Entity) -> bool:
    """Return whether a spelling is one ordinary word, so that its place says what it is.

    A street is called by any word. Of names only those reviewed as words, too, are asked about
    their place: hardly anybody says "quill", and "will" stands in half of all remarks.
    """
    kinds = _ORDINARY if entity in _STREETS else _BOTH
    return spelling.isalpha() and name_facts(spelling).kind in kinds


class _Around:
    """The words around an occurrence, looked at only when one is an ordinary word."""

    def __init__(self, reading: Reading) -> None:
        self._text, self._cut, self._starts = reading.text, reading.tokens, reading.starts
        self._case = ""

    def named(self, start: int, end: int, needle: Needle) -> bool:
        """Return whether an ordinary word stands as a name or a street, and as one word."""
        self._case = self._case or case_of(self._text)
        place = bisect_left(self._starts, start)
        if place == len(self._cut) or self._cut[place][:2] != (start, end):
            # Glued to something, or spelled in pieces: nobody writes a word so.
            return True
        if needle.entity in NAMES or needle.entity is Entity.KNOWN_VALUE:
            if self._is_thing(place):
                return False
            prior = _RECORDED if needle.recorded else _NAMED_ELSEWHERE
            if is_name_here(self._text, self._cut, place, self._case, already=prior):
                return True
        return needle.entity in _STREETS and is_street_here(self._text, self._cut, place)

    def slipped(self, start: int, needle: Needle) -> bool:
        """Return whether a word nearly a name's may be one: an ordinary word only as a name."""
        place = bisect_left(self._starts, start)
        if place == len(self._cut) or name_facts(self._cut[place].word).kind not in _ORDINARY:
            return True
        return self.named(*self._cut[place][:2], needle)

    def _is_thing(self, place: int) -> bool:
        before = self._cut[place - 1].word if place else ""
        after = self._cut[place + 1].word if place + 1 < len(self._cut) else ""
        return is_thing(before, self._cut[place].word, after)


def _is_amount(text: str, start: int, end: int) -> bool:
    """Return whether digits are of a larger number, or written as one: 16,400 is not house 400."""
    parted = any(sign in text[start:end] for sign in ",.")
    led = start > 1 and text[start - 1] in ",." and text[start - 2].isdigit()
    goes_on = text[end : end + 1] in {",", "."} and text[end + 1 : end + 2].isdigit()
    return parted or led or goes_on


@lru_cache(maxsize=1 << 16)
def _strange_in(typed: str) -> tuple[str, ...]:
    """Return the words of a token that are not of the vocabulary."""
    return tuple(word for word in words_in(typed) if word not in vocabulary())


def _slips(
    text: str, typed: Sequence[str], wanted: Mapping[str, Needle], around: _Around
) -> Iterable[Finding]:
    names = [
        spelling
        for spelling, needle in wanted.items()
        if needle.entity in NAMES and len(spelling) >= SHORTEST_SLIP and spelling.isalpha()
    ]
    if not names:
        return
    strange = set(chain.from_iterable(map(_strange_in, typed))).difference(wanted)
    slips = {word: name for word in strange if (name := slip_of(word, names)) is not None}
    if not slips:
        return
    for word in WORD.finditer(text):
        name = slips.get(word[0].lower())
        if name is not None and around.slipped(word.start(), wanted[name]):
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
    for word in WORD.finditer(text):
        plain = bare(word.group())
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


def _occurrences(folded: Folded, spelling: str) -> Iterable[tuple[int, int]]:
    text, offsets, size = folded.text, folded.offsets, len(spelling)
    place = text.find(spelling)
    while place >= 0:
        after = place + size
        start, end = offsets[place], offsets[after - 1] + 1
        stuck = place and offsets[place - 1] == start - 1
        if not (stuck and _same_kind(text[place - 1], spelling[0])):
            follows = after < len(text) and offsets[after] == end
            if not (follows and _same_kind(spelling[-1], text[after])):
                yield start, end
        place = text.find(spelling, place + 1)


def _same_kind(left: str, right: str) -> bool:
    # 12 inside 412 and ann inside planner are no occurrence; 12 in apt12 is.
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())


def _finding(start: int, end: int, needle: Needle) -> Finding:
    return Finding(
        start=start,
        end=end,
        entity=needle.entity,
        recognizer=_RECOGNIZER,
        recognizer_version=sources_version(),
        score=1.0 if needle.recorded else _REPEATED,
        reason="known from this incident" if needle.recorded else "found elsewhere in this call",
    )
