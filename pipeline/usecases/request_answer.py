"""Ends requests: calls withheld for good, alerts withdrawn, the letter that answers.

Withdrawing is the editors' own verb, so every channel is told. The letter is the one place where a
person's own name leaves the vault; it must never say anything of a record but counts and days.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from pipeline.adapters.private_file import put_private
from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append, entries_about
from pipeline.adapters.store.holding import known_call
from pipeline.adapters.store.requests import RequestRow, change_request, load_request
from pipeline.adapters.store.told import told_of
from pipeline.audit import EntryKind
from pipeline.model import (
    ConfigError,
    IncidentRef,
    Refused,
    RetentionClass,
    RetractReason,
)
from pipeline.publish.letter import LetterFacts, letter
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.removed import Asked
from pipeline.usecases.requests import given_of, step_entry
from pipeline.usecases.resources import current_policy, open_database, open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.withdraw import close_case, withdraw

__all__ = ["Suppressed", "answer_request", "suppress_request"]

_SHOWN = RetractReason.SUBJECT_REQUEST.value

_WORDS = {
    Asked.PHONE: "telephone number",
    Asked.NAME: "name",
    Asked.ADDRESS: "address",
    Asked.TEXT: "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """What was suppressed: calls withheld for good, and alerts every channel is due to withdraw."""

    calls: int
    alerts: tuple[str, ...]


def suppress_request(
    settings: Settings,
    request_id: str,
    *,
    person: str,
    now: datetime,
    only: Sequence[str] = (),
) -> Suppressed:
    """Withhold for good every call that was found, or ``only`` those; withdraw their alerts.

    Raises:
        Refused: the request was not searched, or a call was not found by it.
        Conflict: somebody else withdrew an alert at the same moment.
    """
    person = named_editor(person)
    with open_database(settings) as store, store.write() as tx:
        row = load_request(tx, request_id)
        if row.searched_at is None:
            raise Refused("search first: only calls that were found can be suppressed")
        chosen = _chosen(row, only)
        alerts = []
        # An approval under way is waited for: what it made is seen below, and withdrawn.
        posts = {ref: close_case(tx, IncidentRef(ref), _SHOWN) for ref in sorted(chosen)}
        for ref in chosen:
            alert_id = _withdraw(tx, IncidentRef(ref), posts[ref], person, now)
            alerts += [alert_id] if alert_id else []
            said = {"incident": ref} | ({"alert": alert_id} if alert_id else {})
            agency_id = known_call(tx, ref) or ""
            append(tx, [step_entry(request_id, "suppressed", person, now, said, agency_id)])
        done = {*row.suppressed, *chosen}
        change_request(tx, request_id, was=("open", "answered"), suppressed=done)
    return Suppressed(calls=len(chosen), alerts=tuple(alerts))


def answer_request(
    settings: Settings, request_id: str, *, folder: Path, person: str, now: datetime
) -> tuple[Path, Path]:
    """Write the answer to ``folder`` as plain text and HTML; then note that it was given.

    The letter holds the person's own name and address: only the owner may read the files. The log
    keeps a keyed digest of it. Where it cannot be written nothing is noted.

    Raises:
        Refused: the request was not searched, or is closed.
        ConfigError: the letter cannot be written.
        VaultFailure: what the person gave was destroyed, or cannot be read.
    """
    person = named_editor(person)
    policy = current_policy(settings)
    with open_resources(settings, now=now) as resources:
        given = given_of(resources, request_id)
        with resources.store.write() as tx:
            row = load_request(tx, request_id)
            if row.searched_at is None:
                raise Refused("search first: an answer says what was found")
            withdrawn = _withdrawn(tx, request_id)
            facts = LetterFacts(
                request_id=request_id,
                site=settings.site_title,
                opened_at=row.opened_at,
                at=now,
                asked=tuple(sorted({_WORDS[about] for about, _ in given.values})),
                found=len(row.incidents),
                withdrawn=withdrawn,
                withheld=len(row.suppressed),
                kept_hours=policy.kept_for(RetentionClass.REQUEST) // timedelta(hours=1),
                name=given.name.expose(),
                address=given.address.expose(),
            )
            text, page = letter(facts)
            digest = resources.seal.digest("letter", request_id.encode(), text.encode())
            change_request(tx, request_id, was=("open", "answered"), state="answered")
            append(tx, [step_entry(request_id, "answered", person, now, {"letter": digest})])
            return _written(folder, row.request_id, text, page)


def _written(folder: Path, name: str, text: str, page: str) -> tuple[Path, Path]:
    paths = folder / f"{name}.txt", folder / f"{name}.html"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, body in zip(paths, (text, page), strict=True):
            put_private(path, body.encode(), os.replace)
    except OSError as error:
        raise ConfigError(
            f"The letter cannot be written ({error.strerror})", remedy="Choose another folder."
        ) from None
    return paths


def _chosen(row: RequestRow, only: Sequence[str]) -> list[str]:
    if not only:
        return [ref for ref in row.incidents if ref not in row.suppressed]
    chosen = []
    for prefix in only:
        match = [ref for ref in row.incidents if len(prefix) >= 4 and ref.startswith(prefix)]
        if len(match) != 1:
            raise Refused(f"{len(match)} calls that were found begin with {prefix[:40]!r}")
        chosen += match
    return chosen


def _withdraw(
    tx: Tx, ref: IncidentRef, posts: Sequence[IncidentRef], person: str, now: datetime
) -> str:
    """Withdraw what is told of a call, live or listed; return the newest one's id, if any is.

    Where nothing is told of it, what is told of its posts is withdrawn in its place.
    """
    found = sorted(told_of(tx, [ref]) or told_of(tx, posts), key=lambda each: each.alert.sent)
    for told in found:
        withdraw(tx, told, editor=person, reason=RetractReason.SUBJECT_REQUEST, now=now)
    return str(found[-1].alert.alert_id) if found else ""


def _withdrawn(tx: Tx, request_id: str) -> int:
    entries = entries_about(tx, f"request:{request_id}", (EntryKind.REQUEST,))
    return sum(bool(orjson.loads(line)["body"].get("alert")) for _, line in entries)
