"""Seals the log: entries are integrated into the tree and published under a signature.

Entries are sequenced by the transactions they describe. Here they become tiles and bundles, on disk
before a checkpoint is signed; the checkpoint is in the database before it is in the folder. A run
killed anywhere is finished by the next one. This module must never sign two trees that disagree:
what the folder, the database and the last signed head say is compared first, and a difference is
an error that nothing here mends.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.log_folder import (
    exclusive_log,
    prune_partials,
    read_checkpoint,
    read_edge,
    reader_of,
    write_checkpoint,
    write_tiles,
)
from pipeline.adapters.log_keys import LogKeys, open_log_keys, rotate_log_key
from pipeline.adapters.store import Store
from pipeline.adapters.store.audit_log import (
    SignedHead,
    add_checkpoint,
    append,
    entries_about,
    last_checkpoint,
    log_size,
    read_log_leaves,
    signed_head,
    update_checkpoint,
)
from pipeline.adapters.telemetry import observed
from pipeline.audit.checkpoint import Checkpoint, open_checkpoint
from pipeline.audit.events import PrivilegedVerb, log_key, privileged_action
from pipeline.audit.merkle import range_hash
from pipeline.audit.note import BadNote, Note, parse_note, sign
from pipeline.audit.tiles import TILE_WIDTH, Edge, grown
from pipeline.model import StoreFailure
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.witnessing import cosigned

__all__ = ["OVERLAP", "SealReport", "prune_log", "rotate_key", "seal_log"]

OVERLAP = timedelta(days=30)
"""How long an old key signs beside the new one, so that whoever holds it can learn the new one."""

_BATCH = 256 * TILE_WIDTH


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """What one run did. ``size`` is the log's, ``added`` how many entries the tree grew by.

    ``cosigned`` counts witnesses; ``problems`` says by name why others did not.
    """

    origin: str
    size: int
    added: int
    root: bytes
    keys: tuple[str, ...]
    cosigned: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)


@observed("seal")
def seal_log(
    settings: Settings,
    *,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> SealReport:
    """Integrate and publish every entry that was sequenced; do nothing where nothing is new.

    Raises:
        StoreFailure: database or folder cannot be used, or contradict each other.
        ConfigError: the signing key is missing or damaged.
    """
    with open_database(settings) as store, exclusive_log(settings.log):
        keys = _keys(settings, store, randomness, now)
        _note_keys(store, keys, now)
        old = _published(settings, store, keys)
        new = _integrated(settings, store, old)
        note = _signed(settings, store, keys, new, now)
        _publish(settings, note)
        witnessed, problems = cosigned(settings, note, new.size)
        if witnessed != note:
            with store.write() as tx:
                head = SignedHead(size=new.size, root=new.root, note=str(witnessed))
                update_checkpoint(tx, head)
            _publish(settings, witnessed)
        if new.size // TILE_WIDTH > old.size // TILE_WIDTH:
            prune_partials(settings.log)
    return SealReport(
        origin=keys.origin,
        size=new.size,
        added=new.size - old.size,
        root=new.root,
        keys=tuple(str(key) for key in keys.public),
        cosigned=len(witnessed.signatures) - len(keys.signers(now)),
        problems=problems,
    )


def _publish(settings: Settings, note: Note) -> None:
    if read_checkpoint(settings.log) != bytes(note):
        write_checkpoint(settings.log, bytes(note))


def rotate_key(
    settings: Settings,
    *,
    now: datetime,
    by: str,
    overlap: timedelta = OVERLAP,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> SealReport:
    """Let a new key sign beside the present one for ``overlap``, then alone; the log says so.

    Raises:
        StoreFailure, ConfigError: as :func:`seal_log`.
    """
    by = named_editor(by)
    seal_log(settings, now=now, randomness=randomness)
    verb = PrivilegedVerb.KEY_ROTATED
    with open_database(settings) as store, store.write() as tx:
        append(tx, [privileged_action(by=by, verb=verb, detail="log", at=now)])
    rotate_log_key(settings.log_key, until=now + overlap, randomness=randomness, now=now)
    return seal_log(settings, now=now, randomness=randomness)


def prune_log(settings: Settings) -> int:
    """Remove partial tiles that full ones replaced; return how many files went.

    Raises:
        StoreFailure: the folder cannot be written.
    """
    with exclusive_log(settings.log):
        return prune_partials(settings.log)


def _keys(
    settings: Settings, store: Store, randomness: Callable[[int], bytes], now: datetime
) -> LogKeys:
    with store.read() as tx:
        head = last_checkpoint(tx)
    return open_log_keys(
        settings.log_key,
        settings.log_origin,
        may_create=head is None,
        randomness=randomness,
        now=now,
    )


def _note_keys(store: Store, keys: LogKeys, now: datetime) -> None:
    """Let the log itself say which keys sign it, before the first signature of each."""
    with store.read() as tx:
        known = [bool(entries_about(tx, f"key:{each.key}")) for each in keys.keys]
    if all(known):
        return
    with store.write() as tx:
        for each in keys.keys:
            if entries_about(tx, f"key:{each.key}"):
                continue
            beside = {str(old.key): old.until for old in keys.keys if old.until and old.until > now}
            append(tx, [log_key(str(each.key), beside=beside, at=now)])


def _published(settings: Settings, store: Store, keys: LogKeys) -> Edge:
    """Return the edge of the tree that is published, after comparing it with the database.

    Raises:
        StoreFailure: the folder's tree is not one that this database signed and still holds.
    """
    body = read_checkpoint(settings.log)
    if body is None:
        return Edge()
    try:
        checkpoint, _ = open_checkpoint(body, keys.public)
    except BadNote as error:
        raise StoreFailure(f"{settings.log / 'checkpoint'}: {error}") from None
    with store.read() as tx:
        head, size = signed_head(tx, checkpoint.size), log_size(tx)
    if head is None or head.root != checkpoint.root or checkpoint.size > size:
        raise StoreFailure(
            f"the folder {settings.log} holds a signed tree of {checkpoint.size} entries that this "
            "database does not know: the database was set back, or this is another log's folder. "
            "Restore the database's latest backup; nothing may be signed until they agree"
        )
    edge = read_edge(settings.log, checkpoint.size)
    if edge.root != checkpoint.root:
        raise StoreFailure(
            f"the tiles in {settings.log} do not belong to their checkpoint; "
            "run `blotter audit fsck`"
        )
    return edge


def _integrated(settings: Settings, store: Store, edge: Edge) -> Edge:
    """Write the tiles of everything sequenced; return the edge of the whole tree."""
    _compare(store, edge)
    while True:
        with store.read() as tx:
            size = log_size(tx)
            limit = min(size - edge.size, _BATCH - edge.size % _BATCH)
            lines = tuple(_lines(read_log_leaves(tx, start=edge.size, limit=limit), edge))
        if not lines:
            if size != edge.size:
                raise StoreFailure(f"entry {edge.size} is missing in the database")
            return edge
        edge, files = grown(edge, lines)
        write_tiles(settings.log, files)


def _lines(rows: Iterator[tuple[int, bytes, bytes]], edge: Edge) -> Iterator[bytes]:
    for expected, (index, line, _) in enumerate(rows, edge.size):
        if index != expected:
            raise StoreFailure(f"entry {expected} is missing in the database")
        yield line


def _compare(store: Store, edge: Edge) -> None:
    """Compare the open bundle with the database; comparing all of it is `fsck`'s part."""
    start = edge.size - len(edge.lines)
    with store.read() as tx:
        rows = read_log_leaves(tx, start=start, limit=len(edge.lines))
        lines = {index: line for index, line, _ in rows}
    for index, line in enumerate(edge.lines, start):
        if lines.get(index) != line:
            raise StoreFailure(f"entry {index} is not what was sealed; run `blotter audit fsck`")


def _signed(settings: Settings, store: Store, keys: LogKeys, edge: Edge, now: datetime) -> Note:
    """Return the checkpoint over the tree, signed now or before; it is in the database then.

    Raises:
        StoreFailure: the tree does not continue what was signed before.
    """
    with store.read() as tx:
        last = last_checkpoint(tx)
    if last is not None and last.size > edge.size:
        raise StoreFailure("the database holds a signed head of more entries than it has")
    if last is not None:
        if range_hash(reader_of(settings.log, edge.size), 0, last.size) != last.root:
            raise StoreFailure(
                f"the first {last.size} entries are not those that were signed; nothing is "
                "signed any more. Restore the database's backup; `blotter audit fsck` says where"
            )
        if last.size == edge.size:
            return parse_note(last.note.encode())
    checkpoint = Checkpoint(origin=keys.origin, size=edge.size, root=edge.root)
    note = sign(checkpoint.text, keys.signers(now))
    with store.write() as tx:
        add_checkpoint(tx, SignedHead(size=edge.size, root=edge.root, note=str(note)), now)
    return note
