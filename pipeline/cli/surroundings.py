"""What many commands share: options, and the settings and the time they run in.

The one place where a command asks the environment or the clock; it decides nothing.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.usecases.settings import Settings, load_settings, present

__all__ = ["Json", "Person", "clock", "settings_here", "time_of"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
Person = Annotated[
    str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who this is; a person's name.")
]


def settings_here() -> Settings:
    """Return the settings of this process's environment.

    Raises:
        ConfigError: a setting is not as it has to be.
    """
    return load_settings(os.environ)


def clock() -> datetime:
    """Return the time it is, in UTC."""
    return datetime.now(UTC)


def time_of(settings: Settings) -> datetime:
    """Return the time an installation lives in: the demo's stands still where it is set."""
    return present(settings, clock())
