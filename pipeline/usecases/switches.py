"""Switches off and on: a named person stops a feed, an agency, a tier or everything.

Each says why. A switch is off if, and only if, the log says so: there is no other place where it
could be set. The line asks at each step, so that it counts within one poll. It must never
switch on by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.model import Refused, Scope, Switch, Switchboard, switch_name
from pipeline.usecases.catalog import require_known
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings

__all__ = ["board_of", "switch_off", "switch_on", "switchboard", "switches"]

_OF_AGENCIES = frozenset({Scope.FEED, Scope.AGENCY})


def switchboard(tx: Tx) -> Switchboard:
    """Return the switches that are off now, in the order in which they were switched."""
    return board_of(entries_of(tx, [EntryKind.SWITCH]))


def board_of(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Switchboard:
    """Return what these entries of switches, oldest first, leave off."""
    off: dict[tuple[Scope, str], Switch] = {}
    for _, entry in entries:
        body = entry["body"]
        scope, name = Scope(body["scope"]), body["name"]
        off.pop((scope, name), None)
        if body["verb"] == "off":
            since = datetime.fromisoformat(entry["at"])
            off[scope, name] = Switch(
                scope=scope, name=name, since=since, by=body["by"], why=body["why"]
            )
    return Switchboard(off=tuple(off.values()))


def switches(settings: Settings) -> Switchboard:
    """Return the switches that are off now.

    Raises:
        StoreFailure: the database cannot be used.
    """
    with open_database(settings) as store, store.read() as tx:
        return switchboard(tx)


def switch_off(
    settings: Settings, scope: Scope, name: str, *, person: str, reason: str, now: datetime
) -> Switch:
    """Switch off; it counts from the commit on.

    Raises:
        Refused: nobody is named, no reason is given, there is no such agency, or it is off already.
        StoreFailure: the database cannot be used; then nothing was switched.
    """
    name, person, reason = switch_name(scope, name), named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        if scope in _OF_AGENCIES:
            require_known(settings, tx, name)  # a mistyped name would stop nothing, and say it did
        already = _found(switchboard(tx), scope, name)
        if already is not None:
            raise Refused(str(already))
        append(tx, [_entry(scope, name, "off", person, reason, now)])
    return Switch(scope=scope, name=name, since=now, by=person, why=reason)


def switch_on(
    settings: Settings, scope: Scope, name: str, *, person: str, reason: str, now: datetime
) -> Switch:
    """Switch on again; return what was off.

    Raises:
        Refused: nobody is named, no reason is given, or it is not off.
        StoreFailure: the database cannot be used; then it stays off.
    """
    name, person, reason = switch_name(scope, name), named_editor(person), plain_reason(reason)
    with open_database(settings) as store, store.write() as tx:
        was = _found(switchboard(tx), scope, name)
        if was is None:
            raise Refused(f"{' '.join(filter(None, (scope.value, name)))} is not switched off")
        append(tx, [_entry(scope, name, "on", person, reason, now)])
    return was


def _found(board: Switchboard, scope: Scope, name: str) -> Switch | None:
    return next((e for e in board.off if (e.scope, e.name) == (scope, name)), None)


def _entry(scope: Scope, name: str, verb: str, by: str, why: str, now: datetime) -> Entry:
    agency_id = name if scope in _OF_AGENCIES else ""
    body = {
        "rule": f"switch:{scope.value}:{name}",
        "verb": verb,
        "scope": scope.value,
        "name": name,
        "by": by,
        "why": why,
    }
    return Entry(kind=EntryKind.SWITCH, at=now, agency_id=agency_id, body=body)
