"""Says what an invented agency shows at a moment, and how one that misbehaves spoils it.

Pure: bytes of the sample renderers, a number of seconds, a seed. The pages of an agency's story
come one after the other, ``rate`` a minute, and begin again at the end. Truth is what the good
pages hold; a spoilt answer never adds a call to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from pipeline.emulator.town import fraction

__all__ = ["Habit", "habit_of", "page_at", "shown"]

_SHARE = 0.25
"""Share of agencies that misbehave, and of an agency's answers that are then spoilt."""


class Habit(StrEnum):
    """How an agency behaves."""

    GOOD = "good"
    SLOW = "slow"
    FLAPPING = "flapping"
    TRUNCATED = "truncated"
    HTML = "html"
    DUPLICATE = "duplicate"
    DRIFTING = "drifting"
    HOSTILE = "hostile"


_HTML = b"<!DOCTYPE html>\n<html><body><h1>Sign in</h1></body></html>\n"
_BAD_XML = (
    b'<?xml version="1.0"?>\n<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<c>&x;</c>\n'
)
_BAD_JSON = b"[" * 100_000


def habit_of(agency_id: str, seed: str) -> Habit:
    """Return the habit of an agency: the same for a seed."""
    chance = fraction(seed, "habit", agency_id)
    bad = [habit for habit in Habit if habit is not Habit.GOOD]
    if chance >= _SHARE:
        return Habit.GOOD
    return bad[int(chance / _SHARE * len(bad))]


def page_at(pages: Sequence[bytes], seconds: float, rate: float) -> tuple[int, bytes]:
    """Return the number of the page shown now, and its bytes. ``rate`` is pages a minute."""
    number = int(seconds * rate / 60)
    return number, pages[number % len(pages)]


def shown(pages: Sequence[bytes], seconds: float, rate: float, habit: Habit, seed: str) -> bytes:
    """Return what the agency answers now, spoilt as its habit is."""
    number, body = page_at(pages, seconds, rate)
    spoil = _SPOILERS.get(habit)
    if spoil is None or fraction(seed, "spoilt", number) >= _SHARE:
        return body
    return spoil(body, pages, number)


def _flapping(_body: bytes, pages: Sequence[bytes], number: int) -> bytes:
    return pages[max(0, number - 2) % len(pages)]


def _truncated(body: bytes, _pages: Sequence[bytes], _number: int) -> bytes:
    return body[: len(body) * 3 // 5]


def _duplicate(_body: bytes, pages: Sequence[bytes], number: int) -> bytes:
    return pages[max(0, number - 1) % len(pages)]


def _drifting(body: bytes, _pages: Sequence[bytes], _number: int) -> bytes:
    """Rename a field that most feeds have, as an export does after an update."""
    for old, new in ((b"Priority", b"PriorityLevel"), (b"priority_final", b"priority_last")):
        body = body.replace(old, new)
    return body


def _hostile(body: bytes, _pages: Sequence[bytes], _number: int) -> bytes:
    return _BAD_XML if body.lstrip().startswith(b"<") else _BAD_JSON


_SPOILERS: Mapping[Habit, Callable[[bytes, Sequence[bytes], int], bytes]] = {
    Habit.FLAPPING: _flapping,
    Habit.TRUNCATED: _truncated,
    Habit.HTML: lambda _body, _pages, _number: _HTML,
    Habit.DUPLICATE: _duplicate,
    Habit.DRIFTING: _drifting,
    Habit.HOSTILE: _hostile,
}
