"""Writes calls as the highway patrol's list of active logs: one XML file a look.

In: a cast and its calls. Out: file name -> bytes. Every value stands in literal double quotes,
coordinates are degrees times a million with the western longitude unsigned, ``0:0`` for none, and
a log disappears from the list soon after it is closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.emulator.calls import Call, Snapshot, pages, polls
from pipeline.emulator.casts import slug
from pipeline.emulator.markup import leaf, tree
from pipeline.emulator.story import Cast, Mark

__all__ = ["payloads"]

_EVERY = timedelta(hours=2)
_LINGERS = timedelta(hours=2)
_OLD_STYLE_BEFORE_DAY = 3  # the feed changed its way of writing times once


def payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every list of active logs. A blank ``Log ID`` appears once, on the second list."""
    looked = polls(calls, every=_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    files: dict[str, bytes] = {}
    for poll in pages(calls, looked, window=_LINGERS):
        logs = [_log(cast, one) for one in poll.snapshots]
        if len(files) == 1:
            logs.append('<Log ID = "">\n<LogTime>""</LogTime>\n<LogType>""</LogType>\n</Log>')
        body = "\n".join(logs)
        files[f"sa_{poll.at:%Y%m%d_%H%M}.xml"] = (
            '<?xml version="1.0" ?>\n'
            '<State><Center ID = "RWHB"><Dispatch ID = "RWCC">\n'
            f"{body}\n</Dispatch></Center></State>\n"
        ).encode()
    return files


def _log(cast: Cast, one: Snapshot) -> str:
    call, story = one.call, one.story
    names = {slug(name): name for name in cast.town.names}
    unplaced = call.point is None and call.number % 2
    extra = Mark.UNREAD_FIELD in story.truth.marks
    parts = [
        _quoted("LogTime", _clock(one, call.opened)),
        _quoted("LogType", one.call_types[-1]),
        _quoted("Location", story.place.address),
        _quoted("LocationDesc", story.place.description.text if story.place.description else ""),
        _quoted("Area", "" if unplaced else names[story.place.area_id]),
        _quoted("ThomasBrothers", ""),
        _quoted("LATLON", _micro(call.point)),
        _quoted("CallbackExt", "707-555-0135") if extra else "",
        _details(one),
    ]
    inside = "\n".join(part for part in parts if part)
    return f'<Log ID = "{call.opened:%y%m%d}RW{call.number:04d}">\n{inside}\n</Log>'


def _details(one: Snapshot) -> str:
    entries = [_entry(one, "details", line.minute, line.text) for line in one.lines]
    entries += [
        _entry(one, "units", 1 + step, f"Unit {unit} Assigned")
        for step, (unit, _) in enumerate(one.call.units)
        if 1 + step <= one.minute
    ]
    return tree("LogDetails", entries) or "<LogDetails></LogDetails>"


def _entry(one: Snapshot, name: str, minute: int, text: str) -> str:
    clock = _quoted("DetailTime", _clock(one, one.at(minute)))
    return tree(name, [clock, _quoted("IncidentDetail", text)])


def _quoted(name: str, text: str) -> str:
    return leaf(name, f'"{text}"')


def _clock(one: Snapshot, moment: datetime) -> str:
    """``Mar  3 2026  6:48AM``, or the older ``3/2/2026 7:05:00 AM``."""
    half = f"{moment:%p}"
    hour = int(f"{moment:%I}")
    if one.call.opened.day < _OLD_STYLE_BEFORE_DAY:
        return f"{moment.month}/{moment.day}/{moment.year} {hour}:{moment:%M:%S} {half}"
    return f"{moment:%b} {moment.day:>2} {moment.year} {hour:>2}:{moment:%M}{half}"


def _micro(point: tuple[float, float] | None) -> str:
    if point is None:
        return "0:0"
    longitude, latitude = point
    return f"{round(latitude * 1e6)}:{round(-longitude * 1e6)}"
