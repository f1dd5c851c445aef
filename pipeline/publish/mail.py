"""The channel of mail: an alert, its retraction or a digest as a subject and two texts.

In go alerts and retractions, out come three parts: ``subject``, ``text/plain`` and ``text/html``.
HTML is made by a template that escapes everything and asks nobody for a picture. A retraction says
only that an alert was withdrawn. Links to leave, headers and addresses are the adapters' part: a
text here must never hold anything about a reader.
"""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, StrictUndefined

from pipeline.model import Alert, Refused, Retraction
from pipeline.publish.channel import PublicFile, Site, detail_path, moment, plain, url, withdrawn

__all__ = ["digest", "question", "reminder", "render", "retract"]

_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)

_HTML = _ENVIRONMENT.from_string(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="font-family:sans-serif;max-width:40em">
{% for each in told %}
<h1 style="font-size:1.2em">{{ each.headline }}</h1>
<p style="white-space:pre-line">{{ each.text }}</p>
<p>{{ each.note }}</p>
{% if each.link %}
<p><a href="{{ each.link }}">{{ each.link }}</a></p>
{% endif %}
{% endfor %}
</body></html>
"""
)

_WITHDRAWN = "An alert was withdrawn"
_WITHDRAWN_TEXT = "An alert that we sent you was withdrawn. Please do not rely on it or pass it on."


def render(alert: Alert, *, site: Site) -> tuple[PublicFile, ...]:
    """Return the mail that tells of one alert, or of its correction."""
    return _parts(plain(alert).facts.headline, [_told(plain(alert), site)])


def retract(retraction: Retraction, *, site: Site) -> tuple[PublicFile, ...]:
    """Return the mail that withdraws one alert; it says nothing of it but its number."""
    (retraction,) = withdrawn([retraction])
    told = {
        "headline": _WITHDRAWN,
        "text": _WITHDRAWN_TEXT,
        "note": f"Alert {retraction.alert_id}, withdrawn {moment(retraction.sent)}.",
        "link": url(site, detail_path(retraction.alert_id)),
    }
    return _parts(_WITHDRAWN, [told])


def digest(alerts: Sequence[Alert], *, site: Site) -> tuple[PublicFile, ...]:
    """Return one mail that tells of several alerts, in the order given.

    Raises:
        Refused: there are none.
    """
    if not alerts:
        raise Refused("a digest of nothing is not sent")
    number = len(alerts)
    subject = f"{number} alert{'s' if number != 1 else ''} from {plain_title(site)}"
    return _parts(subject, [_told(plain(alert), site) for alert in alerts])


def question(link: str, *, site: Site) -> tuple[PublicFile, ...]:
    """Return the one mail an address gets that asked: does it want to be mailed?"""
    told = {
        "headline": f"Confirm alerts from {plain_title(site)}",
        "text": "Somebody, probably you, asked for alerts at this address. Nothing is sent unless"
        " you confirm. If it was not you, do nothing: the address is forgotten in three days.",
        "note": "",
        "link": link,
    }
    return _parts(told["headline"], [told])


def reminder(*, site: Site) -> tuple[PublicFile, ...]:
    """Return the mail to a reader who asked once more: the links in its foot are what it is for."""
    told = {
        "headline": f"Your alerts from {plain_title(site)}",
        "text": "This address has alerts already. Change or leave with the links below.",
        "note": "",
        "link": "",
    }
    return _parts(told["headline"], [told])


def plain_title(site: Site) -> str:
    """Return the site's name on one line."""
    return " ".join(site.title.split())


def _told(alert: Alert, site: Site) -> dict[str, str]:
    return {
        "headline": alert.facts.headline,
        "text": alert.facts.text,
        "note": f"Reported by {alert.agency_name}. The area shown is approximate.",
        "link": url(site, detail_path(alert.alert_id)),
    }


def _parts(subject: str, told: Sequence[dict[str, str]]) -> tuple[PublicFile, ...]:
    blocks = ("\n".join(part for part in each.values() if part) for each in told)
    html = _HTML.render(subject=subject, told=told)
    return (
        PublicFile(path="subject", body=subject.encode()),
        PublicFile(path="text/plain", body=("\n\n".join(blocks) + "\n").encode()),
        PublicFile(path="text/html", body=html.encode()),
    )
