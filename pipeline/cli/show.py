"""Reports as tables for people and JSON for machines. Shows only what use cases return.

``safe`` strips what a terminal would obey; every text from a feed or file goes through it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.model import LedgerState
from pipeline.publish.plain import plain_text

if TYPE_CHECKING:
    from pipeline.adapters.store.editorial import HeldRow, QueueRow
    from pipeline.adapters.store.feeding import Landed
    from pipeline.adapters.store.ledger import AgencyCount
    from pipeline.cli.doctor import Finding
    from pipeline.model import Alert
    from pipeline.usecases.catalog import Catalog
    from pipeline.usecases.decide import Decided
    from pipeline.usecases.expire import ExpireReport
    from pipeline.usecases.ledger import LedgerReport
    from pipeline.usecases.publish import PublishReport
    from pipeline.usecases.pull import PullReport
    from pipeline.usecases.settings import Settings
    from pipeline.usecases.walk import WalkReport

_SHORT = 12
_STATES = tuple(LedgerState)


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


def _json(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def safe(text: str) -> str:
    """Return text that neither a terminal nor rich's markup will act upon."""
    return escape(plain_text(text, len(text)))


def migrated(before: str, after: str, *, json: bool) -> None:
    """Show what a migration did."""
    if json:
        _json({"before": before, "after": after})
    elif before == after:
        _console().print(f"The database is at version {after} already.")
    else:
        _console().print(f"Migrated the database from {before or 'nothing'} to {after}.")


def pulled(report: PullReport, *, json: bool) -> None:
    """Show what a pull landed."""
    if json:
        _json(
            {
                "landed": len(report.landed),
                "agencies": dict(report.per_agency),
                "failures": dict(report.failures),
            }
        )
        return
    table = Table("agency", "new payloads", title="Pull", title_justify="left")
    for agency, number in sorted(report.per_agency.items()):
        table.add_row(agency, str(number))
    for agency, why in sorted(report.failures.items()):
        table.add_row(agency, f"[red]{safe(why)}[/]")
    _console().print(table)


@contextmanager
def walking(*, json: bool) -> Iterator[Callable[[str, int], None]]:
    """Show records walked so far, per agency; silent for machines."""
    if json:
        yield lambda _agency, _records: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
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
        _json(
            {
                "payloads": report.payloads,
                "records": dict(report.counts),
                "failures": dict(report.failures),
            }
        )
        return
    console = _console()
    table = Table("state", "records", title=f"Walked {report.payloads} payload(s)")
    table.title_justify = "left"
    for state in _STATES:
        if report.counts[state.value]:
            table.add_row(state.value, str(report.counts[state.value]))
    console.print(table)
    for agency, why in sorted(report.failures.items()):
        console.print(f"[red]{agency}: {safe(why)}[/]")
    if report.counts[LedgerState.PENDING.value]:
        console.print("Next: [bold]blotter queue[/] lists what waits for an editor.")


def queue(rows: Sequence[QueueRow], *, json: bool) -> None:
    """Show pending candidates."""
    if json:
        _json([_candidate(row) for row in rows])
        return
    table = Table("id", "agency", "tier", "category", "area", "headline", "approvals")
    for row in rows:
        candidate = row.proposal.candidate
        table.add_row(
            row.candidate_id[:_SHORT],
            candidate.agency_id,
            candidate.tier.value,
            safe(candidate.facts.label),
            safe(candidate.facts.area.name),
            safe(candidate.facts.headline),
            f"{len(row.approved_by)}/{candidate.approvals_needed}",
        )
    console = _console()
    console.print(table)
    if rows:
        first = rows[0].candidate_id[:_SHORT]
        console.print(
            f"Look: [bold]blotter show {first}[/]   "
            f"Decide: [bold]blotter decide {first} approve --editor NAME[/]"
        )
    else:
        console.print("Nothing waits for an editor.")


def candidate(row: QueueRow, *, json: bool) -> None:
    """Show one candidate whole."""
    if json:
        _json(_candidate(row))
        return
    console, item = _console(), row.proposal.candidate
    console.print(Panel(safe(item.facts.text), title=safe(item.facts.headline), title_align="left"))
    console.print(f"id {row.candidate_id}  agency {item.agency_id}  state {row.state}")
    for number, remark in enumerate(item.remarks):
        when = "" if remark.at is None else f" {remark.at:%Y-%m-%d %H:%M}Z"
        console.print(f"[dim]remark {number}{when}:[/] {safe(remark.text)}")
    table = Table("remark", "span", "entity", "recognizer", "score", "reason")
    for applied in row.proposal.findings:
        finding = applied.finding
        table.add_row(
            str(applied.remark),
            f"{finding.start}-{finding.end}",
            finding.entity.value,
            finding.recognizer,
            f"{finding.score:.2f}",
            safe(finding.reason),
        )
    console.print(table)
    for line in item.trace:
        console.print(f"[dim]why:[/] {safe(line)}")


def _candidate(row: QueueRow) -> dict[str, Any]:
    item = row.proposal.candidate
    return {
        "id": row.candidate_id,
        "agency": item.agency_id,
        "state": row.state,
        "tier": item.tier.value,
        "category": item.facts.category.value,
        "area": item.facts.area.name,
        "earliest": item.facts.earliest,
        "latest": item.facts.latest,
        "headline": item.facts.headline,
        "text": item.facts.text,
        "remarks": [remark.text for remark in item.remarks],
        "findings": [
            {
                "remark": applied.remark,
                "start": applied.finding.start,
                "end": applied.finding.end,
                "entity": applied.finding.entity.value,
                "recognizer": applied.finding.recognizer,
                "score": applied.finding.score,
                "reason": applied.finding.reason,
            }
            for applied in row.proposal.findings
        ],
        "trace": list(item.trace),
        "approved_by": list(row.approved_by),
        "approvals_needed": item.approvals_needed,
        "edited_by": row.edited_by,
    }


def held(rows: Sequence[HeldRow], *, json: bool) -> None:
    """Show held records."""
    if json:
        _json(
            [
                {
                    "record": row.outcome_id,
                    "agency": row.agency_id,
                    "incident": row.incident_ref,
                    "reason": row.reason,
                    "detail": row.detail,
                }
                for row in rows
            ]
        )
        return
    table = Table("record", "agency", "incident", "reason", "detail")
    for row in rows:
        ref = row.incident_ref[:_SHORT]
        table.add_row(str(row.outcome_id), row.agency_id, ref, row.reason, safe(row.detail))
    _console().print(table)


def decided(result: Decided, verb: str, settings: Settings, *, json: bool) -> None:
    """Show what a decision led to."""
    alert = result.alert
    if json:
        _json(
            {
                "verb": verb,
                "candidate": result.candidate_id,
                "approvals": result.approvals,
                "approvals_needed": result.approvals_needed,
                "alert": None if alert is None else alert.alert_id,
                "version": None if alert is None else alert.version,
            }
        )
        return
    console = _console()
    if alert is not None:
        console.print(f"Published alert [bold]{alert.alert_id}[/], version {alert.version}.")
        console.print(f"Files: {settings.public}", soft_wrap=True)
    elif verb == "approve":
        console.print(
            f"Approved by {result.approvals} of {result.approvals_needed}: "
            "another editor has to approve it too."
        )
    elif verb == "edit":
        console.print(
            f"Changed; it is candidate [bold]{result.candidate_id[:_SHORT]}[/] now, "
            "and somebody else has to approve it."
        )
    else:
        console.print("Rejected.")


def alerts(rows: Sequence[Alert], *, json: bool) -> None:
    """Show live alerts."""
    if json:
        _json(
            [
                {
                    "id": row.alert_id,
                    "agency": row.agency_id,
                    "version": row.version,
                    "headline": row.facts.headline,
                    "sent": row.sent,
                    "expires": row.expires,
                }
                for row in rows
            ]
        )
        return
    table = Table("id", "agency", "version", "headline", "sent (UTC)")
    for row in rows:
        sent = f"{row.sent:%Y-%m-%d %H:%M}"
        headline = safe(row.facts.headline)
        table.add_row(row.alert_id, row.agency_id, str(row.version), headline, sent)
    _console().print(table)


def published(report: PublishReport, settings: Settings, *, json: bool) -> None:
    """Show what was told the public."""
    if json:
        _json(
            {
                "alerts": report.alerts,
                "retractions": report.retractions,
                "delivered": report.delivered,
                "files_written": report.files_written,
                "files_removed": report.files_removed,
                "folder": str(settings.public),
            }
        )
        return
    _console().print(
        f"{report.alerts} live alert(s), {report.retractions} retracted; "
        f"{report.files_written} file(s) written in {settings.public}",
        soft_wrap=True,
    )


def expired(report: ExpireReport, *, json: bool) -> None:
    """Show what was ended."""
    if json:
        _json(
            {
                "shredded": report.shredded,
                "memories": report.memories,
                "alerts": report.alerts,
                "orphans": report.orphans,
            }
        )
        return
    _console().print(
        f"Shredded {report.shredded} payload(s) and {report.memories} memories; "
        f"{report.alerts} alert(s) expired; {report.orphans} orphaned object(s) deleted."
    )


def ledger(report: LedgerReport, *, json: bool) -> None:
    """Show the ledger: one column a state, one row an agency, and what does not fit."""
    if json:
        _json(
            {
                "balanced": report.balanced,
                "agencies": [_count(row) for row in report.agencies],
                "problems": list(report.problems),
            }
        )
        return
    console = _console()
    console.print(ledger_table(report))
    for row in report.agencies:
        if row.payloads.landed:
            console.print(f"{row.agency_id}: {row.payloads.landed} payload(s) wait for the walk.")
    for problem in report.problems:
        console.print(f"[red]{safe(problem)}[/]")
    if report.balanced:
        console.print("[green]Balanced:[/] received = the sum of all states, for every agency.")
    else:
        console.print("[bold red]The ledger does not balance.[/]")


def ledger_table(report: LedgerReport) -> Table:
    """Return the ledger as a table."""
    table = Table(title="Ledger", title_justify="left")
    table.add_column("agency", no_wrap=True)
    for name in ("received", *(state.value for state in _STATES), "difference"):
        table.add_column(name, justify="right")
    for row in report.agencies:
        states = [str(row.total(state) or "") for state in _STATES]
        table.add_row(row.agency_id, str(row.received), *states, str(row.difference))
    sums = [sum(row.total(state) for row in report.agencies) for state in _STATES]
    received = sum(row.received for row in report.agencies)
    table.add_section()
    table.add_row("all", str(received), *map(str, sums), str(received - sum(sums)))
    return table


def _count(row: AgencyCount) -> dict[str, Any]:
    return {
        "agency": row.agency_id,
        "received": row.received,
        "states": {state.value: row.total(state) for state in _STATES},
        "reasons": {state.value: row.states[state] for state in _STATES if row.states[state]},
        "difference": row.difference,
        "rows_read": row.rows_read,
        "rows_folded": row.folded,
        "waiting_records": row.waiting,
        "payloads": {
            "waiting": row.payloads.landed,
            "walked": row.payloads.walked,
            "quarantined": row.payloads.quarantined,
            "redelivered": row.payloads.redelivered,
        },
    }


def notices(rows: Sequence[tuple[str, str, str, int]], *, json: bool) -> None:
    """Show notices by agency, code and field."""
    if json:
        names = ("agency", "code", "field", "count")
        _json([dict(zip(names, row, strict=True)) for row in rows])
        return
    table = Table("agency", "notice", "field", "count")
    for agency, code, field, count in rows:
        table.add_row(agency, code, safe(field), str(count))
    _console().print(table)


def quarantine(rows: Sequence[tuple[Landed, str, str]], *, json: bool) -> None:
    """Show payloads quarantined whole."""
    if json:
        _json(
            [
                {
                    "payload": row.payload_id,
                    "agency": row.agency_id,
                    "received_at": row.received_at,
                    "code": code,
                    "position": position,
                }
                for row, code, position in rows
            ]
        )
        return
    table = Table("payload", "agency", "received (UTC)", "code", "position")
    for row, code, position in rows:
        received = f"{row.received_at:%Y-%m-%d %H:%M}"
        table.add_row(row.payload_id[:_SHORT], row.agency_id, received, code, safe(position))
    _console().print(table)


def agencies(catalog: Catalog, *, json: bool) -> None:
    """Show agencies that load, and what is wrong with others."""
    if json:
        _json(
            {
                "agencies": [
                    {
                        "id": agency.agency_id,
                        "name": agency.name,
                        "dialect": agency.dialect,
                        "call_types": len(agency.call_types),
                        "agreement_expires": agency.agreement.expires.isoformat(),
                        "version": agency.version,
                    }
                    for agency in catalog.agencies
                ],
                "errors": [str(error) for error in catalog.errors],
            }
        )
        return
    table = Table("agency", "name", "dialect", "call types", "agreement until")
    for agency in catalog.agencies:
        table.add_row(
            agency.agency_id,
            safe(agency.name),
            agency.dialect,
            str(len(agency.call_types)),
            agency.agreement.expires.isoformat(),
        )
    console = _console()
    console.print(table)
    for error in catalog.errors:
        console.print(f"[red]{safe(str(error))}[/]", soft_wrap=True)


def doctor(findings: Sequence[Finding], *, json: bool) -> None:
    """Show what was examined."""
    if json:
        _json([{"what": f.what, "state": f.state, "remedy": f.remedy} for f in findings])
        return
    colors = {"ok": "green", "optional": "yellow", "wrong": "red"}
    table = Table("what", "state", "how to mend it")
    for found in findings:
        state = f"[{colors[found.state]}]{found.state}[/]"
        table.add_row(safe(found.what), state, safe(found.remedy))
    _console().print(table)


def wrote(paths: Sequence[Path]) -> None:
    """Show which pages were written."""
    for path in paths:
        _console().print(str(path), soft_wrap=True)
