"""Destroys one quarter's commitment key, so that nobody can ask after its removed values.

What was removed in that quarter can then not even be guessed and tested by whoever holds the keys.
The log says first who does it and why, then that it is done; a run killed between is finished by
the next. It must never destroy the key of a quarter that is not over, or any key under a hold.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pipeline.adapters.keyfile import drop_epoch, read_keys
from pipeline.adapters.keyring import commitment_key_name
from pipeline.adapters.shreds_file import add_destroyed, shreds_path
from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.holding import take_turn
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.audit.certificates import certificate_entries, certificates_of
from pipeline.audit.events import PrivilegedVerb, privileged_action
from pipeline.audit.holds import active
from pipeline.model import Policy, Refused
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.holds import all_holds
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.settings import Settings

__all__ = ["COMMITMENT_KEY", "destroy_commitment_key"]

COMMITMENT_KEY = "commitment-key"
"""The class under which certificates count these keys."""

_QUARTER = re.compile(r"(20\d{2})-Q([1-4])")


def destroy_commitment_key(
    settings: Settings, quarter: str, *, person: str, reason: str, now: datetime
) -> str:
    """Destroy the commitment key of a quarter such as ``2026-Q1``; return the key's id.

    Raises:
        Refused: nobody is named, no reason, the quarter is not over, no such key is in the key
            file, or a legal hold lasts.
        ConfigError, StoreFailure: key file or database cannot be used.
    """
    person, reason = named_editor(person), plain_reason(reason)
    ends = _end(quarter)
    if ends > now:
        raise Refused(f"{quarter[:40]} is not over; values are still committed to under its key")
    policy, name = current_policy(settings), commitment_key_name(quarter)
    keys = read_keys(settings.key_file)
    there = keys is not None and quarter in keys.commitments
    with open_database(settings) as store:
        with store.write() as tx:
            take_turn(tx)
            if active(all_holds(tx)):
                raise Refused("a legal hold lasts; lift it first, or wait until it is lifted")
            if _certified(tx, name) or not (there or _announced(tx, quarter)):
                raise Refused(f"the key file holds no commitment key of {quarter}")
            verb, detail = PrivilegedVerb.KEY_DESTROYED, f"{name}: {reason}"
            append(tx, [privileged_action(by=person, verb=verb, detail=detail, at=now)])
        # Known as destroyed before it is gone: no run makes the quarter another key meanwhile.
        add_destroyed(shreds_path(settings.key_file), {name})
        drop_epoch(settings.key_file, quarter)
        with store.write() as tx:
            append(tx, _certificate(name, policy, before=ends, now=now))
    return name


def _end(quarter: str) -> datetime:
    """Return when a quarter is over."""
    found = _QUARTER.fullmatch(quarter)
    if found is None:
        raise Refused("a quarter is written like 2026-Q1")
    year, number = int(found[1]), int(found[2])
    first = (year + 1, 1) if number == 4 else (year, 3 * number + 1)
    return datetime(*first, 1, tzinfo=UTC)


def _certified(tx: Tx, name: str) -> bool:
    found = certificates_of(entries_of(tx, [EntryKind.CERTIFICATE]))
    return any(name in each.keys for each in found if each.kind == COMMITMENT_KEY)


def _announced(tx: Tx, quarter: str) -> bool:
    """Return whether a run that was killed had begun to destroy it."""
    told = entries_of(tx, [EntryKind.PRIVILEGED_ACTION])
    begun = f"{commitment_key_name(quarter)}: "
    verb = PrivilegedVerb.KEY_DESTROYED.value
    return any(e["body"]["verb"] == verb and e["body"]["detail"].startswith(begun) for _, e in told)


def _certificate(name: str, policy: Policy, *, before: datetime, now: datetime) -> list[Entry]:
    return list(
        certificate_entries(
            [name],
            kind=COMMITMENT_KEY,
            rule="by a named person, after the quarter's end",
            policy=policy.version,
            before=before,
            held=0,
            at=now,
        )
    )
