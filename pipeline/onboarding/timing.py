"""Tells which column says when a call was opened, revised and closed.

In: columns and profiles. Out: ``Timed``. Names decide first, then order: a call is opened before it
is dispatched, and closed last. A date and a time of day in two columns are joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import MAIL_CLOCK, CanonicalField, Presence
from pipeline.feeds.mail_head import HEADS
from pipeline.feeds.one_line import REST
from pipeline.feeds.times import parse_time
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.moments import TimeForm, day_and_clock, said_midnight, time_form
from pipeline.onboarding.names import field_score, zone_named
from pipeline.onboarding.profile import Profile

__all__ = ["Timed", "times_of"]

_F = CanonicalField

_PUBLISHED = re.compile(r"(?:published|publish(?:ed)? date|pub ?date|issued|updated)")
_SENT = "mail date"
_NAMELESS = re.compile(rf"part \d+|{REST}")  # of a line that signs part
_JUST_BEFORE = timedelta(minutes=15)  # a mail is sent that long after the call came, at most
_NAMED = 0.7  # of a clock that says when a call was opened
_CLOCK = 4  # digits of one without a colon
_SEVERAL = 4  # calls of which each has an hour of its own
_SHARE = 0.15  # of a day's clocks that have four digits, however few calls the night has


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What was found; ``forms`` go under ``format.times``, ``used`` are positions of columns."""

    fields: tuple[Choice, ...]
    forms: tuple[str, ...]
    used: frozenset[int]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One column, or a date and a clock, that together write a time."""

    places: tuple[int, ...]
    form: TimeForm
    words: str
    name: str
    filled: float
    rows: tuple[datetime | None, ...]


def times_of(columns: Sequence[Column], profiles: Sequence[Profile], zone: ZoneInfo) -> Timed:
    """Return the times of calls among the columns that stand once in a record."""
    candidates = _candidates(columns, profiles, zone)
    chosen: dict[CanonicalField, _Candidate] = {}
    sure: dict[CanonicalField, float] = {}
    for field in (_F.REVISED_AT, _F.CLOSED_AT, _F.OPENED_AT):
        free = [c for c in candidates if not any(c is other for other in chosen.values())]
        scored = [(_score(field, c, candidates), c) for c in free]
        scored = [each for each in scored if each[0] >= 0.45]
        if scored:
            sure[field], chosen[field] = max(scored, key=lambda each: each[0])
    if _F.OPENED_AT not in chosen and _F.REVISED_AT in chosen and len(candidates) == 1:
        sure[_F.OPENED_AT], chosen[_F.OPENED_AT] = 0.45, chosen.pop(_F.REVISED_AT)
    doubts = []
    if _F.OPENED_AT not in chosen and (day := _named_day(columns, profiles, zone)) is not None:
        if day.form.forms:  # a form of time needs its hour
            doubts.append(f"opened_at: {day.words!r} is a day, and no column beside it its hour")
        else:
            sure[_F.OPENED_AT], chosen[_F.OPENED_AT] = 0.4, day
            doubts.append("opened_at: a day without its hour; calls are dated from midnight")
    if _F.OPENED_AT not in chosen:
        first = _first(candidates)
        if first is not None:
            sure[_F.OPENED_AT], chosen[_F.OPENED_AT] = 0.3, first
            doubts.append(f"opened_at: no name says so; {first.words!r} is the earliest there is")
    doubts += _said_besides(chosen, sure, zone)
    forms = tuple(dict.fromkeys(f for c in _ordered(chosen, candidates) for f in c.form.forms))
    if _F.OPENED_AT in chosen and _at_midnight(chosen[_F.OPENED_AT]):
        doubts.append("opened_at: every call says midnight; it may be a day without its hour")
    doubts += [
        f"{field}: {candidate.form.reason}"
        for field, candidate in chosen.items()
        if candidate.form.sure < 0.7
    ]
    return Timed(
        fields=tuple(
            _choice(field, chosen[field], sure[field], columns)
            for field in (_F.OPENED_AT, _F.REVISED_AT, _F.CLOSED_AT)
            if field in chosen
        ),
        forms=forms + _group_forms(columns, profiles, forms),
        used=frozenset(place for each in chosen.values() for place in each.places),
        doubts=tuple(doubts),
    )


def _said_besides(
    chosen: dict[CanonicalField, _Candidate], sure: dict[CanonicalField, float], zone: ZoneInfo
) -> list[str]:
    """Return what names of times say against what is made of them; lower how ``sure`` they are."""
    doubts = []
    opened = chosen.get(_F.OPENED_AT)
    if opened is not None and _PUBLISHED.fullmatch(opened.name):
        sure[_F.OPENED_AT] = min(sure[_F.OPENED_AT], 0.5)
        said = "is when the feed wrote of the call, maybe last; no other time was found"
        doubts.append(f"opened_at: {opened.words!r} {said}")
    if opened is not None and opened.words == _SENT and len(opened.places) == 1:
        sure[_F.OPENED_AT] = min(sure[_F.OPENED_AT], 0.5)
        doubts.append("opened_at: is when the mail was sent; no time of the call was found in it")
    for field, one in chosen.items():
        named = zone_named(one.words)
        if not named or any(form.lower().endswith("%z") for form in one.form.forms):
            continue
        known = {at.astimezone(zone).tzname() for at in one.rows if at is not None}
        if known != {named}:
            sure[field] = min(sure[field], 0.5)
            doubts.append(f"{field}: {one.words!r} says {named}; it is read as {zone.key}")
    return doubts


def _at_midnight(one: _Candidate) -> bool:
    """Return whether several calls all were opened when a day begins, here or in UTC."""
    said = [at for at in one.rows if at is not None and not one.form.part]
    return len(said) >= _SEVERAL and len({at.time() for at in said}) == 1 and not said[0].minute


def _first(candidates: Sequence[_Candidate]) -> _Candidate | None:
    """Return the time that is earliest in most records, of those that every record has."""
    able = [each for each in candidates if each.filled >= 0.9]
    return max(able, key=lambda each: _earliest(each, able), default=None)


def _named_day(
    columns: Sequence[Column], profiles: Sequence[Profile], zone: ZoneInfo
) -> _Candidate | None:
    """Return the column of days that is named like the opening of a call; it has no hours."""
    for n, (column, profile) in enumerate(zip(columns, profiles, strict=True)):
        form = profile.time
        if form is None or form.part != "date" or column.each or column.filled < 0.9:
            continue
        if field_score(_F.OPENED_AT, column.words, column.name) >= 0.9:
            return _candidate((n,), form, columns, zone)
    return None


def _ordered(
    chosen: dict[CanonicalField, _Candidate], candidates: Sequence[_Candidate]
) -> list[_Candidate]:
    found = [c for c in candidates if any(c is each for each in chosen.values())]
    return found + [c for c in chosen.values() if not any(c is each for each in found)]


def _group_forms(
    columns: Sequence[Column], profiles: Sequence[Profile], known: Sequence[str]
) -> tuple[str, ...]:
    """Return the forms of times in repeated groups, such as a remark's."""
    found = [
        form
        for column, profile in zip(columns, profiles, strict=True)
        if column.each and profile.time is not None and not profile.time.part
        for form in profile.time.forms
    ]
    return tuple(form for form in dict.fromkeys(found) if form not in known)


def _candidates(
    columns: Sequence[Column], profiles: Sequence[Profile], zone: ZoneInfo
) -> list[_Candidate]:
    found: list[_Candidate] = []
    dates = []
    for n, (column, profile) in enumerate(zip(columns, profiles, strict=True)):
        if column.each or column.most > 1 or profile.time is None:
            continue
        if profile.time.part == "date":
            dates.append(n)
        elif not profile.time.part:
            found.append(_candidate((n,), profile.time, columns, zone))
    dates += [each.places[0] for each in found if said_midnight(columns[each.places[0]].texts)]
    found += _dated_by_mail(columns, profiles, zone)
    for date in dates:
        pair = _with_clock(date, columns, zone)
        if pair is not None:
            found = [each for each in found if each.places != (date,)]
            found.append(pair)
    return found


def _dated_by_mail(
    columns: Sequence[Column], profiles: Sequence[Profile], zone: ZoneInfo
) -> Iterator[_Candidate]:
    """Yield the clocks that say when a call was opened, dated by the mails that say them.

    A name tells, or, of a line's part that has none, that all lie shortly before their mails.
    """
    mailed = next((n for n, each in enumerate(columns) if each.path == HEADS["date"]), None)
    if mailed is None:
        return
    for n, (column, profile) in enumerate(zip(columns, profiles, strict=True)):
        clock = profile.time
        if clock is None or clock.part != "time" or column.each or column.most > 1:
            continue
        nameless = _NAMELESS.fullmatch(column.path) is not None
        if nameless or field_score(_F.OPENED_AT, column.words, column.name) >= _NAMED:
            forms = tuple(f"{MAIL_CLOCK}{form}" for form in clock.forms)
            reason = f"{clock.reason}, dated by the mail"
            form = TimeForm(forms=forms, reason=reason, sure=clock.sure)
            both = _candidate((mailed, n), form, columns, zone)
            if not nameless:
                yield replace(both, words=column.words, name=column.name)
            elif _just_before(both, columns[mailed], zone):
                yield replace(both, words=_SENT, name=_SENT)


def _just_before(one: _Candidate, mailed: Column, zone: ZoneInfo) -> bool:
    """Return whether all times lie shortly before the mails that say them."""
    sent = [parse_time(" ".join(row), zone, ()) for row in mailed.rows]
    return all(
        at is not None
        and moment is not None
        and moment.at is not None
        and timedelta(0) <= moment.at - at <= _JUST_BEFORE
        for at, moment in zip(one.rows, sent, strict=True)
    )


def _with_clock(date: int, columns: Sequence[Column], zone: ZoneInfo) -> _Candidate | None:
    """Return a date joined with the nearest column behind or before it that makes it a time."""
    order = sorted(range(len(columns)), key=lambda n: (abs(n - date), n < date))
    for n in order[1:7]:
        clock = columns[n]
        if clock.each or clock.most > 1 or not re.search(r"time|hour|hr|tm\b", clock.words):
            continue
        if _counts(clock):
            continue
        rows = zip(columns[date].rows, clock.rows, strict=True)
        pairs = [(a[0], b[0]) for a, b in rows if a and b]
        joined = [f"{day} {hour}" for day, hour in pairs]
        form = time_form(joined, zone) or day_and_clock(pairs, zone) if pairs else None
        if form is not None and not form.part:
            return _candidate((date, n), form, columns, zone)
    return None


def _counts(column: Column) -> bool:
    """Return whether whole numbers are too short for clocks that only lost their zeros."""
    texts = column.texts
    long = sum(len(text) >= _CLOCK for text in texts)
    return all(map(str.isdigit, texts)) and long < _SHARE * len(texts)


def _candidate(
    places: tuple[int, ...], form: TimeForm, columns: Sequence[Column], zone: ZoneInfo
) -> _Candidate:
    rows: list[datetime | None] = []
    for parts in zip(*(columns[n].rows for n in places), strict=True):
        text = " ".join(part[0] for part in parts if part)
        moment = parse_time(text, zone, form.forms) if all(parts) else None
        rows.append(None if moment is None else moment.at)
    words = " ".join(columns[n].words for n in places)
    return _Candidate(
        places=places,
        form=form,
        words=words if len(places) == 1 else f"{columns[places[0]].words} time",
        name=columns[places[0]].name,
        filled=columns[places[0]].share([row is not None for row in rows]),
        rows=tuple(rows),
    )


def _score(field: CanonicalField, one: _Candidate, every: Sequence[_Candidate]) -> float:
    named = field_score(field, one.words, one.name)
    if field is not _F.OPENED_AT:
        return named if named >= 0.9 else 0.0
    if one.filled < 0.9:
        return 0.0
    return 0.75 * named + 0.25 * _earliest(one, every)


def _earliest(one: _Candidate, every: Sequence[_Candidate]) -> float:
    """Return in what share of records no other time is earlier."""
    first = count = 0
    for place, at in enumerate(one.rows):
        if at is None:
            continue
        others = [row for each in every if (row := each.rows[place]) is not None]
        count += 1
        first += at <= min(others)
    return first / max(1, count)


def _choice(
    field: CanonicalField, one: _Candidate, sure: float, columns: Sequence[Column]
) -> Choice:
    presence = Presence.EXPECTED if one.filled >= 0.95 else Presence.OPTIONAL
    return Choice(
        field=field,
        paths=tuple(columns[n].path for n in one.places),
        presence=Presence.REQUIRED if field is _F.OPENED_AT else presence,
        why=f"{one.form.reason}; filled in {one.filled:.0%}",
        sure=round(min(sure, one.form.sure), 2),
    )
