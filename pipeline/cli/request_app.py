"""``blotter request``: requests of victims and subjects, from intake to the letter.

Reads options and prints. What a person gave is asked for unseen where a hyphen stands, and shown
in their own letter alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.surroundings import Json, Person, settings_here, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.adapters.store.requests import RequestRow

__all__ = ["request_app"]

request_app = typer.Typer(
    no_args_is_help=True, help="Requests of victims and subjects, from intake to answer."
)

RequestId = Annotated[str, typer.Argument(help="The request, as `open` named it.")]


def _asked(what: str, value: str | None) -> str:
    return typer.prompt(what, hide_input=True, err=True) if value == "-" else value or ""


@request_app.command("open")
def open_(
    kind: Annotated[str, typer.Option(help="Who asks: victim, subject or representative.")],
    person: Person = "",
    phone: Annotated[list[str] | None, typer.Option(help="A telephone number of theirs.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="A name of theirs.")] = None,
    address: Annotated[list[str] | None, typer.Option(help="House number and street.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="Any other value, as written.")] = None,
    letter_to: Annotated[str, typer.Option(help="Name on the answer's letter.")] = "",
    letter_at: Annotated[
        str, typer.Option(help="Address on the letter, lines parted by semicolons.")
    ] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="Answered within so many days.")] = 30,
    json: Json = False,
) -> None:
    """Take a request in; values go into the vault. Give a hyphen to be asked for one unseen."""
    from pipeline.model import Refused, Sensitive
    from pipeline.usecases.removed import Asked
    from pipeline.usecases.requests import Given, RequestKind, open_request

    if kind not in set(RequestKind):
        raise Refused(f"--kind is one of: {', '.join(RequestKind)}")
    values = [
        (about, Sensitive(_asked(about.value, each)))
        for about, given in zip(Asked, (phone, name, address, text), strict=True)
        for each in given or ()
    ]
    lines = "\n".join(part.strip() for part in _asked("address of letter", letter_at).split(";"))
    given = Given(
        values=tuple(values),
        name=Sensitive(_asked("name on letter", letter_to)),
        address=Sensitive(lines),
    )
    settings = settings_here()
    now = time_of(settings)
    row = open_request(
        settings, RequestKind(kind), given, person=person, now=now, within=timedelta(days=days)
    )
    _shown([row], now, json=json)


@request_app.command("search")
def search(
    request: RequestId,
    reason: Annotated[str, typer.Option(help="Why it is asked; kept in the log.")],
    person: Person = "",
    json: Json = False,
) -> None:
    """Search the log for what the person gave; each value is a question with its entry."""
    from dataclasses import asdict

    from pipeline.cli.show import SHORT, out, put, safe
    from pipeline.usecases.requests import search_request

    settings = settings_here()
    places = search_request(settings, request, person=person, reason=reason, now=time_of(settings))
    if json:
        put([asdict(each) for each in places])
        return
    # Each revision of a call was searched; they say the same in one line.
    lines: dict[str, None] = {}
    for each in places:
        part = "" if each.whole else " (only a part agrees: not counted)"
        call = f"call {each.incident[:SHORT]} of {safe(each.agency)}, {safe(each.at[:10])}"
        lines[f"{call}: {each.entity}{part}"] = None
    for line in lines:
        out().print(line, soft_wrap=True)
    found = len({each.incident for each in places if each.whole})
    out().print(f"{found} call(s) found. Next: `blotter request suppress {safe(request)}`.")


@request_app.command("suppress")
def suppress(
    request: RequestId,
    person: Person = "",
    call: Annotated[
        list[str] | None, typer.Option(help="Only this call, as `search` shows it; repeatable.")
    ] = None,
    json: Json = False,
) -> None:
    """Withhold for good what was found, withdraw its alerts, and tell every channel."""
    from pipeline.cli.show import out, put
    from pipeline.model import BlotterError, Refused
    from pipeline.usecases.publish import publish_due
    from pipeline.usecases.request_answer import suppress_request

    settings = settings_here()
    now = time_of(settings)
    done = suppress_request(settings, request, person=person, now=now, only=call or ())
    try:
        publish_due(settings, now=now)
    except BlotterError as error:
        why = f"withheld, but alerts are STILL PUBLIC: {error}; then run `blotter publish`"
        raise Refused(why) from None
    if json:
        put({"calls": done.calls, "alerts": list(done.alerts)})
        return
    out().print(
        f"{done.calls} call(s) withheld for good, {len(done.alerts)} alert(s) withdrawn"
        " from every channel."
    )


@request_app.command("answer")
def answer(
    request: RequestId,
    person: Person = "",
    folder: Annotated[Path, typer.Option("--out", help="Folder for both forms of it.")] = Path(),
    json: Json = False,
) -> None:
    """Write the answer's letter as text and HTML, with the person's own name and address."""
    from pipeline.cli.show import out, put, safe
    from pipeline.usecases.request_answer import answer_request

    settings = settings_here()
    paths = answer_request(settings, request, folder=folder, person=person, now=time_of(settings))
    if json:
        put({"letters": [str(path) for path in paths]})
        return
    out().print(
        f"{safe(str(paths[0]))} and .html hold the person's name: send one, then delete both.",
        soft_wrap=True,
    )


@request_app.command("list")
def list_(
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those that should have been answered.")
    ] = False,
    json: Json = False,
) -> None:
    """List requests with their deadlines; what the person gave is not shown."""
    from pipeline.usecases.requests import requests_list

    settings = settings_here()
    now = time_of(settings)
    _shown(requests_list(settings, now=now, overdue=overdue), now, json=json)


@request_app.command("close")
def close(
    request: RequestId,
    reason: Annotated[str, typer.Option(help="How it ended; kept in the log.")],
    person: Person = "",
    json: Json = False,
) -> None:
    """Close a request; what the person gave is destroyed when its time is over."""
    from pipeline.usecases.requests import close_request

    settings = settings_here()
    now = time_of(settings)
    row = close_request(settings, request, person=person, reason=reason, now=now)
    _shown([row], now, json=json)


def _shown(rows: Sequence[RequestRow], now: datetime, *, json: bool) -> None:
    from rich.table import Table

    from pipeline.cli.show import out, put

    if json:
        put([_row(row, now) for row in rows])
        return
    table = Table("request", "who asks", "state", "opened", "due", "calls found", "suppressed")
    for row in rows:
        due = f"{row.due_at:%Y-%m-%d}"
        if row.state == "open":
            left = (row.due_at - now).days
            due += " [bold red]overdue[/]" if row.overdue(now) else f" (in {left} days)"
        table.add_row(
            row.request_id,
            row.kind,
            row.state,
            f"{row.opened_at:%Y-%m-%d}",
            due,
            "not searched" if row.searched_at is None else str(len(row.incidents)),
            str(len(row.suppressed)),
        )
    out().print(table)


def _row(row: RequestRow, now: datetime) -> dict[str, Any]:
    return {
        "request": row.request_id,
        "kind": row.kind,
        "state": row.state,
        "opened_at": row.opened_at,
        "due_at": row.due_at,
        "overdue": row.overdue(now),
        "searched_at": row.searched_at,
        "closed_at": row.closed_at,
        "incidents": list(row.incidents),
        "suppressed": list(row.suppressed),
        "given": "sealed" if row.sealed is not None else "destroyed",
    }
