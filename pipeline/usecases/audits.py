"""Samples with all that was said of them, read back from the log, and their entries.

Nothing is kept elsewhere. It must never tell one reviewer what another marked: who asks for an
:class:`Audit` has to see to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.sampling import Sampled, entries_of
from pipeline.audit import Entry, EntryKind
from pipeline.audit.sampling import (
    PUBLIC_TEXT,
    How,
    Pile,
    Review,
    Sample,
    Settled,
    mark_body,
    marks_of,
    settled,
)
from pipeline.model import Refused
from pipeline.usecases.decisions import same_editor

__all__ = [
    "Audit",
    "audits",
    "disputed",
    "drawn_entry",
    "find_audit",
    "may_review",
    "reviewed_by",
    "said_entry",
    "shown_texts",
]

_KINDS = (EntryKind.SAMPLE, EntryKind.REVIEW, EntryKind.ADJUDICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One sample with everything said of it, as the log has it."""

    sample: Sample
    reviews: dict[int, list[Review]]
    verdicts: dict[int, Review]

    def settled(self, record: int) -> Settled | None:
        """Return what stands of one record, or None."""
        return settled(self.reviews.get(record, ()), self.verdicts.get(record))

    def all_settled(self) -> tuple[Settled, ...]:
        """Return what stands of every record that is settled."""
        found = (self.settled(record) for record in self.sample.records)
        return tuple(each for each in found if each is not None)


def audits(tx: Tx) -> dict[str, Audit]:
    """Return every sample with all that was said of it, from the log, in its order."""
    found: dict[str, Audit] = {}
    for index, entry in entries_of(tx, _KINDS):
        body = entry["body"]
        if entry["kind"] == EntryKind.SAMPLE:
            found[body["sample"]] = Audit(sample=_sample(body), reviews={}, verdicts={})
            continue
        audit = found[body["sample"]]
        said = Review(record=body["record"], by=body["by"], marks=marks_of(body), index=index)
        if entry["kind"] == EntryKind.REVIEW:
            audit.reviews.setdefault(said.record, []).append(said)
        else:
            audit.verdicts[said.record] = said
    return found


def find_audit(tx: Tx, sample_id: str) -> Audit:
    """Return one sample.

    Raises:
        Refused: there is none of this name.
    """
    found = audits(tx)
    if sample_id not in found:
        known = ", ".join(list(found)[-5:]) or "none"
        raise Refused(f"no sample {sample_id[:40]!r}; the newest are: {known}")
    return found[sample_id]


def reviewed_by(audit: Audit, record: int, person: str) -> bool:
    """Return whether a person reviewed a record."""
    return any(same_editor(each.by, person) for each in audit.reviews.get(record, ()))


def may_review(audit: Audit, record: int, person: str) -> bool:
    """Return whether a person may still review a record: two do, each once."""
    known = record in audit.sample.records
    return (
        known and len(audit.reviews.get(record, ())) < 2 and not reviewed_by(audit, record, person)
    )


def disputed(audit: Audit, record: int) -> bool:
    """Return whether two reviewers differ on a record and nobody decided yet."""
    return len(audit.reviews.get(record, ())) == 2 and audit.settled(record) is None


def shown_texts(found: Sampled) -> dict[int, str]:
    """Return what a reviewer reads of a record: -1 is public, others are redacted remarks."""
    if found.proposal is None:
        return {}
    candidate = found.proposal.candidate
    texts = {PUBLIC_TEXT: f"{candidate.facts.headline}\n{candidate.facts.text}"}
    return texts | {place: each.text for place, each in enumerate(candidate.remarks)}


def drawn_entry(sample: Sample, person: str, agency_id: str, now: datetime) -> Entry:
    """Return the entry of a sample that was drawn."""
    body = {
        "sample": sample.sample_id,
        "by": person,
        "pile": sample.pile.value,
        "how": sample.how.value,
        "seed": sample.seed,
        "frame": sample.frame,
        "population": sample.population,
        "records": list(sample.records),
    }
    return Entry(kind=EntryKind.SAMPLE, at=now, agency_id=agency_id, body=body)


def _sample(body: Mapping[str, Any]) -> Sample:
    return Sample(
        sample_id=body["sample"],
        pile=Pile(body["pile"]),
        how=How(body["how"]),
        seed=body["seed"],
        frame=body["frame"],
        population=body["population"],
        records=tuple(body["records"]),
    )


def said_entry(
    kind: EntryKind, sample_id: str, said: Review, agency_id: str, now: datetime
) -> Entry:
    """Return the entry of a review or adjudication."""
    body = {
        "sample": sample_id,
        "record": said.record,
        "by": said.by,
        "marks": [mark_body(mark) for mark in said.marks],
    }
    return Entry(kind=kind, at=now, agency_id=agency_id, body=body)
