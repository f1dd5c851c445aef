"""Answers whether a value was ever removed, and where; nobody holds removed values.

Each removed value was committed to in its normal forms, under its quarter's key and within its
incident. Whoever names a value and has the keys at hand can be told where it stood; the log alone
tells nobody anything. Questions are few an hour, each leaves an entry before it is answered, and
the entry holds neither the value nor anything that depends on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pipeline.adapters.keyring import CommitmentKeys
from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.audit_log import append, newest_entries, read_kinds
from pipeline.adapters.store.holding import take_turn
from pipeline.audit import EntryKind
from pipeline.audit.events import question
from pipeline.model import IncidentRef, Refused, Sensitive
from pipeline.redact.forms import bound, forms
from pipeline.usecases.decisions import named_editor, plain_reason, same_editor
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "PER_HOUR",
    "PER_PERSON",
    "Asked",
    "RemovedAt",
    "RemovedReport",
    "ask_removed",
    "check_form",
]

PER_PERSON, PER_HOUR = 20, 60
"""Questions answered in an hour, to one person and to all: enough for a complaint, not a list."""

_HOUR = timedelta(hours=1)


class Asked(StrEnum):
    """What kind of value is asked for."""

    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    TEXT = "text"


_FORMS = {
    Asked.PHONE: ("digits:",),
    Asked.NAME: ("name:",),
    Asked.ADDRESS: ("address:",),
    Asked.TEXT: ("text:",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedAt:
    """One place where the value was removed; ``whole`` is False where only a part agrees."""

    index: int
    at: str
    agency: str
    incident: str
    remark: int
    start: int
    end: int
    entity: str
    recognizer: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedReport:
    """The answer; of quarters in ``unanswerable`` the key was destroyed, and nobody can tell."""

    places: tuple[RemovedAt, ...]
    searched: int
    unanswerable: tuple[str, ...]


def ask_removed(
    settings: Settings,
    value: Sensitive,
    about: Asked,
    *,
    person: str,
    reason: str,
    now: datetime,
    request: str = "",
) -> RemovedReport:
    """Return every place where ``value`` was removed, in whatever spelling.

    ``request`` names the request it is asked for, if it is for one.

    Raises:
        Refused: no person, no reason, a value without a form of that kind, or too many questions.
        ConfigError, StoreFailure: keys or database cannot be used.
    """
    person, reason = named_editor(person), plain_reason(reason)
    wanted = _wanted(value, about)
    with open_resources(settings, now=now) as resources:
        with resources.store.write() as tx:
            take_turn(tx)  # questions at once are counted one after another
            allowed = _allowed(tx, person, now)
            answer = "asked" if allowed else "refused"
            append(
                tx,
                [
                    question(
                        by=person,
                        about=about,
                        reason=reason,
                        answer=answer,
                        at=now,
                        request=request,
                    )
                ],
            )
        if not allowed:
            raise Refused(f"{PER_PERSON} questions an hour, and {PER_HOUR} of all: ask again later")
        return _search(resources.store, resources.commitments, wanted)


def check_form(value: Sensitive, about: Asked) -> None:
    """Refuse a value that could not be searched for.

    Raises:
        Refused: it has no form of that kind.
    """
    _wanted(value, about)


def _wanted(value: Sensitive, about: Asked) -> tuple[str, ...]:
    """Return the forms to search for, the whole value first."""
    wanted = tuple(form for form in forms(value.expose()) if form.startswith(_FORMS[about]))
    if not wanted:
        raise Refused(f"this is no {about.value} that could have been committed to")
    return wanted


def _allowed(tx: Tx, person: str, now: datetime) -> bool:
    """Return whether one more question may be answered in this hour."""
    recent = [entry["body"]["by"] for entry in _answered(tx, now - _HOUR)]
    own = sum(same_editor(by, person) for by in recent)
    return own < PER_PERSON and len(recent) < PER_HOUR


def _answered(tx: Tx, since: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the questions answered since then, however many were refused meanwhile."""
    limit = 10 * PER_HOUR
    while True:
        told = [json.loads(line) for line in newest_entries(tx, EntryKind.QUESTION, limit=limit)]
        late = [each for each in told if datetime.fromisoformat(each["at"]) > since]
        if len(told) < limit or len(late) < len(told):
            return [each for each in late if each["body"]["answer"] == "asked"]
        limit *= 4


def _search(store: Store, keys: CommitmentKeys, wanted: Sequence[str]) -> RemovedReport:
    places: list[RemovedAt] = []
    unanswerable: set[str] = set()
    searched = 0
    with store.read() as tx:
        for index, line in read_kinds(tx, (EntryKind.OUTCOME, EntryKind.FINDINGS)):
            if b'"findings":[]' in line:
                continue
            searched += 1
            entry = json.loads(line)
            places += _places(index, entry, keys, wanted, unanswerable)
    return RemovedReport(
        places=tuple(places), searched=searched, unanswerable=tuple(sorted(unanswerable))
    )


def _places(
    index: int,
    entry: dict[str, Any],
    keys: CommitmentKeys,
    wanted: Sequence[str],
    unanswerable: set[str],
) -> Iterator[RemovedAt]:
    body = entry["body"]
    texts = [bound(IncidentRef(body["incident"]), form) for form in wanted]
    sought: dict[str, list[str | None]] = {}
    for finding in body["findings"]:
        told = finding["commitments"]
        epoch = told[0].partition(":")[0] if told else ""
        if epoch not in sought:
            sought[epoch] = [keys.commitment(epoch, text) for text in texts]
        if None in sought[epoch]:
            unanswerable.add(epoch)
        agree = [number for number, one in enumerate(sought[epoch]) if one in told]
        if agree:
            yield RemovedAt(
                index=index,
                at=entry["at"],
                agency=entry["agency"],
                incident=body["incident"],
                remark=finding["remark"],
                start=finding["start"],
                end=finding["end"],
                entity=finding["entity"],
                recognizer=finding["recognizer"],
                whole=agree[0] == 0,
            )
