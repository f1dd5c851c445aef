"""Shows samples, reviews and figures: places and counts; texts only where asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAVY
from rich.table import Table

from pipeline.audit.sampling import mark_body
from pipeline.cli.show import out, put, safe
from pipeline.usecases.recapture import as_rows

if TYPE_CHECKING:
    from pipeline.audit.bounds import Estimate
    from pipeline.audit.recapture import Pair
    from pipeline.audit.sampling import Sample
    from pipeline.model import Sensitive
    from pipeline.usecases.budget import Pause
    from pipeline.usecases.recapture import Recaptured
    from pipeline.usecases.sample_figures import AuditFigures, Rate
    from pipeline.usecases.sampling import Disagreement, Item, Marked


def drawn(sample: Sample, *, json: bool) -> None:
    """Show what was drawn."""
    if json:
        put(
            {
                "sample": sample.sample_id,
                "pile": sample.pile.value,
                "how": sample.how.value,
                "seed": sample.seed,
                "frame": sample.frame,
                "population": sample.population,
                "size": len(sample.records),
            }
        )
        return
    out().print(
        f"Sample {sample.sample_id}: {len(sample.records)} of {sample.population}"
        f" {sample.pile.value} records. `blotter audit sample next {sample.sample_id}` shows one."
    )


def item(found: Item | None, *, json: bool) -> None:
    """Show one record to review."""
    if json:
        put({"item": None} if found is None else {"item": _item(found)})
        return
    console = out()
    if found is None:
        console.print("Nothing is left for you in this sample.")
        return
    console.print(
        f"Record {found.record} of {found.agency_id}, {found.week}: {found.state}"
        f" {safe(found.reason)} ({found.left} left for you)"
    )
    for place, text in found.texts.items():
        console.print(f"{place:>3}  {safe(text)}", soft_wrap=True)


def _item(found: Item) -> dict[str, Any]:
    return {
        "sample": found.sample_id,
        "record": found.record,
        "agency": found.agency_id,
        "week": found.week,
        "state": found.state,
        "reason": found.reason,
        "texts": {str(place): text for place, text in found.texts.items()},
        "left": found.left,
    }


def originals(texts: Sequence[Sensitive]) -> None:
    """Show remarks as they came, to the person the entry in the log names."""
    console = out()
    console.print("[bold]Original; mark within 15 minutes:[/]")
    for place, text in enumerate(texts):
        console.print(f"{place:>3}  {safe(text.expose())}", soft_wrap=True)


def marked(done: Marked, *, json: bool) -> None:
    """Show what a review led to."""
    if json:
        put({"record": done.record, "agreed": done.agreed, "paused": list(done.paused)})
        return
    words = {None: "the second review is missing", True: "settled", False: "disputed"}
    out().print(f"Record {done.record}: {words[done.agreed]}.")
    for agency_id in done.paused:
        out().print(f"[bold red]{agency_id} paused itself: the leak budget is spent.[/]")


def disagreements(found: Sequence[Disagreement], *, json: bool) -> None:
    """Show what two reviewers see differently."""
    if json:
        put(
            [
                {
                    "sample": each.sample_id,
                    "record": each.record,
                    "reviews": [
                        {"by": r.by, "marks": [mark_body(mark) for mark in r.marks]}
                        for r in each.reviews
                    ],
                }
                for each in found
            ]
        )
        return
    table = Table("record", "reviewer", "marks", box=SIMPLE_HEAVY)
    for each in found:
        for review in each.reviews:
            marks = ", ".join(
                f"{m.fault.value} {m.remark}:{m.start}-{m.end} {m.entity}".strip()
                for m in review.marks
            )
            table.add_row(str(each.record), safe(review.by), marks or "clean")
    out().print(table)


def figures(found: AuditFigures, *, json: bool) -> None:
    """Show rates with intervals."""
    if json:
        put(_figures(found))
        return
    console = out()
    table = Table(
        "", "agency", "entity", "week", "records", "rate", "95 % interval", "still needed"
    )
    for name in ("leaks", "needless", "elusion"):
        for rate in getattr(found, name):
            low, high = rate.interval
            table.add_row(
                name,
                rate.agency_id,
                rate.entity,
                rate.week,
                f"{rate.part} of {rate.whole}",
                f"{rate.part / rate.whole:.2%}",
                f"{low:.2%} to {high:.2%}",
                f"{rate.still(found.limit):,}" if name == "leaks" else "",
            )
    console.print(table)
    console.print(
        f"{found.reviewed} record(s) reviewed twice, {found.waiting} wait,"
        f" {found.disputed} disputed. {_unseen(found.missed)}"
    )
    recaptured(found.pairs)
    for pause in found.paused:
        console.print(f"[bold red]{safe(str(pause))}[/]", soft_wrap=True)


def _unseen(missed: Estimate) -> str:
    if not missed.seen:
        return "No search found anything missed: how much was cannot be estimated."
    return (
        f"By two searches {missed.unseen:.1f} missed identifiers (±{missed.error:.1f})"
        " were seen by neither reviewer."
    )


def recaptured(found: Sequence[Pair]) -> None:
    """Show what pairs of searches found, and how much there is in all by Chapman's estimate."""
    table = Table("searches", "found", "both", "in all (Chapman)", "95 % interval", "unseen")
    for each in found:
        low, high = each.estimate.interval
        told = (f"{each.estimate.total:,.1f}", f"{low:,.1f} to {high:,.1f}")
        table.add_row(
            f"{each.one}, {each.other}",
            f"{each.found[0]:,} and {each.found[1]:,}",
            f"{each.both:,}",
            *(told if each.estimate.seen else ("unknown", "unknown")),
            f"{each.estimate.unseen:,.1f}" if each.estimate.seen else "unknown",
        )
    out().print(table)


def recapture(found: Recaptured, *, json: bool) -> None:
    """Show estimates from originals, and how many could not be read."""
    if json:
        rows = as_rows(found.pairs)
        put({"pairs": rows, "read": found.read, "gone": found.gone, "failed": found.failed})
        return
    recaptured(found.pairs)
    out().print(
        f"{found.read} originals read, {found.gone} destroyed before, {found.failed} no detector"
        " would judge. Nobody saw them."
    )


def _figures(found: AuditFigures) -> dict[str, Any]:
    return {
        "limit": found.limit,
        "leaks": [_rate(each, found.limit) for each in found.leaks],
        "needless": [_rate(each, found.limit) for each in found.needless],
        "elusion": [_rate(each, found.limit) for each in found.elusion],
        "missed": {
            "seen": found.missed.seen,
            "total": found.missed.total,
            "unseen": found.missed.unseen,
            "error": found.missed.error,
            "interval": list(found.missed.interval),
        },
        "pairs": as_rows(found.pairs),
        "reviewed": found.reviewed,
        "waiting": found.waiting,
        "disputed": found.disputed,
        "paused": [
            {"agency": each.agency_id, "since": each.since, "why": each.why}
            for each in found.paused
        ],
    }


def _rate(rate: Rate, limit: float) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "agency": rate.agency_id,
        "entity": rate.entity,
        "week": rate.week,
        "part": rate.part,
        "whole": rate.whole,
        "low": low,
        "high": high,
        "upper_bound": rate.bound,
        "still_needed": rate.still(limit),
    }


def resumed(pause: Pause, *, json: bool) -> None:
    """Show whose pause ended."""
    if json:
        put({"agency": pause.agency_id, "paused_since": pause.since, "why": pause.why})
        return
    out().print(f"{pause.agency_id} publishes again; its leak rate is counted anew.")
