"""The leaves of sample records, gathered by the place they stand in.

In: one list of leaves per record. Out: columns, one per place. Nothing here knows a carrier, and
nothing may print a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Final

from pipeline.feeds.json_record import MAX_PLACES
from pipeline.feeds.values import Cleaner
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["Column", "Leaf", "columns_of", "texts_by_path", "words_of"]

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)")
_VAGUE: Final = re.compile(
    r"(?:line ?)?1?|date time|identification (?:id|number)|value|full"
    r"|display|name|nm|text|txt|desc|ds|description|code|cd|label|number"
    r"|num|no"
)
_AGAIN: Final = re.compile(r"\b(\w+) \1\b")
_SPLIT: Final = re.compile(r"[^A-Za-z0-9#]+")
_GLUED: Final = re.compile(
    r"(nat|nature|typ|type|rp|caller|compl|loc|inc|evt|clr?)"
    r"(desc|descr|dsc|txt|ph|phone|tel|name|nm|addr|cd|code|type|num|no)"
)
"""Two words in small letters without anything between them, as attributes have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One text of a record. ``each`` is the path of the repeated group it stands in, or empty.

    ``path`` starts from the group where there is one, else from the record; ``where`` tells the
    groups of one record apart. ``name`` is given to a part of a text, which its path does not name.
    """

    path: str
    text: str = field(repr=False)
    each: str = ""
    where: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """All texts of one place. ``rows`` has one tuple per record, nulls taken out.

    ``name`` is in words, the last step's last; ``words`` are those of all steps. ``names`` are what
    the payload itself says its codes stand for. ``calls`` are the records that are calls, where
    others are told from them; else it is empty.
    """

    path: str
    each: str
    name: str
    words: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    calls: tuple[bool, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that is not null."""
        return tuple(text for row in self.rows for text in row)

    @property
    def said(self) -> tuple[str, ...]:
        """Every text, or what it stands for."""
        return tuple(self.names.get(text, text) for text in self.texts)

    @property
    def filled(self) -> float:
        """Share of records that have a text here, in the sense of :meth:`share`."""
        return self.share([bool(row) for row in self.rows])

    def share(self, having: Sequence[bool]) -> float:
        """Return the share of records that have something: of calls; of all if no call has it."""
        among = list(compress(having, self.calls))
        return sum(among) / len(among) if any(among) else sum(having) / max(1, len(having))

    @property
    def most(self) -> int:
        """Most texts in one record."""
        return max(map(len, self.rows), default=0)

    @property
    def full(self) -> str:
        """The place as it is told to people."""
        return f"{self.each}: {self.path}" if self.each else self.path


def columns_of(records: Sequence[Sequence[Leaf]]) -> tuple[Column, ...]:
    """Return the columns in the order in which they first appear.

    Raises:
        PayloadRefused: more than :data:`MAX_PLACES` of them, so that names are values.
    """
    clean = Cleaner((), '"')
    places: dict[tuple[str, str], dict[int, list[str]]] = {}
    names: dict[tuple[str, str], str] = {}
    for number, leaves in enumerate(records):
        for leaf in leaves:
            place = (leaf.each, leaf.path)
            rows = places.get(place)
            if rows is None:
                if len(places) >= MAX_PLACES:
                    raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"places {MAX_PLACES}")
                names[place] = leaf.name
                rows = places[place] = {}
            if text := clean(leaf.text):
                rows.setdefault(number, []).append(text)
    return tuple(
        Column(
            path=path,
            each=each,
            name=names[each, path] or _named(path) or words_of(path) or words_of(each),
            words=names[each, path] or _once(" ".join(filter(None, map(_spoken, (each, path))))),
            rows=tuple(tuple(rows.get(number, ())) for number in range(len(records))),
        )
        for (each, path), rows in places.items()
    )


def texts_by_path(
    records: Sequence[Sequence[Leaf]],
) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each path of the first record outside of groups, with its texts in every record."""
    for path in dict.fromkeys(leaf.path for each in records[:1] for leaf in each if not leaf.each):
        yield path, [[x.text for x in each if (x.path, x.each) == (path, "")] for each in records]


def words_of(name: str) -> str:
    """Return a name as lower-case words: ``CallReceivedTime`` is ``call received time``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    parts = (
        part for piece in _SPLIT.split(plain.replace("#", " #")) for part in _CAMEL.split(piece)
    )
    return " ".join(_apart(part.lower()) for part in parts if part)


def _apart(word: str) -> str:
    found = _GLUED.fullmatch(word)
    return f"{found[1]} {found[2]}" if found else word


def _spoken(path: str) -> str:
    """Return a path in words, without prefixes such as ``t:``."""
    return words_of(re.sub(r"(?<![\w.-])[A-Za-z_][\w.-]*:(?=[A-Za-z_])", "", path))


def _named(path: str) -> str:
    """Return the last step in words; with the one before it where it says nothing alone."""
    words = words_of(_last(path))
    above = re.split(r"/|\.(?=[\w\"@:])", path)[:-1]
    if not above or not _VAGUE.fullmatch(words):
        return words
    return _once(f"{words_of(_last(above[-1]))} {words}")


def _once(words: str) -> str:
    """Return words without one that a step says again: ``date date time``."""
    return _AGAIN.sub(r"\1", words)


def _last(path: str) -> str:
    """Return the last step of a path; a prefix such as ``t:`` is no part of it."""
    step = re.split(r"/|\.(?=[\w\"@:])", path)[-1].strip('"@')
    return step.rpartition(":")[2] or step
