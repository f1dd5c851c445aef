"""Tells a sample without a call: an empty list, an envelope around nothing, blank rows.

In: a sample, with what was inferred of it. Out: whether it holds no call. It must never take a call
for none: what has a number, a type, a place, a unit or a text of a call is one, and where several
records are, names that nobody knows are a person's to read. Headers alone are ``table_sample``'s.
"""

from __future__ import annotations

from typing import Final

from pipeline.agencies.agency import CanonicalField
from pipeline.onboarding.choice import Inferred
from pipeline.onboarding.sample import Sample

__all__ = ["holds_no_call"]

_F = CanonicalField
_OF_A_CALL: Final = frozenset({_F.CFS_NUMBER, _F.CALL_TYPE, _F.ADDRESS, _F.PLACE_NAME, _F.UNITS})


def holds_no_call(sample: Sample, found: Inferred) -> bool:
    """Return whether nothing in a sample is a call."""
    if not any(column.texts for column in sample.columns):
        return True
    told = {choice.field for choice in found.fields if choice.sure}
    return sample.count <= 1 and not told & _OF_A_CALL and not found.remarks
