"""Who decides, and writing down that they did, in the caller's transaction.

A decision without a named person, or without its entry in the log, cannot be made here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import add_decision
from pipeline.audit import Entry, EntryKind
from pipeline.model import Decision, Refused
from pipeline.redact import leaks

__all__ = [
    "RULES",
    "editor_key",
    "named_editor",
    "plain_reason",
    "record_decision",
    "same_editor",
]

RULES = "rules"
"""The name under which the rules themselves decide; no person may use it."""

_LONGEST_NAME = 80
_REASON = range(8, 401)
_MOST_DIGITS = 3


def record_decision(
    tx: Tx,
    decision: Decision,
    *,
    kind: EntryKind,
    agency_id: str,
    body: Mapping[str, object],
    alert_id: str | None = None,
) -> int:
    """Write a decision down twice in one transaction, log and table; return its audit index."""
    common = {
        "candidate": decision.candidate_id,
        "verb": decision.verb.value,
        "by": decision.editor,
        "reason": decision.reason,
    }
    entry = Entry(kind=kind, at=decision.at, agency_id=agency_id, body={**common, **body})
    index = append(tx, [entry])
    add_decision(tx, decision, audit_index=index, alert_id=alert_id)
    return index


def named_editor(editor: str) -> str:
    """Return the editor's name as it is shown: composed letters, single spaces.

    Raises:
        Refused: nobody is named, or the rules themselves, or the name could pass for another's.
    """
    name = unicodedata.normalize("NFKC", " ".join(editor.split()))
    if not name or same_editor(name, RULES):
        raise Refused("a decision needs a named editor; set BLOTTER_EDITOR or give --editor")
    if len(name) > _LONGEST_NAME or not all(_may_stand(character) for character in name):
        raise Refused("an editor's name has letters, digits, spaces and . ' - @ _, 80 at most")
    if sum(character.isdigit() for character in name) > _MOST_DIGITS:
        raise Refused("an editor's name has three digits at most: the log holds no numbers")
    if len({unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}) > 1:
        raise Refused("an editor's name is written in one alphabet; mixed ones pass for another's")
    return name


def plain_reason(reason: str) -> str:
    """Return a reason for the log, with single spaces.

    Raises:
        Refused: it is too short, too long, or holds private text itself.
    """
    reason = " ".join(reason.split())
    if len(reason) not in _REASON:
        raise Refused("give a reason of 8 to 400 characters")
    if leaks(reason, ()):
        raise Refused("the reason itself holds private text; say it without names and numbers")
    return reason


def editor_key(name: str) -> str:
    """Return the form in which names are compared: case and accents make nobody else."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def same_editor(one: str, other: str) -> bool:
    """Return whether two names are one person."""
    return editor_key(one) == editor_key(other)


def _may_stand(character: str) -> bool:
    return character.isalnum() or character in " .'-@_"
