"""Switches by which a named person stops part of the line at once, and what they stop.

A switch is off or on; what nobody switched off is on. Never stopped by any of them are retractions,
expiry and the log: taking back must always be possible. Who switched and why stands in the log;
reading it is ``usecases.switches``'s part.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.model.category import Tier
from pipeline.model.errors import Refused
from pipeline.model.identity import is_agency_id

__all__ = ["Scope", "Switch", "Switchboard", "switch_name"]


class Scope(StrEnum):
    """What a switch stops.

    ``feed``: looking at an agency's feed and taking its pushes. ``agency``: that, walking its
    payloads, and telling anything new of it. ``tier``: telling anything new of a sensitivity.
    ``all``: everything that ``agency`` does, for all.
    """

    FEED = "feed"
    AGENCY = "agency"
    TIER = "tier"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One switch that is off: since when, by whom, why. ``name`` is empty for ``all``."""

    scope: Scope
    name: str
    since: datetime
    by: str
    why: str

    def __str__(self) -> str:
        what = " ".join(filter(None, (self.scope.value, self.name)))
        return (
            f"{what} is switched off since {self.since:%F %H:%M} UTC by {self.by} ({self.why});"
            f" `blotter switch on {what}` ends it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchboard:
    """All switches that are off at one moment."""

    off: tuple[Switch, ...] = ()

    @property
    def everything(self) -> Switch | None:
        """The switch of everything, where it is off."""
        return self._first(each for each in self.off if each.scope is Scope.ALL)

    @property
    def agencies(self) -> frozenset[str]:
        """Agencies of which nothing new is told."""
        return frozenset(each.name for each in self.off if each.scope is Scope.AGENCY)

    @property
    def tiers(self) -> frozenset[str]:
        """Tiers of which nothing new is told."""
        return frozenset(each.name for each in self.off if each.scope is Scope.TIER)

    def stops_feed(self, agency_id: str) -> Switch | None:
        """Return the switch because of which an agency's feed is not looked at, or None."""
        return self.stops_agency(agency_id) or self._named(Scope.FEED, agency_id)

    def stops_agency(self, agency_id: str) -> Switch | None:
        """Return the switch because of which an agency's payloads are not walked, or None."""
        return self.everything or self._named(Scope.AGENCY, agency_id)

    def stops_telling(self, agency_id: str, tier: Tier) -> Switch | None:
        """Return the switch because of which nothing new of this is told, or None."""
        return self.stops_agency(agency_id) or self._named(Scope.TIER, tier.value)

    def _named(self, scope: Scope, name: str) -> Switch | None:
        return self._first(e for e in self.off if e.scope is scope and e.name == name)

    @staticmethod
    def _first(found: Iterable[Switch]) -> Switch | None:
        return next(iter(found), None)


def switch_name(scope: Scope, name: str) -> str:
    """Return a switch's name as it is kept.

    Raises:
        Refused: the scope needs a name and has none, needs none and has one, or knows no such name.
    """
    match scope:
        case Scope.ALL:
            if name:
                raise Refused("`all` stops everything and takes no name")
        case Scope.TIER:
            name = name.upper()
            if name not in set(Tier):
                raise Refused(f"the tiers are {', '.join(Tier)}")
        case Scope.FEED | Scope.AGENCY:
            if not is_agency_id(name):
                raise Refused("name the agency by its folder, such as juniper-falls-pd")
    return name
