"""Differences of policies and simulations, as tables for people and JSON for machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe
from pipeline.policies.difference import Difference, Direction, looser_ones

if TYPE_CHECKING:
    from pipeline.model import Policy
    from pipeline.usecases.simulated import Simulation

__all__ = ["differed", "simulated"]

_COLORS = {Direction.LOOSER: "red", Direction.STRICTER: "green", Direction.OTHER: "dim"}


def differed(old: Policy, new: Policy, found: Sequence[Difference], *, json: bool) -> None:
    """Show what differs between two policies, what is looser first."""
    counts = {each.value: sum(one.direction is each for one in found) for each in Direction}
    if json:
        rows = [{**asdict(each), "concerns": list(each.concerns)} for each in found]
        put({"old": old.version, "new": new.version, **counts, "differences": rows})
        return
    console = out()
    if not found:
        console.print(f"{old.version} and {new.version} say the same.")
        return
    table = Table("", "part", "of", "for", "before", "now", "legal basis")
    for direction in (Direction.LOOSER, Direction.STRICTER, Direction.OTHER):
        for each in found:
            if each.direction is direction:
                color = _COLORS[direction]
                table.add_row(
                    f"[{color}]{direction.value}[/]",
                    each.part,
                    ", ".join(each.concerns) or "the whole policy",
                    each.audience or "everybody",
                    safe(each.old),
                    safe(each.new),
                    safe(each.basis),
                )
    console.print(table)
    looser = len(looser_ones(tuple(found)))
    if looser:
        console.print(f"[red]{new.version} is looser than {old.version} in {looser} part(s).[/]")
    else:
        console.print(f"Nothing in {new.version} is looser than in {old.version}.")


PROPERTIES = ("agency", "category", "area", "reason")
"""By what a simulation is counted."""

_FATES = ("release", "hold", "withhold")

Cells = Mapping[tuple[str, str], int | None]
"""Counts by a property's value and a move; ``""`` names sums, None may not be told."""


def simulated(
    found: Simulation,
    counted: Mapping[str, Cells],
    shown: Callable[[int], int | None],
    *,
    json: bool,
) -> None:
    """Show what another policy would have done.

    ``counted`` has a table for each property, ``shown`` hides a number that is too small.
    """
    totals = _totals(counted["agency"])
    unknown, walked = shown(sum(found.unknown.values())), shown(found.from_vault)
    judged = shown(found.from_verdicts)
    if json:
        put(
            {
                "old": found.old,
                "new": found.new,
                "days": found.days,
                **totals,
                "not_recomputable": unknown,
                "from_vault": walked,
                "from_verdicts": judged,
                "by": {name: _nested(cells) for name, cells in counted.items()},
                "failures": dict(found.failures),
            }
        )
        return
    console = out()
    would = [f"{fate} {_said(totals['would'][fate])}" for fate in _FATES]
    now = [f"{fate} {_said(totals['now'][fate])}" for fate in _FATES]
    console.print(f"{found.new} would {', '.join(would)}; {found.old} does {', '.join(now)}.")
    console.print(
        f"{found.days} day(s): {_said(walked)} call(s) walked again from the vault,"
        f" {_said(judged)} judged by their verdicts, {_said(unknown)} not recomputable: their text"
        " is shredded, or could not be read. Nothing was changed."
    )
    for name, cells in counted.items():
        _table(name, cells)
    for agency, why in sorted(found.failures.items()):
        console.print(f"[red]{agency}: {safe(why)}[/]")


def _totals(cells: Cells) -> dict[str, dict[str, int | None]]:
    """Return sums per fate, now and then; None where a part is too small to show."""
    would: dict[str, int | None] = dict.fromkeys(_FATES, 0)
    now: dict[str, int | None] = dict.fromkeys(_FATES, 0)
    for (row, kind), count in cells.items():
        if row or not kind:
            continue
        before, after = _ends(kind)
        for sums, fate in ((now, before), (would, after)):
            known = sums[fate]
            sums[fate] = None if known is None or count is None else known + count
    return {"would": would, "now": now}


def _ends(kind: str) -> tuple[str, str]:
    before, _, after = kind.partition(",")[0].partition(" to ")
    return before, after or before


def _nested(cells: Cells) -> dict[str, dict[str, int | None]]:
    nested: dict[str, dict[str, int | None]] = {}
    for (row, kind), count in sorted(cells.items()):
        if row and kind:
            nested.setdefault(row, {})[kind] = count
    return nested


def _table(name: str, cells: Cells) -> None:
    kinds = sorted({kind for _, kind in cells if kind})
    if not kinds:
        return
    table = Table(name, *kinds)
    left = 0
    for row in sorted({row for row, _ in cells if row}):
        counts = [cells[row, kind] for kind in kinds]
        if any(count is not None for count in counts):
            table.add_row(safe(row), *map(_said, counts))
        else:
            left += 1
    if table.row_count:
        out().print(table)
    if left:
        out().print(f"By {name}: {left} row(s) of numbers too small to be shown are left out.")


def _said(count: int | None) -> str:
    return "hidden" if count is None else str(count)
