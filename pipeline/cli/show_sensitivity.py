"""Shows verdicts on sensitivity and how good they are: reasons, never words of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAVY
from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.classify import Verdict
    from pipeline.classify.gold import Share


def verdict(found: Verdict) -> None:
    """Show one verdict and its reasons."""
    console = out()
    if not found.sensitive:
        console.print("Nothing raised. That is no promise: other rules and an editor follow.")
        return
    console.print(f"[bold]Sensitive:[/] {', '.join(found.categories)}")
    for reason in found.reasons:
        console.print(f"  {safe(reason)}")


def shares(found: Sequence[Share], *, json: bool) -> None:
    """Show what share of each group was raised."""
    if json:
        put([_share(each) for each in found])
        return
    table = Table(box=SIMPLE_HEAVY)
    for name in ("group", "raised", "of", "share", "95 % interval", "wanted"):
        table.add_column(name, justify="left" if name in {"group", "wanted"} else "right")
    for each in found:
        low, high = each.interval
        table.add_row(
            safe(each.group.strip()),
            str(each.raised),
            str(each.total),
            f"{each.raised / each.total:.1%}",
            f"{low:.1%} to {high:.1%}",
            "yes" if each.wanted else "no",
        )
    out().print(table)


def _share(each: Share) -> dict[str, object]:
    low, high = each.interval
    return {
        "group": each.group.strip(),
        "wanted": each.wanted,
        "raised": each.raised,
        "total": each.total,
        "low": round(low, 4),
        "high": round(high, 4),
    }
