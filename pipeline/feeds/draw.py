"""Draws one record's mapped texts out of any carrier, and accounts for all that is left.

In: a ``RecordSource`` (one XML element, JSON object or table row) and the ``Layout``. Out: a
``Draft`` of plain texts. The carriers know syntax, this module knows the mapping, ``assemble``
makes records of drafts. A leaf nobody asked for is never left out silently: its text is kept as a
private value, its path becomes a notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Protocol

import orjson

from pipeline.agencies.agency import FieldSpec, RemarkSpec
from pipeline.feeds.layout import Layout, PeopleLayout
from pipeline.feeds.values import Cleaner, searchable
from pipeline.model import PersonRole

__all__ = ["Account", "Draft", "Parts", "RecordSource", "draw"]

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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """One record's cleaned texts before they are wrapped; silent, for it holds private text."""

    fields: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[Parts, ...]
    people: tuple[tuple[PersonRole, Parts], ...]
    private: tuple[str, ...]
    unread: tuple[tuple[str, int], ...]
    content: str
    rows: int = 1


def draw(source: RecordSource, layout: Layout, clean: Cleaner) -> Draft:
    """Return everything ``layout`` asks of ``source``, and an account of the rest."""
    fields = tuple(
        (name, texts) for name, spec in layout.named if (texts := _field(source, spec, clean))
    )
    private: dict[str, None] = {}
    remarks = tuple(r for spec in layout.remarks for r in _remarks(source, spec, clean))
    people = tuple(p for spec in layout.people for p in _people(source, spec, clean, private))
    for path in layout.private_values:
        private.update(dict.fromkeys(filter(None, map(clean, source.texts(path)))))
    rest = source.account()
    unread: dict[str, int] = {}
    for path, text in rest.unread:
        if cleaned := clean(text):
            unread[path] = unread.get(path, 0) + 1
            if searchable(cleaned):
                private[cleaned] = None
    return Draft(
        fields=fields,
        remarks=remarks,
        people=people,
        private=tuple(private),
        unread=tuple(sorted(unread.items())),
        # What is mapped counts for the revision even where an ignored field's path covers it.
        content=f"{rest.content}\x1e{orjson.dumps((fields, remarks, people)).decode()}",
    )


def _field(source: RecordSource, spec: FieldSpec, clean: Cleaner) -> tuple[str, ...]:
    if len(spec.paths) == 1:
        found = source.texts(spec.paths[0])
        if len(found) == 1:  # most of them
            text = clean(found[0])
            return (text,) if text else ()
        return tuple(filter(None, map(clean, found)))
    parts = [part for path in spec.paths for text in source.texts(path) if (part := clean(text))]
    return (" ".join(parts),) if parts else ()


def _remarks(source: RecordSource, spec: RemarkSpec, clean: Cleaner) -> Iterable[Parts]:
    for group in source.groups(spec.each) if spec.each else (source,):
        texts = group.texts(spec.text)
        times = group.texts(spec.at) if spec.at else []
        restrictions = group.texts(spec.restriction) if spec.restriction else []
        restricted = bool(restrictions) and any(
            _restricts(text, spec, clean) for text in restrictions
        )
        paired = times if len(times) == len(texts) else times[:1] * len(texts)
        for text, at in zip_longest(texts, paired, fillvalue=""):
            if cleaned := clean(text):
                parts = [("text", cleaned)]
                if moment := clean(at):
                    parts.append(("at", moment))
                if restricted:
                    parts.append(("restricted", "yes"))
                yield tuple(parts)


def _restricts(text: str, spec: RemarkSpec, clean: Cleaner) -> bool:
    """True when the agency's mark means that the remark is restricted."""
    mark = clean(text).casefold()
    if spec.restricted_values:
        return mark in {value.strip().casefold() for value in spec.restricted_values}
    return mark not in _UNRESTRICTED


def _people(
    source: RecordSource, spec: PeopleLayout, clean: Cleaner, private: dict[str, None]
) -> Iterable[tuple[PersonRole, Parts]]:
    """Yield one person per group, or per value where a path without a group gives several."""
    for group in source.groups(spec.each) if spec.each else (source,):
        columns: list[list[tuple[str, str]]] = []
        for part, paths in spec.parts:
            values = [group.texts(path) for path in paths]
            if len(values) == 1:  # most parts: nothing to join, and no others
                columns.append([(part, clean(text)) for text in values[0]])
                continue
            if part in _JOINED:
                texts = [_joined(row, clean) for row in zip_longest(*values, fillvalue="")]
            else:
                texts = [clean(text) for row in values[:1] for text in row]
                others = (clean(text) for row in values[1:] for text in row)
                private.update(dict.fromkeys(filter(None, others)))
            columns.append([(part, text) for text in texts])
        for row in zip_longest(*columns, fillvalue=("", "")):
            if parts := tuple(pair for pair in row if pair[1]):
                yield spec.role, parts


def _joined(texts: Sequence[str], clean: Cleaner) -> str:
    """Return the parts of a name or address as one text, or ``""`` where all of them are null.

    A word that merely looks null stays when another part is there: ``Nan`` and ``Null`` are names.
    """
    if len(texts) == 1:
        return clean(texts[0])
    if not any(map(clean, texts)):
        return ""
    trimmed = map(clean.trim, texts)
    return " ".join(text for text in trimmed if clean(text) or text.isalpha())
