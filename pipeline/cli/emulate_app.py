"""``blotter emulate``: invented agencies over real transports, until stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import clock, settings_here

__all__ = ["emulate"]


def emulate(
    out: Annotated[Path, typer.Option(help="Folder for the agencies; BLOTTER_AGENCIES elsewhere.")],
    agencies: Annotated[int, typer.Option(min=1, max=9_999, help="How many.")] = 21,
    rate: Annotated[float, typer.Option(min=0.01, help="New payloads a minute, each.")] = 2.0,
    seed: Annotated[str, typer.Option(help="The same seed, the same agencies.")] = "1",
    port: Annotated[int, typer.Option(help="Of the web server.")] = 8450,
    sftp_port: Annotated[int, typer.Option("--sftp-port", help="Of the SFTP server.")] = 8451,
    imap_port: Annotated[int, typer.Option("--imap-port", help="Of the mail server.")] = 8452,
    receiver: Annotated[
        str, typer.Option(help="Address of `blotter receive`; empty: nothing is pushed.")
    ] = "",
    seconds: Annotated[float | None, typer.Option(help="Stop by itself after so long.")] = None,
) -> None:
    """Serve invented agencies over every transport, from folders to mail, and push."""
    import asyncio
    import secrets
    from dataclasses import replace
    from datetime import timedelta

    from pipeline.cli.show import out as console
    from pipeline.emulator.live.plan import plan, write_folders
    from pipeline.emulator.live.run import emulate as run
    from pipeline.usecases.api_keys import new_key
    from pipeline.usecases.resources import migrate
    from pipeline.usecases.settings import SAMPLES

    planned = plan(agencies, seed)
    folder = out.absolute()
    keys: dict[str, str] = {}
    if receiver:
        settings = replace(settings_here(), agencies=folder)
        migrate(settings)
        urls = {one.agency_id: "http://127.0.0.1" for one in planned}
        write_folders(planned, SAMPLES, folder, urls=urls, sftp=(1, ""))
        for one in planned:
            if one.way == "push":
                keys[one.agency_id] = new_key(
                    settings,
                    one.agency_id,
                    now=clock(),
                    overlap=timedelta(0),
                    signed=False,
                    by="emulator",
                    randomness=secrets.token_bytes,
                ).token
    console().print(
        f"{agencies} agencies in {folder}, the truth in .truth.json there. Look at them with\n"
        f"  BLOTTER_AGENCIES={folder} BLOTTER_FETCH_ALLOW=127.0.0.0/8 \\\n"
        f"  SSL_CERT_FILE={folder}/.served/loopback.pem \\\n"
        "  AIRFLOW_CONN_EMULATOR=sftp://emulator:emulated-word@localhost blotter pull\n"
        "Ctrl-C stops it.",
        soft_wrap=True,
        markup=False,
    )
    asyncio.run(
        run(
            planned,
            samples=SAMPLES,
            out=folder,
            rate=rate,
            seed=seed,
            port=port,
            sftp_port=sftp_port,
            imap_port=imap_port,
            receiver=receiver,
            keys=keys,
            seconds=seconds,
        )
    )
