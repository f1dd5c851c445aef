"""Turns stories into calls with numbers, places and units, and calls into revisions.

In: a :class:`~pipeline.emulator.story.Cast` and a seed. Out: :class:`Snapshot` records, the call as
its CAD shows it at one minute, in delivery order. Knows no format: ``render_*`` write the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.emulator.story import Cast, Line, Mark, PersonCard, Story
from pipeline.emulator.town import fraction, point_in

__all__ = ["Call", "Poll", "Snapshot", "assign", "changes", "pages", "polls", "snapshot"]

_MOST_REVISIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A story with what a CAD adds. ``number`` counts calls of the agency from 1.

    ``day_number`` counts calls of one local day from 1. ``opened`` is aware and local.
    ``closes`` is the minute at which the call is closed or cancelled.
    """

    story: Story
    number: int
    day_number: int
    opened: datetime
    closes: int
    point: tuple[float, float] | None
    units: tuple[tuple[str, PersonCard], ...]
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The call as it stood when ``minute`` minutes had passed since it opened.

    ``revised`` is the local time of its latest change, so two looks without a change are equal.
    ``call_types`` holds the first type and, after a re-typing, the present one.
    """

    call: Call
    minute: int
    revised: datetime
    lines: tuple[Line, ...]
    call_types: tuple[str, ...]
    closed: bool

    @property
    def story(self) -> Story:
        """The story behind the call."""
        return self.call.story

    @property
    def cancelled(self) -> bool:
        """Whether the call was called off."""
        return self.closed and Mark.CANCELLED in self.story.truth.marks

    def at(self, minute: int) -> datetime:
        """Return the local time of a minute of this call."""
        return _later(self.call.opened, minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One look at an agency's list: when, and the calls it showed."""

    at: datetime
    snapshots: tuple[Snapshot, ...]


def assign(cast: Cast, seed: str) -> tuple[Call, ...]:
    """Return the cast's stories as calls, in order of opening."""
    calls: list[Call] = []
    per_day: dict[int, int] = {}
    for number, story in enumerate(cast.stories, start=1):
        day = story.opened.day
        per_day[day] = per_day.get(day, 0) + 1
        chance = fraction(seed, cast.agency_id, story.story_id)
        absent = Mark.NO_POINT in story.truth.marks
        calls.append(
            Call(
                story=story,
                number=number,
                day_number=per_day[day],
                opened=story.opened.replace(tzinfo=cast.timezone),
                closes=story.lines[-1].minute + 5 + int(chance * 20),
                point=None
                if absent
                else point_in(cast.town, seed, story.place.area_id, story.story_id),
                units=_units(cast, chance),
                priority=1 + int(chance * 4),
            )
        )
    return tuple(calls)


def snapshot(call: Call, minute: int) -> Snapshot:
    """Return the call as it stood at ``minute``."""
    story = call.story
    lines = tuple(line for line in story.lines if line.minute <= minute)
    retyped = tuple(name for when, name in story.retyped if when <= minute)
    closed = minute >= call.closes
    changes = [line.minute for line in lines] + [
        when for when, _ in story.retyped if when <= minute
    ]
    latest = call.closes if closed else max(changes, default=0)
    return Snapshot(
        call=call,
        minute=minute,
        revised=_later(call.opened, latest),
        lines=lines,
        call_types=(story.call_type, *retyped),
        closed=closed,
    )


def changes(calls: Iterable[Call]) -> tuple[Snapshot, ...]:
    """Return every call's revisions (2 to 6 each), all together in order of time."""
    revisions = [snapshot(call, minute) for call in calls for minute in _cuts(call)]
    return tuple(sorted(revisions, key=lambda one: (one.at(one.minute), one.call.number)))


def polls(calls: Sequence[Call], *, every: timedelta, extra: Iterable[Mark]) -> list[datetime]:
    """Return the times at which a list is looked at: a regular grid and extra looks.

    A call with one of the ``extra`` marks is also looked at just before its last lines, so that
    its first revision is delivered before it changes.
    """
    wanted = frozenset(extra)
    start = calls[0].opened.replace(hour=0, minute=0)
    end = max(_later(call.opened, call.closes) for call in calls)
    times = {start + every * step for step in range(1, (end - start) // every + 2)}
    for call in calls:
        if call.story.truth.marks & wanted:
            times.add(_later(call.opened, call.story.lines[1].minute - 1))
    return sorted(times)


def pages(
    calls: Sequence[Call], times: Iterable[datetime], *, window: timedelta
) -> tuple[Poll, ...]:
    """Return what each look shows: calls opened by then and not closed longer than ``window``."""
    shown = []
    for now in times:
        snapshots = tuple(
            snapshot(call, (now - call.opened) // timedelta(minutes=1))
            for call in calls
            if call.opened <= now <= _later(call.opened, call.closes) + window
        )
        if snapshots:
            shown.append(Poll(at=now, snapshots=snapshots))
    return tuple(shown)


def _cuts(call: Call) -> tuple[int, ...]:
    told = sorted({line.minute + 1 for line in call.story.lines} | {call.closes})
    return (*told[: _MOST_REVISIONS - 1], call.closes) if len(told) > _MOST_REVISIONS else (*told,)


def _units(cast: Cast, chance: float) -> tuple[tuple[str, PersonCard], ...]:
    units = tuple(cast.units.items())
    first, count = int(chance * len(units)), 1 + int(chance * 7919) % 3
    return tuple(units[(first + step) % len(units)] for step in range(count))


def _later(opened: datetime, minutes: int) -> datetime:
    """Add real minutes: through UTC, so that a change of clocks is a change of clocks."""
    return (opened.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(opened.tzinfo)
