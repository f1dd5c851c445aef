"""Draws samples, has them reviewed twice and blind, adjudicated; and what comes of it.

Every step is an entry, written in the transaction that decides on it; nothing is kept elsewhere. A
reviewer is never shown what another marked. The original is shown only from the vault, to a named
person, for a reason, for a while, and the entry comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.holding import take_turn
from pipeline.adapters.store.sampling import Sampled, entries_of, sampled, sampling_frame
from pipeline.audit import EntryKind, stamp
from pipeline.audit.sampling import (
    Fault,
    How,
    Mark,
    Pile,
    Review,
    Sample,
    Settled,
    draw,
    frame_digest,
)
from pipeline.model import Refused
from pipeline.usecases.audits import (
    audits,
    disputed,
    drawn_entry,
    find_audit,
    may_review,
    reviewed_by,
    said_entry,
    shown_texts,
)
from pipeline.usecases.budget import Standing, pause_where_needed, resumed_at
from pipeline.usecases.catalog import require_known
from pipeline.usecases.decisions import named_editor, same_editor
from pipeline.usecases.resources import current_policy, open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "Disagreement",
    "Item",
    "Marked",
    "adjudicate",
    "disagreements",
    "draw_sample",
    "mark_item",
    "next_item",
]


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
        append(tx, [drawn_entry(sample, person, agency or "", now)])
    return sample


def next_item(settings: Settings, sample_id: str, *, person: str, now: datetime) -> Item | None:
    """Return the first record this person may still review, or None when there is none.

    Raises:
        Refused: there is no such sample, or nobody is named.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        audit = find_audit(tx, sample_id)
        open_ = [r for r in audit.sample.records if may_review(audit, r, person)]
        if not open_:
            return None
        found = sampled(tx, open_[:1])[open_[0]]
    return _item(sample_id, found, len(open_))


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
        take_turn(tx)  # of two at once the second sees what the first said
        audit = find_audit(tx, sample_id)
        if not may_review(audit, record, person):
            raise Refused(f"record {record} of {sample_id} is not yours to review")
        found = sampled(tx, [record])[record]
        _check_marks(found, marks)
        _check_time(tx, sample_id, record, person, now)
        review = Review(record=record, by=person, marks=tuple(sorted(marks)), index=0)
        index = append(tx, [said_entry(EntryKind.REVIEW, sample_id, review, found.agency_id, now)])
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
        audit = find_audit(tx, sample_id)
    return tuple(
        Disagreement(sample_id=sample_id, record=record, reviews=tuple(audit.reviews[record]))
        for record in audit.sample.records
        if disputed(audit, record)
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
        take_turn(tx)
        audit = find_audit(tx, sample_id)
        if not disputed(audit, record):
            raise Refused(f"record {record} of {sample_id} is not disputed")
        if reviewed_by(audit, record, person):
            raise Refused("you reviewed this record; a third person decides")
        found = sampled(tx, [record])[record]
        _check_marks(found, marks)
        _check_time(tx, sample_id, record, person, now)
        said = Review(record=record, by=person, marks=tuple(sorted(marks)), index=0)
        append(tx, [said_entry(EntryKind.ADJUDICATION, sample_id, said, found.agency_id, now)])
        paused = _judge(tx, settings, now)
    return Marked(record=record, agreed=True, paused=paused)


def _item(sample_id: str, found: Sampled, left: int) -> Item:
    return Item(
        sample_id=sample_id,
        record=found.record,
        agency_id=found.agency_id,
        week=found.week,
        state=found.state,
        reason=" ".join(filter(None, (found.reason, found.detail))),
        texts=shown_texts(found),
        left=left,
    )


def _check_marks(found: Sampled, marks: Sequence[Mark]) -> None:
    texts = shown_texts(found)
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
