"""``blotter retention`` and ``blotter hold``: what is kept how long, destroyed, or held.

Reads options and prints; ``usecases.expire`` destroys, ``usecases.holds`` holds.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.surroundings import Json, Person, settings_here, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.audit.holds import Hold

__all__ = ["hold_app", "retention_app"]

retention_app = typer.Typer(
    no_args_is_help=True, help="What private text is kept, how long, and what was destroyed."
)
hold_app = typer.Typer(
    no_args_is_help=True, help="Legal holds: what may not be destroyed while they last."
)

Reason = Annotated[str, typer.Option(help="Why, in words; kept in the log.")]
AgencyOption = Annotated[str | None, typer.Option("--agency", help="Only this agency.")]
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)


@retention_app.command("show")
def show(json: Json = False) -> None:
    """Show each class of private text: its time, what lives, is due, is held, was destroyed."""
    from rich.table import Table

    from pipeline.cli.show import out, put
    from pipeline.usecases.retention import retention_rows

    settings = settings_here()
    rows = retention_rows(settings, now=time_of(settings))
    if json:
        put([{**asdict(row), "kept_for": row.kept_for / timedelta(hours=1)} for row in rows])
        return
    table = Table("class", "kept for", "alive", "oldest (UTC)", "due", "held", "destroyed")
    for row in rows:
        table.add_row(
            row.kind.value,
            f"{row.kept_for // timedelta(hours=1)} h",
            f"{row.alive:,}",
            "" if row.oldest is None else f"{row.oldest:%Y-%m-%d %H:%M}",
            f"{row.due:,}",
            f"{row.held:,}",
            f"{row.destroyed:,}",
        )
    out().print(table)


@retention_app.command("run")
def run(json: Json = False) -> None:
    """Destroy now what is past its time and not held, with certificates; as `expire` does."""
    from pipeline.cli import show as shown
    from pipeline.usecases.expire import expire_due

    settings = settings_here()
    shown.expired(expire_due(settings, now=time_of(settings)), json=json)


@retention_app.command("destroy-key")
def destroy_key(
    quarter: Annotated[str, typer.Argument(help="A quarter that is over, such as 2026-Q1.")],
    reason: Reason,
    person: Person = "",
    json: Json = False,
) -> None:
    """Destroy a quarter's commitment key: nobody can ask any more what was removed in it."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.destroy_key import destroy_commitment_key

    settings = settings_here()
    name = destroy_commitment_key(
        settings, quarter, person=person, reason=reason, now=time_of(settings)
    )
    if json:
        put({"key": name})
        return
    out().print(
        f"{name} is destroyed and certified. Destroy it in the key file's backups as well.",
        soft_wrap=True,
    )


@retention_app.command("certificates")
def certificates(agency: AgencyOption = None, json: Json = False) -> None:
    """List certificates of destruction: class, count, rule, policy, the entry that proves it."""
    from rich.table import Table

    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.retention import certificates as read

    rows = read(settings_here(), agency=agency)
    if json:
        put([{**asdict(row), "count": len(row.keys)} for row in rows])
        return
    table = Table("entry", "when (UTC)", "agency", "class", "keys", "of before", "rule", "policy")
    for row in rows:
        table.add_row(
            str(row.index),
            f"{row.at:%Y-%m-%d %H:%M}",
            row.agency_id or "all",
            row.kind,
            f"{len(row.keys):,}",
            f"{row.before:%Y-%m-%d %H:%M}",
            safe(row.rule),
            safe(row.policy),
        )
    out().print(table)
    out().print("Key ids stand in --json and in the entries; `blotter audit verify` proves them.")


@hold_app.command("place")
def place(
    reason: Reason,
    person: Person = "",
    agency: AgencyOption = None,
    cfs: Annotated[
        str | None,
        typer.Option(help="A call's number in the feed, with --agency; a hyphen asks for it."),
    ] = None,
    opened: Annotated[
        datetime | None,
        typer.Option(formats=_TIMES, help="When it began, UTC, where the agency's key has that."),
    ] = None,
    candidate: Annotated[
        str | None, typer.Option(help="The call of a candidate, from `blotter queue`.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_TIMES, help="What was received from here on, UTC.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_TIMES, help="What was received until here, UTC.")
    ] = None,
    json: Json = False,
) -> None:
    """Keep what is named from being destroyed, until the hold is lifted."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.holds import Scope, place_hold

    settings = settings_here()
    if cfs == "-":
        cfs = typer.prompt("CFS number", hide_input=True, err=True)
    scope = Scope(
        agency=agency,
        cfs=cfs,
        opened=_utc(opened),
        candidate=candidate,
        since=_utc(since),
        until=_utc(until),
    )
    done = place_hold(settings, scope, person=person, reason=reason, now=time_of(settings))
    if json:
        put({"hold": _hold(done.hold), "payloads": done.payloads, "gone": done.gone})
        return
    out().print(
        f"Hold {done.hold.hold_id} keeps {done.payloads} payload(s);"
        f" {done.gone} that it would have kept were destroyed before."
    )


@hold_app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Those that were lifted, too.")] = False,
    json: Json = False,
) -> None:
    """List holds: what they keep, who placed them and why."""
    from pipeline.usecases.holds import holds

    _shown(holds(settings_here(), every=every), json=json)


@hold_app.command("lift")
def lift(
    hold: Annotated[str, typer.Argument(help="The hold, as `list` shows it.")],
    reason: Reason,
    person: Person = "",
    json: Json = False,
) -> None:
    """End a hold: what is past its time is destroyed by the next run."""
    from pipeline.usecases.holds import lift_hold

    settings = settings_here()
    _shown(
        [lift_hold(settings, hold, person=person, reason=reason, now=time_of(settings))], json=json
    )


def _hold(each: Hold) -> dict[str, Any]:
    return {**asdict(each), "hold": each.hold_id}


def _shown(rows: Sequence[Hold], *, json: bool) -> None:
    from rich.table import Table

    from pipeline.cli.show import SHORT, out, put, safe

    if json:
        put([_hold(row) for row in rows])
        return
    table = Table("hold", "agency", "call", "received", "placed by", "reason", "lifted by")
    for row in rows:
        span = [f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (row.since, row.until)]
        table.add_row(
            row.hold_id,
            row.agency_id or "all",
            row.incident[:SHORT] or "all",
            " to ".join(span) if any(span) else "at any time",
            safe(row.by),
            safe(row.reason),
            "" if row.lifted is None else safe(row.lifted.by),
        )
    out().print(table)
