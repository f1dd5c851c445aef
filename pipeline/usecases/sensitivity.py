"""Judges records of a stream by their sensitivity, one answer a line; measures gold files.

In go lines of JSON, out come answers that quote no text. A line that cannot be read is answered as
sensitive: what nobody could judge is never told. Nothing is stored, fetched or logged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.classify import Verdict, verdict_on
from pipeline.classify.gold import GoldCase, Share, measured
from pipeline.model import Refused
from pipeline.usecases.json_lines import answered, read_row

__all__ = ["answers", "evaluated", "judged_text"]

_UNREADABLE = "unreadable"


def answers(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield exactly one line of JSON for each line, in order; its id is given back as it came."""
    for line in lines:
        row = read_row(line)
        verdict = _unjudged(row.fault) if row.fault else _verdict(row.fields)
        yield answered(
            row,
            {
                "sensitive": verdict.sensitive,
                "categories": verdict.categories,
                "reasons": verdict.reasons,
            },
        )


def judged_text(text: str, call_type: str = "") -> Verdict:
    """Return the verdict on one text typed by a person."""
    return verdict_on(call_type=call_type, narrative=text)


def evaluated(path: Path, half: str = "") -> tuple[Share, ...]:
    """Return the shares raised of a gold file, of one ``half`` of it when named.

    Raises:
        Refused: the file cannot be read, a line of it is no gold case, or none is of that half.
    """
    cases = [case for case in _gold(path) if not half or case.half == half]
    if not cases:
        raise Refused(f"{path} has no such case")
    return measured((case, _raised(case)) for case in cases)


def _verdict(row: Mapping[str, Any]) -> Verdict:
    texts: list[str] = []
    for name in ("call_type", "narrative"):
        value = row.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            return _unjudged(f"{name} is no text")
        texts.append((value or "").strip())
    call_type, narrative = texts
    if not call_type and not narrative:
        return _unjudged("neither call type nor narrative")
    return verdict_on(call_type=call_type, narrative=narrative)


def _unjudged(why: str) -> Verdict:
    return Verdict(categories=(_UNREADABLE,), reasons=(f"not judged: {why}",))


def _raised(case: GoldCase) -> bool:
    found = verdict_on(call_type=case.call_type or "", narrative=case.narrative or "")
    return found.sensitive


def _gold(path: Path) -> Iterator[GoldCase]:
    read: Callable[[bytes], GoldCase] = GoldCase.model_validate_json
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield read(line)
            except ValidationError:
                raise Refused(f"{path}, line {number}: not a gold case") from None
