"""``blotter quarantine``: what could not be read, why, and trying it again.

Prints codes, positions, names of fields and forms; a value of a feed is never printed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.groups import ListGroup
from pipeline.cli.surroundings import Json, Person, settings_here, time_of

__all__ = ["quarantine_app"]

quarantine_app = typer.Typer(
    cls=ListGroup, help="What could not be read, and trying it again; `list` may be left out."
)

Payload = Annotated[str, typer.Argument(help="Id from `blotter quarantine`, or its beginning.")]


@quarantine_app.command("list")
def list_quarantine(
    agency: Annotated[str | None, typer.Option("--agency", help="Only this agency.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Discarded ones too.")] = False,
    json: Json = False,
) -> None:
    """List payloads and records that could not be read, with code and position."""
    from pipeline.cli import show_ledger
    from pipeline.usecases.queue import quarantine_list, quarantined_record_list

    settings = settings_here()
    now = time_of(settings)
    show_ledger.quarantine(
        quarantine_list(settings, now=now, agency=agency, every=every),
        quarantined_record_list(settings, now=now, agency=agency, every=every),
        json=json,
    )


@quarantine_app.command("show")
def show_quarantined(payload: Payload, json: Json = False) -> None:
    """Show why and where one payload was refused, what to do, and the form of what stands there."""
    from dataclasses import asdict

    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.quarantine import look

    settings = settings_here()
    seen = look(settings, payload, now=time_of(settings))
    if json:
        put({**asdict(seen), "discarded": sorted(seen.discarded)})
        return
    console = out()
    whole = f": {seen.code} {safe(seen.position)}" if seen.code else ""
    console.print(f"{seen.payload_id[:12]} of {seen.agency_id}{whole}".rstrip())
    console.print(f"{seen.meaning} {seen.remedy}")
    for each in seen.records:
        console.print(f"record {each.position + 1}: {each.code} {safe(each.field)}".strip())
    if seen.preview:
        console.print(safe(seen.preview))


@quarantine_app.command("replay")
def replay_quarantined(payload: Payload, editor: Person = "", json: Json = False) -> None:
    """Walk a quarantined payload, or its quarantined records, by today's agency file."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.quarantine import replay

    settings = settings_here()
    done = replay(settings, payload, person=editor, now=time_of(settings))
    if json:
        put({"payload": done.payload_id, "tried": done.tried, "still": done.still})
        return
    counts = ", ".join(f"{number} {state}" for state, number in sorted(done.counts.items()))
    out().print(f"Tried {done.tried}: {counts or 'nothing moved'}; {done.still} still quarantined.")


@quarantine_app.command("discard")
def discard_quarantined(
    payload: Payload,
    reason: Annotated[str, typer.Option(help="Why, in words; kept in the log.")],
    record: Annotated[
        int | None, typer.Option(min=1, help="Only this record of it, from 1.")
    ] = None,
    editor: Person = "",
    json: Json = False,
) -> None:
    """Say that a payload or record will not be read again; it stays counted as quarantined."""
    from pipeline.cli.show import out, put
    from pipeline.usecases.quarantine import discard

    settings = settings_here()
    now = time_of(settings)
    at = None if record is None else record - 1
    done = discard(settings, payload, record=at, person=editor, reason=reason, now=now)
    if json:
        put({"payload": done, "record": record})
    else:
        out().print(f"Discarded {done[:12]}.")
