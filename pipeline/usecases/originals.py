"""Shows the original of a sampled record while it lives; the entry comes first.

Only to a reviewer of that record, for a reason, for a while, and counted as a reveal.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import Landed, load_payload
from pipeline.adapters.store.sampling import sampled
from pipeline.agencies import Agency, read_as
from pipeline.audit import Entry, EntryKind, stamp
from pipeline.audit.reveals import RevealCode
from pipeline.feeds import read_payload
from pipeline.model import Incident, PayloadId, Refused, Sensitive, VaultFailure
from pipeline.usecases.audits import disputed, find_audit, may_review, reviewed_by
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.land import body_of
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings
from pipeline.walk import canonical

__all__ = ["SHOWN_FOR", "incident_of", "original_texts"]

SHOWN_FOR = timedelta(minutes=15)
"""So long an original may be used for marking; then it has to be shown, and counted, again."""


def original_texts(
    settings: Settings, sample_id: str, record: int, *, person: str, reason: str, now: datetime
) -> tuple[Sensitive, ...]:
    """Return the record's remarks as they came, while the vault still has them; counted.

    Raises:
        Refused: this person may not review the record, or the reason will not do.
        VaultFailure: it is shredded, or cannot be read.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_resources(settings, now=now) as resources:
        with resources.store.write() as tx:
            audit = find_audit(tx, sample_id)
            contested = disputed(audit, record) and not reviewed_by(audit, record, person)
            if not contested and not may_review(audit, record, person):
                raise Refused(f"record {record} of {sample_id} is not yours to review")
            found = sampled(tx, [record])[record]
            payload = load_payload(tx, PayloadId(found.payload_id))
            if payload is None or payload.wrapped_key is None:
                raise VaultFailure("this payload was shredded; nobody can read it any more")
            body = {
                "payload": found.payload_id,
                "by": person,
                "role": "reviewer",
                "code": RevealCode.AUDIT.value,
                "reason": reason,
                "sample": sample_id,
                "record": record,
                "until": stamp(now + SHOWN_FOR),
            }
            append(tx, [Entry(kind=EntryKind.REVEAL, at=now, agency_id=found.agency_id, body=body)])
            agency = agency_of(settings, tx, found.agency_id)
        incident = incident_of(resources, payload, agency, found.position)
    return tuple(remark.text for remark in incident.remarks)


def incident_of(resources: Resources, payload: Landed, agency: Agency, position: int) -> Incident:
    """Return a record as it came, from the vault; whoever calls this has written an entry.

    Raises:
        VaultFailure: it is shredded, or cannot be read any more.
    """
    agency = read_as(agency, payload.run_id)
    raw = body_of(resources, payload)
    for each in read_payload(raw, agency).records:
        if each.position == position:
            step = canonical(each, agency, seal=resources.seal, received_at=payload.received_at)
            if isinstance(step.content, Incident):
                return step.content
    raise VaultFailure("the record cannot be read from its payload any more")
