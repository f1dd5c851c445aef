"""Call types to categories, texts to sensitivity signals, and the gate both lead to.

In go incidents and texts, out come categories, names of signals, and rule, ``Held`` or
``Withheld``. Nothing here returns or logs text of a record. Where a call is told to have happened
is ``pipeline.place``'s part; what may be told at all stands in ``pipeline.policies``.
"""

from pipeline.classify.call_types import (
    call_category,
    categories_of,
    check_call_types,
    unknown_codes,
)
from pipeline.classify.gate import gate
from pipeline.classify.signals import sensitive_signals, signals_version
from pipeline.classify.terms import check_terms, terms_for
from pipeline.classify.verdict import Verdict, verdict_on, weighed_signals

__all__ = [
    "Verdict",
    "call_category",
    "categories_of",
    "check_call_types",
    "check_terms",
    "gate",
    "sensitive_signals",
    "signals_version",
    "terms_for",
    "unknown_codes",
    "verdict_on",
    "weighed_signals",
]
