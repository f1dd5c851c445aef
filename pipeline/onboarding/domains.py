"""Reads what an answer says its codes stand for, as ArcGIS does beside the records.

In: a parsed document and columns. Out: the columns with the names of their codes. Names are part of
the answer's schema, told for all records alike. It must never take what is longer than a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pipeline.onboarding.leaf import Column

__all__ = ["with_names"]

_LONGEST: Final = 60  # characters of a name
_DEEP: Final = 5  # objects in objects in which tables of codes are looked for
_NEARLY_ALL: Final = 0.9  # share of a column's texts that are codes of its table
_MOST: Final = 2_000  # codes of a field


def with_names(columns: Sequence[Column], document: object) -> tuple[Column, ...]:
    """Return the columns with the names the document has for the codes in them."""
    told, loose = dict(_domains(document)), dict(_tables(document, _DEEP))
    return tuple(_named(column, told, loose) for column in columns)


def _named(
    column: Column, told: Mapping[str, Mapping[str, str]], loose: Mapping[str, Mapping[str, str]]
) -> Column:
    """Return a column with its names; a table of its name counts if it has nearly all its codes."""
    name = column.path.rpartition(".")[2].strip('"')
    names = told.get(name) or loose.get(name)
    if column.each or not names:
        return column
    known = sum(text in names for text in column.texts)
    if name not in told and known < _NEARLY_ALL * len(column.texts):
        return column
    return replace(column, names=names)


def _domains(document: object) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield field names with the names of their codes."""
    fields = document.get("fields") if isinstance(document, dict) else None
    for each in fields if isinstance(fields, list) else []:
        domain = each.get("domain") if isinstance(each, dict) else None
        values = domain.get("codedValues") if isinstance(domain, dict) else None
        if isinstance(values, list) and isinstance(each.get("name"), str):
            yield each["name"], dict(filter(None, map(_coded, values[:_MOST])))


def _tables(value: object, deep: int) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield tables of codes by the field they are for: ``{"state": [[1, "new"], ...]}``."""
    for name, item in value.items() if isinstance(value, dict) and deep else ():
        if (names := _table(item)) is not None:
            yield name, names
        yield from _tables(item, deep - 1)


def _table(value: object) -> Mapping[str, str] | None:
    """Return the codes of a list of pairs or an object of texts, if it is one."""
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list) or not 1 < len(pairs) <= _MOST:
        return None
    found = [_pair(pair) for pair in pairs]
    codes = dict(pair for pair in found if pair is not None)
    return codes if len(codes) == len(pairs) else None


def _pair(pair: object) -> tuple[str, str] | None:
    if isinstance(pair, dict):
        return _coded(pair)
    match pair:
        case [code, name]:
            return _coded({"code": code, "name": name})
    return None


def _coded(value: Any) -> tuple[str, str] | None:
    code = value.get("code") if isinstance(value, dict) else None
    name = value.get("name") if isinstance(value, dict) else None
    told = isinstance(code, str | int) and not isinstance(code, bool) and isinstance(name, str)
    return (str(code), " ".join(str(name).split())) if told and len(str(name)) <= _LONGEST else None
