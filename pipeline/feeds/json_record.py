"""One JSON record: compiled JMESPaths, texts, and the account of every leaf in it.

In: one parsed object. Out: texts, and what nobody read. A leaf is a string, number or truth value;
numbers and truth values become text. A leaf counts as read when an expression can reach it and its
text was among that expression's results. Nothing here parses.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import jmespath
from jmespath.exceptions import JMESPathError

from pipeline.agencies.paths import FROM_ROOT, names_places
from pipeline.feeds.draw import Account
from pipeline.feeds.json_paths import ANY_INDEX, Pattern, matches, patterns
from pipeline.feeds.layout import Layout
from pipeline.feeds.values import shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["JsonPaths", "JsonRecord", "Leaves", "compiled", "text_of"]

MAX_LEAVES: Final = 50_000  # per record; the longest call seen has some 2,000
MAX_PLACES: Final = 10_000  # kinds of leaves in a payload; the longest real mapping has some 300
MAX_TEXT: Final = 256 * 1024  # characters of one text

_EVERYTHING_BELOW: Final = ".**"
_Read = tuple[str, str]  # (group path or empty, path)


class JsonPaths:
    """The JMESPaths of one layout. Raises ``ConfigError`` for one that cannot be used.

    ``outer_ignored`` and ``outer_deep`` are of what stands outside of the records.
    """

    __slots__ = (
        *("columns_at", "deep", "ignored", "outer_deep", "outer_ignored"),
        *("read", "records", "takes"),
    )

    def __init__(self, layout: Layout) -> None:
        self.records = _expression(layout.records, layout)
        self.columns_at = _expression(layout.columns_at, layout) if layout.columns_at else None
        wanted = {path for _, path in layout.reads()} | set(layout.groups())
        self.read = {path: _expression(path, layout) for path in sorted(wanted)}
        self.takes: tuple[tuple[Pattern, _Read], ...] = tuple(
            ((*outer, *inner), (each, path))
            for each, path in layout.reads()
            for outer in sorted(patterns(each) if each else {()})
            for inner in sorted(patterns(path))
        )
        # The group's items stand one index below what its path names when that is a plain list.
        self.takes += tuple(
            ((*outer, ANY_INDEX, *inner), (each, path))
            for each, path in layout.reads()
            if each
            for outer in sorted(patterns(each))
            for inner in sorted(patterns(path))
        )
        self.ignored: set[Pattern] = set()
        self.deep: set[Pattern] = set()
        self.outer_ignored: set[Pattern] = set()
        self.outer_deep: set[Pattern] = set()
        for path in layout.ignored_fields:
            outer = path.startswith(FROM_ROOT)
            if path.endswith(_EVERYTHING_BELOW):
                kept = self.outer_deep if outer else self.deep
            else:
                kept = self.outer_ignored if outer else self.ignored
            inner = path.removesuffix(_EVERYTHING_BELOW).removeprefix(FROM_ROOT)
            kept |= _ignored(inner, layout)


@lru_cache(maxsize=64)
def compiled(layout: Layout) -> JsonPaths:
    """Return the layout's JMESPaths, compiled once per layout."""
    return JsonPaths(layout)


def _expression(path: str, layout: Layout) -> Any:
    try:
        return jmespath.compile(path)
    except JMESPathError:
        problem = f"{path!r} is not a JMESPath"
    raise ConfigError(problem, remedy="Quote names with odd characters.", path=layout.source)


def _ignored(path: str, layout: Layout) -> frozenset[Pattern]:
    _expression(path, layout)
    if not names_places(path):
        problem = f"ignored field {path!r} holds an index, filter or function"
        remedy = "Ignored fields name places only, such as units[].name or units.**."
        raise ConfigError(problem, remedy=remedy, path=layout.source)
    return patterns(path)


class Leaves:
    """What every leaf path of a payload means: its shown form, who may read it, if it is ignored.

    One serves a whole payload, so that each path is judged once.
    """

    __slots__ = ("_deep", "_ignored", "_known", "_takes")

    def __init__(
        self,
        takes: Sequence[tuple[Pattern, _Read]],
        ignored: Collection[Pattern],
        deep: Collection[Pattern],
    ) -> None:
        self._takes, self._ignored, self._deep = takes, ignored, deep
        self._known: dict[Pattern, tuple[str, tuple[_Read, ...], bool]] = {}

    def judge(self, path: Pattern) -> tuple[str, tuple[_Read, ...], bool]:
        """Return (shown path, reads that may take it, ignored).

        Raises:
            PayloadRefused: more than :data:`MAX_PLACES` kinds of leaves.
        """
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= MAX_PLACES:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
            takes = self._takes
            readers = tuple(dict.fromkeys(read for took, read in takes if matches(took, path)))
            known = self._known[path] = (_shown(path), readers, self._ignores(path))
        return known

    def _ignores(self, path: Pattern) -> bool:
        if any(matches(pattern, path) for pattern in self._deep):
            return True
        while path and path[-1] == ANY_INDEX:  # a list of plain values goes by its own name
            if path in self._ignored:
                return True
            path = path[:-1]
        return any(len(p) == len(path) and matches(p, path) for p in self._ignored)


class JsonRecord:
    """One record, or a group in it that shares the record's marks of what was taken."""

    __slots__ = ("_each", "_leaves", "_paths", "_taken", "_value")

    def __init__(
        self,
        value: object,
        paths: JsonPaths,
        leaves: Leaves,
        *,
        each: str = "",
        taken: dict[_Read, set[str]] | None = None,
    ) -> None:
        self._value, self._paths, self._leaves, self._each = value, paths, leaves, each
        self._taken: dict[_Read, set[str]] = {} if taken is None else taken

    def texts(self, path: str) -> list[str]:
        texts = list(islice(_scalars(self._search(path)), MAX_LEAVES + 1))
        if len(texts) > MAX_LEAVES:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
        self._taken.setdefault((self._each, path), set()).update(texts)
        return texts

    def groups(self, path: str) -> Sequence[JsonRecord]:
        found = self._search(path)
        items = found if isinstance(found, list) else [] if found is None else [found]
        return [
            JsonRecord(item, self._paths, self._leaves, each=path, taken=self._taken)
            for item in items
        ]

    def account(self) -> Account:
        unread: list[tuple[str, str]] = []
        content: list[tuple[tuple[str | int, ...], str]] = []
        for count, (where, path, text) in enumerate(_leaves(self._value, (), ())):
            if count >= MAX_LEAVES or len(text) > MAX_TEXT:
                raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)
            name, readers, ignored = self._leaves.judge(path)
            if ignored:
                continue
            content.append((where, text))
            if not any(text in self._taken.get(read, ()) for read in readers):
                unread.append((name, text))
        content.sort()
        return Account(unread=unread, content=json.dumps(content, ensure_ascii=False))

    def _search(self, path: str) -> Any:
        try:
            return self._paths.read[path].search(self._value)
        except JMESPathError:  # a function met a type it does not take: nothing was read
            return None


def _leaves(
    value: object, where: tuple[str | int, ...], path: Pattern
) -> Iterator[tuple[tuple[str | int, ...], Pattern, str]]:
    """Yield (exact place, generic path, text) of every leaf; null is no leaf."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, (*where, name), (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*where, index), (*path, ANY_INDEX))
    elif value is not None:
        yield where, path, text_of(value)


def _scalars(value: object) -> Iterator[str]:
    return (text for _, _, text in _leaves(value, (), ()))


def text_of(value: object) -> str:
    """Return a string, number or truth value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _shown(path: Pattern) -> str:
    text = ""
    for name in path:
        if name == ANY_INDEX:
            text += name
        else:
            text += f".{shown(name)}" if text else shown(name)
    return text
