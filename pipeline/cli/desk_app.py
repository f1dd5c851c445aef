"""``blotter desk``: serves the desk until somebody stops it.

On the loopback by default; elsewhere only behind https, said by ``BLOTTER_DESK_URL``.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from pipeline.cli.surroundings import clock, settings_here
from pipeline.model import ConfigError, Refused, Role
from pipeline.usecases.settings import SAMPLES, Settings, with_files

if TYPE_CHECKING:
    from rich.console import Console
    from starlette.types import ASGIApp

    from pipeline.adapters.store import Store

__all__ = ["desk"]

_DEMO_PRESENT = datetime(2026, 3, 4, 4, 30, tzinfo=UTC)
"""A moment in the samples' days: at any later one all of them are too old to be told."""


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
    from pipeline.cli.show import out
    from pipeline.desk import build_app
    from pipeline.desk.oidc import read_oidc
    from pipeline.desk.state import Desk
    from pipeline.receiver import beside, build_receiver
    from pipeline.usecases.accounts import accounts_list, invite, refuse_demo
    from pipeline.usecases.resources import migrate, open_database, open_resources

    settings = _demo(settings_here()) if demo else settings_here()
    console = out()

    if demo:
        migrate(settings)
    public = urlsplit(settings.desk_url)
    if host not in ("127.0.0.1", "localhost", "::1") and public.scheme != "https":
        raise Refused("beyond this machine the desk is served by https; set BLOTTER_DESK_URL")
    with open_database(settings) as store:
        if demo:
            _print_demo(console, settings, store)
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


def _demo(settings: Settings) -> Settings:
    """Return the settings on the sample feeds and in their days, wherever this was started.

    Raises:
        ConfigError: other agencies are named, or this is no checkout and has no sample feeds.
    """
    named = bool(os.environ.get("BLOTTER_AGENCIES"))
    if (named and settings.agencies.resolve() != SAMPLES) or not SAMPLES.is_dir():
        raise ConfigError(
            "--demo is for the sample feeds of a checkout only: its passwords are printed",
            remedy="Unset BLOTTER_AGENCIES in a checkout, or leave --demo out and open the link",
        )
    present = settings.rehearsal or _DEMO_PRESENT
    return replace(settings, agencies=SAMPLES, rehearsal=present)


def _print_demo(console: Console, settings: Settings, store: Store) -> None:
    """Make the demo's accounts; say what its time is, and how its queue is filled."""
    from pipeline.adapters.store.candidates import pending_count
    from pipeline.cli.show import safe
    from pipeline.usecases.accounts import add_demo

    people = (
        ("Ida Okwu", Role.EDITOR, ""),
        ("Bo Thorsgaard", Role.EDITOR, ""),
        ("Sela Amaro", Role.SENIOR_EDITOR, ""),
        ("Cato Lindqvist", Role.COMPLIANCE, ""),
        ("Enno Vries", Role.ENGINEER, ""),
        ("Ada Moreau", Role.ADMIN, ""),
        ("Juno Park", Role.AGENCY, "juniper-falls-pd"),
    )
    console.print(
        f"For this desk it is {settings.rehearsal:%Y-%m-%d %H:%M}Z, a day of the samples."
    )
    with store.read() as tx:
        empty = not pending_count(tx)
    if empty:
        console.print("Its queue is empty. In another terminal, in this folder, fill it:")
        for line in (f"export BLOTTER_AGENCIES={SAMPLES}", "blotter pull", "blotter walk"):
            console.print(f"  {safe(line)}", soft_wrap=True)
    console.print("Accounts of the demo, new passwords each time:")
    for name, role, password in add_demo(store, people, now=clock()):
        console.print(f"  {safe(name):16} {role:14} {safe(password)}")
