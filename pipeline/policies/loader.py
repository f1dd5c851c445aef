"""Loads a policy: the newest shipped one, one by version, or an operator's own file.

In goes a name or path, out comes a frozen :class:`~pipeline.model.Policy`, total over categories
and entities. A wrong file is a :class:`~pipeline.model.ConfigError` that names the line. This
module must never complete or soften what a file says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from pipeline.marked_yaml import Source, read_source
from pipeline.model import (
    Audience,
    Category,
    CategoryRule,
    ConfigError,
    Explanation,
    Policy,
    PolicyVersion,
    RetentionClass,
    Terms,
    looser_parts,
    strictest,
)
from pipeline.policies.document import (
    CategoryDocument,
    FirstDocument,
    PolicyDocument,
    TermsDocument,
)
from pipeline.policies.jurisdictions import joined
from pipeline.policies.limits import limit_of, looser
from pipeline.policies.verbs import parts_of, spoken

__all__ = ["load_policy", "shipped_policies"]

_FOLDER = Path(__file__).parent
BEFORE_TERMS = frozenset({"2026-11"})
"""Shipped before there were terms: read for what was decided then; nothing is approved by them."""

_VERSION = re.compile(r"\d{4}-\d{2}(-[a-z0-9]{1,20})?")


def shipped_policies() -> tuple[str, ...]:
    """Return the versions that come with Blotter, oldest first."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


def load_policy(version: str | Path | None = None) -> Policy:
    """Return the policy of a shipped version or, for a path or a name in ``.yml``, of that file.

    Without a version the newest shipped policy is returned. ``VERSION+PACK+PACK`` is a version
    under jurisdiction packs. A file is read every time, but parsed only when its content changed.

    Raises:
        ConfigError: there is no such policy, or the file is not a complete and lawful one.
    """
    if isinstance(version, str) and "+" in version and not version.endswith(".yml"):
        base, *packs = version.split("+")
        return joined(load_policy(base), packs)
    path = _path_of(shipped_policies()[-1] if version is None else version)
    source = read_source(path)
    _check_name(source)
    return _parsed(source)


@lru_cache(maxsize=16)
def _parsed(source: Source) -> Policy:
    with_terms = not (isinstance(source.tree, dict) and source.path.stem in BEFORE_TERMS)
    try:
        if with_terms:
            return _policy(source, PolicyDocument.model_validate(source.tree))
        return _first_policy(source, FirstDocument.model_validate(source.tree))
    except ValidationError as error:
        raise source.invalid(
            error, "Compare with the newest policy that comes with Blotter."
        ) from None


def _path_of(version: str | Path) -> Path:
    if isinstance(version, Path) or version.endswith(".yml"):
        return Path(version)
    if version not in shipped_policies():
        known = ", ".join(shipped_policies())
        raise ConfigError(
            f"There is no policy {version!r}", remedy=f"Shipped: {known}; or give a .yml file."
        )
    return _FOLDER / f"{version}.yml"


def _check_name(source: Source) -> None:
    """Keep a version's name for one content: outcomes and approvals name only the version."""
    path = source.path
    if not _VERSION.fullmatch(path.stem):
        remedy = "Call it like 2026-11.yml or 2026-11-mytown.yml: the name is the version."
        raise ConfigError("The policy's file name is no version", remedy=remedy, path=path)
    if path.stem in shipped_policies() and not _same_lines(source, _path_of(path.stem)):
        remedy = "A policy is never edited: save it under a new name, such as 2026-11-mytown.yml."
        raise ConfigError(f"Version {path.stem} is taken", remedy=remedy, path=path)


def _same_lines(source: Source, shipped: Path) -> bool:
    return source.body.splitlines() == read_source(shipped).body.splitlines()


def _first_policy(source: Source, document: FirstDocument) -> Policy:
    rules = {
        category: CategoryRule(
            category=category,
            tier=rule.tier,
            release=rule.release,
            label=rule.label,
            approvals=rule.approvals,
            time_floor=rule.time_floor,
            basis=rule.basis,
        )
        for category, rule in sorted(document.categories.items())
    }
    return Policy(
        version=PolicyVersion(source.path.stem),
        categories=MappingProxyType(rules),
        operators=MappingProxyType(dict(sorted(document.operators.items()))),
        detector_timeout=document.detector_timeout,
        payload_retention=document.payload_retention,
        alert_lifetime=document.alert_lifetime,
        minimum_area_radius_m=document.minimum_area_radius_m,
    )


def _policy(source: Source, document: PolicyDocument) -> Policy:
    first = _first_policy(source, document)
    rules = {}
    for category, rule in document.categories.items():
        terms = _terms(source, category, rule, document.terms[rule.terms])
        public = terms[Audience.PUBLIC]
        rules[category] = replace(
            first.categories[category],
            approvals=public.approvals,
            time_floor=public.time_floor,
            terms=MappingProxyType(terms),
        )
    return replace(
        first,
        categories=MappingProxyType(dict(sorted(rules.items()))),
        zone_radius_m=document.zone_radius_m,
        suppress_below=document.suppress_below,
        round_to=document.round_to,
        bias_factor=document.bias_factor,
        leak_limit=document.leak_limit,
        retention=_retention(document),
        explanations=MappingProxyType(
            {
                entity: Explanation(reason_code=each.reason_code, legal_basis=each.legal_basis)
                for entity, each in sorted(document.explanations.items())
            }
        ),
    )


def _retention(document: PolicyDocument) -> MappingProxyType[RetentionClass, timedelta]:
    """Return the file's times; one of before there were classes keeps all as long as payloads."""
    own, payload = document.retention, document.payload_retention
    return MappingProxyType(
        {
            RetentionClass.PAYLOAD: payload,
            RetentionClass.MEMORY: payload if own is None else own.memory,
            RetentionClass.REQUEST: payload if own is None else own.request,
        }
    )


def _terms(
    source: Source, category: Category, rule: CategoryDocument, named: TermsDocument
) -> dict[Audience, Terms]:
    """Return one category's terms for every audience the file speaks of.

    Raises:
        ConfigError: they are looser than the rules allow.
    """
    own = Terms(time_floor=rule.time_floor, approvals=rule.approvals)
    found = {}
    for audience in Audience:
        verbs: tuple[str, ...] | None = getattr(named, audience.value)
        if verbs is None:
            continue
        parts = parts_of(verbs)
        limit = limit_of(category, rule.tier, audience)
        wrong = looser_parts(parts, limit)
        if wrong:
            raise source.error(
                source.within(("terms", rule.terms, audience.value)),
                f"{category.value}, {audience.value}: "
                + looser(wrong, spoken(limit), "the rules allow"),
                "limits.py beside the shipped policies holds the rules' numbers.",
            )
        words = Terms(legal_basis=named.legal_basis, reason=named.reason, **parts)  # type: ignore[arg-type]
        found[audience] = strictest(words, limit, own)
    return found
