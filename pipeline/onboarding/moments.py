"""Finds the form in which a column writes times, and says how sure that is.

In: the texts of a column. Out: a ``TimeForm``, or None where they are no times. A form counts only
if it reads every text. Where day and month could be exchanged, what decides is said; it must never
be decided silently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.agencies.agency import EPOCH_UNITS, MAIL_DATE
from pipeline.feeds.times import aligned, parse_time

__all__ = ["TimeForm", "day_and_clock", "moments", "said_midnight", "time_form"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeForm:
    """How times are written. ``forms`` go under ``format.times``; empty for ISO 8601.

    ``part`` is ``date`` or ``time`` where the column holds only half of it.
    """

    forms: tuple[str, ...]
    reason: str
    sure: float
    part: str = ""


_DATES: Final = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m-%d-%Y", "%d-%m-%Y",
                 "%m-%d-%y", "%d-%m-%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d%b%Y",
                 "%d%b%y", "%b %d %Y", "%Y %b %d",
                 "%b %d, %Y", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%B %d, %Y",
                 "%Y%m%d")  # fmt: skip
_CLOCKS: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I:%M:%S%p", "%H%M",
                  "%H%M%S", "%H:%M:%S.%f", "%H%M:%S")  # fmt: skip
_WEEKDAY: Final = {r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(,? )": "%a", r"[A-Z][a-z]+day(,? )": "%A"}
_JOINTS: Final = (" ", ", ", "T", " at ", " @ ", " - ")
_ZONED: Final = ("%a %b %d %H:%M:%S %Y", "%m/%d/%Y %H:%M:%S %z", "%Y/%m/%d %H:%M:%S%z",
                 "%Y%m%d%H%M%S%Z", "%m/%d/%Y %H:%M:%S %Z", "%m/%d/%Y %I:%M:%S %p %Z",
                 "%Y-%m-%d %H:%M:%S %Z", "%d-%b-%Y %H:%M:%S %Z")  # fmt: skip
_SIGNS: Final = dict.fromkeys("aAbBpZ", r"\D+") | {"Y": r"\d{4}", "f": r"\d{1,6}", "z": r"\S+"}
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# "2026-06-09T00:00:00", "6/9/2026 12:00:00 AM": a day for which its column has no form.
_MIDNIGHT: Final = re.compile(r"[T ](?:00:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)(?:Z|[+-]00:?00)?")
_ISO_FORM: Final = "%Y-%m-%d"
_EPOCH: Final = re.compile(r"-?\d{9,14}(?:\.\d+)?|0")
_SPAN: Final = {  # years 2000 to 2050, in seconds since 1970
    "epoch-seconds": (946_684_800, 2_524_608_000),
    "epoch-milliseconds": (946_684_800_000, 2_524_608_000_000),
}
_MOST: Final = 400  # texts looked at
_MOST_SHAPES: Final = 24  # ways of writing; a column of times has few
_LONGEST: Final = 40  # characters of a time


def time_form(texts: Sequence[str], zone: ZoneInfo) -> TimeForm | None:
    """Return the form of a column's times; ``zone`` only says whether days come first there."""
    looked = [text for text in dict.fromkeys(texts) if text][:_MOST]
    if not looked or len(_shapes(looked)) > _MOST_SHAPES:
        return None
    if not all(len(text) <= _LONGEST and any(map(str.isdigit, text)) for text in looked):
        return None
    return (
        _iso(looked, zone) or _epoch(looked) or _written(looked, zone) or _iso_between(looked, zone)
    )


def said_midnight(texts: Sequence[str]) -> str:
    """Return what all texts end with, if it is a midnight; else nothing."""
    found = _MIDNIGHT.search(texts[0]) if texts else None
    tail = "" if found is None or found.end() != len(texts[0]) else found[0]
    return tail if tail and all(text.endswith(tail) for text in texts) else ""


def day_and_clock(pairs: Sequence[tuple[str, str]], zone: ZoneInfo) -> TimeForm | None:
    """Return the form of days with a midnight behind them, and clocks after a blank."""
    tail = said_midnight([day for day, _ in pairs])
    day = time_form([text.removesuffix(tail) for text, _ in pairs], zone) if tail else None
    if day is None or day.part != "date":
        return None
    written = f"{(*day.forms, _ISO_FORM)[0]}{tail}"
    texts = list(dict.fromkeys(f"{one} {clock}" for one, clock in pairs))[:_MOST]
    form = next((f for clock in _CLOCKS if _reads_all(texts, f := f"{written} {clock}")), None)
    if form is None:
        return None
    return TimeForm(forms=(form,), reason=f"all read as {form}", sure=day.sure)


def moments(texts: Sequence[str], form: TimeForm, zone: ZoneInfo) -> list[datetime]:
    """Return the times of a column's texts, those that can be read."""
    found = [parse_time(text, zone, form.forms) for text in texts]
    return [each.at for each in found if each is not None and each.at is not None]


def _iso(texts: Sequence[str], zone: ZoneInfo) -> TimeForm | None:
    if all(_ISO_DAY.fullmatch(text) for text in texts):
        return TimeForm(forms=(), reason="days as ISO 8601 writes them", sure=0.9, part="date")
    read = [parse_time(text, zone, ()) for text in texts]
    if any(each is None for each in read):
        return None
    offset = sum(bool(re.search(r"(Z|[+-]\d\d:?\d\d)$", text, re.IGNORECASE)) for text in texts)
    if offset == len(texts):
        return TimeForm(forms=(), reason="ISO 8601 with its offset", sure=1.0)
    said = "some with an offset, the others" if offset else "without an offset:"
    return TimeForm(forms=(), reason=f"ISO 8601, {said} local to {zone.key}", sure=0.9)


def _iso_between(texts: Sequence[str], zone: ZoneInfo) -> TimeForm | None:
    """Return the form of those that are not ISO 8601, as a spreadsheet saves a few of a column."""
    others = [text for text in texts if parse_time(text, zone, ()) is None]
    form = _written(others, zone) if 0 < len(others) < len(texts) else None
    if form is None or form.part:
        return None
    said = f"ISO 8601 and {' and '.join(form.forms)} between them"
    return TimeForm(forms=form.forms, reason=said, sure=min(form.sure, 0.6))


def _epoch(texts: Sequence[str]) -> TimeForm | None:
    if not all(_EPOCH.fullmatch(text) for text in texts):
        return None
    said = [text for text in texts if float(text)]  # 0 says that nothing is there
    for word in EPOCH_UNITS:
        low, high = _SPAN[word]
        if said and all(low <= float(text) < high for text in said):
            return TimeForm(forms=(word,), reason=f"{word} within 2000 to 2050", sure=0.85)
    return None


def _written(texts: Sequence[str], zone: ZoneInfo) -> TimeForm | None:
    for form in (MAIL_DATE, *_ZONED):
        if all(parse_time(text, zone, (form,)) is not None for text in texts):
            return TimeForm(forms=(form,), reason=f"all read as {form}", sure=0.95)
    whole = [f"{day}{joint}{clock}" for day in _DATES for joint in _JOINTS for clock in _CLOCKS]
    whole += [f"{_ISO_FORM}{joint}{clock}" for joint in _JOINTS[3:] for clock in _CLOCKS]
    whole += [f"{clock} {day}" for day in _DATES for clock in _CLOCKS]
    whole = [f"{_weekday(texts)}{form}" for form in whole]
    found = _fitting(texts, whole, zone)
    if found is not None:
        return found
    if all(re.fullmatch(r"\d{8}|\d{4}", text) for text in texts):
        names_years = all(re.fullmatch(r"(?:19|20)\d{6}", text) for text in texts)
        if not names_years:
            return None  # four digits may be anything; only a date beside them makes a clock
    day = _fitting(texts, _DATES, zone)
    if day is not None:
        return TimeForm(forms=day.forms, reason=day.reason, sure=day.sure, part="date")
    clock = next((form for form in _CLOCKS if _reads_all(texts, form)), None)
    if clock is None:
        return None
    return TimeForm(forms=(clock,), reason=f"times of day as {clock}", sure=0.8, part="time")


def _weekday(texts: Sequence[str]) -> str:
    """Return the form of the day of the week that all texts begin with; else nothing."""
    for pattern, form in _WEEKDAY.items():
        begins = [re.match(pattern, text, re.IGNORECASE) for text in texts]
        behind = {found[1] if found else "" for found in begins}
        if len(behind) == 1 and (sign := behind.pop()):
            return f"{form}{sign}"
    return ""


def _shapes(texts: Sequence[str]) -> dict[str, str]:
    """Return one text for each way of writing: digits and letters alike but for their kind."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(re.sub(r"[A-Za-z]+", "a", re.sub(r"\d", "9", text)), text)
    return found


def _fitting(texts: Sequence[str], forms: Sequence[str], zone: ZoneInfo) -> TimeForm | None:
    models = list(_shapes(texts).values())
    read = {form: {text for text in models if _reads(text, form)} for form in forms}
    fits = [f for f in forms if len(read[f]) == len(models) and _reads_all(texts, f)]
    if fits:
        return _chosen(fits, zone)
    # A feed that changed its form on the way: two forms that read all between them.
    best = sorted((form for form in forms if read[form]), key=lambda form: -len(read[form]))[:6]
    for one in best:
        for other in best:
            both = all(_reads(text, one) or _reads(text, other) for text in texts)
            if both:
                return TimeForm(forms=(one, other), reason="two forms between them", sure=0.6)
    return None


def _chosen(fits: Sequence[str], zone: ZoneInfo) -> TimeForm:
    """Choose among forms that all fit; only the order of day and month can be open."""
    month_first = [form for form in fits if form.find("%m") < form.find("%d")]
    day_first = [form for form in fits if form not in month_first]
    if month_first and day_first:
        american = zone.key.startswith(("America/", "US/", "Pacific/Honolulu"))
        form = month_first[0] if american else day_first[0]
        why = "month and day could be exchanged; decided by the time zone's country"
        return TimeForm(forms=(form,), reason=f"{form}: {why}", sure=0.6)
    return TimeForm(forms=(fits[0],), reason=f"all read as {fits[0]}", sure=0.95)


def _reads_all(texts: Sequence[str], form: str) -> bool:
    return all(_reads(text, form) for text in texts)


@cache
def _outline(form: str) -> re.Pattern[str]:
    """Return what a text of the form looks like at least.

    Hundreds of forms are tried, and strptime keeps few of the expressions it builds for each.
    """
    parts = re.split(r"%(.)", form)
    signs = [
        _SIGNS.get(part, r"\d{1,2}") if n % 2 else re.escape(part) for n, part in enumerate(parts)
    ]
    return re.compile(re.sub(r"\\\s", r"\\s+", "".join(signs)), re.IGNORECASE)


def _reads(text: str, form: str) -> bool:
    written = aligned(text, form)
    if not _outline(form).fullmatch(written):
        return False
    try:
        parsed = datetime.strptime(written, form)  # noqa: DTZ007 - only if it fits
    except ValueError:
        return False
    if text.isdigit() and len(text) < len(form.replace("%Y", "9999").replace("%", "9")):
        return False  # "83" is no 08:03
    return 1990 <= parsed.year <= 2050 or "%Y" not in form.replace("%y", "%Y")
