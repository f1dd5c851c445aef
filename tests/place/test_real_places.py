"""Real agencies' addresses: read, told apart by point, and found in files made of their own."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from pipeline.place import DEFAULT_POINT_BLOCKS, DEFAULT_POINT_STREETS
from pipeline.place.addresses import Address, is_masked, read_address
from pipeline.place.geocode import AddressPoint, Precision, geocoder_of
from pipeline.place.measure import metres_between

pytestmark = pytest.mark.shared

Call = tuple[str, Address | None, float, float]


@pytest.fixture(scope="module")
def milwaukee(shared: Path) -> list[Call]:
    with (shared / "real_feeds" / "milwaukee" / "calls.csv").open(newline="") as rows:
        return [
            (
                row["location"],
                read_address(row["location"]),
                float(row["longitude"]),
                float(row["latitude"]),
            )
            for row in csv.DictReader(rows)
            if row["longitude"]
        ]


def test_nearly_every_address_of_a_month_is_read(milwaukee: list[Call]) -> None:
    read = [each for _, each, _, _ in milwaukee if each and (each.number or each.crossing)]
    assert len(milwaukee) > 30_000
    assert len(read) > 0.99 * len(milwaukee)
    assert not any(is_masked(text) for text, _, _, _ in milwaukee)


def test_no_true_point_is_taken_for_a_default(milwaukee: list[Call]) -> None:
    streets: defaultdict[tuple[float, float], set[str]] = defaultdict(set)
    blocks: defaultdict[tuple[float, float], set[tuple[str, int]]] = defaultdict(set)
    for _, address, longitude, latitude in milwaukee:
        if address is not None and not address.crossing:
            point = round(longitude, 5), round(latitude, 5)
            streets[point].add(address.street)
            if address.number is not None:
                blocks[point].add((address.street, address.number // 100))
    assert max(map(len, streets.values())) < DEFAULT_POINT_STREETS / 2
    assert max(map(len, blocks.values())) < DEFAULT_POINT_BLOCKS / 4


def test_addresses_are_found_near_where_the_agency_has_them(milwaukee: list[Call]) -> None:
    known = [
        AddressPoint(street=each.street, number=each.number, longitude=longitude, latitude=latitude)
        for _, each, longitude, latitude in milwaukee[::2]
        if each is not None
        and each.number is not None
        # An address file has no geocoder's mistakes; this log has some a thousand kilometres off.
        and abs(longitude + 87.95) < 0.2
        and abs(latitude - 43.05) < 0.2
    ]
    geocoder = geocoder_of(known, ())
    found: Counter[Precision] = Counter()
    away: list[float] = []
    for text, address, longitude, latitude in milwaukee[1::20]:
        if address is None or address.number is None:
            continue
        located = geocoder.locate(text)
        found[located.precision] += 1
        if located.precision in (Precision.ADDRESS, Precision.BLOCK):
            spot = np.array((longitude, latitude))
            away.append(float(metres_between(located.positions, spot).min()))
    assert found[Precision.ADDRESS] + found[Precision.BLOCK] > 0.7 * found.total()
    assert np.percentile(away, 50) < 120
    assert np.percentile(away, 98) < 500


def test_san_francisco_s_blocks_are_read_as_blocks(shared: Path) -> None:
    with (shared / "real_feeds" / "san-francisco-fire" / "calls.csv").open(newline="") as rows:
        read = [read_address(row["Address"]) for row in csv.DictReader(rows)]
    blocks = [each for each in read if each is not None and each.whole_block]
    crossings = [each for each in read if each is not None and each.crossing]
    assert len(blocks) > 0.5 * len(read) > 100
    assert len(blocks) + len(crossings) > 0.95 * len(read)
