"""The nouns of the public site: partners, counts of a month, and the whole of both.

Everything here is public as it stands. None of it may hold a call, a person, an address, or a count
that did not pass ``publish.counts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pipeline.model import Area, Category, Policy, Release
from pipeline.publish import Site
from pipeline.publish.counts import Counts

__all__ = ["Change", "Month", "Partner", "Standing", "Told", "Whole", "told_categories"]


class Standing(StrEnum):
    """Whether an agency's feed is read."""

    ACTIVE = "active"
    WAITING = "waiting"  # an agreement that did not begin yet, or is not signed
    PAUSED = "paused"  # stopped by rule, an agreement in force
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a partner's history: a day, and what happened, as a stable code."""

    on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many of an agency's calls became alerts and how many were withheld, or None: hidden.

    Counted is one finished ``month`` (2026-03), as the statistics count it: a count that grows
    over months could be subtracted from itself.
    """

    month: str
    published: int | None
    withheld: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One agency as the public may know it.

    ``center`` is (longitude, latitude) of its published areas. ``terms_version`` is number and
    digest of the agreement, ``terms_page`` where all of them stand. ``policy`` is the version in
    force for it, with the packs of its place. ``delays`` are the least and the longest delay of
    what it may tell, ``stricter`` its own verbs over the policy. ``last_feed`` is a day: an hour
    would tell of a call.
    """

    agency_id: str
    name: str
    place: str
    state: str
    kind: str
    timezone: str
    center: tuple[float, float]
    areas: tuple[Area, ...]
    standing: Standing
    joined: date
    left: date | None
    history: tuple[Change, ...]
    parties: tuple[str, ...]
    signed: date | None
    expires: date
    text: str
    terms_version: str
    terms_page: str
    policy: str
    fields: tuple[str, ...]
    categories: tuple[Category, ...]
    consideration: str
    delays: tuple[timedelta, timedelta] | None
    stricter: tuple[str, ...]
    last_feed: date | None
    told: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One finished month of one agency: its alerts by area and kind, small counts hidden."""

    agency_id: str
    month: str
    days: int
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What every page may need and no alert changes; ``policies`` come oldest first.

    ``mail_page`` is where readers ask for mails, empty where they cannot. ``invented`` says
    that all agencies are made up, and every page says so.
    """

    site: Site
    partners: Mapping[str, Partner]
    policies: tuple[Policy, ...]
    months: tuple[Month, ...] = ()
    keys: tuple[str, ...] = ()
    mail_page: str = ""
    invented: bool = False

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.policies[-1]


def told_categories(whole: Whole) -> list[Category]:
    """Return the categories that may be told, by an editor or when the agency asks."""
    return [
        category
        for category, rule in whole.policy.categories.items()
        if rule.public is not None and rule.release is not Release.WITHHOLD
    ]
