"""``blotter policy``: what may be told of each category, how exactly and when.

Reads the policy and agency files only.
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

__all__ = ["policy_app"]

policy_app = typer.Typer(no_args_is_help=True, help="Read the publication policy in force.")


@policy_app.callback()
def _group() -> None:
    """Keep ``show`` a command of its own while it is the only one."""


@policy_app.command("show")
def show(
    agency: Annotated[
        str | None, typer.Option("--agency", help="As this agency makes it stricter.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Show the terms of every category: verbs, reason and legal basis."""
    from rich.table import Table

    from pipeline.cli.show import out, put, safe
    from pipeline.policies.verbs import spoken
    from pipeline.usecases.settings import load_settings
    from pipeline.usecases.terms import terms_in_force

    rows = terms_in_force(load_settings(os.environ), agency=agency)
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
