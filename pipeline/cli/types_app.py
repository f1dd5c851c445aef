"""Commands about call types: proposals for an agency or a pipe, figures on a list.

No command writes an agency file: ``suggest`` prints lines a person pastes. What the proposals mean
is ``pipeline.classify.types``; what a mapping would move, ``pipeline.usecases.types``.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.model import Refused
from pipeline.usecases.settings import load_settings

__all__ = ["types_app"]

types_app = typer.Typer(no_args_is_help=True, help="Propose what an agency's call types mean.")


@types_app.command()
def suggest(
    agency: Annotated[
        str | None, typer.Argument(help="Agency's id or folder; its held codes are judged.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Judge lines {id, code, text} from standard input.")
    ] = False,
    codes: Annotated[
        Path | None, typer.Option("--codes", help="File of further codes, one a line.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Print lines for call_types; changes no file.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Propose an APCO type for each unmapped code, with what mapping it would move."""
    from pipeline.cli import show_types
    from pipeline.usecases.types import judge_lines
    from pipeline.usecases.types import suggest as propose

    settings = load_settings(os.environ)
    if jsonl == (agency is not None):
        raise Refused("give an AGENCY, or --jsonl for lines on standard input")
    if agency is None:
        show_types.lines(judge_lines(settings, sys.stdin.buffer))
        return
    further = _codes(codes)
    found = propose(settings, agency, now=datetime.now(UTC), codes=further)
    show_types.suggestions(found, write=write, json=json)


@types_app.command(name="eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="CSV: agency, code, text, apco, sensitive.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False,
) -> None:
    """Measure the proposals on call types people mapped; exit 1 when a sensitive one slips."""
    from pipeline.cli import show_types
    from pipeline.usecases.types import evaluate as measure

    result = measure(load_settings(os.environ), file)
    show_types.figures(result, json=json)
    if result.missed:
        raise typer.Exit(1)


def _codes(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused("cannot read the file of codes") from None
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))
