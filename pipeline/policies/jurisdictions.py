"""Jurisdiction packs: what the law of a place asks for beyond the policy, joined strictly.

A pack is a versioned YAML file in ``packs`` beside this module, of rules with a legal basis each.
In go a policy and names of packs, out comes the policy that is as strict as all of them, whose
version names every part (``2026-12+florida-2026-12``). A pack may only tighten: one that permits
more is shown beside the policy and changes nothing. It is not legal advice, and says so itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipeline.marked_yaml import Source, read_source
from pipeline.model import (
    Audience,
    Category,
    ConfigError,
    Entity,
    Explanation,
    Operator,
    Policy,
    PolicyVersion,
    Terms,
    strictest,
)
from pipeline.policies.document import cited
from pipeline.policies.lattice import stricter_operator, stricter_rule
from pipeline.policies.verbs import parts_of

__all__ = ["Pack", "PackRule", "join", "joined", "load_pack", "shipped_packs"]

_FOLDER = Path(__file__).parent / "packs"
_JOINT = "+"
_STRICT = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """One rule: for categories with terms, or for entities with an operator.

    ``permits`` marks what the law lets out; such a rule is for comparison only.
    """

    rule_id: str
    says: str
    legal_basis: str
    reason: str
    permits: bool
    categories: frozenset[Category]
    audience: Audience
    verbs: tuple[str, ...]
    entities: frozenset[Entity]
    operator: Operator | None
    reason_code: str

    @property
    def terms(self) -> Terms:
        """The rule's verbs as terms, with its words."""
        parts: Any = parts_of(self.verbs)
        return Terms(reason=self.reason, legal_basis=self.legal_basis, **parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The rules of one jurisdiction, as somebody read its law on the day they were written."""

    version: str
    title: str
    jurisdiction: str
    written: str
    note: str
    rules: tuple[PackRule, ...]


def _all(value: object) -> object:
    return [category.value for category in Category] if value == "all" else value


class _RuleDocument(BaseModel):
    model_config = _STRICT

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
    says: Annotated[str, Field(min_length=20)]
    legal_basis: Annotated[str, Field(min_length=3)]
    reason: str
    effect: Literal["tightens", "permits"]
    categories: Annotated[tuple[Category, ...], BeforeValidator(_all)] = ()
    audience: Audience = Audience.PUBLIC
    verbs: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    operator: Operator | None = None
    reason_code: Annotated[str, Field(pattern=r"^([a-z][a-z-]{2,39})?$")] = ""

    @model_validator(mode="after")
    def _one_kind(self) -> _RuleDocument:
        cited(self.reason)
        parts_of(self.verbs)
        if bool(self.categories) != bool(self.verbs):
            raise ValueError("categories and verbs go together")
        if bool(self.entities) != (self.operator is not None):
            raise ValueError("entities and operator go together")
        if bool(self.verbs) == bool(self.entities):
            raise ValueError("a rule is for categories or for entities; make two of it")
        return self


class _PackDocument(BaseModel):
    model_config = _STRICT

    title: Annotated[str, Field(min_length=3)]
    jurisdiction: Annotated[str, Field(min_length=2)]
    written: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    advice: Literal["This is not legal advice."]
    note: Annotated[str, Field(min_length=20)]
    rules: Annotated[tuple[_RuleDocument, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _distinct(self) -> _PackDocument:
        names = [rule.id for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules are called {', '.join(twice)}")
        return self


def shipped_packs() -> tuple[str, ...]:
    """Return the packs that come with Blotter, by name and version."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


def load_pack(name: str) -> Pack:
    """Return a shipped pack.

    Raises:
        ConfigError: there is none of that name, or its file is wrong.
    """
    if name not in shipped_packs():
        known = ", ".join(shipped_packs())
        raise ConfigError(f"There is no jurisdiction pack {name[:60]!r}", remedy=f"Known: {known}.")
    return _parsed(read_source(_FOLDER / f"{name}.yml"))


def joined(policy: Policy, names: Sequence[str]) -> Policy:
    """Return the policy under these packs too; those it is under already are not joined twice.

    Raises:
        ConfigError: a pack is not there or wrong.
    """
    have = policy.version.split(_JOINT)[1:]
    for name in dict.fromkeys(names):
        if name not in have:
            policy = join(policy, load_pack(name))
    return policy


def join(policy: Policy, pack: Pack) -> Policy:
    """Return a policy that is as strict as this one and the pack, named after both."""
    rules = [rule for rule in pack.rules if not rule.permits]
    return replace(
        policy,
        version=PolicyVersion(f"{policy.version}{_JOINT}{pack.version}"),
        categories=MappingProxyType(
            {
                category: stricter_rule(rule, _asked(rules, category))
                for category, rule in policy.categories.items()
            }
        ),
        operators=MappingProxyType(dict(_operators(policy, rules))),
        explanations=MappingProxyType(dict(_explanations(policy, rules))),
    )


def _asked(rules: Sequence[PackRule], category: Category) -> Mapping[Audience, Terms]:
    asked: dict[Audience, Terms] = {}
    for rule in rules:
        if category in rule.categories:
            known = asked.get(rule.audience)
            asked[rule.audience] = rule.terms if known is None else strictest(known, rule.terms)
    return asked


def _operators(policy: Policy, rules: Sequence[PackRule]) -> Iterator[tuple[Entity, Operator]]:
    for entity, operator in policy.operators.items():
        kept = operator
        for rule in rules:
            if rule.operator is not None and entity in rule.entities:
                kept = stricter_operator(kept, rule.operator)
        yield entity, kept


def _explanations(
    policy: Policy, rules: Sequence[PackRule]
) -> Iterator[tuple[Entity, Explanation]]:
    for entity, known in policy.explanations.items():
        bases = [rule.legal_basis for rule in rules if entity in rule.entities]
        codes = [rule.reason_code for rule in rules if entity in rule.entities and rule.reason_code]
        yield (
            entity,
            Explanation(
                reason_code=codes[0] if codes else known.reason_code,
                legal_basis="; ".join(dict.fromkeys((*known.legal_basis.split("; "), *bases))),
            ),
        )


@lru_cache(maxsize=32)
def _parsed(source: Source) -> Pack:
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*-\d{4}-\d{2}", source.path.stem):
        raise ConfigError("A pack's name is no version", remedy="Call it florida-2026-12.yml.")
    try:
        document = _PackDocument.model_validate(source.tree)
    except ValidationError as error:
        raise source.invalid(error, "Compare with another pack.") from None
    return Pack(
        version=source.path.stem,
        title=document.title,
        jurisdiction=document.jurisdiction,
        written=document.written,
        note=document.note,
        rules=tuple(_rule(each) for each in document.rules),
    )


def _rule(document: _RuleDocument) -> PackRule:
    return PackRule(
        rule_id=document.id,
        says=document.says,
        legal_basis=document.legal_basis,
        reason=document.reason,
        permits=document.effect == "permits",
        categories=frozenset(document.categories),
        audience=document.audience,
        verbs=document.verbs,
        entities=frozenset(document.entities),
        operator=document.operator,
        reason_code=document.reason_code,
    )
