"""Loads a policy: the newest shipped one, one by version, or an operator's own file.

In goes a name or path, out comes a frozen :class:`~pipeline.model.Policy`, total over categories
and entities. A wrong file is a :class:`~pipeline.model.ConfigError` that names the line. This
module must never complete or soften what a file says.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from pipeline.marked_yaml import Source, dotted, read_source
from pipeline.model import CategoryRule, ConfigError, Policy, PolicyVersion
from pipeline.policies.document import PolicyDocument

__all__ = ["load_policy", "shipped_policies"]

_FOLDER = Path(__file__).parent
_VERSION = re.compile(r"\d{4}-\d{2}(-[a-z0-9]{1,20})?")


def shipped_policies() -> tuple[str, ...]:
    """Return the versions that come with Blotter, oldest first."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


def load_policy(version: str | Path | None = None) -> Policy:
    """Return the policy of a shipped version or, for a path or a name in ``.yml``, of that file.

    Without a version the newest shipped policy is returned. The file is read every time, but
    parsed only when its content changed.

    Raises:
        ConfigError: there is no such policy, or the file is not a complete and lawful one.
    """
    path = _path_of(shipped_policies()[-1] if version is None else version)
    source = read_source(path)
    _check_name(source)
    return _parsed(source)


@lru_cache(maxsize=16)
def _parsed(source: Source) -> Policy:
    try:
        document = PolicyDocument.model_validate(source.tree)
    except ValidationError as error:
        raise _explained(error, source) from None
    return _policy(PolicyVersion(source.path.stem), document)


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


def _explained(error: ValidationError, source: Source) -> ConfigError:
    first = error.errors(include_url=False, include_context=False)[0]
    shown = dotted(first["loc"])
    problem = first["msg"].removeprefix("Value error, ").rstrip(".")
    return source.error(
        source.within(first["loc"]),
        f"{shown}: {problem}" if shown else problem,
        "Compare with the newest policy that comes with Blotter.",
    )


def _policy(version: PolicyVersion, document: PolicyDocument) -> Policy:
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
        version=version,
        categories=MappingProxyType(rules),
        operators=MappingProxyType(dict(sorted(document.operators.items()))),
        detector_timeout=document.detector_timeout,
        payload_retention=document.payload_retention,
        alert_lifetime=document.alert_lifetime,
        minimum_area_radius_m=document.minimum_area_radius_m,
    )
