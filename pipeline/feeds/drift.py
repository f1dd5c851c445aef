"""Says how a feed changed against its own past: fields, values, lengths, volume, lag.

In: a reading, or counts kept of earlier ones. Out: counts, and shifts with a stable code. Counts
are per hour and hold names of fields, and for fields of codes keyed digests; it must never keep,
compare or return a text of a feed.
What a shift proposes is a person's to do: an unknown field stays unread until then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pipeline.agencies import Agency, CanonicalField
from pipeline.agencies.agency import YES_NO
from pipeline.feeds.fields import meaning
from pipeline.feeds.reading import Reading, RefusedRecord
from pipeline.feeds.times import parse_time
from pipeline.model import Notice, NoticeCode, Seal, Sensitive, SourceRecord

__all__ = ["HOUR", "Counts", "DriftCode", "Shift", "hour_of", "measured", "shifts"]

Counts = Mapping[tuple[str, str, str], int]
"""(hour, measure, field) to a number."""

HOUR: Final = "%Y-%m-%dT%H"
"""How hours are written, in UTC."""

_ENOUGH: Final = 20  # records on either side; fewer say nothing
_NULLS: Final = 0.2  # change of the filled share
_YES: Final = 0.3  # change of the share that means yes
_ONCE: Final = 0.05  # share that means yes, from which none at all is a change
_LENGTH: Final = 2.0  # factor of the mean length
_VOLUME: Final = 3.0  # factor of the records expected in these hours of the week
_LAG: Final = 3.0  # factor of the mean lag, from a quarter of an hour on
_LEAST_LAG: Final = 900
_FLAGS: Final = frozenset(field.value for field in YES_NO)
_WEEK: Final = timedelta(days=7)
_WEEKS: Final = 8  # earlier weeks that are looked at

# Fields that say one of a few codes. Call types are not among them: an unknown one is held.
_CODES: Final = frozenset({CanonicalField.PRIORITY.value, CanonicalField.DISTRICT.value})
_CODES_AT_MOST: Final = 40  # in one payload or in the past; a field that says more says no codes
_SHARED: Final = 5  # records that share a new code, below which it may be a slip
_DIGEST: Final = 16  # characters


class DriftCode(StrEnum):
    """How a feed changed. Codes are never renamed."""

    FIELD_NEW = "field-new"  # an unread field that was never seen before
    FIELD_MISSING = "field-missing"  # a mapped field that used to be filled and is not any more
    NULL_RATE = "null-rate-shift"
    LENGTH = "length-shift"
    VOLUME = "volume-shift"
    LAG = "lag-shift"
    VALUE_NEW = "value-new"  # a field of codes, or of yes and no, says what it never said before
    VALUE = "value-shift"  # a yes/no field means yes much more or less often, or never any more
    CALL_TYPE_NEW = "call-type-new"  # a code that agency.yml does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One change. ``before`` and ``now`` are shares, mean characters, records or seconds."""

    code: DriftCode
    field: str
    before: float
    now: float


def hour_of(at: datetime) -> str:
    """Return the hour counts are kept under."""
    return at.strftime(HOUR)


def measured(
    reading: Reading, agency: Agency, received_at: datetime, seal: Seal
) -> Mapping[tuple[str, str], int]:
    """Return (measure, field) to a number for one payload.

    What a field of codes says is counted under a digest of ``seal``'s key, and only where the
    agreement has the field.
    """
    counts = _unread(reading.notices)
    codes = {name: Counter[str]() for name in sorted(_CODES) if name in agency.agreement.fields}
    for record in reading.records:
        if isinstance(record, RefusedRecord):
            counts["refused", ""] += 1
            continue
        counts["records", ""] += 1
        for name, values in record.canonical:
            counts["filled", name] += 1
            counts["chars", name] += sum(len(value.expose()) for value in values)
            if name in _FLAGS:
                _meant(name, values, agency, counts)
            if name in codes:
                codes[name].update({value.expose().casefold() for value in values})
        for notice in record.notices:
            if notice.code is NoticeCode.UNREAD_FIELD:
                counts["unread", notice.field] += 1
        _lag(record, agency, received_at, counts)
    for name, said in codes.items():
        counts.update(_coded(name, said, agency, seal))
    return counts


def _unread(notices: Sequence[Notice]) -> Counter[tuple[str, str]]:
    """Return how often each field was unread; those outside of records begin at the root."""
    counts: Counter[tuple[str, str]] = Counter()
    for notice in notices:
        if notice.code is NoticeCode.UNREAD_FIELD:
            counts["unread", notice.field] += 1
    return counts


def _coded(
    name: str, said: Counter[str], agency: Agency, seal: Seal
) -> Mapping[tuple[str, str], int]:
    """Return how many records say each code, under its digest; that it is no code if too many."""
    if len(said) > _CODES_AT_MOST:
        return {("uncoded", name): 1}
    about = str(agency.agency_id).encode(), name.encode()
    digests = {
        text: seal.digest("drift", *about, text.encode("utf-8", "surrogatepass")) for text in said
    }
    return {("said", f"{name} {digests[text][:_DIGEST]}"): said[text] for text in said}


def _meant(
    name: str, values: Sequence[Sensitive], agency: Agency, counts: Counter[tuple[str, str]]
) -> None:
    """Count what the words of a yes/no field mean; the words themselves are not kept."""
    spec = agency.fields.get(CanonicalField(name))
    said = [meaning(spec.true_values if spec else (), value.expose()) for value in values]
    counts["judged", name] += 1
    counts["yes", name] += any(said)
    counts["strange", name] += None in said


def _lag(
    record: SourceRecord, agency: Agency, received_at: datetime, counts: Counter[tuple[str, str]]
) -> None:
    values = dict(record.canonical).get(CanonicalField.OPENED_AT.value, ())
    if not values:
        return
    moment = parse_time(values[0].expose(), agency.timezone, agency.format.times)
    if moment is not None and moment.at is not None:
        counts["lag", ""] += max(0, int((received_at - moment.at).total_seconds()))
        counts["lagged", ""] += 1


def shifts(counts: Counts, *, since: datetime, until: datetime) -> tuple[Shift, ...]:
    """Compare the hours from ``since`` to ``until`` with all hours before; sorted by code."""
    edge, end = hour_of(since), hour_of(until)
    now: Counter[tuple[str, str]] = Counter()
    past: Counter[tuple[str, str]] = Counter()
    for (hour, measure, field), value in counts.items():
        if hour <= end:
            (now if hour >= edge else past)[measure, field] += value
    here, there = now["records", ""], past["records", ""]
    found: list[Shift] = []
    if here >= _ENOUGH and there >= _ENOUGH:
        # Nights and weekends differ from days: shares are compared with the same hours of the week
        # where those had enough records, news with all that was ever there.
        like = _same_hours(counts, since, until)
        if like["records", ""] < _ENOUGH:
            like = past
        found += _new(now, past, here)
        found += _fields(now, like, here, like["records", ""])
        found += _lags(now, like)
    found += _volume(counts, edge, end, since, until)
    return tuple(sorted(found, key=lambda each: (each.code, each.field)))


def _same_hours(counts: Counts, since: datetime, until: datetime) -> Counter[tuple[str, str]]:
    """Return the sums of the same hours of earlier weeks."""
    spans = [
        (hour_of(since - back * _WEEK), hour_of(until - back * _WEEK))
        for back in range(1, _WEEKS + 1)
        if until - since < _WEEK
    ]
    found: Counter[tuple[str, str]] = Counter()
    for (hour, measure, field), value in counts.items():
        if any(low <= hour <= high for low, high in spans):
            found[measure, field] += value
    return found


def _new(now: Counter[tuple[str, str]], past: Counter[tuple[str, str]], here: int) -> list[Shift]:
    """Tell unread fields and codes that were never there before."""
    found = [
        _shift(DriftCode.FIELD_NEW, field, 0, number / here)
        for (measure, field), number in sorted(now.items())
        if measure == "unread" and not past[measure, field]
    ]
    for name in sorted(_CODES):
        if now["uncoded", name] or past["uncoded", name]:
            continue
        before = {field: past[key] for key in past if (field := _said(key, name))}
        today = {field: now[key] for key in now if (field := _said(key, name))}
        if sum(before.values()) < _ENOUGH or len(before) > _CODES_AT_MOST:
            continue
        new = sum(n for field, n in today.items() if field not in before and n >= _SHARED)
        if new:
            found.append(_shift(DriftCode.VALUE_NEW, name, 0, new / sum(today.values())))
    return found


def _said(key: tuple[str, str], name: str) -> str:
    """Return the digest under which a code of that field was counted, or nothing."""
    measure, field = key
    return field.removeprefix(f"{name} ") if measure == "said" and field.startswith(name) else ""


def _fields(
    now: Counter[tuple[str, str]], past: Counter[tuple[str, str]], here: int, there: int
) -> list[Shift]:
    found = []
    for measure, field in sorted({*now, *past}):
        if measure == "filled":
            found += _filled(field, past[measure, field] / there, now[measure, field] / here)
        elif measure == "chars" and past["filled", field] and now["filled", field]:
            before = past[measure, field] / past["filled", field]
            today = now[measure, field] / now["filled", field]
            if max(before, today) >= _LENGTH * min(before, today) and max(before, today) > 8:
                found.append(_shift(DriftCode.LENGTH, field, before, today))
    for field in sorted(_FLAGS):
        if min(past["judged", field], now["judged", field]) >= _ENOUGH:
            found += _flags(field, now, past)
    return found


def _flags(
    field: str, now: Counter[tuple[str, str]], past: Counter[tuple[str, str]]
) -> list[Shift]:
    """Compare what a yes/no field means with what it meant in the hours that were judged."""
    found = []
    strange = now["strange", field] / now["judged", field]
    if strange and not past["strange", field]:
        found.append(_shift(DriftCode.VALUE_NEW, field, 0, strange))
    before = past["yes", field] / past["judged", field]
    today = now["yes", field] / now["judged", field]
    if abs(before - today) >= _YES or (before >= _ONCE and not now["yes", field]):
        found.append(_shift(DriftCode.VALUE, field, before, today))
    return found


def _filled(field: str, before: float, today: float) -> list[Shift]:
    if before >= 0.5 and today == 0:
        return [_shift(DriftCode.FIELD_MISSING, field, before, today)]
    if abs(before - today) >= _NULLS:
        return [_shift(DriftCode.NULL_RATE, field, before, today)]
    return []


def _lags(now: Counter[tuple[str, str]], past: Counter[tuple[str, str]]) -> list[Shift]:
    if not (now["lagged", ""] and past["lagged", ""]):
        return []
    before = past["lag", ""] / past["lagged", ""]
    today = now["lag", ""] / now["lagged", ""]
    if today >= _LEAST_LAG and today >= _LAG * max(before, 1):
        return [_shift(DriftCode.LAG, "", before, today)]
    return []


def _volume(counts: Counts, edge: str, end: str, since: datetime, until: datetime) -> list[Shift]:
    """Compare with the mean of the same hours of earlier weeks."""
    records = {h: n for (h, measure, _), n in counts.items() if measure == "records" and h <= end}
    first = min(records, default=end)
    weeks = 0
    expected = 0.0
    while weeks < _WEEKS:
        start = since - (weeks + 1) * _WEEK
        if hour_of(start) < first:
            break
        low, high = hour_of(start), hour_of(until - (weeks + 1) * _WEEK)
        expected += sum(number for hour, number in records.items() if low <= hour <= high)
        weeks += 1
    if not weeks:
        return []
    mean = expected / weeks
    today = sum(number for hour, number in records.items() if hour >= edge)
    if max(mean, today) < _ENOUGH or max(mean, today) < _VOLUME * max(1, min(mean, today)):
        return []
    return [_shift(DriftCode.VOLUME, "", mean, today)]


def _shift(code: DriftCode, field: str, before: float, today: float) -> Shift:
    return Shift(code=code, field=field, before=round(before, 3), now=round(today, 3))
