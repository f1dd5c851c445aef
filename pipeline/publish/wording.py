"""Words a proposed alert: one neutral headline and one text, from allow-listed facts only.

In go the category's rule, the public area and the time window; out come two plain strings. They
say *reported*, name no agency, person or cause, and claim nothing (rules 22 and 23). Narrative
text must never come near this module: it cannot be passed in.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from pipeline.model import Area, CategoryRule, Refused
from pipeline.publish.plain import HEADLINE_LIMIT, TEXT_LIMIT, plain_line, plain_text

__all__ = ["appeal_wording", "proposed", "window_words", "wording"]

# strftime's names depend on the machine's locale; the public's must not.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def wording(
    rule: CategoryRule, area: Area, earliest: datetime, latest: datetime, timezone: tzinfo
) -> tuple[str, str]:
    """Return (headline, text); times are shown in ``timezone``, the agency's.

    Raises:
        Refused: a time has no zone, or ``latest`` is before ``earliest``.
    """
    return proposed(rule.label, area.name, window_words(earliest, latest, timezone))


def proposed(label: str, area_name: str, when: str) -> tuple[str, str]:
    """Return (headline, text) of what no editor reworded; ``when`` is the window in words."""
    what = f"Reported: {plain_line(label, 100)} in {plain_line(area_name, 100)}"
    text = f"{what}, {when}. This is a report, not a confirmed account."
    return plain_line(what, HEADLINE_LIMIT), plain_text(text, TEXT_LIMIT)


def appeal_wording(
    rule: CategoryRule, area: Area, earliest: datetime, latest: datetime, timezone: tzinfo
) -> tuple[str, str]:
    """Return (headline, text) of an agency's request for assistance, which asks and accuses nobody.

    Raises:
        Refused: a time has no zone, or ``latest`` is before ``earliest``.
    """
    label, where = plain_line(rule.label, 100), plain_line(area.name, 100)
    what = f"Request for assistance: {label} in {where}"
    text = (
        f"{what}, reported {window_words(earliest, latest, timezone)}. The agency asks whoever"
        " noticed something there to tell it. This is a report, not a confirmed account."
    )
    return plain_line(what, HEADLINE_LIMIT), plain_text(text, TEXT_LIMIT)


def window_words(earliest: datetime, latest: datetime, timezone: tzinfo) -> str:
    """Return the window in words: ``between 2:00 and 2:30 PM CST on March 3, 2026``."""
    if earliest.tzinfo is None or latest.tzinfo is None:
        raise Refused("a time window needs times with a zone")
    # Compared in UTC: two times of one zone compare by the clock, blind to the hour said twice.
    first, last = earliest.astimezone(UTC), latest.astimezone(UTC)
    if last < first:
        raise Refused("a time window ends before it begins")
    start, end = first.astimezone(timezone), last.astimezone(timezone)
    if first == last:
        return f"at {_clock(end)} {_half(end)} {_zone(end)} on {_day(end)}"
    tail = f"{_clock(end)} {_half(end)} {_zone(end)} on {_day(end)}"
    return f"between {_start(start, end)} and {tail}"


def _start(start: datetime, end: datetime) -> str:
    """Say of the start only what differs from the end, which is said in full."""
    if start.date() != end.date():
        return f"{_clock(start)} {_half(start)} {_zone(start)} on {_day(start)}"
    if _zone(start) != _zone(end):
        return f"{_clock(start)} {_half(start)} {_zone(start)}"
    return _clock(start) if _half(start) == _half(end) else f"{_clock(start)} {_half(start)}"


def _clock(when: datetime) -> str:
    return f"{when.hour % 12 or 12}:{when.minute:02d}"


def _half(when: datetime) -> str:
    return "AM" if when.hour < 12 else "PM"


def _zone(when: datetime) -> str:
    """Return the zone's abbreviation; zones without one are named by offset, such as UTC-03."""
    name = when.tzname() or ""
    return f"UTC{name}" if name[:1] in ("+", "-") else name


def _day(when: datetime) -> str:
    return f"{_MONTHS[when.month - 1]} {when.day}, {when.year}"
