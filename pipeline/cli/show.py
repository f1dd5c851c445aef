"""Reports as tables for people and JSON for machines. Shows only what use cases return.

``safe`` strips what a terminal would obey; every text from a feed or file goes through it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.model import LedgerState
from pipeline.publish.plain import plain_text

if TYPE_CHECKING:
    from pipeline.usecases.bulk import Checked
    from pipeline.usecases.expire import ExpireReport
    from pipeline.usecases.publish import PublishReport
    from pipeline.usecases.pull import PullReport
    from pipeline.usecases.release import Released
    from pipeline.usecases.settings import Settings
    from pipeline.usecases.walk import WalkReport

SHORT = 12
"""Characters of an id that are shown: unique enough to type back."""

STATES = tuple(LedgerState)

_PIPE_WIDTH = 200


def out() -> Console:
    """Return the console for people; a pipe has no edge to wrap at."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, soft_wrap=False, width=_PIPE_WIDTH if piped else None)


def put(value: Any) -> None:
    """Print a value as JSON for a machine."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def safe(text: str) -> str:
    """Return text that neither a terminal nor rich's markup will act upon."""
    return escape(plain_text(text, len(text)))


def migrated(before: str, after: str, *, json: bool) -> None:
    """Show what a migration did."""
    if json:
        put({"before": before, "after": after})
    elif before == after:
        out().print(f"The database is at version {after} already.")
    else:
        out().print(f"Migrated the database from {before or 'nothing'} to {after}.")


def pulled(report: PullReport, *, json: bool) -> None:
    """Show what a pull landed."""
    if json:
        put(
            {
                "landed": len(report.landed),
                "agencies": dict(report.per_agency),
                "failures": dict(report.failures),
                "switched_off": list(report.switched_off),
            }
        )
        return
    table = Table("agency", "new payloads", title="Pull", title_justify="left")
    for agency, number in sorted(report.per_agency.items()):
        table.add_row(agency, str(number))
    console = out()
    console.print(table)
    for agency, why in sorted(report.failures.items()):
        line = f"{agency}: {why.removeprefix(agency + ': ')}"
        console.print(f"[red]{safe(line)}[/]", soft_wrap=True)
    if report.switched_off:
        console.print(f"switched off: {', '.join(report.switched_off)}", soft_wrap=True)
    if report.not_due:
        console.print(f"{report.not_due} not due yet by their schedule; --agency looks anyway.")


@contextmanager
def walking(*, json: bool) -> Iterator[Callable[[str, int], None]]:
    """Show records walked so far, per agency; silent for machines."""
    if json:
        yield lambda _agency, _records: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    shown = Console(stderr=True)
    # Elsewhere than in a terminal it would leave an empty line among what is logged.
    with Progress(*columns, console=shown, transient=True, disable=not shown.is_terminal) as bar:
        tasks: dict[str, Any] = {}
        totals: dict[str, int] = {}

        def advance(agency: str, records: int) -> None:
            totals[agency] = totals.get(agency, 0) + records
            if agency not in tasks:
                tasks[agency] = bar.add_task(agency, total=None)
            bar.update(tasks[agency], description=f"{agency}: {totals[agency]} records")

        yield advance


def walked(report: WalkReport, *, json: bool) -> None:
    """Show what became of the records of a walk."""
    if json:
        put(
            {
                "payloads": report.payloads,
                "records": dict(report.counts),
                "failures": dict(report.failures),
            }
        )
        return
    console = out()
    if not report.payloads and not report.counts and not report.failures:
        console.print("Nothing new: whatever was landed was walked before.")
        return
    again = f"; walked {report.again} open records again" if report.again else ""
    console.print(f"Walked {report.payloads} payload(s){again}")
    table = Table("state", "records")
    for state in STATES:
        if report.counts[state.value]:
            table.add_row(state.value, str(report.counts[state.value]))
    console.print(table)
    for agency, why in sorted(report.failures.items()):
        console.print(f"[red]{agency}: {safe(why)}[/]")
    if report.counts[LedgerState.QUARANTINED.value]:
        console.print("Look: [bold]blotter quarantine[/] says what could not be read, and where.")
    if report.counts[LedgerState.PENDING.value]:
        console.print("Next: [bold]blotter queue[/] lists what waits for an editor.")


def checked(report: Checked, *, json: bool) -> None:
    """Show what reading a bulk file came to."""
    if json:
        put(asdict(report))
        return
    out().print(f"Read {report.records} record(s) in {report.parts} part(s); nothing was kept.")
    for title, codes in (("record(s)", report.refused), ("part(s)", report.refused_parts)):
        for code, number in sorted(codes.items()):
            out().print(f"[red]{number} {title} refused: {code}[/]")
    if report.stopped:
        out().print(f"[red]The rest cannot be cut into parts: {report.stopped}[/]")


def published(report: PublishReport, settings: Settings, *, json: bool) -> None:
    """Show what was told the public."""
    if json:
        put(
            {
                "alerts": report.alerts,
                "retractions": report.retractions,
                "delivered": report.delivered,
                "files_written": report.files_written,
                "files_removed": report.files_removed,
                "left_out": report.left_out,
                "released": report.released.alerts,
                "merged": report.released.merged,
                "too_old": report.released.too_old,
                "stuck": dict(report.released.stuck),
                "folder": str(settings.public),
            }
        )
        return
    _released(report.released)
    if not report.delivered and not report.files_written:
        out().print("Nothing is due: the public files are up to date.")
        return
    if report.left_out:
        out().print(f"[red]{report.left_out} alert(s) no channel can carry were left out.[/]")
    out().print(
        f"{report.alerts} live alert(s), {report.retractions} retracted; "
        f"{report.files_written} file(s) written in {settings.public}",
        soft_wrap=True,
    )


def _released(report: Released) -> None:
    if report.too_old or report.merged:
        out().print(
            f"{report.too_old} approved too late to be news and withheld, "
            f"{report.merged} merged into another alert of its area."
        )
    for candidate, why in sorted(report.stuck.items()):
        out().print(f"[red]{candidate[:SHORT]} is due and waits: {safe(why)}[/]")


def expired(report: ExpireReport, *, json: bool) -> None:
    """Show what was ended."""
    if json:
        put(
            {
                "shredded": report.shredded,
                "memories": report.memories,
                "alerts": report.alerts,
                "orphans": report.orphans,
                "too_old": report.too_old,
                "counted": report.counted,
                "held": report.held,
                "requests": report.requests,
                "reminded": report.reminded,
            }
        )
        return
    out().print(
        f"Shredded {report.shredded} payload(s) and {report.memories} memories; "
        f"{report.alerts} alert(s) expired; {report.orphans} orphaned object(s) deleted; "
        f"{report.too_old} candidate(s) too old to be news withheld; "
        f"{report.counted} alert(s) only counted from now on; "
        f"what {report.requests} closed request(s) held was destroyed; "
        f"{report.reminded} request(s) newly overdue; "
        f"{report.held} key(s) past their time kept by a legal hold."
    )


def wrote(paths: Sequence[Path]) -> None:
    """Show which pages were written."""
    for path in paths:
        out().print(str(path), soft_wrap=True)
