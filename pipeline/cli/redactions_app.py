"""``blotter audit redactions``: the redaction log, filtered, shown or written to a file.

Reads options and prints; rows come from ``usecases.redaction_log`` and hold no text.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here
from pipeline.model import Entity, Refused

if TYPE_CHECKING:
    from pipeline.usecases.redaction_log import Format

__all__ = ["redactions_command"]

_SHOWN = 50
_DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


def redactions_command(
    agency: Annotated[str | None, typer.Option(help="Only this agency.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="From here on, UTC.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAYS, help="Before this, UTC.")] = None,
    entity: Annotated[Entity | None, typer.Option(help="Only this kind.")] = None,
    recognizer: Annotated[str, typer.Option(help="Only what this detector found.")] = "",
    reason_code: Annotated[str, typer.Option(help="Only what has this reason.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="A file ending in .csv, .json, .parquet or .xlsx.")
    ] = None,
    person: Annotated[
        str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who exports; for the log.")
    ] = "",
    json: Json = False,
) -> None:
    """Show what was removed, why and by which detector; or export it, with an entry."""
    from pipeline.cli.show import out as console
    from pipeline.cli.show import put, safe
    from pipeline.usecases.redaction_log import Filters, export_redactions, redactions

    filters = Filters(
        agency=agency,
        since=_utc(since),
        until=_utc(until),
        entity=entity,
        recognizer=recognizer,
        reason_code=reason_code,
    )
    settings = settings_here()
    if out is not None:
        form, now = _form(out), clock()
        number = export_redactions(settings, filters, out, form=form, person=person, now=now)
        if json:
            put({"rows": number, "file": str(out)})
        else:
            console().print(f"{number:,} redactions written to {safe(str(out))}.", soft_wrap=True)
        return
    rows = redactions(settings, filters)
    if json:
        put([asdict(row) for row in rows])
        return
    from rich.table import Table

    table = Table("entry", "agency", "entity", "reason", "length", "detector", "policy")
    for row in rows[-_SHOWN:]:
        table.add_row(
            str(row.index),
            row.agency,
            row.entity,
            row.reason_code,
            row.length,
            safe(row.recognizer),
            row.policy,
        )
    console().print(table)
    console().print(f"{len(rows):,} redactions; the newest {min(len(rows), _SHOWN)} are shown.")


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)


def _form(path: Path) -> Format:
    from pipeline.usecases.redaction_log import Format

    try:
        return Format(path.suffix.removeprefix(".").lower())
    except ValueError:
        known = ", ".join(f".{each.value}" for each in Format)
        raise Refused(f"an export ends in one of: {known}") from None
