"""JSON Lines: one JSON object a line, read line by line, and every line accounted for.

In: decoded text and a layout. Out: drafts, and refusals of lines that are no whole object: where a
line ends is beyond doubt, so a broken one says nothing of the next. ``format.records`` is looked
for in each line. Only a line feed ends a line, for JSON may hold any other break as it is. Memory
is one line's beside the text, and what the kinds of leaves of all lines take, which are bounded as
those of one document are. Must never mend a line, or join two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.feeds.assemble import Item, Refusal
from pipeline.feeds.json import drafts_of, parse, records_at
from pipeline.feeds.json_record import JsonPaths, compiled
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outer, Outside, outer_leaves, outside_json, unread_of
from pipeline.feeds.values import Cleaner
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["json_lines_outside", "object_lines", "read_json_lines"]

_HALF = 0.5  # share of lines that tells a form, some of which may be broken


def read_json_lines(text: str, layout: Layout) -> Iterator[Item]:
    """Yield the drafts or the refusal of each line that is not blank, and what is outside of them.

    Raises:
        PayloadRefused: no line can be read, so it is another format; a record beyond a limit, or
            too many kinds of leaves in all lines.
        ConfigError: a path or schema of the agency file cannot be used.
    """
    clean = Cleaner(layout.nulls, layout.strip)
    outside = Counter[str]()
    yield from drafts_of(_records(text, compiled(layout), clean, outside), layout)
    if outside:
        yield Outside(unread=tuple(sorted(outside.items())))


def json_lines_outside(text: str, layout: Layout) -> Iterator[Outer]:
    """Yield all that stands outside of the records of each line that can be read."""
    paths = compiled(layout)
    leaves = outer_leaves(paths)
    for value in filter(None, (_value(line) for _, line in _lines(text))):
        try:
            found = records_at(value, paths.records)
        except PayloadRefused:
            continue
        yield from outside_json(value, found, leaves)


def object_lines(text: str, most: int) -> list[dict[str, Any]] | None:
    """Return the objects among the first ``most`` lines; None where the text is no JSON Lines."""
    values = [_value(line) for _, line in islice(_lines(text), most)]
    objects = [value for value in values if isinstance(value, dict)]
    if not objects or values[0] is not objects[0] or len(objects) < _HALF * len(values):
        return None
    return objects


def _records(
    text: str, paths: JsonPaths, clean: Cleaner, outside: Counter[str]
) -> Iterator[object]:
    """Yield every record of every line, and a refusal for each line that has none."""
    read, broken, leaves = False, "", outer_leaves(paths)
    for number, line in _lines(text):
        value = _value(line)
        try:
            found = None if value is None else records_at(value, paths.records)
        except PayloadRefused:
            found = None
        if found is None:
            place = f"line {number}"
            broken = broken or place
            yield Refusal(code=NoticeCode.LINE_BROKEN, field=place)
            continue
        read = True
        yield from found
        for around in unread_of(outside_json(value, found, leaves), clean):
            outside.update(dict(around.unread))
    if broken and not read:
        raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, broken)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if line := text[start:end].strip(" \t\r"):
            yield number, line
        start, number = end + 1, number + 1


def _value(line: str) -> dict[str, Any] | None:
    """Return the object of a line; None where it is none, or one that is refused."""
    try:
        value = parse(line)
    except PayloadRefused:
        return None
    return value if isinstance(value, dict) else None
