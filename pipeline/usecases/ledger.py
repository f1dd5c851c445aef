"""The ledger: proof, at any moment, that nothing was lost and nothing counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.store.alerts import overdue, stopped_by_pause
from pipeline.adapters.store.ledger import (
    AgencyCount,
    count_agencies,
    cross_checks,
    notice_counts,
    vault_refs,
)
from pipeline.adapters.store.stops import untold
from pipeline.model import NoticeCode, Severity
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import require_known
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard

__all__ = ["LedgerReport", "ledger_report"]


_ODD_PLACES = frozenset(
    code.value
    for code in NoticeCode
    if code.value.startswith("point-") and code.severity is Severity.WARNING
)

_TELL_WITHIN = timedelta(minutes=15)
"""The line publishes every half minute; what waits longer than this is stuck."""

_WITHDRAW_WITHIN = timedelta(seconds=60)
"""Within this a retraction is in every channel (rule 18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """Counts per agency, and every way in which they do not fit together.

    ``odd_places`` has, per agency, how many records came with coordinates that cannot be true, by
    the notice's code, over all runs. ``paused`` has how many approved alerts of each agency wait
    because it paused itself (rule 26): they count as published, and are not late.
    """

    agencies: tuple[AgencyCount, ...]
    problems: tuple[str, ...]
    odd_places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    paused: Mapping[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether every difference is zero and every cross-check holds."""
        return not self.problems and all(agency.difference == 0 for agency in self.agencies)


def ledger_report(
    settings: Settings,
    *,
    now: datetime,
    agency: str | None = None,
    run_id: str | None = None,
) -> LedgerReport:
    """Count everything and cross-check it; cross-checks always cover all agencies.

    Raises:
        StoreFailure: the database cannot be used.
        ConfigError, VaultFailure: keys or vault cannot be opened.
    """
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            require_known(settings, tx, agency)
            counts = count_agencies(tx, agency_id=agency, run_id=run_id)
            odd_places = _odd_places(notice_counts(tx, agency))
            problems = list(cross_checks(tx))
            stopped = paused_agencies(tx)
            paused = dict.fromkeys(sorted(stopped), 0) | stopped_by_pause(tx, stopped)
            problems += [
                f"{late} should have been told by now; run `blotter publish`"
                for late in overdue(
                    tx,
                    now - _TELL_WITHIN,
                    now - _WITHDRAW_WITHIN,
                    paused=stopped,
                    without=untold(tx, switchboard(tx)),
                )
            ]
        problems += _vault_checks(resources, now)
    return LedgerReport(
        agencies=counts, problems=tuple(problems), odd_places=odd_places, paused=paused
    )


def _odd_places(rows: Sequence[tuple[str, str, str, int]]) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for agency, code, _, count in rows:
        if code in _ODD_PLACES:
            codes = found.setdefault(agency, {})
            codes[code] = codes.get(code, 0) + count
    return found


def _vault_checks(resources: Resources, now: datetime) -> list[str]:
    # The database is asked first: what lands in between is in the vault already.
    with resources.store.read() as tx:
        needed = vault_refs(tx)
    there = {ref for ref, _ in resources.vault.refs(now)}
    return [
        f"payload {payload_id[:12]}: its body is missing from the vault"
        for ref, payload_id in sorted(needed.items())
        if ref not in there
    ]
