"""Other wordings of an alert, by category: an editor picks one and may change it.

Built from the same allow-listed facts as the proposed words (``wording``); nothing of a narrative
can be passed in. Every template says *reported* and claims nothing (rules 22 and 23).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType

from pipeline.model import Category, PublicFacts
from pipeline.publish.plain import HEADLINE_LIMIT, TEXT_LIMIT, plain_line, plain_text
from pipeline.publish.wording import window_words

__all__ = ["Template", "templates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One wording; ``name`` is a stable code."""

    name: str
    headline: str
    text: str


_NOT_CONFIRMED = "This is a report, not a confirmed account."
_ALL = MappingProxyType(
    {
        "plain": ("Reported: {label} in {area}", "{label} reported in {area}, {when}. {note}"),
        "over": (
            "Over: {label} in {area}",
            "The {low} reported in {area}, {when}, is over. {note}",
        ),
        "unfounded": (
            "Unfounded: {label} in {area}",
            "The {low} reported in {area}, {when}, was found to be unfounded.",
        ),
    }
)
_AVOID = (
    "Reported: {label} in {area}",
    "{label} reported in {area}, {when}. Please avoid the area. {note}",
)
_SMOKE = (
    "Reported: {label} in {area}",
    "{label} reported in {area}, {when}. Smoke may be seen and smelled; close the windows. {note}",
)
_ROAD = (
    "Reported: {label} in {area}",
    "{label} reported in {area}, {when}. Expect delays and slow traffic. {note}",
)
_LOCK = (
    "Reported: {label} in {area}",
    "{label} reported in {area}, {when}. Please lock doors and cars. {note}",
)
_SETS: Sequence[tuple[frozenset[Category], Mapping[str, tuple[str, str]]]] = (
    (
        frozenset(
            {
                Category.STRUCTURE_FIRE,
                Category.OUTSIDE_FIRE,
                Category.OTHER_FIRE,
                Category.SMOKE,
                Category.VEHICLE_FIRE,
            }
        ),
        {"smoke": _SMOKE, "avoid": _AVOID},
    ),
    (
        frozenset(
            {
                Category.GAS_LEAK,
                Category.HAZARDOUS_MATERIAL,
                Category.ELECTRICAL_HAZARD,
                Category.EXPLOSION,
                Category.WEAPON,
                Category.WATER_RESCUE,
            }
        ),
        {"avoid": _AVOID},
    ),
    (
        frozenset(
            {
                Category.INJURY_COLLISION,
                Category.COLLISION,
                Category.HIT_AND_RUN,
                Category.TRAFFIC_HAZARD,
                Category.TRAIN,
            }
        ),
        {"road": _ROAD},
    ),
    (
        frozenset({Category.BURGLARY, Category.THEFT, Category.VEHICLE_THEFT, Category.VANDALISM}),
        {"lock": _LOCK},
    ),
)


def templates(facts: PublicFacts, timezone: tzinfo) -> tuple[Template, ...]:
    """Return the wordings for a category, the plain one first."""
    values = {
        "label": plain_line(facts.label, 100),
        "low": plain_line(facts.label, 100).lower(),
        "area": plain_line(facts.area.name, 100),
        "when": window_words(facts.earliest, facts.latest, timezone),
        "note": _NOT_CONFIRMED,
    }
    wordings = dict(_ALL)
    for categories, further in _SETS:
        if facts.category in categories:
            wordings |= further
    return tuple(
        Template(
            name=name,
            headline=plain_line(headline.format(**values), HEADLINE_LIMIT),
            text=plain_text(text.format(**values), TEXT_LIMIT),
        )
        for name, (headline, text) in wordings.items()
    )
