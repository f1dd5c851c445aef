"""One look at a feed by one transport, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from juniper_falls import build_agency

from pipeline.adapters.transports import TRANSPORTS, Credential, Fetched, Look, Network
from pipeline.agencies import Agency, kind_of
from pipeline.agencies.transport import Transport

NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)
LOOPBACK = Network(allowed=("127.0.0.0/8",), tries=2, most_wait=0.05, total_seconds=10)


def agency_of(transport: Transport, kind: str = "json", **form: Any) -> Agency:
    fields = {"cfs_number": "id", "call_type": "type", "opened_at": "at"}
    records = {} if kind == "table" else {"records": "@" if kind == "json" else "//Call"}
    agency = build_agency(kind, fields=fields, **{**records, **form})
    return replace(agency, transport=transport)


def look_once(
    transport: Transport,
    *,
    memory: Mapping[str, str] | None = None,
    credential: Credential | None = None,
    known: frozenset[tuple[str, str]] = frozenset(),
    network: Network = LOOPBACK,
    now: datetime = NOW,
    kind: str = "json",
    **form: Any,
) -> list[Fetched]:
    """Return the steps of one look."""
    agency = agency_of(transport, kind, **form)
    look = Look(
        agency=agency,
        now=now,
        memory=memory or {},
        credential=credential,
        network=network,
        known=lambda name, stamp: (name, stamp) in known,
        chance=lambda: 0.5,
    )

    async def run() -> list[Fetched]:
        async with aclosing(TRANSPORTS[kind_of(transport)](look, transport)) as steps:
            return [step async for step in steps]

    return asyncio.run(run())


def bodies(steps: list[Fetched]) -> list[bytes]:
    return [step.body for step in steps if step.body is not None]


def remembered(steps: list[Fetched]) -> dict[str, str]:
    found = [step.memory for step in steps if step.memory is not None]
    return dict(found[-1]) if found else {}


def told(steps: list[Fetched]) -> list[str]:
    return [code.value for step in steps for code in step.notices]
