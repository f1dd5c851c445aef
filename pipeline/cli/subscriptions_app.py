"""``blotter subscriptions``: serves readers, takes bounced mails, says how many read.

There is no command that lists readers, and none that counts them below 20 (rule 29).
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["subscriptions_app"]

subscriptions_app = typer.Typer(no_args_is_help=True, help="Readers by mail.")


@subscriptions_app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8490,
) -> None:
    """Serve the readers' pages, behind a web server that speaks TLS."""
    import uvicorn

    from pipeline.adapters.mail_sender import MailSender
    from pipeline.model import ConfigError
    from pipeline.subscriptions.app import build_app

    settings = settings_here()
    if not settings.subscriptions_url:
        raise ConfigError(
            "links in mails would lead nowhere",
            remedy="set BLOTTER_SUBSCRIPTIONS_URL to the public address of these pages",
        )
    app = build_app(settings, clock=clock, mailer=MailSender.of(settings.mail))
    # No access log: it would hold readers' links.
    uvicorn.run(app, host=host, port=port, access_log=False, server_header=False)


@subscriptions_app.command("bounce")
def bounce() -> None:
    """Take a mail that came back from standard input, as the mail server pipes it."""
    from pipeline.usecases.bounces import take_bounce

    take_bounce(settings_here(), sys.stdin.buffer.read(1_000_001), now=clock())


@subscriptions_app.command("audience")
def audience(
    agency: Annotated[str, typer.Argument(help="Agency's id.")],
    area: Annotated[str, typer.Option(help="Only of this area.")] = "",
    json: Json = False,
) -> None:
    """Say how many read of an agency or area: nothing below 20, else rounded down to tens."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.subscribing import audience_of

    size = audience_of(settings_here(), agency, area, now=clock())
    if json:
        put({"readers": str(size)})
    else:
        out().print(f"{size} readers")
