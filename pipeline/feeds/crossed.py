"""Joins the two streets of a call that has no house number: ``OAK ST`` and ``2ND AVE``.

In: an address and the street that another field calls the crossing one. Out: the crossing, or
nothing. It must never join a street to a house: what is near a house is told of neither.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["crossed", "is_street"]

# "412 OAK ST", "12XX OAK ST", "XX OAK ST", a grid's "W2621 OAK RD", "N6W2301 OAK RD" and "SW 12 OAK
# ST"; not "4TH ST", "I-94".
_HOUSE: Final = re.compile(
    r"(?:[NSEW]{1,2} ?\d+)+\b|\d(?!\d*(?:ST|ND|RD|TH)\b)|[X*#]{2,}(?!\w)", re.IGNORECASE
)
_TWO: Final = re.compile(r"[/&@\\]")


def crossed(address: str, street: str) -> str | None:
    """Return ``address`` and ``street`` as a crossing; None where the address needs no other.

    It needs none with a house number, or where it is a crossing already.
    """
    return f"{address} / {street}" if street and is_street(address) else None


def is_street(address: str) -> bool:
    """Return whether an address is one street and no more: no house, no crossing, not nothing."""
    return bool(address) and not _HOUSE.match(address) and not _TWO.search(address)
