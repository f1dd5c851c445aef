"""Shows what a backfill did, or would do: counts by day and state, never a record."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from rich.table import Table

from pipeline.cli.show import STATES, out, put, walking
from pipeline.cli.show_policy import PROPERTIES, simulated
from pipeline.usecases.backfill import Backfilled
from pipeline.usecases.settings import Settings
from pipeline.usecases.simulate import Window, counts, number, what_would_change

__all__ = ["filled", "would"]


def filled(found: Backfilled, *, json: bool) -> None:
    """Show each day of a backfill, and all of them together."""
    if json:
        put(
            {
                "days": [
                    {
                        "day": each.day.isoformat(),
                        "payloads": each.payloads,
                        "again": each.again,
                        "records": dict(each.counts),
                    }
                    for each in found.days
                ],
                "undated_files": found.undated,
                "stopped": found.stopped,
            }
        )
        return
    console = out()
    total: Counter[str] = sum((each.counts for each in found.days), Counter())
    states = [state.value for state in STATES if total[state.value]]
    table = Table("day", "payloads", *states)
    for each in found.days:
        if each.payloads or each.counts:
            cells = (str(each.counts[state]) for state in states)
            table.add_row(each.day.isoformat(), str(each.payloads), *cells)
    payloads = sum(each.payloads for each in found.days)
    table.add_section()
    table.add_row("all", str(payloads), *(str(total[state]) for state in states))
    if payloads or total:
        console.print(table)
    else:
        console.print("Nothing to do: all of these days is walked, or nothing is there.")
    if found.undated:
        console.print(f"{found.undated} file(s) have no day in their names and were left alone.")
    if found.stopped:
        console.print(f"[red]Stopped: {found.stopped}.[/] Run it again to go on.")


def would(
    settings: Settings,
    window: tuple[datetime, datetime, int],
    *,
    agency: str,
    policy: str | None,
    recognizers: Path | None,
    editor: str,
    now: datetime,
    json: bool,
) -> None:
    """Show what would become of what was received, by another policy or other recognizers."""
    since, until, days = window
    with walking(json=json) as progress:
        found = what_would_change(
            settings,
            Window(since=since, until=until, days=days),
            policy=policy,
            recognizers=recognizers,
            agency=agency,
            now=now,
            progress=progress,
        )
    tables = {by: counts(settings, found, by, editor=editor) for by in PROPERTIES}
    simulated(found, tables, lambda count: number(settings, count, editor=editor), json=json)
