"""``blotter policy``: what may be told, and what another policy would change.

Reads policies, agency files and, to simulate, what was received; it never writes.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here

__all__ = ["policy_app"]

policy_app = typer.Typer(no_args_is_help=True, help="Read, compare and simulate policies.")


@policy_app.command("show")
def show(
    agency: Annotated[
        str | None, typer.Option("--agency", help="As this agency makes it stricter.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the terms of every category: verbs, reason and legal basis."""
    from rich.table import Table

    from pipeline.cli.show import out, put, safe
    from pipeline.policies.verbs import spoken
    from pipeline.usecases.terms import terms_in_force

    rows = terms_in_force(settings_here(), agency=agency)
    if json:
        put(
            [
                {
                    "category": row.category.value,
                    "audience": row.audience.value,
                    "verbs": list(spoken(row.terms)),
                    "reason": row.terms.reason,
                    "legal_basis": row.terms.legal_basis,
                }
                for row in rows
            ]
        )
        return
    table = Table("category", "audience", "verbs", "reason; legal basis")
    for row in rows:
        words = f"{row.terms.reason}; {row.terms.legal_basis}"
        verbs = " ".join(spoken(row.terms))
        table.add_row(row.category.value, row.audience.value, safe(verbs), safe(words))
    out().print(table)


@policy_app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="A version, VERSION+PACK, or a .yml file.")],
    new: Annotated[str, typer.Argument(help="The one that would take its place.")],
    json: Json = False,
) -> None:
    """Compare two policies part by part; exit status 1 if anything became looser."""
    from pipeline.cli.show_policy import differed
    from pipeline.policies import differences, load_policy, looser_ones

    before, after = load_policy(old), load_policy(new)
    found = differences(before, after)
    differed(before, after, found, json=json)
    if looser_ones(found):
        raise typer.Exit(1)


@policy_app.command("simulate")
def simulate_policy(
    new: Annotated[str, typer.Argument(help="A version, VERSION+PACK, or a .yml file.")],
    days: Annotated[int, typer.Option(help="How far to look back.")] = 90,
    agency: Annotated[str | None, typer.Option("--agency", help="Only this agency.")] = None,
    editor: Annotated[
        str, typer.Option("--exact", help="Your name, to see small numbers too; else hidden.")
    ] = "",
    json: Json = False,
) -> None:
    """Say what another policy would have done with the last days' calls; nothing is saved."""
    from pipeline.cli.show import walking
    from pipeline.cli.show_policy import PROPERTIES, simulated
    from pipeline.usecases.simulate import counts, number, simulate

    settings, now = settings_here(), clock()
    with walking(json=json) as progress:
        found = simulate(settings, new, days=days, now=now, agency=agency, progress=progress)
    tables = {by: counts(settings, found, by, editor=editor) for by in PROPERTIES}
    simulated(found, tables, lambda count: number(settings, count, editor=editor), json=json)
