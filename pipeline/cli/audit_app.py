"""``blotter audit``: seals the log, proves what is in it, and checks it.

What is done is in ``usecases`` and ``pipeline.audit.verify``; this module reads options, prints,
and sets the exit status: 0 sound, 1 not sound, 2 when the question itself cannot be answered.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from pipeline.usecases.settings import Settings, load_settings

__all__ = ["audit_app"]

audit_app = typer.Typer(no_args_is_help=True, help="Seal the log, and prove what is in it.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]


def _settings() -> Settings:
    return load_settings(os.environ)


def _now() -> datetime:
    return datetime.now(UTC)


@audit_app.command("seal")
def seal(json: Json = False) -> None:
    """Put every new entry into the signed tree, and publish its checkpoint."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import seal_log

    show_audit.sealed(seal_log(_settings(), now=_now()), json=json)


@audit_app.command("rotate")
def rotate(
    overlap_days: Annotated[
        int, typer.Option(min=0, help="How long the old key signs beside the new one.")
    ] = 30,
    json: Json = False,
) -> None:
    """Sign with a new key from now on, and with the old one beside it for a while."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import rotate_key

    report = rotate_key(_settings(), now=_now(), overlap=timedelta(days=overlap_days))
    show_audit.sealed(report, json=json)


@audit_app.command("prune")
def prune(json: Json = False) -> None:
    """Remove partial tiles that full ones replaced; no proof needs them."""
    from pipeline.cli import show_audit
    from pipeline.usecases.seal import prune_log

    show_audit.pruned(prune_log(_settings()), json=json)
