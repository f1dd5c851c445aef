"""Shows samples to reviewers: how far each is, and disputes for a third person.

Read only. What one reviewer marked is never told to the other: a dispute is handed out only to
somebody who did not review the record, and without names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.adapters.store import Store
from pipeline.adapters.store.sampling import sampled
from pipeline.audit.sampling import PUBLIC_TEXT, Fault, Mark, Sample
from pipeline.model import Refused
from pipeline.usecases.audits import (
    audits,
    disputed,
    find_audit,
    may_review,
    reviewed_by,
    shown_texts,
)
from pipeline.usecases.decisions import named_editor

__all__ = ["Dispute", "SampleLine", "marks_from", "next_dispute", "sample_lines", "written"]

_MOST_MARKS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """How far a sample is. ``mine`` are records this person may still review or decide."""

    sample: Sample
    reviewed: int
    settled: int
    disputed: int
    mine: int
    decidable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One record two people see differently; ``reviews`` are theirs, in order, without names."""

    sample_id: str
    record: int
    agency_id: str
    state: str
    reason: str
    texts: Mapping[int, str]
    reviews: tuple[tuple[Mark, ...], ...]
    left: int


def sample_lines(store: Store, *, person: str) -> tuple[SampleLine, ...]:
    """Return every sample, the newest first."""
    person = named_editor(person)
    with store.read() as tx:
        found = list(audits(tx).values())
    return tuple(
        SampleLine(
            sample=audit.sample,
            reviewed=sum(len(audit.reviews.get(r, ())) == 2 for r in audit.sample.records),
            settled=len(audit.all_settled()),
            disputed=sum(disputed(audit, r) for r in audit.sample.records),
            mine=sum(may_review(audit, r, person) for r in audit.sample.records),
            decidable=sum(
                disputed(audit, r) and not reviewed_by(audit, r, person)
                for r in audit.sample.records
            ),
        )
        for audit in reversed(found)
    )


def next_dispute(store: Store, sample_id: str, *, person: str) -> Dispute | None:
    """Return the first disputed record that this person did not review, or None.

    Raises:
        Refused: there is no such sample, or nobody is named.
    """
    person = named_editor(person)
    with store.read() as tx:
        audit = find_audit(tx, sample_id)
        open_ = [
            r
            for r in audit.sample.records
            if disputed(audit, r) and not reviewed_by(audit, r, person)
        ]
        if not open_:
            return None
        found = sampled(tx, open_[:1])[open_[0]]
    return Dispute(
        sample_id=sample_id,
        record=found.record,
        agency_id=found.agency_id,
        state=found.state,
        reason=" ".join(filter(None, (found.reason, found.detail))),
        texts=shown_texts(found),
        reviews=tuple(each.marks for each in audit.reviews[found.record]),
        left=len(open_),
    )


def marks_from(lines: str) -> tuple[Mark, ...]:
    """Return the marks that lines say, one a line, as :func:`written` writes them.

    Raises:
        Refused: a line says no mark.
    """
    given = [line.split() for line in lines.splitlines() if line.strip()]
    if len(given) > _MOST_MARKS:
        raise Refused(f"a record has {_MOST_MARKS} marks at most")
    return tuple(_mark(parts) for parts in given)


def _mark(parts: Sequence[str]) -> Mark:
    try:
        match parts:
            case ["withheld"]:
                return Mark(fault=Fault.WITHHELD)
            case ["needless", place]:
                remark, start, end = _place(place)
                return Mark(fault=Fault.NEEDLESS, remark=remark, start=start, end=end)
            case ["missed", place, entity] | ["missed", place, entity, "caller"]:
                remark, start, end = _place(place)
                return Mark(
                    fault=Fault.MISSED,
                    remark=remark,
                    start=start,
                    end=end,
                    entity=entity,
                    caller=len(parts) == 4,
                )
    except ValueError:
        pass
    raise Refused("a mark is written like `missed 0:10-14 PERSON`, `needless 0:3-9` or `withheld`")


def _place(text: str) -> tuple[int, int, int]:
    remark, _, span = text.partition(":")
    start, _, end = span.partition("-")
    number = PUBLIC_TEXT if remark == "public" else int(remark)
    return number, int(start), int(end)


def written(mark: Mark) -> str:
    """Return a mark as a line."""
    if mark.fault is Fault.WITHHELD:
        return "withheld"
    text = "public" if mark.remark == PUBLIC_TEXT else str(mark.remark)
    place = f"{text}:{mark.start}-{mark.end}"
    if mark.fault is Fault.NEEDLESS:
        return f"needless {place}"
    return " ".join(filter(None, ("missed", place, mark.entity, "caller" if mark.caller else "")))
