"""Computes what another policy or model would have done with what came, and saves nothing.

Calls whose text is still in the vault are walked again, under the policy in force and under the
other, by the same code, agency files and model. Of the rest only verdicts are left, and judged
where they suffice. Nothing is published, proposed, written or withdrawn here, and no text leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.adapters.store.installation import sealing_key
from pipeline.model import (
    ConfigError,
    Refused,
)
from pipeline.policies import load_policy
from pipeline.propose import Rules
from pipeline.publish.counts import safe_counts
from pipeline.usecases.catalog import error_folder, load_catalog, rules_for, zones_of
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.resources import (
    current_policy,
    detector_for,
    model_version,
    open_database,
    open_resources,
    use_site_words,
)
from pipeline.usecases.settings import Settings
from pipeline.usecases.simulated import (
    Move,
    Simulation,
    kept_fate,
    move_of,
    shareable,
    table,
)
from pipeline.usecases.walk_payload import Progress, silent
from pipeline.usecases.walk_twice import Remembering, Twice, WalkTwice

__all__ = ["Window", "counts", "number", "simulate", "what_would_change"]


def simulate(
    settings: Settings,
    new: str | Path,
    *,
    days: int,
    now: datetime,
    agency: str | None = None,
    progress: Progress = silent,
) -> Simulation:
    """Return what would have become of the calls of the last ``days`` under another policy.

    Raises:
        ConfigError: the policy, the agencies folder or the key file cannot be used.
        Refused: nothing was ever received here, or ``days`` is not 1 to 3,650.
        StoreFailure: the database cannot be read.
    """
    if not 1 <= days <= 3_650:
        raise Refused("simulate from 1 to 3,650 days")
    window = Window(since=now - timedelta(days=days), until=now, days=days)
    return what_would_change(
        settings, window, policy=new, now=now, agency=agency, progress=progress
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when to when calls were received, both included. ``days`` is its length."""

    since: datetime
    until: datetime
    days: int


def what_would_change(
    settings: Settings,
    window: Window,
    *,
    now: datetime,
    policy: str | Path | None = None,
    recognizers: Path | None = None,
    agency: str | None = None,
    progress: Progress = silent,
) -> Simulation:
    """Return what would have become of a window's calls by another policy or recognizers.

    Without either, what would become of them today.

    Raises:
        ConfigError, Refused, StoreFailure: as :func:`simulate`.
    """
    known = current_policy(settings)
    other = known if policy is None else load_policy(policy)
    with open_database(settings) as store, store.read() as tx:
        if not sealing_key(tx):
            raise Refused("nothing was ever received here, so there is nothing to simulate")
    use_site_words(settings)
    detector = Remembering(detector_for(settings.policy, settings.recognizers))
    new_detector = detector
    if recognizers is not None:
        new_detector = Remembering(detector_for(settings.policy, recognizers))
    models = model_version(detector), model_version(new_detector)
    catalog = load_catalog(settings, None if agency is None else [agency])
    if agency is not None:
        catalog.find(agency)
    failures = {error_folder(error): str(error) for error in catalog.errors}
    total = _Sums()
    with open_resources(settings, now=now) as resources:
        for each in catalog.agencies:
            try:
                zones = zones_of(settings, each)
                was = rules_for(each, known, models[0], zones)
                will = rules_for(each, other, models[1], zones)
            except ConfigError as error:
                failures[each.agency_id] = str(error)
                continue
            walking = WalkTwice(resources, was, will, detector, new_detector, now, progress)
            total.add(walking.run(window.since, window.until), was, will)
    return Simulation(
        old=known.version,
        new=other.version if recognizers is None else f"{other.version}, other recognizers",
        days=window.days,
        moves=total.moves,
        unknown=total.unknown,
        from_vault=total.from_vault,
        from_verdicts=total.from_verdicts,
        failures=failures,
    )


def counts(
    settings: Settings, found: Simulation, by: str, *, editor: str = ""
) -> Mapping[tuple[str, str], int | None]:
    """Return a simulation's table by ``agency``, ``category``, ``area`` or ``reason``.

    Small counts tell of single calls: only an editor, who may see each of them, is given those.

    Raises:
        Refused: ``editor`` is no person's name.
    """
    policy = current_policy(settings)
    if editor:
        named_editor(editor)
        return safe_counts(table(found, by), below=0, to=1).cells
    return shareable(found, by, below=policy.suppress_below, to=policy.round_to)


def number(settings: Settings, count: int, *, editor: str = "") -> int | None:
    """Return a count of calls as it may be shown: None when it is small, else rounded."""
    policy = current_policy(settings)
    if editor:
        return count
    if 0 < count < policy.suppress_below:
        return None
    return (count + policy.round_to // 2) // policy.round_to * policy.round_to


@dataclass(slots=True)
class _Sums:
    moves: Counter[Move] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    from_vault: int = 0
    from_verdicts: int = 0

    def add(self, twice: Twice, now: Rules, new: Rules) -> None:
        agency_id = now.agency.agency_id
        for both in twice.walked.values():
            self.moves[move_of(agency_id, both.category, both.before, both.after)] += 1
        self.from_vault += len(twice.walked)
        for row in twice.rest:
            found = None if row.openable else kept_fate(row, now, new)
            if found is None:
                self.unknown[agency_id] += 1
                continue
            self.moves[move_of(agency_id, *found)] += 1
            self.from_verdicts += 1
