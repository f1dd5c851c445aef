"""Renders what changes with alerts: home, neighborhoods, kinds, agencies, alerts.

In go alerts and retractions as the store has them, out come pages in every language. A retraction
becomes a page that says so and nothing else; an alert that is over says so and asks not to be
listed. Which pages a change touches is the use case's part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.model import Alert, Area, Category, Retraction
from pipeline.publish import PublicFile
from pipeline.publish.channel import plain
from pipeline.publish.plain import plain_line
from pipeline.site.country import Country, country
from pipeline.site.facts import Partner, Whole, told_categories
from pipeline.site.kinds import KIND_OF, KINDS
from pipeline.site.outline import Drawing, draw
from pipeline.site.page import Frame, frames, page
from pipeline.site.rows import LISTED, history, rows_of, shown, zone_of

__all__ = [
    "Listing",
    "agency_page",
    "agency_pages",
    "alert_page",
    "alert_pages",
    "area_page",
    "area_pages",
    "category_page",
    "category_pages",
    "corrections_pages",
    "home_pages",
    "tombstone_pages",
]

_LONGEST_NAME = 120
_EARLIER = 10  # of those that are over, on the home page

_DRAWN = 150
"""More areas than this are not drawn into a page: it would be too heavy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one page lists: live alerts and those that are over, newest first."""

    live: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()


def alert_page(alert_id: str) -> str:
    """Return the path of an alert's page."""
    return f"alert/{alert_id}.html"


def area_page(agency_id: str, area_id: str) -> str:
    """Return the path of a neighborhood's page."""
    return f"area/{agency_id}/{area_id}/index.html"


def agency_page(agency_id: str) -> str:
    """Return the path of the page of what an agency's feed told."""
    return f"agency/{agency_id}/index.html"


def category_page(category: Category) -> str:
    """Return the path of a category's page."""
    return f"category/{category.value}/index.html"


def home_pages(
    whole: Whole, listing: Listing, live_by_area: Mapping[tuple[str, str], int], at: datetime
) -> Iterator[PublicFile]:
    """Yield the home page; ``live_by_area`` counts live alerts by (agency, area)."""
    drawing, nation = _map_of(whole, live_by_area)
    for frame in frames(whole):
        yield page(
            frame,
            "index.html",
            "home.html",
            {
                "rows": rows_of(frame, listing.live, at),
                "over": rows_of(frame, listing.over[:_EARLIER], at),
                "drawing": drawing,
                "nation": nation,
                "counts": _by_area(live_by_area),
                "partners": sorted(whole.partners.values(), key=lambda each: each.name),
                "categories": _told_categories(frame),
                "kinds": KINDS,
            },
            title=whole.site.title,
            about=frame.tongue.say("What was reported in your neighborhood, without who called."),
            here="home",
        )


def area_pages(
    whole: Whole, agency_id: str, area: Area, listing: Listing, at: datetime
) -> Iterator[PublicFile]:
    """Yield a neighborhood's page."""
    # An alert's own area comes plain; this one may be as the agency's file or an old alert has it.
    area = replace(area, name=plain_line(area.name, _LONGEST_NAME))
    partner = whole.partners.get(agency_id)
    areas = partner.areas if partner is not None and len(partner.areas) <= _DRAWN else ()
    if area.area_id not in {each.area_id for each in areas}:
        areas = (*areas, area)
    for frame in frames(whole):
        yield page(
            frame,
            area_page(agency_id, area.area_id),
            "area.html",
            {
                "area": area,
                "agency_id": agency_id,
                "partner": partner,
                "rows": rows_of(frame, listing.live, at),
                "over": rows_of(frame, listing.over, at),
                "drawing": draw(areas),
            },
            title=area.name,
            about=frame.tongue.say("Reports of one neighborhood, newest first."),
            feeds=f"area/{agency_id}/{area.area_id}",
        )


def category_pages(
    whole: Whole, category: Category, listing: Listing, at: datetime
) -> Iterator[PublicFile]:
    """Yield a category's page."""
    label = whole.policy.categories[category].label
    for frame in frames(whole):
        yield page(
            frame,
            category_page(category),
            "category.html",
            {
                "label": label,
                "rule": whole.policy.categories[category],
                "kind": KIND_OF[category],
                "rows": rows_of(frame, listing.live, at),
                "over": rows_of(frame, listing.over, at),
                "categories": _told_categories(frame),
                "here_category": category.value,
            },
            title=frame.tongue.say(label),
            about=frame.tongue.say("Reports of one kind, newest first."),
            feeds=f"category/{category.value}",
        )


def agency_pages(
    whole: Whole,
    partner: Partner,
    listing: Listing,
    live_by_area: Mapping[tuple[str, str], int],
    at: datetime,
) -> Iterator[PublicFile]:
    """Yield the page of what one agency's feed told; its terms have a page of their own."""
    counts = {
        area_id: count
        for (agency_id, area_id), count in live_by_area.items()
        if agency_id == partner.agency_id
    }
    drawing = draw(partner.areas) if len(partner.areas) <= _DRAWN else None
    for frame in frames(whole):
        yield page(
            frame,
            agency_page(partner.agency_id),
            "agency.html",
            {
                "partner": partner,
                "rows": rows_of(frame, listing.live, at),
                "over": rows_of(frame, listing.over, at),
                "drawing": drawing,
                "counts": counts,
            },
            title=partner.name,
            about=frame.tongue.say("Reports from one agency's calls, newest first."),
            feeds=f"agency/{partner.agency_id}",
        )


def alert_pages(
    whole: Whole, alert: Alert, at: datetime, corrected: frozenset[int] = frozenset()
) -> Iterator[PublicFile]:
    """Yield an alert's page; ``corrected`` are versions that changed what kind of thing it was."""
    alert = plain(alert)
    partner = whole.partners.get(alert.agency_id)
    areas = partner.areas if partner is not None and len(partner.areas) <= _DRAWN else ()
    if alert.facts.area.area_id not in {each.area_id for each in areas}:
        areas = (*areas, alert.facts.area)
    drawing = draw(areas)
    for frame in frames(whole):
        told = shown(frame, alert, at)
        yield page(
            frame,
            alert_page(alert.alert_id),
            "alert.html",
            {
                "alert": told,
                "expires": frame.tongue.moment(alert.expires, zone_of(whole, alert.agency_id)),
                "history": history(frame, alert, corrected),
                "drawing": drawing,
                "known": partner is not None,
            },
            title=told.headline,
            about=frame.tongue.say("A report from a neighborhood. Not a confirmed account."),
            index=told.live,
        )


def tombstone_pages(whole: Whole, retraction: Retraction) -> Iterator[PublicFile]:
    """Yield the page of a withdrawn alert: that it was, when it was withdrawn, and nothing more."""
    for frame in frames(whole):
        zone = zone_of(whole, retraction.agency_id)
        yield page(
            frame,
            alert_page(retraction.alert_id),
            "tombstone.html",
            {"when": frame.tongue.moment(retraction.sent, zone), "alert_id": retraction.alert_id},
            title=frame.tongue.say("Withdrawn"),
            about=frame.tongue.say("A report that was withdrawn."),
            index=False,
        )


def corrections_pages(
    whole: Whole,
    changed: Sequence[Alert],
    retractions: Sequence[Retraction],
    corrected: Mapping[str, frozenset[int]],
    at: datetime,
) -> Iterator[PublicFile]:
    """Yield the page of what was changed or withdrawn, newest first."""
    for frame in frames(whole):
        rows = [
            (
                each.sent,
                "corrected" if each.version in corrected.get(each.alert_id, ()) else "updated",
                shown(frame, plain(each), at),
            )
            for each in changed
        ]
        gone = [(each.sent, "withdrawn", each.alert_id) for each in retractions]
        said = [
            (frame.tongue.moment(sent), what, what_of)
            for sent, what, what_of in sorted([*rows, *gone], key=lambda row: row[0], reverse=True)
        ]
        yield page(
            frame,
            "corrections/index.html",
            "corrections.html",
            {"said": said[: 2 * LISTED]},
            title=frame.tongue.say("Corrections"),
            about=frame.tongue.say("What was changed or withdrawn after it was published."),
            here="corrections",
        )


def _told_categories(frame: Frame) -> list[tuple[str, str, str]]:
    """Return (id, label, kind) of categories that may be told, by kind and label."""
    rules = frame.whole.policy.categories
    told = [
        (category.value, frame.tongue.say(rules[category].label), KIND_OF[category])
        for category in told_categories(frame.whole)
    ]
    return sorted(told, key=lambda each: (KINDS.index(each[2]), each[1]))


def _map_of(
    whole: Whole, live: Mapping[tuple[str, str], int]
) -> tuple[dict[str, Drawing], Country | None]:
    """Return each town's own picture when they are few and small, else the country's."""
    partners = list(whole.partners.values())
    if len(partners) == 1 and len(partners[0].areas) <= _DRAWN:
        drawing = draw(partners[0].areas)
        return ({partners[0].agency_id: drawing} if drawing else {}), None
    counts = Counter[str]()
    for (agency_id, _), count in live.items():
        counts[agency_id] += count
    return {}, country(tuple(sorted(partners, key=lambda each: each.agency_id)), counts)


def _by_area(live: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (agency_id, area_id), count in live.items():
        found.setdefault(agency_id, {})[area_id] = count
    return found
