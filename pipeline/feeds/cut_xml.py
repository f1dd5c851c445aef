"""Cuts a bulk XML file between records; every part repeats the elements around them.

In: blocks of bytes and a layout whose records stand at plain paths from the root. Out: bodies.
What stands before the first record inside an element around it (a header, say) is repeated too;
what stands behind the last record is in the last part only. Only tags, comments, CDATA sections and
processing instructions are told apart here: whether a part is well-formed and valid is its reader's
judgement. Must never pass over a byte of a record, and never resolve or repeat a DOCTYPE.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from pipeline.feeds.layout import Layout
from pipeline.feeds.xml_paths import ways
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["cut_xml"]

MAX_RECORD: Final = 4 * 1024 * 1024
"""Bytes of one record, or of what stands around records."""

_PLAIN: Final = re.compile(r"(?:/(?:[\w.\-]+:)?[\w.\-]+)+")
_MARKUP: Final = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>|(?P<other>!)"
    rb"|/(?P<end>[^\s/>]+)\s*>"
    rb"|(?P<start>[^\s/>!?]+)(?P<rest>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)",
    re.DOTALL,
)
_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def cut_xml(blocks: Iterable[bytes], layout: Layout, size: int) -> Iterator[bytes]:
    """Yield parts of about ``size`` bytes.

    Raises:
        PayloadRefused: a DOCTYPE, UTF-16, or a record or head beyond :data:`MAX_RECORD`.
        ConfigError: the records' path is not plain, so that their ends cannot be told.
    """
    paths = ways(layout.records)
    tree = _tree(paths) if all(map(_PLAIN.fullmatch, paths)) else None
    if tree is None:
        raise ConfigError(
            f"records at {layout.records!r} cannot be cut out of a bulk file",
            remedy="Write format.records as names from the root, such as /Calls/Call.",
            path=layout.source,
        )
    cutter = _Cutter(tree, size)
    for block in blocks:
        yield from cutter.feed(block)
    yield from cutter.end()


class _Steps:
    """Names that lead on to records from an element, and what follows each; nothing: a record."""

    __slots__ = ("below",)

    def __init__(self) -> None:
        self.below: dict[bytes, _Steps | None] = {}


def _tree(paths: Iterable[str]) -> _Steps | None:
    """Return where paths lead from the root; None where a record would be inside another."""
    root = _Steps()
    for path in paths:
        *around, last = (step.rpartition(":")[2].encode() for step in path[1:].split("/"))
        here = root
        for step in around:
            below = here.below.setdefault(step, _Steps())
            if below is None:
                return None
            here = below
        if here.below.setdefault(last, None) is not None:
            return None
    return root


class _Around:
    """An element around records: its name, the steps below, and what to repeat from its tag on."""

    __slots__ = ("began", "name", "repeat", "steps")

    def __init__(self, name: bytes, began: int, steps: _Steps) -> None:
        self.name, self.began, self.steps = name, began, steps
        self.repeat = b""  # known once its first record, or the next step, is met


class _Cutter:
    """Where the cutter stands: ``_held`` begins with the part, which is read up to ``_at``."""

    def __init__(self, steps: _Steps, size: int) -> None:
        self._steps, self._size = steps, size
        self._held = b""
        self._at = 0
        self._full = False
        self._open: list[_Around] = []  # on the way to records
        self._skipped: list[bytes] = []  # open elements off that way
        self._prefix = self._ends = self._mark = b""
        self._begun = False

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Take a block; yield the parts that it ends."""
        if not self._begun:
            self._begin(block)
        self._held += block
        while self._step():
            if self._full:
                yield self._cut()
        if len(self._held) - self._at > MAX_RECORD or self._at > 2 * MAX_RECORD:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED)

    def end(self) -> Iterator[bytes]:
        """Yield the last part: all that is left, unless that only closes what stands around.

        A file that ends before its root does leaves a part that its reader refuses.
        """
        if not self._prefix or b"".join(self._held.split()) != self._ends:
            yield self._prefix + self._held

    def _begin(self, block: bytes) -> None:
        if block.startswith(_WIDE_MARKS):
            raise PayloadRefused(NoticeCode.WRONG_ENCODING)
        if block.startswith(codecs.BOM_UTF8):
            self._mark = codecs.BOM_UTF8  # it decides how every part is read
        self._begun = True

    def _cut(self) -> bytes:
        """Return the part up to here, which is right behind a record."""
        self._ends = b"".join(b"</" + each.name + b">" for each in reversed(self._open))
        part = self._prefix + self._held[: self._at] + self._ends
        self._prefix = self._mark + b"".join(each.repeat for each in self._open)
        self._held = self._held[self._at :]
        self._at, self._full = 0, False
        return part

    def _step(self) -> bool:
        """Go over the next record or piece of markup; return False when it is not all there."""
        begin = self._held.find(b"<", self._at)
        if begin < 0:
            return False
        found = _MARKUP.match(self._held, begin)
        if found is None:
            return False
        if found["other"] is not None:
            return self._declared(begin)
        if found["start"] is not None:
            return self._started(found)
        if found["end"] is not None:
            self._ended(found["end"])
        self._at = found.end()
        return True

    def _declared(self, begin: int) -> bool:
        """Tell a DOCTYPE from a comment or CDATA section whose end is still to come."""
        for mark in (b"<!--", b"<![CDATA["):
            head = self._held[begin : begin + len(mark)]
            if mark.startswith(head):
                return False
        raise PayloadRefused(NoticeCode.DOCTYPE_PRESENT)

    def _started(self, found: re.Match[bytes]) -> bool:
        name, empty = found["start"], found["rest"].endswith(b"/")
        steps = self._open[-1].steps if self._open else self._steps
        local = name.rpartition(b":")[2]
        if not self._skipped and local in steps.below:
            self._met(found.start())
            below = steps.below[local]
            if below is None:
                end = found.end() if empty else self._record_end(name, found.end())
                if end < 0:
                    return False
                self._at, self._full = end, end >= self._size
                self._follow(name)
                return True
            if not empty:
                self._open.append(_Around(name, found.start(), below))
        elif not empty:
            self._skipped.append(name)
        self._at = found.end()
        return True

    def _follow(self, name: bytes) -> None:
        """Go over records that come right behind, as most do: their tags need no closer look."""
        held, tag = self._held, b"<%s>" % name
        while not self._full:
            begin = held.find(b"<", self._at)
            if not held.startswith(tag, begin):
                return
            end = self._record_end(name, begin + len(tag))
            if end < 0:
                return
            self._at, self._full = end, end >= self._size

    def _met(self, begin: int) -> None:
        """Fix what is repeated of the innermost element around: all up to its first record."""
        if self._open and not self._open[-1].repeat:
            self._open[-1].repeat = self._held[self._open[-1].began : begin]

    def _ended(self, name: bytes) -> None:
        if self._skipped:
            self._skipped.pop()
        elif self._open and self._open[-1].name == name:
            self._open.pop()

    def _record_end(self, name: bytes, start: int) -> int:
        """Return where the record ends whose start tag ends at ``start``; -1 when not yet there."""
        plain, pattern, unclear = _tags(name)
        # Searched for as it is nearly always written, which is faster than by a pattern.
        place = self._held.find(plain, start)
        if place < 0:
            found = pattern.search(self._held, start)
            return self._careful_end(name, start) if found else -1
        record = self._held[start:place]
        if _odd(record) or unclear.search(record):
            return self._careful_end(name, start)
        return place + len(plain)

    def _careful_end(self, name: bytes, start: int) -> int:
        """Return the record's end, looking at every piece of markup in it."""
        depth = 1
        while depth:
            begin = self._held.find(b"<", start)
            found = _MARKUP.match(self._held, begin) if begin >= 0 else None
            if found is None:
                return -1
            if found["other"] is not None:
                self._declared(begin)
                return -1
            if found["start"] == name and not found["rest"].endswith(b"/"):
                depth += 1
            elif found["end"] == name:
                depth -= 1
            start = found.end()
        return start


def _odd(record: bytes) -> bool:
    """Return whether a comment, CDATA section or instruction begins in a record."""
    # The single characters are found much faster, and mostly there are none.
    return (b"!" in record and b"<!" in record) or (b"?" in record and b"<?" in record)


@lru_cache(maxsize=16)
def _tags(name: bytes) -> tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]:
    """Return how elements of a name end: plainly and as a pattern; and what makes that unclear.

    That is an element of the name inside one, or an end tag with space in it.
    """
    tag = re.escape(name)
    unclear = re.compile(rb"<(?:" + tag + rb"[\s/>]|/" + tag + rb"\s)")
    return b"</" + name + b">", re.compile(rb"</" + tag + rb"\s*+>"), unclear
