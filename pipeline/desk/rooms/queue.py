"""The queue: tabs, filters, saved views, rejecting many at once, and the news."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from pipeline.desk.answers import seen_version
from pipeline.desk.guard import DeskOf, Somebody, Visitor, still_on
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.desk.state import Desk
from pipeline.model import Conflict, May, Refused, RejectReason, Verb
from pipeline.usecases.accounts import save_preferences
from pipeline.usecases.cards import Change, Wanted
from pipeline.usecases.desk_tabs import TABS, Line, draft_count, mixed_in, tab_rows
from pipeline.usecases.reject import reject
from pipeline.usecases.trials import answer_trial, find_trial, next_trial

__all__ = ["KEYS", "keys_of", "room"]

room = Room()

_PAGE, _MOST_AT_ONCE = 50, 50
_PARTS = ("tab", "agency", "area", "category", "tier", "q")

KEYS: Mapping[str, str] = {
    "next": "j",
    "previous": "k",
    "open": "Enter",
    "approve": "a",
    "reject": "r",
    "edit": "e",
    "hold": "h",
    "merge": "m",
    "correct": "c",
    "retract": "x",
    "undo": "u",
    "mark": "v",
    "search": "/",
    "help": "?",
}
"""What each key does while the queue has the focus; anybody may choose others."""


def keys_of(who: Visitor) -> dict[str, str]:
    """Return somebody's own keys."""
    return {**KEYS, **who.preferences.get("keys", {})}


@room.get("/queue", May.SEE_QUEUE)
def queue_page(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    tab: str = "pending",
    agency: str = "",
    area: str = "",
    category: str = "",
    tier: str = "",
    q: str = "",
    start: int = 0,
) -> HTMLResponse:
    """Show a tab of the queue, or, asked by a part of the page, its list alone."""
    wanted = Wanted(
        agency=who.account.agency_id or agency,
        area=area,
        category=category,
        tier=tier,
        words=q[:100],
        held=tab == "held",
    )
    if tab not in TABS:
        raise Refused("there is no such tab")
    start = max(0, start)
    desk.board.follow()
    look = partial(_look, desk, tab, wanted, who.account.name)
    rows, total = look(start)
    if start and not rows:
        # What stood on the last page is decided by now.
        start = max(0, total - 1) // _PAGE * _PAGE
        rows, total = look(start)
    counts = dict(desk.board.counts(who.account.agency_id))
    counts["draft"] = draft_count(desk.store, editor=who.account.name, agency=who.account.agency_id)
    if tab == "pending" and start == 0 and who.account.may(May.DECIDE):
        rows, more = _with_trial(desk, who, rows, wanted)
        total, counts["pending"] = total + more, counts["pending"] + more
    chosen = {"tab": tab, "agency": agency, "area": area, "category": category, "tier": tier}
    return page(
        request,
        "list.html" if request.headers.get("hx-target") == "list" else "queue.html",
        tab=tab,
        tabs=TABS,
        rows=rows,
        total=total,
        start=start,
        more=start + _PAGE < total,
        chosen={**chosen, "q": q},
        here=urlencode({**chosen, "q": q}),
        counts=counts,
        shed=desk.shed_today(),
        index=desk.board.index,
        choices=desk.board.choices(who.account.agency_id),
        views=who.preferences.get("views", {}),
        keys=keys_of(who),
        reasons=tuple(RejectReason),
        lookers=desk.lookers(),
    )


def _look(
    desk: Desk, tab: str, wanted: Wanted, editor: str, start: int
) -> tuple[Sequence[Line], int]:
    return tab_rows(desk.store, desk.board, tab, wanted, editor=editor, start=start, limit=_PAGE)


def _with_trial(
    desk: Desk, who: Visitor, rows: Sequence[Line], wanted: Wanted
) -> tuple[Sequence[Line], bool]:
    """Mix in a test item, if one is due for this editor."""
    now = desk.clock()
    trial = next_trial(
        desk.settings,
        desk.store,
        editor=who.account.name,
        agency_id=who.account.agency_id,
        now=now,
    )
    return (rows, False) if trial is None else mixed_in(rows, trial, wanted, now)


@room.get("/stream", May.SEE_QUEUE)
async def stream(request: Request, desk: DeskOf, who: Somebody, after: int = -1) -> Response:
    """Tell of changes as they come; after a break, of what was missed."""
    sent = request.headers.get("last-event-id", "")
    known = sent.isascii() and sent.isdigit() and len(sent) < _LONGEST_INDEX
    index = int(sent) if known else after if after >= 0 else desk.board.index

    async def news() -> AsyncIterator[ServerSentEvent]:
        at, checked = index, time.monotonic()
        yield ServerSentEvent(event="hello", data=str(at), id=str(at), retry=1_000)
        while not await request.is_disconnected():
            changes = desk.board.since(at)
            if changes is None:
                at = desk.board.index
                yield ServerSentEvent(event="reload", data="", id=str(at))
            elif changes:
                at = changes[-1].index
                yield ServerSentEvent(
                    event="queue", data=_told(changes, who.account.agency_id), id=str(at)
                )
            else:
                await desk.news.wait(at)
            # Also where there is always something to tell: it is told to who is still logged on.
            if time.monotonic() - checked > _CHECK_SECONDS:
                checked = time.monotonic()
                if not await run_in_threadpool(still_on, desk, who.token):
                    return

    return EventSourceResponse(news(), ping=15, headers={"x-accel-buffering": "no"})


_CHECK_SECONDS = 15.0
_LONGEST_INDEX = 16  # digits


@room.post("/queue/reject", May.DECIDE_MANY)
def reject_many(
    request: Request,
    desk: DeskOf,
    who: Somebody,
    ids: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Turn down several at once; there is no such thing for approving."""
    if reason not in {each.value for each in RejectReason}:
        raise Refused("choose a reason")
    marked = [_marked(each) for each in (ids or [])[:_MOST_AT_ONCE]]
    if not marked:
        raise Refused("mark what is to be rejected")
    for candidate_id, _ in marked:
        desk.require_seen(who.account, candidate_id)
    done, moved = [], 0
    for candidate_id, version in marked:
        try:
            _reject_one(desk, who, candidate_id, version, RejectReason(reason))
            done.append(candidate_id)
        except Conflict:
            moved += 1
    news = {"ids": done, "moved": moved}
    return page(
        request,
        "toast.html",
        verb="rejected-many",
        number=len(done),
        moved=moved,
        candidate_id="",
        undo=0,
        what="",
        decided=None,
        headers={"hx-trigger": json.dumps({"decided": news})},
    )


def _marked(text: str) -> tuple[str, str]:
    """Return a marked line's candidate and the version its editor saw."""
    candidate_id, _, version = text.partition(":")
    return candidate_id, seen_version("", version)


def _reject_one(
    desk: Desk, who: Visitor, candidate_id: str, version: str, reason: RejectReason
) -> None:
    settles = desk.clock() + desk.undo
    trial = find_trial(desk.store, candidate_id)
    if trial is not None:
        answer_trial(
            desk.store,
            trial,
            editor=who.account.name,
            verb=Verb.REJECT,
            reason=reason.value,
            expected=version,
            now=desk.clock(),
            settles=settles,
        )
        return
    reject(
        desk.settings,
        candidate_id,
        editor=who.account.name,
        now=desk.present(),
        reason=reason,
        expected=version,
        settles=settles,
    )


@room.post("/views", May.SEE_QUEUE)
def save_view(
    desk: DeskOf,
    who: Somebody,
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
    drop: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Keep the filters under a name, or forget a name."""
    views: dict[str, Any] = dict(who.preferences.get("views", {}))
    if drop:
        views.pop(drop, None)
    elif name.strip() and len(views) < 20:
        views[" ".join(name.split())[:40]] = query[:400]
    who.preferences["views"] = views
    save_preferences(desk.store, who.account.account_id, json.dumps(who.preferences))
    return RedirectResponse("/queue", 303)


@room.post("/keys", May.SEE_QUEUE)
async def save_keys(request: Request, desk: DeskOf, who: Somebody) -> RedirectResponse:
    """Keep somebody's own keys; empty ones switch a key off, none may do two things."""
    form = await request.form()
    keys = {name: str(form.get(name, "")).strip()[:10] for name in KEYS}
    used = [key for key in keys.values() if key]
    if len(used) != len(set(used)):
        raise Refused("one key can do one thing only")
    who.preferences["keys"] = keys
    text = json.dumps(who.preferences)
    await run_in_threadpool(save_preferences, desk.store, who.account.account_id, text)
    return RedirectResponse("/queue", 303)


def _told(changes: tuple[Change, ...], agency: str) -> str:
    came = {key for each in changes for key, of in each.came if agency in ("", of)}
    went = {key for each in changes for key, of in each.went if agency in ("", of)}
    return json.dumps({"came": sorted(came - went)[:50], "went": sorted(went - came)[:200]})
