"""``blotter site``: builds and shows the public site, invented agencies if asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here, time_of

__all__ = ["site_app"]

site_app = typer.Typer(no_args_is_help=True, help="Build and look at the public site.")

Port = Annotated[int, typer.Option(min=0, max=65535, help="On loopback; 0 takes a free one.")]


@site_app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="A folder of its own, new or made by this.")],
    agencies: Annotated[int, typer.Option(min=1, max=3000, help="So many.")] = 405,
    json: Json = False,
) -> None:
    """Write a site of invented agencies and alerts, for looking at."""
    from pipeline.cli import show_site
    from pipeline.emulator.site import write_invented
    from pipeline.usecases.resources import site_of

    site = site_of(settings_here())
    now = clock().replace(second=0, microsecond=0)
    files = write_invented(folder, agencies, at=now, site=site)
    show_site.built(folder, files, 0, json=json)


@site_app.command()
def build(json: Json = False) -> None:
    """Write the whole site and every feed anew; `blotter publish` writes what changed."""
    from pipeline.cli import show_site
    from pipeline.usecases.publish import publish_due

    settings = settings_here()
    told = publish_due(settings, now=time_of(settings), force=True)
    show_site.built(settings.public, told.files_written, told.files_removed, json=json)


@site_app.command()
def serve(
    folder: Annotated[
        Path | None, typer.Argument(help="The public folder by default, or a demonstration.")
    ] = None,
    port: Port = 8000,
) -> None:
    """Serve the site to this machine, until Ctrl-C."""
    from pipeline.adapters.site_server import site_server
    from pipeline.cli import show_site

    server = site_server(folder or settings_here().public, port)
    show_site.serving(server.server_address[1])
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()
