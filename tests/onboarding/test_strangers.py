"""Ways of writing times, places and names of fields that lists of formats do not name."""

from __future__ import annotations

import csv
import io
import sys
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))
from a_call import STREETS, TYPES, at, call, dumped, found_in
from a_sample import NOW, made

from pipeline.agencies import load_agency, schemas_folder
from pipeline.agencies.agency import PointForm
from pipeline.agencies.transport import Mailbox
from pipeline.feeds.points import parse_point
from pipeline.feeds.times import parse_time
from pipeline.model import Point
from pipeline.usecases.dry_run import dry_run
from pipeline.usecases.settings import load_settings

CHICAGO = ZoneInfo("America/Chicago")


def rows(*calls: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(calls[0]))
    writer.writeheader()
    writer.writerows(calls)
    return text.getvalue().encode()


def opened(n: int, form: str) -> str:
    return at(n).astimezone(CHICAGO).strftime(form)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("%Y-%m-%dT00:00:00", "%H:%M:%S"),
        ("%Y-%m-%dT00:00:00.000", "%H:%M"),
        ("%Y-%m-%d 00:00:00", "%H%M"),
        ("%m/%d/%Y 12:00:00 AM", "%I:%M:%S %p"),
        ("%m/%d/%Y 0:00:00", "%H:%M"),
    ],
)
def test_a_day_that_says_midnight_is_joined_with_the_clock_beside_it(day: str, clock: str) -> None:
    day = day.replace(" 0:00:00", " 00:00:00")
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        del each["Received"]
        each |= {"Received Date": opened(n, day), "Received Time": opened(n, clock)}

    inferred, fields = found_in(dumped(calls))

    assert fields["opened_at"] == ['"Received Date"', '"Received Time"']
    texts = [f"{each['Received Date']} {each['Received Time']}" for each in calls]
    read = [parse_time(text, CHICAGO, inferred.times) for text in texts]
    seconds = "%S" in clock
    expected = [at(n) if seconds else at(n).replace(second=0) for n in range(12)]
    assert [each.at for each in read if each is not None] == expected


def test_calls_that_all_come_at_midnight_are_doubted() -> None:
    calls = [call(n, Received=f"2026-06-{n + 1:02d}T00:00:00") for n in range(9)]

    inferred, fields = found_in(dumped(calls))

    assert fields["opened_at"] == ["Received"]
    assert (
        "opened_at: every call says midnight; it may be a day without its hour" in inferred.doubts
    )
    usual, _ = found_in(dumped([call(n) for n in range(9)]))
    assert not any("midnight" in doubt for doubt in usual.doubts)


def test_a_column_of_which_a_spreadsheet_saved_a_few_in_its_own_form_is_a_time() -> None:
    calls = [call(n, Received=opened(n, "%Y-%m-%d %H:%M:%S")) for n in range(12)]
    for n in (3, 8):
        calls[n]["Received"] = opened(n, "%m/%d/%Y %H:%M")

    inferred, fields = found_in(rows(*calls))

    assert fields["opened_at"] == ["Received"]
    assert "%m/%d/%Y %H:%M" in inferred.times
    assert any(doubt.startswith("opened_at: ISO 8601 and") for doubt in inferred.doubts)
    read = [parse_time(each["Received"], CHICAGO, inferred.times) for each in calls]
    assert [each.at for each in read if each is not None] == [
        at(n).replace(second=0) if n in (3, 8) else at(n) for n in range(12)
    ]


def in_minutes(value: float) -> tuple[int, float]:
    return int(abs(value)), abs(value) % 1 * 60


def with_letters_behind(latitude: float, longitude: float) -> str:
    (a, b), (c, d) = in_minutes(latitude), in_minutes(longitude)
    return f"{a}° {b:.3f}' N  {c}° {d:.3f}' W"


def with_letters_before(latitude: float, longitude: float) -> str:
    tenths = [round(abs(each) * 36_000) for each in (latitude, longitude)]  # of a second
    (a, b, c), (d, e, f) = ((t // 36_000, t // 600 % 60, t % 600 / 10) for t in tenths)
    return f"N{a} {b}' {c:.1f}\"  W{d:03d} {e}' {f:.1f}\""


@pytest.mark.parametrize("written", [with_letters_behind, with_letters_before])
@pytest.mark.parametrize("name", ["GPS (deg min)", "Lat/Long", "Where"])
def test_degrees_and_minutes_in_one_cell_are_the_point(name: str, written: Any) -> None:
    points = [(40.01 + n / 300, -90.2 - n / 200) for n in range(12)]
    calls = [call(n) | {name: written(*points[n]) if n % 4 else ""} for n in range(12)]

    inferred, fields = found_in(rows(*calls), {name: "GEO"})

    assert fields["point"] == [name]
    assert name not in {each.path for each in inferred.private}
    assert name not in {each.text for each in inferred.remarks}
    form = next(each.form for each in inferred.fields if each.field == "point")
    assert form is PointForm.DEGREES_MINUTES
    for n in range(1, 4):
        point = parse_point(calls[n][name], form)
        assert isinstance(point, Point)
        assert (point.latitude, point.longitude) == pytest.approx(points[n], abs=2e-4)


def test_degrees_and_minutes_in_two_columns_are_the_point() -> None:
    points = [(40.01 + n / 300, -90.2 - n / 200) for n in range(12)]
    calls = []
    for n, (latitude, longitude) in enumerate(points):
        (a, b), (c, d) = in_minutes(latitude), in_minutes(longitude)
        calls.append(call(n) | {"Latitude": f"{a} {b:.4f} N", "Longitude": f"{c} {d:.4f} W"})
    calls[5] |= {"Latitude": "", "Longitude": ""}

    inferred, fields = found_in(rows(*calls))

    assert fields["point"] == ["Latitude", "Longitude"]
    form = next(each.form for each in inferred.fields if each.field == "point")
    assert form is PointForm.DEGREES_MINUTES
    point = parse_point(f"{calls[3]['Latitude']} {calls[3]['Longitude']}", form)
    assert isinstance(point, Point)
    assert (point.latitude, point.longitude) == pytest.approx(points[3], abs=2e-5)


def test_a_wind_by_a_short_name_is_part_of_the_address() -> None:
    for name in ("ST_PFX", "ST_PRE", "PREFIX"):
        calls = []
        for n in range(12):
            street, kind = STREETS[n % 3].split()
            each = call(n) | {"HSE_NO": n + 12, name: "" if n % 3 else "NW", "ST_NAME": street}
            calls.append(each | {"ST_SFX": kind})
            del each["Address"], calls[-1]["Address"]

        assert found_in(rows(*calls))[1]["address"] == ["HSE_NO", name, "ST_NAME", "ST_SFX"]


def test_an_alarms_day_and_a_clock_with_seconds_behind_a_colon_open_a_call() -> None:
    calls = [
        call(n) | {"ALM_DATE": opened(n, "%d-%b-%y").upper(), "ALM_TIME": opened(n, "%H%M:%S")}
        for n in range(12)
    ]
    for each in calls:
        del each["Received"]

    inferred, fields = found_in(rows(*calls))

    assert fields["opened_at"] == ["ALM_DATE", "ALM_TIME"]
    assert inferred.times == ("%d-%b-%y %H%M:%S",)


def test_where_a_caller_or_a_unit_was_is_never_the_point_of_the_call() -> None:
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        each["caller"] = {"lat": 40.5 + n / 300, "lng": -90.7, "position": f"40.5{n}, -90.71"}
        each["unit"] = {"lat": 40.6 + n / 300, "lng": -90.8}

    _, fields = found_in(dumped(calls))

    assert not {"point", "latitude", "longitude"} & set(fields)
    for n, each in enumerate(calls):
        each["location"] = {"lat": 40.1 + n / 300, "lng": -90.1}
    _, fields = found_in(dumped(calls))
    assert (fields["latitude"], fields["longitude"]) == (["location.lat"], ["location.lng"])


def attributed(n: int) -> str:
    texts = {
        "ROWID": 7100 + 7 * n,
        "CN": f"260609-{400 + n:04d}",
        "TYP": f"T{n % 3}",
        "TYPDSC": TYPES[n % 3],
        "LOC": f"{n + 12} {STREETS[n % 3]}",
        "CITY": ("NORTH FORK", "")[n % 2],
        "XST1": f"{('TUPELO', 'CYPRESS', 'LARCH')[n % 3]} AVE",
        "XST2": f"{('QUARRY', 'MILL')[n % 2]} RD",
        "YC": 40_010_000 + 3000 * n,
        "XC": 90_200_000 + 1000 * n,
        "RCV": opened(n, "%Y%m%d%H%M%SCD"),
        "UNITS": f"E{n % 4}",
        "RP": ("WANDA QUILLFEATHER", "")[n % 2],
        "RPPH": f"22555501{n:02d}",
        "RMK": f"SMOKE SEEN BEHIND THE HOUSE, NUMBER {n} ON THE LEFT",
    }
    return " ".join(f'{name}="{text}"' for name, text in texts.items())


def test_short_names_of_attributes_are_read_and_a_cross_street_is_no_type() -> None:
    body = "".join(f"<CALL {attributed(n)}/>" for n in range(12))
    marks = {"@CN": "PHONE", "@XST1": "STREET", "@XST2": "STREET", "@RPPH": "PHONE"}

    inferred, fields = found_in(f"<CALLS>{body}</CALLS>".encode(), marks)

    assert fields["call_type"] == ["@TYPDSC"]
    assert fields["cfs_number"] == ["@CN"]
    assert fields["point"] == ["@YC", "@XC"]
    assert fields["opened_at"] == ["@RCV"]
    assert [each.text for each in inferred.remarks] == ["@RMK"]
    assert {"@XST1", "@XST2"} <= {each.path for each in inferred.private}


@pytest.mark.parametrize("named", ["@TYPDSC", "@UNUSUAL"])
def test_streets_and_towns_are_no_types_where_no_name_says_what_one_is(named: str) -> None:
    body = "".join(f"<CALL {attributed(n)}/>" for n in range(12))
    body = body.replace("TYPDSC", named.removeprefix("@")).replace('TYP="', 'NOTHING="')
    body = body.replace("XST1", "NEAR")

    _, fields = found_in(f"<CALLS>{body}</CALLS>".encode(), knows=lambda text: 0.6)

    assert fields["call_type"] == [named]


def test_ten_digits_of_a_caller_are_a_telephone_and_no_seconds() -> None:
    body = "".join(f"<CALL {attributed(n)}/>" for n in range(12))

    inferred, _ = found_in(f"<CALLS>{body}</CALLS>".encode())

    assert "@RPPH" not in {each.path for each in inferred.ignored}
    assert [each.parts.get("phone") for each in inferred.people] == [("@RPPH",)]


def test_projected_coordinates_are_told() -> None:
    calls = [
        call(n, X_SP=f"{1776430 + 71 * n}.21", Y_SP=f"{475894 + 53 * n}.53") for n in range(12)
    ]

    inferred, fields = found_in(rows(*calls))

    assert "point" not in fields
    (doubt,) = (each for each in inferred.doubts if each.startswith("coordinates: X_SP, Y_SP"))
    assert "State Plane feet" in doubt
    assert "ask the agency for degrees" in doubt


def test_an_apartment_of_an_address_is_no_unit_that_answers() -> None:
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        each["civicAddress"] = {"Unit": f"LOT {n}" if n % 3 == 0 else None}
        each["assignments"] = [{"UnitId": f"E{n % 4}"}, {"UnitId": "M7"}]

    _, fields = found_in(dumped(calls))

    assert fields["units"] == ["assignments[].UnitId"]
    assert at(1) - at(0) == timedelta(minutes=11)


def test_a_narrative_by_a_short_name_is_a_remark() -> None:
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        told = each.pop("Remarks")
        each["Narr"] = told if n % 3 == 0 else ""

    inferred, _ = found_in(rows(*calls), {"Narr": "PERSON"})

    assert [each.text for each in inferred.remarks] == ["Narr"]
    assert "Narr" not in {each.path for each in inferred.private}


def feed(*items: str) -> bytes:
    channel = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss><channel>{channel}</channel></rss>".encode()


def entry(n: int, *, joint: str = " @ ", town: str = "; NORTH FORK TWP") -> str:
    notes = f"<b>Notes:</b> SMOKE BEHIND HOUSE {n}<br/>" if n % 3 == 0 else ""
    point = f"{40.01 + n / 300:.5f},-90.20{n:02d}"
    link = f'<a href="https://maps.elm.example/?q={point}&amp;z=16">Map</a>'
    said = (
        f"<b>Inc#</b> F26{4000 + n}<br/><b>Rcvd:</b> {opened(n, '%m/%d/%y %H:%M:%S')}<br/>"
        f"<b>Units:</b> ENG {n}<br/><b>Status:</b> {('ENROUTE', 'ON SCENE')[n % 2]}<br/>{notes}"
        f"{link if n % 4 else ''}"
    )
    title = f"{TYPES[n % 3]}{joint}{n + 12} {STREETS[n % 3]}{town}"
    return f"<title>{title}</title><guid>{n:08x}{n:024x}</guid><d>{escape(said)}</d>"


def test_titles_labels_and_links_of_a_feed_are_parted() -> None:
    body = feed(*(entry(n) for n in range(12)))

    inferred, fields = found_in(body)

    title = "substring-after(title, ' @ ')"
    assert fields["call_type"] == ["substring-before(title, ' @ ')"]
    assert fields["address"] == [f"substring-before({title}, '; ')"]
    assert fields["district"] == [f"substring-after({title}, '; ')"]
    records = etree.fromstring(body).findall(".//item")
    read = {name: [r.xpath(paths[0]).strip() for r in records] for name, paths in fields.items()}
    assert read["cfs_number"] == [f"F26{4000 + n}" for n in range(12)]
    assert read["point"] == [
        f"{40.01 + n / 300:.5f},-90.20{n:02d}" if n % 4 else "" for n in range(12)
    ]
    notes = [r.xpath(inferred.remarks[0].text).strip() for r in records]
    assert notes == [f"SMOKE BEHIND HOUSE {n}" if n % 3 == 0 else "" for n in range(12)]
    undecided = [each.path for each in inferred.undecided]
    assert any("Status:</b>" in path for path in undecided)


def test_numbered_roads_behind_a_joint_are_places_however_many_types_there_are() -> None:
    places = ("HWY 22 MP 49.8", "I-5 NB MP 228", "905 TENTH AVE SW", "OAK DR / ELM LOOP")
    body = feed(
        *(
            f"<title>CODE{n} - SORT {n} OF CALL @ {places[n % 4]}</title><guid>{n:08x}</guid>"
            f"<d>Nature:{TYPES[n % 3]}&lt;br&gt;Rcvd:{opened(n, '%m/%d/%y %H:%M')}&lt;br&gt;"
            f"Incident:26-{7000 + n}</d>"
            for n in range(12)
        )
    )

    _, fields = found_in(body)

    assert fields["address"] == ["substring-after(title, ' @ ')"]


@pytest.mark.parametrize("joint", [" at ", " @ "])
def test_a_title_whose_towns_are_many_is_parted_at_its_joint_alone(joint: str) -> None:
    body = feed(*(entry(n, joint=joint, town=f"; BEHIND BARN {n}") for n in range(12)))

    _, fields = found_in(body)

    assert fields["address"] == [f"substring-after(title, '{joint}')"]


def test_a_parameter_of_a_link_that_is_none_of_a_map_is_not_written_down() -> None:
    body = feed(*(entry(n).replace("?q=", "?quillfeather=") for n in range(12)))

    inferred, fields = found_in(body)

    assert "point" not in fields
    assert "quillfeather" not in repr(inferred)


def timed(n: int, element: str, attribute: str) -> str:
    events = {"CallEntryStarted": 1, "CallReceived": 0, "FirstUnitArrived": 5, "Closed": 9}
    times = "".join(
        f'<{element} {attribute}="{name}">{(at(n) + timedelta(minutes=m)).isoformat()}</{element}>'
        for name, m in events.items()
    )
    corner = f"<Crossing><Intersection>{STREETS[n % 3]}</Intersection>"
    corner += "<Intersection>MILL RD</Intersection></Crossing>"
    house = f"<House>{n}</House><StreetName>MAPLE</StreetName>"
    return (
        f"<Number>26-{4000 + n}</Number><Nature>{TYPES[n % 3]}</Nature><Times>{times}</Times>"
        f"<Where>{corner if n % 3 == 0 else house}</Where>"
    )


@pytest.mark.parametrize(
    ("element", "attribute"), [("Time", "event"), ("Timestamp", "type"), ("DateTime", "stage")]
)
def test_times_of_which_an_attribute_tells_what_was_then_are_told_apart(
    element: str, attribute: str
) -> None:
    calls = "".join(f"<Call>{timed(n, element, attribute)}</Call>" for n in range(12))

    _, fields = found_in(f"<Calls>{calls}</Calls>".encode())

    assert fields["opened_at"] == [f"Times/{element}[@{attribute}='CallReceived']"]
    assert fields["closed_at"] == [f"Times/{element}[@{attribute}='Closed']"]


def test_two_streets_in_two_elements_are_a_crossing_where_a_call_has_no_house() -> None:
    body = "".join(f"<Call>{timed(n, 'Time', 'event')}</Call>" for n in range(12))
    mark = {"Where/Crossing/Intersection": "STREET"}

    inferred, fields = found_in(f"<Calls>{body}</Calls>".encode(), mark)

    assert fields["address"][:2] == ["Where/House", "Where/StreetName"]
    records = etree.fromstring(f"<Calls>{body}</Calls>").findall("Call")
    read = [r.xpath(fields["address"][2]) for r in records]
    assert read == [f"{STREETS[n % 3]} / MILL RD" if n % 3 == 0 else "" for n in range(12)]
    assert "Where/Crossing/Intersection" in {each.path for each in inferred.private}


def test_the_column_that_says_the_address_more_often_is_taken_and_the_other_is_private() -> None:
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        house = each.pop("Address")
        corner = f"{STREETS[n % 3]} at Mill Rd"
        each["location"] = {
            "display": corner if n % 4 == 0 else house,
            "address": {"line1": None if n % 4 == 0 else house},
        }

    inferred, fields = found_in(dumped(calls), {"location.address.line1": "STREET"})

    assert fields["address"] == ["location.display"]
    assert "location.address.line1" in {each.path for each in inferred.private}
    calls[1]["location"]["display"] = "somewhere else"
    _, fields = found_in(dumped(calls), {"location.address.line1": "STREET"})
    assert fields["address"] == ["location.address.line1"]


def test_a_number_that_a_program_made_is_the_calls_only_where_there_is_no_other() -> None:
    calls = [call(n) for n in range(12)]
    for n, each in enumerate(calls):
        each["ref"] = {"cad": each.pop("CallNumber"), "case": None}
        each["id"] = f"{n:08x}-58cf-407b-a8db-41334ec5{n:04x}"

    _, fields = found_in(dumped(calls))
    assert fields["cfs_number"] == ["ref.cad"]

    for each in calls:
        del each["ref"]
    _, fields = found_in(dumped(calls))
    assert fields["cfs_number"] == ["id"]


def test_a_sample_that_came_as_the_text_of_a_mail_is_checked_as_a_mailbox_would_land_it(
    tmp_path: Path,
) -> None:
    said = (
        "Incident No: 26-004100\nNature: GAS LEAK\nLocation: 412 OAK ST\n"
        "Call Received: 06/09/2026 01:04:09 PM\nCaller: WANDA QUILLFEATHER\nComments: SMELLS GAS\n"
    )
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "cad@elm-bluff.example", "CAD page"
    mail["Message-ID"], mail["Date"] = "<1@elm-bluff.example>", "Tue, 09 Jun 2026 18:05:00 +0000"
    mail.set_content(said, cte="base64")

    report = made(tmp_path, mail.as_bytes(), timezone="America/Chicago")

    agency = load_agency(report.folder, dialects=schemas_folder())
    assert isinstance(agency.transport, Mailbox)
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    trial = dry_run(settings, agency, [("1.eml", mail.as_bytes())], now=NOW)
    assert (trial.records, trial.refused) == (1, {})
    uses = {each.path: each.use for each in trial.coverage}
    assert "quarantined" not in " ".join(trial.states)
    assert "Message-ID" not in uses
    assert uses["Location"] == "mapped"
