"""Shows an evaluation of the redaction: tables for people, JSON for machines, HTML.

A narrative's text is shown in one place only, ``miss_texts``, and only when it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.evaluation.figures import Figures, Share
    from pipeline.evaluation.gold import GoldNarrative

__all__ = ["evaluation", "miss_texts", "misses", "write_page"]


def evaluation(found: Figures, failed: Sequence[str], *, json: bool) -> None:
    """Show the figures, and which bars were missed."""
    from pipeline.evaluation.figures import as_data

    if json:
        put(as_data(found) | {"missed": list(failed)})
        return
    console = out()
    console.print(_headline(found))
    console.print(_entities(found))
    console.print(_styles(found))
    console.print(
        f"{found.speed.per_second:,.0f} narratives a second of one core, of"
        f" {found.speed.words / found.narratives:.0f} words; loading takes"
        f" {found.speed.loading:.2f} s."
    )
    for each in failed:
        console.print(f"[bold red]missed:[/] {each}")


def misses(found: Figures) -> None:
    """List what stayed readable: narrative, entity and offsets, no text."""
    table = Table(title=f"Misses: {len(found.misses)}", title_justify="left")
    for head in ("narrative", "entity", "start", "end", "readable"):
        table.add_column(head)
    for each in found.misses:
        table.add_row(
            safe(each.id), each.entity, str(each.start), str(each.end), str(each.readable)
        )
    out().print(table)


def miss_texts(found: Figures, gold: Sequence[GoldNarrative]) -> None:
    """Print the missed identifiers themselves: for invented narratives only."""
    texts = {each.id: each.text for each in gold}
    for each in found.misses:
        missed = safe(texts[each.id][each.start : each.end])
        out().print(f"{safe(each.id)} {each.entity} {missed}", soft_wrap=True)


def write_page(found: Figures, path: Path, *, title: str, version: str) -> None:
    """Write the HTML report."""
    from pipeline.evaluation.page import html_page

    path.write_text(html_page(found, title=title, version=version), encoding="utf-8")


def _headline(found: Figures) -> Table:
    table = Table(title=f"{found.narratives:,} narratives", title_justify="left")
    for head in ("figure", "share", "95 % interval", "count"):
        table.add_column(head)
    for name, share in (
        ("narratives without a leak", found.leak_free),
        ("identifiers caught", found.recall),
        ("innocent characters masked", found.over_masking),
        ("the same, held narratives counted", found.over_masking_with_held),
        ("narratives held", found.held),
        ("staff names masked", found.staff),
        ("without a leak, staff counted", found.leak_free_with_staff),
    ):
        table.add_row(name, _percent(share), _interval(share), f"{share.part:,} of {share.whole:,}")
    return table


def _entities(found: Figures) -> Table:
    table = Table(title="Caught, by entity", title_justify="left")
    for head in ("entity", "caught", "95 % interval", "count"):
        table.add_column(head)
    for name, share in found.by_entity.items():
        table.add_row(name, _percent(share), _interval(share), f"{share.part:,} of {share.whole:,}")
    return table


def _styles(found: Figures) -> Table:
    table = Table(title="By style of writing", title_justify="left")
    for head in ("style", "narratives", "caught", "leak-free", "over-masking", "held"):
        table.add_column(head)
    for name, each in found.by_style.items():
        shares = (each.recall, each.leak_free, each.over_masking, each.held)
        table.add_row(safe(name), f"{each.narratives:,}", *map(_percent, shares))
    return table


def _percent(share: Share) -> str:
    return f"{share.value:.2%}" if share.whole else "-"


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{low:.1%} to {high:.1%}"
