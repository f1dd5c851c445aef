"""Tells what identifies a call in a sample, and whether rows of one call are to be joined.

In: the chosen fields and the columns. Out: the key's fields, and yes or no. A key that is too short
joins calls of different days, so when in doubt the time belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.agencies.agency import CanonicalField, FormatKind
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.leaf import Column

__all__ = ["folds", "key_of", "whole_path"]

_F = CanonicalField
_UNIT = re.compile(r"(?<![^\s,;/])[A-Za-z][A-Za-z-]*\d+[A-Za-z]?(?![^\s,;/])")
_COUNTER = 5  # digits; a year of calls has more


def whole_path(column: Column, kind: FormatKind) -> str:
    """Return a column's path from the record, through the group it stands in."""
    if not column.each:
        return column.path
    joint = "/" if kind is FormatKind.XML else "[]."
    if column.path.startswith("["):
        return f"{column.each}[*]{column.path}"  # of a list in a list
    return f"{column.each}{joint}{column.path}" if column.path else f"{column.each}[]"


def key_of(
    fields: Sequence[Choice], columns: Sequence[Column], kind: FormatKind
) -> tuple[CanonicalField, ...]:
    """Name the key: the number; with the time where a number comes back on another day."""
    numbers = [choice for choice in fields if choice.field is _F.CFS_NUMBER]
    if not numbers:
        return (_F.OPENED_AT, _F.CALL_TYPE, *_always_there(fields, columns, kind))
    if _comes_back(numbers[0], fields, columns, kind) or _counts(numbers[0], columns, kind):
        return (_F.CFS_NUMBER, _F.OPENED_AT)
    return (_F.CFS_NUMBER,)


def _counts(number: Choice, columns: Sequence[Column], kind: FormatKind) -> bool:
    """Return whether numbers are so short that a counter may begin again each day."""
    texts = [text for row in _rows(number.paths[0], columns, kind) for text in row]
    return bool(texts) and all(text.isdigit() and len(text) <= _COUNTER for text in texts)


def _always_there(
    fields: Sequence[Choice], columns: Sequence[Column], kind: FormatKind
) -> tuple[CanonicalField, ...]:
    """Return the address where every call has one: two calls may come in one minute."""
    address = next((c for c in fields if c.field is _F.ADDRESS), None)
    if address is None or len(address.paths) > 1:
        return ()
    path = address.paths[0]
    always = any(c.filled == 1 for c in columns if whole_path(c, kind) == path)
    return (_F.ADDRESS,) if always else ()


def _rows(path: str, columns: Sequence[Column], kind: FormatKind) -> Sequence[tuple[str, ...]]:
    return next((c.rows for c in columns if whole_path(c, kind) == path), ())


def _comes_back(
    number: Choice, fields: Sequence[Choice], columns: Sequence[Column], kind: FormatKind
) -> bool:
    """Return whether one number stands at calls opened at different times."""
    opened = next((c for c in fields if c.field is _F.OPENED_AT), None)
    if opened is None:
        return False
    rows = [_rows(path, columns, kind) for path in opened.paths]
    seen: dict[tuple[str, ...], set[tuple[tuple[str, ...], ...]]] = {}
    for place, value in enumerate(_rows(number.paths[0], columns, kind)):
        at = tuple(row[place] for row in rows if row)
        seen.setdefault(value, set()).add(at)
    return any(len(times) > 1 for value, times in seen.items() if value)


def _names_several(unit: Sequence[str]) -> bool:
    """Return whether one text names several units, such as ``E1 M22``."""
    return any(len(_UNIT.findall(text)) > 1 for text in unit)


def folds(fields: Sequence[Choice], columns: Sequence[Column], kind: FormatKind) -> bool:
    """Return whether rows of one number differ in the unit: one row per unit.

    Where a row can name several units, other units are news of the same call.
    """
    by_field = {choice.field: choice for choice in fields}
    if _F.CFS_NUMBER not in by_field or _F.UNITS not in by_field:
        return False
    numbers = _rows(by_field[_F.CFS_NUMBER].paths[0], columns, kind)
    units = _rows(by_field[_F.UNITS].paths[0], columns, kind)
    if any(len(unit) > 1 or _names_several(unit) for unit in units):
        return False
    seen: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for number, unit in zip(numbers, units, strict=False):
        seen.setdefault(number, set()).add(unit)
    return any(len(each) > 1 for each in seen.values())
