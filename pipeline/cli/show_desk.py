"""Shows the queue, candidates, held records, decisions and alerts. Redacted types only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAVY
from rich.panel import Panel
from rich.table import Table

from pipeline.cli.show import SHORT, out, put, safe
from pipeline.policies import Standing

if TYPE_CHECKING:
    from pipeline.adapters.store.candidates import HeldRow, QueueRow
    from pipeline.model import Alert, Timing
    from pipeline.usecases.desk import Decided
    from pipeline.usecases.relevance import RankedRow
    from pipeline.usecases.settings import Settings


def queue(rows: Sequence[RankedRow], *, total: int, json: bool, why: bool = False) -> None:
    """Show pending candidates out of ``total``; with ``why`` the parts of each score."""
    if json:
        put([_ranked(ranked) for ranked in rows])
        return
    table = Table(box=SIMPLE_HEAVY)
    table.add_column("id", no_wrap=True)
    for name in ("agency", "tier", "headline", "approvals"):
        table.add_column(name)
    table.add_column("score")
    for ranked in rows:
        row = ranked.row
        candidate = row.proposal.candidate
        table.add_row(
            row.candidate_id[:SHORT],
            candidate.agency_id,
            candidate.tier.value,
            safe(candidate.facts.headline),
            f"{len(row.approved_by)} of {candidate.approvals_needed}",
            f"{ranked.score.total:.0f}" + _doubles(ranked),
        )
    console = out()
    console.print(table)
    if why or (rows and rows[0].row.state == "waiting"):
        _why(rows)
    if total > len(rows):
        console.print(f"{total - len(rows)} more wait; --limit shows them.")
    if rows and rows[0].row.state == "waiting":
        console.print("All are approved; `blotter publish` lets out what is due.")
    elif rows:
        first = rows[0].row.candidate_id[:SHORT]
        console.print(
            f"Look:   [bold]blotter show {first}[/]\n"
            f"Decide: [bold]blotter decide {first} approve --editor NAME[/]"
        )
    else:
        console.print("Nothing waits for an editor.")


def _doubles(ranked: RankedRow) -> str:
    number = len(ranked.duplicates)
    return f", {number} like it" if number else ""


def _why(rows: Sequence[RankedRow]) -> None:
    console = out()
    for ranked in rows:
        parts = ", ".join(f"{part.name} {part.points:+.1f}" for part in ranked.score.parts)
        console.print(f"[dim]{ranked.row.candidate_id[:SHORT]}[/]  {parts}; {_when(ranked)}")


def _when(ranked: RankedRow) -> str:
    """Say when a candidate may go out, in UTC."""
    timing = ranked.row.timing
    if ranked.standing is Standing.DUE:
        return f"may go out now{_until(timing)}"
    if ranked.standing is Standing.TOO_OLD:
        return f"too old to go out{_until(timing).replace('not after', 'since')}"
    return f"{waiting_words(timing)}{_until(timing)}"


def waiting_words(timing: Timing) -> str:
    """Say what an alert waits for."""
    if timing.opens is None:
        return "may go out once the agency closes the call"
    return f"may go out from {timing.opens:%Y-%m-%d %H:%M}Z"


def _until(timing: Timing) -> str:
    return "" if timing.closes is None else f", not after {timing.closes:%Y-%m-%d %H:%M}Z"


def candidate(ranked: RankedRow, *, json: bool) -> None:
    """Show one candidate whole."""
    row = ranked.row
    if json:
        put(_ranked(ranked))
        return
    console, item = out(), row.proposal.candidate
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
    console.print(f"[dim]when:[/] {_when(ranked)}")
    for part in ranked.score.parts:
        console.print(f"[dim]worth:[/] {part.name} {part.points:+.1f}: {safe(part.reason)}")
    for double in ranked.duplicates:
        reasons = safe(", ".join(double.reasons))
        console.print(f"[dim]double?[/] {double.other[:SHORT]} {double.score:.2f}: {reasons}")


def _ranked(ranked: RankedRow) -> dict[str, Any]:
    timing = ranked.row.timing
    return _candidate(ranked.row) | {
        "goes_out": {
            "state": ranked.standing.value,
            "from": timing.opens,
            "not_after": timing.closes,
        },
        "score": ranked.score.total,
        "worth": [
            {"part": part.name, "points": round(part.points, 2), "reason": part.reason}
            for part in ranked.score.parts
        ],
        "doubles": [
            {"candidate": double.other, "score": double.score, "reasons": list(double.reasons)}
            for double in ranked.duplicates
        ],
    }


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
        put(
            [
                {
                    "record": row.outcome_id,
                    "agency": row.agency_id,
                    "payload": row.payload_id,
                    "incident": row.incident_ref,
                    "reason": row.reason,
                    "detail": row.detail,
                }
                for row in rows
            ]
        )
        return
    table = Table(box=SIMPLE_HEAVY)
    table.add_column("record")
    table.add_column("agency")
    table.add_column("payload", no_wrap=True)
    table.add_column("reason", no_wrap=True)
    table.add_column("detail")
    for row in rows:
        place = row.payload_id[:SHORT]
        table.add_row(str(row.outcome_id), row.agency_id, place, row.reason, safe(row.detail))
    console = out()
    console.print(table)
    if rows:
        console.print(
            "Read one:      [bold]blotter reveal PAYLOAD --role ROLE --code CODE"
            " --reason WHY --editor NAME[/]\n"
            "Mended a file: [bold]blotter walk[/] walks what is held again"
        )


def decided(result: Decided, verb: str, settings: Settings, *, json: bool) -> None:
    """Show what a decision led to."""
    alert = result.alert
    if json:
        put(
            {
                "verb": verb,
                "candidate": result.candidate_id,
                "approvals": result.approvals,
                "approvals_needed": result.approvals_needed,
                "alert": None if alert is None else alert.alert_id,
                "version": None if alert is None else alert.version,
                "from": None if result.waits is None else result.waits.opens,
                "not_after": None if result.waits is None else result.waits.closes,
                "merged_into": result.merged_into,
            }
        )
        return
    console = out()
    if alert is not None:
        console.print(f"Published alert [bold]{alert.alert_id}[/], version {alert.version}.")
        console.print(f"Files: {settings.public}", soft_wrap=True)
    elif result.waits is not None:
        console.print(f"Approved; it {waiting_words(result.waits)}{_until(result.waits)}.")
    elif result.merged_into is not None:
        console.print(
            f"Approved and merged: alert [bold]{result.merged_into}[/] stands for its area today."
        )
    elif verb == "approve":
        console.print(
            f"Approved by {result.approvals} of {result.approvals_needed}: "
            "another editor has to approve it too."
        )
    elif verb == "edit":
        console.print(
            f"Changed; it is candidate [bold]{result.candidate_id[:SHORT]}[/] now, "
            "and somebody else has to approve it."
        )
    else:
        console.print("Rejected.")


def alerts(rows: Sequence[Alert], *, json: bool) -> None:
    """Show live alerts."""
    if json:
        put(
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
    table = Table(box=SIMPLE_HEAVY)
    table.add_column("id", no_wrap=True)
    for name in ("agency", "version", "headline", "sent (UTC)"):
        table.add_column(name)
    for row in rows:
        sent = f"{row.sent:%Y-%m-%d %H:%M}"
        headline = safe(row.facts.headline)
        table.add_row(row.alert_id, row.agency_id, str(row.version), headline, sent)
    out().print(table)
