"""Writes down that a feed sent what its agreement does not allow (rule 30).

In go the notices and outcomes of one batch, out comes an entry, or nothing. The values themselves
were left out, and the calls withheld, before; an entry holds names of fields and categories only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.audit import Entry, EntryKind
from pipeline.model import Notice, NoticeCode, Outcome, Withheld, WithholdReason
from pipeline.usecases.recall import Walking

__all__ = ["scope_entries"]


def scope_entries(
    walking: Walking, payload_id: str, notices: Sequence[Notice], outcomes: Sequence[Outcome]
) -> Iterator[Entry]:
    """Yield the batch's entry if anything in it lay outside the agreement."""
    fields: Counter[str] = Counter()
    for notice in notices:
        if notice.code is NoticeCode.OUTSIDE_AGREEMENT:
            fields[notice.field] += notice.count
    categories = Counter(
        outcome.state.detail
        for outcome in outcomes
        if isinstance(outcome.state, Withheld)
        and outcome.state.reason is WithholdReason.AGREEMENT_SCOPE
    )
    if not fields and not categories:
        return
    agency = walking.rules.agency
    yield Entry(
        kind=EntryKind.AGREEMENT_SCOPE,
        at=walking.now,
        agency_id=agency.agency_id,
        body={
            "payload": payload_id,
            "agreement": agency.agreement.name,
            "fields": dict(sorted(fields.items())),
            "categories": dict(sorted(categories.items())),
        },
    )
