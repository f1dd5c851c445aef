"""Finds JSON lists whose items say their field's name: ``[{"name": ..., "value": ...}]``.

In: records. Out: the paths of such lists, and the key that tells the names, as ``xml_pairs`` finds
them in XML; and the items' leaves by name, as JMESPath filters. It must never take a name that may
be a value of one call: what has one stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pipeline.feeds.json_record import text_of
from pipeline.onboarding.json_keys import quoted
from pipeline.onboarding.leaf import Leaf, words_of
from pipeline.onboarding.xml_pairs import TELLING, VALUE, are_names, may_name_a_field

__all__ = ["Told", "name_places", "says_names", "told_leaves", "told_lists"]

Told = Mapping[tuple[str, ...], str]
"""Keys down to a list, and the key that tells the names of its items."""

_MOST_KEYS: Final = 6  # of an item: more is a record
_FILTER: Final = re.compile(r"^(.*)\[\?([^\]=]+)==")


def told_lists(records: Sequence[Mapping[str, Any]]) -> Told:
    """Return the lists whose items say the names of their fields."""
    found: dict[tuple[str, ...], list[list[Any]]] = {}
    for record in records:
        for path, items in _lists(record, ()):
            found.setdefault(path, []).append(items)
    told = {path: _teller(lists) for path, lists in found.items()}
    return {path: teller for path, teller in told.items() if teller}


def says_names(items: list[Any]) -> bool:
    """Return whether a list's items say names of fields: it is one record, and no list of them."""
    return bool(_teller([items]))


def told_leaves(items: list[Any], path: str, teller: str) -> Iterator[Leaf]:
    """Yield the leaves of the items of the list at ``path`` by the names their ``teller`` says."""
    for item in items:
        name = item.get(teller)
        if not isinstance(name, str) or not may_name_a_field(name):
            continue
        for key, value in item.items():
            if key == teller or value is None or isinstance(value, dict | list):
                continue
            said = words_of(key)
            words = words_of(name) if VALUE.fullmatch(said) else f"{words_of(name)} {said}"
            place = f"{path}[?{quoted(teller)}=='{name}'].{quoted(key)}"
            yield Leaf(path=place, text=text_of(value), name=words)


def name_places(paths: Sequence[str]) -> tuple[str, ...]:
    """Return where names stand that filters in paths name: they say nothing of a call."""
    found = (_FILTER.match(path) for path in paths)
    return tuple(dict.fromkeys(f"{each[1]}[].{each[2]}" for each in found if each))


def _lists(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _lists(item, (*path, name))
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield path, value


def _teller(lists: Sequence[list[Any]]) -> str:
    """Return the key by which all items of such lists tell their names; empty if there is none."""
    items = [item for each in lists for item in each]
    if not items or any(len(item) not in range(2, _MOST_KEYS + 1) for item in items):
        return ""
    for key in items[0]:
        texts = [item.get(key) for item in items]
        telling = TELLING.fullmatch(words_of(key)) and all(isinstance(text, str) for text in texts)
        if telling and are_names([[("", item[key]) for item in each] for each in lists]):
            return str(key)
    return ""
