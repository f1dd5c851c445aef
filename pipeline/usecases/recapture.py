"""Estimates what every search missed, from what independent ones found in sampled records.

Two ways: from reviews alone (first reviewer, second reviewer, leak check, over what redaction left
standing), and from originals while the vault has them (detectors against the record's own fields).
Originals are read by the program and shown to nobody; each reading is an entry all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import load_payload
from pipeline.adapters.store.sampling import Sampled, sampled
from pipeline.audit.events import AccessKind, access
from pipeline.audit.recapture import Pair, Place, pairs
from pipeline.audit.sampling import PUBLIC_TEXT, Fault, Mark, Review
from pipeline.model import Held, PayloadId, RedactedRemark
from pipeline.redact import examine, leaks, remark_leaks
from pipeline.redact.captures import SEARCHES, captured
from pipeline.usecases.audits import Audit, find_audit, shown_texts
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.originals import incident_of
from pipeline.usecases.resources import detector_for, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["Recaptured", "as_rows", "recapture", "reviewed_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recaptured:
    """Estimates from ``read`` originals; ``gone`` were shredded, ``failed`` a detector refused."""

    pairs: tuple[Pair, ...]
    read: int
    gone: int
    failed: int


def reviewed_pairs(tx: Tx, found: Iterable[Audit], kept: Iterable[int]) -> tuple[Pair, ...]:
    """Return estimates of what redaction left standing, from records reviewed twice.

    The leak check has those places of either reviewer that it sees too; it is asked today.
    """
    wanted = set(kept)
    reviews = {
        record: each[:2]
        for audit in found
        for record, each in audit.reviews.items()
        if len(each) >= 2 and record in wanted
    }
    rows = sampled(tx, sorted(reviews))
    searches: dict[str, list[tuple[Place, ...]]] = {
        "first reviewer": [],
        "second reviewer": [],
        "leak check": [],
    }
    for record, (first, second) in sorted(reviews.items()):
        own = [_missed(each) for each in (first, second)]
        searches["first reviewer"].append(_places(own[0]))
        searches["second reviewer"].append(_places(own[1]))
        seen = [mark for mark in _union(own) if _leak_check_sees(rows[record], mark)]
        searches["leak check"].append(_places(seen))
    return pairs(searches)


def recapture(settings: Settings, sample_id: str, *, person: str, now: datetime) -> Recaptured:
    """Return estimates from the originals of a sample's records that the vault still has.

    Raises:
        Refused: there is no such sample, or nobody is named.
        VaultFailure: an original cannot be read.
    """
    person = named_editor(person)
    detector = detector_for(settings.policy, settings.recognizers)
    searches: dict[str, list[tuple[Place, ...]]] = {name: [] for name in SEARCHES}
    gone = failed = 0
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            rows = sampled(tx, find_audit(tx, sample_id).sample.records)
        for _, row in sorted(rows.items()):
            with resources.store.write() as tx:
                payload = load_payload(tx, PayloadId(row.payload_id))
                if payload is None or payload.wrapped_key is None:
                    gone += 1
                    continue
                append(
                    tx,
                    [
                        access(
                            by=person,
                            what=AccessKind.PAYLOAD,
                            name=row.payload_id,
                            granted=True,
                            reason=f"recapture of {sample_id}, shown to nobody",
                            at=now,
                            agency_id=row.agency_id,
                        )
                    ],
                )
                agency = agency_of(settings, tx, row.agency_id)
            incident = incident_of(resources, payload, agency, row.position)
            (findings,) = examine([incident], detector)
            if isinstance(findings, Held):
                failed += 1
                continue
            for name, remarks in captured(incident, findings).items():
                searches[name].append(_spans(remarks))
    read = len(searches[SEARCHES[0]])
    return Recaptured(pairs=pairs(searches), read=read, gone=gone, failed=failed)


def _spans(remarks: Sequence[Sequence[tuple[int, int]]]) -> tuple[Place, ...]:
    return tuple((text, *span) for text, spans in enumerate(remarks) for span in spans)


def _missed(review: Review) -> list[Mark]:
    return [mark for mark in review.marks if mark.fault is Fault.MISSED]


def _places(marks: Iterable[Mark]) -> tuple[Place, ...]:
    return tuple((mark.remark, mark.start, mark.end) for mark in marks)


def _union(own: Sequence[Sequence[Mark]]) -> list[Mark]:
    first, second = own
    rest = [
        mark
        for mark in second
        if not any(
            m.remark == mark.remark and m.start < mark.end and mark.start < m.end for m in first
        )
    ]
    return [*first, *rest]


def _leak_check_sees(row: Sampled, mark: Mark) -> bool:
    """Return whether the leak check says less of the text once this mark is taken out of it."""
    text = shown_texts(row).get(mark.remark, "")
    without = f"{text[: mark.start]}[{mark.entity}]{text[mark.end :]}"
    return set(_kinds(text, mark.remark)) > set(_kinds(without, mark.remark))


def _kinds(text: str, place: int) -> Sequence[str]:
    if place == PUBLIC_TEXT:
        return leaks(text, ())
    return remark_leaks(RedactedRemark(text=text), ())


def as_rows(found: Sequence[Pair]) -> list[Mapping[str, object]]:
    """Return pairs as JSON has them."""
    return [
        {
            "searches": [each.one, each.other],
            "found": list(each.found),
            "both": each.both,
            "total": each.estimate.total,
            "interval": list(each.estimate.interval),
            "unseen": each.estimate.unseen,
        }
        for each in found
    ]
