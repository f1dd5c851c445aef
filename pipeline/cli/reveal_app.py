"""``blotter reveal``: shows an original for a while; a second person reviews it.

Reads options and prints. A body goes to standard output alone, never into JSON.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.audit.reveals import RevealCode, RevealRole, Verdict
from pipeline.cli.groups import ShowGroup
from pipeline.cli.surroundings import Json, Person, settings_here, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.audit.reveals import Reveal

__all__ = ["reveal_app"]

reveal_app = typer.Typer(
    cls=ShowGroup, help="Show an original, with an entry; `show` may be left out."
)

Reason = Annotated[str, typer.Option(help="Why, in words; kept in the log.")]
Entry = Annotated[int, typer.Argument(help="The reveal's entry, as `list` shows it.")]


@reveal_app.command("show")
def show(
    payload: Annotated[str, typer.Argument(help="Id from `blotter quarantine`.")],
    role: Annotated[
        RevealRole, typer.Option(envvar="BLOTTER_ROLE", help="In what role it is opened.")
    ],
    code: Annotated[RevealCode, typer.Option(help="Why, as reports count it.")],
    reason: Reason,
    person: Person = "",
    minutes: Annotated[
        int, typer.Option(min=1, max=60, help="For how long `again` may show it once more.")
    ] = 15,
) -> None:
    """Print a payload's private body; the log says first who, in what role and why."""
    from pipeline.usecases.reveal import reveal_payload

    settings = settings_here()
    body = reveal_payload(
        settings,
        payload,
        person=person,
        role=role,
        code=code,
        reason=reason,
        now=time_of(settings),
        open_for=timedelta(minutes=minutes),
    )
    sys.stdout.buffer.write(body)


@reveal_app.command("again")
def again(entry: Entry, person: Person = "") -> None:
    """Print what you revealed once more, while its time runs; that is an entry too."""
    from pipeline.usecases.reveal import reveal_again

    settings = settings_here()
    sys.stdout.buffer.write(reveal_again(settings, entry, person=person, now=time_of(settings)))


@reveal_app.command("list")
def list_(
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those nobody reviewed within a week.")
    ] = False,
    json: Json = False,
) -> None:
    """List who opened which original and why, and who reviewed it."""
    from pipeline.usecases.reveal import reveals

    settings = settings_here()
    now = time_of(settings)
    _shown(reveals(settings, now=now, overdue=overdue), now, json=json)


@reveal_app.command("review")
def review(
    entry: Entry,
    verdict: Annotated[Verdict, typer.Option(help="What you find of it.")],
    reason: Reason,
    person: Person = "",
    json: Json = False,
) -> None:
    """Say as a second person whether a reveal was in order, once and for good."""
    from pipeline.usecases.reveal import review_reveal

    settings = settings_here()
    now = time_of(settings)
    done = review_reveal(settings, entry, person=person, verdict=verdict, reason=reason, now=now)
    _shown([done], now, json=json)


def _shown(rows: Sequence[Reveal], now: datetime, *, json: bool) -> None:
    from rich.table import Table

    from pipeline.cli.show import SHORT, out, put, safe

    if json:
        put([{**asdict(row), "overdue": row.overdue(now)} for row in rows])
        return
    table = Table("entry", "when (UTC)", "payload", "by", "role", "code", "reason", "review")
    for row in rows:
        word = "overdue" if row.overdue(now) else "waits" if row.needs_review else "by the sample"
        if row.review is not None:
            word = f"{row.review.verdict.value} ({safe(row.review.by)})"
        table.add_row(
            str(row.index),
            f"{row.at:%Y-%m-%d %H:%M}",
            row.payload_id[:SHORT],
            safe(row.by),
            row.role,
            row.code,
            safe(row.reason),
            word,
        )
    out().print(table)
