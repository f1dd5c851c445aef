"""Publication policies: what may be told of each category, how exactly, who approves it.

A policy is a versioned YAML file beside this module, total over every category and entity. It is
read once, checked, and never edited after it was used: a change is a new file. Nothing here looks
at an incident.
"""

from pipeline.policies.loader import load_policy, shipped_policies
from pipeline.policies.rules import RULES, Kept, Rule
from pipeline.policies.timing import Phase, Standing, phase, standing, timing

__all__ = [
    "RULES",
    "Kept",
    "Phase",
    "Rule",
    "Standing",
    "load_policy",
    "phase",
    "shipped_policies",
    "standing",
    "timing",
]
