"""Maps APCO's 197 common incident type codes to categories.

The codes are those of APCO 2.103 as NIEM 6.0 lists them (``apco.xsd``, OASIS Open, CC-BY 4.0);
the meanings and the mapping beside them in ``apco_categories.csv`` are ours. A code whose meaning
covers something sensitive is mapped to the sensitive category, whatever else it covers. There is
no category for an unknown code and this module must never invent one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pipeline.model import Category

__all__ = ["ApcoCode", "apco_codes", "category_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApcoCode:
    """One common incident type: its code, our category, and its meaning in our words."""

    code: str
    category: Category
    meaning: str


@cache
def apco_codes() -> Mapping[str, ApcoCode]:
    """Return all 197 codes, in the order of the code."""
    text = files(__package__).joinpath("apco_categories.csv").read_text(encoding="utf-8")
    rows = (
        ApcoCode(code=code, category=Category(category), meaning=meaning)
        for code, category, meaning in list(csv.reader(text.splitlines()))[1:]
    )
    return MappingProxyType({row.code: row for row in sorted(rows, key=lambda row: row.code)})


def category_of(apco_code: str) -> Category | None:
    """Return the category of an APCO code, or None when APCO has no such code."""
    known = apco_codes().get(apco_code)
    return None if known is None else known.category
