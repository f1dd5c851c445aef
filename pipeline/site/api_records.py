"""The records of the public API: each is a JSON document or a part of one.

Their docstrings and types are the schemas of the description, so they say what readers must know.
Times are RFC 3339 in UTC. Nothing may stand here that no page shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "DOCUMENTS",
    "ApiAgencies",
    "ApiAgency",
    "ApiAlert",
    "ApiAlerts",
    "ApiArea",
    "ApiAreas",
    "ApiCategories",
    "ApiCategory",
    "ApiChange",
    "ApiChanges",
    "ApiDays",
    "ApiPolicies",
    "ApiPolicy",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAlert:
    """One alert; times are RFC 3339 in UTC, ``earliest`` and ``latest`` bound when it was."""

    id: str
    version: int
    category: str
    label: str
    headline: str
    text: str
    agency: str
    agency_name: str
    area: str
    area_name: str
    earliest: str
    latest: str
    sent: str
    updated: str
    expires: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAlerts:
    """The newest live alerts, or those first told on one day (UTC)."""

    about: str
    day: str | None
    alerts: list[ApiAlert]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDays:
    """The days there are files of, newest first; a day's file comes when the day is over (UTC)."""

    days: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChange:
    """One change, as an item of JSON Feed 1.1; ``change`` says which, ``alert`` of what."""

    id: str
    url: str
    title: str
    content_text: str
    date_modified: str
    alert: str
    alert_version: int
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChanges:
    """The newest change of each alert, newest first: a JSON Feed 1.1 that holds no words."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    items: list[ApiChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiArea:
    """One fixed area; ``shapes`` is the GeoJSON file of its agency."""

    agency: str
    id: str
    name: str
    url: str
    shapes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAreas:
    """Every area alerts are told by, but towns as a whole."""

    areas: list[ApiArea]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAgency:
    """One agency; ``partners.csv`` has the same with counts."""

    id: str
    name: str
    place: str
    state: str
    kind: str
    standing: str
    joined: str
    left: str | None
    agreement: str
    agreement_expires: str
    consideration: str
    fields: list[str]
    categories: list[str]
    timezone: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAgencies:
    """Every agency, also those that left."""

    agencies: list[ApiAgency]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCategory:
    """One category: its names, and how it is told if it is; lengths are minutes."""

    id: str
    kind: str
    labels: dict[str, str]
    told: bool
    delay: int | None
    time_shown: int | None
    live: int | None
    editors: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCategories:
    """The closed list of categories under the policy in force."""

    policy: str
    categories: list[ApiCategory]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPolicy:
    """One version of the policy."""

    version: str
    in_force: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPolicies:
    """Every version of the policy, newest first."""

    policies: list[ApiPolicy]


DOCUMENTS: dict[str, tuple[str, type[Any]]] = {
    "/api/v1/alerts.json": ("The newest live alerts", ApiAlerts),
    "/api/v1/changes.json": ("What changed last", ApiChanges),
    "/api/v1/days.json": ("Which days there are files of", ApiDays),
    "/api/v1/days/{day}.json": ("Alerts first told on one day", ApiAlerts),
    "/api/v1/areas.json": ("Every area", ApiAreas),
    "/api/v1/agencies.json": ("Every agency", ApiAgencies),
    "/api/v1/categories.json": ("Every category", ApiCategories),
    "/api/v1/policies.json": ("Every version of the policy", ApiPolicies),
}
"""Path -> what it is, and the record it holds."""
