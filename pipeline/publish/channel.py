"""The seam of every channel: public files, the site they belong to, and who is in them.

A channel is a module with ``PATHS`` (the files it owns) and ``render``, which turns the whole
public state into the whole set of its files. In go alerts, retractions, the site and the moment;
out come bytes that depend on nothing else. A channel must never read a clock, a file or a random
number, and never show a field that :class:`~pipeline.model.PublicFacts` does not hold. Writing the
files is ``pipeline.adapters.public_folder``'s part; making strings harmless is ``plain``'s.
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
    "Channel",
    "PublicFile",
    "Site",
    "cap_path",
    "host",
    "last_change",
    "live",
    "moment",
    "url",
    "withdrawn",
]

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST = re.compile(r"[A-Za-z0-9_.-]+")
_NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFile:
    """One file the public may fetch. ``path`` is relative, with ``/``; ``body`` is all of it."""

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


class Channel(Protocol):
    """One way to the public. ``PATHS`` is a glob over the files that this channel alone owns."""

    PATHS: str

    def render(
        self,
        alerts: Sequence[Alert],
        retractions: Sequence[Retraction],
        *,
        site: Site,
        at: datetime,
    ) -> tuple[PublicFile, ...]:
        """Return all files of the channel as they must stand at ``at``.

        An expired alert and an alert with a retraction are absent; tombstones carry no reason.

        Raises:
            Refused: an alert cannot be published as it is (its id, times or versions are wrong).
            ConfigError: the site's address is unusable.
        """
        ...


def live(alerts: Iterable[Alert], retractions: Iterable[Retraction], at: datetime) -> list[Alert]:
    """Return what is public at ``at``: newest version each, strings made plain, newest first."""
    gone = {retraction.alert_id for retraction in retractions}
    newest = {alert.alert_id: alert for alert in sorted(alerts, key=lambda each: each.version)}
    kept = [_plain(a) for a in newest.values() if a.alert_id not in gone and a.expires > at]
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


def _plain(alert: Alert) -> Alert:
    """Return the alert with strings any channel can carry; numbers and times are untouched."""
    _check_id(alert.alert_id)
    if len(alert.previous) != alert.version - 1:
        raise Refused(f"alert {alert.alert_id} does not name each earlier version")
    facts = alert.facts
    label = plain_line(facts.label, _NAME_LIMIT)
    cleaned = replace(
        facts,
        label=label,
        headline=plain_line(facts.headline, HEADLINE_LIMIT) or label,
        text=plain_text(facts.text, TEXT_LIMIT),
        area=replace(facts.area, name=plain_line(facts.area.name, _NAME_LIMIT)),
    )
    return replace(alert, facts=cleaned, agency_name=plain_line(alert.agency_name, _NAME_LIMIT))


def _check_id(alert_id: AlertId) -> None:
    """An id becomes a file name, a URI and a CAP identifier: nothing but letters, digits, - _."""
    if not _PUBLIC_ID.fullmatch(alert_id):
        raise Refused("an alert's public id may hold letters, digits, hyphen and underscore only")
