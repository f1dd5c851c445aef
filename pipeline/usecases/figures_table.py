"""Writes counts as the Markdown table that a gate shows to a person.

In: counts by code. Out: lines. It must never be given a record's text or the name of a field: what
it writes is shown in Airflow to everybody who may open its pages.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["figures_table"]


def figures_table(code: str, number: str, counts: Mapping[str, int]) -> list[str]:
    """Return the lines of a table under these two heads, a row a code, sorted."""
    rows = [f"| {each} | {count} |" for each, count in sorted(counts.items())]
    return [f"| {code} | {number} |", "|---|---:|", *rows]
