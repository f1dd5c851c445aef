"""Opens what one agency's payloads are walked with: rules, detector and storage.

For whoever walks a chosen agency outside the line. Every process of a walk opens its own; nothing
of it may be handed to another process, for keys and private text would travel with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.agencies import Agency, check_agreement, load_agency, schemas_folder
from pipeline.model import Policy
from pipeline.propose import Rules
from pipeline.redact import Detector
from pipeline.usecases.catalog import rules_for, zones_of
from pipeline.usecases.recall import Walking
from pipeline.usecases.resources import (
    Resources,
    current_policy,
    detector_for,
    model_version,
    open_resources,
    use_site_words,
)
from pipeline.usecases.settings import Settings
from pipeline.usecases.sign_off import staged

__all__ = ["agency_walking", "rules_of", "walking_of"]


def rules_of(settings: Settings, agency: Agency, policy: Policy, detector: Detector) -> Rules:
    """Return one agency's rules as its files say them, whatever was signed.

    Raises:
        ConfigError: its files cannot be used.
    """
    return rules_for(agency, policy, model_version(detector), zones_of(settings, agency))


def walking_of(
    settings: Settings,
    resources: Resources,
    agency: Agency,
    policy: Policy,
    detector: Detector,
    *,
    now: datetime,
) -> Walking:
    """Return what one agency is walked with, by its rules as they stand and what was signed off.

    Raises:
        ConfigError: its files cannot be used.
        StoreFailure: the database cannot be used.
    """
    rules = staged(resources, rules_of(settings, agency, policy, detector), now)
    return Walking(resources=resources, rules=rules, detector=detector, now=now)


@contextmanager
def agency_walking(settings: Settings, folder: Path, *, now: datetime) -> Iterator[Walking]:
    """Open everything for a walk of the agency in ``folder``; close it at the end.

    Raises:
        ConfigError: the agency's files, the policy or the key file are wrong.
        AgreementStopped: the agency's agreement does not cover today.
        StoreFailure, VaultFailure: database or vault cannot be used.
    """
    use_site_words(settings)
    policy, detector = current_policy(settings), detector_for(settings.policy, settings.recognizers)
    agency = load_agency(folder, dialects=schemas_folder())
    check_agreement(agency, now.astimezone(agency.timezone).date())
    with open_resources(settings, now=now) as resources:
        yield walking_of(settings, resources, agency, policy, detector, now=now)
