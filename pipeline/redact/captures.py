"""Runs two searches of redaction apart, to see what one finds and the other misses.

In: an incident and what detectors found in its remarks. Out: spans per remark for each search: the
detectors, which know nothing of the record, and the record's own private fields. Only for
measuring: ``redactor`` unites them. It must never show a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.model import Finding, Incident, Vouched
from pipeline.redact.known import find_known, known_values, needles
from pipeline.redact.reading import read
from pipeline.redact.spans import union

__all__ = ["SEARCHES", "captured"]

SEARCHES = ("detectors", "record's fields")

_Spans = tuple[tuple[int, int], ...]


def captured(
    incident: Incident, found: Sequence[Sequence[Finding]]
) -> Mapping[str, tuple[_Spans, ...]]:
    """Return what each search covers in each remark, as disjoint spans in original characters."""
    wanted = needles(known_values(incident, None))
    readings = [read(remark.text.expose()) for remark in incident.remarks]
    known = tuple(_spans(each.back(find_known(each, wanted))) for each in readings)
    detected = tuple(_spans(each) for each in found)
    return dict(zip(SEARCHES, (detected, known), strict=True))


def _spans(findings: Iterable[Finding]) -> _Spans:
    masking = [each for each in findings if not isinstance(each, Vouched)]
    return tuple((each.start, each.end) for each in union(masking))
