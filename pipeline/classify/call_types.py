"""Looks up the category of every call type of an incident in the agency's total table.

In goes an incident with the agency's own codes, out come categories or ``Held``. A code the agency
file does not list has no category: the incident is held. This module must never guess from a
code's wording, and never put a code into what it returns except as ``Sensitive``.
"""

from __future__ import annotations

from difflib import get_close_matches

from pipeline.agencies.agency import Agency, fold_call_type
from pipeline.classify.apco import apco_codes, category_of
from pipeline.model import Category, Held, HoldReason, Incident, Sensitive

__all__ = ["call_category", "categories_of", "check_call_types", "unknown_codes"]

_RANK = {category: rank for rank, category in enumerate(Category)}


def call_category(code: str, agency: Agency) -> Category | None:
    """Return the category of one agency code, compared as folded, or None when unmapped."""
    apco_code = agency.call_types.get(fold_call_type(code))
    return None if apco_code is None else category_of(apco_code)


def categories_of(incident: Incident, agency: Agency) -> tuple[Category, ...] | Held:
    """Return the categories of all call types, each once, in the enum's order.

    ``Held`` for an unknown call type has no detail: ``unknown_codes`` gives the codes, and only
    the redactor knows how to show one safely.
    """
    known: set[Category] = set()
    for code in incident.call_types:
        category = call_category(code.expose(), agency)
        if category is None:
            return Held(reason=HoldReason.UNKNOWN_CALL_TYPE)
        known.add(category)
    if not known:
        return Held(reason=HoldReason.UNKNOWN_CALL_TYPE)
    return tuple(sorted(known, key=_RANK.__getitem__))


def unknown_codes(incident: Incident, agency: Agency) -> tuple[Sensitive, ...]:
    """Return the incident's call types that the agency file does not map, in order."""
    return tuple(
        code for code in incident.call_types if call_category(code.expose(), agency) is None
    )


def check_call_types(agency: Agency) -> tuple[str, ...]:
    """Return one line per agency code mapped to something APCO does not list; empty is right."""
    return tuple(
        f"call_types: {code!r} is mapped to {apco!r}, which is no APCO 2.103 code.{_advice(apco)}"
        for code, apco in sorted(agency.call_types.items())
        if category_of(apco) is None
    )


def _advice(apco_code: str) -> str:
    near = get_close_matches(apco_code.strip().upper(), apco_codes(), n=3, cutoff=0.5)
    if not near:
        return " See docs/reference/categories.md for the list."
    return f" Did you mean {' or '.join(near)}?"
