"""Draws built areas as a map, for the people who decide on them.

In go the areas and what they need; out comes an SVG document, the same for the same areas. Areas
are coloured by how well they hide a home. It shows no address, and it must never be published with
counts: it has none.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path
from shapely import get_parts
from shapely.geometry.base import BaseGeometry

from pipeline.place.build import BuiltArea
from pipeline.place.measure import METRES_PER_DEGREE

__all__ = ["area_map_svg"]

_STYLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "blotter", "font.size": 9}
_GROUPS = (
    ("no homes: a public place", "#9fc9a4"),
    ("homes, less than twice the minimum", "#f2d08a"),
    ("homes, twice the minimum or more", "#8fb8d8"),
    ("homes not counted", "#c9c3dd"),
)
_EDGE, _OUTSIDE, _INK = "#4a5560", "#e9e4dd", "#1f2933"
_WIDTH = 8.0  # inches
_LABELLED = 60  # more names than this cannot be read


def area_map_svg(
    built: Sequence[BuiltArea], boundary: BaseGeometry, *, minimum_addresses: int, title: str
) -> bytes:
    """Return the map as SVG: areas by group, names when they are few, a scale bar, a legend."""
    west, south, east, north = boundary.bounds
    wide = math.cos(math.radians((south + north) / 2))
    height = min(12.0, max(4.0, _WIDTH * (north - south) / ((east - west) * wide)))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height + 1.2), layout="constrained")
        axes = figure.add_subplot()
        axes.set_aspect(1 / wide)
        axes.set_axis_off()
        axes.set_title(title, loc="left", color=_INK)
        axes.add_collection(_patches([boundary], _OUTSIDE))
        groups = [_group(area, minimum_addresses) for area in built]
        for number, (_, color) in enumerate(_GROUPS):
            shapes = [area.shape for area, own in zip(built, groups, strict=True) if own == number]
            axes.add_collection(_patches(shapes, color))
        _label(axes, built)
        _scale_bar(axes, (west, south, east, north), wide)
        shown = [each for number, each in enumerate(_GROUPS) if number in groups]
        shown += [("in no area: told by town", _OUTSIDE)]
        handles = [Patch(facecolor=color, edgecolor=_EDGE, label=text) for text, color in shown]
        figure.legend(handles=handles, loc="outside lower left", ncols=2, frameon=False)
        axes.autoscale_view()
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _group(area: BuiltArea, minimum: int) -> int:
    if area.addresses is None:
        return 3
    if area.addresses == 0:
        return 0
    return 1 if area.addresses < 2 * minimum else 2


def _patches(shapes: Sequence[BaseGeometry], color: str) -> PathCollection:
    paths = [
        Path.make_compound_path(*_rings(part)) for shape in shapes for part in get_parts(shape)
    ]
    return PathCollection(paths, facecolors=color, edgecolors=_EDGE, linewidths=0.4)


def _rings(part: Any) -> Iterator[Path]:
    for ring in (part.exterior, *part.interiors):
        yield Path([(x, y) for x, y in ring.coords], closed=True)


def _label(axes: Any, built: Sequence[BuiltArea]) -> None:
    if len(built) > _LABELLED:
        return
    for area in built:
        spot = area.shape.representative_point()
        axes.text(spot.x, spot.y, area.name, ha="center", va="center", fontsize=6, color=_INK)


def _scale_bar(axes: Any, bounds: tuple[float, float, float, float], wide: float) -> None:
    west, south, east, _ = bounds
    across = (east - west) * wide * METRES_PER_DEGREE
    length = 10 ** math.floor(math.log10(across / 3))
    degrees = length / (METRES_PER_DEGREE * wide)
    axes.plot([west, west + degrees], [south, south], color=_INK, linewidth=2)
    text = f"{length // 1000:.0f} km" if length >= 1000 else f"{length:.0f} m"
    axes.annotate(text, (west, south), (0, 4), textcoords="offset points", color=_INK)
