"""Loads a policy: the newest shipped one, a shipped version by name, or an operator's own file.

In goes a name or path, out comes a frozen :class:`~pipeline.model.Policy`, total over categories
and entities. A wrong file is a :class:`~pipeline.model.ConfigError` that names the line. This
module must never complete or soften what a file says.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from pipeline.model import CategoryRule, ConfigError, Policy, PolicyVersion
from pipeline.policies.document import PolicyDocument
from pipeline.policies.lined_yaml import LinedYaml, read_lined_yaml

__all__ = ["load_policy", "shipped_policies"]

_FOLDER = Path(__file__).parent
_VERSION = re.compile(r"\d{4}-\d{2}(-[a-z0-9]{1,20})?")


def shipped_policies() -> tuple[str, ...]:
    """Return the versions that come with Blotter, oldest first."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yml")))


def load_policy(version: str | Path | None = None) -> Policy:
    """Return the policy of a shipped version or, for a path or a name in ``.yml``, of that file.

    Without a version the newest shipped policy is returned.

    Raises:
        ConfigError: there is no such policy, or the file is not a complete and lawful one.
    """
    path = _path_of(shipped_policies()[-1] if version is None else version)
    body = _read(path)
    _check_name(path, body)
    lined = read_lined_yaml(body, path)
    try:
        document = PolicyDocument.model_validate(lined.value)
    except ValidationError as error:
        raise _explained(error, lined, path) from None
    return _policy(PolicyVersion(path.stem), document)


def _path_of(version: str | Path) -> Path:
    if isinstance(version, Path) or version.endswith(".yml"):
        return Path(version)
    if version not in shipped_policies():
        known = ", ".join(shipped_policies())
        raise ConfigError(
            f"There is no policy {version!r}", remedy=f"Shipped: {known}; or give a .yml file."
        )
    return _FOLDER / f"{version}.yml"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        problem = f"The policy cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        problem = "The policy is not UTF-8 text"
    raise ConfigError(problem, remedy="Check the path, its permissions and encoding.", path=path)


def _check_name(path: Path, body: str) -> None:
    """Keep a version's name for one content: outcomes and approvals name only the version."""
    if not _VERSION.fullmatch(path.stem):
        remedy = "Call it like 2026-11.yml or 2026-11-mytown.yml: the name is the version."
        raise ConfigError("The policy's file name is no version", remedy=remedy, path=path)
    if path.stem in shipped_policies() and body != _read(_FOLDER / f"{path.stem}.yml"):
        remedy = "A policy is never edited: save it under a new name, such as 2026-11-mytown.yml."
        raise ConfigError(f"Version {path.stem} is taken", remedy=remedy, path=path)


def _explained(error: ValidationError, lined: LinedYaml, path: Path) -> ConfigError:
    first = error.errors(include_url=False, include_context=False)[0]
    # pydantic marks a bad mapping key with a last element that is no place in the file.
    place = tuple(part for part in first["loc"] if part != "[key]")
    shown = ".".join(str(part) for part in place)
    problem = first["msg"].removeprefix("Value error, ").rstrip(".")
    return ConfigError(
        f"{shown}: {problem}" if shown else problem,
        remedy="Compare with the newest policy that comes with Blotter.",
        path=path,
        line=lined.line(place),
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
