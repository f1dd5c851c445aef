"""Makes dated backups, checked before they count, and removes those past their time.

In goes a folder, out comes a new ``20260302T024000Z.tar.gz`` in it, and what was removed. A backup
holds wrapped keys of what was alive then: whoever has the key file reads it long after the keys
were destroyed here. So no copy is kept longer than the text in it. It must never remove the newest
good one, what it cannot prove to be this installation's, or anything before the log says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.adapters.archive import check_archive
from pipeline.adapters.durable import sync_folder
from pipeline.adapters.scratch import scratch, tidy
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.telemetry import observed
from pipeline.audit.events import PrivilegedVerb, privileged_action
from pipeline.model import Refused, RetentionClass, StoreFailure
from pipeline.usecases.backup import Restored, create_backup, require_folder, verify_backup
from pipeline.usecases.catalog import shorter_times
from pipeline.usecases.log_notes import known_person
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.settings import Settings

__all__ = ["Nightly", "Pruned", "longest_kept", "make_nightly", "prune_backups"]

_DATED = re.compile(r"\d{8}T\d{6}Z\.tar\.gz")
_STAMP = "%Y%m%dT%H%M%SZ.tar.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What became of the files of a folder, by name.

    ``late`` is the newest good backup where it is past its time itself: nothing newer is good.
    ``left`` is past its time, and why it stays; ``others`` are not named as dated backups are.
    """

    removed: tuple[str, ...] = ()
    late: str = ""
    left: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether no dated backup outlives its time."""
        return not (self.late or self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """A new backup: its name, empty where it was not sound and so not kept; what was removed."""

    name: str
    checked: Restored
    pruned: Pruned


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A dated backup; ``problem`` says why it is none of ours, or not whole."""

    path: Path
    problem: str = ""


def longest_kept(settings: Settings, hours: float | None) -> timedelta:
    """Return how long a backup is kept: ``hours``, or else as long as any agency's payloads may be.

    Raises:
        Refused: ``hours`` is longer than that, or nothing.
        ConfigError: the policy cannot be read.
    """
    policy = current_policy(settings)
    longest = policy.kept_for(RetentionClass.PAYLOAD)
    most = min([longest, *shorter_times(settings, policy).values()])
    if hours is None:
        return most
    if not 0 < hours <= most / timedelta(hours=1):
        raise Refused(
            "a backup is kept no longer than what agencies sent, whose keys are in it: "
            f"{most / timedelta(hours=1):g} hours at most"
        )
    return timedelta(hours=hours)


@observed("make_nightly")
def make_nightly(
    settings: Settings, folder: Path, *, hours: float | None, now: datetime, person: str = ""
) -> Nightly:
    """Make a backup named after ``now`` in ``folder``, check it, then remove old ones.

    One that is not sound is not kept, and then nothing is removed. That a sound one was made is an
    entry of the log, by which an alarm knows when nights pass without one.

    Raises:
        Refused: as :func:`longest_kept` and :func:`create_backup`.
        StoreFailure: something cannot be read or written, or there is a backup of this second.
    """
    longest_kept(settings, hours)
    require_folder(folder)
    target = folder / now.astimezone(UTC).strftime(_STAMP)
    with scratch(folder) as inside:
        fresh = inside / target.name
        create_backup(settings, fresh, keys=None, now=now)
        checked = verify_backup(settings, fresh)
        if not checked.sound:
            return Nightly(name="", checked=checked, pruned=Pruned())
        if os.path.lexists(target):
            raise StoreFailure(f"{target} is there already")
        try:
            fresh.rename(target)
            sync_folder(folder)
        except OSError as error:
            raise StoreFailure(f"{target} cannot be written ({error.strerror})") from None
    _note(settings, PrivilegedVerb.BACKUP_MADE, [target], by=known_person(person), now=now)
    pruned = prune_backups(settings, folder, hours=hours, now=now, person=person)
    return Nightly(name=target.name, checked=checked, pruned=pruned)


@observed("prune_backups")
def prune_backups(
    settings: Settings,
    folder: Path,
    *,
    hours: float | None,
    now: datetime,
    person: str = "",
    dry_run: bool = False,
) -> Pruned:
    """Remove dated backups of this installation that are past their time, but the newest good one.

    Files are read only when one is past its time by its name. Each removal is an entry of the log
    before it happens. ``dry_run`` removes nothing, and says what would go.

    Raises:
        Refused: as :func:`longest_kept`, or the folder is not there.
        StoreFailure: the database cannot be used, or a file not be removed.
    """
    before = now - longest_kept(settings, hours)
    require_folder(folder)
    if not dry_run:
        tidy(folder)
    files = sorted(e for e in folder.iterdir() if not (e.name.startswith(".") or e.is_dir()))
    dated = [each for each in files if _named_time(each) is not None and _is_plain(each)]
    others = tuple(each.name for each in files if each not in dated)
    over, newest = _looked_at(settings, dated, before=before, now=now)
    going = [each for each in over if not each.problem and each.path != newest]
    if going and not dry_run:
        _remove(settings, going, by=known_person(person), now=now)
    return Pruned(
        removed=tuple(each.path.name for each in going),
        late=next((each.path.name for each in over if each.path == newest), ""),
        left=tuple((each.path.name, each.problem) for each in over if each.problem),
        others=others,
    )


def _looked_at(
    settings: Settings, dated: Sequence[Path], *, before: datetime, now: datetime
) -> tuple[Sequence[_Copy], Path | None]:
    """Return copies made at ``before`` or earlier, oldest first, and the newest good one of all.

    The newest is looked for only where something is past its time: each copy is read whole.
    """
    times = {each: time for each in dated if (time := _named_time(each)) is not None}
    if all(before < time <= now for time in times.values()):
        return (), None
    over, newest = list[_Copy](), None
    for path in sorted(times, key=lambda each: times[each], reverse=True):
        if times[path] > now:
            over.append(_Copy(path=path, problem="is named after a time to come"))
        elif newest is None or times[path] <= before:
            copy = _examined(settings, path, before)
            if newest is None and not copy.problem:
                newest = path
            if times[path] <= before:
                over.append(copy)
    return over[::-1], newest


def _examined(settings: Settings, path: Path, before: datetime) -> _Copy:
    """Read a copy whole, and say why it proves not to be a good one of this installation.

    ``made`` in it counts, and not its name alone: a file may be renamed.
    """
    try:
        facts = check_archive(path).facts
        made = datetime.fromisoformat(str(facts.get("made")))
    except (StoreFailure, ValueError):
        return _Copy(path=path, problem="is damaged, or no backup")
    if "schema" not in facts or facts.get("origin") != settings.log_origin:
        return _Copy(path=path, problem="is no backup of this installation")
    named = _named_time(path)
    if named is not None and named <= before < made:
        return _Copy(path=path, problem="was made later than its name says")
    return _Copy(path=path)


def _remove(settings: Settings, going: Sequence[_Copy], *, by: str, now: datetime) -> None:
    """Write each removal down, then remove."""
    files = [each.path for each in going]
    _note(settings, PrivilegedVerb.BACKUP_REMOVED, files, by=by, now=now)
    try:
        for each in going:
            each.path.unlink(missing_ok=True)
        sync_folder(going[0].path.parent)
    except OSError as error:
        raise StoreFailure(f"a backup cannot be removed ({error.strerror})") from None


def _note(
    settings: Settings, verb: PrivilegedVerb, files: Sequence[Path], *, by: str, now: datetime
) -> None:
    entries = [privileged_action(by=by, verb=verb, detail=each.name, at=now) for each in files]
    with open_database(settings) as store, store.write() as tx:
        append(tx, entries)


def _named_time(path: Path) -> datetime | None:
    """Return the time a backup is named after; None for any other name."""
    if not _DATED.fullmatch(path.name):
        return None
    try:
        return datetime.strptime(path.name, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
