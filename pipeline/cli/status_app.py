"""``blotter status``: the line at a glance, alive in a terminal, or once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from pipeline.cli.surroundings import Json, clock, settings_here

if TYPE_CHECKING:
    from pipeline.model import AgencyFigures, Figures

__all__ = ["status"]

_MOST_ROWS = 30
_OTHER_LINES = 9  # around the agencies: four above, the table's frame and head, one below


def status(
    once: Annotated[bool, typer.Option("--once", help="Show it once and end.")] = False,
    json: Json = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.5)] = 2.0,
) -> None:
    """Show queues, lags, ledger, log, deliveries and switches; status 1 when out of balance."""
    from rich.live import Live

    from pipeline.cli.show import out, put
    from pipeline.usecases.figures import figures

    settings = settings_here()
    now = figures(settings, now=clock())
    if json:
        put(as_json(now))
    elif once or not out().is_terminal:
        out().print(picture(now))
    else:
        try:
            with Live(_fitting(now), console=out(), screen=True, refresh_per_second=4) as live:
                while True:
                    time.sleep(every)
                    now = figures(settings, now=clock())
                    live.update(_fitting(now))
        except KeyboardInterrupt:
            return
    if not now.balanced:
        raise typer.Exit(1)


def _fitting(now: Figures) -> Group:
    """Return as many agencies as the window has lines for."""
    from pipeline.cli.show import out

    return picture(now, max(1, out().height - _OTHER_LINES))


def as_json(now: Figures) -> dict[str, Any]:
    """Return the figures for a machine; ages are seconds."""
    return {
        "at": now.at.isoformat(),
        "balanced": now.balanced,
        "agencies": [
            {
                "id": each.agency_id,
                "state": state_of(each),
                "records": {state.value: number for state, number in each.records.items()},
                "waiting": each.waiting,
                "walk_lag_seconds": now.age(each.oldest_waiting),
                "look_age_seconds": now.age(each.last_look),
                "landed_age_seconds": now.age(each.last_landed),
                "looks": each.looks,
                "failures": each.failures,
                "difference": each.difference,
                "quarantine": each.quarantine,
                "quarantine_age_seconds": now.age(each.oldest_quarantine),
            }
            for each in now.agencies
        ],
        "queue": {f"{state} {tier}": number for (state, tier), number in now.queue.items()},
        "oldest_pending_seconds": now.age(now.oldest_pending),
        "live": now.live,
        "files_due": now.files_due,
        "withdrawals_due": now.withdrawals_due,
        "sendings": {f"{channel} {state}": n for (channel, state), n in now.sendings.items()},
        "quarantine": now.quarantine,
        "oldest_quarantine_seconds": now.age(now.oldest_quarantine),
        "given_up_within_an_hour": dict(now.given_up),
        "log": {
            "entries": now.log_size,
            "sealed": now.sealed,
            "unsealed_seconds": now.age(now.oldest_unsealed),
        },
        "retention_due": dict(now.retention_due),
        "backup_due_seconds": now.age(now.backup_due),
        "switches_off": dict(now.switches),
    }


def state_of(agency: AgencyFigures) -> str:
    """Return the one word that says how an agency stands."""
    if agency.off:
        return "off"
    if agency.broken:
        return "broken"
    if agency.stopped:
        return "stopped"
    return "paused" if agency.paused else "on"


def picture(now: Figures, most: int = _MOST_ROWS) -> Group:
    """Return what a terminal shows: at most ``most`` agencies, those that need somebody first."""
    table = Table(
        *("agency", "state", "received", "waiting", "walk lag"),
        *("last look", "looks failed", "last new"),
    )
    rows = sorted(now.agencies, key=lambda each: _urgency(now, each))
    for each in rows[:most]:
        table.add_row(
            each.agency_id,
            state_of(each) if not each.difference else f"{state_of(each)}, out of balance",
            str(sum(each.records.values())),
            str(each.waiting),
            _ago(now, each.oldest_waiting),
            _ago(now, each.last_look),
            f"{each.failures} of {each.looks}" if each.failures else "-",
            _ago(now, each.last_landed),
            style="red" if each.difference or state_of(each) != "on" else "",
        )
    more = len(rows) - most
    return Group(*_lines(now), table, Text(f"and {more} more") if more > 0 else Text(""))


def _urgency(now: Figures, agency: AgencyFigures) -> tuple[object, ...]:
    """Return what sorts agencies: out of balance, not running, walked late, failing, unseen."""
    return (
        agency.difference == 0,
        state_of(agency) == "on",
        -now.age(agency.oldest_waiting),
        -agency.failures / agency.looks if agency.looks else 0.0,
        -(now.age(agency.last_look) / agency.every.total_seconds()) if agency.every else 0.0,
        agency.agency_id,
    )


def _lines(now: Figures) -> Iterator[Text]:
    balance = "balanced" if now.balanced else "OUT OF BALANCE"
    states = Counter(state_of(each) for each in now.agencies)
    shown = ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "none"
    yield Text(f"{now.at:%F %T} UTC   agencies: {shown}   ledger {balance}")
    yield Text(
        f"desk: {now.pending} pending, the oldest for {_ago(now, now.oldest_pending)}   "
        f"payloads waiting: {now.waiting}   alerts live: {now.live}"
    )
    yield Text(
        f"due: {now.files_due} in files, {now.withdrawals_due} withdrawals   "
        f"log: {now.log_size} entries, {now.log_size - now.sealed} not sealed   "
        f"past retention: {sum(now.retention_due.values())}   "
        f"backup: {_backup(now)}",
        style="red" if now.age(now.backup_due) else "",
    )
    dead = sum(number for (_, state), number in now.sendings.items() if state == "dead")
    off = sum(now.switches.values())
    yield Text(
        f"quarantined payloads: {now.quarantine}, the oldest for {_ago(now, now.oldest_quarantine)}"
        f"   messages given up: {dead}, in the last hour {sum(now.given_up.values())}"
        f"   switched off: {off}",
        style="red" if off or now.given_up else "",
    )


def _backup(now: Figures) -> str:
    if now.backup_due is None:
        return "none by night"
    return f"late for {_ago(now, now.backup_due)}" if now.age(now.backup_due) else "in time"


def _ago(now: Figures, since: datetime | None) -> str:
    if since is None:
        return "-"
    seconds = int(now.age(since))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
