"""Socrata, ArcGIS, CKAN and Atom against small stand-ins that have their oddities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from looking import bodies, look_once, remembered, told
from loopback import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.adapters.transports import Credential, FetchFailed
from pipeline.agencies.transport import ArcGisLayer, AtomFeed, CkanTable, SocrataTable

RESOURCE = "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f"


def app(path: str, answer: object) -> Starlette:
    async def one(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        asked = dict(request.query_params) | {name: values[0] for name, values in form.items()}
        return answer(request, asked)  # type: ignore[operator,no-any-return]

    return Starlette(routes=[Route(path, one, methods=["GET", "POST"])])


def socrata(url: str, **more: object) -> SocrataTable:
    plain: dict[str, object] = {
        "dataset": "abcd-1234",
        "time_field": "changed",
        "window": timedelta(hours=24),
        "overlap": timedelta(hours=2),
        "page_size": 2,
        "where": "",
        "connection": "",
    }
    return SocrataTable(site=url, **{**plain, **more})  # type: ignore[arg-type]


def test_socrata_rows_come_in_pages_within_a_floating_window() -> None:
    asked: list[Mapping[str, str]] = []
    tokens: list[str | None] = []
    rows = [{"id": str(n), "changed": f"2026-03-04T1{n}:00:00.000"} for n in range(3)]
    rows.append({"id": "9", "changed": "2099-01-01T00:00:00.000"})
    rows.append({"id": "10"})

    def answer(request: Request, what: Mapping[str, str]) -> Response:
        asked.append(what)
        tokens.append(request.headers.get("x-app-token"))
        start = int(what["$offset"])
        return Response(json.dumps(rows[start : start + int(what["$limit"])]))

    with served(app("/resource/abcd-1234.json", answer)) as url:
        table = socrata(url, connection="c", where="agency = 'Police'")
        token = Credential(secret="the-token")
        first = look_once(table, credential=token)
        second = look_once(table, memory=remembered(first), credential=token)
    assert [len(json.loads(body)) for body in bodies(first)] == [2, 2, 1]
    # 18:00 UTC is noon in Chicago; a day before that, without any zone.
    assert asked[0]["$where"] == ("(changed >= '2026-03-03T12:00:00.000') AND (agency = 'Police')")
    assert asked[0]["$order"] == "changed,:id"
    # The row of 2099 does not move the window; the overlap is read again.
    assert asked[3]["$where"].startswith("(changed >= '2026-03-04T10:00:00.000')")
    assert set(tokens) == {"the-token"}
    assert bodies(second) == []
    assert told(second) == ["same-as-before"]


def test_a_socrata_error_inside_an_answer_is_told_and_not_landed() -> None:
    error = json.dumps({"error": True, "message": "No such column: changed"})
    served_app = app("/resource/abcd-1234.json", lambda *_: Response(error))
    with served(served_app) as url, pytest.raises(FetchFailed) as caught:
        look_once(socrata(url))
    assert caught.value.code.value == "service-error"
    assert "column" not in str(caught.value).partition("service-error")[2].partition(".")[0]


def test_a_broken_socrata_page_is_landed_and_the_window_stays() -> None:
    with served(app("/resource/abcd-1234.json", lambda *_: Response(b'[{"id": '))) as url:
        steps = look_once(socrata(url), memory={"latest": "2026-03-04T01:00:00.000"})
    assert bodies(steps) == [b'[{"id": ']
    assert "latest" not in remembered(steps) or remembered(steps)["latest"].startswith("2026-03-04")


class Layer:
    """A feature layer that cuts every answer of more than ``most`` features."""

    def __init__(self, ids: list[int] | None, most: int = 1_000) -> None:
        self.ids, self.most = ids, most
        self.asked: list[Mapping[str, str]] = []

    def __call__(self, _: Request, what: Mapping[str, str]) -> Response:
        self.asked.append(what)
        if what.get("returnIdsOnly") == "true":
            return Response(json.dumps({"objectIdFieldName": "OBJECTID", "objectIds": self.ids}))
        wanted = [int(each) for each in what.get("objectIds", "").split(",") if each]
        features = [{"attributes": {"OBJECTID": each}} for each in wanted[: self.most]]
        answer: dict[str, object] = {"features": features}
        if len(wanted) > self.most:
            answer["exceededTransferLimit"] = True
        return Response(json.dumps(answer))


def arcgis(url: str, **more: object) -> ArcGisLayer:
    plain: dict[str, object] = {
        "time_field": "",
        "window": timedelta(hours=6),
        "page_size": 10,
        "where": "1=1",
        "connection": "",
    }
    return ArcGisLayer(layer=f"{url}/FeatureServer/0", **{**plain, **more})  # type: ignore[arg-type]


def ids_in(steps: list[bytes]) -> list[int]:
    pages = [json.loads(body)["features"] for body in steps]
    return [each["attributes"]["OBJECTID"] for page in pages for each in page]


@pytest.mark.parametrize("most", [1_000, 4, 1])
def test_arcgis_features_come_by_id_whatever_the_server_cuts(most: int) -> None:
    layer = Layer([7, 3, *range(100, 121)], most)
    with served(app("/FeatureServer/0/query", layer)) as url:
        steps = look_once(arcgis(url, time_field="LastUpdated"), records="features")
    assert sorted(ids_in(bodies(steps))) == sorted([3, 7, *range(100, 121)])
    assert not any(b"exceededTransferLimit" in body for body in bodies(steps))
    assert layer.asked[0]["where"] == "(1=1) AND LastUpdated >= TIMESTAMP '2026-03-04 12:00:00'"


def test_an_empty_layer_is_an_empty_answer_not_nothing() -> None:
    with served(app("/FeatureServer/0/query", Layer(None))) as url:
        steps = look_once(arcgis(url), records="features")
    assert [json.loads(body) for body in bodies(steps)] == [{"features": []}]


def test_an_arcgis_error_inside_200_is_told_and_never_landed() -> None:
    error = json.dumps({"error": {"code": 498, "message": "Invalid token."}})
    with (
        served(app("/FeatureServer/0/query", lambda *_: Response(error))) as url,
        pytest.raises(FetchFailed) as caught,
    ):
        look_once(arcgis(url), records="features")
    assert caught.value.code.value == "service-error"


def ckan(url: str) -> CkanTable:
    return CkanTable(
        site=url, resource=RESOURCE, sort="_id desc", page_size=2, most=5, connection=""
    )


def test_ckan_rows_come_in_pages_up_to_the_most_that_are_wanted() -> None:
    rows = [{"_id": n} for n in range(9)]

    def answer(_: Request, what: Mapping[str, str]) -> Response:
        assert what["resource_id"] == RESOURCE
        start = int(what["offset"])
        found = rows[start : start + int(what["limit"])]
        return Response(json.dumps({"success": True, "result": {"records": found, "total": 9}}))

    with served(app("/api/3/action/datastore_search", answer)) as url:
        steps = look_once(ckan(url), records="result.records")
    pages = [json.loads(body)["result"]["records"] for body in bodies(steps)]
    assert [len(page) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(
    "body",
    [{"success": False, "error": {}}, {"success": True}, [], {"success": True, "result": {}}],
)
def test_a_ckan_answer_without_rows_is_told_and_not_landed(body: object) -> None:
    served_app = app("/api/3/action/datastore_search", lambda *_: Response(json.dumps(body)))
    with served(served_app) as url, pytest.raises(FetchFailed) as caught:
        look_once(ckan(url), records="result.records")
    assert caught.value.code.value == "service-error"


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://www.georss.org/georss">'
    '<link rel="next" href="/calls.atom?page={next}"/>'
    "<entry><id>{page}</id><g:point>43.02 -88.97</g:point></entry></feed>"
)


def atom(url: str, pages: int) -> AtomFeed:
    return AtomFeed(url=f"{url}/calls.atom", pages=pages, connection="")


@pytest.mark.parametrize(("pages", "landed"), [(1, 1), (3, 3)])
def test_atom_pages_are_followed_as_far_as_is_wanted(pages: int, landed: int) -> None:
    def answer(_: Request, what: Mapping[str, str]) -> Response:
        page = int(what.get("page", 0))
        return Response(ATOM.format(page=page, next=page + 1))

    with served(app("/calls.atom", answer)) as url:
        steps = look_once(atom(url, pages), kind="xml")
    assert len(set(bodies(steps))) == landed


@pytest.mark.parametrize("body", [b"<feed", b'<!DOCTYPE x [<!ENTITY e "v">]><feed>&e;</feed>', b""])
def test_a_broken_or_hostile_atom_feed_is_landed_whole_and_not_followed(body: bytes) -> None:
    with served(app("/calls.atom", lambda *_: Response(body))) as url:
        assert bodies(look_once(atom(url, 3), kind="xml")) == [body]


def test_an_atom_feed_that_links_to_itself_is_read_once() -> None:
    same = ATOM.replace("?page={next}", "").format(page=1)
    with served(app("/calls.atom", lambda *_: Response(same))) as url:
        assert len(bodies(look_once(atom(url, 50), kind="xml"))) == 1
