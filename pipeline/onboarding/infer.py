"""Infers the mapping of a sample: which column is which canonical field, and why.

In: a sample, the agency's zone, what the detector marked, and how well a text is known as a call
type. Out: an ``Inferred``. Nothing here chooses a category, and what no evidence speaks for is left
unread, which is closed: an unread field is searched for in the texts and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import JMESPATHS, CanonicalField, FormatKind, Presence
from pipeline.onboarding.choice import Choice, Inferred, PlaceChoice
from pipeline.onboarding.companions import Joint, codes_of, joined_types, says_cancelled
from pipeline.onboarding.coordinates import coordinates
from pipeline.onboarding.crowded import crowded
from pipeline.onboarding.echoes import echoes
from pipeline.onboarding.ends import ended
from pipeline.onboarding.fit import CANCELLED, OVER, PLAIN, Knows, fit
from pipeline.onboarding.inside import is_part, taken_apart
from pipeline.onboarding.json_pairs import name_places
from pipeline.onboarding.json_sample import ANY
from pipeline.onboarding.keys import folds, key_of, whole_path
from pipeline.onboarding.kinds import among_calls, said_of_kinds
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import field_score
from pipeline.onboarding.people import also_told, people_of, private_of, remarks_of
from pipeline.onboarding.people_around import people_sought, people_untold
from pipeline.onboarding.placed import placed, street_of, unplaced
from pipeline.onboarding.profile import Profile, profile_of
from pipeline.onboarding.quiet import may_be_ignored, quiet_because
from pipeline.onboarding.sample import Sample
from pipeline.onboarding.timing import times_of

__all__ = ["Marks", "infer"]

_F = CanonicalField

Marks = Mapping[str, str]
"""What the detector found in a column's texts, by the column's full name, in words."""

_POSITION = re.compile(r"\[\d+\]")
_LEAST = 0.45  # a name that fits worse, with no value to speak for it, decides nothing
_ONCE = "opened_at: the day is said once for the list; a call of the day before is dated too late"
_AGAIN = "says again what other fields say, and no more"
_AROUND = "outside of the records, never shown; what comes new there is told"
_NAMES = "names of fields, which the paths to their values say"
_ENDS = "a clock without its day; `closed` reads whether it is there"
_LEFT = "fields are cut out of it; what is left over is looked for"
_CODES = "the code of what call_type says in words"


@dataclass(frozen=True, slots=True)
class _Scored:
    score: float
    field: CanonicalField
    place: int


def infer(sample: Sample, zone: ZoneInfo, marks: Marks, knows: Knows) -> Inferred:
    """Return everything that can be said of the sample's columns."""
    columns = among_calls(sample.columns)
    profiles = [profile_of(column, zone) for column in columns]
    timed = times_of(columns, profiles, zone)
    located = coordinates(columns, profiles)
    street = street_of(columns)
    used = {*timed.used, *located.used, *street}
    again = echoes(columns)
    apart = taken_apart([column.path for column in columns])  # their parts are looked at instead
    texts = remarks_of(columns, profiles, used | again | apart)
    people = people_of(columns, profiles, {*used, *texts.used}, marks)
    taken = used | texts.used | people.used
    plain, doubts = _plain(columns, profiles, taken | apart, knows, sample.kind)
    taken |= set(plain)
    joint = _typed(plain, columns, profiles, taken | apart, sample.kind)
    taken |= joint.used
    doubts += joint.doubts
    codes = _codes(plain, columns, taken | joint.told)
    before = set(plain)
    taken |= placed(plain, columns, profiles, street, taken | apart, marks, sample.kind)
    taken -= before - set(plain)
    given = {c.field for c in (*plain.values(), *timed.fields)}
    over = ended(columns, profiles, given, taken, sample.kind)
    again = (again | _repeated(columns, plain)) - taken - joint.told - apart
    told = also_told(columns, profiles, taken | again | apart | codes, joint.told)
    taken |= told.used
    private = private_of(columns, profiles, taken | again | codes | apart, marks, sample.kind)
    rest = [n for n in range(len(columns)) if n not in taken | private.used | apart]
    able = [n for n in rest if not _POSITION.search(columns[n].path)]  # no place has a position
    known = dict.fromkeys(over, _ENDS) | dict.fromkeys(codes, _CODES) | dict.fromkeys(again, _AGAIN)
    why = {
        n: known.get(n) or quiet_because(columns[n], profiles[n])
        for n in able
        if n in known or may_be_ignored(columns[n], profiles[n], marks)
    }
    named = _named_times(columns, {c.field for c in timed.fields}, over)
    taken |= set(named)
    fields = (
        *(_checked(c) for c in plain.values()),
        *timed.fields,
        *over.values(),
        *named.values(),
        *located.fields,
    )
    fields, missing = _completed(fields)
    missing += [*unplaced(fields, columns, marks), *people_untold(sample)]
    missing += [_ONCE for each in fields if each.paths[0].startswith("ancestor::")]
    key, fields = _keyed(fields, columns, sample.kind)
    if _F.CFS_NUMBER not in key:
        missing.append(f"key: calls have no number; {' and '.join(key)} tell them apart")
    return Inferred(
        key=key,
        fields=fields,
        remarks=(*texts.remarks, *told.remarks),
        people=people.people,
        private=(
            *(*private.places, *people_sought(sample)),
            *(PlaceChoice(path=columns[n].path, why=_LEFT) for n in sorted(apart - taken)),
        ),
        ignored=_ignored(sample, columns, why),
        undecided=tuple(
            PlaceChoice(path=whole_path(columns[n], sample.kind), why="nothing says what it is")
            for n in rest
            if n not in why
        ),
        times=timed.forms,
        repair=located.repair,
        fold=folds(fields, columns, sample.kind),
        doubts=(
            *(*crowded(sample), *_nameless(sample), *_unread_page(sample), *said_of_kinds(columns)),
            *(*timed.doubts, *located.doubts, *doubts, *missing),
        ),
    )


def _keyed(
    fields: Sequence[Choice], columns: Sequence[Column], kind: FormatKind
) -> tuple[tuple[CanonicalField, ...], tuple[Choice, ...]]:
    """Return what tells calls apart, and the fields, of which those are required then."""
    key = key_of(fields, columns, kind)
    required = (
        replace(each, presence=Presence.REQUIRED) if each.field in key else each for each in fields
    )
    return key, tuple(required)


def _ignored(
    sample: Sample, columns: Sequence[Column], why: Mapping[int, str]
) -> tuple[PlaceChoice, ...]:
    """Return the columns that ``why`` has reasons for, and what is never shown of a payload."""
    found = [
        (whole_path(columns[n], sample.kind), said)
        for n, said in why.items()
        if not is_part(columns[n].path)  # of a text that is accounted for as a whole
    ]
    sought = {each.path for each in people_sought(sample)}
    found += [(path, _AROUND) for path in sample.around if path not in sought]
    found += [(path, _NAMES) for path in _told_names(sample)]
    return tuple(PlaceChoice(path=path, why=said) for path, said in found)


def _told_names(sample: Sample) -> tuple[str, ...]:
    jmespaths = sample.kind in JMESPATHS
    return name_places([column.path for column in sample.columns]) if jmespaths else ()


def _nameless(sample: Sample) -> tuple[str, ...]:
    """Return what is to be done where columns or what holds the records have no names."""
    if ANY in sample.records:
        said = "a name that holds them may be somebody's, so * stands in its place"
        return (f"format.records: {said}",)
    if not sample.columns_named:
        return ()
    if any(name != f"column {n}" for n, name in enumerate(sample.columns_named, start=1)):
        return ()
    said = "the sample has no header line; begin again with --columns, or name and map its columns"
    return (f"format.columns: {said}",)


def _unread_page(sample: Sample) -> tuple[str, ...]:
    """Return what is to be told where a mail's text is read, and its page is not."""
    said = "each mail has a page with a table besides, which may say more; its text alone is read"
    return (f"mail: {said}",) if sample.beside else ()


def _repeated(columns: Sequence[Column], plain: Mapping[int, Choice]) -> frozenset[int]:
    """Return columns that hold in every record what a mapped one holds."""
    mapped = {columns[n].rows for n in plain if n >= 0 and len(set(columns[n].texts)) > 1}
    return frozenset(n for n, column in enumerate(columns) if column.rows in mapped)


def _plain(
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: set[int],
    knows: Knows,
    kind: FormatKind,
) -> tuple[dict[int, Choice], list[str]]:
    """Give each plain field the best column, best pairs first."""
    scored = [
        _Scored(score, field, n)
        for n, column in enumerate(columns)
        if n not in taken and profiles[n].time is None and column.filled > 0
        for field in PLAIN
        if (score := fit(field, column, profiles[n], knows)) >= _LEAST
    ]
    chosen: dict[int, Choice] = {}
    doubts: list[str] = []
    given: dict[CanonicalField, float] = {}
    for each in sorted(scored, key=lambda each: (-each.score, each.place)):
        column = columns[each.place]
        if each.place in chosen:
            continue
        if each.field in given:
            if each.score > 0.9 * given[each.field] and each.field in _DOUBTED:
                doubts.append(f"{each.field}: {column.full} fits nearly as well")
            continue
        given[each.field] = each.score
        chosen[each.place] = _choice(each, column, profiles[each.place], kind)
    return chosen, doubts


def _typed(
    plain: dict[int, Choice],
    columns: Sequence[Column],
    profiles: Sequence[Profile],
    taken: Collection[int],
    kind: FormatKind,
) -> Joint:
    """Join what is said of a call's type and of its end in ``plain``; return the type's."""
    called_off = says_cancelled(plain, columns)
    place = next((n for n, choice in plain.items() if choice.field is _F.CALL_TYPE), None)
    if called_off is not None:
        silent = [n for n, c in plain.items() if c.field is _F.CLOSED and not c.true_values]
        plain[-2] = called_off
        if silent and profiles[silent[0]].flags < 0.9:  # it says of no call that it is closed
            plain[silent[0]] = plain.pop(-2)
    if place is None:
        return Joint()
    free = [n for n in range(len(columns)) if n not in taken and profiles[n].time is None]
    joint = joined_types(place, plain[place], columns, kind, free)
    if joint.choice is not None:
        plain[place] = joint.choice
    return joint


def _codes(
    plain: Mapping[int, Choice], columns: Sequence[Column], taken: Collection[int]
) -> frozenset[int]:
    """Return columns that hold the code of what the type says in words."""
    place = next((n for n, choice in plain.items() if choice.field is _F.CALL_TYPE), None)
    free = [n for n in range(len(columns)) if n not in taken]
    return frozenset() if place is None else frozenset(codes_of(columns[place], columns, free))


def _named_times(
    columns: Sequence[Column], found: set[CanonicalField], taken: Collection[int]
) -> dict[int, Choice]:
    """Map columns that are empty in the sample, and whose name leaves no doubt."""
    chosen: dict[int, Choice] = {}
    for n, column in enumerate(columns):
        for field in (_F.REVISED_AT, _F.CLOSED_AT):
            named = field_score(field, column.words, column.name)
            if (
                n not in taken
                and column.filled == 0
                and not column.each
                and field not in found
                and named >= 0.9
            ):
                found.add(field)
                chosen[n] = Choice(
                    field=field,
                    paths=(column.path,),
                    presence=Presence.OPTIONAL,
                    why="the name says so; empty in the sample",
                    sure=0.6,
                )
    return chosen


_DOUBTED = frozenset({_F.CFS_NUMBER, _F.CALL_TYPE, _F.ADDRESS})


def _choice(each: _Scored, column: Column, profile: Profile, kind: FormatKind) -> Choice:
    said: tuple[str, ...] = ()
    words = {_F.CLOSED: OVER, _F.CANCELLED: CANCELLED}.get(each.field, ())
    if words and profile.flags < 0.9:
        named = column.names
        codes = {*column.texts, *named}  # also those that no call of the sample has
        said = tuple(sorted({t for t in codes if named.get(t, t).casefold() in words}))
    values = f"{profile.values} different in {sum(column.calls) or len(column.rows)} records"
    return Choice(
        field=each.field,
        paths=(whole_path(column, kind),),
        presence=Presence.EXPECTED if column.filled >= 0.95 else Presence.OPTIONAL,
        why=f"the name says so; filled in {column.filled:.0%}, {values}",
        sure=round(min(1.0, each.score), 2),
        true_values=said,
    )


def _checked(choice: Choice) -> Choice:
    needed = choice.field in {_F.CFS_NUMBER, _F.CALL_TYPE}
    return replace(choice, presence=Presence.REQUIRED) if needed else choice


def _completed(fields: Sequence[Choice]) -> tuple[tuple[Choice, ...], list[str]]:
    """Add the fields without which no file loads, at a place that no record has: all closed."""
    missing = [f for f in (_F.CALL_TYPE, _F.OPENED_AT) if f not in {c.field for c in fields}]
    lines = [
        f"{field}: no column fits; every record is quarantined until you name it"
        for field in missing
    ]
    blank = tuple(
        Choice(
            field=f, paths=("UNDECIDED",), presence=Presence.REQUIRED, why="no column fits", sure=0
        )
        for f in missing
    )
    return (*fields, *blank), lines
