"""What a stranger's sample says in its own way: read, or told in the report, and never silent."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
from a_call import STREETS, TYPES, at, call, dumped, found_in

from pipeline.agencies.agency import PointForm
from pipeline.onboarding.profile import point_form

CHICAGO = ZoneInfo("America/Chicago")
UNTOLD = ("names:", "unread", "district", "key")


def rows(*calls: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(calls[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(calls)
    return text.getvalue().encode()


def local(n: int, form: str) -> str:
    return at(n).astimezone(CHICAGO).strftime(form)


def told(doubts: tuple[str, ...], begin: str) -> list[str]:
    return [each for each in doubts if each.startswith(begin)]


def barred(count: int = 12, *, received: bool = True) -> bytes:
    """Return a feed whose texts part labelled facts with bars; not all facts stand in each."""
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    for n in range(count):
        facts = {
            "Event": f"E26-{7000 + n}",
            "Type": TYPES[n % 3],
            "Address": f"{n + 12} {STREETS[n % 3]}",
            "Received": local(n, "%a %b %d, %Y %I:%M %p") if received else None,
            "Units": "E1" if n % 2 else "E1 T22",
            "State": "On Scene",
            "Lat/Lon": None if n == 4 else f"41.50{n:02d}, -93.60{n:02d}",
            "Narrative": f"SMOKE SHOWS BEHIND HOUSE {n}" if n % 3 == 0 else None,
        }
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "title").text = f"{TYPES[n % 3]} - ELM BLUFF"
        etree.SubElement(item, "pubDate").text = f"Wed, 10 Jun 2026 0{n % 10}:31:07 -0500"
        text = " | ".join(f"{name}: {value}" for name, value in facts.items() if value)
        etree.SubElement(item, "description").text = text
    return etree.tostring(root)


def cut(name: str) -> list[str]:
    behind = f"substring-after(description, '{name}:')"
    return [f"substring-before(concat({behind}, ' | '), ' | ')"]


def test_facts_between_bars_are_read_whichever_label_follows() -> None:
    inferred, fields = found_in(barred())

    assert fields["opened_at"] == cut("Received")
    assert inferred.times == ("%a %b %d, %Y %I:%M %p",)
    assert fields["point"] == cut("Lat/Lon")
    assert fields["units"] == cut("Units")
    assert fields["address"] == cut("Address")
    assert [each.text for each in inferred.remarks] == [
        "substring-after(description, 'Narrative:')"
    ]
    assert told(inferred.doubts, "opened_at") == []


def test_when_a_feed_wrote_of_a_call_is_doubted_as_its_opening() -> None:
    inferred, fields = found_in(barred(received=False))

    assert fields["opened_at"] == ["pubDate"]
    (doubt,) = told(inferred.doubts, "opened_at")
    assert "maybe last" in doubt
    assert next(c.sure for c in inferred.fields if c.field == "opened_at") <= 0.5


def test_one_row_that_names_several_units_makes_others_news_and_no_units() -> None:
    calls = [call(n // 2, Units="E1 T22" if n % 2 else "E1") for n in range(12)]
    single = [call(n // 2, Units=f"E{n}") for n in range(12)]

    assert not found_in(rows(*calls))[0].fold
    assert found_in(rows(*single))[0].fold


@pytest.mark.parametrize("pair", [("gx", "gy"), ("ptx", "pty")])
def test_whole_degrees_times_a_million_are_known_by_two_names_that_differ_in_x_and_y(
    pair: tuple[str, str],
) -> None:
    x, y = pair
    calls = [
        call(n) | ({x: "0", y: "0"} if n == 5 else {x: str(-93600000 - n), y: str(41500000 + n)})
        for n in range(12)
    ]

    inferred, fields = found_in(rows(*calls))

    assert fields["point"] == [y, x]
    forms = [c.form for c in inferred.fields if c.field == "point"]
    assert forms == [PointForm.MICRO_DEGREES]


def test_coordinates_of_no_name_are_told_and_not_used() -> None:
    calls = [
        call(n, Alpha=f"-93.6{n:02d}17", Beta=f"41.5{n:02d}31", Gamma=str(n)) for n in range(12)
    ]

    inferred, fields = found_in(rows(*calls))

    assert not {"point", "latitude", "longitude"} & set(fields)
    (doubt,) = told(inferred.doubts, "coordinates")
    assert doubt.startswith("coordinates: Beta, Alpha can be coordinates")


@pytest.mark.parametrize("joint", [" ", ",", ", ", "/"])
def test_feet_of_a_grid_in_one_text_are_told_and_no_millionths(joint: str) -> None:
    texts = [f"{1776430 + 71 * n}{joint}{1475894 + 53 * n}" for n in range(12)]
    assert point_form(texts) is None

    inferred, fields = found_in(rows(*(call(n, Coordinates=text) for n, text in enumerate(texts))))

    assert "point" not in fields
    (doubt,) = told(inferred.doubts, "coordinates: Coordinates holds")
    assert "State Plane feet" in doubt
    assert "convert them" in doubt


def test_feet_with_commas_for_thousands_are_told() -> None:
    calls = [
        call(n, X_COORD=f"{1776430 + 71 * n:,}.2", Y_COORD=f"{475894 + n:,}") for n in range(12)
    ]

    (doubt,) = told(found_in(rows(*calls))[0].doubts, "coordinates: X_COORD, Y_COORD")
    assert "State Plane feet" in doubt


def long_names(n: int, zone: str = "CDT") -> dict[str, str]:
    return {
        "Call For Service Number": f"26-{4000 + n:06d}",
        "Initial Radio Code Description": TYPES[n % 3],
        "How The Call Came In": ("ONLINE", "9-1-1", "OFFICER INITIATED")[n % 3],
        f"Call Received Date and Time ({zone})": local(n, "%b %d, %Y %I:%M:%S %p"),
        "Call Cleared Date and Time": local(n + 40, "%b %d, %Y %I:%M:%S %p"),
        "100 Block Address or Intersection": f"{n + 1}00 BLK {STREETS[n % 3]}",
        "All Assigned Units": f"E{n % 4}",
    }


def test_long_names_say_what_short_ones_do() -> None:
    inferred, fields = found_in(rows(*(long_names(n) for n in range(12))))

    assert fields["cfs_number"] == ["Call For Service Number"]
    assert fields["call_type"] == ["Initial Radio Code Description"]
    assert fields["opened_at"] == ["Call Received Date and Time (CDT)"]
    assert fields["closed_at"] == ["Call Cleared Date and Time"]
    assert fields["address"] == ["100 Block Address or Intersection"]
    assert fields["units"] == ["All Assigned Units"]
    assert [each for each in inferred.doubts if not each.startswith(UNTOLD)] == []


@pytest.mark.parametrize("zone", ["UTC", "EST", "CST"])
def test_a_zone_in_a_name_that_the_agency_does_not_keep_is_told(zone: str) -> None:
    inferred, _ = found_in(rows(*(long_names(n, zone) for n in range(12))))

    (doubt,) = told(inferred.doubts, "opened_at")
    assert doubt.endswith(f"says {zone}; it is read as America/Chicago")


def test_the_way_a_call_came_in_is_no_type() -> None:
    calls = [call(n, Channel=("Phone", "Radio", "Walk-in")[n % 3]) for n in range(12)]
    for each in calls:
        del each["CallType"]

    for name in ("Channel", "Category", "Reason"):
        named = [{name if key == "Channel" else key: v for key, v in c.items()} for c in calls]
        inferred, fields = found_in(dumped(named), knows=lambda text: 0.9)
        assert fields["call_type"] == ["UNDECIDED"], name
        assert told(inferred.doubts, "call_type: no column fits"), name


def parted(n: int) -> dict[str, str]:
    house = n != 7
    each = call(n)
    del each["Address"]
    name, kind = STREETS[n % 3].split()
    return each | {
        "STNO": str(n + 12) if house else "",
        "PREDIR": "W" if n % 2 else "",
        "STNAME": name,
        "STSUF": kind,
        "INTERSECT": "" if house else "ELM ST",
    }


def test_short_names_of_an_address_in_parts_are_joined_and_a_crossing_is_mapped() -> None:
    inferred, fields = found_in(rows(*(parted(n) for n in range(12))))

    assert fields["address"] == ["STNO", "PREDIR", "STNAME", "STSUF"]
    assert fields["cross_street"] == ["INTERSECT"]
    assert told(inferred.doubts, "address") == []

    near = [parted(n) | {"INTERSECT": "ELM ST"} for n in range(12)]
    assert found_in(rows(*near))[1]["cross_street"] == ["INTERSECT"]


def test_streets_on_both_sides_of_one_without_a_house_are_told_and_not_joined() -> None:
    calls = [parted(n) for n in range(12)]
    between = [c | {"CROSS1": c.pop("INTERSECT"), "CROSS2": "BIRCH RD"} for c in calls]
    inferred, fields = found_in(rows(*between))

    (doubt,) = told(inferred.doubts, "address")
    assert doubt.startswith("address: CROSS1, CROSS2 hold streets beside one")
    assert "cross_street" not in fields


def test_a_street_beside_houses_alone_is_no_crossing() -> None:
    houses = [parted(n) for n in range(12) if n != 7]
    near = [each | {"INTERSECT": "ELM ST"} for each in houses]
    inferred, fields = found_in(rows(*near))

    assert fields["address"] == ["STNO", "PREDIR", "STNAME", "STSUF"]
    assert "cross_street" not in fields
    assert told(inferred.doubts, "address") == []


def test_calls_with_points_and_no_street_are_told_with_what_may_hold_it() -> None:
    calls = [call(n, lat=f"41.5{n:02d}", lon=f"-93.6{n:02d}") for n in range(12)]
    for each in calls:
        each["Whereabouts"] = each.pop("Address")

    inferred, fields = found_in(rows(*calls), {"Whereabouts": "STREET"})

    calls = [{("Wo" if k == "Whereabouts" else k): v for k, v in c.items()} for c in calls]
    inferred, fields = found_in(rows(*calls), {"Wo": "STREET"})
    assert "address" not in fields
    (doubt,) = told(inferred.doubts, "address: no column fits")
    assert doubt.endswith("; Wo may hold it")


def test_a_label_of_one_record_between_bars_is_not_written_down() -> None:
    body = barred().decode().replace("State: On Scene", "Thistlewood: 3 | State: Clear", 1)

    inferred, fields = found_in(body.encode())

    assert fields["address"] == cut("Address")
    assert "Thistlewood" not in str(inferred)


def test_the_sign_between_a_day_and_its_clock_parts_no_call_from_its_place() -> None:
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    for n in range(12):
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "title").text = f"{TYPES[n % 3]} (ELM BLUFF)"
        etree.SubElement(item, "pubDate").text = f"Wed, 10 Jun 2026 0{n % 10}:31:07 -0500"
        said = f"{STREETS[n % 3]} & OAK ST;  ELM BLUFF; {local(n, '%Y-%m-%d @ %H:%M:%S')}; Inc:E{n}"
        etree.SubElement(item, "description").text = said

    inferred, fields = found_in(etree.tostring(root))

    assert not any(" @ " in path for paths in fields.values() for path in paths)
    assert told(inferred.doubts, "call_type")


def test_a_day_and_a_clock_whose_names_run_together_are_joined() -> None:
    calls = [
        {key: value for key, value in call(n).items() if key != "Received"}
        | {"RCVDT": local(n, "%Y%m%d"), "RCVTM": local(n, "%H%M%S")}
        for n in range(12)
    ]

    inferred, fields = found_in(rows(*calls))

    assert fields["opened_at"] == ["RCVDT", "RCVTM"]
    assert inferred.times == ("%Y%m%d %H%M%S",)
    assert told(inferred.doubts, "opened_at") == []


def listed(count: int = 12) -> bytes:
    """Return a feed whose texts say place, town and time by their order, and then labels."""
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    for n in range(count):
        place = f"{n + 12} {STREETS[n % 3]}" if n % 4 else f"{STREETS[n % 3]} & OAK ST"
        town = ("ELM BLUFF", "NORTH TARN")[n % 2]
        when = local(n, "%Y-%m-%d @ %H:%M:%S")
        item = etree.SubElement(channel, "item")
        etree.SubElement(item, "title").text = TYPES[n % 3]
        etree.SubElement(item, "guid").text = f"E26{n}-{n + 100}"
        etree.SubElement(item, "pubDate").text = f"Wed, 10 Jun 2026 0{n % 10}:31:07 -0500"
        facts = f"{place};  {town}; {when}; Inc:E26{700 + n}; Units: E1 T{n}; "
        etree.SubElement(item, "description").text = facts
    return etree.tostring(root)


def test_parts_that_stand_in_the_same_order_in_every_text_are_read_by_their_values() -> None:
    inferred, fields = found_in(listed())

    behind = "substring-after(description, ';')"
    assert fields["address"] == ["substring-before(description, ';')"]
    assert fields["district"] == [f"substring-before({behind}, ';')"]
    assert fields["opened_at"] == [f"substring-before(substring-after({behind}, ';'), ';')"]
    assert inferred.times == ("%Y-%m-%d @ %H:%M:%S",)
    assert fields["cfs_number"] == [
        "substring-before(concat(substring-after(description, 'Inc:'), '; '), '; ')"
    ]
    assert "Units:" in fields["units"][0]
    assert told(inferred.doubts, "opened_at") == []


@pytest.mark.parametrize("taken", [";  NORTH TARN", ";  ELM BLUFF"])
def test_parts_that_one_text_lacks_are_no_list(taken: str) -> None:
    body = listed().decode()
    broken = body.replace(taken, " ", 1).encode()
    assert broken != body.encode()

    _, fields = found_in(broken)

    assert not any("';'" in path for path in fields.get("opened_at", []))


@pytest.mark.parametrize(
    "name",
    [
        "Block Address / Intersection (Rounded)",
        "Incident Address (Block Level)",
        "Location (Hundred Block)",
        "Hundred Block or Nearest Intersection",
    ],
)
def test_published_names_of_rounded_addresses_are_known(name: str) -> None:
    calls = [
        {key: value for key, value in call(n).items() if key != "Address"}
        | {name: f"{n + 10}XX {STREETS[n % 3]}"}
        for n in range(12)
    ]

    _, fields = found_in(rows(*calls))

    assert fields["address"] == [name]
