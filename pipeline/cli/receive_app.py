"""``blotter receive``: takes what agencies push until somebody stops it.

On the loopback by default; elsewhere only with TLS of its own or behind a trusted proxy.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.surroundings import clock, settings_here

if TYPE_CHECKING:
    from pipeline.receiver import Receiver
    from pipeline.usecases.resources import Resources
    from pipeline.usecases.settings import Settings

__all__ = ["receive", "receiver_of"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def receiver_of(settings: Settings, resources: Resources) -> Receiver:
    """Return what a receiver of this machine holds."""
    from pipeline.adapters.airflow_bell import tell_airflow
    from pipeline.receiver import Receiver
    from pipeline.receiver.bell import Bell

    return Receiver(
        settings=settings,
        resources=resources,
        clock=clock,
        seconds=time.monotonic,
        bell=Bell(lambda: tell_airflow(settings.home, os.environ)),
    )


def receive(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8460,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate chain, PEM.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its key, PEM.")] = None,
) -> None:
    """Take payloads that agencies push, until Ctrl-C."""
    import uvicorn

    from pipeline.cli.metrics_app import mount_metering
    from pipeline.cli.show import out
    from pipeline.model import Refused
    from pipeline.receiver import build_receiver
    from pipeline.usecases.resources import open_resources

    settings = settings_here()
    if (tls_cert is None) != (tls_key is None):
        raise Refused("give both --tls-cert and --tls-key, or neither")
    if host not in _LOOPBACK and tls_cert is None and not settings.trusted_proxies:
        raise Refused(
            "beyond this machine keys travel by https: give --tls-cert and --tls-key, or name your "
            "proxy in BLOTTER_TRUSTED_PROXIES"
        )
    with open_resources(settings, now=clock()) as resources:
        scheme = "http" if tls_cert is None else "https"
        out().print(
            f"The receiver: {scheme}://{host}:{port}/v1/agencies/ID/payloads  Ctrl-C stops it."
        )
        app = build_receiver(receiver_of(settings, resources))
        mount_metering(app, settings)
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=128,
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=32_768,
            ssl_certfile=str(tls_cert) if tls_cert else None,
            ssl_keyfile=str(tls_key) if tls_key else None,
        )
