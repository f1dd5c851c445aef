"""Puts the detector of the walk together: Presidio's recognizers and the project's own.

In: a policy, and a site's file if it has one. Out: one detector. Every recognizer there is has its
line here. It must never leave one out because it cannot be loaded: that is a failure, and holds
every record.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.adapters.presidio import MAX_CHARACTERS, MAX_SECONDS, presidio_detector
from pipeline.adapters.presidio_site import SiteRecognizers
from pipeline.adapters.site_recognizers import read_site_recognizers
from pipeline.model import Policy
from pipeline.redact.engine import DispatchEngine
from pipeline.redact.model import sequence_model
from pipeline.redact.names import NamesRecognizer
from pipeline.redact.recognizer import Recognizer
from pipeline.redact.rules import DispatchRules

__all__ = ["dispatch_detector"]


def dispatch_detector(policy: Policy, site: Path | None = None) -> DispatchEngine:
    """Return the detector for a policy: its time limit, at most ``MAX_SECONDS`` a record.

    ``site`` is a file of the site's own recognizers, which can only add findings.

    Raises:
        ConfigError: the site's file is wrong, or one of its examples fails.
    """
    seconds = min(policy.detector_timeout.total_seconds(), MAX_SECONDS)
    recognizers: tuple[Recognizer, ...] = (
        DispatchRules(),
        NamesRecognizer(),
        sequence_model(),
    )
    if site is not None:
        recognizers += (SiteRecognizers(read_site_recognizers(site), seconds=seconds),)
    return DispatchEngine(
        recognizers, presidio_detector(policy), seconds=seconds, longest=MAX_CHARACTERS
    )
