"""Sums up scores: recall, leak-free narratives, over-masking, with Wilson intervals.

In: scores of narratives, and the processor time they took. Out: frozen ``Figures``, and the same
as plain data for JSON. It must never give a share without the counts it is made of. What each
figure means to a reader is said in ``docs/reference/redaction-evaluation.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from pipeline.evaluation.score import Judged, Score
from pipeline.model import Entity

__all__ = ["Figures", "Miss", "Share", "Speed", "as_data", "figures", "wilson"]

_Z = 1.959963984540054
"""The standard normal's 97.5 % point: intervals are of 95 %."""

_APART = frozenset({Entity.STAFF})
"""Masked by default, and reported apart: who works a call is not who called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``part`` of ``whole``, with the 95 % interval by Wilson; 0 of 0 is between 0 and 1."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share itself; 1 of nothing, which its interval shows to mean nothing."""
        return self.part / self.whole if self.whole else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and the upper bound."""
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Processor seconds for all narratives, after loading, and for loading."""

    seconds: float
    loading: float
    narratives: int
    words: int

    @property
    def per_second(self) -> float:
        """Narratives a second of one core."""
        return self.narratives / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Miss:
    """An identifier of which something stayed readable: where, not what."""

    id: str
    start: int
    end: int
    entity: str
    readable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run says. Recall and leak-free narratives leave out staff, which stands apart."""

    narratives: int
    recall: Share
    leak_free: Share
    leak_free_with_staff: Share
    staff: Share
    over_masking: Share
    over_masking_with_held: Share
    held: Share
    unfaithful: int
    by_entity: Mapping[str, Share]
    by_style: Mapping[str, StyleFigures]
    misses: tuple[Miss, ...]
    speed: Speed


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleFigures:
    """One style of writing."""

    narratives: int
    recall: Share
    leak_free: Share
    over_masking: Share
    held: Share


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the Wilson score interval of 95 % for ``part`` of ``whole``."""
    if whole == 0:
        return 0.0, 1.0
    share, square = part / whole, _Z * _Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    reach /= 1 + square / whole
    return max(0.0, middle - reach), min(1.0, middle + reach)


def figures(scores: Sequence[Score], speed: Speed) -> Figures:
    """Return the figures of all scores."""
    held = sum(each.held for each in scores)
    shown = [each for each in scores if not each.held]
    innocent = sum(each.innocent for each in scores)
    masked = sum(each.masked for each in shown)
    away = masked + sum(each.innocent for each in scores if each.held)
    return Figures(
        narratives=len(scores),
        recall=_recall(_direct(scores)),
        leak_free=_leak_free(scores, apart=_APART),
        leak_free_with_staff=_leak_free(scores, apart=frozenset()),
        staff=_recall(each for each in _every(scores) if each.span.entity in _APART),
        over_masking=Share(part=masked, whole=sum(each.innocent for each in shown)),
        over_masking_with_held=Share(part=away, whole=innocent),
        held=Share(part=held, whole=len(scores)),
        unfaithful=sum(each.unfaithful for each in scores),
        by_entity=_by_entity(scores),
        by_style=_by_style(scores),
        misses=tuple(sorted(_misses(scores))),
        speed=speed,
    )


def as_data(found: Figures) -> dict[str, Any]:
    """Return the figures as plain data: shares with counts and bounds, and no text."""
    return {
        "narratives": found.narratives,
        **{name: _share(getattr(found, name)) for name in _SHARES},
        "unfaithful": found.unfaithful,
        "by_entity": {name: _share(share) for name, share in found.by_entity.items()},
        "by_style": {
            name: {
                "narratives": each.narratives,
                **{part: _share(getattr(each, part)) for part in _STYLE_SHARES},
            }
            for name, each in found.by_style.items()
        },
        "misses": [asdict(each) for each in found.misses],
        "speed": {
            "narratives_per_second_of_a_core": round(found.speed.per_second, 1),
            "seconds": round(found.speed.seconds, 3),
            "loading_seconds": round(found.speed.loading, 3),
            "words_per_narrative": round(found.speed.words / found.narratives, 1),
        },
    }


_SHARES = (
    "recall",
    "leak_free",
    "leak_free_with_staff",
    "staff",
    "over_masking",
    "over_masking_with_held",
    "held",
)
_STYLE_SHARES = ("recall", "leak_free", "over_masking", "held")


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {
        "share": round(share.value, 5),
        "low": round(low, 5),
        "high": round(high, 5),
        "part": share.part,
        "whole": share.whole,
    }


def _every(scores: Iterable[Score]) -> Iterable[Judged]:
    return (each for one in scores for each in one.identifiers)


def _direct(scores: Iterable[Score]) -> Iterable[Judged]:
    return (each for each in _every(scores) if each.span.entity not in _APART)


def _recall(judged: Iterable[Judged]) -> Share:
    every = [each.caught for each in judged]
    return Share(part=sum(every), whole=len(every))


def _leak_free(scores: Sequence[Score], *, apart: frozenset[Entity]) -> Share:
    free = sum(
        all(each.caught or each.span.entity in apart for each in one.identifiers) for one in scores
    )
    return Share(part=free, whole=len(scores))


def _by_entity(scores: Sequence[Score]) -> dict[str, Share]:
    groups: defaultdict[Entity, list[Judged]] = defaultdict(list)
    for each in _every(scores):
        groups[each.span.entity].append(each)
    return {entity.value: _recall(groups[entity]) for entity in Entity if entity in groups}


def _by_style(scores: Sequence[Score]) -> dict[str, StyleFigures]:
    groups: defaultdict[str, list[Score]] = defaultdict(list)
    for each in scores:
        groups[each.style].append(each)
    return {style: _style(groups[style]) for style in sorted(groups)}


def _style(scores: Sequence[Score]) -> StyleFigures:
    shown = [each for each in scores if not each.held]
    return StyleFigures(
        narratives=len(scores),
        recall=_recall(_direct(scores)),
        leak_free=_leak_free(scores, apart=_APART),
        over_masking=Share(
            part=sum(each.masked for each in shown), whole=sum(each.innocent for each in shown)
        ),
        held=Share(part=len(scores) - len(shown), whole=len(scores)),
    )


def _misses(scores: Sequence[Score]) -> Iterable[Miss]:
    for one in scores:
        for each in one.identifiers:
            if not each.caught:
                span = each.span
                yield Miss(
                    id=one.id,
                    start=span.start,
                    end=span.end,
                    entity=span.entity.value,
                    readable=each.readable,
                )
