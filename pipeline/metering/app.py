"""Builds the application that Prometheus and a supervisor ask: metrics, health, readiness.

``/metrics`` needs the bearer token where one is set; ``/healthz`` and ``/readyz`` tell one word.
The database is asked at most once in ``FRESH_SECONDS``, whoever asks how often. An answer never
holds a text of a feed, a path or an exception's message.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response

from pipeline.adapters.exposition import CONTENT_TYPE, exposed
from pipeline.model import BlotterError
from pipeline.usecases.figures import figures, readiness
from pipeline.usecases.settings import Settings

__all__ = ["FRESH_SECONDS", "build_metering"]

FRESH_SECONDS = 15.0
"""How long an answer counts as fresh."""


def build_metering(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    seconds: Callable[[], float],
    token: str = "",
) -> FastAPI:
    """Return the application; without ``token`` whoever reaches it may read.

    ``clock`` gives the present, ``seconds`` counts steadily.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, title="Blotter metering")
    page = _Page(lambda: exposed(figures(settings, now=clock())), seconds)

    # Plain functions: they run in threads, as the database makes them wait.
    @app.get("/metrics")
    def metrics(request: Request) -> Response:
        if token and not _shows(request, token):
            return Response(status_code=401, headers={"www-authenticate": "Bearer"})
        try:
            return Response(page.read(), media_type=CONTENT_TYPE)
        except BlotterError as error:
            return Response(type(error).__name__, status_code=503, media_type="text/plain")

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def ready() -> Response:
        why = readiness(settings)
        body = f'{{"status":"{"not-ready" if why else "ready"}"}}'
        return Response(body, status_code=503 if why else 200, media_type="application/json")

    return app


def _shows(request: Request, token: str) -> bool:
    shown = request.headers.get("authorization", "")
    return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())


class _Page:
    """Keeps the last answer for some seconds; one thread makes it while others wait."""

    def __init__(self, make: Callable[[], bytes], seconds: Callable[[], float]) -> None:
        self._make, self._seconds = make, seconds
        self._lock = threading.Lock()
        self._body, self._until = b"", float("-inf")

    def read(self) -> bytes:
        with self._lock:
            if self._seconds() >= self._until:
                self._body = self._make()
                self._until = self._seconds() + FRESH_SECONDS
            return self._body
