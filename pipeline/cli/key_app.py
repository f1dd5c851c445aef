"""``blotter agency key``: keys with which agencies push, each printed once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["key_app"]

key_app = typer.Typer(no_args_is_help=True, help="Keys with which agencies push payloads.")

By = Annotated[str, typer.Option("--by", help="Who does it; kept in the log.")]


@key_app.command("new")
def new(
    agency: Annotated[str, typer.Argument(help="Folder name of the agency.")],
    overlap_hours: Annotated[
        float,
        typer.Option("--overlap-hours", min=0, max=87_600, help="How long older keys still count."),
    ] = 168.0,
    signed: Annotated[
        bool, typer.Option("--signed", help="With a secret: every push must be signed with it.")
    ] = False,
    by: By = "",
    json: Json = False,
) -> None:
    """Make a key for an agency and print it, once; its older keys end after the overlap."""
    from pipeline.cli import show_keys
    from pipeline.usecases.api_keys import new_key

    made = new_key(
        settings_here(),
        agency,
        now=clock(),
        overlap=timedelta(hours=overlap_hours),
        signed=signed,
        by=by,
        randomness=secrets.token_bytes,
    )
    show_keys.made(made, json=json)


@key_app.command("list")
def list_all(
    agency: Annotated[str | None, typer.Argument(help="Only this agency.")] = None,
    json: Json = False,
) -> None:
    """List keys by id: made, last used, ending, revoked. The keys themselves are not kept."""
    from pipeline.cli import show_keys
    from pipeline.usecases.api_keys import list_keys

    keys = list_keys(settings_here(), agency)
    show_keys.listed(keys, now=clock(), json=json)


@key_app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="Id from `blotter agency key list`.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Close a key at once."""
    from pipeline.cli import show_keys
    from pipeline.usecases.api_keys import revoke as close

    closed = close(settings_here(), key, now=clock(), by=by)
    show_keys.revoked(closed, json=json)
