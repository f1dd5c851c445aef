"""Labelled text, as pagers and mails carry it: ``Label: text`` lines.

In: decoded text and a layout. Out: one draft per record. A record ends at a ruled or blank line
behind which its first label comes again. Columns of labels on one line are told apart by two
spaces or a bar; where the agency file lists the labels, they and no others count, wherever they
stand. A line without a label belongs to the text above it; below a label that is mapped as a fact,
such as the address, it is kept as words behind, and before the first label as words around: both
are searched for like any unread field. Lines that a separator parts are ``one_line``'s. Must never
guess a label that the text does not write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final

from pipeline.agencies.agency import YES_NO, CanonicalField
from pipeline.feeds.assemble import Refusal
from pipeline.feeds.draw import Account, Draft, draw
from pipeline.feeds.layout import AROUND, BEHIND, Layout
from pipeline.feeds.mail_head import Heads
from pipeline.feeds.one_line import MAX_LINE, REST, parted_records
from pipeline.feeds.values import Cleaner, shown
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["labelled_records", "read_labelled", "records_of"]

MAX_LABELS: Final = 2_000  # in one record
_MOST_BEHIND: Final = 200  # words behind facts that are told apart

_LABEL: Final = r"[A-Za-z](?:[\w#/().&'-]|[ ](?![ ]{2})){0,39}?"
# "Call Type: STRUCTURE FIRE", "INC# - 26-104", "Addr = 12 Elm St", "Call Time- 20:30:28",
# "En-route-"; a time such as "14:05" is none, nor is "smoke- two stories".
_SEPARATOR: Final = r"(?:(?<!\d):(?!//)|:(?!//|\d\d\b)|\s=|\s-(?=\s)|-(?=\s+\d|\s*$|\s{2,}))"
_LINE: Final = re.compile(rf"\s*({_LABEL})\s*{_SEPARATOR}\s*(.*)")
# "Incident Type: MEDS      Priority: 1": two spaces, a tab or a bar, and another label.
_COLUMN: Final = re.compile(rf"(?<!\s)(?:\s{{2,}}+|\t|\s*+\|\s*+)(?=({_LABEL})\s*({_SEPARATOR}))")
_COLON: Final = re.compile(rf"\s*{_LABEL}\s*(?<!\d):(?!//)")
_FILLED: Final = re.compile(r"[\s.]+$")
_BAR: Final = " | "  # between cells of a page's row of which nobody can tell the labels
_RULE: Final = re.compile(r"\s*[-=*_~]{3,}\s*")

Labels = Mapping[str, Sequence[str]]


def read_labelled(
    text: str, layout: Layout, heads: Heads = MappingProxyType({})
) -> Iterator[Draft | Refusal]:
    """Yield one draft per record, or why there is none; ``heads`` are of every one.

    Raises:
        PayloadRefused: no label at all, one named like a head, or beyond a limit.
        ConfigError: the mapping uses repeated groups, which labelled text has not.
    """
    if layout.groups():
        problem = "labelled text has no repeated groups, so `each` cannot be used"
        raise ConfigError(problem, remedy="Name labels instead.", path=layout.source)
    clean = Cleaner(layout.nulls, layout.strip)
    for labels in records_of(text, layout):
        if not heads.keys().isdisjoint(labels):
            raise PayloadRefused(NoticeCode.DUPLICATE_NAME)
        mixed = _mixed(labels, layout, clean)
        if mixed:
            yield Refusal(code=NoticeCode.CALLS_MIXED, field=mixed)
        else:
            yield draw(_Record(labels, heads, layout), layout, clean)


def records_of(text: str, layout: Layout) -> list[Labels]:
    """Return the records of a text as a layout has them; raises as :func:`labelled_records`."""
    named = {path for _, path in layout.reads()} | set(layout.ignored_fields)
    if not layout.separator:
        return labelled_records(text, layout.labels, named.__contains__, _facts(layout))
    rest = REST in named
    return parted_records(text, layout.separator, layout.labels, rest=rest)


def _facts(layout: Layout) -> frozenset[str]:
    """Return the labels of facts, which end with their line; none of a text or a person.

    Yes/no fields are none: they are true where any text says so, so no more of it is left out.
    """
    facts = {path for _, spec in layout.named if spec.field not in YES_NO for path in spec.paths}
    told = {path for remark in layout.remarks for path in (remark.text, remark.restriction)}
    told |= {path for each in layout.people for _, paths in each.parts for path in paths}
    return frozenset(facts - told)


def _mixed(labels: Labels, layout: Layout, clean: Cleaner) -> str:
    """Return the field that tells calls apart and is said in two ways, if there is one.

    Two calls without a line between them, then: nobody knows whose the other labels are.
    """
    telling = {CanonicalField.CFS_NUMBER, CanonicalField.OPENED_AT, *layout.key}
    for name, spec in layout.named:
        for path in spec.paths if spec.field in telling else ():
            said = {" ".join(clean(text).split()).casefold() for text in labels.get(path, ())}
            if len(said - {""}) > 1:
                return name
    return ""


def labelled_records(
    text: str,
    listed: Sequence[str] = (),
    is_named: Callable[[str], bool] = lambda _: False,
    facts: Collection[str] = (),
) -> list[Labels]:
    """Return the records of a text: every label with its texts, in order.

    ``listed`` are the labels that count, wherever they stand; empty: whatever looks like one, but
    for one with a dash behind one with a colon, which ``is_named`` must know: "NATURE: 69D6  FIRE -
    BRUSH" writes one label, "Nature: FIRE  Caller - ADA" two. ``facts`` are labels whose text ends
    with its line; a further one may say anything and is kept as words behind.

    Raises:
        PayloadRefused: no label at all, or beyond a limit.
    """
    split = _known_labels(tuple(listed)) if listed else partial(_columns, is_named)
    records: list[Labels] = []
    # Pieces of texts, joined at the end: joining at each line takes the square of the lines.
    current: dict[str, list[list[str]]] = {}
    first, last = "", AROUND
    ended = False
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MAX_LINE or len(current) > MAX_LABELS:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {number}")
        if not line.strip() or _RULE.fullmatch(line):
            ended = True
            continue
        for label, value in split(line):
            if label is None and last in facts and (ended or any(current[last][-1])):
                _keep(current, [part for part in value.split(_BAR) if not is_named(part)])
                continue
            if label is None:
                _continue(current, last, value)
                continue
            if first and label == first and (ended or (listed and first in current)):
                records.append(_joined(current))
                current = {}
            first = first or label
            current.setdefault(label, []).append([value])
            ended, last = False, label
        ended = False
    records.append(_joined(current))
    if not first:
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    return [record for record in records if record]


_Parts = Iterator[tuple[str | None, str]]  # a label, or None for a text without one, and a text


def _columns(is_named: Callable[[str], bool], line: str) -> _Parts:
    """Yield the labels of a line that writes one, or several far apart."""
    start = 0
    columns = list(_COLUMN.finditer(line))
    if columns and _COLON.match(line):
        columns = [
            each
            for each in columns
            if "-" not in each[2] or is_named(_FILLED.sub("", each[1].rstrip()))
        ]
    for found in [*columns, None]:
        part = line[start : len(line) if found is None else found.start()]
        start = start if found is None else found.end()
        labelled = _LINE.fullmatch(part)
        if labelled:
            yield _FILLED.sub("", labelled[1]), labelled[2].strip()
        elif part.strip():
            yield None, part.strip()


def _known_labels(listed: tuple[str, ...]) -> Callable[[str], _Parts]:
    """Return what splits a line at listed labels; case counts, spaces inside them do not."""
    names = {re.sub(r"\s+", "", each): each for each in listed}
    ways = (r"\s*".join(map(re.escape, each.split())) for each in sorted(listed, key=len)[::-1])
    label = re.compile(rf"(?<![\w])({'|'.join(ways)})[\s.]*(?:[:=]|-(?=\s))")

    def split(line: str) -> _Parts:
        start, name = 0, None
        for found in label.finditer(line):
            if start or line[: found.start()].strip():
                yield name, line[start : found.start()].strip()
            start, name = found.end(), names[re.sub(r"\s+", "", found[1])]
        yield name, line[start:].strip()

    return split


def _continue(record: dict[str, list[list[str]]], label: str, text: str) -> None:
    """Add a line that names no label to the text above it."""
    record.setdefault(label, [[]])[-1].append(text)


def _keep(record: dict[str, list[list[str]]], parts: Sequence[str]) -> None:
    """Add words behind a fact: each may be somebody's, so each is looked for alone."""
    if not parts:
        return  # labels without a text alone
    behind = record.setdefault(BEHIND, [])
    for part in parts:
        if len(behind) < _MOST_BEHIND:
            behind.append([part])
        else:
            behind[-1].append(part)


def _joined(record: Mapping[str, Sequence[Sequence[str]]]) -> Labels:
    """Return a record's texts, each on one line."""
    return {
        label: [" ".join(filter(None, pieces)) for pieces in texts]
        for label, texts in record.items()
    }


class _Record:
    """One record; a label is read as a whole, so nothing is marked here."""

    __slots__ = ("_heads", "_labels", "_layout")

    def __init__(self, labels: Labels, heads: Heads, layout: Layout) -> None:
        self._labels, self._heads, self._layout = labels, heads, layout

    def texts(self, path: str, /) -> list[str]:
        return [self._heads[path]] if path in self._heads else list(self._labels.get(path, ()))

    def groups(self, _path: str, /) -> Sequence[_Record]:
        return ()

    def account(self) -> Account:
        read = {path for _, path in self._layout.reads()}
        ignored = set(self._layout.ignored_fields)
        kept = sorted(set(self._labels) - ignored)
        texts = [(label, text) for label in kept for text in self._labels[label]]
        # Another mail of the same call has another date: it is no revision for that.
        heads = [(name, text) for name, text in self._heads.items() if name not in ignored]
        return Account(
            unread=[(shown(label), t) for label, t in (*texts, *heads) if label not in read],
            content=json.dumps(texts, ensure_ascii=False),
        )
