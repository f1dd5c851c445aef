"""Finds the point that a link to a map names: ``?q=40.01,-83.02&z=16``.

In: the leaves of each XML record. Out: one more leaf, whose path is an XPath that cuts the point
out of the text. It counts only if the XPath gives in every record what the link says there. It must
never write down more of a link than the parameter's name, which is one of few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.onboarding.inside import cut_out, expression
from pipeline.onboarding.leaf import Leaf, texts_by_path

__all__ = ["linked_points"]

_POINT: Final = re.compile(
    r"(?P<begin>[?&](?:q|ll|sll|cbll|center|query|loc|daddr|destination)=)"
    r"(?P<point>-?\d{1,2}\.\d{3,12},-?\d{2,3}\.\d{3,12})(?P<end>[&\"'<\s]|$)"
)
_FEWEST: Final = 3  # records with such a link
_SHARE: Final = 0.5  # of records that have it


def linked_points(records: Sequence[Sequence[Leaf]]) -> list[list[Leaf]]:
    """Return, for each record, the point of its link; nothing where no XPath cuts them all."""
    for path, texts in texts_by_path(records):
        if any(len(each) > 1 for each in texts):
            continue
        whole = ["".join(each) for each in texts]
        found = [_POINT.search(text) for text in whole]
        known = [each for each in found if each is not None]
        if len(known) < max(_FEWEST, _SHARE * len(records)):
            continue
        begin = Counter(each["begin"] for each in known).most_common(1)[0][0]
        end = Counter(each["end"] for each in known).most_common(1)[0][0].strip()
        points = ["" if each is None else each["point"] for each in found]
        if [cut_out(text, begin, end) for text in whole] == points:
            cut = expression(path, begin, end)
            return [[Leaf(path=cut, text=point, name="point")] for point in points]
    return [[] for _ in records]
