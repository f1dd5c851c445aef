"""Cuts one bulk file, as it is read, into small payloads of the same form.

In: blocks of bytes in order, and an ``Agency``. Out: bodies that ``read_payload`` reads like any
other, together every record of the file once and in its order. Cutting is a function of the bytes
alone, so that a file cut again gives the same bodies. Memory is a few parts, however large the
file. Must never judge a record: a part that is broken is refused by its reader, alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.agencies.agency import Agency, FormatKind
from pipeline.feeds.cut_lines import cut_lines
from pipeline.feeds.cut_table import cut_table
from pipeline.feeds.cut_xml import cut_xml
from pipeline.feeds.layout import layout_of
from pipeline.model import ConfigError

__all__ = ["PART_BYTES", "cut"]

PART_BYTES: Final = 256 * 1024
"""A part ends with the first record beyond this size. A tree takes about 28 times its bytes."""


def cut(blocks: Iterable[bytes], agency: Agency) -> Iterator[bytes]:
    """Yield the parts of a bulk file.

    Raises:
        PayloadRefused: with a DOCTYPE, in an encoding whose bytes cannot be cut, without a header
            line, or with a record or head beyond a limit; what was yielded before stands.
        ConfigError: this agency's form cannot be cut.
    """
    layout = layout_of(agency)
    size = min(PART_BYTES, agency.format.max_bytes // 4)
    match layout.kind:
        case FormatKind.XML:
            return cut_xml(blocks, layout, size)
        case FormatKind.TABLE if not layout.widths:
            return cut_table(blocks, layout, size)
        case FormatKind.JSON_LINES:
            return cut_lines(blocks, layout, size)
    raise ConfigError(
        f"a bulk file of form {layout.kind.value} cannot be cut into parts",
        remedy="Ask the agency for XML, a table or JSON Lines, or for smaller files.",
        path=layout.source,
    )
