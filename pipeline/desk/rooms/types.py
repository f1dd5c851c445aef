"""Call types nobody mapped: votes, what a mapping would move, and saving it.

A proposal shows a few redacted calls, none of which is sensitive. A preview counts and shows no
call; small counts are hidden. Only what was previewed is saved, by the digest of its preview, and
the next walk judges what is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.classify.apco import apco_codes
from pipeline.desk.guard import DeskOf, Somebody
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.rooms.feeds import require_feed
from pipeline.desk.state import Desk
from pipeline.model import ConfigError, May, Refused
from pipeline.usecases.mapping import moved, preview, save
from pipeline.usecases.types import MASKED, Suggestion, suggest

__all__ = ["room"]

room = Room()

_DAYS = 30
_MOST_CHOSEN = 50
_Cells = Mapping[tuple[str, str], int | None]


@room.get("/feeds/{agency_id}/types", May.RUN_FEEDS)
def types_page(request: Request, desk: DeskOf, who: Somebody, agency_id: str) -> HTMLResponse:
    """Show unmapped call types, who votes for what, and the lines that would map the chosen ones.

    A person may put the lines into ``agency.yml`` by hand, or preview and save them here.
    """
    require_feed(desk, who, agency_id)
    return _types(request, desk, agency_id)


@room.post("/feeds/{agency_id}/types/preview", May.RUN_FEEDS)
def preview_it(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    agency_id: str,
    pair: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """Walk the calls of the last days again, and count what the chosen mapping would move."""
    require_feed(desk, who, agency_id)
    mapping = _mapping(desk, agency_id, pair)
    found = preview(desk.settings, agency_id, mapping, days=_DAYS, now=desk.present())
    return page(
        request,
        "impact.html",
        agency_id=agency_id,
        found=found,
        pairs=_pairs(mapping),
        tables=[_table(moved(desk.settings, found, by)) for by in ("category", "sensitivity")],
    )


@room.post("/feeds/{agency_id}/types/save", May.RUN_FEEDS)
def save_it(
    desk: DeskOf,
    who: Somebody,
    agency_id: str,
    pair: Annotated[list[str] | None, Form()] = None,
    digest: Annotated[str, Form()] = "",
) -> Response:
    """Write a previewed mapping into the agency's file, with an entry that names who did it."""
    require_feed(desk, who, agency_id)
    mapping = _mapping(desk, agency_id, pair)
    try:
        save(
            desk.settings,
            agency_id,
            mapping,
            digest=digest,
            editor=who.account.name,
            now=desk.present(),
        )
    except OSError:
        raise Refused("the agency's file cannot be written here; use the lines instead") from None
    return RedirectResponse(f"/feeds/{agency_id}/types?saved", 303)


def _types(request: Request, desk: Desk, agency_id: str) -> HTMLResponse:
    try:
        found, wrong = suggest(desk.settings, agency_id, now=desk.present()), ""
    except ConfigError as error:
        found, wrong = (), str(error)
    asked = request.query_params
    chosen = {each.code: asked.get(f"t{place}", "") for place, each in enumerate(found)}
    mapping = {each.code: chosen[each.code] for each in found if _may(each, chosen[each.code])}
    return page(
        request,
        "types.html",
        agency_id=agency_id,
        found=found,
        wrong=wrong,
        chosen=chosen,
        saved="saved" in asked,
        pairs=_pairs(mapping),
        lines=[f"  {json.dumps(code)}: {apco}" for code, apco in mapping.items()],
    )


def _may(each: Suggestion, apco: str) -> bool:
    """Return whether a choice may be mapped; a code that is masked in part may not."""
    return MASKED not in each.code and apco in apco_codes()


def _pairs(mapping: Mapping[str, str]) -> list[str]:
    return [json.dumps([code, apco]) for code, apco in mapping.items()]


def _mapping(desk: Desk, agency_id: str, pairs: list[str] | None) -> dict[str, str]:
    """Return the form's choices, each of an unmapped code and one of APCO's types."""
    found = suggest(desk.settings, agency_id, now=desk.present(), looked=0)
    offered = {each.code: each for each in found}
    mapping: dict[str, str] = {}
    for text in (pairs or [])[:_MOST_CHOSEN]:
        try:
            code, apco = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            raise Refused("choose what each call type means") from None
        if not isinstance(code, str) or code not in offered or not _may(offered[code], apco):
            raise Refused("choose what each call type means")
        mapping[code] = apco
    if not mapping:
        raise Refused("choose what each call type means")
    return mapping


def _table(cells: _Cells) -> tuple[list[str], list[tuple[str, list[int | None]]]]:
    """Return moves as columns and rows of counts; None is a count too small to show."""
    kinds = sorted({kind for _, kind in cells if kind})
    names = sorted({name for name, _ in cells if name})
    return kinds, [(name, [cells.get((name, kind), 0) for kind in kinds]) for name in names]
