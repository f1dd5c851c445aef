"""Takes the payload out of a saved mail: an attachment, a text, or a page with a table.

In: the bytes of a sample. Out: how it was mailed, and the payload as a feed would land it. What
counts of a mail is what the transport would take. It must never judge a payload.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import Final

from pipeline.feeds.mail_head import HEADS, Heads, heads_of
from pipeline.feeds.mail_message import UNREADABLE, parsed_mail
from pipeline.feeds.mail_page import has_table, is_page, says_nothing
from pipeline.feeds.mail_subject import has_number, subject_parts
from pipeline.feeds.mail_table import PageTable, tables_of_page
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["Mailed", "Unpacked", "is_mail", "joined_subjects", "table_of_calls", "unpacked"]

_MAIL: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+){2,}+\r?\n")
_MAIL_HEADERS: Final = ("from", "subject", "message-id", "mime-version", "received")
_PICTURES: Final = frozenset({"image", "audio", "video"})
_COLUMNS: Final = 3  # a table of fewer is labels and values
_ROWS: Final = 3  # below a header that no markup tells from its rows
_NAME: Final = re.compile(r"[A-Za-z_@#][^\d:=]*")  # of a column; a value has a digit some time


class Mailed(StrEnum):
    """What of a mail the payload is."""

    NOT = ""
    ATTACHMENT = "attachment"
    TEXT = "text"
    PAGE = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A payload as a feed would land it; ``heads`` are what the headers beside a text say.

    ``beside`` says that the mail has a page with a table, too, which is not read.
    """

    mailed: Mailed
    body: bytes = field(repr=False)
    heads: Heads = field(default_factory=dict, repr=False)
    beside: bool = False


def unpacked(body: bytes) -> Unpacked:
    """Return the payload of a sample that is a mail; any other is itself.

    Raises:
        PayloadRefused: a mail of nothing that could be one.
    """
    message = _parsed(body)
    if message is None:
        return Unpacked(mailed=Mailed.NOT, body=body)
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        pictured = part.get_content_maintype() in _PICTURES
        if isinstance(content, bytes) and content.strip() and not pictured:
            return Unpacked(mailed=Mailed.ATTACHMENT, body=content)
    heads = _heads(message)
    page = _page(message)
    plain = message.get_body(("plain",))
    content = None if plain is None else plain.get_payload(decode=True)
    written = content if isinstance(content, bytes) else b""
    silent = not written.strip() or says_nothing(written.decode(errors="replace"), page)
    if is_page(page) and (silent or table_of_calls(page) is not None):
        return Unpacked(mailed=Mailed.PAGE, body=page.encode(), heads=heads)
    if not written.strip():
        raise PayloadRefused(NoticeCode.EMPTY_PAYLOAD)
    return Unpacked(mailed=Mailed.TEXT, body=written, heads=heads, beside=has_table(page))


def joined_subjects(heads: Sequence[Heads]) -> bool | None:
    """Return whether the subjects of mails join a type and a number, all so that they come apart.

    None where some say a number, and not all come apart, or it is only one: then nobody can tell.
    """
    subjects = [each[HEADS["subject"]] for each in heads if each.get(HEADS["subject"])]
    if not any(map(has_number, subjects)):
        return False
    apart = len(subjects) > 1 and all(map(subject_parts, subjects))
    return True if apart else None


def is_mail(body: bytes) -> bool:
    """Return whether a sample is a saved mail.

    Raises:
        PayloadRefused: it looks like one, and cannot be read.
    """
    return _parsed(body) is not None


def _parsed(body: bytes) -> EmailMessage | None:
    message = parsed_mail(body) if _MAIL.match(body) else None
    few = message is None or sum(name in message for name in _MAIL_HEADERS) < 2
    return None if few else message


def _heads(message: EmailMessage) -> Heads:
    try:
        return heads_of(message, tuple(HEADS))
    except UNREADABLE:
        return {}
    except PayloadRefused as refusal:
        if refusal.code is NoticeCode.WRONG_ENCODING:
            return {}  # its text may say all; where it does not, the trial tells of the header
        raise


def _page(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    try:
        return "" if part is None else str(part.get_content())
    except (LookupError, ValueError):
        return ""


def table_of_calls(page: str) -> PageTable | None:
    """Return the longest table whose first row names columns, if the page has one.

    Raises:
        PayloadRefused: the page itself cannot be read.
    """
    tables = [table for table in tables_of_page(page) if _names_columns(table)]
    return max(tables, key=lambda table: len(table.rows), default=None)


def _names_columns(table: PageTable) -> bool:
    named: Sequence[str] = [name for name in table.header if name]
    return (
        len(named) >= _COLUMNS
        and len(named) == len(set(named)) == len(table.header)
        and (table.marked or len(table.rows) >= _ROWS)
        and all(_NAME.fullmatch(name) for name in named)
    )
