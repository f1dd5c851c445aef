"""Says things in the reader's language: catalog strings, days, moments and time windows.

In go English strings and times, out come the same in one of :data:`LANGUAGES`. Catalogs are the
``.po`` files beside this module; English is what stands in the templates. An editor's own words
are never translated: whoever shows them marks them as English.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from pipeline.publish.wording import window_words

__all__ = ["CATALOGS", "LANGUAGES", "Tongue", "tongue"]

LANGUAGES = {"en": "English", "es": "Español"}
"""Code -> its own name. English lies at the top of the folder, the others under ``/code/``."""

CATALOGS = Path(__file__).with_name("locale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language: ``prefix`` is the folder of its pages, with a final slash or empty."""

    code: str
    prefix: str
    locale: Locale
    catalog: NullTranslations

    def say(self, text: str) -> str:
        """Return a catalog string in this language; what the catalog lacks stays English."""
        return self.catalog.gettext(text) if text else text

    def number(self, value: int) -> str:
        """Return a number with the language's separators."""
        return format_decimal(value, locale=self.locale)

    def decimal(self, value: float) -> str:
        """Return a number with one decimal."""
        return format_decimal(value, "#,##0.0", locale=self.locale)

    def day(self, when: date) -> str:
        """Return a day, such as March 3, 2026."""
        return format_date(when, "long", locale=self.locale)

    def month(self, month: str) -> str:
        """Return a month written 2026-03 in words."""
        year, number = month.split("-")
        return format_date(date(int(year), int(number), 1), "MMMM y", locale=self.locale)

    def moment(self, when: datetime, zone: tzinfo = UTC) -> str:
        """Return a moment to the minute in a zone, with the zone's short name."""
        return _moment(self.code, when, zone)

    def window(self, earliest: datetime, latest: datetime, zone: tzinfo) -> str:
        """Return the shown time of a call, which is a window and never a minute."""
        if self.code == "en":
            return window_words(earliest, latest, zone)
        start, end = earliest.astimezone(zone), latest.astimezone(zone)
        last = f"{_clock(end)} {_zone(end)} del {self.day(end.date())}"
        if start == end:
            return f"a las {last}"
        if start.date() == end.date():
            return f"entre las {_clock(start)} y las {last}"
        return f"entre las {_clock(start)} del {self.day(start.date())} y las {last}"

    def span(self, length: timedelta) -> str:
        """Return a length of time in its largest whole unit."""
        minutes = int(length.total_seconds() // 60)
        for unit, size in (("days", 1440), ("hours", 60)):
            if minutes and minutes % size == 0:
                return self._units(unit, minutes // size)
        return self._units("minutes", minutes)

    def _units(self, unit: str, count: int) -> str:
        one, many = {
            "days": ("%(num)d day", "%(num)d days"),
            "hours": ("%(num)d hour", "%(num)d hours"),
            "minutes": ("%(num)d minute", "%(num)d minutes"),
        }[unit]
        return self.catalog.ngettext(one, many, count) % {"num": count}


@lru_cache(maxsize=len(LANGUAGES))
def tongue(code: str) -> Tongue:
    """Return one of :data:`LANGUAGES`."""
    assert code in LANGUAGES, code  # noqa: S101 - languages are written in code, never read
    english = code == "en"
    return Tongue(
        code=code,
        prefix="" if english else f"{code}/",
        locale=Locale.parse("en_US" if english else f"{code}_US"),
        catalog=NullTranslations() if english else _catalog(code),
    )


def _catalog(code: str) -> GNUTranslations:
    with (CATALOGS / code / "site.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache(maxsize=50_000)
def _moment(code: str, when: datetime, zone: tzinfo) -> str:
    """Say a moment in a language and zone; an alert's stand in a dozen lists."""
    local = when.astimezone(zone)
    pattern = "MMMM d, y, h:mm a" if code == "en" else "d 'de' MMMM 'de' y, H:mm"
    return format_datetime(local, pattern, locale=tongue(code).locale) + f" {_zone(local)}"


def _clock(when: datetime) -> str:
    return f"{when.hour}:{when.minute:02d}"


def _zone(when: datetime) -> str:
    name = when.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in ("+", "-") else name
