"""Zones at work: sealed on disk, opened by the walk, and not to be told from the agency's mark."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path

import pytest
from elm_bluff import Line, call, public_bytes, published

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.adapters.zones_file import read_zone_key, read_zones
from pipeline.model import ConfigError, Point
from pipeline.usecases.catalog import zone_key_file
from pipeline.usecases.queue import one_candidate
from pipeline.usecases.walk import walk_landed
from pipeline.usecases.zones import ZonesReport, build_from_list, check_zones

SHELTER = (43.02, -88.97)  # where elm_bluff.call() happens
FAR = {"lat": "42.952", "lon": "-88.998"}


def seal(line: Line, *places: tuple[float, float], name: str = "zones.sealed") -> Path:
    listed = line.settings.home / "places.csv"
    listed.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{longitude},{latitude}\n" for latitude, longitude in places)
    listed.write_text("longitude,latitude\n" + rows)
    out = line.folder / name
    build_from_list(line.settings, listed, line.folder / "areas.geojson", out)
    listed.unlink()
    return out


def checked(line: Line) -> ZonesReport:
    return check_zones(line.settings, line.folder / "zones.sealed", line.folder / "areas.geojson")


@pytest.fixture
def zoned(sqlite_line: Line) -> Line:
    seal(sqlite_line, SHELTER)
    sqlite_line.change(location={"zones": "zones.sealed"})
    return sqlite_line


def free_of_zones(line: Line) -> dict[str, str]:
    """Return a spot that no zone holds, decoys included."""
    zones = read_zones(line.folder / "zones.sealed", read_zone_key(zone_key_file(line.settings)))
    for step in range(200):
        point = Point(latitude=42.951 + step % 20 * 0.0005, longitude=-88.999 + step // 20 * 0.004)
        if not zones.hold(point):
            return {"lat": str(point.latitude), "lon": str(point.longitude)}
    raise AssertionError("zones everywhere")


def test_a_hazard_in_a_zone_is_told_by_town_as_if_the_agency_had_masked_it(zoned: Line) -> None:
    elsewhere = free_of_zones(zoned)
    zoned.deliver("a.csv", [call("1"), call("2", hidden="yes", **elsewhere)])
    zoned.run()
    in_zone, masked = (
        one_candidate(zoned.settings, each, now=zoned.at).proposal.candidate
        for each in zoned.pending()
    )
    assert in_zone.facts == masked.facts
    assert in_zone.facts.area.name == "Elm Bluff"
    assert (in_zone.trace, in_zone.remarks) == (masked.trace, masked.remarks)


def test_violence_in_a_zone_is_withheld_as_if_the_agency_had_restricted_it(zoned: Line) -> None:
    elsewhere = free_of_zones(zoned)
    zoned.deliver("a.csv", [call("1", "ROBBERY"), call("2", "ROBBERY", mark="yes", **elsewhere)])
    zoned.run()
    states = {state.value: found for state, found in zoned.count().states.items() if found}
    assert states == {"withheld": {"restricted-by-agency": 2}}
    with closing(open_store(zoned.settings.database_url)) as store, store.read() as tx:
        bodies = [
            json.loads(text)["body"] for _, text in read_log(tx) if b'"kind":"outcome"' in text
        ]
    assert len(bodies) == 2
    told = [
        {k: v for k, v in body.items() if k not in ("incident", "revision", "position", "findings")}
        for body in bodies
    ]
    assert told[0] == told[1]


def test_a_call_outside_every_zone_is_told_by_area(zoned: Line) -> None:
    zoned.deliver("a.csv", [call("1", **free_of_zones(zoned))])
    zoned.run()
    (candidate,) = zoned.pending()
    row = one_candidate(zoned.settings, candidate, now=zoned.at)
    assert row.proposal.candidate.facts.area.name == "South Side"


def test_logs_database_and_public_files_do_not_tell_of_a_zone(
    zoned: Line, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        zoned.deliver("a.csv", [call("1"), call("2", "ROBBERY")])
        zoned.run()
        published(zoned)
    assert "zone" not in caplog.text.lower().replace("timezone", "").replace("zoneinfo", "")
    # Areas have names on every map; what is told of the call must not be one of them.
    assert b"in North Side" not in public_bytes(zoned)
    folder = zoned.settings.public
    files = {p: p.read_bytes().lower() for p in folder.rglob("*") if p.is_file()}
    # The policy speaks of zones in general, and programs of the time zone.
    general = (*(folder / name for name in ("policy", "es/policy", "assets")), folder / "api")
    telling = {p: body for p, body in files.items() if not set(general) & set(p.parents)}
    assert len(telling) > 50
    assert [p for p, body in telling.items() if b"zone" in body] == []
    with closing(open_store(zoned.settings.database_url)) as store, store.read() as tx:
        log = b"".join(text for _, text in read_log(tx))
    assert b"zone" not in log


@pytest.mark.parametrize("number", [2, 3, 4])
def test_the_file_is_as_long_for_any_few_places_and_says_nothing(
    sqlite_line: Line, number: int
) -> None:
    one = seal(sqlite_line, SHELTER, name="one.sealed").read_bytes()
    places = [SHELTER, *((42.96 + n / 100, -88.96) for n in range(number - 1))]
    some = seal(sqlite_line, *places, name="some.sealed").read_bytes()
    assert len(one) == len(some)
    assert one.startswith(b"blotter-zones-1\n")
    assert one[16:28] != some[16:28]  # never the same nonce
    assert b"43.02" not in one


def test_building_again_seals_anew_and_hides_the_same(sqlite_line: Line) -> None:
    key_file = zone_key_file(sqlite_line.settings)
    first = seal(sqlite_line, SHELTER, name="first.sealed")
    again = seal(sqlite_line, SHELTER, name="again.sealed")
    assert first.read_bytes() != again.read_bytes()
    key = read_zone_key(key_file)
    assert read_zones(first, key) == read_zones(again, key)
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_zones_that_cannot_be_opened_stop_the_agency(zoned: Line) -> None:
    zoned.deliver("a.csv", [call("1")])
    path = zoned.folder / "zones.sealed"
    sealed = path.read_bytes()
    for spoilt in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:40], b""):
        path.write_bytes(spoilt)
        zoned.run()
        assert zoned.pending() == []
        report = walk_landed(zoned.settings, now=zoned.at)
        assert "zones" in report.failures["elm-bluff"]
    path.write_bytes(sealed)
    zone_key_file(zoned.settings).unlink()
    report = walk_landed(zoned.settings, now=zoned.at)
    assert "key of the exclusion zones" in report.failures["elm-bluff"]
    assert zoned.pending() == []


def test_a_named_file_that_is_not_there_stops_the_agency(sqlite_line: Line) -> None:
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.change(location={"zones": "zones.sealed"})
    sqlite_line.run()
    assert sqlite_line.pending() == []


def test_new_zones_take_back_what_waits(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "ROBBERY")])
    line.run()
    assert line.states() == {"pending": 1}
    seal(line, SHELTER)
    line.change(location={"zones": "zones.sealed"})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"withheld": 1}


def test_the_report_speaks_of_cells_and_the_town_only(zoned: Line) -> None:
    report = checked(zoned)
    assert report.cells > 20
    assert 0 < report.share < 1
    assert set(type(report).__dataclass_fields__) == {"path", "cells", "share"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("longitude,latitude\n43.02,-88.97\n", "nowhere near"),
        ("longitude,latitude\n-88.97,here\n", "no pair of numbers"),
        ("x,y\n-88.97,43.02\n", "no longitude and latitude"),
        ("longitude,latitude\n", "no place to protect"),
    ],
)
def test_a_wrong_list_is_refused_without_its_text(
    sqlite_line: Line, text: str, problem: str, tmp_path: Path
) -> None:
    listed = tmp_path / "places.csv"
    listed.write_text(text)
    with pytest.raises(ConfigError, match=problem) as caught:
        build_from_list(
            sqlite_line.settings, listed, sqlite_line.folder / "areas.geojson", tmp_path / "z"
        )
    assert "88.97" not in str(caught.value)
    assert not (tmp_path / "z").exists()


def test_a_key_that_others_may_read_is_refused(zoned: Line) -> None:
    zone_key_file(zoned.settings).chmod(0o644)
    with pytest.raises(ConfigError, match="other users"):
        checked(zoned)
