"""Judges what shapes cannot: times parse, the zone exists, fields make a record.

In: a source and its document. Out: nothing, or a :class:`~pipeline.model.ConfigError` at the line.
It must never open a payload. Paths are judged in ``paths``, schemas in ``inputs``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pipeline.agencies.agency import (
    EPOCH_UNITS,
    FLAT,
    MAIL_CLOCK,
    MAIL_DATE,
    YES_NO,
    CanonicalField,
    FormatKind,
    Presence,
)
from pipeline.agencies.dialect import DialectDocument, FieldDocument
from pipeline.agencies.document import AgencyDocument
from pipeline.agencies.explain import nearest
from pipeline.agencies.transport_document import MailDocument
from pipeline.marked_yaml import Location, Source, quoted

__all__ = ["check_fields", "check_format", "check_headers", "zone"]

# Only encodings in which a DOCTYPE cannot hide (UTF-7 can) and that a CAD has been seen to use.
_ENCODING = re.compile(r"utf-8(-sig)?|utf-16(-le|-be)?|ascii|iso8859-\d+|cp\d+|mac-roman")
# A time nobody could mistake: day, month, hour, minute and second all differ.
_TRIAL = datetime(2026, 11, 23, 16, 5, 9, tzinfo=UTC)


def zone(source: Source, name: str) -> ZoneInfo:
    """Return the time zone.

    Raises:
        ConfigError: the tz database does not know the name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise source.error(
            ("timezone",),
            f"the time zone {quoted(name)} is unknown",
            nearest(name, sorted(available_timezones())),
        ) from None


def check_format(source: Source, document: DialectDocument) -> None:
    """Judge the keys under ``format`` that this file itself gives.

    Raises:
        ConfigError: an encoding, a form of time or a prefix cannot be used.
    """
    given = document.format
    for position, name in enumerate(given.encodings):
        if not _known_encoding(name):
            raise source.error(
                ("format", "encodings", position),
                f"the encoding {quoted(name)} cannot be used",
                "Name utf-8, utf-16, latin-1, iso8859-15 or a Windows code page such as cp1252.",
            )
    for position, form in enumerate(given.times):
        remedy = _time_remedy(form)
        if remedy:
            raise source.error(
                ("format", "times", position), f"the form of time {quoted(form)} fails", remedy
            )
    if given.separator is not None and not given.separator.strip():
        raise source.error(
            ("format", "separator"),
            "space alone parts no line",
            'Name the separator, such as ";", "|" or " - ".',
        )
    if given.delimiter in {'"', "\n", "\r"}:
        raise source.error(
            ("format", "delimiter"),
            "a quote or a line end cannot separate columns",
            'Name the separator, such as ";" or "\\t".',
        )


def _known_encoding(name: str) -> bool:
    try:
        return _ENCODING.fullmatch(codecs.lookup(name).name) is not None
    except (LookupError, ValueError):
        return False


def _time_remedy(form: str) -> str:
    if form in EPOCH_UNITS or form == MAIL_DATE:
        return ""
    if form.startswith(MAIL_CLOCK):
        return _clock_remedy(form.removeprefix(MAIL_CLOCK))
    if form.startswith("epoch"):
        return nearest(form, (*EPOCH_UNITS, MAIL_DATE))
    if not any(year in form for year in ("%Y", "%y", "%c", "%x")):
        return "A time needs its year, month and day: add %Y, %m and %d."
    form = form.removesuffix("%Z")
    try:
        parsed = datetime.strptime(_TRIAL.strftime(form), form)  # noqa: DTZ007
    except (ValueError, re.error):  # the latter for a directive that stands there twice
        return "Use Python's strptime directives, each once, such as %m/%d/%Y %I:%M:%S %p."
    if parsed.date() != _TRIAL.date():
        return "A time needs its year, month and day: add %Y, %m and %d."
    if (parsed.hour, parsed.minute) != (_TRIAL.hour, _TRIAL.minute):
        return "A time needs its hour and minute: add %H:%M, or %I:%M %p with the half of the day."
    return ""


def _clock_remedy(form: str) -> str:
    try:
        parsed = datetime.strptime(_TRIAL.strftime(form), form)  # noqa: DTZ007
    except (ValueError, re.error):
        return "Write a clock behind mail-date, such as mail-date %H:%M:%S."
    whole = (parsed.hour, parsed.minute) == (_TRIAL.hour, _TRIAL.minute)
    if not whole or parsed.date() != datetime.strptime("", "").date():  # noqa: DTZ007
        return "A clock behind mail-date needs its hour and minute, and no day: mail-date %H:%M."
    return ""


def check_fields(
    source: Source,
    document: AgencyDocument,
    key: tuple[CanonicalField, ...],
    fields: Mapping[CanonicalField, FieldDocument],
) -> None:
    """Judge whether the merged fields can make an incident.

    Raises:
        ConfigError: a needed field is not mapped or not required, or one is used wrongly.
    """
    if not key:
        raise source.error((), "`key` is missing", "Add it, such as `key: [cfs_number]`.")
    needed = (CanonicalField.CALL_TYPE, CanonicalField.OPENED_AT)
    for field in dict.fromkeys((*needed, *key)):
        _check_needed(source, field, fields)
    for field, spec in fields.items():
        _check_use(source, field, spec)
    _check_position(source, fields)
    _check_crossing(source, fields)
    for field in needed:
        if field.value not in document.agreement.fields:
            raise source.error(
                ("agreement", "fields"),
                f"the agreement does not allow `{field}`, without which no call can be read",
                f"Add {field}, if the agreement does allow it.",
            )


def check_headers(source: Source, document: AgencyDocument, kind: FormatKind) -> None:
    """Judge whether headers of mails can be fields.

    Raises:
        ConfigError: the format has no fields that stand beside a text.
    """
    mailed = document.transport
    if isinstance(mailed, MailDocument) and mailed.headers and kind not in FLAT:
        raise source.error(
            ("transport", "headers"),
            f"headers of a mail cannot be fields of {kind.value}",
            "Remove them, or read the mail as labelled text or a table.",
        )


def _check_needed(
    source: Source, field: CanonicalField, fields: Mapping[CanonicalField, FieldDocument]
) -> None:
    spec = fields.get(field)
    at: Location = ("fields", field.value)
    if spec is None:
        raise source.error(
            at if at in source.lines else ("fields",),
            f"`fields.{field}` is not mapped",
            f"Every call needs it: add `{field}: {{path: ..., presence: required}}`.",
        )
    if spec.presence is not Presence.REQUIRED:
        raise source.error(
            at, f"`fields.{field}` is {spec.presence}", "Every call needs it: write required."
        )


def _check_use(source: Source, field: CanonicalField, spec: FieldDocument) -> None:
    at: Location = ("fields", field.value)
    if field is CanonicalField.POINT and spec.form is None:
        raise source.error(
            at, "`fields.point` does not say its form", "Add `form: lat-lon-text` or another form."
        )
    if field is not CanonicalField.POINT and spec.form is not None:
        raise source.error(
            (*at, "form"), f"`fields.{field}` has a form", "Only `point` has one: remove it."
        )
    if spec.true_values and field not in YES_NO:
        raise source.error(
            (*at, "true_values"),
            f"`fields.{field}` is no yes/no field",
            f"Only {', '.join(sorted(YES_NO))} have true_values: remove them.",
        )


def _check_crossing(source: Source, fields: Mapping[CanonicalField, FieldDocument]) -> None:
    crossing = CanonicalField.CROSS_STREET
    if crossing in fields and CanonicalField.ADDRESS not in fields:
        raise source.error(
            ("fields", crossing.value),
            f"`fields.{crossing}` stands alone",
            "It is joined to the address: map `address` too, or make it a private value.",
        )


def _check_position(source: Source, fields: Mapping[CanonicalField, FieldDocument]) -> None:
    latitude, longitude = CanonicalField.LATITUDE, CanonicalField.LONGITUDE
    if (latitude in fields) != (longitude in fields):
        lone = latitude if latitude in fields else longitude
        raise source.error(
            ("fields", lone.value),
            f"`fields.{lone}` stands alone",
            "Map latitude and longitude, or neither.",
        )
