"""Keeps destroyed what a restored backup would bring back, before it can be read.

In: the restored database, and where there is one a newer copy of the log. Out: ids of keys that are
remembered as destroyed beside the key file, and open nothing any more. ``destroy_due`` then
certifies it, once it is known that the restored log may go on; before that nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import orjson

from pipeline.adapters.log_folder import reader_of
from pipeline.adapters.shreds_file import add_destroyed, shreds_path
from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import shreddable
from pipeline.adapters.store.holding import due_memories
from pipeline.adapters.store.requests import closed_requests
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.certificates import certificates_of, key_name
from pipeline.audit.holds import active
from pipeline.audit.merkle import range_hash
from pipeline.audit.verify import Unproven, read_entries, verify_log
from pipeline.model import Refused, RetentionClass
from pipeline.usecases.catalog import shorter_times
from pipeline.usecases.destroy import (
    destroy_memories,
    destroy_payloads,
    destroy_requests,
    small_key,
    tell_keyring,
)
from pipeline.usecases.holds import all_holds, kept
from pipeline.usecases.lost_since import NewerLog, lost_since
from pipeline.usecases.receipts import log_verifier_keys
from pipeline.usecases.resources import current_policy, open_database, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["destroy_due", "forget_again", "newer_entries"]

_KINDS = frozenset(
    kind.value
    for kind in (
        *(EntryKind.CERTIFICATE, EntryKind.HOLD, EntryKind.RETRACTION, EntryKind.PUBLICATION),
        *(EntryKind.SWITCH, EntryKind.LEAK_BUDGET),
    )
)


def newer_entries(settings: Settings, folder: Path) -> NewerLog:
    """Return what a newer copy of the log says that a restore must not undo, proven by its keys.

    Raises:
        Refused: it is no sound log of these keys, or does not continue the one restored.
        ConfigError: the log's keys are not here.
    """
    keys = log_verifier_keys(settings)
    try:
        report, old = verify_log(folder, keys), verify_log(settings.log, keys)
    except Unproven as problem:
        raise Refused(f"{folder} proves nothing: {problem}") from None
    size = old.head.size
    if report.problems or report.head.size < size:
        raise Refused(f"{folder} is not whole, or older than what was restored")
    if range_hash(reader_of(folder, report.head.size), 0, size) != old.head.root:
        raise Refused(f"{folder} is another log than the one restored")
    entries = (
        (index, entry)
        for first, lines in read_entries(folder, report.head.size)
        for index, entry in enumerate(map(orjson.loads, lines), first)
        if entry["kind"] in _KINDS
    )
    return NewerLog(since=size, entries=tuple(entries))


def forget_again(
    settings: Settings, newer: NewerLog | None, *, now: datetime
) -> tuple[int, tuple[str, ...]]:
    """Remember keys as destroyed; return how many were news, and what has to be done again.

    Destroyed is what the restored log or the newer one certifies. Where no newer one says anything
    of that, also what is past its time by now, but for what a hold keeps.

    Raises:
        ConfigError: the policy, or the file of destroyed keys, cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        own = entries_of(tx, [EntryKind.CERTIFICATE])
        names = {key for each in certificates_of(own) for key in each.keys}
        certified = [] if newer is None else newer.of(EntryKind.CERTIFICATE)
        if newer is None or not (certified or newer.of(EntryKind.HOLD)):
            names |= set(_due(tx, settings, now))
        lacking = () if newer is None else lost_since(tx, newer, settings.public)
    names |= {key for each in certificates_of(certified) for key in each.keys}
    return add_destroyed(shreds_path(settings.key_file), names), lacking


def destroy_due(settings: Settings, *, now: datetime) -> None:
    """Destroy and certify what is past its time, so that nothing waits for what opens no more."""
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources:
        destroy_payloads(resources, policy, shorter_times(settings, policy), now)
        destroy_memories(resources, policy, now)
        destroy_requests(resources, policy, now)
        tell_keyring(resources, settings.key_file)


def _due(tx: Tx, settings: Settings, now: datetime) -> Iterator[str]:
    """Yield ids of keys past their time that no hold keeps, as a run of retention finds them."""
    policy = current_policy(settings)
    longest = policy.kept_for(RetentionClass.PAYLOAD)
    shorter = shorter_times(settings, policy)
    times = defaultdict(lambda: longest, {a: min(t, longest) for a, t in shorter.items()})
    lasting = active(all_holds(tx))
    late = shreddable(tx, now - min([longest, *times.values()]))
    due = [each for each in late if each.received_at < now - times[each.agency_id]]
    keeping = kept(tx, due, lasting)
    yield from (key_name(p.wrapped_key or b"") for p in due if p.payload_id not in keeping)
    for each in due_memories(tx, now - policy.kept_for(RetentionClass.MEMORY)):
        if not any(
            hold.keeps_memory(
                agency_id=each.agency_id, incident=each.incident_ref, seen_at=each.seen_at
            )
            for hold in lasting
        ):
            yield small_key(each.sealed_values)
    if not any(not (each.agency_id or each.incident) for each in lasting):
        closed = closed_requests(tx, now - policy.kept_for(RetentionClass.REQUEST))
        yield from (small_key(each.sealed or b"") for each in closed)
