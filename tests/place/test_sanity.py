"""Coordinates that cannot be true: told, mended only where allowed, never guessed."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from pipeline.agencies import PointRepair
from pipeline.model import (
    Commitment,
    Digest,
    ExactPlace,
    Held,
    Notice,
    NoticeCode,
    Point,
    Sensitive,
)
from pipeline.place import (
    BLOCK_SIGN,
    DEFAULT_POINT_BLOCKS,
    DEFAULT_POINT_STREETS,
    AreaMap,
    is_default,
    place,
    sane_place,
    spot_of,
)

GOOD = Point(latitude=44.505, longitude=-88.015)
EVERY = frozenset(PointRepair)
NONE: frozenset[PointRepair] = frozenset()


class OpenSeal:
    """Keyed digests under a key that everybody knows."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        text = b"\0".join((purpose.encode(), *parts))
        return Digest(hmac.new(b"tests", text, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"1:{self.digest('commit', text.encode())}")


def at(latitude: float, longitude: float, **more: object) -> ExactPlace:
    return ExactPlace(point=Point(latitude=latitude, longitude=longitude), **more)  # type: ignore[arg-type]


def judged(
    exact: ExactPlace,
    areas: AreaMap,
    repairs: frozenset[PointRepair] = NONE,
    *,
    default_point: bool = False,
) -> tuple[Point | None, list[NoticeCode]]:
    sane, notices = sane_place(exact, areas, repairs=repairs, default_point=default_point)
    assert all(notice.field == "point" for notice in notices)
    return sane.point, [notice.code for notice in notices]


SWAPPED, UNSIGNED = PointRepair.SWAPPED, PointRepair.UNSIGNED


@pytest.mark.parametrize(
    ("latitude", "longitude", "code", "needed"),
    [
        (-88.015, 44.505, NoticeCode.POINT_SWAPPED, {SWAPPED}),
        (88.015, 44.505, NoticeCode.POINT_SWAPPED, {SWAPPED, UNSIGNED}),
        (44.505, 88.015, NoticeCode.POINT_UNSIGNED, {UNSIGNED}),
        (-44.505, -88.015, NoticeCode.POINT_UNSIGNED, {UNSIGNED}),
    ],
)
def test_a_point_is_mended_only_in_the_ways_the_agency_file_names(
    latitude: float,
    longitude: float,
    code: NoticeCode,
    needed: set[PointRepair],
    areas: AreaMap,
) -> None:
    exact = at(latitude, longitude)
    assert judged(exact, areas, EVERY) == (GOOD, [code])
    assert judged(exact, areas, frozenset(needed)) == (GOOD, [code])
    for missing in needed:
        assert judged(exact, areas, EVERY - {missing}) == (None, [code])


def test_without_its_point_the_call_is_told_by_district_or_town(areas: AreaMap) -> None:
    exact = at(-88.015, 44.505, district=Sensitive("Harbor"))
    sane, _ = sane_place(exact, areas, repairs=NONE, default_point=False)
    outcome = place(sane, areas, "Juniper Falls")
    assert isinstance(outcome, tuple)
    assert outcome[0].area_id == "harbor"


@pytest.mark.parametrize("spot", [(37.8, -122.4), (0.0, -88.015), (44.505, 0.0), (40.0, 40.0)])
def test_a_point_in_another_state_is_told_kept_and_so_held(
    spot: tuple[float, float], areas: AreaMap
) -> None:
    exact = at(*spot)
    sane, notices = sane_place(exact, areas, repairs=EVERY, default_point=False)
    assert sane == exact
    assert notices == (Notice(code=NoticeCode.POINT_ELSEWHERE, field="point"),)
    assert isinstance(place(sane, areas, "Juniper Falls"), Held)


def test_a_sane_point_is_left_alone(areas: AreaMap) -> None:
    for exact in (at(44.505, -88.015), at(44.48, -88.03), ExactPlace()):
        assert sane_place(exact, areas, repairs=EVERY, default_point=False) == (exact, ())


@pytest.mark.parametrize(
    "masked", [{"restricted": True}, {"address": Sensitive("RESTRICTED ADDRESS")}]
)
def test_what_the_agency_masked_is_not_looked_at(masked: dict[str, object], areas: AreaMap) -> None:
    exact = at(-88.015, 44.505, **masked)
    assert sane_place(exact, areas, repairs=EVERY, default_point=True) == (exact, ())


def test_a_default_point_is_not_used(areas: AreaMap) -> None:
    assert judged(at(44.505, -88.015), areas, default_point=True) == (
        None,
        [NoticeCode.POINT_DEFAULT],
    )


def test_a_street_has_another_digest_at_every_point_and_agency() -> None:
    seal = OpenSeal()
    here = at(44.505, -88.015, address=Sensitive("12 Withers Ln"))
    there = at(44.506, -88.015, address=Sensitive("12 Withers Ln"))
    spots = [spot_of(here, "a", seal), spot_of(there, "a", seal), spot_of(here, "b", seal)]
    assert len({spot.street for spot in spots if spot}) == 3
    assert len({spot.point for spot in spots if spot}) == 3


def test_houses_of_one_street_are_one_street_at_a_point() -> None:
    seal = OpenSeal()
    found = {
        spot_of(at(44.505, -88.015, address=Sensitive(text)), "a", seal)
        for text in ("12 Withers Ln", "14 WITHERS LANE", "16 Withers Ln, Apt 3")
    }
    assert len(found) == 1


def test_houses_of_one_block_are_one_block_at_a_point_and_other_blocks_are_not() -> None:
    def blocks(*texts: str, longitude: float = -88.015, agency: str = "a") -> set[str]:
        places = [at(44.505, longitude, address=Sensitive(text)) for text in texts]
        spots = [spot_of(each, agency, OpenSeal()) for each in places]
        return {spot.block for spot in spots if spot}

    one = blocks("1204 Withers Ln", "1299 WITHERS LANE, Apt 3", "1200 BLK WITHERS LN")
    assert len(one) == 1
    assert len(blocks("1204 Withers Ln", "1304 Withers Ln", "1204 Tamarack Ct")) == 3
    assert not one & blocks("1204 Withers Ln", longitude=-88.016)
    assert not one & blocks("1204 Withers Ln", agency="b")
    assert blocks("Withers Ln") == {""}


def test_a_point_is_a_default_by_streets_or_by_blocks_and_never_by_both_added_up() -> None:
    streets = [f"{n:x}" for n in range(DEFAULT_POINT_STREETS)]
    blocks = [f"{BLOCK_SIGN}{n:x}" for n in range(DEFAULT_POINT_BLOCKS)]
    assert is_default(streets)
    assert is_default(blocks)
    assert not is_default([*streets[1:], *blocks[1:]])
    assert not is_default([])


@pytest.mark.parametrize("address", [None, Sensitive("12XX Elm"), Sensitive("A ST / B ST")])
def test_what_names_no_one_street_counts_for_none(address: Sensitive | None) -> None:
    spot = spot_of(at(44.505, -88.015, address=address), "a", OpenSeal())
    assert spot is not None
    assert spot.names == ()
    assert spot_of(ExactPlace(address=address), "a", OpenSeal()) is None
