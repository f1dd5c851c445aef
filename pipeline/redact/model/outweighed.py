"""Says which doubt of the model outweighs what a word means where it stands.

In: a reading, the place of a word that the model doubts, and what it would be. Out: the least
probability of being private from which it is masked all the same; 0 when nothing speaks for it. It
must never speak for a word on a list of names alone, nor for an unknown one that looks like none.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.redact.deny_words import NAME_CUES
from pipeline.redact.names.context import Case, case_of
from pipeline.redact.names.cues import CALLED, PEOPLE, SAYING, STAFF_TITLES, TITLES, TOGETHER
from pipeline.redact.names.facts import Kind, NameFacts, name_facts
from pipeline.redact.names.places import STREET_WORDS
from pipeline.redact.names.slips import near_common_name
from pipeline.redact.names.things import is_thing
from pipeline.redact.number_sure import outweighed_from as outweighed_by_a_number
from pipeline.redact.number_words import HIGHWAYS, STATUTES
from pipeline.redact.reading import Reading
from pipeline.redact.vehicle_words import is_vehicle
from pipeline.redact.vocabulary import word_set
from pipeline.redact.vouching import seems_mistyped, seems_ordinary

__all__ = ["Doubt", "outweighed_from"]

# From these doubts on a make of car, a thing and a word for people are masked all the same.
_VEHICLE, _THING, _ROLE = 0.85, 0.3, 0.5
_SHORTEST_ROLE = 4  # letters
# What is made of digits and letters: what a number may mean more weakly outweighs none of these.
_CODED = frozenset({"ADDRESS", "APARTMENT", "PLATE", "ID", "ACCESS_CODE", "PHONE"})
_BEFORE_PUBLIC = HIGHWAYS | STATUTES
_ROLES = PEOPLE | TITLES | STAFF_TITLES
_WHO = frozenset({"PERSON", "STAFF"})
_WHERE = frozenset({"ADDRESS", "STREET", "APARTMENT"})
# From these on a known word is masked where nobody's name and no street's would stand: typed small
# where others have capitals, borne by people, and others.
_SMALL_WHO, _BORNE_WHO, _WHO_ELSE = 0.8, 0.5, 0.3
_SMALL_WHERE, _WHERE_ELSE = 0.5, 0.3
# From these on, where it is the last of what is doubted together.
_BORNE_LAST, _LAST = 0.5, 0.8
# From this on an unknown word that looks like an ordinary one mistyped or glued is somebody.
_SLIP = 0.8
_SHORTEST_SLIP = 6
_BEFORE_SOMEBODY = PEOPLE | TITLES | STAFF_TITLES | CALLED | NAME_CUES
# What people invent, and words of which a code is made, may be any words anywhere.
_ANYTHING = frozenset({"ACCESS_CODE", "HANDLE", "DOB"})
_SHORTEST_KNOWN = 3
_ORDINARY = frozenset({Kind.WORD, Kind.MOSTLY_WORD, Kind.MOSTLY_NAME})
# Behind these, and before those, a name or a street stands as well as a thing does.
_BEFORE_THEM = (PEOPLE | TITLES | STAFF_TITLES | CALLED | NAME_CUES | SAYING | TOGETHER) | word_set(
    "for by to with w w/ from between about of and vs than like is was it contact ask found gave"
    " thinks told tell saw met see meet call called be if but that what when where who ex aka per"
    " cc re on at off near onto towards toward twd twds nb sb eb wb n s e x in block blk crossing"
    " old"
)
_BEHIND_THEM = (SAYING | STREET_WORDS) | word_set(
    "is was has had will would can could did does hit took came went ran left lives lived wants"
    " wanted and again asleep if but who when adv"
)
_DAY = 0.95
_KEY = 0.8
_DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat january february march july september october november december"
)
# Some bear a day's name; nobody is met on, before or until somebody.
_WHEN = word_set(
    "on by since before until til till last next this every each past thru through late early mid"
)


class Doubt(NamedTuple):
    """What the model would call a word, how much it doubts it, and whether its neighbors, too."""

    label: str
    score: float
    before: bool
    behind: bool


def outweighed_from(reading: Reading, at: int, doubt: Doubt) -> float:
    """Return the least doubt that outweighs what a word or number means where it stands; or 0.

    So does 0 say that the doubt outweighs what a number means.
    """
    words = reading.words
    said = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    number = reading.numbers.get(at)
    if number is None and said in _BEFORE_PUBLIC and after.isdigit():
        number = reading.numbers.get(at + 1)
    if number is not None:
        return outweighed_by_a_number(number, coded=doubt.label in _CODED, doubt=doubt.score)
    before = words[at - 1] if at else ""
    if is_vehicle(before, said, after):
        return _VEHICLE
    thing = _THING if is_thing(before, said, after) else 0.0
    return max(
        thing,
        _of_a_day(before, said, doubt.label),
        _of_a_role(said, doubt.label),
        _of_no_name(reading, at, doubt),
    )


def _of_a_day(before: str, said: str, label: str) -> float:
    """Return what outweighs a day or month, but for one of birth: ``gone by Monday``."""
    if said not in _DAYS or label in _ANYTHING:
        return 0.0
    return _DAY if before in _WHEN or not _is_borne(name_facts(said)) else 0.0


def _of_a_role(said: str, label: str) -> float:
    """Return what outweighs a word for people that nobody bears, where it would be a name."""
    role = said.removesuffix("'s")
    if label not in _WHO or len(role) < _SHORTEST_ROLE or role not in _ROLES:
        return 0.0
    return _ROLE if name_facts(role).kind is Kind.WORD else 0.0


def _of_no_name(reading: Reading, at: int, doubt: Doubt) -> float:
    """Return what outweighs a known word that stands where no name does: ``the cliff``."""
    said, label = reading.words[at], doubt.label
    if len(said) < _SHORTEST_KNOWN or label in _ANYTHING or not said.isalpha():
        return 0.0
    known = name_facts(said)
    if known.kind is Kind.UNKNOWN:
        return _of_a_slip(reading, at, doubt)
    if known.kind not in _ORDINARY:
        return 0.0
    if known.in_vocabulary and not known.given and _is_key(reading, at):
        return _KEY
    if _may_be_named(reading, at, label):
        return _of_a_last(reading, at, doubt, known)
    small = reading.text[reading.tokens[at].start].islower() and case_of(reading.text) == Case.MIXED
    borne = _is_borne(known)
    if label in _WHO:
        return _SMALL_WHO if small else _BORNE_WHO if borne and not doubt.behind else _WHO_ELSE
    if small:
        return _SMALL_WHERE
    # A street or a house ends with any word: 12 ELM CROFT.
    return 0.0 if doubt.before and not (borne or doubt.behind) else _WHERE_ELSE


def _of_a_last(reading: Reading, at: int, doubt: Doubt, known: NameFacts) -> float:
    """Return what outweighs a word of dispatch behind something doubted that no given name is.

    A name, a street or a number draws what follows it into doubt: ``CALLER OLGA. HOME``.
    """
    if not doubt.before or doubt.behind or not known.in_vocabulary:
        return 0.0
    if doubt.label in _WHERE:
        return _BORNE_LAST if _is_borne(known) else 0.0
    if doubt.label not in _WHO or (_near(reading, at) and _is_first(reading.words[at - 1])):
        return 0.0
    return _BORNE_LAST if _is_borne(known) else _LAST


def _of_a_slip(reading: Reading, at: int, doubt: Doubt) -> float:
    """Return what outweighs an ordinary word mistyped or glued, where it would be somebody."""
    said, token = reading.words[at], reading.tokens[at]
    typed = reading.text[token.start : token.end]
    if doubt.label not in _WHO or typed.istitle() or len(said) < _SHORTEST_SLIP:
        return 0.0
    if (at and reading.words[at - 1] in _BEFORE_SOMEBODY) or near_common_name(said):
        return 0.0
    # Many a name is made of two words: SWEETWATER.
    glued = not _may_be_named(reading, at, doubt.label) and seems_ordinary(said)
    return _SLIP if glued or seems_mistyped(said) else 0.0


def _near(reading: Reading, at: int) -> bool:
    """Return whether nothing but a space stands before a word."""
    return reading.text[reading.tokens[at - 1].end : reading.tokens[at].start] == " "


def _is_key(reading: Reading, at: int) -> bool:
    """Return whether a word is a key of a page, or stands in brackets: ``NATURE: FIRE``."""
    token, text = reading.tokens[at], reading.text
    behind = text[token.end : token.end + 3].lstrip("\"'*")[:1]
    if behind in {":", "="}:
        return True
    return behind == "]" and text[token.start - 1 : token.start] == "["


def _may_be_named(reading: Reading, at: int, label: str) -> bool:
    """Return whether the words beside a word stand beside names, or beside streets, too."""
    words, tokens, text = reading.words, reading.tokens, reading.text
    if not at or text[tokens[at - 1].end : tokens[at].start].strip(" "):
        return True
    before, after = words[at - 1], ""
    if at + 1 < len(words) and text[tokens[at].end : tokens[at + 1].start] == " ":
        after = words[at + 1]
    if before in _BEFORE_THEM or before[0].isdigit() or after in _BEHIND_THEM:
        return True
    return label in _WHO and _is_first(before)


def _is_borne(known: NameFacts) -> bool:
    return bool(known.given or known.surname or known.nickname)


def _is_first(word: str) -> bool:
    """Return whether a family's name may follow: JUSTIN CASE."""
    known = name_facts(word)
    return bool(known.given or known.nickname) or known.kind is Kind.NAME
