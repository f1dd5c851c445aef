"""Drawing samples, reviewing them twice and blind, adjudicating, and what comes of it.

Every step is an entry, written in the transaction that decides on it; nothing is kept elsewhere. A
reviewer is never shown what another marked. The original is shown only from the vault, to a named
person, for a reason, for a while, and the entry comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import load_payload
from pipeline.adapters.store.sampling import Sampled, entries_of, sampled, sampling_frame
from pipeline.audit import Entry, EntryKind, stamp
from pipeline.audit.sampling import (
    PUBLIC_TEXT,
    Fault,
    How,
    Mark,
    Pile,
    Review,
    Sample,
    Settled,
    draw,
    frame_digest,
    mark_body,
    marks_of,
    settled,
)
from pipeline.feeds import read_payload
from pipeline.model import Incident, PayloadId, Refused, Sensitive, VaultFailure
from pipeline.redact import leaks
from pipeline.usecases.budget import Standing, pause_where_needed, resumed_at
from pipeline.usecases.catalog import agency_of, require_known
from pipeline.usecases.decisions import named_editor, same_editor
from pipeline.usecases.land import payload_context
from pipeline.usecases.resources import current_policy, open_resources
from pipeline.usecases.settings import Settings
from pipeline.walk import canonical

__all__ = [
    "Audit",
    "Disagreement",
    "Item",
    "Marked",
    "adjudicate",
    "audits",
    "disagreements",
    "draw_sample",
    "mark_item",
    "next_item",
    "original_texts",
]

SHOWN_FOR = timedelta(minutes=15)
"""So long an original may be used for marking; then it has to be shown, and counted, again."""

_KINDS = (EntryKind.SAMPLE, EntryKind.REVIEW, EntryKind.ADJUDICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One drawn record as a reviewer sees it. ``texts`` are by place, -1 is what is public."""

    sample_id: str
    record: int
    agency_id: str
    week: str
    state: str
    reason: str
    texts: Mapping[int, str]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a review led to: settled or not (None: the second is missing), and who is paused."""

    record: int
    agreed: bool | None
    paused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One record two reviewers see differently, for a third person."""

    sample_id: str
    record: int
    reviews: tuple[Review, ...]


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


def draw_sample(
    settings: Settings,
    *,
    pile: Pile,
    how: How,
    size: int,
    seed: str,
    person: str,
    now: datetime,
    agency: str | None = None,
) -> Sample:
    """Draw a sample and write it down, with its seed and a digest of what could be drawn.

    Raises:
        Refused: nobody is named, the seed is no plain word, or there is nothing to draw from.
    """
    person = named_editor(person)
    if not seed.isascii() or not seed.isalnum() or len(seed) > 32:
        raise Refused("a seed is 1 to 32 letters and digits")
    if not 1 <= size <= 5000:
        raise Refused("a sample has 1 to 5,000 records")
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        require_known(settings, tx, agency)
        units = sampling_frame(tx, pile, agency)
        if not units:
            raise Refused(f"no record is {pile.value} yet")
        number = len(entries_of(tx, [EntryKind.SAMPLE])) + 1
        sample = Sample(
            sample_id=f"s{number}-{seed}",
            pile=pile,
            how=how,
            seed=seed,
            frame=frame_digest(units),
            population=len(units),
            records=draw(units, size=size, seed=seed, how=how),
        )
        append(tx, [_drawn(sample, person, agency or "", now)])
    return sample


def next_item(settings: Settings, sample_id: str, *, person: str, now: datetime) -> Item | None:
    """Return the first record this person may still review, or None when there is none.

    Raises:
        Refused: there is no such sample, or nobody is named.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        audit = _audit(tx, sample_id)
        open_ = [r for r in audit.sample.records if _may_review(audit, r, person)]
        if not open_:
            return None
        found = sampled(tx, open_[:1])[open_[0]]
    return _item(sample_id, found, len(open_))


def original_texts(
    settings: Settings, sample_id: str, record: int, *, person: str, reason: str, now: datetime
) -> tuple[Sensitive, ...]:
    """Return the record's remarks as they came, while the vault still has them; counted.

    Raises:
        Refused: this person may not review the record, or the reason will not do.
        VaultFailure: it is shredded, or cannot be read.
    """
    person = named_editor(person)
    if len(reason.strip()) < 8 or leaks(reason, ()):
        raise Refused("a reveal needs a reason of eight characters or more, without private text")
    with open_resources(settings, now=now) as resources:
        with resources.store.write() as tx:
            audit = _audit(tx, sample_id)
            disputed = _disputed(audit, record) and not _reviewed(audit, record, person)
            if not disputed and not _may_review(audit, record, person):
                raise Refused(f"record {record} of {sample_id} is not yours to review")
            found = sampled(tx, [record])[record]
            payload = load_payload(tx, PayloadId(found.payload_id))
            if payload is None or payload.wrapped_key is None:
                raise VaultFailure("this payload was shredded; nobody can read it any more")
            body = {
                "payload": found.payload_id,
                "by": person,
                "reason": reason,
                "sample": sample_id,
                "record": record,
                "until": stamp(now + SHOWN_FOR),
            }
            append(tx, [Entry(kind=EntryKind.REVEAL, at=now, agency_id=found.agency_id, body=body)])
            agency = agency_of(settings, tx, found.agency_id)
        context = payload_context(found.agency_id, found.payload_id)
        raw = resources.vault.get(payload.vault_ref, payload.wrapped_key, context=context)
        for each in read_payload(raw, agency).records:
            if each.position == found.position:
                step = canonical(each, agency, seal=resources.seal, received_at=payload.received_at)
                if isinstance(step.content, Incident):
                    return tuple(remark.text for remark in step.content.remarks)
    raise VaultFailure("the record cannot be read from its payload any more")


def mark_item(
    settings: Settings,
    sample_id: str,
    record: int,
    *,
    person: str,
    marks: Sequence[Mark],
    now: datetime,
) -> Marked:
    """Write one reviewer's marks down; none means that nothing is wrong with the record.

    Raises:
        Refused: the record is not this person's to review, a mark fits no text that was shown, or
            the original was shown too long ago.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        audit = _audit(tx, sample_id)
        if not _may_review(audit, record, person):
            raise Refused(f"record {record} of {sample_id} is not yours to review")
        found = sampled(tx, [record])[record]
        _check_marks(found, marks)
        _check_time(tx, sample_id, record, person, now)
        review = Review(record=record, by=person, marks=tuple(sorted(marks)), index=0)
        index = append(tx, [_said(EntryKind.REVIEW, sample_id, review, found.agency_id, now)])
        audit.reviews.setdefault(record, []).append(replace(review, index=index))
        two = len(audit.reviews[record]) == 2
        agreed = (audit.settled(record) is not None) if two else None
        paused = _judge(tx, settings, now)
    return Marked(record=record, agreed=agreed, paused=paused)


def disagreements(settings: Settings, sample_id: str, *, now: datetime) -> tuple[Disagreement, ...]:
    """Return the records two reviewers see differently and nobody adjudicated yet.

    Raises:
        Refused: there is no such sample.
    """
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        audit = _audit(tx, sample_id)
    return tuple(
        Disagreement(sample_id=sample_id, record=record, reviews=tuple(audit.reviews[record]))
        for record in audit.sample.records
        if _disputed(audit, record)
    )


def adjudicate(
    settings: Settings,
    sample_id: str,
    record: int,
    *,
    person: str,
    marks: Sequence[Mark],
    now: datetime,
) -> Marked:
    """Decide a disagreement: these marks stand. Only a third person may.

    Raises:
        Refused: the record is not disputed, or this person reviewed it.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        audit = _audit(tx, sample_id)
        if not _disputed(audit, record):
            raise Refused(f"record {record} of {sample_id} is not disputed")
        if _reviewed(audit, record, person):
            raise Refused("you reviewed this record; a third person decides")
        found = sampled(tx, [record])[record]
        _check_marks(found, marks)
        _check_time(tx, sample_id, record, person, now)
        said = Review(record=record, by=person, marks=tuple(sorted(marks)), index=0)
        append(tx, [_said(EntryKind.ADJUDICATION, sample_id, said, found.agency_id, now)])
        paused = _judge(tx, settings, now)
    return Marked(record=record, agreed=True, paused=paused)


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


def _audit(tx: Tx, sample_id: str) -> Audit:
    found = audits(tx)
    if sample_id not in found:
        known = ", ".join(list(found)[-5:]) or "none"
        raise Refused(f"no sample {sample_id[:40]!r}; the newest are: {known}")
    return found[sample_id]


def _reviewed(audit: Audit, record: int, person: str) -> bool:
    return any(same_editor(each.by, person) for each in audit.reviews.get(record, ()))


def _may_review(audit: Audit, record: int, person: str) -> bool:
    known = record in audit.sample.records
    return known and len(audit.reviews.get(record, ())) < 2 and not _reviewed(audit, record, person)


def _disputed(audit: Audit, record: int) -> bool:
    return len(audit.reviews.get(record, ())) == 2 and audit.settled(record) is None


def _item(sample_id: str, found: Sampled, left: int) -> Item:
    return Item(
        sample_id=sample_id,
        record=found.record,
        agency_id=found.agency_id,
        week=found.week,
        state=found.state,
        reason=" ".join(filter(None, (found.reason, found.detail))),
        texts=_texts(found),
        left=left,
    )


def _texts(found: Sampled) -> dict[int, str]:
    if found.proposal is None:
        return {}
    candidate = found.proposal.candidate
    texts = {PUBLIC_TEXT: f"{candidate.facts.headline}\n{candidate.facts.text}"}
    return texts | {place: each.text for place, each in enumerate(candidate.remarks)}


def _check_marks(found: Sampled, marks: Sequence[Mark]) -> None:
    texts = _texts(found)
    for mark in marks:
        if mark.fault is Fault.WITHHELD:
            if found.state != Pile.WITHHELD.value:
                raise Refused("only a withheld record can be withheld needlessly")
        elif mark.remark not in texts or mark.end > len(texts[mark.remark]):
            raise Refused(f"text {mark.remark} of this record has no characters to {mark.end}")


def _check_time(tx: Tx, sample_id: str, record: int, person: str, now: datetime) -> None:
    mine = [
        entry["body"]["until"]
        for _, entry in entries_of(tx, [EntryKind.REVEAL])
        if (entry["body"].get("sample"), entry["body"].get("record")) == (sample_id, record)
        and same_editor(entry["body"]["by"], person)
    ]
    if mine and max(mine) < stamp(now):
        raise Refused("the original was shown too long ago; have it shown again, which is counted")


def _judge(tx: Tx, settings: Settings, now: datetime) -> tuple[str, ...]:
    """Hold each agency's settled reviews against the limit, since it was last resumed."""
    policy = current_policy(settings)
    since = resumed_at(tx)
    known: dict[str, dict[int, Settled]] = defaultdict(dict)
    leaked: dict[str, int] = defaultdict(int)
    for audit in audits(tx).values():
        stand = audit.all_settled()
        rows = sampled(tx, [each.record for each in stand])
        for each in stand:
            agency_id = rows[each.record].agency_id
            if each.index <= since.get(agency_id, -1):
                continue
            leaked[agency_id] += each.caller_leak
            if audit.sample.how is How.RANDOM and audit.sample.pile is Pile.PUBLISHED:
                _keep_worse(known[agency_id], each)
    standings = [
        Standing(
            agency_id=agency_id,
            reviewed=len(each),
            leaky=sum(s.count(Fault.MISSED) > 0 for s in each.values()),
            caller_leaks=leaked[agency_id],
        )
        for agency_id, each in sorted((name, known[name]) for name in leaked)
    ]
    return pause_where_needed(tx, standings, limit=policy.leak_limit, now=now)


def _keep_worse(known: dict[int, Settled], each: Settled) -> None:
    """A record drawn twice counts once, and as leaking when either look found a leak."""
    before = known.get(each.record)
    if before is None or each.count(Fault.MISSED) > before.count(Fault.MISSED):
        known[each.record] = each


def _drawn(sample: Sample, person: str, agency_id: str, now: datetime) -> Entry:
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


def _said(kind: EntryKind, sample_id: str, said: Review, agency_id: str, now: datetime) -> Entry:
    body = {
        "sample": sample_id,
        "record": said.record,
        "by": said.by,
        "marks": [mark_body(mark) for mark in said.marks],
    }
    return Entry(kind=kind, at=now, agency_id=agency_id, body=body)
