"""Finds records of a JSON sample that are lists, and the names of their columns.

In: a parsed document. Out: the JMESPaths of rows and names, and leaves by name. Lists in a cell are
told by position where every row has them of one length, as a name and a phone are, and lists of
such lists are groups. It must never name a column that the payload does not name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.feeds.json_record import text_of
from pipeline.onboarding.json_keys import quoted
from pipeline.onboarding.leaf import Leaf, words_of
from pipeline.onboarding.names import known_name

__all__ = ["Rows", "rows_of"]

_FEWEST: Final = 4  # columns
_ROWS: Final = 2
_KNOWN: Final = 0.3  # share of names that the vocabulary of CAD exports knows
_NAMING: Final = ("name", "fieldName", "field", "id", "key", "label", "title")
_LONGEST: Final = 60  # characters of a name
_INNER: Final = range(2, 7)  # texts of a list in a cell that is told by position


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows and where they stand; ``columns_at`` leads to the names of their columns."""

    records: str
    columns_at: str
    rows: Sequence[list[Any]] = field(repr=False)
    leaves: Sequence[list[Leaf]] = field(repr=False)


def rows_of(document: object) -> Rows | None:
    """Return the longest list of equally long lists whose columns another list names, if any."""
    lists = [each for each in _lists(document, "") if each[0]]
    tables = [(path, items) for path, items in lists if _is_table(items)]
    for path, rows in sorted(tables, key=lambda each: -len(each[1])):
        for other, items in lists:
            found = _names(items, len(rows[0])) if other != path else None
            if found is not None:
                columns_at = f"{other}[].{quoted(found[0])}" if found[0] else other
                leaves = _leaves_of(rows, found[1])
                return Rows(records=path, columns_at=columns_at, rows=rows, leaves=leaves)
    return None


def _lists(value: object, path: str) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _lists(item, f"{path}.{quoted(name)}" if path else quoted(name))


def _is_table(items: list[Any]) -> bool:
    return (
        len(items) >= _ROWS
        and all(isinstance(item, list) for item in items)
        and len(items[0]) >= _FEWEST
        and len({len(item) for item in items}) == 1
    )


def _names(items: list[Any], count: int) -> tuple[str, list[str]] | None:
    """Return the key under which ``count`` objects have names, or nothing for texts; the names."""
    if len(items) != count:
        return None
    ways: list[tuple[str, list[Any]]] = [("", items)]
    if all(isinstance(item, dict) for item in items):
        ways = [(key, [item.get(key) for item in items]) for key in _NAMING]
    for key, names in ways:
        if not all(isinstance(name, str) and 0 < len(name) <= _LONGEST for name in names):
            continue
        known = sum(known_name(words_of(name)) for name in names)
        if len(set(names)) == count and known >= _KNOWN * count:
            return key, names
    return None


def _leaves_of(rows: Sequence[list[Any]], names: Sequence[str]) -> list[list[Leaf]]:
    by_name = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    inner = {name: _inner(cells) for name, cells in by_name.items()}
    grouped = {
        name: _inner([part for cell in cells if isinstance(cell, list) for part in cell])
        for name, cells in by_name.items()
        if not inner[name]
    }
    return [list(_row_leaves(dict(zip(names, row, strict=True)), inner, grouped)) for row in rows]


def _inner(cells: Sequence[Any]) -> int:
    """Return of how many texts the cells are, all of them that are not null; 0 where of none."""
    lists = [cell for cell in cells if cell is not None and cell != []]
    lengths = {len(cell) if isinstance(cell, list) else 0 for cell in lists}
    plain = not any(isinstance(x, list | dict) for c in lists if isinstance(c, list) for x in c)
    length = lengths.pop() if len(lengths) == 1 else 0
    return length if plain and length in _INNER else 0


def _row_leaves(
    row: Mapping[str, Any], inner: Mapping[str, int], grouped: Mapping[str, int]
) -> Iterator[Leaf]:
    for name, cell in row.items():
        path, words = quoted(name), words_of(name)
        if inner[name] and isinstance(cell, list):
            for n, text in enumerate(cell):
                yield from _leaf(f"{path}[{n}]", text, words)
        elif grouped.get(name) and isinstance(cell, list):
            for where, part in enumerate(cell):
                for n, text in enumerate(part):
                    yield from _leaf(f"[{n}]", text, words, path, where)
        elif isinstance(cell, list):
            for text in cell:
                yield from _leaf(f"{path}[]", text, words)
        else:
            yield from _leaf(path, cell, "")


def _leaf(path: str, value: Any, name: str, each: str = "", where: int = 0) -> Iterator[Leaf]:
    if value is not None and not isinstance(value, dict | list):
        yield Leaf(path=path, text=text_of(value), each=each, where=where, name=name)
