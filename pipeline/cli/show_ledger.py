"""Shows the ledger, notices and quarantine: counts, codes and places, never a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAVY
from rich.table import Table

from pipeline.cli.show import SHORT, STATES, out, put, safe

if TYPE_CHECKING:
    from pipeline.adapters.store.feeding import Landed
    from pipeline.adapters.store.ledger import AgencyCount
    from pipeline.adapters.store.revisiting import QuarantinedRecord
    from pipeline.usecases.ledger import LedgerReport

_WIDE = 130
"""Characters from which on the headings fit in full."""

_SHORT_HEADINGS = {
    "received": "recd",
    "published": "publ",
    "pending": "pend",
    "held": "held",
    "withheld": "wthd",
    "rejected": "rejd",
    "superseded": "supd",
    "duplicate": "dupl",
    "quarantined": "quar",
    "difference": "diff",
}


def ledger(report: LedgerReport, *, json: bool) -> None:
    """Show the ledger: one column a state, one row an agency, and what does not fit."""
    if json:
        put(
            {
                "balanced": report.balanced,
                "agencies": [_count(row) for row in report.agencies],
                "problems": list(report.problems),
                "odd_places": report.odd_places,
                "paused": dict(report.paused),
            }
        )
        return
    console = out()
    console.print(ledger_table(report, width=console.width))
    for row in report.agencies:
        if row.payloads.landed:
            console.print(f"{row.agency_id}: {row.payloads.landed} payload(s) wait for the walk.")
    for agency, codes in sorted(report.odd_places.items()):
        told = ", ".join(f"{count} {code}" for code, count in sorted(codes.items()))
        console.print(f"{agency}: coordinates that cannot be used: {told}. See `blotter notices`.")
    for agency, number in sorted(report.paused.items()):
        console.print(
            f"{agency} paused itself: {number} approved alert(s) wait for `blotter audit resume`.",
            soft_wrap=True,
        )
    for problem in report.problems:
        console.print(f"[red]{safe(problem)}[/]")
    if report.balanced:
        console.print("[green]Balanced:[/] received = the sum of all states, for every agency.")
    else:
        console.print("[bold red]The ledger does not balance.[/]")


def ledger_table(report: LedgerReport, *, width: int) -> Table:
    """Return the ledger as a table for a terminal of ``width`` characters."""
    table = Table(title="Ledger", title_justify="left", box=SIMPLE_HEAVY, padding=0)
    table.add_column("agency", no_wrap=True)
    for name in ("received", *(state.value for state in STATES), "difference"):
        # Numbers are what the table is for: a narrow terminal gets shorter headings instead.
        heading = name if width >= _WIDE else _SHORT_HEADINGS[name]
        table.add_column(heading, justify="right", no_wrap=True)
    for row in report.agencies:
        states = [str(row.total(state) or "") for state in STATES]
        table.add_row(row.agency_id, str(row.received), *states, str(row.difference))
    sums = [sum(row.total(state) for row in report.agencies) for state in STATES]
    received = sum(row.received for row in report.agencies)
    table.add_section()
    table.add_row("all", str(received), *map(str, sums), str(received - sum(sums)))
    return table


def _count(row: AgencyCount) -> dict[str, Any]:
    return {
        "agency": row.agency_id,
        "received": row.received,
        "states": {state.value: row.total(state) for state in STATES},
        "reasons": {state.value: row.states[state] for state in STATES if row.states[state]},
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
        put([dict(zip(names, row, strict=True)) for row in rows])
        return
    table = Table("agency", "notice", "field", "count")
    for agency, code, field, count in rows:
        table.add_row(agency, code, safe(field), str(count))
    out().print(table)


def quarantine(
    rows: Sequence[tuple[Landed, str, str]], records: Sequence[QuarantinedRecord], *, json: bool
) -> None:
    """Show payloads quarantined whole, and records quarantined one by one."""
    if json:
        payloads = [
            {
                "payload": row.payload_id,
                "agency": row.agency_id,
                "received_at": row.received_at,
                "code": code,
                "position": position,
            }
            for row, code, position in rows
        ]
        single = [
            {
                "payload": each.payload_id,
                "agency": each.agency_id,
                "record": each.position,
                "code": each.code,
                "field": each.field,
            }
            for each in records
        ]
        put({"payloads": payloads, "records": single})
        return
    table = Table(box=SIMPLE_HEAVY, padding=0)
    for name in ("payload", "agency", "received (UTC)", "code", "where"):
        table.add_column(name, no_wrap=name in ("payload", "code"))
    for row, code, position in rows:
        received = f"{row.received_at:%Y-%m-%d %H:%M}"
        table.add_row(row.payload_id[:SHORT], row.agency_id, received, code, safe(position))
    for each in records:
        where = f"record {each.position + 1} {safe(each.field)}".strip()
        table.add_row(each.payload_id[:SHORT], each.agency_id, "", each.code, where)
    out().print(table)
