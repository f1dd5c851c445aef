"""Finds the records of a JSON sample, and their leaves in the words of JMESPath.

In: a parsed document. Out: the records' JMESPath and leaves. Records are the list of objects that
holds most leaves; a document without one is a record itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import jmespath

from pipeline.feeds.json_record import text_of
from pipeline.model import NoticeCode, PayloadRefused
from pipeline.onboarding.around import around_json
from pipeline.onboarding.json_keys import quoted
from pipeline.onboarding.json_pairs import Told, says_names, told_leaves, told_lists
from pipeline.onboarding.leaf import Leaf
from pipeline.onboarding.plainness import Plainness, how_plain

__all__ = ["ANY", "json_leaves", "json_records", "leaves_of"]

ANY: Final = "*"
"""Stands in the records' path for a name that may be somebody's."""

_FEATURES: Final = "features"  # ArcGIS and GeoJSON say much beside them
_STEP: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^.@]+')
_ALIKE: Final = 0.6  # share of the names of two lists' objects that are in both

_Lists = list[tuple[tuple[str, ...], list[Any]]]
"""Paths that are read together, and the objects they lead to."""


def json_records(document: object) -> tuple[str, list[list[Leaf]], tuple[str, ...]]:
    """Return (JMESPath of the records, leaves of each record, places around the records).

    Raises:
        PayloadRefused: there is no object anywhere, or an empty list of all there is.
    """
    if document == [] or (isinstance(document, dict) and document.get(_FEATURES) == []):
        raise PayloadRefused(NoticeCode.NO_RECORDS)
    lists = _together(sorted(_lists(document, ""), key=lambda each: -_count(each[1])), document)
    total = max(1, _count(document))
    if lists and (len(lists[0][1]) > 1 or isinstance(document, list)):
        paths, items = lists[0]
        if _count(items) >= 0.5 * total:
            return _found(document, paths, items)
    if not isinstance(document, dict):
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    if lists and _count(lists[0][1]) >= 0.8 * total:
        paths, items = lists[0]
        return _found(document, paths, items)
    return "@", leaves_of([document]), ()


def _found(
    document: object, paths: tuple[str, ...], items: list[Any]
) -> tuple[str, list[list[Leaf]], tuple[str, ...]]:
    path = _joined(tuple(dict.fromkeys(map(_masked, paths))))
    if path not in paths:
        items = jmespath.search(path, document)
    records = [item for item in items if isinstance(item, dict)]
    around = around_json(document, records)
    return path, leaves_of(records), around


def _masked(path: str) -> str:
    """Return a path; where somebody's name is a step of it, one to all that stands so."""
    steps = _STEP.findall(path)
    masked = [ANY if how_plain(step.strip('"')) is Plainness.NEVER else step for step in steps]
    return path or "@" if masked == steps else f"{'.'.join(masked)}[]"


def _joined(paths: tuple[str, ...]) -> str:
    """Return a path to all objects of several lists.

    Where none of them is there it finds nothing, so that an error is no empty list.
    """
    if len(paths) == 1:
        return paths[0]
    return f"({' || '.join(paths)}) && [{', '.join(paths)}][]"


def _together(lists: list[tuple[str, list[Any]]], document: object) -> _Lists:
    """Return the lists, those alike to the first joined with it, as active and past calls are."""
    first = _keys(lists[0][1]) if lists else frozenset[str]()
    alike = {path for path, items in lists if _share(first, _keys(items)) >= _ALIKE}
    if len(alike) <= 1:
        return [((path,), items) for path, items in lists]
    found = [(path, items) for path, items in _lists(document, "") if path in alike]
    return [(tuple(path for path, _ in found), [item for _, items in found for item in items])]


def _keys(items: list[Any]) -> frozenset[str]:
    return frozenset(name for item in items for name in item)


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def leaves_of(records: Sequence[Mapping[str, Any]]) -> list[list[Leaf]]:
    """Return the leaves of each record; items of lists that say their fields' names by these."""
    told = told_lists(records)
    return [json_leaves(record, told) for record in records]


def json_leaves(record: Mapping[str, Any], told: Told = MappingProxyType({})) -> list[Leaf]:
    """Return the leaves of one record; ``told`` are its lists whose items say their names."""
    if not told:
        return list(_leaves(record, "", "", 0))
    kept: Any = record
    found: list[Leaf] = []
    for path, teller in told.items():
        kept, items = _without(kept, path)
        found += told_leaves(items, ".".join(map(quoted, path)), teller)
    return [*_leaves(kept, "", "", 0), *found]


def _without(record: Any, path: tuple[str, ...]) -> tuple[Any, list[Any]]:
    """Return a record without the list at a path, and the list."""
    name, *rest = path
    if not isinstance(record, dict) or name not in record:
        return record, []
    if not rest:
        items = record[name] if isinstance(record[name], list) else []
        return {key: value for key, value in record.items() if key != name or not items}, items
    inner, items = _without(record[name], tuple(rest))
    return {**record, name: inner}, items


def _lists(value: object, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield every list of objects that can be reached through objects alone."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value) and not says_names(value):
            yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _lists(item, f"{path}.{quoted(name)}" if path else quoted(name))


def _count(value: object) -> int:
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    if isinstance(value, list):
        return sum(map(_count, value))
    return 1


def _leaves(value: object, path: str, each: str, where: int) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, item in value.items():
            step = quoted(name)
            yield from _leaves(item, f"{path}.{step}" if path else step, each, where)
    elif isinstance(value, list):
        yield from _list_leaves(value, path, each, where)
    elif value is not None:
        yield Leaf(path=path, text=text_of(value), each=each, where=where)


def _list_leaves(items: list[Any], path: str, each: str, where: int) -> Iterator[Leaf]:
    """Yield the leaves of a list: a group where it holds objects, positions where numbers."""
    if items and all(isinstance(item, dict) for item in items):
        for number, item in enumerate(items):
            if each:
                yield from _leaves(item, f"{path}[]", each, where)
            else:
                yield from _leaves(item, "", path, number)
    elif 2 <= len(items) <= 3 and all(_is_number(item) for item in items):
        for number, item in enumerate(items):
            yield Leaf(path=f"{path}[{number}]", text=str(item), each=each, where=where)
    else:
        for item in items:
            yield from _leaves(item, f"{path}[]", each, where)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
