"""Loads what every walk needs, so that processes forked from this one find it loaded.

Whoever forks a process for each task calls it once. It must never keep anything that a changed file
would not replace: what it loads is kept by content or version, where it is kept at all.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from pipeline.agencies import load_agency, schemas_folder
from pipeline.model import ConfigError
from pipeline.policies import load_policy, shipped_policies
from pipeline.usecases.agency_walk import rules_of
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.dry_run import dry_run
from pipeline.usecases.resources import current_policy, detector_for
from pipeline.usecases.settings import SAMPLES, Settings

__all__ = ["warm"]

_SAMPLE = "millbrook-pd"


def warm(settings: Settings, *, now: datetime) -> None:
    """Walk a sample's payloads into nothing, and load every agency with its areas.

    Raises:
        ConfigError: the policy, the sample or the agencies folder is missing or wrong.
    """
    policy, detector = current_policy(settings), detector_for(settings.policy, settings.recognizers)
    for version in shipped_policies():
        load_policy(version)
    agency = load_agency(SAMPLES / _SAMPLE, dialects=schemas_folder())
    files = sorted((agency.folder / "payloads").iterdir())
    dry_run(settings, agency, [(path.name, path.read_bytes()) for path in files], now=now)
    for each in load_catalog(settings).agencies:
        with suppress(ConfigError):  # the walk of that agency says so
            rules_of(settings, each, policy, detector)
