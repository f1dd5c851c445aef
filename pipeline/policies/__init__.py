"""Publication policies: what may be told of each category, how exactly, who approves it.

A policy is a versioned YAML file beside this module, total over every category and entity. It is
read once, checked, and never edited after it was used: a change is a new file. Nothing here looks
at an incident.
"""

from pipeline.policies.loader import load_policy, shipped_policies
from pipeline.policies.rules import RULES, Kept, Rule

__all__ = ["RULES", "Kept", "Rule", "load_policy", "shipped_policies"]
