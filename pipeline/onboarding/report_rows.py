"""Tells a report in columns from labelled text: rows with calls' numbers, few records.

In: decoded text, and how many records its labels make. Out: the line of the first such row. A
report's remarks (``REM: ...``) look like labels, and its rows like text that goes on below them, so
that a page of calls would be one record. It must never take a house number, a day or a clock for
the number of a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["first_row"]

_FEW: Final = 4  # rows, fewer of which may be lines of one call's text
_MORE: Final = 2  # rows for each record
_APART: Final = 0.8  # share of rows whose numbers differ: the day of a log's lines is the same
_DIGITS: Final = 5
_LONG: Final = 7  # digits that are no clock and no house number, though nothing parts them
_NUMBER: Final = re.compile(r"((?:[A-Z]{1,4}-?)?\d[\d-]{3,19})(?=\s+\S)")  # begins a line
_DAY: Final = re.compile(r"(?:\d{4}-\d\d-\d\d|\d\d?-\d\d?-(?:\d\d|\d{4})|\d{3}-\d{3}-\d{4})-?")
_MOST_LINES: Final = 20_000


def first_row(text: str, records: int) -> int | None:
    """Return the number of the line of a report's first row; None where a text is no report."""
    alike: dict[str, list[tuple[str, int]]] = {}
    for said, number in _numbers(text):
        alike.setdefault(re.sub(r"\d", "9", said), []).append((said, number))
    most = max(alike.values(), key=len, default=[])
    apart = len({said for said, _ in most})
    if len(most) < max(_FEW, _MORE * records) or apart < _APART * len(most):
        return None
    return most[0][1]


def _numbers(text: str) -> Iterator[tuple[str, int]]:
    """Yield what may be a call's number at the beginning of a line, and which line it is."""
    for number, line in enumerate(text.splitlines()[:_MOST_LINES], start=1):
        found = _NUMBER.match(line)
        if found is None or _DAY.fullmatch(found[1]):
            continue
        digits = sum(map(str.isdigit, found[1]))
        if digits >= _LONG or (digits >= _DIGITS and digits < len(found[1])):
            yield found[1], number
