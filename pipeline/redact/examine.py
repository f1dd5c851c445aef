"""Lets a detector examine the remarks of many incidents in one call.

In go incidents and a detector, out come findings per incident and remark. When the call fails each
incident is examined alone, and the bad one is held. No incident may pass because another failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import DetectorFailure, Finding, Held, HoldReason, Incident
from pipeline.redact.detector import Detector

__all__ = ["Findings", "examine"]

Findings = tuple[tuple[Finding, ...], ...]
"""Findings of each remark of one incident."""


def examine(incidents: Sequence[Incident], detector: Detector) -> Iterator[Findings | Held]:
    """Yield the findings of each incident in order, or its hold."""
    texts = [remark.text.expose() for incident in incidents for remark in incident.remarks]
    try:
        found = detector.find(texts)
    except DetectorFailure:
        for incident in incidents:
            yield _examine_one(incident, detector)
        return
    start = 0
    for incident in incidents:
        yield found[start : start + len(incident.remarks)]
        start += len(incident.remarks)


def _examine_one(incident: Incident, detector: Detector) -> Findings | Held:
    try:
        return detector.find([remark.text.expose() for remark in incident.remarks])
    except DetectorFailure as failure:
        return Held(reason=HoldReason.DETECTOR, detail=failure.kind)
