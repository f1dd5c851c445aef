"""``blotter switch``: stop a feed, an agency, a tier or all at once, and start it again."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here
from pipeline.model import Scope, Switch

__all__ = ["switch_app"]

switch_app = typer.Typer(
    no_args_is_help=True, help="Stop a feed, an agency, a tier or everything within one poll."
)

What = Annotated[Scope, typer.Argument(help="What is switched.")]
Name = Annotated[str, typer.Argument(help="Agency's folder, or tier; none for `all`.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the log.")]
Who = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who switches; a person's name.")
]


@switch_app.command("off")
def off(what: What, name: Name = "", *, reason: Why, editor: Who, json: Json = False) -> None:
    """Stop it: nothing is fetched, walked or newly told of it; withdrawals go on."""
    from pipeline.usecases.switches import switch_off

    now = clock()
    done = switch_off(settings_here(), what, name, person=editor, reason=reason, now=now)
    _show("off", [done], json=json)


@switch_app.command("on")
def on(what: What, name: Name = "", *, reason: Why, editor: Who, json: Json = False) -> None:
    """Start it again; what waited goes on where it stood."""
    from pipeline.usecases.switches import switch_on

    now = clock()
    was = switch_on(settings_here(), what, name, person=editor, reason=reason, now=now)
    _show("on", [was], json=json)


@switch_app.command("list")
def list_all(json: Json = False) -> None:
    """List what is switched off: since when, by whom, why."""
    from pipeline.usecases.switches import switches

    _show("off", switches(settings_here()).off, json=json)


def _show(state: str, found: tuple[Switch, ...] | list[Switch], *, json: bool) -> None:
    from pipeline.cli.show import out, put, safe

    if json:
        put(
            [
                {
                    "state": state,
                    "scope": each.scope.value,
                    "name": each.name,
                    "since": each.since.isoformat(),
                    "by": each.by,
                    "why": each.why,
                }
                for each in found
            ]
        )
        return
    for each in found:
        what = " ".join(filter(None, (each.scope.value, each.name)))
        told = str(each) if state == "off" else f"{what} is on again"
        out().print(safe(told), soft_wrap=True)
    if not found:
        out().print("Nothing is switched off.")
