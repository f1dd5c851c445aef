"""Measures proposals on call types people mapped: accuracy, recall, false alarms.

In go judged call types and a proposer, out come counts with 95 % intervals. A call type is one
case however often it is called. ``sensitive`` in a judged row says what must be caught, by the tier
of its type or by what its words give away.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.classify.apco import apco_codes
from pipeline.classify.types.votes import Proposal
from pipeline.model import ConfigError

__all__ = ["Judged", "Rate", "Score", "read_judged", "score"]

_Z = 1.959964  # two-sided 95 %
_COLUMNS = ["agency", "code", "text", "apco", "sensitive"]
_HEAD = f"The first line is {','.join(_COLUMNS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One call type as a careful person maps it; the first of ``apco`` or any of them is right."""

    agency: str
    code: str
    text: str
    apco: tuple[str, ...]
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``hits`` of ``cases``, with Wilson's 95 % interval."""

    hits: int
    cases: int

    @property
    def share(self) -> float:
        return self.hits / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.cases:
            return 0.0, 1.0
        n, share = self.cases, self.share
        middle = share + _Z * _Z / (2 * n)
        spread = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        whole = 1 + _Z * _Z / n
        return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The figures of one list. ``false_alarms`` are insensitive types called sensitive."""

    top1: Rate
    top3: Rate
    sensitive_recall: Rate
    false_alarms: Rate
    accepted: Rate
    accepted_right: Rate
    missed: tuple[Judged, ...]
    wrong: tuple[tuple[Judged, Proposal], ...]


def score(judged: Sequence[Judged], propose: Callable[[Judged], Proposal]) -> Score:
    """Return the figures of ``propose`` on these call types."""
    pairs = [(each, propose(each)) for each in judged]
    secret = [(each, made) for each, made in pairs if each.sensitive]
    bland = [(each, made) for each, made in pairs if not each.sensitive]
    taken = [(each, made) for each, made in pairs if made.accepted]
    return Score(
        top1=_rate(made.apco[0] in each.apco for each, made in pairs),
        top3=_rate(bool({*made.apco} & {*each.apco}) for each, made in pairs),
        sensitive_recall=_rate(made.sensitive for _, made in secret),
        false_alarms=_rate(made.sensitive for _, made in bland),
        accepted=_rate(made.accepted for _, made in pairs),
        accepted_right=_rate(made.apco[0] in each.apco for each, made in taken),
        missed=tuple(each for each, made in secret if not made.sensitive),
        wrong=tuple((each, made) for each, made in pairs if made.apco[0] not in each.apco),
    )


def _rate(hits: Iterable[bool]) -> Rate:
    found = list(hits)
    return Rate(hits=sum(found), cases=len(found))


def read_judged(path: Path) -> tuple[Judged, ...]:
    """Read a CSV with the columns agency, code, text, apco, sensitive (yes or no).

    ``apco`` holds one code, or several parted by spaces where a careful person would take either.

    Raises:
        ConfigError: unreadable, other columns, or a type APCO does not list.
    """
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            "cannot read the list of call types", remedy="Give a CSV in UTF-8", path=path
        ) from None
    if not rows or list(rows[0]) != _COLUMNS:
        raise ConfigError("other columns than expected", remedy=_HEAD, path=path)
    return tuple(_judged(row, path, line) for line, row in enumerate(rows, 2))


def _judged(row: dict[str, str], path: Path, line: int) -> Judged:
    apco = tuple((row["apco"] or "").split())
    if not apco or not all(code in apco_codes() for code in apco):
        raise ConfigError(f"line {line}: no APCO 2.103 code", remedy=_HEAD, path=path)
    if row["sensitive"] not in ("yes", "no"):
        raise ConfigError(f"line {line}: sensitive is yes or no", remedy=_HEAD, path=path)
    return Judged(
        agency=row["agency"],
        code=row["code"],
        text=row["text"],
        apco=apco,
        sensitive=row["sensitive"] == "yes",
    )
