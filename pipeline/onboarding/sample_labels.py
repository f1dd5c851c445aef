"""Takes names out of a sample that may be somebody's: a colon, a person as a key or a tag.

In: a sample. Out: the sample without columns whose names nothing vouches for (``plainness``), and
without labels, names that a value tells and keys beyond plain ones that only one record has; and
how many there were. They must be written into no agency file, and stay unread: closed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pipeline.agencies.agency import FormatKind
from pipeline.onboarding.kinds import among_calls
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import known_name
from pipeline.onboarding.plainness import may_be_written
from pipeline.onboarding.sample import Sample

__all__ = ["without_rare"]

_RECORDS: Final = 4  # fewer do not tell what is rare
_KEYED: Final = (FormatKind.JSON, FormatKind.JSON_LINES)
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')  # a key that is no plain name
_LONG: Final = re.compile(r"\d{4}|.{41}")  # in a key that is a value


def without_rare(sample: Sample) -> tuple[Sample, int]:
    """Return the sample without names that may be somebody's, and their number.

    Names that an operator gave to the columns of a table are nobody's.
    """
    if sample.columns_named:
        return sample, 0
    counted = among_calls(sample.columns)
    kept = tuple(
        column
        for column, among in zip(sample.columns, counted, strict=True)
        if not _is_somebodys(column, sample, among.filled)
    )
    return replace(sample, columns=kept), len(sample.columns) - len(kept)


def _is_somebodys(column: Column, sample: Sample, share: float) -> bool:
    kind = sample.kind
    steps = (column.each, column.path) if column.each else (column.path,)
    if not all(may_be_written(step, kind, share) for step in steps):
        return True
    path = f"{column.each}.{column.path}"
    if sample.kind in _KEYED and any(map(_LONG.search, _QUOTED.findall(path))):
        return True
    if sample.count < _RECORDS or not _may_be_a_value(path, sample.kind):
        return False
    return sum(map(bool, column.rows)) == 1 and not known_name(column.words)


def _may_be_a_value(path: str, kind: FormatKind) -> bool:
    """Return whether a text of a call, and no plain name, may stand in a path."""
    if kind is FormatKind.XML:
        return "='" in path
    return kind is FormatKind.LABELLED or (kind in _KEYED and _QUOTED.search(path) is not None)
