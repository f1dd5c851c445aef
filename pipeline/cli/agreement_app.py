"""``blotter agreement``: what was agreed with each agency, and what should not be in it.

Reads agency files only.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["agreement_app"]

agreement_app = typer.Typer(no_args_is_help=True, help="Read and judge agreements with agencies.")

AgencyName = Annotated[str, typer.Argument(help="The agency's folder.")]


def _today() -> date:
    return clock().date()


@agreement_app.command("lint")
def lint_agreements(
    agency: Annotated[
        str | None, typer.Argument(help="One agency's folder; all of them when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Look for clauses that should not stand in an agreement; exit status 1 if there is one."""
    from rich.table import Table

    from pipeline.agencies.agreement_lint import clauses
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.agreements import linted

    found = linted(settings_here(), on=_today(), agency=agency)
    rows = [(name, each) for name, remarks in sorted(found.items()) for each in remarks]
    bad = any(each.code in clauses() for _, each in rows)
    if json:
        put(
            [
                {
                    "agency": name,
                    "code": each.code,
                    "clause": each.code in clauses(),
                    "problem": each.problem,
                    "remedy": each.remedy,
                    "where": each.where,
                }
                for name, each in rows
            ]
        )
    elif not rows:
        out().print(f"Nothing to say about {len(found)} agreement(s).")
    else:
        table = Table("agency", "code", "the agreement", "where", "what to do")
        for name, each in rows:
            code = f"[red]{each.code}[/]" if each.code in clauses() else each.code
            table.add_row(name, code, safe(each.problem), safe(each.where), safe(each.remedy))
        out().print(table)
    if bad:
        raise typer.Exit(1)


@agreement_app.command("show")
def show_agreement(agency: AgencyName, json: Json = False) -> None:
    """Show an agency's agreement as the program reads it, and those before it."""
    from pipeline.agencies import check_agreement
    from pipeline.cli.show import out, put, safe
    from pipeline.model import AgreementStopped
    from pipeline.publish.agreements import public_copy, terms_of
    from pipeline.usecases.agreements import agency_named

    loaded = agency_named(settings_here(), agency)
    terms = loaded.agreement
    stopped = ""
    try:
        check_agreement(loaded, datetime.now(loaded.timezone).date())
    except AgreementStopped as stop:
        stopped = stop.code.value
    if json:
        earlier = [terms_of(loaded, each) for each in terms.earlier]
        put({**terms_of(loaded, terms), "stopped": stopped, "earlier": earlier})
        return
    console = out()
    console.print(safe(public_copy(loaded, terms)), soft_wrap=True)
    for each in reversed(terms.earlier):
        console.print(f"Before it: agreement {each.version}, {each.effective} to {each.expires}.")
    if stopped:
        console.print(f"[red]The feed is not read: {stopped}.[/]")


@agreement_app.command("public")
def public_agreement(
    agency: AgencyName,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="A file to write; else standard output.")
    ] = None,
) -> None:
    """Print the public copy, with what is given in return; publishing puts it on the site."""
    import sys

    from pipeline.publish.agreements import public_copy
    from pipeline.usecases.agreements import agency_named

    loaded = agency_named(settings_here(), agency)
    text = public_copy(loaded, loaded.agreement)
    if out_file is None:
        sys.stdout.write(text)
    else:
        out_file.write_text(text, encoding="utf-8")
