"""Odd coordinates on the way from a payload to the ledger's notices."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from elm_bluff import Line, call
from sqlalchemy import select

from pipeline.adapters.store.spots import forget_spots
from pipeline.adapters.store.tables import spots
from pipeline.agencies import load_agency, schemas_folder
from pipeline.place import DEFAULT_POINT_BLOCKS, DEFAULT_POINT_STREETS
from pipeline.usecases.catalog import check_folder
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.places import catalog_places
from pipeline.usecases.queue import notice_list, pending_queue
from pipeline.usecases.resources import open_resources

STREETS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood")


def noticed(line: Line) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, code, _, count in notice_list(line.settings, now=line.at):
        found[code] = found.get(code, 0) + count
    return found


def told(line: Line) -> list[str]:
    rows = pending_queue(line.settings, now=line.at)
    return sorted(row.proposal.candidate.facts.area.name for row in rows)


ODD: list[dict[str, Any]] = [
    {"lat": "-88.97", "lon": "43.02"},
    {"lat": "43.02", "lon": "88.97"},
    {"lat": "0", "lon": "0"},
    {"lat": "37.77", "lon": "-122.41"},
    {"lat": "-122.41", "lon": "37.77"},
]


def deliver_odd(line: Line) -> None:
    line.deliver("odd.csv", [call(f"E-{n}", **values) for n, values in enumerate(ODD)])
    line.run()


def test_odd_coordinates_are_told_by_code_and_no_place_is_guessed(line: Line) -> None:
    deliver_odd(line)
    found = noticed(line)
    assert {code: n for code, n in found.items() if code.startswith("point-")} == {
        "point-swapped": 2,
        "point-unsigned": 1,
        "point-zero": 1,
        "point-elsewhere": 1,
        "point-absent": 2,
    }
    assert told(line) == ["Elm Bluff"] * 4
    assert line.states() == {"pending": 4, "held": 1}


def test_points_are_mended_when_the_agency_file_says_so(sqlite_line: Line) -> None:
    sqlite_line.change(location={"repair": ["swapped", "unsigned"]})
    deliver_odd(sqlite_line)
    assert told(sqlite_line) == ["Elm Bluff", "North Side", "North Side"]
    assert noticed(sqlite_line)["point-swapped"] == 2
    # The one from another state is mended, too, and is then as far away as it was.
    assert sqlite_line.states() == {"pending": 3, "held": 2}


def at_one_point(line: Line, count: int, start: int = 0) -> None:
    calls = [
        call(f"E-{start + n}", address=f"{n} {STREETS[n]} St", lat="43.0200", lon="-88.9700")
        for n in range(count)
    ]
    line.deliver(f"calls-{start}.csv", calls)
    line.run()


def test_a_point_that_many_streets_share_is_a_default_and_not_used(line: Line) -> None:
    at_one_point(line, DEFAULT_POINT_STREETS - 1)
    later = line.later(5)
    # A street that is known there teaches nothing; the next one makes the point a default.
    at_one_point(later, 1, start=100)
    assert "point-default" not in noticed(later)
    later = line.later(10)
    later.deliver("more.csv", [call("E-200", address="9 Juniper St", lat="43.02", lon="-88.97")])
    later.run()
    assert "point-default" not in noticed(later)
    assert told(later) == ["North Side"] * (DEFAULT_POINT_STREETS + 1)
    latest = line.later(15)
    latest.deliver(
        "last.csv",
        [call("E-300", address="9 Alder St"), call("E-301", address="9 Lime St", lat="43.03")],
    )
    latest.run()
    assert noticed(latest)["point-default"] == 1
    assert told(latest) == ["Elm Bluff"] + ["North Side"] * (DEFAULT_POINT_STREETS + 2)


def on_one_street(line: Line, hundreds: range) -> None:
    calls = [call(f"B-{n}", address=f"{n * 100 + 7} Alder St") for n in hundreds]
    line.deliver(f"street-{hundreds.start}.csv", calls)
    line.run()


def rows_of(line: Line) -> int:
    """Return how many names of points the database holds."""
    with open_resources(line.settings, now=line.at) as resources, resources.store.read() as tx:
        return len(tx.execute(select(spots)).all())


def test_a_point_that_many_blocks_of_one_street_share_is_a_default(line: Line) -> None:
    last = DEFAULT_POINT_BLOCKS
    on_one_street(line, range(1, last))
    houses = line.later(5)
    # Any number of houses of known blocks may share the point: they teach nothing.
    same = [call(f"H-{n}", address=f"{100 + n} Alder St") for n in range(20)]
    houses.deliver("houses.csv", same)
    houses.run()
    assert "point-default" not in noticed(houses)
    assert rows_of(houses) == last  # eleven blocks and the street
    on_one_street(line.later(10), range(last, last + 1))
    later = line.later(15)
    on_one_street(later, range(50, 53))
    assert noticed(later)["point-default"] == 3
    assert told(later).count("Elm Bluff") == 3
    assert rows_of(later) == last + 1  # what comes after is not kept


def test_a_default_point_of_blocks_is_not_forgotten(sqlite_line: Line) -> None:
    line = sqlite_line
    on_one_street(line, range(1, DEFAULT_POINT_BLOCKS + 1))
    line = line.later(5)
    line.deliver("lone.csv", [call("E-900", lat="43.04")])
    line.run()
    with open_resources(line.settings, now=line.at) as resources, resources.store.write() as tx:
        assert forget_spots(tx, line.at + timedelta(days=1)) == 2  # the lone one's street and block
    assert rows_of(line) == DEFAULT_POINT_BLOCKS + 1


def test_streets_are_forgotten_but_not_those_of_a_default_point(sqlite_line: Line) -> None:
    line = sqlite_line
    at_one_point(line, DEFAULT_POINT_STREETS)
    line = line.later(5)
    line.deliver("lone.csv", [call("E-900", lat="43.04")])
    line.run()
    with open_resources(line.settings, now=line.at) as resources:
        with resources.store.write() as tx:
            assert forget_spots(tx, line.at - timedelta(days=1)) == 0
        with resources.store.write() as tx:
            assert forget_spots(tx, line.at + timedelta(days=1)) == 2


def test_the_database_holds_no_address_and_no_coordinate(sqlite_line: Line) -> None:
    at_one_point(sqlite_line, 3)
    body = Path(sqlite_line.settings.database_url.removeprefix("sqlite:///")).read_bytes()
    assert b"elm-bluff" in body
    for word in (b"Birch", b"BIRCH", b"43.02", b"88.97"):
        assert word not in body


def test_the_ledger_says_how_many_coordinates_cannot_be_used(sqlite_line: Line) -> None:
    deliver_odd(sqlite_line)
    report = ledger_report(sqlite_line.settings, now=sqlite_line.at)
    assert report.odd_places == {
        "elm-bluff": {
            "point-swapped": 2,
            "point-unsigned": 1,
            "point-zero": 1,
            "point-elsewhere": 1,
        }
    }


ADDRESSES = "number,street,longitude,latitude\n418,Tanglewood Ct,-88.97,43.02\n"


def test_a_call_without_a_point_is_told_by_its_address(sqlite_line: Line) -> None:
    (sqlite_line.folder / "addresses.csv").write_text(ADDRESSES)
    sqlite_line.change(location={"addresses": "addresses.csv"})
    lost = {"lat": "", "lon": ""}
    sqlite_line.deliver(
        "calls.csv",
        [
            call("E-1", **lost),
            call("E-2", address="4XX Tanglewood Ct", **lost),
            call("E-3", lat="42.96"),
        ],
    )
    sqlite_line.run()
    assert told(sqlite_line) == ["Elm Bluff", "Elm Bluff", "North Side"]
    found = noticed(sqlite_line)
    assert (found["located-by-address"], found["point-disagrees"]) == (1, 1)
    assert "address-not-located" not in found


def test_a_new_address_file_is_a_new_version_of_the_agency(sqlite_line: Line) -> None:
    sqlite_line.change(location={"addresses": "addresses.csv"})
    versions = set()
    for extra in ("", "420,Tanglewood Ct,-88.97,43.02\n"):
        (sqlite_line.folder / "addresses.csv").write_text(ADDRESSES + extra)
        versions.add(load_agency(sqlite_line.folder, dialects=schemas_folder()).version)
    assert len(versions) == 2


def test_the_check_counts_how_sample_addresses_are_located(sqlite_line: Line) -> None:
    (sqlite_line.folder / "addresses.csv").write_text(ADDRESSES)
    sqlite_line.change(location={"addresses": "addresses.csv"})
    texts = ("418 Tanglewood Ct", "420 Tanglewood Ct", "7 Tanglewood Ct", "1 Elm St", "4XX Elm St")
    calls = [call(f"E-{n}", address=text, **ODD[n]) for n, text in enumerate(texts)]
    sqlite_line.deliver("calls.csv", calls)
    sqlite_line.deliver("again.csv", [call("E-9")])
    sqlite_line.deliver_bytes("broken.csv", b"\xff\xfe\x00")
    report = check_folder(sqlite_line.settings, None)
    (found,) = catalog_places(sqlite_line.settings, report, now=sqlite_line.at).values()
    assert (found.calls, found.points, found.located) == (6, 1, 3)
    assert found.odd["point-swapped"] == 2
    assert found.addresses == {"address": 1, "block": 1, "street": 1, "none": 1, "masked": 1}
