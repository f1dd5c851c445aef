"""``blotter webhooks``: adds, tests, rotates and disables receivers of webhooks.

A secret is printed once, when it is made. Nothing a receiver answered is ever printed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["webhooks_app"]

webhooks_app = typer.Typer(no_args_is_help=True, help="Receivers that are told by webhook.")

Webhook = Annotated[str, typer.Argument(help="Id from `blotter webhooks list`, or its beginning.")]


@webhooks_app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="Address of the receiver, https only.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Only this area, as agency/area; may be repeated.")
    ] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="Only this category; may be repeated.")
    ] = None,
    json: Json = False,
) -> None:
    """Add a receiver, and print its secret this once."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import add_webhook

    settings = settings_here()
    shown = add_webhook(settings, url, now=clock(), areas=area or (), categories=category or ())
    show_outbox.secret(shown, json=json)


@webhooks_app.command("list")
def list_all(json: Json = False) -> None:
    """List receivers and how they stand."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import listed_webhooks

    show_outbox.webhooks(listed_webhooks(settings_here(), now=clock()), json=json)


@webhooks_app.command("test")
def try_out(webhook: Webhook) -> None:
    """Send one message of type ``test``; exit 1 when it was not taken."""
    import asyncio

    from pipeline.adapters.outbound import post
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import test_webhook

    settings = settings_here()
    outcome = asyncio.run(test_webhook(settings, webhook, now=clock(), poster=post))
    show_outbox.outcome(outcome, json=False)
    if not outcome.startswith("http-2"):
        raise typer.Exit(1)


@webhooks_app.command("rotate")
def rotate(webhook: Webhook, json: Json = False) -> None:
    """Make a new secret and print it; for a day both secrets sign."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import rotate_webhook

    shown = rotate_webhook(settings_here(), webhook, now=clock())
    show_outbox.secret(shown, json=json)


@webhooks_app.command("disable")
def disable(webhook: Webhook, json: Json = False) -> None:
    """Stop telling a receiver; what waits for it is dropped."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import disable_webhook

    endpoint_id = disable_webhook(settings_here(), webhook, now=clock())
    show_outbox.outcome(f"{endpoint_id} is disabled", json=json)


@webhooks_app.command("log")
def log(
    webhook: Webhook,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    json: Json = False,
) -> None:
    """Show a receiver's newest messages, with every try and how it ended."""
    from pipeline.cli import show_outbox
    from pipeline.usecases.webhooks import webhook_log

    found = webhook_log(settings_here(), webhook, now=clock(), limit=limit)
    show_outbox.log(found, json=json)
