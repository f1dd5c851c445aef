"""Commands about call types: proposals for an agency or a pipe, figures on a list.

``suggest`` prints lines for a mapping, ``preview`` says what it would move, and only ``save``
writes an agency file; it must never do so without a preview's digest. What the proposals mean is
``pipeline.classify.types``; what a mapping moves, ``pipeline.usecases.mapping``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.surroundings import Json, clock, settings_here
from pipeline.model import Refused

__all__ = ["types_app"]

types_app = typer.Typer(no_args_is_help=True, help="Propose what an agency's call types mean.")


@types_app.command()
def suggest(
    agency: Annotated[
        str | None, typer.Argument(help="Agency's id or folder; its unmapped codes are judged.")
    ] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Judge lines {id, code, text} from standard input.")
    ] = False,
    codes: Annotated[
        Path | None,
        typer.Option("--codes", help="File of further codes, one a line; a tab and its meaning."),
    ] = None,
    looked: Annotated[
        int, typer.Option("--calls", min=0, help="Calls of each code to look at, redacted.")
    ] = 8,
    write: Annotated[
        bool, typer.Option("--write", help="Print lines for call_types; changes no file.")
    ] = False,
    json: Json = False,
) -> None:
    """Propose an APCO type for each unmapped code, with what mapping it would move."""
    from pipeline.cli import show_types
    from pipeline.usecases.types import judge_lines
    from pipeline.usecases.types import suggest as propose

    settings = settings_here()
    if jsonl == (agency is not None):
        raise Refused("give an AGENCY, or --jsonl for lines on standard input")
    if agency is None:
        show_types.lines(judge_lines(settings, iter(sys.stdin.buffer.readline, b"")))
        return
    found = propose(settings, agency, now=clock(), codes=_codes(codes), looked=looked)
    show_types.suggestions(found, write=write, json=json)


@types_app.command()
def preview(
    agency: Annotated[str, typer.Argument(help="Agency's id.")],
    mapping: Annotated[Path, typer.Argument(help="YAML of `code: APCO` lines.")],
    days: Annotated[int, typer.Option(help="How far to look back.")] = 90,
    editor: Annotated[
        str, typer.Option("--exact", help="Your name, to see small numbers and redacted examples.")
    ] = "",
    json: Json = False,
) -> None:
    """Say what a mapping would move of the last days' calls, and its digest; nothing is saved."""
    from pipeline.cli.show import walking
    from pipeline.cli.show_mapping import PROPERTIES, previewed
    from pipeline.usecases import mapping as use
    from pipeline.usecases.mapped import read_mapping

    settings, now = settings_here(), clock()
    wanted = read_mapping(mapping)
    with walking(json=json) as progress:
        found = use.preview(settings, agency, wanted, days=days, now=now, progress=progress)
    tables = {by: use.moved(settings, found, by, editor=editor) for by in PROPERTIES}
    previewed(found, tables, examples=found.examples if editor else (), json=json)


@types_app.command()
def save(
    agency: Annotated[str, typer.Argument(help="Agency's id.")],
    mapping: Annotated[Path, typer.Argument(help="The mapping that was previewed.")],
    digest: Annotated[str, typer.Option("--preview", help="The digest the preview printed.")],
    editor: Annotated[
        str, typer.Option("--editor", envvar="BLOTTER_EDITOR", help="Who answers for it.")
    ] = "",
    json: Json = False,
) -> None:
    """Write a previewed mapping into agency.yml; an audit entry names you and the preview."""
    from pipeline.cli.show_mapping import saved
    from pipeline.usecases import mapping as use
    from pipeline.usecases.mapped import read_mapping

    settings, now = settings_here(), clock()
    wanted = read_mapping(mapping)
    made = use.save(settings, agency, wanted, digest=digest, editor=editor, now=now)
    saved(made, json=json)


@types_app.command(name="eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="CSV: agency, code, text, apco, sensitive.")],
    json: Json = False,
) -> None:
    """Measure the proposals on call types people mapped; exit 1 when a sensitive one slips."""
    from pipeline.cli import show_types
    from pipeline.usecases.types import evaluate as measure

    result = measure(settings_here(), file)
    show_types.figures(result, json=json)
    if result.missed:
        raise typer.Exit(1)


def _codes(path: Path | None) -> dict[str, str]:
    """Return codes with what the file says they mean, if it does."""
    if path is None:
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused("cannot read the file of codes") from None
    pairs = (line.partition("\t") for line in lines if line.strip())
    return {code.strip(): text.strip() for code, _, text in pairs if code.strip()}
