"""Finds people in numbered lists: ``1) S. Maldonado``.

In: readings. Out: hits of PERSON. What a name may be made of is ``people``'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.people import name_span
from pipeline.redact.rules.walk import capital, gap

__all__ = ["LISTED_RULES"]


def _listed(reading: Reading, place: int) -> Iterator[Hit]:
    """``1) S. Maldonado``: people of a list."""
    if gap(reading, place) not in (") ", ")") or not capital(reading, place + 1):
        return
    span = name_span(reading, place + 1, tight=False)
    if span:
        cut = reading.tokens
        yield Hit(
            cut[span[0]].start, cut[span[1]].end, Entity.PERSON, "listed", 0.7, "name in a list"
        )


LISTED_RULES = (
    Rule(
        name="listed",
        find=_listed,
        numbers=True,
        lengths=(1,),
        examples=Examples(
            finds=(
                "Keyholder list: 1) [S. Maldonado-Frye] refused",
                "2) [Jasper Quillfeather] coming",
                "KH 1)[ODELIA BRACK], 2)[TORVALD MOSSBY]",
                "3) [Ximena Brandtley] no ans",
                "CALL 1) [OTTILIE FARNSBY]",
                "4) [Percival Daosmith] vm",
            ),
            ignores=("1) front door", "2) no answer", "ZONE 3) MOTION", "4) E12 on scene"),
        ),
    ),
)
