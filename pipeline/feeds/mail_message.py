"""Parses mails that anybody may have written, without being stopped by one.

In: the bytes of a message. Out: the message, or only its headers. The standard library's parser
calls itself for each part in a part, and raises what it happens to meet at headers no program
writes. Must never pass on such an error: it quotes the mail.
"""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default as modern
from typing import Final

from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["UNREADABLE", "mail_headers", "parsed_mail"]

UNREADABLE: Final = (
    *(AssertionError, AttributeError, LookupError),
    *(RecursionError, TypeError, ValueError),
)
"""What the parser raises at odd headers, also later, when one is asked for.

Who catches these raises a refusal outside of the handler: as its context they would quote the mail.
"""

_MOST_HEADER_BYTES: Final = 100_000  # the parser takes the square of a header's length
_MOST_BOUNDARIES: Final = 5_000  # lines that begin as one does, rules in a text among them
_MOST_WORK: Final = 10_000**2  # squares of the lengths of those that are taken apart, all parts'
_READ: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))(?:content-[a-z-]+|from|sender|authentication-results):"
    rb"[^\n]*+(?:\n[ \t][^\n]*+)*+",
    re.IGNORECASE,
)
_END: Final = re.compile(rb"\r?\n\r?\n")


def mail_headers(raw: bytes) -> EmailMessage:
    """Return a message with its headers alone.

    Raises:
        PayloadRefused: they are longer than 100,000 bytes or cannot be read.
    """
    end = _END.search(raw)
    head = raw if end is None else raw[: end.end()]
    if len(head) > _MOST_HEADER_BYTES or _work(head) > _MOST_WORK:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, "headers")
    try:
        return BytesHeaderParser(policy=modern).parsebytes(head)
    except UNREADABLE:
        pass
    raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "headers")


def parsed_mail(raw: bytes) -> EmailMessage:
    """Return a message with all its parts.

    Raises:
        PayloadRefused: its headers are too long, its parts too many, or it cannot be read.
    """
    mail_headers(raw)
    if raw.count(b"\n--") > _MOST_BOUNDARIES or _work(raw) > _MOST_WORK:
        raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, "parts")
    try:
        return email.message_from_bytes(raw, policy=modern)
    except UNREADABLE:
        pass
    raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "message")


def _work(raw: bytes) -> int:
    """Return what reading the headers takes that the parser takes apart, wherever they stand."""
    return sum(len(found[0]) ** 2 for found in _READ.finditer(raw))
