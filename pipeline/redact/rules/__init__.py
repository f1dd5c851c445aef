"""Recognizers for what dispatch writes in fixed ways: numbers, streets, codes, returns.

In: readings. Out: findings, each named after its rule. A rule never decides that something is
harmless, and never looks at more than a few words around its trigger. Names without a trigger are
``names``'s and the sequence model's; what no rule explains, ``deny`` masks.
"""

from pipeline.redact.rules.dispatch import DispatchRules

__all__ = ["DispatchRules"]
