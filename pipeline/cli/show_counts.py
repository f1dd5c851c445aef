"""Shows counts and shares by area. Everything here passed suppression, or is for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.publish.balance import AreaShare
    from pipeline.publish.counts import Counts


def counts(found: Counts, *, json: bool) -> None:
    """Show a month's counts; a gap is hidden, and stays so."""
    if json:
        put(
            [
                {"area": row, "kind": column, "count": count}
                for (row, column), count in found.cells.items()
            ]
        )
        return
    table = Table("area", "kind", "alerts")
    for (row, column), count in found.cells.items():
        table.add_row(
            safe(row or "all"), safe(column or "all"), "hidden" if count is None else str(count)
        )
    out().print(table)


def shares(found: Mapping[str, Sequence[AreaShare]], *, json: bool) -> None:
    """Show how often areas are told of, the most first."""
    if json:
        put(
            [
                {
                    "agency": agency,
                    "area": each.area_id,
                    "published": each.published,
                    "dispatched": each.dispatched,
                    "ratio": each.ratio,
                    "flagged": each.flagged,
                }
                for agency, areas in found.items()
                for each in areas
            ]
        )
        return
    table = Table("agency", "area", "published", "could be told", "times the town's share", "")
    for agency, areas in found.items():
        for each in areas:
            mark = "[red]more than others[/]" if each.flagged else ""
            cells = (str(each.published), str(each.dispatched), f"{each.ratio:.2f}", mark)
            table.add_row(agency, each.area_id, *cells)
    out().print(table)
