"""Prints proposals, what they would move, and figures: as tables, YAML lines or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import yaml
from rich.console import Console
from rich.table import Table

from pipeline.classify.types.score import Rate, Score
from pipeline.cli.show import safe
from pipeline.usecases.types import MASKED, Suggestion, as_json

__all__ = ["figures", "lines", "suggestions"]

_ABOUT_MASKED = (
    "A masked code may be somebody's name, or one that came too seldom. Ask the agency for its"
    " codes, and name them with --codes."
)

_RATES = {
    "top1": "first is right",
    "top3": "one of three is right",
    "sensitive_recall": "sensitive ones caught",
    "false_alarms": "others called sensitive",
    "accepted": "accepted without people",
    "accepted_right": "of these right",
}


def lines(answers: Iterable[bytes]) -> None:
    """Write each answer at once, as it comes."""
    for answer in answers:
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


def suggestions(found: Sequence[Suggestion], *, write: bool, json: bool) -> None:
    """Print proposals: a list with what each would move, lines to paste, or JSON."""
    if json:
        sys.stdout.buffer.write(orjson.dumps([as_json(each) for each in found]) + b"\n")
    elif write:
        sys.stdout.write(_snippet(found))
    elif not found:
        Console().print("No held record has an unmapped call type.")
    else:
        console = Console()
        console.print(_table(found))
        if any(MASKED in each.code for each in found):
            console.print(_ABOUT_MASKED)


def _snippet(found: Sequence[Suggestion]) -> str:
    """Return lines for call_types; only accepted ones are live, the rest are comments.

    A code that is masked in part is no line: nothing would ever be called so.
    """
    text = "call_types:\n"
    for each in found:
        if MASKED in each.code:
            continue
        pair = yaml.safe_dump({each.code: each.proposal.apco[0]}, width=1000).strip()
        others = " or ".join(each.proposal.apco[1:])
        note = "sensitive, " if each.proposal.sensitive else ""
        accepted = each.proposal.accepted
        text += f"  {pair}\n" if accepted else f"  # {pair}  # {note}decide: or {others}\n"
    masked = sum(each.calls or each.held for each in found if MASKED in each.code)
    return text + (f"  # {masked} calls more, of codes that are masked here\n" if masked else "")


def _table(found: Sequence[Suggestion]) -> Table:
    """Return a row a code that can be read in eighty columns."""
    table = Table("code", "proposals, and why", show_lines=True)
    for each in found:
        made = each.proposal
        told = [f"“{each.text}”"] if each.text else []
        count = f"{each.held} held" + (f" of {each.calls} calls" if each.calls else "")
        verdict = "accepted" if made.accepted else "a person decides"
        moves = [f"{m.apco}: {m.category} {m.tier}, {m.outcome}" for m in each.moves]
        calls = [f"call: {line}" for line in each.examples]
        table.add_row(
            safe("\n".join((each.code, *told, count, f"{made.confidence:.0%}, {verdict}"))),
            safe("\n".join((*moves, *made.reasons, *calls))),
        )
    return table


def figures(result: Score, *, json: bool) -> None:
    """Print the figures of a judged list."""
    if json:
        values = {name: _rate(getattr(result, name)) for name in _RATES}
        missed = [each.text or each.code for each in result.missed]
        wrong = [
            {"code": each.code, "text": each.text, "right": each.apco, "proposed": made.apco}
            for each, made in result.wrong
        ]
        told = {**values, "missed": missed, "wrong": wrong}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
        return
    table = Table("", "count", "share", "95 %")
    for name, label in _RATES.items():
        rate: Rate = getattr(result, name)
        low, high = rate.interval
        table.add_row(
            label, f"{rate.hits} of {rate.cases}", f"{rate.share:.1%}", f"{low:.1%} to {high:.1%}"
        )
    console = Console()
    console.print(table)
    for each in result.missed:
        console.print(f"missed: {safe(each.code)} {safe(each.text)}", markup=False)


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {"hits": rate.hits, "cases": rate.cases, "share": rate.share, "low": low, "high": high}
