"""``blotter ingest``: one bulk file, cut as it is read, landed and walked part by part."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here
from pipeline.usecases.settings import present

__all__ = ["ingest"]


def ingest(
    file: Annotated[
        Path, typer.Argument(help="A bulk file of XML, a table or JSON Lines, of any size.")
    ],
    agency_dir: Annotated[
        Path, typer.Option("--agency-dir", help="Folder with the agency.yml it belongs to.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Only read, validate and map it; keep nothing.")
    ] = False,
    readers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that read, for --check.")
    ] = os.cpu_count() or 1,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that walk.")] = 1,
    json: Json = False,
) -> None:
    """Walk one bulk file part by part; killed and started again, it goes on where it was."""
    from pipeline.cli import show

    if check:
        from pipeline.usecases.bulk import check_file

        show.checked(check_file(agency_dir.absolute(), file, readers=readers), json=json)
        return
    from pipeline.usecases.ingest import ingest_file
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.resources import migrate

    settings = settings_here()
    migrate(settings)
    now = clock()
    with show.walking(json=json) as progress:
        report = ingest_file(
            settings, agency_dir.absolute(), file, now=now, workers=workers, progress=progress
        )
    show.walked(report, json=json)
    publish_due(settings, now=present(settings, now))
    if report.failures:
        raise typer.Exit(1)
