"""Samples, for auditors: drawn, reviewed twice and blind, decided by a third person.

Shows redacted and public texts alone; the original is shown by ``blotter audit sample next``, which
counts it. What another marked is never shown to who may still review.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.audit.sampling import PUBLIC_TEXT, How, Mark, Pile
from pipeline.desk.guard import DeskOf, Somebody
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.rooms.oversight import whole
from pipeline.desk.state import Desk, NotHere
from pipeline.model import Entity, May, Refused
from pipeline.usecases.sample_desk import marks_from, next_dispute, sample_lines, written
from pipeline.usecases.sample_figures import audit_figures
from pipeline.usecases.sampling import adjudicate, draw_sample, mark_item, next_item

__all__ = ["room"]

room = Room()

# A mask, a word, or one other character: the smallest things that can be marked.
_TOKEN = re.compile(r"\[[A-Z_]+\]|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A piece of a text: characters ``start`` to ``end``; only what is no space can be marked."""

    start: int
    end: int
    text: str
    token: bool


@room.get("/oversight/samples", May.OVERSEE)
def samples_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """List samples, what they show so far, and a way to draw another."""
    whole(who)
    return page(
        request,
        "samples.html",
        samples=sample_lines(desk.store, person=who.account.name),
        figures=audit_figures(desk.settings),
        piles=tuple(Pile),
        hows=tuple(How),
    )


@room.post("/oversight/samples/draw", May.OVERSEE)
def draw_one(
    desk: DeskOf,
    who: Somebody,
    pile: Annotated[str, Form()] = "",
    how: Annotated[str, Form()] = "",
    size: Annotated[str, Form()] = "",
    agency: Annotated[str, Form()] = "",
) -> Response:
    """Draw a sample; its seed stands in the log."""
    whole(who)
    if pile not in set(Pile) or how not in set(How) or not size.isascii() or not size.isdigit():
        raise Refused("say what is drawn from, how, and how many")
    drawn = draw_sample(
        desk.settings,
        pile=Pile(pile),
        how=How(how),
        size=int(size[:6]),
        seed=secrets.token_hex(6),
        person=who.account.name,
        now=desk.present(),
        agency=agency.strip() or None,
    )
    return RedirectResponse(f"/oversight/samples/{drawn.sample_id}", 303)


@room.get("/oversight/samples/{sample_id}", May.OVERSEE)
def review_page(request: Request, desk: DeskOf, who: Somebody, sample_id: str) -> HTMLResponse:
    """Show the next record this person may review; never what somebody else marked."""
    _sample(desk, who.account.name, sample_id)
    whole(who)
    item = next_item(desk.settings, sample_id, person=who.account.name, now=desk.present())
    texts = {} if item is None else item.texts
    return _review(request, sample_id, item, texts, said=(), action="mark")


@room.post("/oversight/samples/{sample_id}/mark", May.OVERSEE)
def mark_one(
    desk: DeskOf,
    who: Somebody,
    sample_id: str,
    record: Annotated[str, Form()] = "",
    marks: Annotated[str, Form()] = "",
) -> Response:
    """Write down what this person found; no marks means that nothing is wrong."""
    whole(who)
    _sample(desk, who.account.name, sample_id)
    mark_item(
        desk.settings,
        sample_id,
        _number(record),
        person=who.account.name,
        marks=marks_from(marks),
        now=desk.present(),
    )
    return RedirectResponse(f"/oversight/samples/{sample_id}", 303)


@room.get("/oversight/samples/{sample_id}/disputes", May.OVERSEE)
def dispute_page(request: Request, desk: DeskOf, who: Somebody, sample_id: str) -> HTMLResponse:
    """Show what two people see differently, to a third."""
    whole(who)
    _sample(desk, who.account.name, sample_id)
    item = next_dispute(desk.store, sample_id, person=who.account.name)
    texts = {} if item is None else item.texts
    said = () if item is None else tuple(_said(marks, texts) for marks in item.reviews)
    return _review(request, sample_id, item, texts, said=said, action="adjudicate")


@room.post("/oversight/samples/{sample_id}/adjudicate", May.OVERSEE)
def decide_one(
    desk: DeskOf,
    who: Somebody,
    sample_id: str,
    record: Annotated[str, Form()] = "",
    marks: Annotated[str, Form()] = "",
) -> Response:
    """Decide a disagreement: these marks stand."""
    whole(who)
    _sample(desk, who.account.name, sample_id)
    adjudicate(
        desk.settings,
        sample_id,
        _number(record),
        person=who.account.name,
        marks=marks_from(marks),
        now=desk.present(),
    )
    return RedirectResponse(f"/oversight/samples/{sample_id}/disputes", 303)


def _review(
    request: Request,
    sample_id: str,
    item: object,
    texts: Mapping[int, str],
    *,
    said: tuple[object, ...],
    action: str,
) -> HTMLResponse:
    """Show a record with its texts in pieces, or that there is none left."""
    return page(
        request,
        "review.html",
        sample_id=sample_id,
        item=item,
        texts=_cut(texts),
        entities=tuple(Entity),
        public=PUBLIC_TEXT,
        said=said,
        action=action,
    )


def _sample(desk: Desk, person: str, sample_id: str) -> None:
    known = {each.sample.sample_id for each in sample_lines(desk.store, person=person)}
    if sample_id not in known:
        raise NotHere


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused("say which record")
    return int(text)


def _cut(texts: Mapping[int, str]) -> dict[int, list[_Piece]]:
    """Return each text in pieces whose places are the text's own, in characters."""
    return {place: list(_pieces(text)) for place, text in sorted(texts.items())}


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            gap = text[at : match.start()]
            found.append(_Piece(start=at, end=match.start(), text=gap, token=False))
        start, at = match.span()
        found.append(_Piece(start=start, end=at, text=match[0], token=True))
    if at < len(text):
        found.append(_Piece(start=at, end=len(text), text=text[at:], token=False))
    return found


def _said(marks: tuple[Mark, ...], texts: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return each mark as a line, with the redacted words it covers."""
    return [(written(each), texts.get(each.remark, "")[each.start : each.end]) for each in marks]
