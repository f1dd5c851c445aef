"""Walks one agency's payloads in several processes, and saves them in the order they came.

Each process opens and thinks out one payload by itself, then waits until those before it are
saved: revisions so meet in the order one process alone would have met them in. Between processes
travel payload ids and counts. A process that dies is replaced and its payload walked again; what
it had saved stays. No private text may ever be sent from one process to another.
"""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from pipeline.feeds import Reading
from pipeline.model import (
    BlotterError,
    Conflict,
    PayloadId,
    PayloadRefused,
    StoreFailure,
    VaultFailure,
)
from pipeline.usecases.agency_walk import agency_walking
from pipeline.usecases.recall import Walking
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk_batch import Thought, settle, think
from pipeline.usecases.walk_payload import (
    batches,
    read_landed,
    refuse,
    say_walked,
    silent,
    still_landed,
    walk_payload,
)

__all__ = ["Walkers", "Work", "walk_each"]

_REPLACED_AT_MOST = 5
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
_FAILURES: dict[str, type[BlotterError]] = {
    each.__name__: each for each in (StoreFailure, VaultFailure, Conflict)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every process of a walk is told: whose payloads, when, and by which rules."""

    settings: Settings
    folder: Path
    now: datetime
    rules: str


class Walkers:
    """Processes that walk one agency together; use it as a context."""

    def __init__(self, work: Work, count: int) -> None:
        self._work = work
        self._replaced = 0
        self._walkers = [_Walker(work) for _ in range(count)]

    def __enter__(self) -> Walkers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for walker in self._walkers:
            walker.stop()

    @property
    def pids(self) -> list[int]:
        """The processes' ids."""
        return [walker.pid for walker in self._walkers]

    def walk(self, payloads: Iterable[PayloadId]) -> Iterator[Counter[str]]:
        """Walk payloads, saved in this order; yield what became of each one's records.

        A payload is asked for when a process is free for it.

        Raises:
            StoreFailure, VaultFailure: database or vault cannot be used, or processes keep dying.
            Conflict: too many walk this agency, or its rules changed meanwhile.
        """
        source, free = iter(payloads), deque(range(len(self._walkers)))
        busy: deque[tuple[int, PayloadId]] = deque()
        while True:
            while free and (payload_id := next(source, None)) is not None:
                self._walkers[free[0]].think(payload_id)
                busy.append((free.popleft(), payload_id))
            if not busy:
                return
            number, payload_id = busy.popleft()
            yield self._saved(number, payload_id)
            free.append(number)

    def _saved(self, number: int, payload_id: PayloadId) -> Counter[str]:
        """Let a process save its payload, or another one in its place."""
        while True:
            try:
                return self._walkers[number].save()
            except _GONE:
                self._replaced += 1
                if self._replaced > _REPLACED_AT_MOST:
                    raise StoreFailure(
                        "the processes that walk keep dying; is there memory enough? "
                        "Run this again, with fewer of them: nothing was lost"
                    ) from None
            self._walkers[number].stop()
            self._walkers[number] = _Walker(self._work)
            self._walkers[number].think(payload_id)


class _Walker:
    """One process, seen from its parent."""

    def __init__(self, work: Work) -> None:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process = context.Process(target=_walk, args=(theirs, work), daemon=False)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def think(self, payload_id: PayloadId) -> None:
        """Let it begin; one that is dead is noticed when it is to save."""
        try:
            self._line.send(payload_id)
        except _GONE:
            return

    def save(self) -> Counter[str]:
        """Wait until it is ready, let it save, and return what became of the records."""
        _answer(self._line)
        self._line.send(True)
        return _answer(self._line)

    def stop(self) -> None:
        """End it: what it has not saved was seen by nobody."""
        self._line.close()
        self._process.kill()
        self._process.join()


def _answer(line: Connection) -> Counter[str]:
    """Return what a process says, or raise what it met."""
    kind, value = line.recv()
    if kind:
        raise _FAILURES.get(kind, Conflict)(value)
    return Counter(value)


def _walk(line: Connection, work: Work) -> None:
    """Be one process of a walk, until its parent is gone."""
    # An unforeseen error's trace could quote a record; the parent tells of the end instead.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    try:
        with agency_walking(work.settings, work.folder, now=work.now) as walking:
            if walking.rules.digest != work.rules:
                raise Conflict("the rules have changed since this walk began; run it again")
            gc.freeze()  # what stays is not looked through again with every payload
            while True:
                _one(line, walking, line.recv())
    except BlotterError as failure:
        line.send((type(failure).__name__, str(failure)))
    except _GONE:
        return


def _one(line: Connection, walking: Walking, payload_id: PayloadId) -> None:
    payload = still_landed(walking, payload_id)
    read: Reading | PayloadRefused | None = None
    thoughts: list[Thought] = []
    if payload is not None:
        walking = walking.of(payload.run_id)
        read = read_landed(walking, payload)
        if isinstance(read, Reading):
            thoughts = [think(walking, payload, *batch) for batch in batches(payload, read)]
    line.send(("", {}))
    line.recv()
    counts: Counter[str] = Counter()
    if payload is not None and isinstance(read, PayloadRefused):
        counts = refuse(walking, payload, read)
    elif payload is not None and isinstance(read, Reading):
        for thought in thoughts:
            counts += settle(walking, payload, read, thought)
        say_walked(payload, counts)
    line.send(("", dict(counts)))


def walk_each(
    walking: Walking, work: Work, count: int, payloads: Iterable[PayloadId]
) -> Iterator[Counter[str]]:
    """Walk payloads in order with so many processes; one is this one.

    Raises:
        StoreFailure, VaultFailure, Conflict, ConfigError: as :meth:`Walkers.walk`.
    """
    if count == 1:
        for payload_id in payloads:
            payload = still_landed(walking, payload_id)
            yield Counter() if payload is None else walk_payload(walking, payload, silent)
        return
    with Walkers(work, count) as walkers:
        yield from walkers.walk(payloads)
