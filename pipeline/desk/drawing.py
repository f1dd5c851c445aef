"""Places the bars of small charts, which templates draw as SVG beside a table.

Numbers in, rectangles out. It must never make markup itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Bar", "Chart", "stacked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle, in the chart's own units; ``kind`` says which color."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars, the largest number, and (x, label) below."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    most: int
    labels: tuple[tuple[float, str], ...]


def stacked(
    rows: Sequence[tuple[datetime, Mapping[str, int]]], kinds: Sequence[str], *, every: int = 6
) -> Chart:
    """Return a chart of one stacked bar per row; each ``every``th hour of the day is labelled."""
    width, height = 720, 120
    most = max((sum(counts.values()) for _, counts in rows), default=0)
    step = width / max(len(rows), 1)
    bars: list[Bar] = []
    for place, (_, counts) in enumerate(rows):
        foot = float(height)
        for kind in kinds:
            tall = height * counts[kind] / most if most else 0.0
            if not tall:
                continue
            foot -= tall
            bars.append(
                Bar(
                    x=round(place * step + step * 0.12, 1),
                    y=round(foot, 1),
                    width=round(step * 0.76, 1),
                    height=round(tall, 1),
                    kind=kind,
                )
            )
    labels = tuple(
        (round((place + 0.5) * step, 1), f"{when:%m-%d}" if when.hour == 0 else f"{when:%H}h")
        for place, (when, _) in enumerate(rows)
        if when.hour % every == 0
    )
    return Chart(width=width, height=height, bars=tuple(bars), most=most, labels=labels)
