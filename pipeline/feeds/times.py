"""Reads the times dispatch feeds write, and says what was odd about them.

In: one text, the agency's zone and its extra forms. Out: an aware UTC time, or None. Texts without
an offset are local times of the agency; nothing is read as UTC by default. Must never guess a form
that neither ISO 8601 nor the agency file names.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import EPOCH_UNITS, MAIL_CLOCK, MAIL_DATE
from pipeline.model import NoticeCode

__all__ = ["Moment", "aligned", "parse_time"]

# datetime.fromisoformat alone takes any character between date and time, and plain digits.
_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
    r"|\d{8}T\d{4}(?:\d{2})?(?:Z|[+-]\d{4})?",
    re.ASCII | re.IGNORECASE,
)
_SPACE_BEFORE_OFFSET: Final = re.compile(r"\s(?=Z|[+-])")
_EPOCH: Final = re.compile(r"-?\d{1,14}(?:\.\d{1,9})?", re.ASCII)
_LOW, _HIGH = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1980, 2100))
_MAIL_DATE: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})?"
    r" (?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)",
    re.ASCII,
)
_SHORT_OFFSET: Final = re.compile(r"[+-]\d\d$", re.ASCII)  # "2016/10/01 00:04:00+00"
_MIDNIGHT: Final = re.compile(r"(?<!\d)24:?00(?P<rest>:?00(?:\.0+)?)?(?!\d)", re.ASCII)

# "20260609140533MS": letters of the United States' own zones, as CADs write them behind a time.
_LETTERS: Final = re.compile(r"\s?([ACEHMP]K?[SD]T?)$", re.ASCII)
_ZONES: Final = {"A": -4, "E": -5, "C": -6, "M": -7, "P": -8, "AK": -9, "H": -10}
_NAMED: Final = "%Z"

_ANY_DAY: Final = "2000-01-01"
_CLOCKS_DIFFER: Final = timedelta(minutes=10)  # as much as a time may lie ahead of its arrival

# A clock without a colon is a number, of which a spreadsheet takes the zeros in front: 7 is 00:07.
_CLOCKS: Final = (("%H%M%S", 6), ("%H%M", 4))

# Years and months that agencies' databases write for "no date".
_SENTINEL_YEARS: Final = frozenset({1, 1753, 1800, 1899, 1900})
_SENTINEL_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)  # 0 where seconds are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A parsed time in UTC; ``odd`` is the notice it deserves. ``at`` is None for a placeholder."""

    at: datetime | None
    odd: NoticeCode | None = None


def parse_time(text: str, zone: ZoneInfo, forms: tuple[str, ...]) -> Moment | None:
    """Return the moment that ``text`` writes, or None when no form fits.

    ``forms`` are strptime forms, ``epoch-seconds``, ``epoch-milliseconds`` or ``mail-date``.
    ``mail-date %H:%M``, with any form of clock, reads a mail's date, as its header is kept, and a
    clock behind it: the last such time before the mail, or ten minutes after it at most.
    ``24:00`` is the midnight that ends the day. A local time in the repeated hour is read as the
    earlier instant, one in the skipped hour as if clocks had not changed.
    """
    try:
        for form in forms:
            if form.startswith(MAIL_CLOCK) and (moment := _beside_mail(text, form, zone)):
                return moment
        parsed = _parsed(text, forms)
        if parsed is None and (found := _MIDNIGHT.search(text)):
            start = text[: found.start()] + found[0].replace("24", "00", 1) + text[found.end() :]
            day = _parsed(start, forms)
            parsed = None if day is None else day + timedelta(days=1)
        if parsed is None:
            return None
        if parsed.year in _SENTINEL_YEARS or (parsed.tzinfo and parsed == _SENTINEL_INSTANT):
            return Moment(at=None)
        return _placed(parsed, zone)
    except (ValueError, OverflowError, OSError):  # a day or offset that does not exist
        return None


def _parsed(text: str, forms: tuple[str, ...]) -> datetime | None:
    if _ISO.fullmatch(text) and (parsed := _iso(text)):
        return parsed
    for form in forms:
        if form == MAIL_DATE:
            parsed = _mailed(text)
        elif form in EPOCH_UNITS:
            parsed = _epoch(text, form, forms)
        else:
            parsed = _written(text, form)
        if parsed is not None:
            return parsed
    return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", text.replace(",", ".").upper()))
    except ValueError:
        return None


def _beside_mail(text: str, form: str, zone: ZoneInfo) -> Moment | None:
    """Return the time that a clock means which stands behind the date of the mail that says it."""
    mailed, _, clock = text.partition(" ")
    sent = _iso(mailed) if _ISO.fullmatch(mailed) else None
    hands = _written(f"{_ANY_DAY} {clock}", f"%Y-%m-%d {form.removeprefix(MAIL_CLOCK)}")
    if sent is None or sent.tzinfo is None or hands is None:
        return None
    day: date = sent.astimezone(zone).date()
    for days in (1, 0, -1):
        at = _placed(datetime.combine(day + timedelta(days=days), hands.time()), zone)
        if at.at is not None and at.at <= sent + _CLOCKS_DIFFER:
            return at
    return None


def _mailed(text: str) -> datetime | None:
    """Return a date of RFC 5322, whose zone may be a name of the United States' own."""
    if not _MAIL_DATE.fullmatch(text):
        return None
    return email.utils.parsedate_to_datetime(text)


def _written(text: str, form: str) -> datetime | None:
    if form.endswith(_NAMED):
        return _lettered(text, form.removesuffix(_NAMED))
    if form.endswith("%z") and _SHORT_OFFSET.search(text):
        text += "00"
    try:
        return datetime.strptime(aligned(text, form), form)  # noqa: DTZ007 - the zone is attached by the caller
    except ValueError:
        return None


def _lettered(text: str, form: str) -> datetime | None:
    """Return a time behind which the letters of its zone stand, such as ``MST`` or ``MS``."""
    found = _LETTERS.search(text)
    if found is None:
        return None
    letters = found[1].removesuffix("T")
    if letters in {"AS", "AD"} and not found[1].endswith("T"):
        return None  # of the Atlantic or of Alaska
    hours = _ZONES[letters[:-1]] + letters.endswith("D")
    at = _written(text[: found.start()], form.rstrip())
    return None if at is None else at.replace(tzinfo=timezone(timedelta(hours=hours)))


def aligned(text: str, form: str) -> str:
    """Return a text with the zeros back that its clock lost in front, such as ``148`` for 01:48.

    Without them strptime would read 14:08. Only a clock of digits alone that begins or ends the
    form, and stands apart from the date, can have lost any.
    """
    for clock, width in _CLOCKS:
        if form.endswith(clock):
            found = re.search(rf"(?<![\d:.])\d{{1,{width - 1}}}$", text, re.ASCII)
        elif form.startswith(clock):
            found = re.match(rf"\d{{1,{width - 1}}}(?![\d:.])", text, re.ASCII)
        else:
            continue
        if found is None:
            return text
        return f"{text[: found.start()]}{found[0]:0>{width}}{text[found.end() :]}"
    return text


def _epoch(text: str, form: str, forms: tuple[str, ...]) -> datetime | None:
    """Return the instant of a count; where both units are named, a day a person could mean tells.

    A feed that counts seconds in one field and thousands of them in another names both.
    """
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text) / EPOCH_UNITS[form]
    if float(text) and len(EPOCH_UNITS.keys() & {*forms}) > 1 and not _LOW <= seconds < _HIGH:
        return None  # the other unit's, or none
    return datetime.fromtimestamp(seconds, UTC)


def _placed(parsed: datetime, zone: ZoneInfo) -> Moment:
    """Return the instant of a time, whose zone is the agency's where it names none."""
    if parsed.tzinfo is not None:
        return Moment(at=parsed.astimezone(UTC))
    early = parsed.replace(tzinfo=zone, fold=0).astimezone(UTC)
    late = parsed.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if early == late:
        return Moment(at=early)
    exists = early.astimezone(zone).replace(tzinfo=None) == parsed
    odd = NoticeCode.AMBIGUOUS_TIME if exists else NoticeCode.NONEXISTENT_TIME
    return Moment(at=early, odd=odd)
