"""Bars a run of the evaluation must clear, so that CI can stop a change that leaks.

In: figures and the bars asked for. Out: what was missed, in words; empty means all were cleared.
It must never pass a bar on nothing: with no identifier to catch, the lower bound of recall is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from pipeline.evaluation.figures import Figures

__all__ = ["Gates", "missed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Bars as shares between 0 and 1; None asks nothing. ``lower`` is the interval's lower end."""

    min_recall: float | None = None
    min_recall_lower: float | None = None
    min_leak_free: float | None = None
    min_leak_free_lower: float | None = None
    max_over_masking: float | None = None
    max_over_masking_with_held: float | None = None
    max_held: float | None = None


_MEASURED: dict[str, tuple[str, Callable[[Figures], float]]] = {
    "min_recall": ("recall", lambda found: _of(found.recall.part, found.recall.whole)),
    "min_recall_lower": ("recall's lower bound", lambda found: found.recall.interval[0]),
    "min_leak_free": ("leak-free narratives", lambda found: found.leak_free.value),
    "min_leak_free_lower": (
        "lower bound of leak-free narratives",
        lambda found: found.leak_free.interval[0],
    ),
    "max_over_masking": ("over-masking", lambda found: found.over_masking.value),
    "max_over_masking_with_held": (
        "over-masking with held narratives",
        lambda found: found.over_masking_with_held.value,
    ),
    "max_held": ("held narratives", lambda found: found.held.value),
}


def missed(found: Figures, gates: Gates) -> tuple[str, ...]:
    """Return a sentence for each bar that was not cleared, in the order of :class:`Gates`."""
    return tuple(_missed(found, gates))


def _missed(found: Figures, gates: Gates) -> Iterator[str]:
    if found.unfaithful:
        yield f"{found.unfaithful} narrative(s) show text that their findings say is gone"
    for field in fields(gates):
        bar: float | None = getattr(gates, field.name)
        if bar is None:
            continue
        name, measure = _MEASURED[field.name]
        value = measure(found)
        if field.name.startswith("min_") and value < bar:
            yield f"{name} is {value:.2%}, less than {bar:.2%}"
        if field.name.startswith("max_") and value > bar:
            yield f"{name} is {value:.2%}, more than {bar:.2%}"


def _of(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
