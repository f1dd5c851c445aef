"""Runs a command line, and tells how it went wrong without a word of a record.

In: the commands. Out: their work, and the exit status. An error raised on purpose is one line on
standard error; of any other no more than type and place is told. It must never print a traceback.
The commands are ``app``'s.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

import typer

from pipeline.model import BlotterError

__all__ = ["run_command", "tell_unexpected"]


def run_command(app: typer.Typer) -> None:
    """Run the command line given; a ``BlotterError`` becomes one line and exit code 2."""
    # Typer's own call would put its traceback printer in the place of ``tell_unexpected``.
    command = typer.main.get_command(app)
    if "BLOTTER_LOG_FORMAT" in os.environ:
        from pipeline.adapters.json_logs import set_up_logs

        set_up_logs(os.environ, sys.stderr)
    if any(name.startswith("OTEL_") for name in os.environ):
        from pipeline.adapters.telemetry import configure

        configure(os.environ)
    try:
        command()
    except BlotterError as error:
        # What it takes to tell of an error is loaded for one.
        from rich.console import Console

        from pipeline.cli import show

        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold red]blotter:[/] {show.safe(str(error))}"
        )
        sys.exit(2)


def tell_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell an error nobody foresaw by type and place only: its text may quote a record."""
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{kind.__name__} at {place}"
    sys.stderr.write(f"blotter: {what}; what was done before is kept, running it again is safe\n")
