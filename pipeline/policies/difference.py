"""Compares two policies part by part: what became stricter, looser, or merely other.

In go two policies, out come differences in a fixed order, equal ones of several categories as one,
with old and new in words and the legal basis of the new. "Looser" is a comparison of parts on their
chains (``lattice``, :mod:`pipeline.model.terms`); it must never be left out because something else
became stricter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pipeline.model import (
    Audience,
    Category,
    CategoryRule,
    Entity,
    Policy,
    RetentionClass,
    Row,
    Terms,
    looser_parts,
)
from pipeline.policies.lattice import NUMBERS, OPERATORS, RELEASES, TIERS
from pipeline.policies.limits import WHAT
from pipeline.policies.saying import say
from pipeline.policies.verbs import spoken

__all__ = ["Difference", "Direction", "differences", "looser_ones"]


class Direction(StrEnum):
    """What a difference does to what is told."""

    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part that differs. ``concerns`` names categories or entities; empty: the whole policy."""

    part: str
    concerns: tuple[str, ...]
    audience: str
    old: str
    new: str
    direction: Direction
    basis: str


_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "detector_timeout": "how long detection may take before a record is held",
        "payload_retention": "how long received text is kept",
        "alert_lifetime": "how long an alert may be live",
        "minimum_area_radius_m": "the smallest radius of an area, in meters",
        "zone_radius_m": "the radius of an exclusion zone, in meters",
        "suppress_below": "the smallest count that is told",
        "round_to": "what counts are rounded to",
        "bias_factor": "how much more often an area may be told of than the town",
        "leak_limit": "the share of leaks at which an agency pauses",
    }
)
_KEPT: Mapping[RetentionClass, str] = MappingProxyType(
    {
        RetentionClass.MEMORY: "how long what a call must remember is kept",
        RetentionClass.REQUEST: "how long what a person gave with a request is kept",
    }
)
_NOTHING = Terms(row=Row.DROPPED)

# Of a category's rule: a rank that grows towards the strict, and the value it is the rank of.
_RANKS: Mapping[str, Callable[[CategoryRule], tuple[Any, object]]] = MappingProxyType(
    {
        "the tier": lambda rule: (TIERS[rule.tier], rule.tier),
        "what may happen with it, at most": lambda rule: (RELEASES[rule.release], rule.release),
        "the number of editors": lambda rule: (rule.approvals, rule.approvals),
        "the time shown": lambda rule: (rule.time_floor, rule.time_floor),
    }
)


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Return all differences: of the whole policy, of categories, then of entities."""
    found = [*_of_numbers(old, new), *_of_categories(old, new), *_of_entities(old, new)]
    joined: dict[Difference, list[str]] = {}
    for each in found:
        joined.setdefault(replace(each, concerns=()), []).extend(each.concerns)
    return tuple(replace(each, concerns=tuple(names)) for each, names in joined.items())


def looser_ones(found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Return the differences that let more out; empty is safe."""
    return tuple(each for each in found if each.direction is Direction.LOOSER)


def _of_numbers(old: Policy, new: Policy) -> Iterator[Difference]:
    for name, part in _NUMBERS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        direction = Direction.OTHER
        if name in NUMBERS:
            tighter = NUMBERS[name](before, after) == after
            direction = Direction.STRICTER if tighter else Direction.LOOSER
        yield _difference(part, (), before, after, direction)
    for kind, part in _KEPT.items():
        before, after = old.kept_for(kind), new.kept_for(kind)
        if before != after:
            yield _difference(part, (), before, after, _direction(after, before))


def _of_categories(old: Policy, new: Policy) -> Iterator[Difference]:
    for category in Category:
        before, after = old.categories[category], new.categories[category]
        name = (category.value,)
        basis = "" if after.public is None else after.public.legal_basis
        for part, rank in _RANKS.items():
            was, now = rank(before), rank(after)
            if was[0] != now[0]:
                yield _difference(part, name, was[1], now[1], _direction(was[0], now[0]), "", basis)
        for part, words in (
            ("the label", (before.label, after.label)),
            ("the reason", (before.basis, after.basis)),
        ):
            if words[0] != words[1]:
                yield _difference(part, name, *words, Direction.OTHER, "", basis)
        yield from _of_terms(before, after)


def _direction(was: Any, now: Any) -> Direction:
    """Compare two ranks that grow towards the strict."""
    return Direction.STRICTER if now > was else Direction.LOOSER


def _of_terms(before: CategoryRule, after: CategoryRule) -> Iterator[Difference]:
    for audience in Audience:
        was, now = before.terms.get(audience, _NOTHING), after.terms.get(audience, _NOTHING)
        name = (before.category.value,)
        if was.row is not now.row:
            tighter = now.row is Row.DROPPED
            direction = Direction.STRICTER if tighter else Direction.LOOSER
            yield Difference(
                part=WHAT["row"],
                concerns=name,
                audience=audience.value,
                old=_all_of(was),
                new=_all_of(now),
                direction=direction,
                basis=now.legal_basis or was.legal_basis,
            )
            continue
        if now.row is not Row.DROPPED:
            yield from _of_parts(name, audience, was, now, after)
        for part, said, says in (
            ("the legal basis", was.legal_basis, now.legal_basis),
            ("the reason of the terms", was.reason, now.reason),
        ):
            if said != says:
                yield _difference(
                    part, name, said, says, Direction.OTHER, audience.value, now.legal_basis
                )


# Said with the rule itself: an audience's terms repeat them.
_SAID_ONCE = frozenset({"approvals", "time_floor"})


def _of_parts(
    name: tuple[str, ...], audience: Audience, was: Terms, now: Terms, after: CategoryRule
) -> Iterator[Difference]:
    old, new = _parts(was), _parts(now)
    looser, stricter = set(looser_parts(new, was)), set(looser_parts(old, now))
    for part in (each for each in new if each in looser | stricter):
        of_rule = audience is Audience.PUBLIC and part in _SAID_ONCE
        if of_rule and getattr(after, part) == new[part]:
            continue
        direction = Direction.LOOSER if part in looser else Direction.STRICTER
        yield _difference(
            WHAT[part], name, old[part], new[part], direction, audience.value, now.legal_basis
        )


def _parts(terms: Terms) -> dict[str, object]:
    return {each.name: getattr(terms, each.name) for each in fields(terms) if each.name in WHAT}


def _all_of(terms: Terms) -> str:
    return "not told" if terms.row is Row.DROPPED else "told: " + " ".join(spoken(terms))


def _of_entities(old: Policy, new: Policy) -> Iterator[Difference]:
    for entity in Entity:
        was, now = old.operators[entity], new.operators[entity]
        before, after = old.explanations.get(entity), new.explanations.get(entity)
        basis = "" if after is None else after.legal_basis
        name = (entity.value,)
        if was is not now:
            direction = _direction(OPERATORS[was], OPERATORS[now])
            yield _difference("what replaces a finding", name, was, now, direction, basis=basis)
        if before != after:
            said = "" if before is None else f"{before.reason_code}: {before.legal_basis}"
            says = "" if after is None else f"{after.reason_code}: {after.legal_basis}"
            part = "why it is removed"
            yield _difference(part, name, said, says, Direction.OTHER, basis=basis)


def _difference(
    part: str,
    concerns: tuple[str, ...],
    old: object,
    new: object,
    direction: Direction,
    audience: str = "",
    basis: str = "",
) -> Difference:
    return Difference(
        part=part,
        concerns=concerns,
        audience=audience,
        old=say(old),
        new=say(new),
        direction=direction,
        basis=basis,
    )
