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
_MOST: Final = 2_000  # codes of a field


def with_names(columns: Sequence[Column], document: object) -> tuple[Column, ...]:
    """Return the columns with the names the document has for the codes in them."""
    named = dict(_domains(document))
    return tuple(
        replace(column, names=names)
        if (names := named.get(column.path.rpartition(".")[2].strip('"'))) and not column.each
        else column
        for column in columns
    )


def _domains(document: object) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield field names with the names of their codes."""
    fields = document.get("fields") if isinstance(document, dict) else None
    for each in fields if isinstance(fields, list) else []:
        domain = each.get("domain") if isinstance(each, dict) else None
        values = domain.get("codedValues") if isinstance(domain, dict) else None
        if isinstance(values, list) and isinstance(each.get("name"), str):
            yield each["name"], dict(filter(None, map(_coded, values[:_MOST])))


def _coded(value: Any) -> tuple[str, str] | None:
    code = value.get("code") if isinstance(value, dict) else None
    name = value.get("name") if isinstance(value, dict) else None
    told = isinstance(code, str | int) and not isinstance(code, bool) and isinstance(name, str)
    return (str(code), " ".join(str(name).split())) if told and len(str(name)) <= _LONGEST else None
