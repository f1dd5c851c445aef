"""Prints how good built areas are, as a table for people and JSON for machines.

Counts of addresses stand in it: it is printed for the agency and written to no file.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from rich.console import Console
from rich.table import Table

from pipeline.cli.show import safe

if TYPE_CHECKING:
    from pipeline.usecases.areas import AreaBuild

__all__ = ["built"]


def built(build: AreaBuild, out: Path, drawn: Path, *, json: bool) -> None:
    """Print the figures of a build and where the files are."""
    figures = asdict(build.quality) | {
        "addresses_outside": build.outside,
        "places_left_out": build.places_left_out,
    }
    if json:
        line = orjson.dumps(figures | {"areas_file": str(out), "map_file": str(drawn)})
        Console(soft_wrap=True, highlight=False).print(line.decode(), markup=False)
        return
    table = Table("figure", "value", title="Public areas")
    for name, text in _rows(build):
        table.add_row(name, text)
    console = Console(highlight=False)
    console.print(table)
    if build.places_left_out:
        names = safe(", ".join(build.places_left_out))
        console.print(f"With homes or too small, so no areas of their own: {names}", soft_wrap=True)
    console.print(f"Areas: {safe(str(out))}\nMap: {safe(str(drawn))}", soft_wrap=True)
    console.print("Look at the map, then set `location: {areas: …}` in agency.yml.")


def _rows(build: AreaBuild) -> list[tuple[str, str]]:
    quality = build.quality
    rows = [("areas", f"{quality.areas:,}")]
    if quality.addresses is not None:
        rows += [
            ("of them without a home (public places)", f"{quality.without_homes:,}"),
            ("addresses inside the boundary", f"{quality.addresses:,}"),
            ("addresses outside, not used", f"{build.outside:,}"),
            ("fewest addresses of an area with homes", f"{quality.addresses_low or 0:,}"),
            ("median of addresses", f"{quality.addresses_median or 0:,}"),
            ("addresses in no area, told by a coarser one", f"{quality.addresses_left_out:,}"),
        ]
    for level, (count, least) in quality.levels.items():
        fewest = "" if least is None else f", the fewest addresses of one {least:,}"
        rows.append((f"{level}s", f"{count:,}{fewest}"))
    return [
        *rows,
        ("radius of the smallest, metres", f"{quality.radius_low_m:,.0f}"),
        ("radius, median", f"{quality.radius_median_m:,.0f}"),
        ("radius of the largest", f"{quality.radius_high_m:,.0f}"),
        ("compactness, median (a circle is 1)", f"{quality.compactness:.2f}"),
        ("boundary covered", f"{quality.covered:.1%}"),
    ]
