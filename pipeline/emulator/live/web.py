"""Serves the planned agencies over HTTP in the shapes of real services, on the loopback.

In: a plan, a clock, pages a minute. Out: an ASGI application. JSON, XML and CSV at an address,
Socrata rows, ArcGIS ids and features, CKAN records: all of the same pages, spoilt by habit.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.emulator.live.plan import Planned
from pipeline.emulator.live.shows import Habit, shown

__all__ = ["emulated_web"]

_SLOW_SECONDS = 3.0

Clock = Callable[[], float]


class _Town:
    """All agencies by the last four letters of their data set, and by id."""

    def __init__(self, planned: Sequence[Planned], clock: Clock, *, rate: float, seed: str) -> None:
        self._by_id = {one.agency_id: one for one in planned}
        self._by_end = {one.agency_id[-3:]: one for one in planned}
        self._clock, self._rate, self._seed = clock, rate, seed

    async def page(self, name: str) -> bytes:
        """Return what the agency answers now; KeyError for an unknown one."""
        one = self._by_id.get(name) or self._by_end[name[-3:]]
        if one.habit is Habit.SLOW:
            await asyncio.sleep(_SLOW_SECONDS)
        pages = [body for _, body in one.pages]
        passed = one.since(self._clock(), self._rate)
        return shown(pages, passed, self._rate, one.habit, f"{self._seed}{one.agency_id}")


def emulated_web(planned: Sequence[Planned], clock: Clock, *, rate: float, seed: str) -> Starlette:
    """Return the application. ``clock`` gives seconds since the emulator began."""
    town = _Town(planned, clock, rate=rate, seed=seed)

    async def feed(request: Request) -> Response:
        return Response(await town.page(request.path_params["agency"]))

    async def socrata(request: Request) -> Response:
        body = await town.page(request.path_params["dataset"])
        asked = request.query_params
        return _paged(body, int(asked.get("$offset", 0)), int(asked.get("$limit", 1000)))

    async def ckan(request: Request) -> Response:
        body = await town.page(request.query_params["resource_id"])
        asked = request.query_params
        rows = _paged(body, int(asked["offset"]), int(asked["limit"])).body
        try:
            records = json.loads(bytes(rows))
        except (ValueError, RecursionError):
            return Response(bytes(rows))
        return _json({"success": True, "result": {"records": records}})

    async def arcgis(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        asked = {name: values[0] for name, values in form.items()}
        return _features(await town.page(request.path_params["agency"]), asked)

    return Starlette(
        routes=[
            Route("/{agency}/feed", feed),
            Route("/resource/{dataset}.json", socrata),
            Route("/api/3/action/datastore_search", ckan),
            Route("/{agency}/FeatureServer/0/query", arcgis, methods=["POST"]),
        ]
    )


def _json(content: object) -> Response:
    return Response(json.dumps(content), media_type="application/json")


def _paged(body: bytes, offset: int, limit: int) -> Response:
    """Return some rows of a list; what is no list (it was spoilt) as it is."""
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        return Response(body)
    return _json(rows[offset : offset + limit]) if isinstance(rows, list) else Response(body)


def _features(body: bytes, asked: Mapping[str, str]) -> Response:
    try:
        answer: dict[str, Any] = json.loads(body)
        features = answer["features"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return Response(body)
    if asked.get("returnIdsOnly") == "true":
        ids = [each["attributes"]["OBJECTID"] for each in features]
        return _json({"objectIdFieldName": "OBJECTID", "objectIds": ids})
    wanted = {int(each) for each in asked.get("objectIds", "").split(",") if each}
    chosen = [each for each in features if each["attributes"]["OBJECTID"] in wanted]
    return _json({**answer, "features": chosen})
