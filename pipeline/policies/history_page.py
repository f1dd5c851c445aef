"""Writes the history of policies: every version, and what changed from one to the next.

In go the shipped policies, out comes Markdown for the documentation, which is public. Differences
come from ``difference``; nothing here judges them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import Policy, Release
from pipeline.policies.difference import Difference, Direction, differences

__all__ = ["history_page", "table_of"]

_ORDER = (Direction.LOOSER, Direction.STRICTER, Direction.OTHER)


def history_page(policies: Sequence[Policy]) -> str:
    """Return the page as Markdown; ``policies`` come oldest first."""
    return "\n".join(_lines(policies)).rstrip("\n") + "\n"


def _lines(policies: Sequence[Policy]) -> Iterator[str]:
    yield "# Policy history"
    yield ""
    yield "Every version of the publication policy, newest first, and what it changed. A published"
    yield "version is never edited. Generated; `blotter pages` writes it. How to read it:"
    yield "[policy changes](../how-to/policy-changes.md)."
    yield ""
    for number in range(len(policies) - 1, -1, -1):
        policy = policies[number]
        yield f"## {policy.version}"
        yield ""
        told = sum(rule.release is Release.CANDIDATE for rule in policy.categories.values())
        yield f"{told} of {len(policy.categories)} categories may reach an editor."
        yield ""
        if number:
            before = policies[number - 1]
            found = differences(before, policy)
            yield _summary(before, found)
            yield ""
            yield from table_of(found)
            yield ""


def _summary(before: Policy, found: Sequence[Difference]) -> str:
    counted = ", ".join(
        f"{sum(each.direction is direction for each in found)} {direction.value}"
        for direction in _ORDER
    )
    return f"Against {before.version}: {counted}."


def table_of(found: Sequence[Difference]) -> Iterator[str]:
    """Yield differences as a Markdown table, what is looser first."""
    yield "| | part | of | for | before | now | legal basis |"
    yield "|---|---|---|---|---|---|---|"
    for direction in _ORDER:
        for each in found:
            if each.direction is direction:
                of = ", ".join(f"`{name}`" for name in each.concerns) or "the whole policy"
                cells = (
                    direction.value,
                    each.part,
                    of,
                    each.audience or "everybody",
                    each.old,
                    each.new,
                    each.basis,
                )
                yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
