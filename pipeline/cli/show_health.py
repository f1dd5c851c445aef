"""Shows agencies and what `doctor` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.cli.doctor import Check
    from pipeline.usecases.catalog import Catalog
    from pipeline.usecases.places import SamplePlaces


def agencies(
    catalog: Catalog, places: Mapping[str, SamplePlaces], *, today: date, json: bool
) -> None:
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
                        "places": asdict(places[agency.agency_id]),
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
    if catalog.agencies:
        console.print(table)
    for agency in catalog.agencies:
        console.print(f"{agency.agency_id}: {_places(places[agency.agency_id])}", soft_wrap=True)
    for error in catalog.errors:
        console.print(f"[red]{safe(str(error))}[/]", soft_wrap=True)


def _places(found: SamplePlaces) -> str:
    """Return in words how the sample's calls are located."""
    odd = "".join(f", {number} {code}" for code, number in found.odd.items())
    text = f"{found.calls} sample calls, {found.points} with a usable point{odd}"
    if not found.addresses:
        return text
    total = sum(found.addresses.values())
    parts = ", ".join(f"{number} {name}" for name, number in found.addresses.items())
    return f"{text}; {found.located} of {total} addresses located ({parts})"


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
