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
from pipeline.usecases.types import Suggestion, as_json

__all__ = ["figures", "lines", "suggestions"]

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
    """Print proposals: a table with what each would move, lines to paste, or JSON."""
    if json:
        sys.stdout.buffer.write(orjson.dumps([as_json(each) for each in found]) + b"\n")
    elif write:
        sys.stdout.write(_snippet(found))
    elif not found:
        Console().print("No held record has an unmapped call type.")
    else:
        Console().print(_table(found))


def _snippet(found: Sequence[Suggestion]) -> str:
    """Return lines for call_types; only accepted ones are live, the rest are comments."""
    text = "call_types:\n"
    for each in found:
        pair = yaml.safe_dump({each.code: each.proposal.apco[0]}, width=1000).strip()
        others = " or ".join(each.proposal.apco[1:])
        note = "sensitive, " if each.proposal.sensitive else ""
        accepted = each.proposal.accepted
        text += f"  {pair}\n" if accepted else f"  # {pair}  # {note}decide: or {others}\n"
    return text


def _table(found: Sequence[Suggestion]) -> Table:
    table = Table("code", "held", "proposals", "sure", "would become", "reasons")
    for each in found:
        made = each.proposal
        moves = "\n".join(f"{m.apco}: {m.category} {m.tier}, {m.outcome}" for m in each.moves)
        verdict = "accepted" if made.accepted else "a person decides"
        table.add_row(
            safe(each.code),
            str(each.held),
            " ".join(made.apco),
            f"{made.confidence:.0%}, {verdict}",
            moves,
            safe("\n".join(made.reasons)),
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
