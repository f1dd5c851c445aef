"""Doubts labelled text of which a record has so many lines that it may be several calls.

In: a sample. Out: what is to be told of it. Labels that come again and again within each record, or
many lines that none of them names, tell it. It must never say what a line says.
"""

from __future__ import annotations

from typing import Final

from pipeline.agencies.agency import FormatKind
from pipeline.feeds.labelled import labelled_records
from pipeline.feeds.mail_page import text_of_mail
from pipeline.onboarding.mailed import Mailed
from pipeline.onboarding.names import names_a_field
from pipeline.onboarding.sample import Sample, decoded

__all__ = ["crowded"]

_AGAIN: Final = 3  # times that a label stands in a record, as one for each call would
_MANY: Final = 20  # lines of a record; most calls have fewer
_LEFT: Final = 0.5  # share of lines beyond those with labels


def crowded(sample: Sample) -> list[str]:
    """Return the doubt that a record of labelled text holds several calls, if there is one."""
    if sample.kind is not FormatKind.LABELLED or sample.separator:
        return []
    page = sample.mailed is Mailed.PAGE
    text, _ = decoded(sample.body, page=page)
    text = text_of_mail(text) if page else text
    records = labelled_records(text, sample.labels, names_a_field)
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if lines < _MANY * len(records):
        return []
    again: dict[str, int] = {}
    for record in records:
        for label, texts in record.items():
            again[label] = again.get(label, 0) + len(texts)
    unlabelled = lines - sum(again.values())
    if max(again.values()) < _AGAIN * len(records) and unlabelled < _LEFT * lines:
        return []
    return [f"records: {lines} lines make only {len(records)}; look whether each is one call"]
