"""Invented areas, alerts and retractions, and the one site they are published on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.model import AgencyId, Alert, AlertId, Area, Category, PublicFacts, Retraction
from pipeline.publish import FORMATS, Site

SENT = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
SQUARE = ((-88.0, 43.0), (-87.9, 43.0), (-87.9, 43.1), (-88.0, 43.1), (-88.0, 43.0))
AREA = Area(area_id="northside", name="Northside", polygons=((SQUARE,),))


def _alert(
    alert_id: str = "q7Jx2",
    *,
    version: int = 1,
    category: Category = Category.STRUCTURE_FIRE,
    label: str = "Structure fire",
    headline: str = "Reported: Structure fire in Northside",
    text: str = "Crews were sent.\nMore will follow.",
    area: Area = AREA,
    agency_name: str = "Juniper Falls Fire Department",
    sent: datetime = SENT,
    lifetime: timedelta = timedelta(hours=48),
) -> Alert:
    facts = PublicFacts(
        category=category,
        label=label,
        area=area,
        earliest=datetime(2026, 3, 3, 20, 0, tzinfo=UTC),
        latest=datetime(2026, 3, 3, 20, 30, tzinfo=UTC),
        headline=headline,
        text=text,
    )
    previous = tuple(sent - timedelta(minutes=n) for n in range(version - 1, 0, -1))
    return Alert(
        alert_id=AlertId(alert_id),
        agency_id=AgencyId("juniper-falls-fd"),
        agency_name=agency_name,
        version=version,
        facts=facts,
        sent=sent,
        first_sent=previous[0] if previous else sent,
        expires=sent + lifetime,
        previous=previous,
    )


def _retraction(alert: Alert, *, sent: datetime | None = None) -> Retraction:
    return Retraction(
        alert_id=alert.alert_id,
        agency_id=alert.agency_id,
        agency_name=alert.agency_name,
        category=alert.facts.category,
        sent=sent or alert.sent + timedelta(minutes=5),
        previous=(*alert.previous, alert.sent),
    )


def _render(site: Site, alerts=(), retractions=(), *, only: str = "", at: datetime = SENT):
    names = [only] if only else list(FORMATS)
    rendered = (
        FORMATS[name].render(list(alerts), list(retractions), site=site, at=at) for name in names
    )
    return {file.path: file.body for files in rendered for file in files}


@pytest.fixture(scope="session")
def make_alert() -> Callable[..., Alert]:
    return _alert


@pytest.fixture(scope="session")
def make_retraction() -> Callable[..., Retraction]:
    return _retraction


@pytest.fixture(scope="session")
def site() -> Site:
    return Site(
        title="Juniper Falls alerts",
        base_url="https://alerts.juniper-falls.example/public/",
        author="Juniper Falls Desk",
    )


@pytest.fixture(scope="session")
def render(site):
    """Render ``(alerts, retractions, only=channel, at=moment)`` to a dict of path to bytes."""
    return lambda *args, **kwargs: _render(kwargs.pop("site", site), *args, **kwargs)


@pytest.fixture(scope="session")
def at() -> datetime:
    return SENT


@pytest.fixture(scope="session")
def square():
    return SQUARE
