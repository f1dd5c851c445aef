"""``blotter user``: who may work at the desk.

Prints one-time links to whoever sits at this machine, and never a password.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here
from pipeline.model import Account, Refused, Role

__all__ = ["user_app"]

user_app = typer.Typer(no_args_is_help=True, help="Accounts of the desk.")

Name = Annotated[str, typer.Argument(help="The person's name, as the log writes it.")]
AgencyOption = Annotated[str, typer.Option("--agency", help="Only this agency's; empty for all.")]
Editor = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who does this; a person's name.")
]


@user_app.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they do here.")] = Role.EDITOR,
    agency: AgencyOption = "",
    editor: Editor = "the machine",
    json: Json = False,
) -> None:
    """Print a one-time link with which NAME chooses a password; it holds for two days."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.accounts import invite
    from pipeline.usecases.decisions import named_editor
    from pipeline.usecases.resources import open_database

    settings = settings_here()
    with open_database(settings) as store:
        by = named_editor(editor)
        token = invite(store, name=name, role=role, agency_id=agency, by=by, now=_now())
    link = f"{settings.desk_url.rstrip('/')}/join/{token}"
    if json:
        put({"name": name, "role": role.value, "link": link})
        return
    out().print(f"For {safe(name)}, once, within two days:\n  {link}", soft_wrap=True)


@user_app.command("list")
def list_users(json: Json = False) -> None:
    """List accounts."""
    from rich.table import Table

    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.accounts import accounts_list
    from pipeline.usecases.resources import open_database

    with open_database(settings_here()) as store:
        rows = accounts_list(store)
    if json:
        put([_row(each) for each in rows])
        return
    table = Table("name", "role", "agency", "state")
    for each in rows:
        state = "active" if each.active else "disabled"
        table.add_row(safe(each.name), each.role.value, each.agency_id or "all", state)
    out().print(table)


@user_app.command("disable")
def disable_user(
    name: Annotated[str, typer.Argument(help="Whose account.")] = "",
    demo: Annotated[bool, typer.Option("--demo", help="All accounts of the demo.")] = False,
    editor: Editor = "the machine",
    json: Json = False,
) -> None:
    """Shut an account and end its sessions."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.accounts import accounts_list, disable
    from pipeline.usecases.resources import open_database

    if bool(name) == demo:
        raise Refused("give either a name or --demo")
    with open_database(settings_here()) as store:
        everybody = accounts_list(store)
        names = [each.name for each in everybody if each.demo and each.active] if demo else [name]
        shut = [disable(store, name=each, by=editor, now=_now(), last=demo).name for each in names]
    if json:
        put(shut)
    else:
        out().print(f"Shut: {safe(', '.join(shut)) or 'none'}")


@user_app.command("role")
def role_of_user(
    name: Name,
    role: Annotated[Role, typer.Argument(help="What they do from now on.")],
    agency: AgencyOption = "",
    editor: Editor = "the machine",
    json: Json = False,
) -> None:
    """Give an account another role; its sessions end."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.accounts import give_role
    from pipeline.usecases.resources import open_database

    with open_database(settings_here()) as store:
        account = give_role(store, name=name, role=role, agency_id=agency, by=editor, now=_now())
    if json:
        put({"name": account.name, "role": role.value, "agency": agency})
    else:
        out().print(f"{safe(account.name)} is {role.value} now.")


def _row(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "role": account.role.value,
        "agency": account.agency_id,
        "active": account.active,
        "demo": account.demo,
    }


def _now() -> datetime:
    return clock()
