"""``blotter zones``: seals an agency's exclusion zones, and opens them to look.

What it prints speaks of cells, decoys among them, never of places or how many there are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.surroundings import Json, settings_here

if TYPE_CHECKING:
    from pipeline.usecases.zones import ZonesReport

__all__ = ["zones_app"]

zones_app = typer.Typer(no_args_is_help=True, help="Places around which nothing is told exactly.")


@zones_app.command("build")
def build(
    places: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="CSV: longitude, latitude, and radius_m if wanted."
        ),
    ],
    areas: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The agency's areas, GeoJSON.")
    ],
    out: Annotated[Path, typer.Option(help="The sealed file.")] = Path("zones.sealed"),
    radius: Annotated[
        float | None, typer.Option(min=500.0, help="Metres around each; the policy's at least.")
    ] = None,
    json: Json = False,
) -> None:
    """Seal the zones around protected places, among decoys; keep the list elsewhere, or nowhere."""
    from pipeline.usecases.zones import build_from_list

    report = build_from_list(settings_here(), places, areas, out, radius_m=radius)
    _show(report, json=json)


@zones_app.command("check")
def check(
    zones: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The sealed file.")],
    areas: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The agency's areas, GeoJSON.")
    ],
    json: Json = False,
) -> None:
    """Open sealed zones and say how much of the town they take."""
    from pipeline.usecases.zones import check_zones

    _show(check_zones(settings_here(), zones, areas), json=json)


def _show(report: ZonesReport, *, json: bool) -> None:
    from pipeline.cli.show import out, put

    if json:
        put({"file": str(report.path), "cells": report.cells, "share": report.share})
        return
    out().print(
        f"{report.path}: {report.cells} cells, decoys among them, {report.share:.1%} of the town.",
        soft_wrap=True,
    )
