"""Says what a newer copy of the log holds that a restored database lacks.

In: the restored database, and the newer log's entries. Out: a sentence for each kind of thing that
a person has to do again before the line is started, lest a restore tells again what was withdrawn,
or starts what was stopped. It must never change anything; which keys stay destroyed is
``forget_again``'s part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import load_alert
from pipeline.adapters.store.sampling import entries_of
from pipeline.adapters.store.told import load_told
from pipeline.audit import EntryKind
from pipeline.audit.holds import active, holds_of
from pipeline.model import AlertId, Scope
from pipeline.publish.channel import detail_path
from pipeline.usecases.budget import paused_agencies, paused_by
from pipeline.usecases.holds import all_holds
from pipeline.usecases.switches import board_of, switchboard

__all__ = ["NewerLog", "lost_since"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerLog:
    """Entries of a newer copy of the log, by index; ``since`` is the restored log's size."""

    since: int
    entries: Sequence[tuple[int, Mapping[str, Any]]]

    def of(self, kind: EntryKind, *, first: int = 0) -> list[tuple[int, Mapping[str, Any]]]:
        """Return the entries of one kind, from an index on."""
        return [each for each in self.entries if each[0] >= first and each[1]["kind"] == kind.value]


def lost_since(tx: Tx, newer: NewerLog, public: Path) -> tuple[str, ...]:
    """Return what has to be done again, nothing where nothing is lacking.

    ``public`` is the public folder: what it shows and the database does not know, nobody could
    withdraw.
    """
    strays = (name for name in _told(tx, newer) if (public / detail_path(name)).exists())
    found = (
        ("a legal hold was placed since, place it again", _holds(tx, newer)),
        ("withdrawn since, `blotter retract` it again", _withdrawn(tx, newer)),
        ("switched off since, `blotter switch off` it again", _switches(tx, newer)),
        ("paused itself since, `blotter switch off agency` keeps it so", _pauses(tx, newer)),
        ("shown since, unknown here, `blotter publish --force` removes it", strays),
    )
    lists = ((what, ", ".join(dict.fromkeys(names))) for what, names in found)
    return tuple(f"{what}: {names}" for what, names in lists if names)


def _holds(tx: Tx, newer: NewerLog) -> Iterator[str]:
    known = {each.hold_id for each in all_holds(tx)}
    lasting = active(holds_of(newer.of(EntryKind.HOLD)))
    yield from (each.hold_id for each in lasting if each.hold_id not in known)


def _withdrawn(tx: Tx, newer: NewerLog) -> Iterator[str]:
    for _, entry in newer.of(EntryKind.RETRACTION, first=newer.since):
        if load_told(tx, entry["body"]["alert"]) is not None:
            yield str(entry["body"]["alert"])


def _switches(tx: Tx, newer: NewerLog) -> Iterator[str]:
    own = entries_of(tx, [EntryKind.SWITCH])
    # Whoever switched since the restore knows what is to be off.
    seen = {(e["body"]["scope"], e["body"]["name"]) for index, e in own if index >= newer.since}
    for each in board_of(newer.of(EntryKind.SWITCH)).off:
        if (each.scope.value, each.name) not in seen:
            known = any((e.scope, e.name) == (each.scope, each.name) for e in switchboard(tx).off)
            yield from () if known else (f"{each.scope.value} {each.name}".strip(),)


def _pauses(tx: Tx, newer: NewerLog) -> Iterator[str]:
    off = switchboard(tx).off
    stopped = {each.name for each in off if each.scope is Scope.AGENCY} | set(paused_agencies(tx))
    if not any(each.scope is Scope.ALL for each in off):
        paused = paused_by(newer.of(EntryKind.LEAK_BUDGET))
        yield from (name for name in paused if name not in stopped)


def _told(tx: Tx, newer: NewerLog) -> Iterator[AlertId]:
    gone = {e["body"]["alert"] for _, e in newer.of(EntryKind.RETRACTION, first=newer.since)}
    for _, entry in newer.of(EntryKind.PUBLICATION, first=newer.since):
        names = {each["alert"] for each in entry["body"]["told"]} - gone
        yield from (AlertId(name) for name in sorted(names) if load_alert(tx, name) is None)
