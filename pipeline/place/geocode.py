"""Finds where an address lies, in the agency's own address points or street lines.

In go parts of an address, out come positions and how precise they are; by house, else by
hundred-block, else by street. Nothing is asked of a network. An address the agency masked is never
looked up (rule 24: ``addresses`` reads none), and one that fits several places is not found.
Positions stay in memory: they lead to an area and nowhere else. Files are ``address_files``' part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from pipeline.place.addresses import Address, bare_street, read_address
from pipeline.place.measure import metres_between

__all__ = ["AddressPoint", "Geocoder", "Located", "Precision", "StreetLine", "geocoder_of"]

Positions = NDArray[np.float64]
"""Shape (n, 2): longitude and latitude."""

_ONE_PLACE_M = 500.0
"""Positions of one house or block lie closer together than this; else the name is not unique."""


class Precision(StrEnum):
    """How precisely an address was found."""

    ADDRESS = "address"
    BLOCK = "block"
    STREET = "street"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPoint:
    """One address of the agency's file; ``street`` is folded."""

    street: str
    number: int
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetLine:
    """A piece of a street; ``numbers`` are the lowest and highest house numbers on it, if known."""

    street: str
    line: BaseGeometry
    numbers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Located:
    """Where an address may lie; every position is as likely. Silent, for it is private."""

    precision: Precision
    positions: Positions


_NOWHERE = Located(precision=Precision.NONE, positions=np.empty((0, 2)))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Geocoder:
    """An agency's addresses, ready to be asked. ``bare`` finds streets named without their kind."""

    houses: Mapping[tuple[str, int], Positions]
    blocks: Mapping[tuple[str, int], Positions]
    streets: Mapping[str, Positions]
    lines: Mapping[str, Sequence[StreetLine]] = field(default_factory=dict)
    bare: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def locate(self, text: str) -> Located:
        """Return where an address lies; nowhere when it is masked, unknown or not unique."""
        address = read_address(text)
        if address is None:
            return _NOWHERE
        street = self._street(address.street)
        if address.crossing:
            return self._crossing(street, self._street(address.crossing))
        if address.number is not None:
            return self._house(street, address)
        return _found(Precision.STREET, self.streets.get(street))

    def _street(self, name: str) -> str:
        """Return the street that is meant; one named without wind or kind if only one fits."""
        if name in self.streets:
            return name
        fitting = self.bare.get(bare_street(name), frozenset())
        # "ELM AVE" is not "ELM ST": only what was left out may differ.
        fitting = frozenset(
            each for each in fitting if name in (bare_street(each), _kindless(each))
        )
        return next(iter(fitting)) if len(fitting) == 1 else ""

    def _house(self, street: str, address: Address) -> Located:
        number = address.number or 0
        if not address.whole_block:
            exact = self.houses.get((street, number))
            if exact is not None:
                return _close(Precision.ADDRESS, exact)
        block = self.blocks.get((street, number // 100))
        if block is not None:
            return _close(Precision.BLOCK, block)
        pieces = [
            piece.line.interpolate(0.5, normalized=True)
            for piece in self.lines.get(street, ())
            if piece.numbers is not None and piece.numbers[0] <= number <= piece.numbers[1]
        ]
        if pieces:
            return _close(Precision.BLOCK, shapely.get_coordinates(pieces))
        return _found(Precision.STREET, self.streets.get(street))

    def _crossing(self, one: str, other: str) -> Located:
        """Return where two streets meet, known from their lines alone; it is a block's corner."""
        if one == other:
            return _NOWHERE
        first, second = (self._whole(street) for street in (one, other))
        meeting = shapely.get_coordinates(shapely.intersection(first, second))
        return _close(Precision.BLOCK, meeting) if len(meeting) else _NOWHERE

    def _whole(self, street: str) -> BaseGeometry:
        return shapely.union_all([piece.line for piece in self.lines.get(street, ())])


def geocoder_of(points: Iterable[AddressPoint], lines: Iterable[StreetLine]) -> Geocoder:
    """Return a geocoder of address points and street lines; points count more than lines."""
    houses: defaultdict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    blocks: defaultdict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    streets: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    pieces: defaultdict[str, list[StreetLine]] = defaultdict(list)
    for point in points:
        spot = (point.longitude, point.latitude)
        houses[point.street, point.number].append(spot)
        blocks[point.street, point.number // 100].append(spot)
        streets[point.street].append(spot)
    for line in lines:
        pieces[line.street].append(line)
        streets[line.street] += map(tuple, shapely.get_coordinates(line.line).tolist())
    bare: defaultdict[str, set[str]] = defaultdict(set)
    for street in streets:
        bare[bare_street(street)].add(street)
    return Geocoder(
        houses={key: np.array(spots) for key, spots in houses.items()},
        blocks={key: np.array(spots) for key, spots in blocks.items()},
        streets={key: np.array(spots) for key, spots in streets.items()},
        lines={street: tuple(each) for street, each in pieces.items()},
        bare={name: frozenset(each) for name, each in bare.items()},
    )


def _kindless(street: str) -> str:
    """Return a street without its kind alone: ``N MAIN ST`` is asked for as ``N MAIN``."""
    head, _, last = street.rpartition(" ")
    return (
        head if head and bare_street(street) != street and bare_street(f"X {last}") == "X" else ""
    )


def _found(precision: Precision, positions: Positions | None) -> Located:
    return _NOWHERE if positions is None else Located(precision=precision, positions=positions)


def _close(precision: Precision, positions: Positions) -> Located:
    """Return the positions if they are one place: the same name may be in two towns."""
    away = metres_between(positions, positions.mean(axis=0))
    return (
        Located(precision=precision, positions=positions)
        if away.max() <= _ONE_PLACE_M
        else _NOWHERE
    )
