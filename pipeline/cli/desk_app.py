"""``blotter desk``: serves the desk until somebody stops it.

On the loopback by default; elsewhere only behind https, said by ``BLOTTER_DESK_URL``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from pipeline.cli.surroundings import clock, settings_here

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["desk"]


def desk(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8470,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the demo's accounts and print their passwords.")
    ] = False,
    receive: Annotated[
        bool, typer.Option("--receive", help="Take what agencies push as well, at /v1/agencies/.")
    ] = False,
) -> None:
    """Serve the desk, where editors decide, until Ctrl-C."""
    import uvicorn

    from pipeline.adapters.airflow_bell import tell_airflow
    from pipeline.cli.metrics_app import mount_metering
    from pipeline.cli.receive_app import receiver_of
    from pipeline.cli.show import out, safe
    from pipeline.desk import build_app
    from pipeline.desk.oidc import read_oidc
    from pipeline.desk.state import Desk
    from pipeline.model import Refused, Role
    from pipeline.receiver import beside, build_receiver
    from pipeline.usecases.accounts import accounts_list, add_demo, invite, refuse_demo
    from pipeline.usecases.resources import migrate, open_database, open_resources
    from pipeline.usecases.settings import SAMPLES, with_files

    settings = settings_here()
    console = out()

    if demo:
        if settings.agencies.resolve() != SAMPLES:
            raise Refused("--demo is for the sample feeds only: its passwords are printed")
        migrate(settings)
    public = urlsplit(settings.desk_url)
    if host not in ("127.0.0.1", "localhost", "::1") and public.scheme != "https":
        raise Refused("beyond this machine the desk is served by https; set BLOTTER_DESK_URL")
    with open_database(settings) as store:
        if demo:
            people = (
                ("Ida Okwu", Role.EDITOR, ""),
                ("Bo Thorsgaard", Role.EDITOR, ""),
                ("Sela Amaro", Role.SENIOR_EDITOR, ""),
                ("Cato Lindqvist", Role.COMPLIANCE, ""),
                ("Enno Vries", Role.ENGINEER, ""),
                ("Ada Moreau", Role.ADMIN, ""),
                ("Juno Park", Role.AGENCY, "juniper-falls"),
            )
            console.print("Accounts of the demo, new passwords each time:")
            for name, role, password in add_demo(store, people, now=clock()):
                console.print(f"  {safe(name):16} {role:14} {safe(password)}")
        else:
            refuse_demo(store)
            if not accounts_list(store):
                token = invite(
                    store,
                    name="",
                    role=Role.ADMIN,
                    agency_id="",
                    by="the machine",
                    now=clock(),
                )
                link = f"{settings.desk_url.rstrip('/')}/join/{token}"
                console.print(f"Nobody has an account yet. The first one, once: {link}")
        app = build_app(
            Desk(
                settings=settings,
                store=store,
                clock=clock,
                secure=public.scheme == "https",
                host=public.hostname or "",
                oidc=read_oidc(with_files(os.environ)),
                ring=lambda: tell_airflow(settings.home, os.environ),
            )
        )
        mount_metering(app, settings)
        console.print(f"The desk: http://{host}:{port}/   Ctrl-C stops it.")
        with ExitStack() as stack:
            served: ASGIApp = app
            if receive:
                resources = stack.enter_context(open_resources(settings, now=clock()))
                served = beside(app, build_receiver(receiver_of(settings, resources)))
                console.print(f"The receiver: http://{host}:{port}/v1/agencies/ID/payloads")
            uvicorn.run(
                served,
                host=host,
                port=port,
                log_level="warning",
                access_log=False,
                server_header=False,
            )
