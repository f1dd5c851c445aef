"""What a simulation finds: each call's fate under two policies, and safe counts of them.

In go outcomes of a walk, or verdicts that outlived their text; out come fates, and counts of them.
A fate that the text or the exact place decides is never guessed without them. Nothing here reads or
writes storage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.adapters.store.retained import Retained
from pipeline.classify import gate
from pipeline.model import (
    Candidate,
    Category,
    CategoryRule,
    Held,
    HoldReason,
    LedgerState,
    Outcome,
    Tier,
    Withheld,
    WithholdReason,
)
from pipeline.propose import Rules
from pipeline.publish.counts import safe_counts

__all__ = [
    "Fate",
    "Found",
    "Move",
    "Simulation",
    "found_of",
    "kept_fate",
    "move_of",
    "shareable",
    "still_sensitive",
    "table",
]


class Fate(StrEnum):
    """What becomes of a call: an editor may release it, it waits for a person, or never."""

    RELEASE = "release"
    HOLD = "hold"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fate and its reason.

    ``told`` is what an editor would be shown, to be compared only; ``remarks`` are redacted.
    """

    fate: Fate
    reason: str = ""
    area: str = ""
    told: object = field(default=None, compare=False, repr=False)
    remarks: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From which fate to which; ``otherwise`` says what else an editor would be shown."""

    agency: str
    category: str
    area: str
    before: Fate
    after: Fate
    reason: str
    otherwise: str

    @property
    def kind(self) -> str:
        """The move in a few words: ``hold``, ``release to withhold``."""
        if self.before is not self.after:
            return f"{self.before.value} to {self.after.value}"
        return ", ".join(filter(None, (self.before.value, self.otherwise)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Both policies, and how many calls made each move.

    ``unknown`` are calls per agency whose text or place is needed and gone, ``from_vault`` and
    ``from_verdicts`` how the others were computed. ``failures`` maps an agency to one safe line.
    """

    old: str
    new: str
    days: int
    moves: Counter[Move]
    unknown: Counter[str]
    from_vault: int
    from_verdicts: int
    failures: Mapping[str, str]

    def after(self, fate: Fate) -> int:
        """Return how many calls would have this fate under the new policy."""
        return sum(count for move, count in self.moves.items() if move.after is fate)

    def before(self, fate: Fate) -> int:
        """Return how many calls have this fate under the policy in force."""
        return sum(count for move, count in self.moves.items() if move.before is fate)


def found_of(outcome: Outcome) -> Found | None:
    """Return the fate of a walked record; None for one that is no news, or could not be read."""
    match outcome.state:
        case Candidate(facts=facts, approvals_needed=needed, timing=timing, remarks=remarks):
            told = (facts, needed, timing)
            lines = tuple(each.text for each in remarks)
            return Found(fate=Fate.RELEASE, area=facts.area.name, told=told, remarks=lines)
        case Held(reason=reason):
            return Found(fate=Fate.HOLD, reason=reason.value)
        case Withheld(reason=why):
            return Found(fate=Fate.WITHHOLD, reason=why.value)
    return None


def move_of(agency: str, category: str, before: Found, after: Found) -> Move:
    """Return how a call moved; the area is the public one it is or would be told of."""
    return Move(
        agency=agency,
        category=category,
        area=after.area or before.area,
        before=before.fate,
        after=after.fate,
        reason=after.reason or before.reason,
        otherwise=_otherwise(before, after) if before.fate is after.fate is Fate.RELEASE else "",
    )


def _otherwise(before: Found, after: Found) -> str:
    if before.told != after.told:
        return "told otherwise"
    return "redacted otherwise" if before.remarks != after.remarks else ""


# Decided by the record alone, whatever the policy says.
_OF_THE_RECORD = {
    WithholdReason.SENSITIVE_TEXT.value,
    WithholdReason.RESTRICTED_BY_AGENCY.value,
    WithholdReason.CANCELLED.value,
}
_OF_ITS_CATEGORY = {
    WithholdReason.SENSITIVE_CATEGORY.value,
    WithholdReason.ADMINISTRATIVE.value,
    WithholdReason.CATEGORY_NOT_RELEASED.value,
    WithholdReason.AGREEMENT_SCOPE.value,
    HoldReason.TACTICAL.value,
}
# Parts of terms that ask where a call was: without the exact place nobody can say what they do.
_OF_THE_PLACE = ("place", "min_addresses", "area_at_residence", "only_verified", "in_zone")


def kept_fate(row: Retained, now: Rules, new: Rules) -> tuple[str, Found, Found] | None:
    """Return category and both fates of a call whose text is gone; None if they need it.

    A call is judged by the one category its verdict names; others it had are not known any more.
    """
    category = row.category or _named(row)
    if row.category is None:
        same = _same(row)
        if same is not None:
            return ("" if category is None else category.value), same, same
    if category is None:
        return None
    before, after = _gated(category, now, row), _gated(category, new, row)
    if after.fate is Fate.RELEASE and (row.category is None or before.fate is not Fate.RELEASE):
        return None  # what an editor would be shown needs text or place
    if before.fate is after.fate is Fate.RELEASE and _moved(before, after):
        return None
    if row.category is None and before.fate is Fate.RELEASE:
        stood = Fate.HOLD if row.state is LedgerState.HELD else Fate.WITHHOLD
        before = Found(fate=stood, reason=row.reason)
    return category.value, before, after


def _same(row: Retained) -> Found | None:
    """Return the fate of a call that no policy decides."""
    if row.reason in _OF_THE_RECORD:
        return Found(fate=Fate.WITHHOLD, reason=row.reason)
    if row.reason == WithholdReason.SENSITIVE_BEFORE.value and _named(row) is None:
        return Found(fate=Fate.WITHHOLD, reason=row.reason)
    if row.reason == HoldReason.UNKNOWN_CALL_TYPE.value:
        return Found(fate=Fate.HOLD, reason=row.reason)
    return None


def _named(row: Retained) -> Category | None:
    """Return the category a verdict names, if it is about one."""
    name = row.detail.removeprefix("category:")
    sensitive = row.reason == WithholdReason.SENSITIVE_BEFORE.value and name != row.detail
    if sensitive or row.reason in _OF_ITS_CATEGORY:
        return next((each for each in Category if each.value == name), None)
    return None


def _gated(category: Category, rules: Rules, row: Retained) -> Found:
    gated = gate((category,), rules.policy, rules.agency)
    match gated:
        case Held(reason=reason):
            return Found(fate=Fate.HOLD, reason=reason.value)
        case Withheld(reason=why):
            return Found(fate=Fate.WITHHOLD, reason=why.value)
    if gated.public is not None and row.earliest is not None:
        on = row.earliest.astimezone(rules.agency.timezone).date()
        if not gated.public.in_force(on):
            unreleased = WithholdReason.CATEGORY_NOT_RELEASED.value
            return Found(fate=Fate.WITHHOLD, reason=unreleased)
    return Found(fate=Fate.RELEASE, area=row.area, told=gated)


def _moved(before: Found, after: Found) -> bool:
    one, other = before.told, after.told
    if not isinstance(one, CategoryRule) or not isinstance(other, CategoryRule):
        return False
    if one.public is None or other.public is None:
        return one.public is not other.public
    return any(getattr(one.public, p) != getattr(other.public, p) for p in _OF_THE_PLACE)


def still_sensitive(sensitive: str, rules: Rules) -> str:
    """Return what makes a call sensitive for good under these rules, of what it was found by."""
    name = sensitive.removeprefix("category:")
    if name == sensitive:
        return sensitive
    tiers = {category.value: rule.tier for category, rule in rules.policy.categories.items()}
    return sensitive if tiers.get(name, Tier.S3) is Tier.S3 else ""


def shareable(
    simulation: Simulation, by: str, *, below: int, to: int
) -> Mapping[tuple[str, str], int | None]:
    """Return counts by a property of moves and the move, rounded, small ones None (rule 15).

    ``by`` is ``agency``, ``category``, ``area`` or ``reason``; ``""`` names sums.
    """
    return safe_counts(table(simulation, by), below=below, to=to).cells


def table(simulation: Simulation, by: str) -> Counter[tuple[str, str]]:
    """Return exact counts by a property of moves and the move."""
    counted: Counter[tuple[str, str]] = Counter()
    for move, count in simulation.moves.items():
        counted[getattr(move, by) or "(none)", move.kind] += count
    return counted
