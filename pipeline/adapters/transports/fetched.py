"""What a transport gives back, and what it is given: frozen records.

A transport is an async generator of :class:`Fetched`. It is resumed only after what it gave was
landed durably, so that whatever it does then (marking a mail, moving a cursor) never loses a
payload. Nothing here may print a body, a file's name or a secret.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.agencies import Agency
from pipeline.model import FetchFailed, NoticeCode, PayloadRefused

__all__ = [
    "Bodies",
    "Credential",
    "Fetch",
    "FetchFailed",
    "Fetched",
    "Look",
    "Memory",
    "Network",
    "Steps",
]

Memory = Mapping[str, str]
"""What is remembered between two looks at a feed: validators, cursors. Never private text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """User and secret of a connection."""

    login: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What of the network may be reached, and how long it may take. Seconds and counts.

    ``allowed`` are networks (CIDR) that are not public and may be reached all the same.
    """

    allowed: tuple[str, ...] = ()
    connect_seconds: float = 10.0
    idle_seconds: float = 20.0
    total_seconds: float = 60.0
    tries: int = 3
    most_wait: float = 15.0
    per_host: int = 4
    at_once: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one agency's feed.

    ``known(name, stamp)`` says whether a file of that name and state was landed before.
    ``chance()`` gives numbers in [0, 1), for jitter.
    """

    agency: Agency
    now: datetime
    memory: Memory
    credential: Credential | None
    network: Network
    known: Callable[[str, str], bool]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One step of a look: a body to land, or only something to remember or to tell.

    ``name`` and ``stamp`` are those of a file or message, for what lands by name; a name may hold
    private text. ``refusal`` says why a body was not read. ``memory`` replaces what is remembered
    once this was landed; None leaves it.
    """

    body: bytes | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    stamp: str = ""
    refusal: PayloadRefused | None = None
    memory: Memory | None = None
    notices: Sequence[NoticeCode] = ()


Steps = AsyncGenerator[Fetched, None]
Bodies = AsyncGenerator[bytes, None]

Fetch = Callable[[Look, Any], Steps]
"""What every transport module offers as ``fetch``: it takes the record of its own kind."""
