"""Shows what calls say by a mapping: counts, and from when to when they were opened.

Prints kinds of facts and numbers, never a text of a call.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rich.table import Table

from pipeline.cli.show import out
from pipeline.usecases.call_facts import CallFacts

__all__ = ["facts_as_json", "show_facts"]


def facts_as_json(facts: CallFacts) -> dict[str, Any]:
    """Return the counts as plain values; times are ISO 8601 with the agency's offset."""
    return {
        "calls": facts.calls,
        "call_types": facts.types,
        "call_types_listed": facts.listed,
        "first_opened": _iso(facts.first),
        "last_opened": _iso(facts.last),
        "told": {fact.value: number for fact, number in facts.told},
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def show_facts(facts: CallFacts) -> None:
    """Show what calls say: of a field that was read wrongly, the counts are not as expected."""
    if facts.first is None or facts.last is None:
        return
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (facts.first, facts.last))
    table = Table("what calls say", f"of {facts.calls}")
    table.add_row(f"opened from {first} to {last}, {facts.first.tzinfo}", str(facts.calls))
    table.add_row("different call types", str(facts.types))
    table.add_row("call types of them that are listed", str(facts.listed))
    for fact, number in facts.told:
        table.add_row(fact.value, str(number) if number else "[yellow]0[/]")
    out().print(table)
