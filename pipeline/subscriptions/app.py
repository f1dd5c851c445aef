"""Builds the readers' service: pages that work without JavaScript, and nothing else.

A link in a mail opens a page with a button; only the button's POST changes something, since mail
scanners follow links. The one exception is the POST of a mail program's own "unsubscribe" button
(RFC 8058). Answers to an address are the same for known and unknown ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Form
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles

from pipeline.adapters.mail_sender import Mail, MailSender
from pipeline.model import AreaChoice, Category, Choices, Refused, Rhythm
from pipeline.publish.channel import host
from pipeline.subscriptions.fence import Fence, Pace
from pipeline.usecases.resources import current_policy, site_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.subscribing import (
    NamedArea,
    areas_to_choose,
    change,
    confirm,
    erase_reader,
    exported,
    leave,
    reader_of,
    subscribe,
)

__all__ = ["build_app"]

_HERE = Path(__file__).parent
_NOBODY = "This link is not valid any more."
_SENT = "If this is an address, a mail is on its way to it. Nothing is sent until it is confirmed."


def build_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    mailer: MailSender | None = None,
    pace: Pace | None = None,
) -> FastAPI:
    """Return the application of one installation."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, title="Alerts by mail")
    pages = _Pages(settings, areas_to_choose(settings))
    _join(app, settings, pages, clock)
    _links(app, settings, pages, clock)
    _own(app, settings, pages, clock)
    _erasing(app, settings, pages, clock, mailer)
    app.mount("/static", StaticFiles(directory=_HERE / "static"))
    pace = pace or Pace(most=20, within=timedelta(hours=1))
    app.add_middleware(Fence, pace=pace, clock=clock)
    return app


class _Pages:
    """Renders pages; everything is escaped."""

    def __init__(self, settings: Settings, areas: Sequence[NamedArea]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._base = settings.subscriptions_url
        self._site = site_of(settings)
        self._agencies = [
            (agency, tuple(own)) for agency, own in groupby(areas, lambda each: each.agency)
        ]
        policy = current_policy(settings)
        told = [each for each in Category if policy.categories[each].public is not None]
        self._categories = [(each.value, policy.categories[each].label) for each in told]
        self.known = frozenset(each.choice for each in areas)

    def said(self, title: str, text: str, status: int = 200) -> HTMLResponse:
        """Return a page of one sentence."""
        return self._page("said.html", status, title=title, text=text)

    def asked(self, title: str, text: str, button: str, action: str) -> HTMLResponse:
        """Return a page with one button."""
        return self._page("asked.html", 200, title=title, text=text, button=button, action=action)

    def choices(self, chosen: Choices, *, token: str = "", problem: str = "") -> HTMLResponse:
        """Return the form of choices, empty for who comes first, a reader's own with a link."""
        return self._page(
            "choices.html",
            400 if problem else 200,
            title="Your alerts" if token else "Alerts by mail",
            action=f"manage/{token}" if token else "subscribe",
            asks_address=not token,
            agencies=self._agencies,
            categories=self._categories,
            chosen=chosen,
            chosen_categories={each.value for each in chosen.categories},
            clock=_clock,
            button="Save" if token else "Ask for alerts",
            export=f"export/{token}" if token else "",
            erase=f"erase/{token}" if token else "",
            problem=problem,
        )

    def _page(self, name: str, status: int, **words: object) -> HTMLResponse:
        template = self._environment.get_template(name)
        return HTMLResponse(template.render(base=self._base, site=self._site, **words), status)


class _Form:
    """What a form of choices says, as it comes."""

    def __init__(
        self,
        area: Annotated[list[str] | None, Form()] = None,
        category: Annotated[list[str] | None, Form()] = None,
        hazards: Annotated[str, Form()] = "",
        rhythm: Annotated[str, Form()] = "daily",
        quiet_from: Annotated[str, Form()] = "",
        quiet_to: Annotated[str, Form()] = "",
        digest: Annotated[str, Form()] = "07:00",
        zone: Annotated[str, Form()] = "",
    ) -> None:
        self._areas, self._categories = area or [], category or []
        self._hazards, self._rhythm = hazards, rhythm
        self._times, self._zone = (quiet_from, quiet_to, digest or "07:00"), zone

    def kept(self, known: frozenset[AreaChoice]) -> Choices:
        """Return what can be shown again of a form that was refused: known areas and kinds."""
        areas = [each for each in known if f"{each.agency_id}/{each.area_id}" in self._areas]
        kinds = tuple(each for each in Category if each.value in self._categories)
        return Choices(areas=tuple(areas), categories=kinds, hazards_only=self._hazards == "yes")

    def choices(self, known: frozenset[AreaChoice]) -> Choices:
        """Return the choices.

        Raises:
            Refused: an area, a category, a time or a rhythm that there is not.
        """
        try:
            areas = [AreaChoice(agency_id=a, area_id=b) for a, b in map(_halves, self._areas)]
            categories = tuple(dict.fromkeys(Category(each) for each in self._categories))
            rhythm = Rhythm(self._rhythm)
            quiet_from, quiet_to, digest = map(_minute, self._times)
        except ValueError:
            raise Refused("something in the form is not known") from None
        if not known.issuperset(areas):
            raise Refused("an area is not known")
        return Choices(
            areas=tuple(dict.fromkeys(areas)),
            categories=categories,
            hazards_only=self._hazards == "yes",
            rhythm=rhythm,
            quiet_from=quiet_from,
            quiet_to=quiet_to,
            digest_minute=digest,
            zone=self._zone.strip(),
        )


def _join(app: FastAPI, settings: Settings, pages: _Pages, clock: Callable[[], datetime]) -> None:
    @app.get("/")
    def first(area: str = "") -> HTMLResponse:
        # A neighborhood's page links here with its area; what is not known is not repeated.
        asked = tuple(e for e in pages.known if f"{e.agency_id}/{e.area_id}" == area)
        return pages.choices(Choices(areas=asked))

    @app.post("/subscribe")
    def join(
        form: Annotated[_Form, Depends()], address: Annotated[str, Form()] = ""
    ) -> HTMLResponse:
        try:
            subscribe(settings, address, form.choices(pages.known), now=clock())
        except Refused as why:
            return pages.choices(form.kept(pages.known), problem=str(why))
        return pages.said("Look into your mail", _SENT)


def _links(app: FastAPI, settings: Settings, pages: _Pages, clock: Callable[[], datetime]) -> None:
    @app.get("/confirm/{token}")
    def ask_confirm(token: str) -> HTMLResponse:
        text = "Do you want alerts at the address this link was sent to?"
        return pages.asked("Confirm", text, "Yes, send me alerts", f"confirm/{token}")

    @app.post("/confirm/{token}")
    def do_confirm(token: str) -> HTMLResponse:
        if confirm(settings, token, now=clock()):
            return pages.said("Confirmed", "You get alerts from now on.")
        return pages.said("Not found", _NOBODY, 404)

    @app.get("/leave/{token}")
    def ask_leave(token: str) -> HTMLResponse:
        text = "Leave, and erase the address?"
        return pages.asked("Leave", text, "Leave", f"leave/{token}")

    @app.post("/leave/{token}")
    def do_leave(token: str) -> HTMLResponse:
        # The same for links that are used up: a mail program may ask twice.
        leave(settings, token, now=clock())
        return pages.said("Done", "Nothing more is sent, and the address is erased.")


def _own(
    app: FastAPI,
    settings: Settings,
    pages: _Pages,
    clock: Callable[[], datetime],
) -> None:
    @app.get("/manage/{token}")
    def look(token: str) -> HTMLResponse:
        reader = reader_of(settings, token, now=clock())
        if reader is None:
            return pages.said("Not found", _NOBODY, 404)
        return pages.choices(reader.choices, token=token)

    @app.post("/manage/{token}")
    def save(token: str, form: Annotated[_Form, Depends()]) -> HTMLResponse:
        reader = reader_of(settings, token, now=clock())
        if reader is None:
            return pages.said("Not found", _NOBODY, 404)
        try:
            change(settings, token, form.choices(pages.known), now=clock())
        except Refused as why:
            return pages.choices(reader.choices, token=token, problem=str(why))
        return pages.said("Saved", "Your choices are saved.")

    @app.get("/export/{token}")
    def export(token: str) -> Response:
        found = exported(settings, token, now=clock())
        if found is None:
            return pages.said("Not found", _NOBODY, 404)
        disposition = {"content-disposition": 'attachment; filename="my-alerts.json"'}
        return JSONResponse(dict(found), headers=disposition)


def _erasing(
    app: FastAPI,
    settings: Settings,
    pages: _Pages,
    clock: Callable[[], datetime],
    mailer: MailSender | None,
) -> None:
    @app.post("/erase/{token}")
    async def erase(token: str) -> HTMLResponse:
        address = await run_in_threadpool(lambda: erase_reader(settings, token, now=clock()))
        if address is None:
            return pages.said("Not found", _NOBODY, 404)
        if mailer is not None:
            await mailer.send(_proof(settings, address, clock()))
        return pages.said("Erased", "Everything we kept of you is erased.")


def _proof(settings: Settings, address: str, at: datetime) -> Mail:
    """Return the mail that proves an erasure: the last thing that is sent to an address."""
    site = site_of(settings)
    text = (
        f"On {at:%Y-%m-%d} at {at:%H:%M} UTC everything kept of this address was erased, the "
        "address itself too. This mail is not kept, and no other follows."
    )
    return Mail(
        to=address,
        sender=settings.mail.sender,
        message_id=f"erased-{at.timestamp():.6f}@{host(site)}",
        subject="Everything we kept of you is erased",
        plain=f"{text}\n",
        html=f"<!DOCTYPE html><html lang='en'><body><p>{text}</p></body></html>",
        at=at,
    )


def _halves(text: str) -> tuple[str, str]:
    agency, slash, area = text.partition("/")
    if not slash:
        raise ValueError
    return agency, area


def _minute(text: str) -> int:
    """Return the minute of the day that a form's time field says; 0 for an empty one."""
    if not text:
        return 0
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes[:2].isdecimal()):
        raise ValueError
    return int(hours) * 60 + int(minutes[:2])


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
