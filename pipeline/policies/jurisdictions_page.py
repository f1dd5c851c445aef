"""Writes the page of jurisdiction packs: each rule, its legal basis, and what it changes.

In go a policy and the shipped packs, out comes Markdown. What a pack tightens is read from the
joined policy, so the page cannot promise what does not happen. It never calls anything legal.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Audience, Category, Policy, Row, Terms, looser_parts
from pipeline.policies.difference import Direction, differences
from pipeline.policies.jurisdictions import Pack, PackRule, join, load_pack, shipped_packs
from pipeline.policies.limits import WHAT
from pipeline.policies.saying import say

__all__ = ["jurisdictions_page"]


def jurisdictions_page(policy: Policy) -> str:
    """Return the page as Markdown, ending in a newline."""
    packs = [load_pack(name) for name in shipped_packs()]
    lines = [*_head(policy), *(line for pack in packs for line in _pack(policy, pack))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(policy: Policy) -> Iterator[str]:
    yield "# Jurisdiction packs"
    yield ""
    yield f"Against policy {policy.version}. Generated; `blotter pages` writes it."
    yield ""
    yield "**This is not legal advice.** A pack is somebody's reading of a law on one day, in rules"
    yield "the program keeps. An agency names its packs in `agency.yml`, as in"
    yield "`jurisdiction: [florida-2026-12]`, an installation in `BLOTTER_POLICY`. Policy and packs"
    yield "are joined part by part, and the stricter of each part counts: a pack can only tighten."
    yield "The joined policy's version names all of them, and approvals bind to it."
    yield "`blotter policy diff` prints what a pack changes:"
    yield "[policy changes](../how-to/policy-changes.md)."
    yield ""


def _pack(policy: Policy, pack: Pack) -> Iterator[str]:
    yield f"## `{pack.version}`: {pack.title}"
    yield ""
    yield f"{pack.jurisdiction}; written {pack.written}, for counsel to check. {pack.note}"
    yield ""
    tightening = [rule for rule in pack.rules if not rule.permits]
    if tightening:
        yield "| rule | what it says | asks for | concerns | legal basis |"
        yield "|---|---|---|---|---|"
        yield from (_row(rule) for rule in tightening)
        yield ""
        yield from _changes(policy, pack)
    permitting = [rule for rule in pack.rules if rule.permits]
    if permitting:
        yield "For comparison, without effect: what the law lets out; where the policy is stricter."
        yield ""
        yield "| rule | what it says | would let out | the policy is stricter in | legal basis |"
        yield "|---|---|---|---|---|"
        yield from (_contrast(policy, rule) for rule in permitting)
        yield ""


def _row(rule: PackRule) -> str:
    cells = (f"`{rule.rule_id}`", rule.says, _asks(rule), _concerns(rule), rule.legal_basis)
    return "| " + " | ".join(cells) + " |"


def _asks(rule: PackRule) -> str:
    if rule.operator is not None:
        return f"`{rule.operator.value}`"
    return " ".join(f"`{verb}`" for verb in rule.verbs)


def _concerns(rule: PackRule) -> str:
    if rule.categories == frozenset(Category):
        return "all categories"
    names = sorted(each.value for each in (*rule.categories, *rule.entities))
    return ", ".join(f"`{name}`" for name in names)


def _changes(policy: Policy, pack: Pack) -> Iterator[str]:
    found = differences(policy, join(policy, pack))
    changed = sorted(
        {
            (each.part, name)
            for each in found
            if each.direction is Direction.STRICTER
            for name in each.concerns
        }
    )
    if not changed:
        yield "It changes nothing of this policy, which is as strict; it would in a looser one."
        yield ""
        return
    yield "What it makes stricter in this policy, which has the rest already:"
    yield ""
    for part in dict.fromkeys(part for part, _ in changed):
        names = ", ".join(f"`{name}`" for other, name in changed if other == part)
        yield f"- {part}: {names}"
    yield ""


def _contrast(policy: Policy, rule: PackRule) -> str:
    stricter: dict[str, None] = {}
    parts = {name: getattr(rule.terms, name) for name in WHAT}
    for category in sorted(rule.categories, key=list(Category).index):
        own = policy.categories[category].terms.get(Audience.PUBLIC, Terms(row=Row.DROPPED))
        if own.row is Row.DROPPED:
            stricter["whether it is told"] = None
        else:
            stricter |= dict.fromkeys(WHAT[part] for part in looser_parts(parts, own))
    if rule.operator is not None:
        kept = {policy.operators[entity] for entity in rule.entities}
        stricter |= dict.fromkeys(f"findings: {say(each)}" for each in sorted(kept))
    where = "; ".join(stricter) or "nothing"
    asked = f"{_asks(rule)} for {_concerns(rule)}"
    return (
        "| " + " | ".join((f"`{rule.rule_id}`", rule.says, asked, where, rule.legal_basis)) + " |"
    )
