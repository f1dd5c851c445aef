"""The pending queue held in memory, followed entry by entry of the log; reads only.

A queue of ten thousand is ordered for each page without touching the database: what a score is made
of is read once a candidate, and only its freshness moves. It is an index, never the truth: every
page and decision reads the candidate itself.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.alerts import live_alerts_of
from pipeline.adapters.store.audit_log import log_size
from pipeline.adapters.store.candidates import QueueRow
from pipeline.adapters.store.desk_lists import moved_incidents, open_rows, state_counts
from pipeline.adapters.store.desk_notes import all_holds
from pipeline.adapters.store.history import decided_rows
from pipeline.classify.relevance import score
from pipeline.usecases.cards import Card, Change, Wanted, card_of, twin, twins_of
from pipeline.usecases.relevance import Past, sighting_of

__all__ = ["Board"]

_MOST_DECIDED, _KEPT_CHANGES = 2_000, 1_000
_COUNTS_AGE, _ORDER_AGE, _MOST_ORDERS = timedelta(seconds=5), timedelta(seconds=20), 16
_CROWD, _CROWD_MOST, _CROWD_FREE = 0.25, 12.0, 5


class Board:
    """The pending queue. ``load`` once, ``follow`` again and again, from any thread."""

    def __init__(self, store: Store, present: Callable[[], datetime]) -> None:
        self._store, self.present = store, present
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._cards: dict[str, Card] = {}
        self._past = Past(())
        self._index = -1
        self._changes: deque[Change] = deque(maxlen=_KEPT_CHANGES)
        self._counts: dict[str, tuple[datetime, dict[str, int]]] = {}
        self._choices: dict[str, tuple[int, dict[str, list[tuple[str, str]]]]] = {}
        self._orders: dict[tuple[Wanted, int], tuple[datetime, list[tuple[Card, float]]]] = {}

    @property
    def index(self) -> int:
        """The newest entry of the log that is on the board."""
        return self._index

    def load(self) -> None:
        """Read the whole queue."""
        with self._store.read() as tx:
            index = log_size(tx) - 1
            past = Past(decided_rows(tx, limit=_MOST_DECIDED))
            rows = tuple(open_rows(tx))
            cards = tuple(self._cards_of(tx, rows, past))
        with self._lock:
            self._cards = {card.candidate_id: card for card in cards}
            self._past, self._index = past, index

    def follow(self) -> Change | None:
        """Take in what the log says since; return what changed, or None."""
        with self._turn:
            if self._index < 0:
                self.load()
            return self._follow()

    def _follow(self) -> Change | None:
        with self._store.read() as tx:
            index, refs = moved_incidents(tx, self._index)
            if index == self._index:
                return None
            rows = tuple(open_rows(tx, refs)) if refs else ()
            cards = {card.candidate_id: card for card in self._cards_of(tx, rows, self._past)}
        with self._lock:
            old = {key: card for key, card in self._cards.items() if card.ref in refs}
            for key in old:
                del self._cards[key]
            self._cards |= cards
            self._counts.clear()
            change = Change(
                after=self._index,
                index=index,
                came=tuple((k, c.agency_id) for k, c in cards.items() if old.get(k) != c),
                went=tuple((k, c.agency_id) for k, c in old.items() if k not in cards),
            )
            self._index = index
            self._changes.append(change)
        return change

    def since(self, index: int) -> tuple[Change, ...] | None:
        """Return the changes after an entry; None when they are not remembered any more."""
        with self._lock:
            known = list(self._changes)
        if index == self._index:
            return ()
        if index > self._index or not known or known[0].after > index:
            return None
        return tuple(each for each in known if each.index > index)

    def ranked(self, wanted: Wanted) -> list[tuple[Card, float]]:
        """Return wanted cards with their points, most worth a look first, in fair order.

        Of one agency's many, each beyond the fifth stands a little further back: a storm in one
        town does not bury another's only call.
        """
        now = self.present()
        key = (wanted, self._index)
        known = self._orders.get(key)
        if known is not None and abs(now - known[0]) < _ORDER_AGE:
            return known[1]
        with self._lock:
            cards = [card for card in self._cards.values() if wanted.has(card)]
        scored = sorted(
            ((card, card.points(now)) for card in cards),
            key=lambda pair: (-pair[1], pair[0].created_at, pair[0].candidate_id),
        )
        seen: Counter[str] = Counter()
        fair = []
        for card, points in scored:
            crowd = max(0, seen[card.agency_id] - _CROWD_FREE)
            seen[card.agency_id] += 1
            fair.append((points - min(_CROWD_MOST, _CROWD * crowd), points, card))
        if len(seen) > 1:
            fair.sort(key=lambda each: (-each[0], each[2].created_at, each[2].candidate_id))
        ordered = [(card, points) for _, points, card in fair]
        while len(self._orders) >= _MOST_ORDERS:
            self._orders.pop(next(iter(self._orders)), None)
        self._orders[key] = (now, ordered)
        return ordered

    def near(self, agency_id: str, area_id: str, latest: datetime, *, most: int) -> list[Card]:
        """Return cards of about a time, three hours or so, those of the same area first."""
        hour = int(latest.timestamp()) // 3600
        with self._lock:
            close = [card for card in self._cards.values() if -4 < card.hour - hour < 4]
        same = [c for c in close if c.area_id == area_id and c.agency_id == agency_id]
        if len(same) >= most:
            return same[-most:]
        others = [c for c in close if c.area_id != area_id or c.agency_id != agency_id]
        return same + others[: most - len(same)]

    def choices(self, agency: str) -> dict[str, list[tuple[str, str]]]:
        """Return what can be filtered by, as (value, name) pairs, of one agency or all."""
        known = self._choices.get(agency)
        if known is not None and known[0] == self._index:
            return known[1]
        with self._lock:
            cards = [c for c in self._cards.values() if agency in ("", c.agency_id)]
        found = {
            "agency": sorted({(c.agency_id, c.agency_id) for c in cards}),
            "area": sorted({(c.area_id, c.area) for c in cards}, key=lambda each: each[1])[:300],
            "category": sorted({(c.category.value, c.category.value) for c in cards}),
            "tier": sorted({(c.tier.value, c.tier.value) for c in cards}),
        }
        self._choices[agency] = (self._index, found)
        return found

    def counts(self, agency: str) -> dict[str, int]:
        """Return how many are in each tab, at most five seconds old."""
        now = self.present()
        known = self._counts.get(agency)
        if known is None or abs(now - known[0]) > _COUNTS_AGE:
            with self._store.read() as tx:
                known = (now, dict(state_counts(tx, agency or None)))
            self._counts[agency] = known
        counts = dict(known[1])
        counts["pending"] = len(self.ranked(Wanted(agency=agency)))
        counts["held"] += len(self.ranked(Wanted(agency=agency, held=True)))
        return counts

    def _cards_of(self, tx: Tx, rows: Sequence[QueueRow], past: Past) -> Iterable[Card]:
        now = self.present()
        refs = [row.proposal.candidate.ref for row in rows]
        live = set()
        for start in range(0, len(refs), 500):
            live |= set(live_alerts_of(tx, refs[start : start + 500]))
        aside = all_holds(tx)
        twins = twins_of(rows)
        for row in rows:
            item = row.proposal.candidate
            hold = aside.get(row.candidate_id)
            known = past.of(item, now, callers=twins[twin(row)] - 1)
            yield replace(
                card_of(row, score(sighting_of(item), known, now)),
                on_hold="" if hold is None else hold.editor,
                updates=item.ref in live,
            )
