"""Agencies built in memory, an invented seal, and a search for canaries in raised errors."""

from __future__ import annotations

import hashlib
import hmac
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from juniper_falls import build_agency

from pipeline.agencies import Agency
from pipeline.agencies.transport import Mailbox
from pipeline.model import (
    Commitment,
    Digest,
    SourceRecord,
)

MakeAgency = Callable[..., Agency]


class FakeSeal:
    """Keyed digests under a key that everybody knows."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        message = b"".join(len(p).to_bytes(4) + p for p in (purpose.encode(), *parts))
        return Digest(hmac.new(b"tests only", message, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"1:{self.digest('commit', text.encode())}")


@pytest.fixture(scope="session")
def make_agency() -> MakeAgency:
    return build_agency


@pytest.fixture(scope="session")
def dated_mailbox() -> Mailbox:
    """A mailbox whose mails are landed with their dates."""
    return Mailbox(
        host="imap.desk.example",
        port=993,
        mailbox="INBOX",
        senders=frozenset(("cad@elm.example",)),
        attachments="",
        verified_by="",
        connection="elm-mail",
        headers=("date",),
    )


@pytest.fixture(scope="session")
def seal() -> FakeSeal:
    return FakeSeal()


@pytest.fixture(scope="session")
def received_at() -> datetime:
    return datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def told() -> Callable[[BaseException], str]:
    """Everything a raised error tells a log: its text, its chain, hidden links included."""

    def tell(error: BaseException) -> str:
        assert error.__cause__ is None
        assert error.__context__ is None
        return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))

    return tell


@pytest.fixture(scope="session")
def texts_of() -> Callable[[SourceRecord], dict[str, tuple[str, ...]]]:
    """The canonical texts of a record, exposed."""

    def texts(record: SourceRecord) -> dict[str, tuple[str, ...]]:
        return {name: tuple(v.expose() for v in values) for name, values in record.canonical}

    return texts
