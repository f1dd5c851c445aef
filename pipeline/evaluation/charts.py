"""Draws an evaluation's charts as SVG: the only module that touches matplotlib.

In: figures. Out: SVG elements to stand inside a page, with text as text, the same whenever the
figures are. It must never open a window, name the day, or draw a share without its interval.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pipeline.evaluation.figures import Share

__all__ = ["bar_chart", "count_chart", "interval_chart", "recall_chart"]

_INK, _GRID, _GOOD, _BAD = "#1f2933", "#d9e0e6", "#1f6f78", "#b3413b"
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "blotter",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": _GRID,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
_WIDTH, _ROW, _FRAME = 8.0, 0.3, 0.8  # inches
_Draw = Callable[[Axes], None]
# An XML declaration and a doctype have no place inside a page.
_HEAD = re.compile(r"\A.*?(?=<svg)", re.DOTALL)


def recall_chart(shares: Mapping[str, Share], *, bar: float, title: str) -> str:
    """Return a dot with its interval for every row; red where the share is below ``bar``."""
    rows = list(shares.items())

    def draw(axes: Axes) -> None:
        for place, (_, share) in enumerate(rows):
            color = _GOOD if share.value >= bar else _BAD
            axes.plot(share.interval, (place, place), color=color, linewidth=2, alpha=0.55)
            axes.plot([share.value], [place], "o", color=color, markersize=6, clip_on=False)
            axes.text(1.015, place, f"{share.part} of {share.whole}", va="center", fontsize=9)
        axes.axvline(bar, color=_INK, linewidth=0.8, linestyle=":")
        axes.set_xlim(0, 1.005)

    return _svg([name for name, _ in rows], draw, title=title)


def bar_chart(shares: Mapping[str, Share], *, bar: float, title: str) -> str:
    """Return a bar for every row; red where the share is above ``bar``."""
    rows = list(shares.items())
    widest = max([bar, *(share.value for _, share in rows)])

    def draw(axes: Axes) -> None:
        for place, (_, share) in enumerate(rows):
            axes.barh(place, share.value, height=0.6, color=_GOOD if share.value <= bar else _BAD)
            axes.text(share.value + widest * 0.01, place, f"{share.value:.1%}", va="center")
        axes.axvline(bar, color=_INK, linewidth=0.8, linestyle=":")
        axes.set_xlim(0, min(1.0, widest * 1.15))

    return _svg([name for name, _ in rows], draw, title=title)


def interval_chart(
    rows: Mapping[str, tuple[float, float, float, str]], *, bar: float, title: str
) -> str:
    """Return a dot with its interval for every (share, low, high, words); red if above ``bar``."""
    widest = max([bar, *(high for _, _, high, _ in rows.values())])

    def draw(axes: Axes) -> None:
        for place, (value, low, high, words) in enumerate(rows.values()):
            color = _GOOD if value <= bar else _BAD
            axes.plot((low, high), (place, place), color=color, linewidth=2, alpha=0.55)
            axes.plot([value], [place], "o", color=color, markersize=6, clip_on=False)
            axes.text(widest * 1.08, place, words, va="center", fontsize=9)
        axes.axvline(bar, color=_INK, linewidth=0.8, linestyle=":")
        axes.set_xlim(-widest * 0.015, widest * 1.05)  # a dot at nought hides no name

    return _svg(list(rows), draw, title=title, form="{:.2%}")


def count_chart(rows: Mapping[str, int], *, title: str) -> str:
    """Return a bar with its number for every row, the largest first."""
    ordered = sorted(rows.items(), key=lambda row: (-row[1], row[0]))

    def draw(axes: Axes) -> None:
        for place, (_, count) in enumerate(ordered):
            axes.barh(place, count, height=0.6, color=_GOOD)
            axes.text(count + ordered[0][1] * 0.01, place, f"{count:,}", va="center")
        axes.set_xlim(0, ordered[0][1] * 1.12)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))

    return _svg([name for name, _ in ordered], draw, title=title, form="{:,.0f}")


def _svg(names: Sequence[str], draw: _Draw, *, title: str, form: str = "{:.0%}") -> str:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, _FRAME + _ROW * len(names)), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        axes.xaxis.set_major_formatter(lambda value, _: form.format(value))
        axes.grid(axis="x", color=_GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        body = io.StringIO()
        figure.savefig(body, format="svg", metadata={"Date": None, "Creator": None})
    return _HEAD.sub("", body.getvalue())
