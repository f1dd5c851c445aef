"""The part of an agency file that says where things stand in a record, for compiling.

In: an ``Agency``. Out: a hashable ``Layout``, the cache key under which each carrier compiles its
paths once. Must hold nothing from a payload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.agencies.agency import (
    Agency,
    CanonicalField,
    FieldSpec,
    FormatKind,
    Presence,
    RemarkSpec,
)
from pipeline.agencies.transport import Mailbox
from pipeline.feeds.mail_head import HEADS
from pipeline.feeds.mail_subject import SUBJECT_NUMBER, SUBJECT_TYPE
from pipeline.model import PersonRole

__all__ = ["AROUND", "BEHIND", "Layout", "PeopleLayout", "headers_of", "layout_of"]

AROUND: Final = "words around"
"""The name of what stands around a table or before any label; to be mapped or ignored like it."""

BEHIND: Final = "words behind"
"""The name of lines below a label's that say no more of its fact; they are of that call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLayout:
    """Where one kind of person stands; ``parts`` are (name, phone, ...) with their paths."""

    role: PersonRole
    each: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Every path of an agency's mapping, and how values are cleaned.

    ``named`` are the fields, each with its name as text: an enumeration is slow to ask for it.
    ``heads`` are the fields that the headers of a mail make.
    """

    kind: FormatKind
    records: str
    namespaces: tuple[tuple[str, str], ...]
    schema: Path | None
    delimiter: str
    columns: tuple[str, ...]
    widths: tuple[int, ...]
    columns_at: str
    labels: tuple[str, ...]
    separator: str
    named: tuple[tuple[str, FieldSpec], ...]
    key: tuple[CanonicalField, ...]
    remarks: tuple[RemarkSpec, ...]
    people: tuple[PeopleLayout, ...]
    private_values: tuple[str, ...]
    ignored_fields: tuple[str, ...]
    nulls: tuple[str, ...]
    strip: str
    fold: bool
    heads: tuple[str, ...]
    source: Path

    def reads(self) -> tuple[tuple[str, str], ...]:
        """Return every (group path or empty, path) that is evaluated on a record, once each."""
        found: dict[tuple[str, str], None] = {}
        for _, spec in self.named:
            found.update(dict.fromkeys(("", path) for path in spec.paths))
        for remark in self.remarks:
            parts = (remark.text, remark.at, remark.restriction)
            found.update(dict.fromkeys((remark.each, path) for path in parts if path))
        for person in self.people:
            for _, paths in person.parts:
                found.update(dict.fromkeys((person.each, path) for path in paths))
        found.update(dict.fromkeys(("", path) for path in self.private_values))
        return tuple(found)

    def groups(self) -> tuple[str, ...]:
        """Return the paths of repeated groups."""
        return tuple(dict.fromkeys(each for each, _ in self.reads() if each))

    def needed(self) -> tuple[str, ...]:
        """Return the paths without which no record of this feed could be read, but a mail's."""
        always = {CanonicalField.CALL_TYPE, CanonicalField.OPENED_AT, *self.key}
        return tuple(
            path
            for _, spec in self.named
            if spec.presence is Presence.REQUIRED or spec.field in always
            for path in spec.paths
            if path not in self.heads
        )


def headers_of(agency: Agency) -> tuple[str, ...]:
    """Return the headers of its mails that are kept with their texts."""
    return agency.transport.headers if isinstance(agency.transport, Mailbox) else ()


def _heads(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the fields that headers make, and those that a subject makes in parts."""
    parts = (SUBJECT_TYPE, SUBJECT_NUMBER) if "subject" in headers else ()
    return (*(HEADS[header] for header in headers), *parts)


def layout_of(agency: Agency) -> Layout:
    """Return the layout that ``agency`` describes."""
    form = agency.format
    return Layout(
        kind=form.kind,
        records=form.records,
        namespaces=tuple(sorted(form.namespaces.items())),
        schema=form.schema,
        delimiter=form.delimiter,
        columns=form.columns,
        widths=form.widths,
        columns_at=form.columns_at,
        labels=form.labels,
        separator=form.separator,
        named=tuple((spec.field.value, spec) for spec in agency.fields.values()),
        key=agency.key,
        remarks=agency.remarks,
        people=tuple(
            PeopleLayout(role=spec.role, each=spec.each, parts=tuple(sorted(spec.parts.items())))
            for spec in agency.people
        ),
        private_values=agency.private_values,
        ignored_fields=agency.ignored_fields,
        nulls=form.nulls,
        strip=form.strip,
        fold=form.fold,
        heads=_heads(headers_of(agency)),
        source=agency.folder / "agency.yml",
    )
