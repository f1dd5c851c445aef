"""What decisions on a candidate share: finding it, and the leak check of its words.

Nothing here changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.candidates import (
    QueueRow,
    find_candidate,
    find_candidates,
)
from pipeline.adapters.store.desk_work import lock_row
from pipeline.adapters.store.memories import sealed_memories
from pipeline.agencies import Agency
from pipeline.classify import sensitive_signals
from pipeline.model import Alert, AlertId, Conflict, Refused, Sensitive, Timing
from pipeline.publish.lint import lint
from pipeline.redact import leaks, unexplained_words
from pipeline.usecases.memory import open_memory
from pipeline.usecases.resources import Resources

__all__ = [
    "Decided",
    "check_leaks",
    "check_version",
    "check_words",
    "known_values",
    "pending_row",
    "resolve_candidate",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision led to. Once enough editors approved, one of three is there.

    ``alert`` when it went out, ``waits`` when it is not due yet, ``merged_into`` when another alert
    stands for its area already.
    """

    candidate_id: str
    approvals: int
    approvals_needed: int
    alert: Alert | None = None
    waits: Timing | None = None
    merged_into: AlertId | None = None
    settles: datetime | None = None
    update: str = ""
    """The proposal of new words for the alert it was merged into; somebody else approves it."""


def pending_row(row: QueueRow) -> QueueRow:
    """Return a row that is still to be decided.

    Raises:
        Conflict: it is not pending any more.
    """
    if row.state != "pending":
        raise Conflict(f"this candidate is {row.state}, not pending; look at the queue again")
    return row


def check_version(tx: Tx, row: QueueRow, expected: str) -> None:
    """Hold the candidate's row, and refuse a decision on what the editor did not see.

    ``expected`` is the :attr:`QueueRow.version` they saw; empty asks for nothing.

    Raises:
        Conflict: it changed since.
    """
    if not expected:
        return
    now = lock_row(tx, row.candidate_id)
    if now is None or now.version != expected:
        raise Conflict("somebody changed or decided this while you looked at it")


def resolve_candidate(resources: Resources, prefix: str) -> QueueRow:
    """Return the one candidate whose id begins with ``prefix``.

    Raises:
        Refused: none does, or several do.
    """
    with resources.store.read() as tx:
        ids = find_candidates(tx, prefix) if len(prefix) >= 4 else ()
        if prefix in ids or len(ids) == 1:
            row = find_candidate(tx, prefix if prefix in ids else ids[0])
            if row is not None:
                return row
    if not ids:
        raise Refused(f"no candidate begins with {prefix[:40]!r}; `blotter queue` lists them")
    raise Refused(f"more than one candidate begins with {prefix[:40]!r}; give more characters")


def check_leaks(
    resources: Resources, row: QueueRow, agency: Agency, headline: str, text: str
) -> None:
    """Look once more at the words that would go out, knowing what this incident's people said.

    Raises:
        Refused: naming the kinds of leaks.
    """
    known = known_values(resources, row)
    public = (row.proposal.candidate.facts.area.name, agency.name)
    found = leaks(f"{headline}\n{text}", known, public=public)
    if found:
        raise Refused(f"the leak check found: {', '.join(found)}; change the text")


def check_words(row: QueueRow, agency: Agency, headline: str, text: str) -> None:
    """Refuse words of an editor's that nothing explains: they may be a name, a place, a number.

    Raises:
        Refused: naming those words to the one who typed them.
    """
    facts = row.proposal.candidate.facts
    public = (facts.area.name, agency.name, facts.headline, facts.text)
    signals = sensitive_signals((headline, text))
    if signals:
        raise Refused(f"these words tell of what is never told: {', '.join(signals)}")
    stops = [advice.words for advice in lint(headline, text) if advice.stops]
    if stops:
        raise Refused(f"neutral wording never says: {', '.join(stops)}")
    words = unexplained_words(f"{headline}\n{text}", public=public)
    if words:
        shown = ", ".join(words[:8])
        raise Refused(f"nothing explains: {shown}; say it without names, places and numbers")


def known_values(resources: Resources, row: QueueRow) -> tuple[Sensitive, ...]:
    """Return what the people of the incident gave, as far as the vault still knows."""
    ref = row.proposal.candidate.ref
    with resources.store.read() as tx:
        sealed = sealed_memories(tx, [ref]).get(ref)
    return () if sealed is None else open_memory(resources.vault, ref, sealed).values
