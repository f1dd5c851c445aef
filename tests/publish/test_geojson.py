from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest

from pipeline.model import Area, PublicFacts

SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "public" / "alerts.schema.json"


@pytest.fixture(scope="module")
def check():
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).validate


def test_geojson_meets_its_schema(render, make_alert, make_retraction, square, check):
    moved = tuple((x + 1, y) for x, y in square)
    shapes = [((square,),), ((square,), (moved,)), ()]
    alerts = [
        make_alert(f"a{n}", area=Area(area_id="n", name="N", polygons=polygons))
        for n, polygons in enumerate(shapes)
    ]
    body = json.loads(
        render(alerts, [make_retraction(make_alert("r"))], only="geojson").popitem()[1]
    )
    check(body)
    assert len(body["features"]) == len(shapes)
    assert [
        feature["geometry"] and feature["geometry"]["type"] for feature in body["features"]
    ] == [
        "Polygon",
        "MultiPolygon",
        None,
    ]


def test_geojson_meets_its_schema_when_nothing_is_public(render, check):
    body = json.loads(render(only="geojson")["alerts.geojson"])
    check(body)
    assert body["features"] == body["retracted"] == []


def test_geojson_schema_refuses_a_property_that_is_not_on_the_list(render, make_alert, check):
    body = json.loads(render([make_alert()], only="geojson")["alerts.geojson"])
    body["features"][0]["properties"]["cfs_number"] = "26-001"
    with pytest.raises(jsonschema.ValidationError):
        check(body)


def test_geojson_says_each_allowed_fact_and_nothing_else(render, make_alert):
    body = json.loads(render([make_alert(version=2)], only="geojson")["alerts.geojson"])
    assert body["features"][0]["properties"] == {
        "id": "q7Jx2",
        "version": 2,
        "category": "structure-fire",
        "label": "Structure fire",
        "headline": "Reported: Structure fire in Northside",
        "text": "Crews were sent.\nMore will follow.",
        "area": "Northside",
        "earliest": "2026-03-03T20:00:00Z",
        "latest": "2026-03-03T20:30:00Z",
        "sent": "2026-03-03T20:59:00Z",
        "updated": "2026-03-03T21:00:00Z",
        "expires": "2026-03-05T21:00:00Z",
        "agency": "Juniper Falls Fire Department",
    }
    assert {field.name for field in fields(PublicFacts)} <= {*body["features"][0]["properties"]}
    assert "crs" not in body


def test_geojson_puts_longitude_first(render, make_alert):
    body = json.loads(render([make_alert()], only="geojson")["alerts.geojson"])
    assert body["features"][0]["geometry"]["coordinates"][0][0] == [-88.0, 43.0]


def test_geojson_names_a_retracted_alert_by_id_and_moment_only(render, make_alert, make_retraction):
    alert = make_alert()
    body = json.loads(render([], [make_retraction(alert)], only="geojson")["alerts.geojson"])
    assert body["features"] == []
    assert body["retracted"] == [{"id": "q7Jx2", "sent": "2026-03-03T21:05:00Z"}]
