"""The seams of publishing: channels, formats of public files, and who is in them.

A channel is a module with ``render`` and ``retract``: one alert or retraction in, all the bytes in
which the channel tells it out. A format is a module with ``PATHS`` and ``render``: public state in,
files out. Both depend on their arguments alone. They must never read a clock, a file or a random
number, and never show a field that :class:`~pipeline.model.PublicFacts` does not hold. Writing
files and sending are the adapters' part; making strings harmless is ``plain``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from pipeline.model import Alert, AlertId, ConfigError, Refused, Retraction
from pipeline.publish.plain import HEADLINE_LIMIT, TEXT_LIMIT, plain_line, plain_text

__all__ = [
    "ENTRIES",
    "EVERYTHING",
    "Channel",
    "Format",
    "PublicFile",
    "Scope",
    "Site",
    "cap_path",
    "detail_path",
    "host",
    "last_change",
    "live",
    "moment",
    "plain",
    "url",
    "withdrawn",
]

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_NAME_LIMIT = 200

ENTRIES = 50
"""So many alerts stand in a feed for feed readers; GeoJSON and CSV hold all of their scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFile:
    """One named piece of public bytes: a file (relative ``path`` with ``/``), or a part."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who publishes, and where: ``base_url`` is the address of the public folder's top.

    The host of ``base_url`` is part of every public identifier, so it must stay the same while an
    alert is public.
    """

    title: str
    base_url: str
    author: str
    hubs: tuple[str, ...] = ()
    """WebSub hubs that tell subscribers when a feed changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a feed is about: ``folder`` is where it lies (empty: the top), ``name`` says it.

    ``limit`` is how many alerts, newest first, its files hold at most.
    """

    folder: str = ""
    name: str = ""
    limit: int = 1_000

    def path(self, file: str) -> str:
        """Return the public path of one of the scope's files."""
        return f"{self.folder}/{file}" if self.folder else file

    def title(self, site: Site) -> str:
        """Return what a feed of this scope is called."""
        whole = f"{site.title}: {self.name}" if self.name else site.title
        return plain_line(whole, _NAME_LIMIT)


EVERYTHING = Scope()
"""All alerts of the site."""


class Format(Protocol):
    """One form of public file. ``PATHS`` is a glob over its files at the top of the folder.

    A format in ``formats.FEEDS`` writes one file a scope, named ``PATHS``; one in
    ``formats.MESSAGES`` writes a file per alert, whatever the scope.
    """

    PATHS: str

    def render(
        self,
        alerts: Sequence[Alert],
        retractions: Sequence[Retraction],
        *,
        site: Site,
        at: datetime,
        scope: Scope = EVERYTHING,
    ) -> tuple[PublicFile, ...]:
        """Return the files as they must stand at ``at``.

        An alert with a retraction is absent, and so is an expired one, from all but its own
        ``detail``; tombstones carry no reason.

        Raises:
            Refused: an alert cannot be published as it is (its id, times or versions are wrong).
            ConfigError: the site's address is unusable.
        """
        ...


class Channel(Protocol):
    """One way to the public: what it says of one alert, and of its retraction.

    What comes out are named parts: files of the folder, a webhook's type and body, a mail's
    subject and texts, a hub's topics. A retraction's carry no reason and no word of the alert.
    """

    def render(self, alert: Alert, *, site: Site) -> tuple[PublicFile, ...]:
        """Return all that the channel says of an alert; raises as :meth:`Format.render`."""
        ...

    def retract(self, retraction: Retraction, *, site: Site) -> tuple[PublicFile, ...]:
        """Return all that the channel says of a withdrawn alert."""
        ...


def live(alerts: Iterable[Alert], retractions: Iterable[Retraction], at: datetime) -> list[Alert]:
    """Return what is public at ``at``: newest version each, strings made plain, newest first."""
    gone = {retraction.alert_id for retraction in retractions}
    newest = {alert.alert_id: alert for alert in sorted(alerts, key=lambda each: each.version)}
    kept = [plain(a) for a in newest.values() if a.alert_id not in gone and a.expires > at]
    return sorted(kept, key=lambda each: (-each.sent.timestamp(), each.alert_id))


def withdrawn(retractions: Iterable[Retraction]) -> list[Retraction]:
    """Return one retraction per alert, newest first."""
    newest = {each.alert_id: each for each in sorted(retractions, key=lambda each: each.sent)}
    for alert_id, retraction in newest.items():
        _check_id(alert_id)
        if not retraction.previous:
            raise Refused(f"retraction of {alert_id} names no earlier message")
    return sorted(newest.values(), key=lambda each: (-each.sent.timestamp(), each.alert_id))


def last_change(
    alerts: Sequence[Alert], retractions: Sequence[Retraction], at: datetime
) -> datetime:
    """Return when the public state last changed, up to ``at``; ``at`` when it never did."""
    changes = [each.sent for each in alerts]
    changes += [each.sent for each in retractions]
    changes += [each.expires for each in alerts if each.expires <= at]
    return max(changes, default=at)


def moment(when: datetime) -> str:
    """Return ``when`` as an RFC 3339 time in UTC, to the second."""
    if when.tzinfo is None:
        raise Refused("a public time has no zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def host(site: Site) -> str:
    """Return the host name under which the site identifies itself."""
    try:
        name = urlsplit(site.base_url).hostname or ""
    except ValueError:
        name = ""
    if not _HOST.fullmatch(name):
        raise ConfigError(
            "the site's address has no usable host name",
            remedy="Give a full address, such as https://alerts.example/",
        )
    return name


def url(site: Site, path: str = "") -> str:
    """Return the full address of a public file; without a path, of the site."""
    return f"{plain_line(site.base_url, 2_000).rstrip('/')}/{path}"


def cap_path(alert_id: AlertId) -> str:
    """Return the path of an alert's CAP message; other channels link to it."""
    return f"cap/{alert_id}.xml"


def detail_path(alert_id: AlertId) -> str:
    """Return the path of an alert's own file, which thin messages point to."""
    return f"alert/{alert_id}.json"


def plain(alert: Alert) -> Alert:
    """Return the alert with strings any channel can carry; numbers and times are untouched."""
    _check_id(alert.alert_id)
    if len(alert.previous) != alert.version - 1:
        raise Refused(f"alert {alert.alert_id} does not name each earlier version")
    facts = alert.facts
    label, area = plain_line(facts.label, _NAME_LIMIT), plain_line(facts.area.name, _NAME_LIMIT)
    headline = plain_line(facts.headline, HEADLINE_LIMIT) or label
    text, agency = plain_text(facts.text, TEXT_LIMIT), plain_line(alert.agency_name, _NAME_LIMIT)
    before = (facts.label, facts.area.name, facts.headline, facts.text, alert.agency_name)
    if before == (label, area, headline, text, agency):
        return alert  # as nearly all are: each is looked at for every feed it stands in
    cleaned = replace(
        facts, label=label, headline=headline, text=text, area=replace(facts.area, name=area)
    )
    return replace(alert, facts=cleaned, agency_name=agency)


def _check_id(alert_id: AlertId) -> None:
    """An id becomes a file name, a URI and a CAP identifier: nothing but letters, digits, - _."""
    if not _PUBLIC_ID.fullmatch(alert_id):
        raise Refused("an alert's public id may hold letters, digits, hyphen and underscore only")
