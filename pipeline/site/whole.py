"""Renders the whole site at once: a first build, a rebuild, or invented agencies.

In go all live and listed alerts and retractions; out come all pages and files but the feeds, which
are ``publish``'s. What a change touches alone is rendered by ``usecases.site`` with the same
functions, and a test holds the two to the same bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from pipeline.model import Alert, Area, Retraction
from pipeline.publish import PublicFile
from pipeline.site import api, news
from pipeline.site.assets import Zips, asset_files
from pipeline.site.facts import Whole, told_categories
from pipeline.site.news import Listing
from pipeline.site.partners import partner_files
from pipeline.site.rules import about_pages, policy_pages
from pipeline.site.statistics import statistics_files
from pipeline.site.words import LANGUAGES

__all__ = ["OWNED", "listing", "live_by_area", "site_files", "standing_pages"]


def site_files(
    whole: Whole,
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    at: datetime,
    zips: Zips,
    corrected: Mapping[str, frozenset[int]],
) -> Iterator[PublicFile]:
    """Yield every file of the site; ``alerts`` are live and listed ones."""
    yield from standing_pages(whole, zips, at)
    live = live_by_area(alerts, at)
    yield from news.home_pages(whole, listing(alerts, at), live, at)
    by_area: defaultdict[tuple[str, str], list[Alert]] = defaultdict(list)
    areas: dict[tuple[str, str], Area] = {}
    for agency_id, partner in sorted(whole.partners.items()):
        own = [each for each in alerts if each.agency_id == agency_id]
        yield from news.agency_pages(whole, partner, listing(own, at), live, at)
        areas |= {(agency_id, area.area_id): area for area in partner.areas}
    for alert in alerts:
        here = str(alert.agency_id), alert.facts.area.area_id
        by_area[here].append(alert)
        areas.setdefault(here, alert.facts.area)
    for key, area in sorted(areas.items()):
        yield from news.area_pages(whole, key[0], area, listing(by_area[key], at), at)
    told = {each.facts.category for each in alerts}
    for category in sorted(told | set(told_categories(whole))):
        own = [each for each in alerts if each.facts.category is category]
        yield from news.category_pages(whole, category, listing(own, at), at)
    for alert in alerts:
        changed = corrected.get(alert.alert_id, frozenset())
        yield from news.alert_pages(whole, alert, at, changed)
    for each in retractions:
        yield from news.tombstone_pages(whole, each)
    changed_ones = [each for each in alerts if each.version > 1]
    yield from news.corrections_pages(whole, changed_ones, retractions, corrected, at)
    yield api.alerts_file(whole, listing(alerts, at).live)
    yield api.changes_file(whole, alerts, retractions, at)
    days: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        day = alert.first_sent.astimezone(UTC).date()
        if api.kept_day(day, at):
            days[day.isoformat()].append(alert)
    for name, own in sorted(days.items()):
        yield api.day_file(whole, name, own)
    yield api.days_file(list(days))


_PAGES = ("*.html", "*/*.html", "*/*/*.html", "area/*/*/*.html")

OWNED = (
    *_PAGES,
    *(f"{code}/{each}" for code in LANGUAGES if code != "en" for each in _PAGES),
    *("api/*.json", "api/v1/*.json", "api/v1/*/*.json", "api/v1/areas/*.geojson"),
    *("assets/*", "assets/zip/*.json", "partners.*", "statistics/*.csv", "robots.txt"),
)
"""Globs over every file that the site alone owns: what a rebuild does not write is removed."""


def standing_pages(whole: Whole, zips: Zips, at: datetime) -> Iterator[PublicFile]:
    """Yield what no alert changes."""
    yield from asset_files(zips)
    # By the day: a moment would make the same files anew with every run.
    yield from partner_files(whole, at.replace(hour=0, minute=0, second=0, microsecond=0))
    yield from statistics_files(whole)
    yield from policy_pages(whole)
    yield from about_pages(whole)
    yield from api.standing_files(whole)


def listing(alerts: Sequence[Alert], at: datetime) -> Listing:
    """Return alerts as a page lists them."""
    ordered = sorted(alerts, key=lambda each: (-each.sent.timestamp(), each.alert_id))
    return Listing(
        live=tuple(each for each in ordered if each.expires > at),
        over=tuple(each for each in ordered if each.expires <= at),
    )


def live_by_area(alerts: Sequence[Alert], at: datetime) -> dict[tuple[str, str], int]:
    """Return how many alerts are live in each (agency, area)."""
    return dict(Counter((e.agency_id, e.facts.area.area_id) for e in alerts if e.expires > at))
