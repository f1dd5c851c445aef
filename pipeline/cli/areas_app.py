"""``blotter areas``: builds an agency's public areas, with a report and a map.

Reads and writes files only. What is built is ``usecases.areas``'s; the report with counts goes to
the terminal, never into the file that is published.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json

__all__ = ["areas_app"]

areas_app = typer.Typer(no_args_is_help=True, help="Build the public areas of a town.")


@areas_app.command("build")
def build(
    boundary: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The town's outline, GeoJSON.")
    ],
    addresses: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV, a row per home: longitude, latitude. Without it areas are three times as"
            " large.",
        ),
    ] = None,
    districts: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Neighborhoods, GeoJSON with names; areas keep to them.",
        ),
    ] = None,
    levels: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Beats and districts that areas belong to, GeoJSON with name and level.",
        ),
    ] = None,
    places: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Parks and other public places, GeoJSON with names; without homes they are areas.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The areas published so far: they are kept, or joined where homes are too few.",
        ),
    ] = None,
    min_addresses: Annotated[
        int, typer.Option(min=20, help="Homes an area must have, if it has any (rule 3).")
    ] = 20,
    min_radius: Annotated[
        float, typer.Option(min=150.0, help="Metres; no area is smaller than this circle (rule 4).")
    ] = 150.0,
    out: Annotated[Path, typer.Option(help="The areas to publish.")] = Path("areas.geojson"),
    map_file: Annotated[
        Path | None, typer.Option("--map", help="A map of them, SVG; by default beside --out.")
    ] = None,
    json: Json = False,
) -> None:
    """Build fixed areas that each hide a home among enough others, and say how good they are."""
    from pipeline.cli import show_areas
    from pipeline.place.picture import area_map_svg
    from pipeline.usecases.areas import AreaFiles, build_from_files, published_areas

    built = build_from_files(
        AreaFiles(
            boundary=boundary,
            addresses=addresses,
            districts=districts,
            levels=levels,
            places=places,
            keep=keep,
        ),
        minimum_addresses=min_addresses,
        minimum_radius_m=min_radius,
    )
    out.write_bytes(published_areas(built.areas, minimum_addresses=min_addresses))
    drawn = map_file or out.with_suffix(".svg")
    drawn.write_bytes(
        area_map_svg(
            built.areas,
            built.boundary,
            minimum_addresses=min_addresses,
            title=f"{len(built.areas)} public areas",
        )
    )
    show_areas.built(built, out, drawn, json=json)
