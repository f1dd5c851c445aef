"""Cuts a bulk file of JSON Lines between lines.

In: blocks of bytes. Out: bodies, each beginning with the file's byte-order mark if it has one. A
line ends with a line feed and nothing else. Must never change a byte of a line.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from pipeline.feeds.cut_table import WIDE_MARKS, split_lines
from pipeline.feeds.layout import Layout
from pipeline.model import ConfigError, NoticeCode, PayloadRefused

__all__ = ["cut_lines"]


def cut_lines(blocks: Iterable[bytes], layout: Layout, size: int) -> Iterator[bytes]:
    """Yield parts of about ``size`` bytes.

    Raises:
        PayloadRefused: UTF-16, or a line beyond ``MAX_ROW``.
        ConfigError: lines of one call are to be joined, which may stand in two parts.
    """
    if layout.fold:
        raise ConfigError(
            "a bulk file of JSON Lines cannot be cut where lines of one call are joined",
            remedy="Ask the agency for one line a call, or for smaller files.",
            path=layout.source,
        )
    mark = b""
    part: list[bytes] = []
    held, cut = 0, False
    for number, line in enumerate(split_lines(blocks)):
        if number == 0:
            if line.startswith(WIDE_MARKS):
                raise PayloadRefused(NoticeCode.WRONG_ENCODING, "line 1")
            mark = codecs.BOM_UTF8 if line.startswith(codecs.BOM_UTF8) else b""
            line = line.removeprefix(mark)
        if held >= size:
            yield mark + b"".join(part)
            part, held, cut = [], 0, True
        part.append(line)
        held += len(line)
    if not cut or any(map(bytes.strip, part)):  # blank lines behind the last part are no payload
        yield mark + b"".join(part)
