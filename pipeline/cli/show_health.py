"""Shows agencies and what `doctor` found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.cli.doctor import Check
    from pipeline.usecases.catalog import Catalog


def agencies(catalog: Catalog, *, today: date, json: bool) -> None:
    """Show agencies that load, whose agreement has ended, and what is wrong with others."""
    if json:
        put(
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
        until = agency.agreement.expires.isoformat()
        table.add_row(
            agency.agency_id,
            safe(agency.name),
            agency.dialect,
            str(len(agency.call_types)),
            until if agency.agreement.expires >= today else f"[red]{until}, ended[/]",
        )
    console = out()
    console.print(table)
    for error in catalog.errors:
        console.print(f"[red]{safe(str(error))}[/]", soft_wrap=True)


def doctor(findings: Sequence[Check], *, json: bool) -> None:
    """Show what was examined."""
    if json:
        put([{"what": f.what, "state": f.state, "remedy": f.remedy} for f in findings])
        return
    colors = {"ok": "green", "optional": "yellow", "wrong": "red"}
    table = Table("what", "state", "how to mend it")
    for found in findings:
        state = f"[{colors[found.state]}]{found.state}[/]"
        table.add_row(safe(found.what), state, safe(found.remedy))
    out().print(table)
