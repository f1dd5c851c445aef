"""``blotter metrics``: the figures of the line for Prometheus, printed or served.

On the loopback by default; elsewhere only with a token.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.surroundings import clock, settings_here

if TYPE_CHECKING:
    from fastapi import FastAPI

    from pipeline.usecases.settings import Settings

__all__ = ["metrics_app", "metrics_token", "mount_metering"]

metrics_app = typer.Typer(no_args_is_help=True, help="Figures of the line, for Prometheus.")

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def metrics_token() -> str:
    """Return the token that may read metrics; empty where none is set."""
    from pipeline.usecases.settings import with_files

    return with_files(os.environ).get("BLOTTER_METRICS_TOKEN", "").strip()


def mount_metering(app: FastAPI, settings: Settings) -> None:
    """Mount metrics and health under ``/metering`` of another application, where a token is set."""
    from pipeline.metering import build_metering

    token = metrics_token()
    if token:
        metering = build_metering(settings, clock=clock, seconds=time.monotonic, token=token)
        app.mount("/metering", metering)


@metrics_app.command("show")
def show() -> None:
    """Print the metrics once, in Prometheus's text format."""
    from pipeline.adapters.exposition import exposed
    from pipeline.usecases.figures import figures

    sys.stdout.write(exposed(figures(settings_here(), now=clock())).decode())


@metrics_app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8480,
) -> None:
    """Serve /metrics, /healthz and /readyz until Ctrl-C."""
    import uvicorn

    from pipeline.cli.show import out
    from pipeline.metering import build_metering
    from pipeline.model import Refused

    token = metrics_token()
    if host not in _LOOPBACK and not token:
        raise Refused("beyond this machine metrics need a token: set BLOTTER_METRICS_TOKEN_FILE")
    app = build_metering(
        settings_here(),
        clock=clock,
        seconds=time.monotonic,
        token=token,
    )
    out().print(f"Metrics: http://{host}:{port}/metrics   Ctrl-C stops it.")
    uvicorn.run(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False
    )
