"""Codes whose meaning an answer says itself, and coordinates in other forms."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from pipeline.agencies.agency import CanonicalField, PointForm
from pipeline.onboarding import infer, read_sample
from pipeline.onboarding.choice import Choice
from pipeline.onboarding.domains import with_names
from pipeline.usecases.onboard import Request, onboard
from pipeline.usecases.settings import load_settings

ZONE = ZoneInfo("America/Chicago")
KINDS = {12: "Gas Leak", 20: "Burglary", 31: "Wires Down"}
STATES = {"O": "Open", "F": "Closed", "V": "Cancelled"}


def domain(names: dict[Any, str]) -> dict[str, Any]:
    return {"type": "codedValue", "codedValues": [{"name": n, "code": c} for c, n in names.items()]}


def answer(kinds: dict[Any, str], **more: Any) -> str:
    features = [
        {
            "attributes": {
                "OBJECTID": 880 + n,
                "INC_NUM": f"26-{7000 + n}",
                "INC_TYPE": list(kinds)[n % len(kinds)],
                "INC_STATUS": "OFV"[n % 3],
                "RECEIVED_DT": 1781031900000 + 60000 * n,
                "LOC": f"{n}00 LARCH ST",
                "created_user": "FEEDSYNC",
            },
            "geometry": {"x": -9823945.06 + n, "y": 5543147.2 + n} if n else {"x": "NaN", "y": 0},
        }
        for n in range(9)
    ]
    fields = [
        {"name": "INC_TYPE", "domain": domain(kinds)},
        {"name": "INC_STATUS", "domain": domain(STATES)},
        {"name": "LOC", "domain": None},
    ]
    return json.dumps({"fields": fields, "features": features} | more)


def choices(body: str) -> dict[CanonicalField, Choice]:
    found = infer(read_sample(body.encode()), ZONE, {}, lambda text: float(text in KINDS.values()))
    return {each.field: each for each in found.fields}


def test_codes_are_known_by_what_the_answer_says_they_stand_for() -> None:
    found = choices(answer(KINDS))

    assert found[CanonicalField.CALL_TYPE].paths == ("attributes.INC_TYPE",)
    assert found[CanonicalField.CLOSED].true_values == ("F",)
    assert found[CanonicalField.CANCELLED].true_values == ("V",)


def test_metres_are_taken_for_a_point_and_told() -> None:
    body = answer(KINDS)
    found = choices(body)

    point = found[CanonicalField.POINT]
    assert point.paths == ("geometry.x", "geometry.y")
    assert point.form is PointForm.WEB_MERCATOR
    doubts = infer(read_sample(body.encode()), ZONE, {}, lambda _: 0.0).doubts
    assert any(each.startswith("point: taken for metres") for each in doubts)


def test_feet_of_a_state_plane_are_no_point() -> None:
    body = answer(KINDS).replace("-982", "312").replace("NaN", "3120000.5")

    assert CanonicalField.POINT not in choices(body)


def test_types_are_proposed_by_their_names_and_mapped_by_their_codes(tmp_path: Path) -> None:
    hostile = {**KINDS, 44: "Theft\nagreement: {signed: 2026-01-01}", 45: "x" * 400}
    (tmp_path / "sample").write_text(answer(hostile))
    settings = load_settings({"BLOTTER_HOME": str(tmp_path / "home")})
    request = Request(
        agency_id="elm-bluff-pd", samples=(tmp_path / "sample",), timezone=ZONE.key, into=tmp_path
    )

    report = onboard(settings, request, now=datetime(2026, 6, 10, tzinfo=UTC))

    text = (report.folder / "agency.yml").read_text()
    written = yaml.safe_load(text)
    assert written["agreement"]["signed"] is None  # what a name says is a comment, on its line
    assert written["call_types"] == {12: "GASLEAK", 20: "BURGLARY"}
    assert "# Gas Leak: " in text
    assert "x" * 80 not in text
    assert report.trial.states["withheld cancelled"] == 1  # the others wait for their type


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"fields": 3},
        {"fields": [None, {"name": 4, "domain": {"codedValues": []}}]},
        {"fields": [{"name": "a", "domain": {"codedValues": [None, {"code": True, "name": "x"}]}}]},
        {"fields": [{"name": "a", "domain": {"codedValues": [{"code": {}, "name": "x"}]}}]},
    ],
)
def test_what_is_no_domain_names_nothing(document: Any) -> None:
    columns = read_sample(b'[{"a": 1}, {"a": 2}]').columns

    assert [each.names for each in with_names(columns, document)] == [{}]


def test_degrees_with_a_decimal_comma_and_zeros_are_a_point() -> None:
    rows = [
        f"26-{n};2026-06-09 10:0{n};GAS LEAK;{n}00 LARCH ST;{'44,5000' if n else '0'}{n or ''};"
        f"{'-88,2500' if n else '0'}{n or ''}"
        for n in range(6)
    ]

    found = choices("\n".join(("Call No;Received;Nature;Address;Lat;Long", *rows)))

    assert found[CanonicalField.LATITUDE].paths == ("Lat",)
    assert found[CanonicalField.LONGITUDE].paths == ("Long",)


def test_a_pair_of_zeros_makes_no_other_pair_unread() -> None:
    calls = [
        {
            "call_no": f"26-{n}",
            "received": f"2026-06-09T10:0{n}:00",
            "nature": "GAS LEAK",
            "point": "0 0" if n % 2 else f"44.50{n} -88.25{n}",
        }
        for n in range(8)
    ]

    assert choices(json.dumps(calls))[CanonicalField.POINT].form is PointForm.LAT_LON_TEXT
