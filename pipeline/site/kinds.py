"""Sorts categories into the few kinds readers look by: fire, hazard, traffic.

Every category has a kind; a test keeps that so. A kind is a color and a word beside it, never a
judgment of how bad something is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.model import Category

__all__ = ["KINDS", "KIND_OF"]

_GROUPS: Mapping[str, str] = {
    "fire": "structure-fire outside-fire vehicle-fire other-fire smoke fire-alarm",
    "hazard": "gas-leak hazardous-material electrical-hazard explosion bomb-threat collapse"
    " public-works weather",
    "rescue": "water-rescue technical-rescue search aircraft train medical",
    "traffic": "injury-collision collision hit-and-run traffic-hazard traffic-enforcement parking"
    " pursuit",
    "property": "robbery burglary theft vehicle-theft vandalism fraud trespass security-alarm"
    " found-property",
    "other": "weapon death assault threat kidnapping disturbance noise suspicious-activity drugs"
    " vice animal civil-unrest domestic sexual-offense abuse suicide mental-health overdose"
    " juvenile missing-person welfare-check stalking court-order tactical major-incident service"
    " abandoned-call administrative",
}

KIND_OF: Mapping[Category, str] = MappingProxyType(
    {Category(name): kind for kind, names in _GROUPS.items() for name in names.split()}
)
"""Category -> kind."""

KINDS: tuple[str, ...] = tuple(_GROUPS)
