"""Knows geocoders' default points: one point that calls of many streets or blocks share.

In go an exact place and a seal, out come keyed digests to count by; neither a coordinate nor an
address can be read back from them, and one street has another digest at every point. A digest must
never be made without the seal. Keeping the counts is the store's part.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from pipeline.model import Digest, ExactPlace, Seal
from pipeline.place.addresses import read_address

__all__ = [
    "BLOCK_SIGN",
    "DEFAULT_POINT_BLOCKS",
    "DEFAULT_POINT_STREETS",
    "Spot",
    "is_default",
    "spot_of",
]

DEFAULT_POINT_STREETS: Final = 8
"""Streets that share a default point. A crossing has two or three, and the middle of a block one;
one point of Los Angeles stood for 4 % of all crimes for three years."""

DEFAULT_POINT_BLOCKS: Final = 12
"""Blocks whose addresses share a default point, such as all of a street at its middle. Houses of
one block may share its point; where three streets cross, the numbers about it are of six blocks."""

_BLOCK: Final = 100

BLOCK_SIGN: Final = "b:"
"""Begins what stands for a block among the names of a point; a street's is a digest alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point, and the street and block a call at it named, as keyed digests; empty without."""

    point: Digest
    street: str
    block: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What counts at the point."""
        return tuple(name for name in (self.street, self.block) if name)


def is_default(names: Collection[str]) -> bool:
    """Return whether a point that all these were named at belongs to none of them."""
    blocks = sum(name.startswith(BLOCK_SIGN) for name in names)
    return blocks >= DEFAULT_POINT_BLOCKS or len(names) - blocks >= DEFAULT_POINT_STREETS


def spot_of(exact: ExactPlace, agency_id: str, seal: Seal) -> Spot | None:
    """Return what is counted of a place; None when it has no point."""
    if exact.point is None:
        return None
    where = f"{exact.point.latitude:.5f},{exact.point.longitude:.5f}".encode()
    owner = agency_id.encode()
    read = None if exact.address is None else read_address(exact.address.expose())
    street = block = ""
    if read is not None and not read.crossing:
        named = read.street.encode()
        street = seal.digest("street-at-point", owner, where, named)
        if read.number is not None:
            hundred = str(read.number // _BLOCK).encode()
            block = BLOCK_SIGN + seal.digest("block-at-point", owner, where, named, hundred)
    return Spot(point=seal.digest("point", owner, where), street=street, block=block)
