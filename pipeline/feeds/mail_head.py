"""What a mail's headers say, kept in front of its text until its reader takes it off.

In: a message, or a payload made of one. Out: lines as headers have them, or fields of every record
under the names of :data:`HEADS`. A header is one line however it came, a date is ISO 8601. It must
never take a line of the text itself for a header of which there was none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from types import MappingProxyType
from typing import Any, Final

from pipeline.feeds.mail_words import header_text
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["HEADS", "Heads", "head_of", "heads_of", "taken_off", "written"]

HEADS: Final[Mapping[str, str]] = MappingProxyType({"subject": "mail subject", "date": "mail date"})
"""Headers that may be kept, and the names of the fields they make."""

Heads = Mapping[str, str]
"""What headers say, by the name of the field."""


def head_of(message: EmailMessage, headers: Sequence[str]) -> str:
    """Return the lines to stand in front of the message's text; empty where none is asked for.

    Raises:
        PayloadRefused: the message has one of the headers twice.
    """
    return written(heads_of(message, headers), headers)


def heads_of(message: EmailMessage, headers: Sequence[str]) -> Heads:
    """Return what the headers say; an absent one says nothing.

    Raises:
        PayloadRefused: the message has one of them twice, or in bytes that cannot be read.
    """
    found = {}
    for header in headers:
        said: list[Any] = message.get_all(header) or [""]
        if len(said) > 1:
            raise PayloadRefused(NoticeCode.DUPLICATE_NAME, "headers")
        at: datetime | None = getattr(said[0], "datetime", None)
        if at is not None:
            # Without a zone that says anything (-0000) it is of UTC (RFC 5322 section 3.3).
            text = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).isoformat()
        else:
            text = header_text(_raw(message, header))
        found[HEADS[header]] = " ".join(text.encode("utf-8", "replace").decode().split())
    return found


def _raw(message: EmailMessage, header: str) -> str:
    """Return a header as it came; the library's own text has signs for bytes it cannot read."""
    values = (str(value) for name, value in message.raw_items() if name.lower() == header)
    return next(values, "")


def written(heads: Heads, headers: Sequence[str]) -> str:
    """Return what headers say as lines, with an empty one behind them."""
    lines = "".join(f"{header.title()}: {heads[HEADS[header]]}\n" for header in headers)
    return f"{lines}\n" if lines else ""


def taken_off(text: str, headers: Sequence[str]) -> tuple[Heads, str]:
    """Return what the headers in front of a payload say, and the text behind them.

    Where they do not stand there, all of it is text: it came before they were asked for.

    Raises:
        PayloadRefused: nothing stands behind them.
    """
    *lines, rest = text.split("\n", len(headers) + 1)
    starts = [f"{header.title()}: " for header in headers]
    if not headers or len(lines) <= len(headers) or lines.pop().strip():
        return {}, text
    if not all(line.startswith(start) for line, start in zip(lines, starts, strict=True)):
        return {}, text
    rest = rest.removeprefix("\ufeff")  # of the text: behind what it now stands it is no mark
    if not rest.strip():
        raise PayloadRefused(NoticeCode.EMPTY_PAYLOAD)
    said = [line.removeprefix(start).strip() for line, start in zip(lines, starts, strict=True)]
    return dict(zip((HEADS[header] for header in headers), said, strict=True)), rest
