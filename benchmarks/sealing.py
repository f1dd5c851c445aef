"""What the log costs: entries appended, sealed, verified offline; receipts; auditors' pages.

In: nothing; the entries are invented outcomes with two findings each. Out: three cases. Each round
of appending starts an empty SQLite database, synced at every commit as in use.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bare import require
from benchmarks.cases import Case
from benchmarks.measure import Lap
from pipeline.adapters.log_keys import open_log_keys
from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import append
from pipeline.audit import Entry, EntryKind, encode
from pipeline.audit.checkpoint import Checkpoint
from pipeline.audit.note import sign
from pipeline.audit.tiles import Edge, grown
from pipeline.audit.verify import verify_log, verify_receipt
from pipeline.usecases.receipts import log_verifier_keys, make_receipt
from pipeline.usecases.redaction_log import Filters
from pipeline.usecases.redaction_page import redaction_page
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import Settings, load_settings

__all__ = ["receipts", "sealing", "verifying"]

_AT = datetime(2026, 3, 2, tzinfo=UTC)
_BATCH = 500  # entries a transaction: what a walk of as many records writes
_ALERT = "0123456789abcdef0123"
_RECEIPTS = 20
_FILES_OF = 65_536  # entries: as many as are grown at once


def sealing(count: int) -> Case:
    """Time ``count`` entries: appended in batches, sealed into tiles, verified from the files."""
    sealed = _installation()
    _append(sealed, count)
    seal_log(sealed, now=_AT)
    keys = log_verifier_keys(sealed)

    def appending() -> Lap:
        fresh = _installation()
        lap = Lap()
        _append(fresh, count)
        return lap.end()

    def seal() -> Lap:
        fresh = _installation()
        _append(fresh, count)
        lap = Lap()
        require(seal_log(fresh, now=_AT).size, count + 1)
        return lap.end()

    def verify() -> None:
        report = verify_log(sealed.log, keys)
        require(report.head.size - len(report.problems), count + 1)

    return Case(
        name="log",
        title="entries of the log",
        unit="entry",
        count=count,
        size=sum(path.stat().st_size for path in sealed.log.rglob("*") if path.is_file()),
        contenders={"append": appending, "seal": seal, "verify": verify},
    )


def verifying(count: int) -> Case:
    """Time the verification of a log of ``count`` entries from its files."""
    folder = _folder()
    keys = open_log_keys(
        folder / "log-key.json",
        "bench.example/log",
        may_create=True,
        randomness=secrets.token_bytes,
        now=_AT,
    )
    line, edge = encode(_outcome("0" * 64)), Edge()
    for start in range(0, count, _FILES_OF):
        numbers = range(start, min(count, start + _FILES_OF))
        edge, files = grown(edge, [line.replace(b"0" * 64, b"%064x" % n) for n in numbers])
        for file in files:
            path = folder / "log" / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.body)
    head = Checkpoint(origin=keys.origin, size=edge.size, root=edge.root)
    (folder / "log/checkpoint").write_bytes(bytes(sign(head.text, keys.signers(_AT))))
    public = [str(key) for key in keys.public]

    def verify() -> None:
        report = verify_log(folder / "log", public)
        require(report.head.size - len(report.problems), count)

    return Case(
        name="log-verify",
        title=f"a log of {count:,} entries, proven from its files",
        unit="entry",
        count=count,
        size=count * len(line),
        contenders={"verify": verify},
    )


def receipts(count: int) -> Case:
    """Time receipts of an alert in a sealed log of ``count`` entries, and pages of its removals."""
    settings = _installation()
    _append(settings, count // 2)
    _write(settings, _chain())
    _append(settings, count // 2)
    seal_log(settings, now=_AT)
    keys = log_verifier_keys(settings)
    body = make_receipt(settings, _ALERT)

    def make() -> None:
        made = [make_receipt(settings, _ALERT) for _ in range(_RECEIPTS)]
        require(sum(each == body for each in made), _RECEIPTS)

    def verify() -> None:
        told = [verify_receipt(body, keys) for _ in range(_RECEIPTS)]
        require(len(told), _RECEIPTS)

    store = open_store(settings.database_url)

    def pages() -> None:
        for number in range(_RECEIPTS):
            before = None if number % 2 else count // 2
            found = redaction_page(store, settings, Filters(), before=before, shown=50)
            require(len(found.rows) * found.total, 50 * 2 * (count + 1))

    return Case(
        name="receipts",
        title=f"receipts and pages out of {count:,} entries",
        unit="receipt",
        count=_RECEIPTS,
        size=len(body) * _RECEIPTS,
        contenders={"make": make, "verify": verify, "page of removals": pages},
    )


def _folder() -> Path:
    """Return a new folder that is gone when the program ends."""
    path = Path(tempfile.mkdtemp(prefix="blotter-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _installation() -> Settings:
    settings = load_settings({"BLOTTER_HOME": str(_folder())})
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    return settings


def _append(settings: Settings, count: int) -> None:
    _write(settings, [_outcome(f"{number:064x}") for number in range(count)])


def _write(settings: Settings, entries: list[Entry]) -> None:
    store = open_store(settings.database_url)
    for start in range(0, len(entries), _BATCH):
        with store.write() as tx:
            append(tx, entries[start : start + _BATCH])
    store.close()


def _outcome(name: str, payload: str = "p" * 64) -> Entry:
    finding = {
        "remark": 0,
        "start": 4,
        "end": 16,
        "entity": "PHONE",
        "operator": "placeholder",
        "recognizer": "PhoneRecognizer",
        "recognizer_version": "1",
        "score": 0.85,
        "reason": "pattern",
        "commitments": [f"2026-Q1:{name}"] * 3,
    }
    body = {
        "payload": payload,
        "position": 0,
        "incident": name,
        "revision": name,
        "candidate": name,
        "state": "pending",
        "reason": "",
        "versions": {"agency": "a", "policy": "2026-11", "model": "m"},
        "findings": [finding, finding],
        "more": 0,
    }
    return _entry(EntryKind.OUTCOME, body)


def _chain() -> list[Entry]:
    """Return the entries of one alert, from its payload to its publication."""
    decided = {"candidate": "c" * 64, "incident": "c" * 64, "by": "Ida Okwu", "reason": ""}
    alert = {"verb": "release", "alert": _ALERT, "version": 1}
    told = [{"alert": _ALERT, "version": 1, "channel": "cap"}]
    return [
        _entry(EntryKind.PAYLOAD_LANDED, {"payload": "q" * 64, "size": 1}),
        _outcome("c" * 64, "q" * 64),
        _entry(EntryKind.DECISION, {**decided, "verb": "approve", "needed": 1}),
        _entry(EntryKind.DECISION, {**decided, **alert}),
        _entry(EntryKind.PUBLICATION, {"told": told, "files": {}}),
    ]


def _entry(kind: EntryKind, body: dict[str, Any]) -> Entry:
    return Entry(kind=kind, at=_AT, agency_id="elm-bluff", body=body)
