"""``blotter backfill``: an agency's past walked once, or what would change of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["backfill"]

_DAY = ["%Y-%m-%d"]


def backfill(
    agency: Annotated[str, typer.Option("--agency", help="Folder name of the agency.")],
    since: Annotated[datetime, typer.Option("--from", formats=_DAY, help="The first day.")],
    until: Annotated[datetime, typer.Option("--to", formats=_DAY, help="The last day.")],
    archive: Annotated[
        Path | None,
        typer.Option(help="Folder of files with a day in each name; else what was received."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that walk.")] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    policy: Annotated[
        str | None, typer.Option(help="With --dry-run: a version, VERSION+PACK, or a .yml file.")
    ] = None,
    recognizers: Annotated[
        Path | None, typer.Option(help="With --dry-run: another file of recognizers.")
    ] = None,
    editor: Annotated[
        str, typer.Option("--exact", help="Your name, to see small numbers too; else hidden.")
    ] = "",
    json: Json = False,
) -> None:
    """Walk an agency's past days; killed and started again, it goes on where it was.

    What was received or decided before stays as it is, and nothing is published: what is too old to
    be news never reaches an editor.
    """
    from pipeline.cli import show_backfill
    from pipeline.cli.show import walking
    from pipeline.model import Refused
    from pipeline.usecases.backfill import backfill as fill
    from pipeline.usecases.backfill import days_between
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.resources import migrate
    from pipeline.usecases.settings import present

    settings, now = settings_here(), clock()
    if dry_run:
        if archive is not None:
            raise Refused("--dry-run looks at what was received; an archive was not yet")
        count = len(days_between(since.date(), until.date()))
        begin = datetime.combine(since.date(), time(), UTC)
        window = (begin, begin + timedelta(days=count), count)
        show_backfill.would(
            settings,
            window,
            agency=agency,
            policy=policy,
            recognizers=recognizers,
            editor=editor,
            now=now,
            json=json,
        )
        return
    if policy is not None or recognizers is not None:
        raise Refused("--policy and --recognizers are for --dry-run; what is in force is walked by")
    migrate(settings)
    with walking(json=json) as progress:
        found = fill(
            settings,
            agency,
            since.date(),
            until.date(),
            now=now,
            archive=None if archive is None else archive.absolute(),
            workers=workers,
            progress=progress,
        )
    show_backfill.filled(found, json=json)
    publish_due(settings, now=present(settings, now))  # what was withdrawn leaves the site
    if found.stopped:
        raise typer.Exit(1)
