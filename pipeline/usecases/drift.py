"""Reports how feeds changed, and proposes the change to agency.yml as a diff.

Reads counts, the codes that held records wait for, and the agency file. Nothing is written: a
person applies the diff, or does not. New fields are proposed as private values, which are searched
for and never shown; a new code is proposed as a comment, since nobody may guess a category.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store import Tx
from pipeline.adapters.store.candidates import held_rows
from pipeline.adapters.store.drifting import counts_since
from pipeline.agencies import Agency
from pipeline.agencies.paths import FROM_ROOT
from pipeline.classify.types import Proposer, proposer
from pipeline.feeds.drift import DriftCode, Shift, hour_of, shifts
from pipeline.model import HoldReason
from pipeline.policies import load_policy
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.types import mapped

__all__ = ["DriftReport", "drift", "drift_of"]

_KEPT = timedelta(days=63)
_MOST = 10_000
_DAY = 24  # hours


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """One agency's shifts, and what they propose: a unified diff of agency.yml, or nothing."""

    agency_id: str
    shifts: tuple[Shift, ...]
    diff: str


def drift(
    settings: Settings, *, now: datetime, agency: str | None = None, hours: int = _DAY
) -> tuple[DriftReport, ...]:
    """Compare the last hours of each agency, or of one, with the weeks before.

    Raises:
        ConfigError: the agency is unknown or did not load.
        StoreFailure: the database cannot be used.
    """
    catalog = load_catalog(settings)
    agencies = catalog.agencies if agency is None else (catalog.find(agency),)
    judge = proposer(load_policy(settings.policy or None), mapped(settings))
    with open_database(settings) as store, store.read() as tx:
        return tuple(_report(tx, each, judge, now, hours) for each in agencies)


def drift_of(settings: Settings, tx: Tx, agency: Agency, *, now: datetime) -> DriftReport:
    """Compare one agency's last day with the weeks before."""
    judge = proposer(load_policy(settings.policy or None), mapped(settings))
    return _report(tx, agency, judge, now, _DAY)


def _report(tx: Tx, agency: Agency, judge: Proposer, now: datetime, hours: int) -> DriftReport:
    counts = counts_since(tx, agency.agency_id, hour_of(now - _KEPT))
    found = shifts(counts, since=now - timedelta(hours=hours), until=now)
    rows = held_rows(tx, agency_id=agency.agency_id, limit=_MOST)
    unknown = HoldReason.UNKNOWN_CALL_TYPE.value
    codes = sorted({r.detail for r in rows if r.reason == unknown and r.detail})
    found += tuple(
        Shift(code=DriftCode.CALL_TYPE_NEW, field=code, before=0, now=1) for code in codes
    )
    return DriftReport(agency_id=agency.agency_id, shifts=found, diff=_diff(agency, found, judge))


def _diff(agency: Agency, found: Sequence[Shift], judge: Proposer) -> str:
    before = (agency.folder / "agency.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    after = list(before)
    fields = [s.field for s in found if s.code is DriftCode.FIELD_NEW]
    if fields:
        known = [name for name in fields if "…" not in name]
        names = [_quoted(_path(name, agency)) for name in known if not _is_outside(name)]
        lines = [f"  - {name}  # new; searched for, never shown\n" for name in names]
        after = _with_list(after, "private_values", lines) if lines else after
        names = [_quoted(_path(name, agency)) for name in known if _is_outside(name)]
        lines = [f"  - {name}  # new, outside of the records; never shown\n" for name in names]
        after = _with_list(after, "ignored_fields", lines) if lines else after
    codes = [s.field for s in found if s.code is DriftCode.CALL_TYPE_NEW]
    if codes:
        after = _below(after, "call_types:", [_proposed(code, judge) for code in codes])
    for shift in found:
        if shift.code is DriftCode.FIELD_MISSING:
            after = [_optional(line, shift.field) for line in after]
    name = f"{agency.agency_id}/agency.yml"
    return "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))


def _proposed(code: str, judge: Proposer) -> str:
    made = judge.propose(code, "")
    doubt = "SENSITIVE? " if made.sensitive else ""
    said = f"{doubt}{made.confidence:.2f}; held till decided"
    return f"#  {_quoted(code)}: {made.apco[0]}  # {said}\n"


def _with_list(lines: list[str], key: str, more: list[str]) -> list[str]:
    """Add items to a list of the file; one written in a line is opened first."""
    place = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), None)
    if place is None:
        return [*lines, f"{key}:\n", *more]
    inline = re.match(rf"{key}:\s*\[(.*)\]", lines[place])
    if inline is None:
        return [*lines[: place + 1], *more, *lines[place + 1 :]]
    old = [f"  - {item.strip()}\n" for item in inline[1].split(",") if item.strip()]
    return [*lines[:place], f"{key}:\n", *old, *more, *lines[place + 1 :]]


def _below(lines: list[str], start: str, more: list[str]) -> list[str]:
    found: Iterator[int] = (n for n, line in enumerate(lines) if line.startswith(start))
    place = next(found, None)
    return lines if place is None else [*lines[: place + 1], *more, *lines[place + 1 :]]


def _optional(line: str, field: str) -> str:
    if re.match(rf"\s+{field}:", line):
        return line.replace("presence: expected", "presence: optional")
    return line


def _is_outside(shown: str) -> bool:
    """Return whether a field stands outside of the records: its path begins at the root."""
    return shown.startswith(("/", FROM_ROOT))


def _path(shown: str, agency: Agency) -> str:
    """Return a field's path as the agency file would write it."""
    if not agency.format.namespaces:
        return shown
    return "/".join(map(_any_namespace, shown.split("/")))


def _any_namespace(step: str) -> str:
    """Return a step of an XPath whatever its namespace: ``Col[@name='Nature']`` names two."""
    tag, told, condition = step.partition("[")
    if not step or step.startswith("@"):
        return step
    if told and not condition.startswith("@"):
        child, _, name = condition.partition("=")
        condition = f"*[local-name()='{child}']={name}"
    return f"*[local-name()='{tag}']{told}{condition}"


def _quoted(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_./ -]*", text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if plain else f'"{escaped}"'
