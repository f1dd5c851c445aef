"""A room of the desk: routes that cannot be made without saying who may use them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from pipeline.desk.guard import guard
from pipeline.model import May

__all__ = ["Room"]

_Endpoint = Callable[..., Any]


class Room:
    """Routes with their rules. ``rules`` maps (method, path) to what must be allowed."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self._rules: dict[tuple[str, str], May] = {}

    @property
    def rules(self) -> Mapping[tuple[str, str], May]:
        """What each route asks for."""
        return self._rules

    def get(self, path: str, may: May) -> Callable[[_Endpoint], _Endpoint]:
        """Register a page; it changes nothing."""
        return self._add("GET", path, may)

    def post(self, path: str, may: May) -> Callable[[_Endpoint], _Endpoint]:
        """Register an action; it needs the session's own token."""
        return self._add("POST", path, may)

    def _add(self, method: str, path: str, may: May) -> Callable[[_Endpoint], _Endpoint]:
        def register(endpoint: _Endpoint) -> _Endpoint:
            self._rules[method, path] = may
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                dependencies=[Depends(guard(may, method))],
                response_class=HTMLResponse,
                response_model=None,
            )
            return endpoint

        return register
