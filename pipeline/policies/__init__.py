"""Publication policies: what may be told of each category, how exactly, who approves it.

A policy is a versioned YAML file beside this module, total over every category and entity. It is
read once, checked, and never edited after it was used: a change is a new file. Nothing here looks
at an incident.
"""

from pipeline.policies.difference import Difference, Direction, differences, looser_ones
from pipeline.policies.jurisdictions import joined, load_pack, shipped_packs
from pipeline.policies.loader import load_policy, shipped_policies
from pipeline.policies.rules import RULES, Kept, Rule
from pipeline.policies.timing import Phase, Standing, phase, standing, timing

__all__ = [
    "RULES",
    "Difference",
    "Direction",
    "Kept",
    "Phase",
    "Rule",
    "Standing",
    "differences",
    "joined",
    "load_pack",
    "load_policy",
    "looser_ones",
    "phase",
    "shipped_packs",
    "shipped_policies",
    "standing",
    "timing",
]
