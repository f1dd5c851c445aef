"""The tabs of the queue: pending, drafts, held, waiting, published, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store import Store
from pipeline.adapters.store.candidates import QueueRow, find_candidate, held_rows
from pipeline.adapters.store.desk_lists import alerts_in, closed_rows
from pipeline.adapters.store.desk_notes import drafts_of
from pipeline.classify.relevance import score
from pipeline.usecases.board import Board
from pipeline.usecases.cards import Card, Wanted, card_of
from pipeline.usecases.relevance import Past, sighting_of

__all__ = ["TABS", "Line", "draft_count", "mixed_in", "tab_rows"]

TABS: Sequence[str] = ("pending", "draft", "held", "waiting", "published", "rejected", "retracted")
_MOST_CLOSED = 200
_MIXED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list; ``href`` is empty for what has no page, ``version`` outside Pending."""

    key: str
    href: str
    headline: str
    agency_id: str
    tier: str
    category: str
    area: str
    at: datetime | None
    left: timedelta | None = None
    points: float | None = None
    approvals: int = 0
    needed: int = 0
    note: str = ""
    update: bool = False
    version: str = ""


def tab_rows(
    store: Store, board: Board, tab: str, wanted: Wanted, *, editor: str, start: int, limit: int
) -> tuple[Sequence[Line], int]:
    """Return lines of a tab and how many there are: pending in fair order, others newest first."""
    if tab in ("pending", "held"):
        ordered, now = board.ranked(wanted), board.present()
        lines = [_line(card, points, now) for card, points in ordered[start : start + limit]]
        if tab == "pending":
            return lines, len(ordered)
        held = _held(store, wanted)
        behind = max(0, start - len(ordered))
        return [*lines, *held[behind : behind + limit - len(lines)]], len(ordered) + len(held)
    makers = {
        "draft": _drafts,
        "waiting": _waiting,
        "published": _told,
        "rejected": _rejected,
        "retracted": _retracted,
    }
    rows = makers[tab](store, wanted, editor)
    return rows[start : start + limit], len(rows)


def draft_count(store: Store, *, editor: str, agency: str) -> int:
    """Return how many drafts somebody kept, of one agency or all."""
    return len(_drafts(store, Wanted(agency=agency), editor))


def mixed_in(
    lines: Sequence[Line], row: QueueRow, wanted: Wanted, now: datetime
) -> tuple[Sequence[Line], bool]:
    """Return lines with a row among the first, if it is wanted; its place is its id's."""
    item = row.proposal.candidate
    card = card_of(row, score(sighting_of(item), Past(()).of(item, now, callers=0), now))
    if not wanted.has(card):
        return lines, False
    place = int(row.candidate_id[:4], 16) % (min(len(lines), _MIXED) + 1)
    # Worth as much as what stands there, or the place would tell.
    points = lines[min(place, len(lines) - 1)].points if lines else card.points(now)
    return (*lines[:place], _line(card, points or 0.0, now), *lines[place:]), True


def _line(card: Card, points: float, now: datetime) -> Line:
    return Line(
        key=card.candidate_id,
        href=f"/candidates/{card.candidate_id}",
        headline=card.headline,
        agency_id=card.agency_id,
        tier=card.tier.value,
        category=card.category.value,
        area=card.area,
        at=card.latest,
        left=card.left(now),
        points=points,
        approvals=card.approvals,
        needed=card.needed,
        note=card.on_hold,
        update=card.updates,
        version=card.version,
    )


def _held(store: Store, wanted: Wanted) -> list[Line]:
    with store.read() as tx:
        rows = held_rows(tx, agency_id=wanted.agency or None, limit=_MOST_CLOSED)
    return [
        Line(
            key=str(row.outcome_id),
            href="",
            headline=row.detail,
            agency_id=row.agency_id,
            tier="",
            category="",
            area="",
            at=None,
            note=row.reason,
        )
        for row in rows
    ]


def _drafts(store: Store, wanted: Wanted, editor: str) -> list[Line]:
    with store.read() as tx:
        pairs = [(draft, find_candidate(tx, draft.candidate_id)) for draft in drafts_of(tx, editor)]
    return [
        _of_row(row, headline=draft.headline, at=draft.at)
        for draft, row in pairs
        if row is not None and wanted.agency in ("", row.proposal.candidate.agency_id)
    ]


def _rejected(store: Store, wanted: Wanted, _: str) -> list[Line]:
    with store.read() as tx:
        rows = closed_rows(tx, "rejected", agency_id=wanted.agency, limit=_MOST_CLOSED)
    return [_of_row(row, headline="", at=None) for row in rows if _fits(row, wanted)]


def _waiting(store: Store, wanted: Wanted, _: str) -> list[Line]:
    with store.read() as tx:
        rows = closed_rows(tx, "waiting", agency_id=wanted.agency, limit=_MOST_CLOSED)
    return [_of_row(row, headline="", at=row.timing.opens) for row in rows if _fits(row, wanted)]


def _told(store: Store, wanted: Wanted, _: str) -> list[Line]:
    with store.read() as tx:
        found = alerts_in(tx, "live", agency_id=wanted.agency, limit=_MOST_CLOSED)
    return [
        Line(
            key=alert_id,
            href=f"/alerts/{alert_id}",
            headline=alert.facts.headline,
            agency_id=alert.agency_id,
            tier="",
            category=alert.facts.category.value,
            area=alert.facts.area.name,
            at=alert.sent,
            left=alert.expires - alert.sent,
        )
        for alert_id, _, _, alert in found
        if alert is not None
        and wanted.category in ("", alert.facts.category.value)
        and wanted.area in ("", alert.facts.area.area_id)
        and wanted.words.casefold() in alert.facts.headline.casefold()
    ]


def _retracted(store: Store, wanted: Wanted, _: str) -> list[Line]:
    with store.read() as tx:
        found = alerts_in(tx, "retracted", agency_id=wanted.agency, limit=_MOST_CLOSED)
        rows: Mapping[str, QueueRow | None] = {
            alert_id: find_candidate(tx, candidate_id) for alert_id, candidate_id, _, _ in found
        }
    return [
        _of_row(row, headline="", at=datetime.fromisoformat(sent))
        for alert_id, _, sent, _ in found
        if (row := rows[alert_id]) is not None and _fits(row, wanted)
    ]


def _fits(row: QueueRow, wanted: Wanted) -> bool:
    facts = row.proposal.candidate.facts
    return (
        wanted.category in ("", facts.category.value)
        and wanted.area in ("", facts.area.area_id)
        and wanted.tier in ("", row.proposal.candidate.tier.value)
        and wanted.words.casefold() in facts.headline.casefold()
    )


def _of_row(row: QueueRow, *, headline: str, at: datetime | None) -> Line:
    item = row.proposal.candidate
    return Line(
        key=row.candidate_id,
        href=f"/candidates/{row.candidate_id}",
        headline=headline or item.facts.headline,
        agency_id=item.agency_id,
        tier=item.tier.value,
        category=item.facts.category.value,
        area=item.facts.area.name,
        at=at or row.created_at,
        approvals=len(row.approved_by),
        needed=item.approvals_needed,
        note="" if row.state == "pending" else row.state,
    )
