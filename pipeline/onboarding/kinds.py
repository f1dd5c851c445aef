"""Tells calls from other messages where one field says of which kind each record is.

In: columns of a sample, one row per record. Out: the same columns, whose fill counts among calls
alone. Kinds that are no calls, such as a greeting or a heartbeat, have hardly a field of those that
calls always have. Records are never dropped here: the feed's own reading judges each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.leaf import Column
from pipeline.onboarding.names import field_score

__all__ = ["among_calls", "said_of_kinds"]

_TELLING: Final = re.compile(
    r"(?:(?:message|msg|record|rec|row|entry|line|object|event|evt) )?"
    r"(?:kind|type|typ|op|operation|action|class|topic)|message|msg|event|evt"
)
"""Names of a field that says of which kind a record is."""

_MOST_KINDS: Final = 8
_ALWAYS: Final = 0.9  # share of a kind's records that have each of its own fields
_FEWEST: Final = 3  # fields that calls always have, beside their kind
_NAMED: Final = 0.5  # how well a name fits a field that it is known for
_HARDLY: Final = 1 / 3  # of those, that a record of another kind may have


def among_calls(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns with their calls told; as they are where no field tells kinds apart."""
    for column in columns:
        if not column.each and column.most == 1 and _TELLING.fullmatch(column.words):
            calls = _calls(column, columns)
            if calls and not all(calls):
                return tuple(replace(each, calls=calls) for each in columns)
    return tuple(columns)


def said_of_kinds(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return what is said of records that are no calls; it must never say a kind."""
    others = sum(not call for call in columns[0].calls) if columns else 0
    said = f"{others} of another kind have hardly a field of a call, and are quarantined"
    return (f"records: {said}",) if others else ()


def _calls(kind: Column, columns: Sequence[Column]) -> tuple[bool, ...]:
    """Return for each record whether it is of a kind that has the fields of calls.

    Calls are the kind with most fields that CAD exports name, and any other that shares more than a
    third of what those always have. Empty where the column tells no kinds.
    """
    kinds: dict[str, list[int]] = {}
    for place, row in enumerate(kind.rows):
        kinds.setdefault("".join(row), []).append(place)
    if "" in kinds or not 1 < len(kinds) <= _MOST_KINDS:
        return ()
    others = [column for column in columns if column is not kind]
    owns = {name: _own(places, others) for name, places in kinds.items()}
    own = max(owns.values(), key=lambda each: (sum(map(_known, each)), len(each)))
    if len(own) < _FEWEST:
        return ()
    has = [sum(bool(column.rows[n]) for column in own) for n in range(len(kind.rows))]
    least = _HARDLY * len(own)
    found = {name for name, places in kinds.items() if any(has[n] > least for n in places)}
    return tuple(row[0] in found for row in kind.rows)


def _known(column: Column) -> bool:
    return any(field_score(field, column.words, column.name) >= _NAMED for field in CanonicalField)


def _own(places: Sequence[int], columns: Sequence[Column]) -> list[Column]:
    """Return the columns that nearly all of these records have."""
    least = _ALWAYS * len(places)
    return [c for c in columns if sum(bool(c.rows[n]) for n in places) >= least]
