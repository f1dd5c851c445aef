"""Walks a stretch of an agency's past, its archive or what was received, day by day.

In: an agency, days, and a folder of exported files that have a day in their names, or none. A file
no larger than a payload lands as the line would have landed it, so what the feed delivered before
is known and not walked again; a larger one is cut. Stopped anywhere, the same command goes on
behind what is saved. Nothing decided is ever decided again, and nothing here publishes: of the
past no candidate is made that is too old to be news (``walk_batch``).
"""

from __future__ import annotations

import gc
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.adapters.store.feeding import Landed, payloads_of
from pipeline.adapters.store.revisiting import outdated
from pipeline.model import ConfigError, PayloadId, Refused
from pipeline.usecases.agency_walk import agency_walking
from pipeline.usecases.catalog import one_agency
from pipeline.usecases.ingest import landed_parts
from pipeline.usecases.land import land
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import open_database
from pipeline.usecases.rewalk import rewalk_records
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard
from pipeline.usecases.walk_batch import ARCHIVED
from pipeline.usecases.walk_payload import Progress, silent, still_landed
from pipeline.usecases.walkers import Work, walk_each

__all__ = [
    "Backfilled",
    "Day",
    "archived_days",
    "backfill",
    "days_between",
    "in_all",
    "stretches",
]

_DAY = re.compile(r"(?<!\d)(\d{4})[-_]?(\d{2})[-_]?(\d{2})(?!\d)", re.ASCII)
_MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one day came to: payloads walked now, records by state; ``again`` were walked again."""

    day: date
    payloads: int
    counts: Counter[str]
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """The days in order. ``undated`` counts files without a day in their names, left alone."""

    days: tuple[Day, ...]
    undated: int
    stopped: str = ""


def days_between(since: date, until: date) -> tuple[date, ...]:
    """Return each day from ``since`` to ``until``, both included.

    Raises:
        Refused: there is none, or more than ten years.
    """
    count = (until - since).days + 1
    if not 1 <= count <= _MOST_DAYS:
        raise Refused("backfill from one day to ten years, the first day first")
    return tuple(since + timedelta(days=number) for number in range(count))


def archived_days(archive: Path) -> tuple[Mapping[date, tuple[Path, ...]], int]:
    """Return an archive's files by the day in their names, in name order, and how many have none.

    Raises:
        ConfigError: the folder cannot be read.
    """
    days: dict[date, list[Path]] = {}
    undated = 0
    for file in _files(archive):
        day = _day_of(file.name)
        if day is None:
            undated += 1
        else:
            days.setdefault(day, []).append(file)
    return {day: tuple(found) for day, found in sorted(days.items())}, undated


def _files(archive: Path) -> list[Path]:
    try:
        return sorted(path for path in archive.iterdir() if path.is_file() and path.name[:1] != ".")
    except OSError as error:
        raise ConfigError(
            f"the archive cannot be read ({error.strerror})",
            remedy="Name a folder of files that each have a day in their names",
        ) from None


def _day_of(name: str) -> date | None:
    found = _DAY.search(name)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def backfill(
    settings: Settings,
    agency_id: str,
    since: date,
    until: date,
    *,
    now: datetime,
    archive: Path | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> Backfilled:
    """Walk what is not walked of these days, and open records that other rules walked, again.

    Days are the agency's own. With an archive they are those in its files' names, without one those
    on which payloads were received.

    Raises:
        Refused: the days are none.
        ConfigError: the agency, its files, the archive or the key file cannot be used.
        AgreementStopped: the agency's agreement does not cover today.
        StoreFailure, VaultFailure, Conflict: as ``walk_payload``; run it again to go on.
    """
    wanted = days_between(since, until)
    folder = one_agency(settings, agency_id).folder
    files, undated = archived_days(archive) if archive else ({}, 0)
    with agency_walking(settings, folder, now=now) as walking:
        gc.freeze()  # what stays is not looked through again with every payload
        with walking.resources.store.read() as tx:
            if switchboard(tx).stops_agency(agency_id):
                return Backfilled(days=(), undated=undated, stopped="the agency is switched off")
        work = Work(settings=settings, folder=folder, now=now, rules=walking.rules.digest)
        received = _received(walking) if archive is None else {}
        days = {day: _Sum() for day in wanted if day in files or day in received}
        if archive is None:
            _open_ones(walking, days)
        order: deque[_Sum] = deque()
        source = _payloads(walking, days, files, received, order)
        for counts in walk_each(walking, work, workers, source):
            found = order.popleft()
            found.payloads += 1
            found.counts += counts
            progress(agency_id, counts.total())
    return Backfilled(
        days=tuple(
            Day(day=day, payloads=each.payloads, counts=each.counts, again=each.again)
            for day, each in days.items()
        ),
        undated=undated,
    )


def in_all(found: Backfilled) -> Counter[str]:
    """Return records by state over all days."""
    return sum((day.counts for day in found.days), Counter())


def stretches(
    settings: Settings,
    agency_id: str,
    since: date,
    until: date,
    *,
    most: int,
    archive: Path | None = None,
) -> tuple[tuple[date, date], ...]:
    """Return these days as at most so many stretches that hold something, first and last day each.

    Raises:
        Refused, ConfigError, StoreFailure: as :func:`backfill`.
    """
    wanted = days_between(since, until)
    agency = one_agency(settings, agency_id)
    if archive is not None:
        there = set(archived_days(archive)[0])
    else:
        with open_database(settings) as store, store.read() as tx:
            received = [payload.received_at for payload in payloads_of(tx, agency_id)]
        there = {moment.astimezone(agency.timezone).date() for moment in received}
    days = [day for day in wanted if day in there]
    size = max(1, -(-len(days) // most))
    parts = [days[start : start + size] for start in range(0, len(days), size)]
    return tuple((part[0], part[-1]) for part in parts)


@dataclass(slots=True)
class _Sum:
    payloads: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    again: int = 0


def _received(walking: Walking) -> dict[date, list[Landed]]:
    """Return the agency's payloads by the agency's day on which they were received."""
    agency = walking.rules.agency
    days: dict[date, list[Landed]] = {}
    with walking.resources.store.read() as tx:
        for payload in payloads_of(tx, agency.agency_id):
            days.setdefault(_local(walking, payload.received_at), []).append(payload)
    return days


def _local(walking: Walking, moment: datetime) -> date:
    return moment.astimezone(walking.rules.agency.timezone).date()


def _open_ones(walking: Walking, days: Mapping[date, _Sum]) -> None:
    """Walk open records again that other rules walked, of payloads received on these days."""
    with walking.resources.store.read() as tx:
        waiting = outdated(tx, walking.rules.agency.agency_id, walking.rules.digest)
    for payload, positions in waiting:
        found = days.get(_local(walking, payload.received_at))
        if found is not None:
            moved = rewalk_records(walking, payload, frozenset(positions))
            found.counts += moved
            found.again += moved.total()


def _payloads(
    walking: Walking,
    days: Mapping[date, _Sum],
    files: Mapping[date, Sequence[Path]],
    received: Mapping[date, Sequence[Landed]],
    order: deque[_Sum],
) -> Iterator[PayloadId]:
    """Yield what waits, day by day; ``order`` says whose each one is."""
    for day, found in days.items():
        for payload in received.get(day, ()):
            if payload.state == "landed" and still_landed(walking, payload.payload_id) is not None:
                order.append(found)
                yield payload.payload_id
        for file in files.get(day, ()):
            for payload_id in _landed(walking, file, found.counts):
                order.append(found)
                yield payload_id


def _landed(walking: Walking, file: Path, counts: Counter[str]) -> Iterator[PayloadId]:
    """Land a file, whole where the line would have landed it whole; yield what waits."""
    agency = walking.rules.agency
    try:
        body = file.read_bytes() if file.stat().st_size <= agency.format.max_bytes else None
    except OSError as error:
        # The name may hold private text, so the file goes unnamed.
        raise ConfigError(
            f"a file of the archive cannot be read ({error.strerror})",
            remedy="Check its permissions; run this again to go on",
        ) from None
    if body is None:
        yield from landed_parts(walking, file, counts, run_id=ARCHIVED)
        return
    payload_id, _ = land(
        walking.resources, agency.agency_id, body, run_id=ARCHIVED, received_at=walking.now
    )
    if still_landed(walking, payload_id) is not None:
        yield payload_id
