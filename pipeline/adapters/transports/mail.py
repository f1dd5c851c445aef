"""Reads an agency's mailbox over IMAP with TLS: attachments, or the text.

What was read is known by UID, so that nothing is lost when a person opens a message first, and
nothing comes twice. A message is marked as seen only after all it holds was landed. Mail of unknown
senders is told and left as it is. Must never delete a message, or quote one in an error.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import getaddresses
from fnmatch import fnmatchcase
from typing import ParamSpec, TypeVar

from pipeline.adapters.transports.fetched import Credential, Fetched, FetchFailed, Look, Steps
from pipeline.adapters.transports.guard import pinned
from pipeline.adapters.transports.login import credential_of
from pipeline.adapters.transports.trust import trusted
from pipeline.agencies.agency import FormatKind
from pipeline.agencies.transport import Mailbox
from pipeline.feeds.mail_head import head_of
from pipeline.feeds.mail_message import UNREADABLE, mail_headers, parsed_mail
from pipeline.feeds.mail_page import says_nothing
from pipeline.model import NoticeCode, PayloadRefused

__all__ = ["bodies_in", "bodies_of", "fetch", "is_from_agency"]

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_PASSED = re.compile(r"\bdkim\s*=\s*pass\b[^;]*\bheader\.(?:d|i)\s*=\s*@?([\w.-]+)", re.IGNORECASE)
_TABLE = re.compile(rb"<table[\s>]", re.IGNORECASE)
_MOST_AT_ONCE = 200
_ENVELOPE_BYTES = 200_000
"""What a message may hold besides the payload: headers, signature, encoding."""


async def fetch(look: Look, box: Mailbox) -> Steps:
    """Yield the payloads of every message that was not read before, oldest first.

    Raises:
        FetchFailed: the server cannot be reached, or refuses the login.
    """
    credential = credential_of(look, box.connection)
    if credential is None:
        raise FetchFailed(NoticeCode.CREDENTIAL_MISSING)
    address = await pinned(box.host, box.port, look.network.allowed)
    opened = await _quietly(_Opened.open, box, address, credential, look.network.connect_seconds)
    try:
        validity, uids = await _quietly(opened.newer_than, _last(look))
        if validity != look.memory.get("validity"):
            validity, uids = await _quietly(opened.newer_than, 0)
        for uid in uids[:_MOST_AT_ONCE]:
            memory = {"validity": validity, "uid": str(uid)}
            async for each in _message(look, box, opened, validity, uid):
                yield each
            # Only here is everything of the message durable.
            yield Fetched(memory=memory)
    finally:
        await asyncio.to_thread(opened.close)


def _last(look: Look) -> int:
    text = look.memory.get("uid", "0")
    return int(text) if text.isdigit() else 0


async def _message(look: Look, box: Mailbox, opened: _Opened, validity: str, uid: int) -> Steps:
    limit = look.agency.format.max_bytes
    size = await _quietly(opened.size, uid)
    name = f"{validity}:{uid}"
    if size > 2 * limit + _ENVELOPE_BYTES:
        refusal = PayloadRefused(NoticeCode.OVERSIZED_PAYLOAD)
        yield Fetched(name=name, stamp="message", refusal=refusal)
        return
    raw = await _quietly(opened.message, uid)
    if not _is_ours(raw, box):
        yield Fetched(notices=(NoticeCode.UNKNOWN_SENDER,))
        return
    try:
        found = bodies_in(raw, box, table=look.agency.format.kind is FormatKind.TABLE)
    except PayloadRefused as refusal:
        yield Fetched(name=name, stamp="message", refusal=refusal)
        return
    for number, body in enumerate(found):
        yield Fetched(body=body, name=name, stamp=f"part {number}")
    if not found:
        yield Fetched(notices=(NoticeCode.NOTHING_ATTACHED,))
    await _quietly(opened.mark_seen, uid)


def _is_ours(raw: bytes, box: Mailbox) -> bool:
    """Return whether the agency sent a message; one whose headers cannot be read is of nobody."""
    try:
        return is_from_agency(mail_headers(raw), box)
    except (PayloadRefused, *UNREADABLE):
        return False


def bodies_in(raw: bytes, box: Mailbox, *, table: bool) -> list[bytes]:
    """Return the payloads of a message's bytes; as :func:`bodies_of`.

    Raises:
        PayloadRefused: it cannot be read.
    """
    message = parsed_mail(raw)
    try:
        return list(bodies_of(message, box, table=table))
    except UNREADABLE:
        pass
    raise PayloadRefused(NoticeCode.NOT_WELL_FORMED, "message")


def is_from_agency(message: EmailMessage, box: Mailbox) -> bool:
    """Return whether a message has exactly one author, who may send, and is verified as asked.

    Only the first Authentication-Results header counts: the receiving server writes it on top, and
    whatever stands below may have come with the message (RFC 8601 §5).
    """
    authors = [address.lower() for _, address in getaddresses(message.get_all("from", []))]
    if len(authors) != 1 or authors[0] not in box.senders:
        return False
    if not box.verified_by:
        return True
    results = str((message.get_all("authentication-results") or [""])[0])
    server, _, rest = results.partition(";")
    names = server.split()
    if not names or names[0].lower() != box.verified_by.lower():
        return False
    domain = authors[0].partition("@")[2]
    passed = _PASSED.search(rest)
    return passed is not None and passed[1].lower() == domain


def bodies_of(message: EmailMessage, box: Mailbox, *, table: bool = False) -> Iterator[bytes]:
    """Yield the payloads of a message: matching attachments, or its text as UTF-8.

    The plain text is preferred, unless it says nothing and the HTML has a table; where a ``table``
    is expected, HTML that has one, since beside it the plain text is a rendering of it. HTML is
    yielded as it came, for the reader to judge. What the box keeps of the headers stands in front.

    Raises:
        PayloadRefused: one of those headers is there twice, or cannot be read.
    """
    if not box.attachments:
        found = [message.get_body((kind,)) for kind in ("plain", "html")]
        texts = [_text(part) for part in found if isinstance(part, EmailMessage)]
        if table or (len(texts) == 2 and _says_nothing(*texts)):
            texts.sort(key=lambda text: _TABLE.search(text) is None)
        # Some programs send an empty plain part beside the HTML.
        head = head_of(message, box.headers).encode()
        yield from [head + text for text in [*filter(bytes.strip, texts), *texts][:1]]
        return
    for part in message.walk():
        name = part.get_filename()
        if name and fnmatchcase(name.lower(), box.attachments.lower()):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield content


def _says_nothing(plain: bytes, page: bytes) -> bool:
    return says_nothing(*(text.decode(errors="replace") for text in (plain, page)))


def _text(part: EmailMessage) -> bytes:
    try:
        return str(part.get_content(errors="strict")).encode()
    except (LookupError, ValueError):  # a charset that is none, or not this; the reader judges
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""


class _Pinned(imaplib.IMAP4_SSL):
    """Connects to the address that was checked, and verifies the certificate for the name."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        self._address = address
        super().__init__(host, port, ssl_context=trusted(), timeout=timeout)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self._address, self.port), timeout)
        context: ssl.SSLContext = self.ssl_context
        try:
            return context.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise


class _Opened:
    """A mailbox that is open. Blocking: called in a thread."""

    def __init__(self, server: _Pinned, validity: str) -> None:
        self._server, self._validity = server, validity

    @classmethod
    def open(cls, box: Mailbox, address: str, login: Credential, timeout: float) -> _Opened:
        server = _Pinned(box.host, box.port, address, timeout)
        try:
            server.login(login.login, login.secret)
            _require(server.select(_quoted(box.mailbox))[0])
        except (OSError, imaplib.IMAP4.error):
            server.shutdown()
            raise
        _, validity = server.response("UIDVALIDITY")
        first = validity[0] if validity else None
        return cls(server, first.decode() if isinstance(first, bytes) else "0")

    def newer_than(self, uid: int) -> tuple[str, list[int]]:
        _, answer = self._server.uid("SEARCH", f"UID {uid + 1}:*")
        found = sorted(int(each) for each in (answer[0] or b"").split())
        # "n:*" always holds the last message, also when its UID is below n (RFC 3501 §9).
        return self._validity, [each for each in found if each > uid]

    def size(self, uid: int) -> int:
        _, answer = self._server.uid("FETCH", str(uid), "(RFC822.SIZE)")
        found = _SIZE.search(answer[0] or b"") if isinstance(answer[0], bytes) else None
        if found is None:
            raise imaplib.IMAP4.error
        return int(found[1])

    def message(self, uid: int) -> bytes:
        _, answer = self._server.uid("FETCH", str(uid), "(BODY.PEEK[])")
        for part in answer:
            if isinstance(part, tuple):
                return bytes(part[1])
        raise imaplib.IMAP4.error

    def mark_seen(self, uid: int) -> None:
        self._server.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")

    def close(self) -> None:
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            return


async def _quietly(
    call: Callable[_Given, _Result], *given: _Given.args, **more: _Given.kwargs
) -> _Result:
    """Make a blocking call in a thread; tell what goes wrong by class, since texts quote mail."""
    try:
        return await asyncio.to_thread(call, *given, **more)
    except ssl.SSLError as error:
        raise FetchFailed(NoticeCode.FETCH_FAILED, type(error).__name__) from None
    except imaplib.IMAP4.abort:
        raise FetchFailed(NoticeCode.FETCH_FAILED, "the mail server hung up") from None
    except imaplib.IMAP4.error:
        raise FetchFailed(NoticeCode.FETCH_REFUSED, "the mail server refuses") from None
    except OSError as error:
        raise FetchFailed(NoticeCode.FETCH_FAILED, type(error).__name__) from None


def _require(answer: str) -> None:
    if answer != "OK":
        raise imaplib.IMAP4.error


def _quoted(mailbox: str) -> str:
    return '"' + mailbox.replace("\\", "\\\\").replace('"', '\\"') + '"'
