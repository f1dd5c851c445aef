"""Shows queued messages, webhooks and what became of them, as tables and JSON.

Secrets are shown by :func:`secret` alone, once; of mail only what a size may say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.table import Table

from pipeline.cli.show import out, put, safe

if TYPE_CHECKING:
    from pipeline.adapters.store.endpoints import Endpoint
    from pipeline.adapters.store.outbox import Attempt, Sending
    from pipeline.usecases.deliver import DeliverReport
    from pipeline.usecases.outbox import OutboxReport
    from pipeline.usecases.webhooks import ShownSecret

__all__ = ["deliveries", "log", "outcome", "secret", "sent", "webhooks"]


def secret(shown: ShownSecret, *, json: bool) -> None:
    """Show what a receiver verifies with."""
    if json:
        put({"id": shown.endpoint_id, "secret": shown.shared, "public_key": shown.public})
        return
    console = out()
    console.print(f"webhook    {shown.endpoint_id}")
    console.print(f"secret     {shown.shared}   (v1, HMAC-SHA-256; shown this once)")
    console.print(f"public key {shown.public}   (v1a, ed25519)")


def webhooks(found: Sequence[Endpoint], *, json: bool) -> None:
    """Show receivers without their secrets."""
    if json:
        names = ("endpoint_id", "url", "areas", "categories", "state", "reason", "since")
        put([{name: getattr(each, name) for name in names} for each in found])
        return
    table = Table("webhook", "state", "address", "asks for", title="Webhooks", title_justify="left")
    for each in found:
        asked = " ".join((*each.areas, *each.categories)) or "everything"
        state = f"{each.state}: {each.reason}" if each.reason else each.state
        table.add_row(each.endpoint_id, safe(state), safe(each.url), safe(asked))
    out().print(table)


def outcome(text: str, *, json: bool) -> None:
    """Show one line."""
    if json:
        put({"outcome": text})
    else:
        out().print(safe(text))


def log(found: Sequence[tuple[Sending, tuple[Attempt, ...]]], *, json: bool) -> None:
    """Show messages with every try."""
    if json:
        put(
            [
                {**asdict(sending), "tries": [asdict(each) for each in tries]}
                for sending, tries in found
            ]
        )
        return
    console = out()
    for sending, tries in found:
        console.print(
            f"{sending.sending_id}  {sending.kind} {sending.alert_id}, version {sending.version}: "
            f"{sending.state} {sending.outcome}",
            soft_wrap=True,
        )
        for each in tries:
            console.print(f"  {each.at}  {each.outcome}  {each.milliseconds} ms")


def deliveries(report: OutboxReport, *, json: bool) -> None:
    """Show messages to machines, and totals."""
    if json:
        put(
            {
                "messages": [asdict(each) for each in report.messages],
                "totals": [
                    {"channel": channel, "state": state, "number": number}
                    for (channel, state), number in sorted(report.totals.items())
                ],
                "mail": {state: str(size) for state, size in sorted(report.mail.items())},
            }
        )
        return
    table = Table("message", "channel", "to", "news", "state", "tries", "last", "next")
    for each in report.messages:
        news = f"{each.kind} {each.alert_id}"
        row = (each.channel, each.receiver, news, each.state, str(each.attempts), each.outcome)
        table.add_row(each.sending_id, *map(safe, row), each.next_at[:19])
    console = out()
    console.print(table)
    for (channel, state), number in sorted(report.totals.items()):
        console.print(f"{channel} {state}: {number}")
    for state, size in sorted(report.mail.items()):
        console.print(f"mail {state}: {size}")


def sent(report: DeliverReport, *, json: bool) -> None:
    """Show what a run sent; of mail only whether there was any trouble with the server."""
    machines = {key: n for key, n in sorted(report.ended.items()) if key[0] != "mail"}
    if json:
        put(
            {
                "busy": report.busy,
                "ended": [
                    {"channel": channel, "state": state, "number": number}
                    for (channel, state), number in machines.items()
                ],
            }
        )
        return
    if report.busy:
        out().print("Another run is delivering; nothing was done here.")
        return
    for (channel, state), number in machines.items():
        out().print(f"{channel}: {number} {state}")
    out().print("Tried what was due; `blotter deliveries list` says how each ended.")
