"""The limits of the rules: terms that no policy may be looser than, per category.

They are numbers of rules 2 to 4 and 10 to 19, as :class:`~pipeline.model.Terms`. A policy fills in
the rest and an agency may go on from there, both only towards the stricter. Whether a policy keeps
to them is ``loader``'s part; nothing here may depend on a policy or an agency.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipeline.model import (
    Audience,
    Category,
    Closing,
    PlaceLevel,
    Row,
    Terms,
    Tier,
    strictest,
)

__all__ = ["HOMES", "VIOLENCE", "WHAT", "limit_of", "looser"]

HOMES = frozenset({Category.BURGLARY, Category.THEFT, Category.VEHICLE_THEFT, Category.VANDALISM})
"""Property crimes that mostly happen where somebody lives (rules 11, 19)."""

VIOLENCE = frozenset(
    {
        Category.WEAPON,
        Category.ROBBERY,
        Category.ASSAULT,
        Category.THREAT,
        Category.KIDNAPPING,
        Category.BOMB_THREAT,
        Category.CIVIL_UNREST,
        Category.TACTICAL,
        Category.PURSUIT,
        Category.MAJOR_INCIDENT,
    }
)
"""What is told only once the scene is clear, and by two editors (rule 12)."""

_HOUR = timedelta(hours=1)

_PUBLIC = Terms(
    place=PlaceLevel.BLOCK,  # rules 3, 10
    min_addresses=20,  # rule 3
    time_floor=timedelta(minutes=30),  # rule 11
    max_age=2 * _HOUR,  # rule 13
    live=timedelta(hours=48),  # rule 14
    listed=timedelta(days=30),  # rule 14
)
_PARTNER = Terms(
    place=PlaceLevel.ROUNDED,
    decimals=3,  # about 100 m
    time_floor=timedelta(minutes=15),
    live=timedelta(days=30),
    listed=timedelta(days=30),
)
_LATER = Terms(delay=_HOUR)  # rule 12, or closed
_CLEAR = Terms(closing=Closing.REQUIRED)  # rule 12: partners wait for a clear scene, too
_VIOLENCE = Terms(closing=Closing.REQUIRED, approvals=2)  # rule 12
_BURGLARY = Terms(delay=24 * _HOUR, closing=Closing.IGNORED)  # rule 12
_HOMES = Terms(one_per_area=24 * _HOUR)  # rule 19
_NEVER = Terms(row=Row.DROPPED)  # rules 1, 2


def limit_of(category: Category, tier: Tier, audience: Audience) -> Terms:
    """Return the loosest terms the rules allow; for the agency's own people there are none."""
    if audience is Audience.INTERNAL:
        return Terms()
    return strictest(*_limits(category, tier, audience))


def _limits(category: Category, tier: Tier, audience: Audience) -> Iterator[Terms]:
    yield _PUBLIC if audience is Audience.PUBLIC else _PARTNER
    if tier in (Tier.S3, Tier.S5):
        yield _NEVER
    if audience is not Audience.PUBLIC:
        if category in VIOLENCE:
            yield _CLEAR
        return
    if category in VIOLENCE:
        yield _VIOLENCE
    elif tier is not Tier.S0:
        yield _LATER
    if category is Category.BURGLARY:
        yield _BURGLARY
    if category in HOMES:
        yield _HOMES


WHAT = {
    "row": "whether it is told",
    "dropped_fields": "the fields left out",
    "place": "the place",
    "min_addresses": "the addresses an area must have",
    "decimals": "the decimals of a coordinate",
    "digits": "the digits struck out",
    "area_at_residence": "the residence rule",
    "only_verified": "unverified addresses",
    "in_zone": "what happens in an exclusion zone",
    "time_floor": "the time shown",
    "time_dropped": "whether a time is shown",
    "delay": "the delay",
    "closing": "waiting for the end of the call",
    "max_age": "the age at first publication",
    "live": "the live window",
    "listed": "the time it is listed",
    "one_per_area": "how long one alert stands for an area",
    "approvals": "the number of editors",
    "since": "the first day",
    "until": "the last day",
}
"""Part of terms -> what it is called."""


def looser(parts: tuple[str, ...], allowed: tuple[str, ...], whose: str) -> str:
    """Say which parts are looser than what is allowed, and what to do."""
    what = ", ".join(WHAT[part] for part in parts)
    return (
        f"looser than {whose} in: {what}; make it at least as strict as"
        f" {' '.join(allowed)}, or leave the verb out"
    )
