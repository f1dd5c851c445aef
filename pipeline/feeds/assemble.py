"""Makes the final records of drafts: folds rows of one key, counts, wraps private texts.

In: drafts and refusals in payload order. Out: a ``Reading``. Every row that came in is in exactly
one record's ``rows``. Must never lose a text while folding: what is not kept as a value is kept as
a private value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from pipeline.agencies.agency import CanonicalField
from pipeline.feeds.draw import Draft
from pipeline.feeds.layout import Layout
from pipeline.feeds.outside import Outside
from pipeline.feeds.reading import Reading, RefusedRecord
from pipeline.feeds.values import searchable
from pipeline.model import Notice, NoticeCode, PayloadRefused, Sensitive, SourceRecord

__all__ = ["MAX_ROWS", "Item", "Refusal", "assemble", "few_enough", "tally"]

MAX_ROWS: Final = 100_000
"""Rows or elements in one payload: three times the largest real month seen (33,968 calls)."""

# Fields of which every distinct value counts when rows are folded; a safety flag set on any row
# must stay visible. Of every other field the first row that has it decides.
_UNITED: Final = frozenset(
    {
        CanonicalField.CALL_TYPE,
        CanonicalField.UNITS,
        CanonicalField.RESTRICTED,
        CanonicalField.PLACE_RESTRICTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that a carrier could not read, in the draft's place."""

    code: NoticeCode
    field: str = ""


Item = Draft | Refusal | Outside
"""What a carrier yields: records, and last what stands outside of them, if anything does."""


def few_enough(records: Sequence[object]) -> None:
    """Refuse a payload with more records than are read, before any of them is.

    Raises:
        PayloadRefused: more than :data:`MAX_ROWS`.
    """
    if len(records) > MAX_ROWS:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"row {MAX_ROWS + 1}")


def assemble(items: Iterable[Item], layout: Layout) -> Reading:
    """Return the reading: records in order of first appearance, positions counted after folding.

    What is unread outside of the records, and lines of printed pages, are notices of the whole.

    Raises:
        PayloadRefused: more than :data:`MAX_ROWS` rows or elements.
    """
    beside: list[Outside] = []
    groups = _groups(_records(items, beside), layout)
    records = tuple(_record(position, group) for position, group in enumerate(groups))
    none = [] if records else [Notice(code=NoticeCode.NO_RECORDS)]
    notices = (*none, *_noticed(beside))
    return Reading(records=records, rows=sum(r.rows for r in records), notices=notices)


def tally(items: Iterable[Item], layout: Layout) -> tuple[int, Counter[str]]:
    """Return how many records :func:`assemble` would make, and the codes of those refused.

    Raises:
        PayloadRefused: as :func:`assemble`.
    """
    records = 0
    refused: Counter[str] = Counter()
    for group in _groups(_records(items, []), layout):
        records += 1
        if isinstance(group[0], Refusal):
            refused[group[0].code.value] += 1
    return records, refused


def _records(items: Iterable[Item], beside: list[Outside]) -> Iterator[Draft | Refusal]:
    """Yield the records; what stands outside of them goes to ``beside``."""
    for item in items:
        if isinstance(item, Outside):
            beside.append(item)
        else:
            yield item


def _noticed(beside: Iterable[Outside]) -> Iterator[Notice]:
    """Yield the notices of what stands outside of the records."""
    unread: Counter[str] = Counter()
    lines = 0
    for item in beside:
        unread.update(dict(item.unread))
        lines += item.page_lines
    for path, count in sorted(unread.items()):
        yield Notice(code=NoticeCode.UNREAD_FIELD, field=path, count=count)
    if lines:
        yield Notice(code=NoticeCode.PAGE_LINES, count=lines)


def _groups(
    drafts: Iterable[Draft | Refusal], layout: Layout
) -> Iterable[Sequence[Draft | Refusal]]:
    drafts = _counted(drafts)
    return _grouped(drafts, layout.key) if layout.fold else ((draft,) for draft in drafts)


def _counted(drafts: Iterable[Draft | Refusal]) -> Iterable[Draft | Refusal]:
    for number, draft in enumerate(drafts):
        if number >= MAX_ROWS:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"row {MAX_ROWS + 1}")
        yield draft


def _grouped(
    drafts: Iterable[Draft | Refusal], key: tuple[CanonicalField, ...]
) -> Iterable[Sequence[Draft | Refusal]]:
    """Return drafts that share a complete key together; every other one stands alone."""
    groups: dict[object, list[Draft | Refusal]] = {}
    for position, draft in enumerate(drafts):
        name: object = position
        if isinstance(draft, Draft):
            fields = dict(draft.fields)
            values = tuple(fields.get(field, ("",))[0] for field in key)
            name = values if all(values) else position
        groups.setdefault(name, []).append(draft)
    return groups.values()


def _record(position: int, group: Sequence[Draft | Refusal]) -> SourceRecord | RefusedRecord:
    first = group[0]
    if isinstance(first, Refusal):
        return RefusedRecord(position=position, rows=1, code=first.code, field=first.field)
    draft = first if len(group) == 1 else _folded([d for d in group if isinstance(d, Draft)])
    # Lists are made faster than generators are run, and this is done for every text.
    return SourceRecord(
        position=position,
        rows=draft.rows,
        canonical=tuple(
            [
                (name, (Sensitive(texts[0]),) if len(texts) == 1 else tuple(map(Sensitive, texts)))
                for name, texts in draft.fields
            ]
        ),
        remarks=tuple(
            [tuple([(part, Sensitive(text)) for part, text in parts]) for parts in draft.remarks]
        ),
        people=tuple(
            [
                (role, tuple([(part, Sensitive(text)) for part, text in parts]))
                for role, parts in draft.people
            ]
        ),
        private_values=tuple(map(Sensitive, draft.private)),
        around=tuple(map(Sensitive, draft.around)),
        content=Sensitive(draft.content()),
        notices=tuple(
            [
                Notice(code=NoticeCode.UNREAD_FIELD, field=path, count=count)
                for path, count in draft.unread
            ]
        ),
    )


def _folded(rows: Sequence[Draft]) -> Draft:
    """Return the one draft that several rows of a call make. Row order leaves the content alone."""
    fields: dict[str, dict[str, None]] = {}
    private: dict[str, None] = {}
    unread: dict[str, int] = {}
    for row in rows:
        for field, texts in row.fields:
            if field in _UNITED or field not in fields:
                fields.setdefault(field, {}).update(dict.fromkeys(texts))
            else:
                others = (text for text in texts if text not in fields[field])
                private.update(dict.fromkeys(filter(searchable, others)))
        private.update(dict.fromkeys(row.private))
        for path, count in row.unread:
            unread[path] = unread.get(path, 0) + count
    return Draft(
        fields=tuple((field, tuple(texts)) for field, texts in fields.items()),
        remarks=tuple(dict.fromkeys(parts for row in rows for parts in row.remarks)),
        people=tuple(dict.fromkeys(person for row in rows for person in row.people)),
        private=tuple(private),
        around=tuple(dict.fromkeys(text for row in rows for text in row.around)),
        unread=tuple(sorted(unread.items())),
        content=lambda: orjson.dumps(sorted(row.content() for row in rows)).decode(),
        rows=len(rows),
    )
