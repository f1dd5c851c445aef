"""``blotter deliveries``: what is queued, sent, given up, and sending it again.

Mail is shown as numbers only, and none below 20 (rule 29): who reads is nobody's business here.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["deliveries_app"]

deliveries_app = typer.Typer(no_args_is_help=True, help="What is sent to receivers, and its end.")

Message = Annotated[str, typer.Argument(help="Id from `blotter deliveries list`, or part.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000)]


@deliveries_app.command("list")
def list_all(
    state: Annotated[str, typer.Option(help="Only due, sending, done, dropped or dead ones.")] = "",
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List messages to webhooks and hubs, newest first, and count those of each channel."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.outbox import outbox_list

    found = outbox_list(settings_here(), now=clock(), state=state, limit=limit)
    show_outbox.deliveries(found, json=json)


@deliveries_app.command("dead")
def dead(limit: Limit = 50, json: Json = False) -> None:
    """List messages that were given up."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.outbox import outbox_list

    found = outbox_list(settings_here(), now=clock(), state="dead", limit=limit)
    show_outbox.deliveries(found, json=json)


@deliveries_app.command("show")
def show(message: Message, json: Json = False) -> None:
    """Show one message with every try."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.outbox import outbox_show

    show_outbox.log((outbox_show(settings_here(), message, now=clock()),), json=json)


@deliveries_app.command("retry")
def retry(
    message: Annotated[str, typer.Argument(help="Id of a message; or use --dead.")] = "",
    all_dead: Annotated[bool, typer.Option("--dead", help="Everything that was given up.")] = False,
    json: Json = False,
) -> None:
    """Make a message due again, with all its tries before it; `blotter deliver` sends it."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.outbox import outbox_retry

    settings = settings_here()
    number = outbox_retry(settings, message, now=clock(), all_dead=all_dead)
    show_outbox.outcome(f"{number} due again", json=json)
