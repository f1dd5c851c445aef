"""What a mapping of call types is, and what a preview of it found.

In go a YAML file, or calls walked twice; out come codes, counts and redacted examples. Nothing here
reads storage, and no example is of a call that is sensitive now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.model import Category, IncidentRef, Refused, WithholdReason
from pipeline.propose import Rules
from pipeline.usecases.simulated import Fate, Found, Move, move_of
from pipeline.usecases.walk_twice import Both

__all__ = ["Change", "Example", "Preview", "examples_of", "moves_of", "read_mapping"]

_MOST_BYTES = 1_000_000
_EXAMPLES = 3  # of each move and category
_SENSITIVE = {
    WithholdReason.SENSITIVE_CATEGORY.value,
    WithholdReason.SENSITIVE_TEXT.value,
    WithholdReason.SENSITIVE_BEFORE.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One code, folded, and its APCO code before and after; empty where it is unmapped."""

    code: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One call that would move: the move, its category, and redacted lines."""

    kind: str
    category: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a mapping would move of the last ``days``; ``digest`` is what saving it needs.

    ``moves`` counts calls by category and sensitivity tier (empty where no code is mapped) and by
    move. ``unknown`` are calls that could not be walked again: their text is gone or unreadable.
    """

    agency: str
    days: int
    digest: str
    changes: tuple[Change, ...]
    moves: Counter[tuple[str, str, Move]]
    examples: tuple[Example, ...]
    walked: int
    unknown: int

    def count(self, before: Fate, after: Fate) -> int:
        """Return how many calls go from one fate to another."""
        ends = (before, after)
        return sum(n for (_, _, m), n in self.moves.items() if (m.before, m.after) == ends)


def read_mapping(path: Path) -> Mapping[str, str]:
    """Return the codes of a YAML file ``code: APCO``, as ``types suggest --write`` prints them.

    A code without a value is to be unmapped.

    Raises:
        Refused: the file cannot be read, or holds something else.
    """
    try:
        body = path.read_bytes()
        # Text only: a code such as 011 or NO stays what it is written as.
        tree = None
        if len(body) <= _MOST_BYTES:
            tree = yaml.load(body, Loader=yaml.BaseLoader)  # noqa: S506 - knows text only
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise Refused("cannot read the mapping") from None
    if isinstance(tree, dict) and set(tree) == {"call_types"}:
        tree = tree["call_types"]
    if not isinstance(tree, dict) or not tree:
        raise Refused("a mapping is lines `code: APCO code`, under call_types or alone")
    if not all(isinstance(each, str) for pair in tree.items() for each in pair):
        raise Refused("a mapping has a text for each code")
    return dict(tree)


def moves_of(walked: Mapping[IncidentRef, Both], rules: Rules) -> Counter[tuple[str, str, Move]]:
    """Return counts by category, tier and move; ``rules`` are those of the mapping."""
    counted: Counter[tuple[str, str, Move]] = Counter()
    for each in walked.values():
        tier = ""
        if each.category:
            tier = rules.policy.categories[Category(each.category)].tier.value
        move = move_of(rules.agency.agency_id, each.category, each.before, each.after)
        counted[each.category, tier, move] += 1
    return counted


def examples_of(walked: Mapping[IncidentRef, Both]) -> tuple[Example, ...]:
    """Return a few calls that would move, as an editor sees or would see them."""
    counted: Counter[tuple[str, str]] = Counter()
    examples = []
    for _, each in sorted(walked.items()):
        if each.before.fate is each.after.fate or _kept_back(each.before):
            continue
        kind = f"{each.before.fate.value} to {each.after.fate.value}"
        remarks = each.before.remarks or each.after.remarks
        if remarks and counted[kind, each.category] < _EXAMPLES:
            counted[kind, each.category] += 1
            examples.append(Example(kind=kind, category=each.category, remarks=remarks))
    return tuple(examples)


def _kept_back(found: Found) -> bool:
    return found.fate is Fate.WITHHOLD and found.reason in _SENSITIVE
