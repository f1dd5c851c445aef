"""Makes receipts out of the sealed log, and compares the whole log with the database.

A receipt holds what the log says of one alert, from the payload's arrival to the published file's
digest, with a proof of each entry under the published checkpoint. Nothing here changes anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785

from pipeline.adapters.log_folder import read_checkpoint, reader_of
from pipeline.adapters.log_keys import read_log_keys
from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import (
    entries_about,
    log_size,
    read_log,
    signed_heads,
)
from pipeline.adapters.store.redacted import check_counts
from pipeline.audit import EntryKind
from pipeline.audit.checkpoint import open_checkpoint
from pipeline.audit.merkle import inclusion_proof, range_hash
from pipeline.audit.note import BadNote
from pipeline.audit.receipt import ProvenEntry, receipt_bytes
from pipeline.audit.verify import Report, Unproven, read_entries, verify_log
from pipeline.model import Refused, StoreFailure
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

__all__ = ["FsckReport", "check_log_files", "log_verifier_keys", "make_receipt"]

_NEWEST_HEADS = 1000
_MOST_PROBLEMS = 100
_OWN = (EntryKind.DECISION, EntryKind.PUBLICATION, EntryKind.RETRACTION, EntryKind.EXPIRY)
_MADE = (EntryKind.DECISION, EntryKind.EDIT, EntryKind.OUTCOME)


@dataclass(frozen=True, slots=True, kw_only=True)
class FsckReport:
    """What is wrong with the log, by index where one can be named; nothing is sound."""

    size: int
    sequenced: int
    problems: tuple[tuple[int, str], ...]


def log_verifier_keys(settings: Settings) -> tuple[str, ...]:
    """Return the log's verifier keys, oldest first.

    Raises:
        ConfigError: there are none yet, or the key file is damaged.
    """
    keys = read_log_keys(settings.log_key)
    return tuple(str(key) for key in keys.public)


def make_receipt(settings: Settings, alert_id: str) -> bytes:
    """Return the receipt of an alert under the published checkpoint.

    Raises:
        Refused: the log does not speak of such an alert, or not in what is sealed.
        StoreFailure: the sealed log is not whole, or its checkpoint is not signed by its keys.
    """
    note = read_checkpoint(settings.log)
    if note is None:
        raise Refused("nothing is sealed yet; run `blotter audit seal`")
    keys = read_log_keys(settings.log_key).public
    try:
        checkpoint, _ = open_checkpoint(note, keys)
    except BadNote as error:
        raise StoreFailure(f"{settings.log / 'checkpoint'}: {error}") from None
    with open_database(settings) as store, store.read() as tx:
        entries = dict(_chain(tx, alert_id))
    if not entries:
        raise Refused("the log does not speak of such an alert; give its whole id")
    if min(entries) >= checkpoint.size:
        raise Refused("what the log says of this alert is not sealed yet; run `blotter audit seal`")
    read = reader_of(settings.log, checkpoint.size)
    proven = [
        ProvenEntry(index=index, line=line, proof=inclusion_proof(read, index, checkpoint.size))
        for index, line in sorted(entries.items())
        if index < checkpoint.size
    ]
    return receipt_bytes(alert_id, proven, note)


def _chain(tx: Tx, alert_id: str) -> Iterator[tuple[int, bytes]]:
    """Yield every entry that the alert rests on."""
    waiting, seen = [], set()
    for index, line in entries_about(tx, f"alert:{alert_id}", _OWN):
        yield index, line
        waiting += [_body(line).get("candidate", "")]
    while waiting:
        candidate = waiting.pop()
        if not candidate or candidate in seen:
            continue
        seen.add(candidate)
        outcomes = 0
        for index, line in entries_about(tx, f"candidate:{candidate}", _MADE):
            body, kind = _body(line), json.loads(line)["kind"]
            if kind == EntryKind.OUTCOME:
                outcomes += 1
                if outcomes == 1:
                    yield index, line
                    yield from _input(tx, body)
                continue
            yield index, line
            waiting += [body["candidate"]]


def _input(tx: Tx, outcome: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    subject = f"payload:{outcome['payload']}"
    yield from entries_about(tx, subject, (EntryKind.PAYLOAD_LANDED,))[:1]
    if outcome["more"]:
        for index, line in entries_about(tx, subject, (EntryKind.FINDINGS,)):
            if _body(line)["position"] == outcome["position"]:
                yield index, line


def _body(line: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(line)["body"]
    return body


def check_log_files(settings: Settings) -> FsckReport:
    """Recompute the log from its entries, and compare it with the database entry by entry.

    Raises:
        StoreFailure: the database cannot be used.
        ConfigError: there is no signing key.
    """
    keys = log_verifier_keys(settings)
    try:
        report = verify_log(settings.log, keys)
    except Unproven as problem:
        return FsckReport(size=0, sequenced=0, problems=((0, str(problem)),))
    with open_database(settings) as store:
        with store.read() as tx:
            sequenced = log_size(tx)
            counts = [(0, problem) for problem in check_counts(tx)]
        problems = [*report.problems, *_entries_apart(settings.log, store, report), *counts]
        problems += _heads_apart(settings.log, store, report)
    unique = sorted(set(problems))[:_MOST_PROBLEMS]
    return FsckReport(size=report.head.size, sequenced=sequenced, problems=tuple(unique))


def _entries_apart(folder: Path, store: Store, report: Report) -> Iterator[tuple[int, str]]:
    size = report.head.size
    for first, lines in read_entries(folder, size):
        width = min(256, size - first)
        with store.read() as tx:
            rows = dict(read_log(tx, start=first, limit=width))
        for index, line in enumerate(lines, first):
            if rows.get(index) != line:
                yield index, "the database holds another entry than the sealed log"
            elif not _canonical(line):
                yield index, "the entry is not canonical JSON"


def _canonical(line: bytes) -> bool:
    try:
        return rfc8785.dumps(json.loads(line)) == line
    except ValueError:
        return False


def _heads_apart(folder: Path, store: Store, report: Report) -> Iterator[tuple[int, str]]:
    """Yield signed heads that are not heads of this tree: the log was signed twice, or changed."""
    with store.read() as tx:
        heads = signed_heads(tx)[-_NEWEST_HEADS:]
    if not heads or heads[-1].size < report.head.size:
        yield report.head.size, "the database does not know the published checkpoint"
    if heads and heads[-1].size > report.head.size:
        yield report.head.size, "the published checkpoint is older than the last signed one"
    read = reader_of(folder, report.head.size)
    comparable = [] if report.problems else [h for h in heads if h.size <= report.head.size]
    for head in comparable:
        if range_hash(read, 0, head.size) != head.root:
            yield head.size, "the tree is not the one that was signed at this size"
