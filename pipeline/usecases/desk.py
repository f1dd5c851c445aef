"""What every decision at the desk shares: the candidate, the editor, the leak check.

Nothing here changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.adapters.store.candidates import (
    QueueRow,
    find_candidate,
    find_candidates,
)
from pipeline.adapters.store.memories import sealed_memories
from pipeline.agencies import Agency
from pipeline.model import (
    Alert,
    Refused,
    Sensitive,
)
from pipeline.redact import leaks
from pipeline.usecases.memory import open_memory
from pipeline.usecases.resources import Resources
from pipeline.usecases.withdraw import RULES

__all__ = ["Decided", "check_editor", "check_leaks", "resolve_candidate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision led to. ``alert`` is there once enough editors approved."""

    candidate_id: str
    approvals: int
    approvals_needed: int
    alert: Alert | None = None


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


def check_editor(editor: str) -> None:
    """Refuse a decision by nobody, or in the name of the rules.

    Raises:
        Refused: with what to give.
    """
    if not editor.strip() or editor.strip().lower() == RULES:
        raise Refused("a decision needs a named editor; set BLOTTER_EDITOR or give --editor")


def check_leaks(
    resources: Resources, row: QueueRow, agency: Agency, headline: str, text: str
) -> None:
    """Look once more at the words that would go out, knowing what this incident's people said.

    Raises:
        Refused: naming the kinds of leaks.
    """
    known = _known_values(resources, row)
    public = (row.proposal.candidate.facts.area.name, agency.name)
    found = leaks(f"{headline}\n{text}", known, public=public)
    if found:
        raise Refused(f"the leak check found: {', '.join(found)}; change the text")


def _known_values(resources: Resources, row: QueueRow) -> tuple[Sensitive, ...]:
    ref = row.proposal.candidate.ref
    with resources.store.read() as tx:
        sealed = sealed_memories(tx, [ref]).get(ref)
    return () if sealed is None else open_memory(resources.vault, ref, sealed).values
