"""Calls of one line each, as pagers write them: parts between separators, some labeled.

In: decoded text, the separator and the labels of agency.yml. Out: the parts of each call by label,
by position (``part 1``), or as the ``rest`` behind the last label. ``CAD:ALARM;12 OAK ST;RCVD
14:02;NO SMOKE`` has them all. Stars may mark a call before its first label: ``**CANCEL** CAD:``.
Lines without a separator that stand apart are words around. It must never leave out a part, or take
a word for a label that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pipeline.feeds.layout import AROUND
from pipeline.model import NoticeCode, PayloadRefused

__all__ = [
    "MAX_LINE",
    "REST",
    "STARRED",
    "Told",
    "label_of",
    "lines_of_calls",
    "parted_records",
    "parts_of",
]

REST: Final = "rest"
"""The name of all that stands behind the last label of a line."""

STARRED: Final = "starred"
"""The name of what stands before the first label of a line, with its stars."""

MAX_LINE: Final = 256 * 1024
"""Characters of a line of text, at most."""

MAX_PARTS: Final = 2_000  # of one line
_LEAST: Final = 3  # parts of a call: its type, its place, and something else
_STARS: Final = r"\*{1,3}[^*]{1,40}\*{1,3}"
_RULE: Final = re.compile(r"\s*[-=*_~]{2,}\s*")

Told = Mapping[str, Sequence[str]]
"""The texts of one call, by the name of their part."""

_Label = Callable[[str], tuple[str, str] | None]


def parted_records(text: str, separator: str, labels: Sequence[str], *, rest: bool) -> list[Told]:
    """Return the parts of each call; with ``rest`` those behind its last label are one.

    Raises:
        PayloadRefused: no line of at least three parts, or beyond a limit.
    """
    label = label_of(tuple(labels))
    lines, around = lines_of_calls(text, separator, label)
    if not lines:
        raise PayloadRefused(NoticeCode.NO_RECORDS_PATH)
    beside = {AROUND: around} if around else {}
    return [parts_of(line, separator, label, rest=rest) | beside for line in lines]


def lines_of_calls(text: str, separator: str, label: _Label) -> tuple[list[str], list[str]]:
    """Return the line of each call, with those that go on with it, and the lines around them.

    The first call has at least three parts. Where it begins with a label, every line with that
    label is a call, and any other goes on; else every line with the separator is one, so that a
    short call is never a part of the one before it. A blank line or a rule ends a call.

    Raises:
        PayloadRefused: a line is too long or has too many parts.
    """
    calls: list[list[str]] = []
    around: list[str] = []
    first, ended = "", True
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > MAX_LINE or line.count(separator) >= MAX_PARTS:
            raise PayloadRefused(NoticeCode.LIMIT_EXCEEDED, f"line {number}")
        if not line.strip() or _RULE.fullmatch(line):
            ended = True
            continue
        head = label(line.split(separator, 1)[0].strip())
        named = head[0] if head else ""
        whole = line.count(separator) >= _LEAST - 1
        again = bool(calls) and named == first and (bool(first) or separator in line)
        if again or (whole and (not calls or ended)):
            first = first if calls else named
            calls.append([line.strip()])
            ended = False
        elif calls and not ended:
            calls[-1].append(line.strip())
        else:
            around.append(" ".join(line.split()))
    return [" ".join(each) for each in calls], around


def parts_of(line: str, separator: str, label: _Label, *, rest: bool) -> dict[str, list[str]]:
    """Return the parts of a line by their names; empty ones keep the positions of the others."""
    parts = [part.strip() for part in line.split(separator)]
    told = [label(part) for part in parts]
    last = max((n for n, each in enumerate(told) if each is not None), default=-1)
    end = last + 1 if rest and last >= 0 else len(parts)
    found: dict[str, list[str]] = {}
    for number, (part, each) in enumerate(zip(parts[:end], told[:end], strict=True), start=1):
        name, text = (f"part {number}", part) if each is None else each
        if text:
            found.setdefault(name, []).append(text)
    starred = re.match(_STARS, parts[0]) if told[0] is not None else None
    if starred is not None:
        found[STARRED] = [starred[0]]
    behind = f"{separator.rstrip()} ".join(filter(None, parts[end:]))
    return found | ({REST: [behind]} if behind else {})


@lru_cache(maxsize=64)
def label_of(labels: tuple[str, ...]) -> _Label:
    """Return what takes a part's label off, if one of these begins it; case counts."""
    longest_first = sorted(labels, key=len, reverse=True)
    ways = "|".join(r"\s+".join(map(re.escape, each.split())) for each in longest_first)
    begins = (
        re.compile(rf"(?:{_STARS}\s*)?({ways})(?:\s*[:=]\s*|\s+|$)(.*)", re.DOTALL)
        if labels
        else None
    )

    def label(part: str) -> tuple[str, str] | None:
        found = None if begins is None else begins.match(part)
        return None if found is None else (" ".join(found[1].split()), found[2].strip())

    return label
