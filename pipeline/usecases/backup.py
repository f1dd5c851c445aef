"""Backs an installation up, checks a backup, and restores one to an empty place.

A backup holds the sealed log, the database and the vault, copied in that order: the database then
knows every entry that is sealed, and the vault every body the database refers to. Keys are never in
it; they go into a file of their own, kept elsewhere, since both together are everything a caller
said. A restore overwrites nothing, keeps destroyed what was, and asks the witnesses before anything
is signed: they know whether the log was longer than what came back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pipeline.adapters.archive import Manifest, check_archive, pack, unpack
from pipeline.adapters.durable import sync_folder
from pipeline.adapters.keyring import KEY_VARIABLE
from pipeline.adapters.log_folder import exclusive_log, read_checkpoint
from pipeline.adapters.scratch import scratch
from pipeline.adapters.shreds_file import add_destroyed, destroyed_keys, shreds_path
from pipeline.adapters.store import newest_version, open_store
from pipeline.adapters.store.engine import database_file
from pipeline.adapters.store.installation import sealing_key
from pipeline.audit.events import PrivilegedVerb
from pipeline.audit.note import Note, parse_note
from pipeline.audit.verify import Unproven, verify_log
from pipeline.model import Refused, StoreFailure
from pipeline.usecases.forget_again import destroy_due, forget_again, newer_entries
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.log_notes import note_privileged
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.witnessing import cosigned, read_witnesses

__all__ = [
    "Restored",
    "create_backup",
    "require_folder",
    "restore_backup",
    "restore_keys",
    "settle_restored",
    "verify_backup",
]

_DATABASE = "blotter.db"
_CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back. ``problems`` says in what it is not sound; ``witnesses`` who does not agree.

    ``checked`` is False where the keys are not there yet: then only digests were compared.
    ``forgotten`` counts keys that came back with it and are remembered as destroyed. ``balanced``
    is the ledger's word, None where it was not asked: of an archive, of what is not sound anyway.
    """

    manifest: Manifest
    entries: int
    checked: bool
    problems: tuple[str, ...] = ()
    witnesses: Mapping[str, str] = field(default_factory=dict)
    forgotten: int = 0
    balanced: bool | None = None

    @property
    def sound(self) -> bool:
        """Whether the line may be started on it."""
        asked = self.checked and not self.problems and not self.witnesses
        return asked and self.balanced is not False


def create_backup(settings: Settings, path: Path, *, keys: Path | None, now: datetime) -> Manifest:
    """Write a backup to ``path``, and where asked the keys to a file in another folder.

    The line may go on meanwhile. An older copy of the same keys gives way: it would still hold what
    was destroyed since.

    Raises:
        Refused: database or vault are not files here, a folder is missing, keys would lie beside
            what they open, or in the place of something else.
        StoreFailure: something cannot be read or written.
    """
    if database_file(settings.database_url) is None or "://" in settings.vault:
        raise Refused(
            "this packs SQLite and a vault in a folder; back PostgreSQL up with pg_dump, and a "
            "remote vault by its own means, in that order"
        )
    if keys is not None and keys.absolute().parent == path.absolute().parent:
        raise Refused("keys do not lie beside the backup they open; give another folder, or medium")
    for folder in [each.absolute().parent for each in (path, keys) if each is not None]:
        require_folder(folder)
    key_id = _key_id(settings)
    if keys is not None and os.path.lexists(keys) and _keys_in(keys) != key_id:
        raise Refused(f"{keys} is there already, and is no copy of these keys; give another name")
    manifest = _packed(settings, path, now)
    if keys is not None:
        with scratch(keys.absolute().parent) as inside:
            fresh = inside / keys.name
            facts = {"made": manifest.facts["made"], "keys": "yes", "key": key_id}
            pack(fresh, _key_files(settings), facts)
            fresh.replace(keys)
            sync_folder(keys.absolute().parent)
    return manifest


def require_folder(folder: Path) -> None:
    """Refuse a folder that is not there; none is made: no medium may be mounted in its place.

    Raises:
        Refused: it is not there.
    """
    if not folder.is_dir():
        raise Refused(f"the folder {folder} is not there; make it, or mount what it belongs to")


def _packed(settings: Settings, path: Path, now: datetime) -> Manifest:
    """Pack log, database and vault, in that order."""
    with scratch(path.parent) as inside:
        with exclusive_log(settings.log):
            log = _copied_log(settings.log, inside / "log")
        with open_database(settings) as store:
            store.copy_to(inside / _DATABASE)
        members = [(f"log/{each.relative_to(log)}", each) for each in _files(log)]
        members += [(f"database/{_DATABASE}", inside / _DATABASE)]
        vault = Path(settings.vault)
        members += [(f"vault/{each.relative_to(vault)}", each) for each in _files(vault)]
        facts: dict[str, str | int] = {
            "made": now.isoformat(timespec="seconds"),
            "schema": newest_version(),
            "origin": settings.log_origin,
        }
        return pack(path, members, facts)


def _key_id(settings: Settings) -> str:
    """Return the id of the key that the database is sealed with; empty before the first seal."""
    with open_database(settings) as store, store.read() as tx:
        return sealing_key(tx)


def _keys_in(path: Path) -> str | None:
    """Return the id of the key a file of keys holds; None where it says none, or is a link."""
    if path.is_symlink():
        return None
    try:
        facts = check_archive(path).facts
    except StoreFailure:
        return None
    return str(facts["key"]) if facts.get("keys") == "yes" and facts.get("key") else None


def verify_backup(settings: Settings, path: Path) -> Restored:
    """Unpack a backup to a scratch folder, and check log against database there.

    The log's key comes from this installation. Nothing here is changed.

    Raises:
        StoreFailure: the archive is not whole, or the database in it cannot be opened.
    """
    with scratch(None) as inside:
        copy = replace(
            settings,
            database_url=f"sqlite:///{inside / 'database' / _DATABASE}",
            log=inside / "log",
            vault=str(inside / "vault"),
        )
        manifest = unpack(path, {name: inside / name for name in ("log", "database", "vault")})
        _migrated(copy)
        return _examined(copy, manifest, ask=False)


def restore_backup(
    settings: Settings,
    path: Path,
    *,
    now: datetime,
    person: str,
    keys: Path | None = None,
    newer: Path | None = None,
) -> Restored:
    """Unpack a backup to where an empty installation keeps things; check it, ask the witnesses.

    ``keys`` are put in place first, where they are not there yet. Keys that were destroyed since,
    by ``newer`` (a later copy of the log), or else whose time is over, are remembered as destroyed
    before the database is in its place.

    Raises:
        Refused: something is there already, the keys are not, or ``newer`` is no later copy of
            this log.
        StoreFailure: an archive is not whole.
    """
    database = database_file(settings.database_url)
    if database is None or "://" in settings.vault:
        raise Refused("a backup is restored to SQLite and a vault in a folder")
    vault = Path(settings.vault)
    taken = [each for each in (database, settings.log / _CHECKPOINT) if each.exists()]
    taken += [vault] if any(_files(vault)) else []
    if taken:
        raise Refused(f"{taken[0]} is there already; a restore overwrites nothing")
    manifest = check_archive(path)
    if keys is not None:
        restore_keys(settings, keys)
    elif not (settings.key_file.exists() or os.environ.get(KEY_VARIABLE)):
        # While nothing is in place: without keys it could neither be checked nor begun again.
        raise Refused("the keys of this backup are not here; give them: --keys FILE")
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with scratch(database.parent) as inside:
        places = {"log": settings.log, "vault": vault, "database": inside}
        unpack(path, places)
        copy = replace(settings, database_url=f"sqlite:///{inside / _DATABASE}")
        _migrated(copy)
        later = None if newer is None else newer_entries(settings, newer)
        forgotten, lacking = forget_again(copy, later, now=now)
        (inside / _DATABASE).rename(database)
    return _settled(settings, manifest, forgotten, lacking, now=now, person=person)


def settle_restored(
    settings: Settings, *, now: datetime, person: str, newer: Path | None = None
) -> Restored:
    """Do for a database that other tools put back what :func:`restore_backup` does for its own.

    Run it before anything else looks into the database: keys are remembered as destroyed, log and
    witnesses are asked, and what is past its time is certified.

    Raises:
        Refused: ``newer`` is no later copy of this log.
        StoreFailure: the database is not there, or of another version.
    """
    later = None if newer is None else newer_entries(settings, newer)
    forgotten, lacking = forget_again(settings, later, now=now)
    manifest = Manifest(facts={"made": "by other tools"})
    return _settled(settings, manifest, forgotten, lacking, now=now, person=person)


def _settled(
    settings: Settings,
    manifest: Manifest,
    forgotten: int,
    lacking: Sequence[str],
    *,
    now: datetime,
    person: str,
) -> Restored:
    restored = replace(_examined(settings, manifest, ask=True), forgotten=forgotten)
    if lacking:
        restored = replace(restored, problems=(*restored.problems, *lacking))
    if restored.sound:
        # Only then: an entry on a log that was set back would make its fork.
        note_privileged(
            settings,
            PrivilegedVerb.RESTORED,
            by=person,
            detail=str(manifest.facts["made"]),
            now=now,
        )
        destroy_due(settings, now=now)
        report = ledger_report(settings, now=now)
        restored = replace(restored, problems=tuple(report.problems), balanced=report.balanced)
    return restored


def restore_keys(settings: Settings, path: Path) -> Manifest:
    """Unpack keys to where this installation keeps them; nothing is overwritten.

    Which keys were destroyed is added to what is known here: it is never unlearnt.

    Raises:
        StoreFailure: the archive is not whole, or a key is there already.
    """
    folder = settings.key_file.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    list_of_destroyed = shreds_path(settings.key_file)
    with scratch(folder) as inside:
        manifest = unpack(path, {"keys": inside})
        files = [(each, folder / each.relative_to(inside)) for each in _files(inside)]
        if any(to.exists() for _, to in files if to != list_of_destroyed):
            raise StoreFailure(f"a key is there already, in {folder}; a restore overwrites nothing")
        for each, to in files:
            if to == list_of_destroyed:
                add_destroyed(to, destroyed_keys(each))
            else:
                to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                each.rename(to)
    return manifest


def _examined(settings: Settings, manifest: Manifest, *, ask: bool) -> Restored:
    body = read_checkpoint(settings.log)
    if body is None:
        return Restored(manifest=manifest, entries=0, checked=True)
    if not settings.log_key.exists():
        problem = f"{settings.log_key} is missing: restore the keys, then verify"
        return Restored(manifest=manifest, entries=0, checked=False, problems=(problem,))
    try:
        size = verify_log(settings.log, log_verifier_keys(settings)).head.size
    except Unproven as problem:
        return Restored(manifest=manifest, entries=0, checked=True, problems=(str(problem),))
    found = check_log_files(settings)
    problems = tuple(f"entry {index}: {what}" for index, what in found.problems)
    witnesses: Mapping[str, str] = {}
    if ask and not problems:
        witnesses = _asked(settings, parse_note(body), size)
    return Restored(
        manifest=manifest, entries=size, checked=True, problems=problems, witnesses=witnesses
    )


def _asked(settings: Settings, note: Note, size: int) -> Mapping[str, str]:
    """Ask each witness whether this log is still the one it saw; return who says no, and why."""
    theirs = {(each.key.name, each.key.key_id) for each in read_witnesses(settings)}
    ours = tuple(s for s in note.signatures if (s.name, s.key_id) not in theirs)
    _, problems = cosigned(settings, Note(text=note.text, signatures=ours), size)
    return problems


def _copied_log(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target


def _key_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for path in _files(settings.key_file.parent):
        if not path.name.startswith("."):
            yield f"keys/{path.relative_to(settings.key_file.parent)}", path


def _files(folder: Path) -> Sequence[Path]:
    return sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def _migrated(settings: Settings) -> None:
    """Bring a database of an older program to this one's version."""
    store = open_store(settings.database_url)
    try:
        if not store.sound():
            raise StoreFailure("the database in this backup is damaged; take an older backup")
        store.migrate()
    finally:
        store.close()
