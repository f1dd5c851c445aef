"""Orders the queue by what is worth a look, learns from decisions, tells likely doubles.

In go candidates and past decisions, out come the same candidates in another order, each with its
score and the calls it may double. It changes no candidate: only the weights file is ever written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import live_alerts_of
from pipeline.adapters.store.candidates import QueueRow, queue, waiting_candidates
from pipeline.adapters.store.history import DecidedRow, decided_rows
from pipeline.classify.duplicates import Likeness, Trace, fingerprint, likely_pairs
from pipeline.classify.ranking import Judged, Reranker, learnt, ndcg, reordered
from pipeline.classify.relevance import Score, Sighting, Surroundings, score
from pipeline.model import Area, Candidate, ConfigError
from pipeline.place import TOWN_ID
from pipeline.policies import Standing, standing
from pipeline.usecases.catalog import require_known
from pipeline.usecases.desk import resolve_candidate
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "Past",
    "RankedRow",
    "Trained",
    "Trial",
    "evaluate",
    "explained",
    "judged_history",
    "ranked_queue",
    "sighting_of",
    "trace_of",
    "train",
    "trial",
]

_MOST_PENDING, _MOST_DECIDED = 5_000, 5_000
_MONTH, _DAY = timedelta(days=30), timedelta(days=1)
_HELD_OUT = 0.3  # of the days, the latest ones
_WEIGHTS = "relevance.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow:
    """A candidate with its score and the pending calls that may be the same incident.

    ``standing`` says whether it may go out now; an update of a live alert always may.
    """

    row: QueueRow
    score: Score
    duplicates: tuple[Likeness, ...]
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What was learnt, from how many decisions; ``learnt`` is False when they are too few."""

    decisions: int
    learnt: bool
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Mean NDCG@10 over ``days`` held-out days: oldest first, the score, the learnt order."""

    days: int
    decisions: int
    oldest: float
    transparent: float
    learnt: float


def ranked_queue(
    settings: Settings,
    *,
    now: datetime,
    agency: str | None = None,
    limit: int = 50,
    waiting: bool = False,
) -> tuple[RankedRow, ...]:
    """Return pending (or approved and waiting) candidates, most worth a look first."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        require_known(settings, tx, agency)
        pending = queue(tx, limit=_MOST_PENDING)
        shown = waiting_candidates(tx) if waiting else pending
        past = decided_rows(tx, limit=_MOST_DECIDED)
        live = _live(tx, shown)
        ranked = _ranked(shown, pending, past, _key(resources), now, live)
    mine = [each for each in ranked if agency in {None, each.row.proposal.candidate.agency_id}]
    return reordered(mine, _reranker(settings), _scored)[:limit]


def explained(settings: Settings, prefix: str, *, now: datetime) -> RankedRow:
    """Return one candidate in any state with its score and likely duplicates.

    Raises:
        Refused: none or several match.
    """
    with open_resources(settings, now=now) as resources:
        row = resolve_candidate(resources, prefix)
        with resources.store.read() as tx:
            pending = queue(tx, limit=_MOST_PENDING)
            past = decided_rows(tx, limit=_MOST_DECIDED)
            live = _live(tx, [row])
        others = [*pending, *(each.row for each in past)]
        (ranked,) = _ranked([row], others, past, _key(resources), now, live)
    return ranked


def train(settings: Settings, *, now: datetime) -> Trained:
    """Learn from all decisions and write the weights beside the database."""
    found = learnt([judged for _, _, judged in _history(settings, now)])
    path = settings.home / _WEIGHTS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(found.text(), "utf-8")
    return Trained(decisions=found.decisions, learnt=bool(found.weights), path=path)


def evaluate(settings: Settings, *, now: datetime) -> Trial:
    """Learn from the earlier days and order the later ones."""
    return trial(_history(settings, now))


def trial(history: Sequence[tuple[datetime, datetime, Judged]]) -> Trial:
    """Hold out the latest days of (decided, created, judged) and compare three orders of each.

    With decisions on fewer than two days nothing can be held out: ``days`` is 0.
    """
    days: defaultdict[date, list[tuple[datetime, Judged]]] = defaultdict(list)
    for at, created, judged in history:
        days[at.date()].append((created, judged))
    ordered = sorted(days)
    if len(ordered) < 2:
        return Trial(days=0, decisions=0, oldest=0.0, transparent=0.0, learnt=0.0)
    held = ordered[len(ordered) - max(1, round(len(ordered) * _HELD_OUT)) :]
    reranker = learnt([judged for day in ordered if day not in held for _, judged in days[day]])
    plain = Reranker(weights={})
    lists = [days[day] for day in held]

    def mean(order: Callable[[list[tuple[datetime, Judged]]], Iterable[Judged]]) -> float:
        return sum(ndcg([j.approved for j in order(each)]) for each in lists) / len(lists)

    return Trial(
        days=len(held),
        decisions=sum(map(len, lists)),
        oldest=mean(lambda each: [j for _, j in sorted(each, key=lambda pair: pair[0])]),
        transparent=mean(lambda each: reordered([j for _, j in each], plain, _of_judged)),
        learnt=mean(lambda each: reordered([j for _, j in each], reranker, _of_judged)),
    )


def judged_history(past: Sequence[DecidedRow]) -> tuple[tuple[datetime, datetime, Judged], ...]:
    """Return each decision's time, its candidate's, and the score as it stood at the decision."""
    around = Past(past)
    return tuple(
        (
            each.at,
            each.row.created_at,
            Judged(
                score=score(
                    sighting_of(each.row.proposal.candidate),
                    around.of(each.row.proposal.candidate, each.at, callers=0),
                    each.at,
                ),
                category=each.row.proposal.candidate.facts.category.value,
                approved=each.approved,
            ),
        )
        for each in past
    )


class Past:
    """Decisions by agency and area, in order of time."""

    def __init__(self, past: Sequence[DecidedRow]) -> None:
        self._agency: defaultdict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        self._area: defaultdict[tuple[str, str], list[tuple[datetime, bool, str]]]
        self._area = defaultdict(list)
        for each in sorted(past, key=lambda decided: decided.at):
            item = each.row.proposal.candidate
            self._agency[item.agency_id].append((each.at, each.approved))
            where = (item.agency_id, item.facts.area.area_id)
            self._area[where].append((each.at, each.approved, item.facts.category.value))

    def of(self, item: Candidate, now: datetime, *, callers: int) -> Surroundings:
        """Return what was known around a candidate before ``now``."""
        agency = self._agency[item.agency_id]
        agency = agency[: bisect_left(agency, (now, False))]
        area = [
            (at, approved, category)
            for at, approved, category in self._area[item.agency_id, item.facts.area.area_id]
            if now - _MONTH <= at < now
        ]
        alike = [entry for entry in area if entry[2] == item.facts.category.value]
        return Surroundings(
            alike_month=len(alike) + 1,
            told_day=sum(approved and at >= now - _DAY for at, approved, _ in alike),
            told_area=sum(approved for _, approved, _ in area),
            callers=callers,
            approved=sum(approved for _, approved in agency),
            decided=len(agency),
        )


def _history(settings: Settings, now: datetime) -> tuple[tuple[datetime, datetime, Judged], ...]:
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        return judged_history(decided_rows(tx, limit=_MOST_DECIDED))


def _ranked(
    rows: Sequence[QueueRow],
    others: Sequence[QueueRow],
    past: Sequence[DecidedRow],
    key: bytes,
    now: datetime,
    live: Collection[str],
) -> tuple[RankedRow, ...]:
    around, ranked = Past(past), list[RankedRow]()
    traces = {each.candidate_id: trace_of(each, key) for each in (*others, *rows)}
    near = _by_hour(traces.values())
    for row in rows:
        item = row.proposal.candidate
        trace = traces[row.candidate_id]
        found = likely_pairs(trace, _around(trace, near))
        known = around.of(item, now, callers=len(found))
        ranked.append(
            RankedRow(
                row=row,
                score=score(sighting_of(item), known, now),
                duplicates=found,
                standing=Standing.DUE if item.ref in live else standing(row.timing, now),
            )
        )
    return tuple(ranked)


def _live(tx: Tx, rows: Sequence[QueueRow]) -> Collection[str]:
    return live_alerts_of(tx, [row.proposal.candidate.ref for row in rows])


def _by_hour(traces: Iterable[Trace]) -> Mapping[int, list[Trace]]:
    """Return traces by every six hours their window touches: only those can be alike."""
    hours: defaultdict[int, list[Trace]] = defaultdict(list)
    for each in traces:
        for slot in _slots(each):
            hours[slot].append(each)
    return hours


def _around(trace: Trace, near: Mapping[int, list[Trace]]) -> Iterable[Trace]:
    slots = _slots(trace)
    wide = range(slots.start - 1, slots.stop + 1)
    return {each.candidate_id: each for slot in wide for each in near.get(slot, ())}.values()


def _slots(trace: Trace) -> range:
    first, last = (int(at.timestamp()) // 21_600 for at in (trace.earliest, trace.latest))
    return range(first, last + 1)


def trace_of(row: QueueRow, key: bytes) -> Trace:
    """Return what of a candidate is compared with others."""
    item = row.proposal.candidate
    return Trace(
        candidate_id=row.candidate_id,
        agency_id=item.agency_id,
        category=item.facts.category,
        area_id=item.facts.area.area_id,
        middle=_middle(item.facts.area),
        placed=item.facts.area.area_id != TOWN_ID,
        earliest=item.facts.earliest,
        latest=item.facts.latest,
        text=fingerprint((remark.text for remark in item.remarks), key),
    )


def _middle(area: Area) -> tuple[float, float]:
    """Return the mean of the outer rings' corners, latitude first."""
    corners = [corner for polygon in area.polygons for corner in polygon[0]]
    count = max(1, len(corners))
    return (
        sum(latitude for _, latitude in corners) / count,
        sum(longitude for longitude, _ in corners) / count,
    )


def sighting_of(item: Candidate) -> Sighting:
    """Return what is scored of a candidate."""
    return Sighting(
        category=item.facts.category,
        tier=item.tier,
        agency_id=item.agency_id,
        area_id=item.facts.area.area_id,
        latest=item.facts.latest,
    )


def _scored(ranked: RankedRow) -> tuple[Score, str]:
    return ranked.score, ranked.row.proposal.candidate.facts.category.value


def _of_judged(judged: Judged) -> tuple[Score, str]:
    return judged.score, judged.category


def _key(resources: Resources) -> bytes:
    return resources.seal.digest("duplicates", b"text").encode()[:64]


def _reranker(settings: Settings) -> Reranker:
    path = settings.home / _WEIGHTS
    if not path.exists():
        return Reranker(weights={})
    try:
        return Reranker.from_text(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise ConfigError(
            "the relevance weights cannot be read",
            remedy="Make them anew: blotter relevance train; or remove the file",
            path=path,
        ) from None
