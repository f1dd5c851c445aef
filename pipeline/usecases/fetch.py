"""Fetching: look at many feeds at once, land what each gives as it comes.

Network waits overlap; landings do not: each is one short transaction, one after the other. What a
transport remembers is saved after what it gave was landed, so a kill in between means that the same
bytes are fetched again and told apart by their digest. A failed look changes nothing but counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from random import random

from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import ensure_feed, known_drops, touch_feed
from pipeline.adapters.store.fetching import add_fetch_notices, save_memory
from pipeline.adapters.store.listing import add_poll, repeat_poll
from pipeline.adapters.transports import TRANSPORTS, Credential, Fetched, FetchFailed, Look, Network
from pipeline.adapters.transports.sftp import SETTLE_SECONDS
from pipeline.agencies import Agency, host_of, kind_of
from pipeline.agencies.transport import TransportKind
from pipeline.model import ConfigError, NoticeCode, PayloadId
from pipeline.usecases.land import Drop, land, land_unread
from pipeline.usecases.resources import Resources

__all__ = ["Looked", "fetch_all"]

_SLOW = 1.0  # seconds
_TOOK = "took_seconds"
# Each file or mail is a list of its own; elsewhere a look is one list, in one body or in pages.
_A_LIST_EACH = frozenset({TransportKind.FOLDER, TransportKind.SFTP, TransportKind.MAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What one look at one feed brought. ``failure`` is one safe line, empty when it went well."""

    agency_id: str
    landed: tuple[PayloadId, ...]
    failure: str = ""


@dataclass(slots=True)
class _Gathered:
    """What is known of a look while it goes on."""

    landed: list[PayloadId] = field(default_factory=list)
    listed: list[PayloadId] = field(default_factory=list)
    notices: list[NoticeCode] = field(default_factory=list)
    memory: Mapping[str, str] | None = None
    failure: str = ""
    refused: bool = False


def fetch_all(
    resources: Resources,
    agencies: Sequence[Agency],
    *,
    credentials: Mapping[str, Credential],
    memories: Mapping[str, Mapping[str, str]],
    network: Network,
    run_id: str,
    now: datetime,
) -> tuple[Looked, ...]:
    """Look at every agency's feed, many at once; return what came of each, in their order.

    ``credentials`` are by connection name, ``memories`` by agency.

    Raises:
        StoreFailure, VaultFailure: what was landed before stays landed.
    """
    round_ = _Round(
        resources=resources,
        credentials=credentials,
        memories=memories,
        network=network,
        run_id=run_id,
        now=now,
    )
    results = asyncio.run(round_.all(agencies))
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return tuple(result for result in results if isinstance(result, Looked))


@dataclass(frozen=True, kw_only=True)
class _Round:
    resources: Resources
    credentials: Mapping[str, Credential]
    memories: Mapping[str, Mapping[str, str]]
    network: Network
    run_id: str
    now: datetime
    # Looks that brought nothing, as most do: noted together at the end, lest each be a transaction.
    quiet: list[tuple[Agency, _Gathered]] = field(default_factory=list)

    async def all(self, agencies: Sequence[Agency]) -> list[Looked | BaseException]:
        everybody = asyncio.Semaphore(self.network.at_once)
        hosts = {host: asyncio.Semaphore(self.network.per_host) for host in map(_host, agencies)}
        landing = asyncio.Lock()

        async def one(agency: Agency) -> Looked:
            async with hosts[_host(agency)], everybody:
                return await self._look(agency, landing)

        # Who took longest the last time, or waits for files to settle, begins first: the round is
        # over the sooner.
        slowest_first = sorted(agencies, key=self._took, reverse=True)
        looks = {each.agency_id: asyncio.create_task(one(each)) for each in slowest_first}
        in_order = (looks[each.agency_id] for each in agencies)
        results = await asyncio.gather(*in_order, return_exceptions=True)
        self._note(self.quiet)
        return results

    def _took(self, agency: Agency) -> float:
        """Return how many seconds the last look took; 0 where that was not worth remembering."""
        least = SETTLE_SECONDS if kind_of(agency.transport) is TransportKind.SFTP else 0.0
        return max(least, float(self.memories.get(agency.agency_id, {}).get(_TOOK, "0")))

    async def _look(self, agency: Agency, landing: asyncio.Lock) -> Looked:
        found = _Gathered()
        clock = asyncio.get_running_loop().time
        began = clock()
        fetch = TRANSPORTS[kind_of(agency.transport)]
        try:
            async with aclosing(fetch(self._prepared(agency), agency.transport)) as steps:
                async for step in steps:
                    async with landing:
                        await asyncio.to_thread(self._land, agency, step, found)
        except FetchFailed as failed:
            found.failure = str(failed)
            found.notices.append(failed.code)
            found.memory = failed.memory or found.memory
        except ConfigError as error:
            found.failure = str(error)
        self._remember(agency, found, clock() - began)
        if found.landed or found.failure:
            async with landing:
                await asyncio.to_thread(self._note, [(agency, found)])
        else:
            self.quiet.append((agency, found))
        return Looked(agency_id=agency.agency_id, landed=tuple(found.landed), failure=found.failure)

    def _remember(self, agency: Agency, found: _Gathered, seconds: float) -> None:
        """Have a slow look remembered beside what the transport remembers, until it is quick."""
        before = self.memories.get(agency.agency_id, {})
        slow = {_TOOK: f"{seconds:.1f}"} if seconds >= _SLOW else {}
        if slow or _TOOK in before:
            kept = before if found.memory is None else found.memory
            found.memory = {name: kept[name] for name in kept if name != _TOOK} | slow

    def _prepared(self, agency: Agency) -> Look:
        with self.resources.store.read() as tx:
            known = known_drops(tx, agency.agency_id)
        return Look(
            agency=agency,
            now=self.now,
            memory=self.memories.get(agency.agency_id, {}),
            credential=self.credentials.get(getattr(agency.transport, "connection", "")),
            network=self.network,
            known=lambda name, stamp: (self._digest(agency, name), stamp) in known,
            chance=random,
        )

    def _digest(self, agency: Agency, name: str) -> str:
        encoded = name.encode("utf-8", "surrogateescape")
        return self.resources.seal.digest("drop", agency.agency_id.encode(), encoded)

    def _land(self, agency: Agency, step: Fetched, found: _Gathered) -> None:
        """Land one step of a look; what it remembers and tells counts from then on."""
        drop = Drop(name_digest=self._digest(agency, step.name), stamp=step.stamp)
        named = drop if step.name else None
        if step.refusal is not None:
            payload_id = land_unread(
                self.resources,
                agency.agency_id,
                drop=drop,
                refusal=step.refusal,
                run_id=self.run_id,
                received_at=self.now,
            )
            found.landed.append(payload_id)
            found.refused = True
        elif step.body is not None:
            payload_id, is_new = land(
                self.resources,
                agency.agency_id,
                step.body,
                run_id=self.run_id,
                received_at=self.now,
                drop=named,
            )
            if is_new:
                found.landed.append(payload_id)
            found.listed.append(payload_id)
        found.notices += step.notices
        if step.memory is not None:
            found.memory = step.memory

    def _note(self, looks: Sequence[tuple[Agency, _Gathered]]) -> None:
        """Note how looks went, in one transaction."""
        if not looks:
            return
        with self.resources.store.write() as tx:
            for agency, found in looks:
                name, failed = agency.agency_id, bool(found.failure)
                ensure_feed(tx, name)
                touch_feed(tx, name, at=self.now, landed=bool(found.landed), failed=failed)
                if found.memory is not None:
                    save_memory(tx, name, found.memory, at=self.now)
                if agency.vanish_after is not None and not failed:
                    self._note_polls(tx, agency, found)
                add_fetch_notices(tx, name, found.notices, at=self.now)

    def _note_polls(self, tx: Tx, agency: Agency, found: _Gathered) -> None:
        """Note what the look says about who is listed: nothing, where it did not see it all."""
        if kind_of(agency.transport) in _A_LIST_EACH:
            for payload_id in found.listed:
                add_poll(tx, agency.agency_id, [payload_id], self.now)
        elif found.refused or NoticeCode.TOO_MANY_PAGES in found.notices:
            return
        elif found.listed:
            add_poll(tx, agency.agency_id, found.listed, self.now)
        elif NoticeCode.SAME_AS_BEFORE in found.notices:
            repeat_poll(tx, agency.agency_id, self.now)


def _host(agency: Agency) -> str:
    """Return what the limit per host counts; every folder is a host of its own."""
    return host_of(agency.transport) or f"folder of {agency.agency_id}"
