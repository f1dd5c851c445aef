"""Each dialect's renderer writes the quirks that its readers must survive."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter

import pytest
from lxml import etree

from pipeline.emulator.casts import load_cast
from pipeline.emulator.markup import element, group, leaf, tree
from pipeline.emulator.samples import good_payloads

TYLER = "{http://www.newworldsystems.com/Aegis/CAD/Peripheral/CallExport/2011/02}"


@pytest.fixture(scope="module")
def tyler() -> dict[str, bytes]:
    return good_payloads(load_cast("juniper-falls-pd"))


def test_markup_escapes_text_and_leaves_empty_elements_out_or_nil() -> None:
    assert leaf("a", "R & <B>") == "<a>R &amp; &lt;B&gt;</a>"
    assert leaf("a", "") == ""
    assert element("a", "") == '<a i:nil="true"/>'
    assert tree("a", ["", ""]) == ""
    assert group("a", []) == '<a i:nil="true"/>'


def test_tyler_files_are_named_by_daily_number_and_time(tyler: dict[str, bytes]) -> None:
    assert all(re.fullmatch(r"1\d\d_2026030\d{9}\.xml", name) for name in tyler)


def test_tyler_call_numbers_repeat_on_another_day_and_call_ids_do_not(
    tyler: dict[str, bytes],
) -> None:
    roots = [etree.fromstring(body) for body in tyler.values()]
    ids_of: dict[str, set[str]] = {}
    for root in roots:
        number, call = root.findtext(f"{TYLER}CallNumber"), root.findtext(f"{TYLER}CallId")
        ids_of.setdefault(number, set()).add(call)

    assert max(len(ids) for ids in ids_of.values()) == 3


def test_tyler_writes_three_styles_of_time_and_alphabetical_elements(
    tyler: dict[str, bytes],
) -> None:
    roots = [etree.fromstring(body) for body in tyler.values()]
    times = [root.findtext(f"{TYLER}CreateDateTime") for root in roots]
    styles = {re.sub(r"\d", "0", text) for text in times}
    assert styles == {"0000-00-00T00:00:00", "0000-00-00 00:00:00Z", "0000-00-00T00:00:00Z"}
    for root in roots:
        names = [child.tag for child in root]
        assert names == sorted(names)


def test_tyler_has_calls_with_police_and_fire_contexts(tyler: dict[str, bytes]) -> None:
    contexts = [
        etree.fromstring(body).findall(f".//{TYLER}AgencyContext") for body in tyler.values()
    ]
    assert {len(found) for found in contexts} == {1, 2}


def test_one_niem_push_holds_several_calls() -> None:
    bodies = good_payloads(load_cast("cedar-hollow-fire")).values()
    counts = [body.count(b"<sc:ServiceCall>") for body in bodies]

    assert min(counts) >= 1
    assert max(counts) >= 2


def test_socrata_pages_repeat_rows_changed_and_unchanged() -> None:
    bodies = good_payloads(load_cast("port-amity-pd")).values()
    rows = [row for body in bodies for row in json.loads(body)]
    shown = Counter(row["cad_number"] for row in rows)
    different = Counter({json.dumps(row): row["cad_number"] for row in rows}.values())

    assert max(shown.values()) >= 2
    assert any(shown[number] > different[number] for number in shown)
    assert any(different[number] > 1 for number in shown)
    assert not [row for row in rows if None in row.values()]


def test_arcgis_writes_milliseconds_and_some_features_without_geometry() -> None:
    bodies = good_payloads(load_cast("larkspur-county-fire")).values()
    features = [feature for body in bodies for feature in json.loads(body)["features"]]

    assert all(f["attributes"]["CallReceivedTime"] > 1_772_000_000_000 for f in features)
    assert {f["geometry"] is None for f in features} == {True, False}


def test_the_towns_csv_is_windows_1252_with_quoted_commas_and_one_row_too_wide() -> None:
    bodies = good_payloads(load_cast("millbrook-pd")).values()
    tables = [list(csv.reader(io.StringIO(body.decode("cp1252")))) for body in bodies]
    wide = [row for table in tables for row in table if len(row) != len(table[0])]

    assert wide
    assert all("Kayak" in "".join(row) for row in wide)
    assert any("," in cell for table in tables for row in table[1:] for cell in row)
    with pytest.raises(UnicodeDecodeError):
        b"".join(bodies).decode()


def test_units_of_a_call_stand_on_rows_next_to_each_other() -> None:
    bodies = good_payloads(load_cast("san-tomas-ems")).values()
    for body in bodies:
        numbers = [row["CallNumber"] for row in csv.DictReader(io.StringIO(body.decode()))]
        starts = [n for n, before in zip(numbers, [None, *numbers], strict=False) if n != before]
        assert len(starts) == len(set(starts))
    assert any(body.count(b"\r\n") - 1 > len(set(re.findall(rb"ST26\d+", body))) for body in bodies)


def test_the_patrol_quotes_every_value_and_writes_no_point_as_zeros() -> None:
    bodies = good_payloads(load_cast("redwood-highway-patrol")).values()
    texts = [
        e.text for b in bodies for e in etree.fromstring(b).iter() if e.text and e.text.strip()
    ]

    assert all(text.startswith('"') and text.endswith('"') for text in texts)
    assert '"0:0"' in texts
    assert any(re.fullmatch(r'"\d{8}:\d{9}"', text) for text in texts)
    assert any(text.startswith('"Mar  3 2026') for text in texts)
    assert any(text.startswith('"3/2/2026') for text in texts)
