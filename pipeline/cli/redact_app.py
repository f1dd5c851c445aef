"""``blotter redact``: redacts texts for people and pipes, and judges how well it does.

Needs no database, keys or settings, opens no connection and writes no file but a report that was
asked for. What is done is in ``usecases``; this module only reads, writes and sets the exit status.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from pipeline.cli.surroundings import Json

__all__ = ["redact_alone", "redact_app"]

Share = Annotated[float | None, typer.Option(min=0.0, max=1.0)]
Own = Annotated[
    Path | None,
    typer.Option(
        envvar="BLOTTER_RECOGNIZERS", help="A file of your own recognizers, in Presidio's YAML."
    ),
]


class _TextGroup(TyperGroup):
    """Takes ``blotter redact ...`` for ``blotter redact text ...`` unless a command is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["text", *args])


redact_app = typer.Typer(
    cls=_TextGroup, help="Take what is private out of texts; `text` may be left out."
)
redact_alone = typer.Typer(name="blotter", no_args_is_help=True)
"""The command line with this one command, for a start without all the others."""
redact_alone.add_typer(redact_app, name="redact")


@redact_app.command("text")
def text(
    given: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="A text; standard input if left out.")
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Every line of the input is a text of its own.")
    ] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Lines of JSON in, one line of JSON out for each.")
    ] = False,
    recognizers: Own = None,
) -> None:
    """Redact a text, or every line of a stream, as it comes.

    With --jsonl a line is {"id", "text", "known": {"caller_name", "caller_phone", "caller_address",
    "incident_address"}} and its answer {"id", "redacted", "findings", "held"}. Exit status: 0 when
    every line was read, held ones among them; 1 when a line could not be read. Without --jsonl it
    is 1 when a text is held; [HELD] stands in its place.
    """
    from pipeline.usecases.redact_texts import Redactor

    if jsonl and (lines or given is not None):
        raise typer.BadParameter("--jsonl reads standard input, and goes with nothing else")
    if jsonl:
        raise typer.Exit(_jsonl(Redactor(recognizers)))
    source = (
        sys.stdin.buffer if given is None else io.BytesIO(given.encode("utf-8", "surrogateescape"))
    )
    raise typer.Exit(_texts(Redactor(recognizers), source, by_line=lines))


@redact_app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Lines of narratives with their private spans.")],
    split: Annotated[str | None, typer.Option(help="Only this split, such as `held-out`.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report to this file, too.")] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="List what stayed readable, by id and offsets.")
    ] = False,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Print missed text; for invented narratives only.")
    ] = False,
    min_recall: Share = None,
    min_recall_lower: Share = None,
    min_leak_free: Share = None,
    min_leak_free_lower: Share = None,
    max_over_masking: Share = None,
    max_over_masking_with_held: Share = None,
    max_held: Share = None,
    recognizers: Own = None,
    json: Json = False,
) -> None:
    """Judge the redaction on narratives whose private spans are known; exit 1 below a bar.

    The bars are shares from 0 to 1; `lower` is the lower end of the 95 % interval.
    """
    from pipeline.cli import show_evaluation
    from pipeline.evaluation.gates import Gates, missed
    from pipeline.evaluation.gold import read_gold
    from pipeline.usecases.evaluate import evaluate as judge

    narratives = read_gold(gold, split=split)
    found, version = judge(narratives, recognizers=recognizers)
    gates = Gates(
        min_recall=min_recall,
        min_recall_lower=min_recall_lower,
        min_leak_free=min_leak_free,
        min_leak_free_lower=min_leak_free_lower,
        max_over_masking=max_over_masking,
        max_over_masking_with_held=max_over_masking_with_held,
        max_held=max_held,
    )
    failed = missed(found, gates)
    show_evaluation.evaluation(found, failed, json=json)
    if misses and not json:
        show_evaluation.misses(found)
    if show_text and not json:
        show_evaluation.miss_texts(found, narratives)
    if html is not None:
        title = f"Redaction judged on {gold.name}" + (f", {split}" if split else "")
        show_evaluation.write_page(found, html, title=title, version=version)
    if failed:
        raise typer.Exit(1)


def _jsonl(redactor: Any) -> int:
    from pipeline.usecases.redact_lines import answers

    unread = 0
    with _reader_may_leave():
        for told in answers(cast("io.BufferedReader", sys.stdin.buffer), redactor):
            unread += told.unread
            sys.stdout.buffer.write(told.body)
            sys.stdout.buffer.flush()
    return 1 if unread else 0


def _texts(redactor: Any, source: Any, *, by_line: bool) -> int:
    from pipeline.usecases.redact_lines import lines

    held = 0
    chunks = lines(source) if by_line else iter([[source.read()]])
    with _reader_may_leave():
        for chunk in chunks:
            for result in redactor.redact_many([_decoded(line) for line in chunk]):
                held += _told(result)
            sys.stdout.flush()
    return 1 if held else 0


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """End quietly when whoever reads our output (``head``) has gone."""
    try:
        yield
    except BrokenPipeError:
        # The interpreter flushes standard output once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def _decoded(line: bytes | None) -> str:
    # A line too long is answered like any text too long: it is held.
    return "\ud800" if line is None else line.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _told(result: Any) -> bool:
    from pipeline.model import Held
    from pipeline.usecases.redact_lines import held_words

    if isinstance(result, Held):
        sys.stdout.write("[HELD]\n")
        sys.stderr.write(f"blotter: held, {held_words(result)}\n")
        return True
    sys.stdout.write(f"{result.text}\n")
    return False
