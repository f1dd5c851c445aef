"""Writes calls as two kinds of CSV: a call a row, and a unit a row.

In: a cast and its calls. Out: file name -> bytes, one file an export. The town's export is in
Windows-1252 with quoted commas and now and then a row too wide; the ambulance service repeats the
call on the row of each of its units and writes ``null`` where nothing is known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pipeline.emulator.calls import Call, Snapshot, pages, polls
from pipeline.emulator.casts import slug
from pipeline.emulator.story import Cast, Mark

__all__ = ["town_payloads", "unit_payloads"]

_TOWN_EVERY = timedelta(hours=6)
_UNIT_EVERY = timedelta(hours=8)
_TOWN_COLUMNS = (
    "Call No", "Date/Time", "Nature", "Pri", "Location", "Business", "Lat", "Lon", "Sector",
    "Units", "Officer", "Call Taker", "Caller", "Caller Phone", "Caller Addr", "Remarks",
    "Last Activity", "Closed", "Canceled",
)  # fmt: skip
_UNIT_COLUMNS = (
    "CallNumber", "UnitID", "IncidentNumber", "CallType", "ReceivedDtTm", "LastActivityDtTm",
    "Closed", "CallFinalDisposition", "Address", "Zipcode", "Battalion", "FinalPriority",
    "UnitType", "Crew", "CallTaker", "Neighborhood", "Location", "Comments",
)  # fmt: skip


def town_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every export of the town's police, in Windows-1252 with CRLF line ends."""
    looked = polls(calls, every=_TOWN_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    files = {}
    for poll in pages(calls, looked, window=_TOWN_EVERY):
        extra = _with_extra(poll.snapshots)
        columns = (*_TOWN_COLUMNS, "Alt Contact") if extra else _TOWN_COLUMNS
        rows = [_town_row(cast, one, extra=extra) for one in poll.snapshots]
        files[f"calls_{poll.at:%Y-%m-%d_%H%M}.csv"] = _table(columns, rows).encode("cp1252")
    return files


def unit_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every export of the ambulance service, one row a unit, rows of a call together."""
    looked = polls(calls, every=_UNIT_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    files = {}
    for poll in pages(calls, looked, window=_UNIT_EVERY):
        extra = _with_extra(poll.snapshots)
        columns = (*_UNIT_COLUMNS, "CallbackNotes") if extra else _UNIT_COLUMNS
        rows = [row for one in poll.snapshots for row in _unit_rows(cast, one, extra=extra)]
        files[f"units_{poll.at:%Y%m%d%H%M}.csv"] = _table(columns, rows).encode()
    return files


def _with_extra(snapshots: Iterable[Snapshot]) -> bool:
    return any(Mark.UNREAD_FIELD in one.story.truth.marks for one in snapshots)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _town_row(cast: Cast, one: Snapshot, *, extra: bool) -> list[str]:
    call, story = one.call, one.story
    caller, point = story.caller, call.point
    location = [story.place.address]
    if Mark.WIDE_ROW in story.truth.marks:
        location.append(" by the boat dock")
    row = [
        f"26-{8000 + call.number}",
        _clock(call.opened),
        one.call_types[-1],
        str(call.priority),
        *location,
        story.place.common_name,
        f"{point[1]:.6f}" if point else "",
        f"{point[0]:.6f}" if point else "",
        str(1 + call.number % 3),
        " ".join(unit for unit, _ in call.units),
        call.units[0][1].full_name,
        cast.dispatcher.full_name,
        caller.full_name if caller else "",
        caller.phone if caller else "",
        caller.address if caller else "",
        "; ".join(f"{one.at(line.minute):%H:%M} {line.text}" for line in one.lines),
        _clock(one.revised),
        "Y" if one.closed else "N",
        "Y" if one.cancelled else "N",
    ]
    if extra:
        row.append("413-555-0195" if Mark.UNREAD_FIELD in story.truth.marks else "")
    return row


def _unit_rows(cast: Cast, one: Snapshot, *, extra: bool) -> list[list[str]]:
    call, story = one.call, one.story
    names = {slug(name): name for name in cast.town.names}
    rows = []
    for unit, crew in call.units:
        row = [
            f"ST26{call.number:05d}",
            unit,
            f"26{call.number:05d}",
            one.call_types[-1],
            _clock(call.opened),
            _clock(one.revised),
            "true" if one.closed else "false",
            ("Cancelled" if one.cancelled else "Fire") if one.closed else "null",
            story.place.address,
            "null" if call.number % 4 else "95076",
            f"B{call.number % 3 + 1:02d}",
            str(call.priority),
            "MEDIC" if unit.startswith("M") else "ENGINE",
            crew.full_name,
            cast.dispatcher.full_name,
            names[story.place.area_id],
            f"({call.point[1]:.6f}, {call.point[0]:.6f})" if call.point else "null",
            " / ".join(line.text for line in one.lines),
        ]
        if extra:
            row.append("TRY 831-555-0193" if Mark.UNREAD_FIELD in story.truth.marks else "null")
        rows.append(row)
    return rows


def _clock(moment: datetime) -> str:
    return f"{moment:%m/%d/%Y %I:%M:%S %p}"
