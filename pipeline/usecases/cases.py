"""Treats what an agency posts and what its feed sends of one case as one case (rule 2).

In: a batch just saved, in its transaction. What either is found sensitive by makes the other so for
good; what closes the feed's call, or keeps it back, does the same to the post. Withdrawing what an
editor retracts is ``withdraw``'s part. A post may never stay public beside a call that may not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import withhold_open
from pipeline.adapters.store.cases import Carrier, add_cases, carrier, open_candidates, pairs_of
from pipeline.adapters.store.told import told_of
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    CandidateId,
    Decision,
    HoldReason,
    Incident,
    IncidentRef,
    LedgerState,
    Verb,
    WithdrawReason,
    WithholdReason,
)
from pipeline.usecases.decisions import RULES, record_decision
from pipeline.usecases.withdraw import CLOSURES, SAME_CASE, close_call, withdraw
from pipeline.walk import Step

__all__ = ["Closed", "close_cases", "kept_back", "tell_closed"]

_LATER = frozenset({WithholdReason.MERGED, WithholdReason.LOAD_SHED, WithholdReason.TOO_OLD})
"""Why a call that may be told is not told by itself: no word against its post."""

_UNTOLD = frozenset({HoldReason.TACTICAL, HoldReason.UNKNOWN_CALL_TYPE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A call that was just withheld with its case: which candidates waited, or a held record."""

    ref: IncidentRef
    agency_id: str
    reason: WithholdReason
    candidates: tuple[CandidateId, ...]
    held: bool


def close_cases(tx: Tx, steps: Iterable[Step], *, posted: bool) -> tuple[Closed, ...]:
    """Remember the cases of a saved batch, and let what befell one side befall the other.

    The log is not touched: whoever decides on one of these takes its rows first, then the log.
    :func:`tell_closed` writes it all down, once the log says what the batch came to.
    """
    named = {
        step.content.ref: step.cases
        for step in steps
        if isinstance(step.content, Incident) and step.cases
    }
    add_cases(tx, named, posted=posted)
    closed = []
    for pair in pairs_of(tx, named):
        post, call = carrier(tx, pair.post), carrier(tx, pair.call)
        if call.sensitive and not post.sensitive:
            closed.append(_close(tx, post))
        elif post.sensitive and post.sensitive not in CLOSURES and not call.sensitive:
            closed.append(_close(tx, call))
        elif kept_back(call) and not post.sensitive:
            closed.append(_keep_back(tx, post))
    return tuple(closed)


def tell_closed(tx: Tx, closed: Iterable[Closed], now: datetime) -> None:
    """Write down what was withheld with its case, and withdraw what is told of it."""
    for each in closed:
        _note(tx, each, now)
        for told in told_of(tx, [each.ref]):
            withdraw(tx, told, editor=RULES, reason=WithdrawReason.SAME_CASE, now=now)


def kept_back(call: Carrier) -> bool:
    """Return whether a call may not be told as it stands now, for whatever reason."""
    if call.state == LedgerState.WITHHELD:
        return call.reason not in _LATER
    return call.state == LedgerState.HELD and call.reason in _UNTOLD


def _close(tx: Tx, found: Carrier) -> Closed:
    """Close a call for good."""
    closed = _closed(tx, found, WithholdReason.SENSITIVE_BEFORE)
    close_call(tx, found.ref, SAME_CASE)
    return closed


def _keep_back(tx: Tx, post: Carrier) -> Closed:
    """Withhold what waits of a post, until another is made."""
    closed = _closed(tx, post, WithholdReason.SAME_CASE)
    withhold_open(tx, post.ref, reason=closed.reason.value, detail="")
    return closed


def _closed(tx: Tx, found: Carrier, reason: WithholdReason) -> Closed:
    waited = open_candidates(tx, found.ref)
    return Closed(
        ref=found.ref,
        agency_id=found.agency_id,
        reason=reason,
        candidates=waited,
        held=found.waits and not waited,
    )


def _note(tx: Tx, closed: Closed, now: datetime) -> None:
    for candidate_id in closed.candidates:
        record_decision(
            tx,
            Decision(
                candidate_id=candidate_id,
                verb=Verb.LAPSE,
                editor=RULES,
                at=now,
                reason=closed.reason.value,
            ),
            kind=EntryKind.DECISION,
            agency_id=closed.agency_id,
            body={"incident": closed.ref},
        )
    if closed.held:
        said = {"verb": Verb.LAPSE.value, "by": RULES, "reason": closed.reason.value}
        body = {"candidate": "", **said, "incident": closed.ref}
        kind = EntryKind.DECISION
        append(tx, [Entry(kind=kind, at=now, agency_id=closed.agency_id, body=body)])
