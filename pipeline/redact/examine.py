"""Lets a detector examine the remarks of many incidents in few calls.

In go incidents and a detector, out come findings per incident and remark. When a call fails each
of its incidents is examined alone, and the bad one is held. No incident may pass because another
failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import DetectorFailure, Finding, Held, HoldReason, Incident
from pipeline.redact.detector import Detector

__all__ = ["Findings", "examine"]

Findings = tuple[tuple[Finding, ...], ...]
"""Findings of each remark of one incident."""


# Remarks of one call: a model works on them together, and the time of one record is theirs.
_BATCH = 128


def examine(incidents: Sequence[Incident], detector: Detector) -> Iterator[Findings | Held]:
    """Yield the findings of each incident in order, or its hold."""
    for batch in _batches(incidents):
        yield from _examine_batch(batch, detector)


def _batches(incidents: Sequence[Incident]) -> Iterator[Sequence[Incident]]:
    """Yield the incidents in batches of so many remarks, or of one incident with more."""
    first = remarks = 0
    for place, incident in enumerate(incidents):
        if place > first and remarks + len(incident.remarks) > _BATCH:
            yield incidents[first:place]
            first, remarks = place, 0
        remarks += len(incident.remarks)
    if first < len(incidents):
        yield incidents[first:]


def _examine_batch(incidents: Sequence[Incident], detector: Detector) -> Iterator[Findings | Held]:
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
