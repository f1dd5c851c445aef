"""Says one alert in one language, as lists, its own page and corrections show it.

In go an alert and a frame; out comes :class:`Shown`, plain strings for a template. Our own sentence
is said in the frame's language; an editor's own words stay as they were written, and are marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from pipeline.model import Alert, Area
from pipeline.publish.channel import plain
from pipeline.publish.wording import proposed, window_words
from pipeline.site.facts import Whole
from pipeline.site.kinds import KIND_OF
from pipeline.site.page import Frame

__all__ = ["LISTED", "Shown", "history", "rows_of", "shown", "zone_of"]

LISTED = 30
"""So many alerts stand on a page that lists them; feeds and bulk files hold more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One alert in one language, as a page shows it. ``own`` says that an editor worded it."""

    alert_id: str
    category: str
    kind: str
    label: str
    headline: str
    text: str
    own: bool
    area: Area
    agency_id: str
    agency: str
    window: str
    first: str
    changed: str
    version: int
    live: bool
    times: tuple[tuple[str, str], ...]
    first_iso: str


def rows_of(frame: Frame, alerts: Sequence[Alert], at: datetime) -> list[Shown]:
    """Return the first :data:`LISTED` alerts as they are shown."""
    return [shown(frame, plain(each), at) for each in alerts[:LISTED]]


def shown(frame: Frame, alert: Alert, at: datetime) -> Shown:
    """Return an alert in the frame's language; what an editor wrote stays as it was written."""
    speech, facts = frame.tongue, alert.facts
    zone = zone_of(frame.whole, alert.agency_id)
    window = speech.window(facts.earliest, facts.latest, zone)
    said = window_words(facts.earliest, facts.latest, zone)
    own = (facts.headline, facts.text) != proposed(facts.label, facts.area.name, said)
    headline, text = facts.headline, facts.text
    if not own and speech.code != "en":
        values = {"what": speech.say(facts.label), "where": facts.area.name, "when": window}
        headline = speech.say("Reported: %(what)s in %(where)s") % values
        text = (
            speech.say(
                "Reported: %(what)s in %(where)s, %(when)s. "
                "This is a report, not a confirmed account."
            )
            % values
        )
    sent = (*alert.previous, alert.sent)
    return Shown(
        alert_id=alert.alert_id,
        category=facts.category.value,
        kind=KIND_OF[facts.category],
        label=speech.say(facts.label),
        headline=headline,
        text=text,
        own=own,
        area=facts.area,
        agency_id=alert.agency_id,
        agency=alert.agency_name,
        window=window,
        first=speech.moment(alert.first_sent, zone),
        changed=speech.moment(alert.sent, zone),
        version=alert.version,
        live=alert.expires > at,
        times=tuple((iso(when), speech.moment(when, zone)) for when in sent),
        first_iso=iso(alert.first_sent),
    )


def history(frame: Frame, alert: Alert, corrected: frozenset[int]) -> list[tuple[str, str, str]]:
    """Return (what happened, machine time, time in words) of each version, newest first."""
    told = shown(frame, alert, alert.sent)
    lines = []
    for version, (iso, words) in enumerate(told.times, start=1):
        what = "updated" if version > 1 else "reported"
        lines.append(("corrected" if version in corrected else what, iso, words))
    return lines[::-1]


def zone_of(whole: Whole, agency_id: str) -> tzinfo:
    """Return an agency's zone; UTC for one nobody knows any more."""
    partner = whole.partners.get(agency_id)
    return ZoneInfo(partner.timezone) if partner is not None else UTC


def iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
