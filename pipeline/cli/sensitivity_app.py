"""Commands that judge how sensitive texts are: a stream, one text, or a gold file.

They write no file and use no network. Answers name categories and reasons, never words of a text.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json

__all__ = ["sensitivity_app"]

sensitivity_app = typer.Typer(
    help="Judge which texts are too sensitive to be told.", invoke_without_command=True
)


@sensitivity_app.callback()
def sensitivity(
    context: typer.Context,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="One JSON object a line with id, call_type, narrative."),
    ] = False,
    text: Annotated[
        str | None, typer.Option("--text", help="Judge this; else standard input, whole.")
    ] = None,
    call_type: Annotated[str, typer.Option("--call-type", help="Its call type.")] = "",
) -> None:
    """Judge standard input: each line with --jsonl, else all of it as one text."""
    from pipeline.cli import show_sensitivity
    from pipeline.usecases.sensitivity import answers, judged_text

    if context.invoked_subcommand is not None:
        return
    if jsonl:
        for answer in answers(iter(sys.stdin.buffer.readline, b"")):
            sys.stdout.buffer.write(answer)
            sys.stdout.buffer.flush()
        return
    given = sys.stdin.buffer.read().decode("utf-8", "replace") if text is None else text
    show_sensitivity.verdict(judged_text(given, call_type))


@sensitivity_app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Lines as in tests/classify/gold.")],
    half: Annotated[str, typer.Option(help="Only this half: development or held-out.")] = "",
    json: Json = False,
) -> None:
    """Tell recall by category and false alarms, with 95 % intervals."""
    from pipeline.cli import show_sensitivity
    from pipeline.usecases.sensitivity import evaluated

    show_sensitivity.shares(evaluated(gold, half), json=json)
