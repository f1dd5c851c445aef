"""Takes labels out of a sample that only one record has: a remark with a colon in it.

In: a sample of labelled text. Out: the sample without them, and how many there were. They must
never be written into an agency file, and stay unread: closed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.agencies.agency import FormatKind
from pipeline.onboarding.names import known_name
from pipeline.onboarding.sample import Sample

__all__ = ["without_rare"]

_RECORDS: Final = 4  # fewer do not tell what is rare


def without_rare(sample: Sample) -> tuple[Sample, int]:
    """Return the sample without labels of one record that no vocabulary knows, and their number."""
    if sample.kind is not FormatKind.LABELLED or sample.count < _RECORDS:
        return sample, 0
    kept = tuple(
        column
        for column in sample.columns
        if sum(map(bool, column.rows)) > 1 or known_name(column.words) or column.filled == 0
    )
    return replace(sample, columns=kept), len(sample.columns) - len(kept)
