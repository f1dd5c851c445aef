"""Opens one masked word of a candidate for a named editor, for a reason, from the vault.

Only what nothing explained, or what the policy keeps for the editor; never a direct finding, never
a value the caller or another person gave. The entry comes first. The word is in the answer alone:
it goes into no table, and the candidate stays masked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.candidates import QueueRow
from pipeline.adapters.store.desk_lists import carrying_record
from pipeline.adapters.store.feeding import load_payload
from pipeline.audit.events import reveal
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.model import (
    AppliedFinding,
    Entity,
    Operator,
    PayloadId,
    Refused,
    Sensitive,
    VaultFailure,
)
from pipeline.redact import leaked_values
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.desk import known_values, resolve_candidate
from pipeline.usecases.originals import incident_of
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["lift", "liftable"]

_OPEN = timedelta(minutes=15)


def liftable(applied: AppliedFinding) -> bool:
    """Return whether a mask may be opened: a word nobody explained, or one kept for the editor."""
    kept = applied.operator is Operator.KEEP_FOR_EDITOR
    return kept or applied.finding.entity is Entity.UNEXPLAINED


def lift(
    settings: Settings,
    candidate_id: str,
    *,
    remark: int,
    start: int,
    person: str,
    reason: str,
    now: datetime,
) -> Sensitive:
    """Return the word under one mask, after the log heard who asked and why.

    Raises:
        Refused: no such mask, a direct finding, a known person's value, or no good reason.
        VaultFailure: the original is shredded, or cannot be read.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, candidate_id)
        applied = _mask(row, remark, start)
        item = row.proposal.candidate
        with resources.store.write() as tx:
            record = carrying_record(tx, row.candidate_id, item.revision)
            payload = None if record is None else load_payload(tx, PayloadId(record[0]))
            if record is None or payload is None or payload.wrapped_key is None:
                raise VaultFailure("the original was shredded; nobody can read it any more")
            said = reveal(
                payload.payload_id,
                by=person,
                role=RevealRole.SENIOR_EDITOR.value,
                code=RevealCode.EDITORIAL.value,
                reason=reason,
                until=now + _OPEN,
                at=now,
                agency_id=item.agency_id,
            )
            append(tx, [said])
            agency = agency_of(settings, tx, item.agency_id)
        incident = incident_of(resources, payload, agency, record[1])
        finding = applied.finding
        text = incident.remarks[remark].text.expose()[finding.start : finding.end]
        if leaked_values(text, known_values(resources, row)):
            raise Refused("a person on this call gave this; it stays masked for everybody")
    return Sensitive(text)


def _mask(row: QueueRow, remark: int, start: int) -> AppliedFinding:
    for applied in row.proposal.findings:
        if (applied.remark, applied.finding.start) == (remark, start):
            if not liftable(applied):
                raise Refused("what a detector found is never shown to anybody here")
            return applied
    raise Refused("there is no such mask")
