"""What a mapping would move, as tables for people and JSON for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.agencies import Agency
    from pipeline.usecases.mapped import Example, Preview

__all__ = ["PROPERTIES", "previewed", "saved"]

PROPERTIES = ("category", "sensitivity")
"""By what a preview is counted."""

Cells = Mapping[tuple[str, str], int | None]
"""Counts by a property's value and a move; ``""`` names sums, None is too small to show."""


def previewed(
    found: Preview, counted: Mapping[str, Cells], *, examples: Sequence[Example], json: bool
) -> None:
    """Show a preview: changed codes, counts, redacted examples, and the digest saving it needs."""
    if json:
        put(
            {
                "agency": found.agency,
                "days": found.days,
                "digest": found.digest,
                "changes": [asdict(each) for each in found.changes],
                "by": {name: _nested(cells) for name, cells in counted.items()},
                "examples": [asdict(each) for each in examples],
            }
        )
        return
    console = out()
    changes = Table("code", "before", "after")
    for change in found.changes:
        before, after = change.before or "unmapped", change.after or "unmapped"
        changes.add_row(safe(change.code), before, safe(after))
    console.print(changes)
    for name, cells in counted.items():
        _table(name, cells)
    for each in examples:
        lines = " / ".join(each.remarks)
        console.print(f"{each.kind}, {each.category}: {safe(lines)}")
    if found.unknown:
        console.print("Calls whose text is shredded or unreadable were not walked again.")
    console.print(
        "Nothing was changed. A saved mapping moves what is pending or held; what is withheld stays"
        f" until its next revision.\nDigest: {found.digest}"
    )


def saved(agency: Agency, *, json: bool) -> None:
    """Show the agency file's new version."""
    if json:
        put({"agency": agency.agency_id, "version": agency.version})
        return
    out().print(f"{agency.agency_id} is at version {agency.version}; the next run walks under it.")


def _nested(cells: Cells) -> dict[str, dict[str, int | None]]:
    nested: dict[str, dict[str, int | None]] = {}
    for (row, kind), count in sorted(cells.items()):
        if row and kind:
            nested.setdefault(row, {})[kind] = count
    return nested


def _table(name: str, cells: Cells) -> None:
    kinds = sorted({kind for _, kind in cells if kind})
    table = Table(name, *kinds)
    for row in sorted({row for row, _ in cells if row}):
        counts = (cells.get((row, kind)) for kind in kinds)
        table.add_row(safe(row), *("few" if each is None else str(each) for each in counts))
    if kinds:
        out().print(table)
