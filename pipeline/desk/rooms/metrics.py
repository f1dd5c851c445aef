"""How good the desk's decisions are. Names nobody but the one who looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline.desk.guard import DeskOf, Somebody
from pipeline.desk.page import page
from pipeline.desk.room import Room
from pipeline.model import May
from pipeline.usecases.desk_metrics import desk_metrics
from pipeline.usecases.trials import agreement_on_trials, make_trial

__all__ = ["room"]

room = Room()

FEW = 5
"""Below so many answers of others no share is shown: it would point at somebody."""


@room.get("/metrics", May.SEE_METRICS)
def metrics_page(request: Request, desk: DeskOf, who: Somebody) -> HTMLResponse:
    """Show the figures of thirty days."""
    m = desk_metrics(desk.store, now=desk.present())
    since = desk.clock() - timedelta(days=m.days)
    agreed = agreement_on_trials(desk.store, editor=who.account.name, since=since)
    return page(request, "metrics.html", m=m, agreed=agreed, few=FEW)


@room.post("/candidates/{candidate_id}/trial", May.OVERSEE)
def make_item(
    desk: DeskOf,
    who: Somebody,
    candidate_id: str,
    expected: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Keep a decided candidate as a silent test item, with the answer that is right."""
    desk.require_seen(who.account, candidate_id)
    make_trial(
        desk.settings,
        desk.store,
        candidate_id,
        expected=expected,
        reason=reason[:40],
        by=who.account.name,
        now=desk.clock(),
    )
    return RedirectResponse("/metrics?made", 303)
