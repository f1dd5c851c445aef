"""Draws one record's mapped texts out of any carrier, and accounts for all that is left.

In: a ``RecordSource`` (one XML element, JSON object or table row) and the ``Layout``. Out: a
``Draft`` of plain texts. The carriers know syntax, this module knows the mapping, ``assemble``
makes records of drafts. A leaf nobody asked for is never left out silently: its text is kept as a
private value, its path becomes a notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

import orjson

from pipeline.agencies.agency import RemarkSpec
from pipeline.feeds.layout import AROUND, Layout, PeopleLayout
from pipeline.feeds.values import Cleaner, searchable
from pipeline.model import PersonRole

__all__ = [
    "Account",
    "Draft",
    "Parts",
    "Plan",
    "RecordSource",
    "Taking",
    "draw",
    "drawn",
    "planned",
    "settled",
    "taking",
]

Parts = tuple[tuple[str, str], ...]
"""(part, text) pairs of one remark or person."""

_JOINED: Final = frozenset({"name", "address"})  # parts whose several paths make one text
_UNRESTRICTED: Final = frozenset({"", "none", "no", "false", "0"})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Account:
    """The rest of a record once read: unread (path, text) leaves and the revision's content."""

    unread: Sequence[tuple[str, str]]
    content: str


class RecordSource(Protocol):
    """One record, or one repeated group in it, of any carrier."""

    def texts(self, path: str, /) -> list[str]:
        """Return the raw texts at ``path`` in order, and count those leaves as read."""
        ...

    def groups(self, path: str, /) -> Sequence[RecordSource]:
        """Return the repeated groups at ``path``; their reads count for this record."""
        ...

    def account(self) -> Account:
        """Return what was not read. Called once, last."""
        ...


class Draft(NamedTuple):
    """One record's cleaned texts before they are wrapped; silent, for it holds private text.

    ``content`` writes the revision's content: a check, which compares no revisions, never asks.
    Made for every row of a bulk file, and a tuple is made in a third of a frozen class's time.
    """

    fields: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[Parts, ...]
    people: tuple[tuple[PersonRole, Parts], ...]
    private: tuple[str, ...]
    around: tuple[str, ...]
    unread: tuple[tuple[str, int], ...]
    content: Callable[[], str]
    rows: int = 1

    def __repr__(self) -> str:
        return "<Draft>"


def draw(source: RecordSource, layout: Layout, clean: Cleaner) -> Draft:
    """Return everything ``layout`` asks of ``source``, and an account of the rest."""
    plan, texts = planned(source, layout)
    rest = source.account()
    return drawn(plan, texts, rest.unread, lambda: rest.content, clean)


_Remarks = tuple[RemarkSpec, tuple[int, ...], tuple[tuple[int, int | None], ...]]
_Cell = tuple[str, tuple[int, ...]]
_Person = tuple[PersonRole, tuple[_Cell, ...]]
_Asked = Callable[["RecordSource", str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the texts that a record was asked for, by their positions.

    ``alone`` are (name, position) of the first fields, ``fields`` of the others (name, whether
    several paths make one text, positions). ``remarks`` are (spec,
    positions of restriction marks, (text, time) positions of each). ``people`` are (role, (part,
    positions that make it) of each). ``private`` are looked for in remarks, and nothing else.
    """

    alone: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, bool, tuple[int, ...]], ...]
    remarks: tuple[_Remarks, ...]
    people: tuple[_Person, ...]
    private: tuple[int, ...]


def planned(source: RecordSource, layout: Layout) -> tuple[Plan, list[str]]:
    """Ask ``source`` for all that ``layout`` maps; return what becomes of it, and the texts.

    The plan depends on where texts stand and how many there are, never on what they say.
    """
    texts: list[str] = []

    def asked(group: RecordSource, path: str) -> tuple[int, ...]:
        start = len(texts)
        texts.extend(group.texts(path))
        return tuple(range(start, len(texts)))

    fields = []
    for name, spec in layout.named:
        positions = tuple(i for path in spec.paths for i in asked(source, path))
        if positions:
            fields.append((name, len(spec.paths) > 1, positions))
    remarks = tuple(found for spec in layout.remarks for found in _remarks(source, spec, asked))
    people: list[_Person] = []
    private: list[int] = []
    for person in layout.people:
        for group in source.groups(person.each) if person.each else (source,):
            people += _people(group, person, asked, private)
    for path in layout.private_values:
        private += asked(source, path)
    return Plan((), tuple(fields), remarks, tuple(people), tuple(private)), texts


def settled(plan: Plan, places: Sequence[int]) -> Plan:
    """Return a plan for many records, in which the text at ``i`` stands at ``places[i]`` now.

    Remarks that follow each other and are told apart by nothing are taken together.
    """

    def to(positions: Iterable[int]) -> tuple[int, ...]:
        return tuple([places[i] for i in positions])

    remarks: list[_Remarks] = []
    for spec, marks, pairs in plan.remarks:
        pairs = tuple((places[i], None if at is None else places[at]) for i, at in pairs)
        if remarks and not marks and remarks[-1][:2] == (spec, ()):
            pairs = remarks.pop()[2] + pairs
        remarks.append((spec, to(marks), pairs))
    alone = tuple(takewhile(lambda field: len(field[2]) == 1, plan.fields))
    others = plan.fields[len(alone) :]
    return Plan(
        tuple((name, places[i]) for name, _, (i,) in alone),
        tuple((name, joined, to(positions)) for name, joined, positions in others),
        tuple(remarks),
        tuple(
            (role, tuple((part, to(positions)) for part, positions in cells))
            for role, cells in plan.people
        ),
        to(plan.private),
    )


def _remarks(source: RecordSource, spec: RemarkSpec, asked: _Asked) -> Iterable[_Remarks]:
    for group in source.groups(spec.each) if spec.each else (source,):
        said = asked(group, spec.text)
        times: Sequence[int | None] = asked(group, spec.at) if spec.at else ()
        marks = asked(group, spec.restriction) if spec.restriction else ()
        if len(times) != len(said):
            times = (times[0] if times else None,) * len(said)
        if said:
            yield spec, marks, tuple(zip(said, times, strict=True))


def _people(
    group: RecordSource, spec: PeopleLayout, asked: _Asked, private: list[int]
) -> Iterable[_Person]:
    """Yield one person per group, or per value where a path without a group gives several."""
    columns: list[list[_Cell]] = []
    for part, paths in spec.parts:
        values = [asked(group, path) for path in paths]
        if part in _JOINED:
            rows = zip_longest(*values)
            columns.append([(part, tuple(i for i in row if i is not None)) for row in rows])
        else:
            columns.append([(part, (i,)) for row in values[:1] for i in row])
            private.extend(i for row in values[1:] for i in row)
    for row in zip_longest(*columns):
        yield spec.role, tuple(cell for cell in row if cell is not None)


Taking = Callable[[Sequence[str]], Sequence[str]]
"""Takes the texts at some positions."""


def taking(positions: Sequence[int]) -> Taking:
    """Return what takes the texts at ``positions``."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda texts: tuple([texts[i] for i in positions])


def drawn(
    plan: Plan,
    texts: Sequence[str],
    left: Sequence[tuple[str, str]],
    content: Callable[[], str],
    clean: Cleaner,
) -> Draft:
    """Return the draft of a record with these texts, and what its account has left and writes."""
    said = clean.each(texts)
    fields: list[tuple[str, tuple[str, ...]]]
    fields = [(name, (text,)) for name, i in plan.alone if (text := said[i])]
    for name, joined, positions in plan.fields:
        if len(positions) == 1:
            if text := said[positions[0]]:
                fields.append((name, (text,)))
        elif several := [text for i in positions if (text := said[i])]:
            fields.append((name, (" ".join(several),) if joined else tuple(several)))
    remarks = tuple([parts for each in plan.remarks for parts in _said(each, said)])
    people = tuple(
        [
            (role, parts)
            for role, cells in plan.people
            if (parts := _parts(cells, texts, said, clean))
        ]
    )
    private = dict.fromkeys([text for i in plan.private if (text := said[i])])
    unread: dict[str, int] = {}
    around: list[str] = []
    for path, text in left:
        if cleaned := clean(text):
            unread[path] = unread.get(path, 0) + 1
            if searchable(cleaned):
                private[cleaned] = None
                if path == AROUND:
                    around.append(cleaned)
    return Draft(
        fields=tuple(fields),
        remarks=remarks,
        people=people,
        private=tuple(private),
        around=tuple(around),
        unread=tuple(sorted(unread.items())) if unread else (),
        # No partial: that would show its texts.
        content=lambda: _content(content(), fields, remarks, people),
    )


def _content(account: str, *mapped: object) -> str:
    """Return a revision's content: what is mapped counts even where an ignored path covers it."""
    return f"{account}\x1e{orjson.dumps(mapped).decode()}"


def _said(remarks: _Remarks, said: Sequence[str]) -> list[Parts]:
    spec, marks, pairs = remarks
    restricted = bool(marks) and any(_restricts(said[i], spec) for i in marks)
    found = []
    for i, at in pairs:
        if text := said[i]:
            moment = "" if at is None else said[at]
            parts: Parts = (("text", text), ("at", moment)) if moment else (("text", text),)
            found.append((*parts, ("restricted", "yes")) if restricted else parts)
    return found


def _parts(
    cells: Sequence[_Cell], texts: Sequence[str], said: Sequence[str], clean: Cleaner
) -> Parts:
    return tuple(
        [
            (part, text)
            for part, at in cells
            if (text := said[at[0]] if len(at) == 1 else _joined([texts[i] for i in at], clean))
        ]
    )


def _restricts(said: str, spec: RemarkSpec) -> bool:
    """True when the agency's mark, already cleaned, means that the remark is restricted."""
    mark = said.casefold()
    if spec.restricted_values:
        return mark in {value.strip().casefold() for value in spec.restricted_values}
    return mark not in _UNRESTRICTED


def _joined(texts: Sequence[str], clean: Cleaner) -> str:
    """Return the parts of a name or address as one text, or ``""`` where all of them are null.

    A word that merely looks null stays when another part is there: ``Nan`` and ``Null`` are names.
    """
    if not any(map(clean, texts)):
        return ""
    trimmed = map(clean.trim, texts)
    return " ".join(text for text in trimmed if clean(text) or text.isalpha())
