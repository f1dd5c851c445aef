"""The redaction log, for auditors: filtered, counted, handed out as a file after an entry.

No row holds a text. Whoever sees one agency alone sees that agency's rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response

from pipeline.desk.guard import DeskOf, Somebody, Visitor
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.rooms.oversight import attachment
from pipeline.desk.state import Desk, NotHere
from pipeline.model import Entity, May, Refused
from pipeline.usecases.feed_pages import known_feed
from pipeline.usecases.redaction_log import Filters, Format, export_redactions
from pipeline.usecases.redaction_page import redaction_page

__all__ = ["room"]

room = Room()

_SHOWN = 50
_FIELDS = ("agency", "since", "until", "entity", "recognizer", "reason_code")
_KINDS = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@room.get("/oversight/redactions", May.OVERSEE)
def redactions_page(
    request: Request, desk: DeskOf, who: Somebody, before: str = ""
) -> HTMLResponse:
    """Show rows that pass the filters from an entry back, and counts of all of them."""
    _known(desk, who)
    given = _given(request.query_params)
    found = redaction_page(
        desk.store, desk.settings, _filters(given, who), before=_entry(before), shown=_SHOWN
    )
    return page(
        request,
        "redactions.html",
        found=found,
        charts=(found.reasons.most_common(10), found.entities.most_common(10)),
        given=given,
        before=before,
        older=None if found.older is None else _address(given, found.older),
        newest=_address(given),
        entities=tuple(Entity),
        forms=tuple(Format),
        own=who.account.agency_id,
    )


@room.post("/oversight/redactions", May.OVERSEE)
async def export(request: Request, desk: DeskOf, who: Somebody) -> Response:
    """Hand out the rows that pass the filters; the entry that says who asked comes first."""
    _known(desk, who)
    form = await request.form()
    sent = {name: str(value) for name, value in form.items()}
    if sent.get("form") not in set(Format):
        raise Refused("choose a kind of file")
    wanted = Format(sent["form"])
    filters = _filters(_given(sent), who)
    body = await asyncio.to_thread(_file, desk, filters, wanted, who.account.name)
    return attachment(body, f"redactions.{wanted.value}", _KINDS[wanted])


def _file(desk: Desk, filters: Filters, form: Format, person: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"redactions.{form.value}"
        export_redactions(desk.settings, filters, path, form=form, person=person, now=desk.clock())
        return path.read_bytes()


def _known(desk: Desk, who: Visitor) -> None:
    """Let in who sees all agencies, or one that is here; refusals would name the others."""
    own = who.account.agency_id
    if own and not known_feed(desk.store, desk.settings, own):
        raise NotHere


def _given(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values.get(name, "").strip()[:80] for name in _FIELDS}


def _filters(given: Mapping[str, str], who: Visitor) -> Filters:
    entity = given["entity"]
    if entity and entity not in set(Entity):
        raise Refused("there is no such kind")
    return Filters(
        agency=who.account.agency_id or given["agency"] or None,
        since=_day(given["since"]),
        until=_day(given["until"]),
        entity=Entity(entity) if entity else None,
        recognizer=given["recognizer"],
        reason_code=given["reason_code"],
    )


def _address(given: Mapping[str, str], before: int | None = None) -> str:
    chosen = {name: value for name, value in given.items() if value}
    if before is not None:
        chosen["before"] = str(before)
    return f"/oversight/redactions?{urlencode(chosen)}"


def _entry(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused("an entry of the log is a number")
    return int(text)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("a day is written like 2026-11-25") from None
