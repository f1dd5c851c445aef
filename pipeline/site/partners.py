"""Renders the partner map: which agency sends what, under which terms, since when.

In go partners, out come the map's page, a page for each, and the same as CSV and GeoJSON. Counts
are those of :class:`~pipeline.site.facts.Told`, hidden where they are small. Nothing here may tell
who reads or subscribes where (rule 29).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from markdown_it import MarkdownIt
from markupsafe import Markup

from pipeline.publish import PublicFile
from pipeline.publish.channel import moment, url
from pipeline.publish.sheet import safe_cell
from pipeline.site.country import country
from pipeline.site.facts import Partner, Standing, Whole
from pipeline.site.outline import draw
from pipeline.site.page import frames, page

__all__ = ["COLUMNS", "growth", "markdown", "partner_files", "partner_page"]

_DRAWN = 150
_GROWTH = (640, 180)

COLUMNS = (
    *("agency", "name", "place", "state", "kind", "standing", "joined", "left", "agreement"),
    *("agreement_expires", "consideration", "fields", "categories", "delay_minutes_least"),
    *("delay_minutes_most", "last_feed", "counted_month", "alerts", "withheld", "longitude"),
    *("latitude", "page", "source", "retrieved"),
)
"""The columns of ``partners.csv``; the properties of ``partners.geojson`` are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A step chart: the line, the ticks (x, words) below, and the most there ever were."""

    width: int
    height: int
    line: str
    under: str
    ticks: tuple[tuple[int, str], ...]
    most: int
    steps: tuple[tuple[date, int], ...]


def partner_page(agency_id: str) -> str:
    """Return the path of an agency's terms."""
    return f"partners/{agency_id}.html"


def partner_files(whole: Whole, on: datetime) -> Iterator[PublicFile]:
    """Yield every page and file of the partner map as of a moment."""
    partners = tuple(sorted(whole.partners.values(), key=lambda each: (each.state, each.name)))
    by_state: dict[str, list[Partner]] = {}
    for each in partners:
        by_state.setdefault(each.state, []).append(each)
    values = {
        "partners": partners,
        "by_state": by_state,
        "active": sum(each.standing is Standing.ACTIVE for each in partners),
        "ended": sum(each.standing is Standing.ENDED for each in partners),
        "nation": country(partners, {}),
        "growth": growth(partners, on.date()),
    }
    for frame in frames(whole):
        yield page(
            frame,
            "partners/index.html",
            "partners.html",
            values,
            title=frame.tongue.say("Partner map"),
            about=frame.tongue.say("Which agencies send their calls, and under which terms."),
            here="partners",
        )
        for partner in partners:
            yield page(
                frame,
                partner_page(partner.agency_id),
                "partner.html",
                {
                    "partner": partner,
                    "text": markdown(partner.text),
                    "drawing": draw(partner.areas) if len(partner.areas) <= _DRAWN else None,
                    "rules": whole.policy.categories,
                    "below": whole.policy.suppress_below,
                    "to": whole.policy.round_to,
                },
                title=partner.name,
                about=frame.tongue.say("What one agency sends, and under which terms."),
                here="partners",
            )
    rows = [_row(whole, each, on) for each in partners]
    yield PublicFile(path="partners.csv", body=_csv(rows))
    yield PublicFile(path="partners.geojson", body=_geojson(whole, partners, rows, on))


def growth(partners: Sequence[Partner], today: date) -> Growth | None:
    """Return how many agencies took part over time; None before the first joined."""
    changes: dict[date, int] = {}
    for each in partners:
        if each.joined <= today:
            changes[each.joined] = changes.get(each.joined, 0) + 1
            if each.left is not None and each.left <= today:
                changes[each.left] = changes.get(each.left, 0) - 1
    if not changes:
        return None
    steps, count = [], 0
    for day in sorted(changes):
        count += changes[day]
        steps.append((day, count))
    first, most = steps[0][0], max(count for _, count in steps)
    days = max((today - first).days, 1)
    width, height = _GROWTH
    room_x, room_y = width - 50, height - 40

    def x(day: date) -> int:
        return 40 + round((day - first).days / days * room_x)

    def y(number: int) -> int:
        return 10 + round((1 - number / max(most, 1)) * room_y)

    line = f"M{x(first)} {y(0)}V{y(steps[0][1])}"
    for day, number in steps[1:]:
        line += f"H{x(day)}V{y(number)}"
    line += f"H{x(today)}"
    years = [date(year, 1, 1) for year in range(first.year + 1, today.year + 1)]
    ticks = tuple((x(day), str(day.year)) for day in years) or ((x(first), str(first.year)),)
    return Growth(
        width=width,
        height=height,
        line=line,
        under=f"{line}V{y(0)}z",
        ticks=ticks,
        most=most,
        steps=tuple(steps[-12:]),
    )


def markdown(text: str) -> Markup:
    """Return an agreement's Markdown as HTML: no raw HTML, no pictures, no headings above third."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image"])
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    made = parser.renderer.render(tokens, parser.options, {})
    # What the renderer made is escaped: HTML in the text is off, and links are checked by it.
    return Markup(made)  # noqa: S704


def _row(whole: Whole, partner: Partner, on: datetime) -> dict[str, object]:
    told, delays = partner.told, partner.delays
    values: tuple[object, ...] = (
        partner.agency_id,
        partner.name,
        partner.place,
        partner.state,
        partner.kind,
        partner.standing.value,
        partner.joined.isoformat(),
        None if partner.left is None else partner.left.isoformat(),
        partner.terms_version,
        partner.expires.isoformat(),
        partner.consideration,
        " ".join(partner.fields),
        " ".join(each.value for each in partner.categories),
        None if delays is None else int(delays[0].total_seconds() // 60),
        None if delays is None else int(delays[1].total_seconds() // 60),
        None if partner.last_feed is None else partner.last_feed.isoformat(),
        None if told is None else told.month,
        None if told is None else told.published,
        None if told is None else told.withheld,
        partner.center[0],
        partner.center[1],
        url(whole.site, partner_page(partner.agency_id)),
        "agency.yml and agreement as signed; counts from the ledger of this installation",
        moment(on),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _csv(rows: Sequence[dict[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue().encode()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking a name for a formula."""
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None else value


def _geojson(
    whole: Whole, partners: Sequence[Partner], rows: Sequence[dict[str, object]], on: datetime
) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": each.agency_id,
            "geometry": {"type": "Point", "coordinates": list(each.center)},
            "properties": {"id": each.agency_id, **row},
        }
        for each, row in zip(partners, rows, strict=True)
    ]
    collection = {
        "type": "FeatureCollection",
        "title": whole.site.title,
        "license": "CC0-1.0",
        "source": url(whole.site),
        "retrieved": moment(on),
        "policy": whole.policy.version,
        "features": features,
    }
    return orjson.dumps(collection, option=orjson.OPT_APPEND_NEWLINE)
