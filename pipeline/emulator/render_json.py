"""Writes calls as two kinds of JSON pages: Socrata rows and an ArcGIS feature set.

In: a cast and its calls. Out: file name -> bytes, one file a page. A later page shows again what an
earlier one showed, changed or not. Socrata leaves absent keys out and writes times without a zone;
ArcGIS writes nulls and milliseconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.emulator.calls import Call, Snapshot, pages, polls
from pipeline.emulator.story import Cast, Mark

__all__ = ["arcgis_payloads", "as_json", "socrata_payloads"]

_SOCRATA_EVERY = timedelta(hours=4)
_ARCGIS_EVERY = timedelta(hours=3)
_JUNK_ROW = {"cad_number": "000000", "received_datetime": "--T::00"}
"""A row of placeholders, as one city's export begins with."""


def socrata_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every page of rows; the first page begins with a junk row."""
    looked = polls(calls, every=_SOCRATA_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    files: dict[str, bytes] = {}
    for poll in pages(calls, looked, window=_SOCRATA_EVERY):
        rows: list[Mapping[str, object]] = [_row(cast, one) for one in poll.snapshots]
        if not files:
            rows.insert(0, _JUNK_ROW)
        files[f"rows_{poll.at:%Y%m%dT%H%M}.json"] = as_json(rows)
    return files


def arcgis_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every answer of the feature service."""
    looked = polls(calls, every=_ARCGIS_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    files = {}
    for poll in pages(calls, looked, window=_ARCGIS_EVERY):
        answer = {
            "objectIdFieldName": "OBJECTID",
            "geometryType": "esriGeometryPoint",
            "spatialReference": {"wkid": 4326, "latestWkid": 4326},
            "features": [_feature(cast, one) for one in poll.snapshots],
        }
        files[f"query_{poll.at:%Y%m%dT%H%M}.json"] = as_json(answer)
    return files


def as_json(document: object) -> bytes:
    """Return the document as the samples write JSON: one space of indentation, UTF-8."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _row(cast: Cast, one: Snapshot) -> dict[str, object]:
    call, story = one.call, one.story
    first, final = one.call_types[0], one.call_types[-1]
    described = {code: cast.descriptions[code] for code in one.call_types}
    caller = story.caller
    row: dict[str, object] = {
        "id": f"{call.opened:%y%m%d}{call.number:04d}{one.revised:%H%M}",
        "cad_number": f"PA26-{call.number:04d}",
        "received_datetime": _floating(call.opened),
        "call_last_updated_at": _floating(one.revised),
        "close_datetime": _floating(one.at(call.closes)) if one.closed else None,
        "call_type_original": first,
        "call_type_original_desc": described[first],
        "call_type_final": final,
        "call_type_final_desc": described[final],
        "priority_final": "ABC"[min(call.priority, 3) - 1],
        "agency": "Police",
        "onview_flag": "N" if caller else "Y",
        "sensitive_call": story.marked_sensitive,
        "disposition": _disposition(one),
        "intersection_name": story.place.address,
        "notes": " | ".join(line.text for line in one.lines),
        "caller_name": f"{caller.family}, {caller.given}".upper() if caller else None,
        "caller_phone": caller.phone if caller else None,
        "caller_address": caller.address if caller else None,
    }
    if call.point:
        row["intersection_point"] = {"type": "Point", "coordinates": _rounded(call.point)}
    if Mark.UNREAD_FIELD in story.truth.marks:
        row["callback_alternate"] = "650-555-0157"
    return {key: value for key, value in row.items() if value is not None}


def _disposition(one: Snapshot) -> str | None:
    if one.cancelled:
        return "CAN"
    return "HAN" if one.closed else None


def _feature(cast: Cast, one: Snapshot) -> dict[str, object]:
    call, story = one.call, one.story
    caller = story.caller
    zone = dict(zip(map(_zone_id, cast.town.names), cast.town.names, strict=True))
    attributes: dict[str, object] = {
        "OBJECTID": call.number,
        "event_number": f"LC2603-{call.number:04d}",
        "IncidentTypeCode": f"{1 + call.number % 12:02d}",
        "IncidentTypeName": one.call_types[-1],
        "CallReceivedTime": _milliseconds(call.opened),
        "LastUpdated": _milliseconds(one.revised),
        "Status": "Closed" if one.closed else "Active",
        "Disposition": "CANCELLED" if one.cancelled else None,
        "Priority": call.priority,
        "Location": story.place.address,
        "LocationDescription": story.place.common_name or None,
        "Zone": zone[story.place.area_id] if call.number % 2 else None,
        "Unit_ID": ",".join(unit for unit, _ in call.units),
        "CallerName": caller.full_name if caller else None,
        "CallerPhone": caller.phone if caller else None,
        "Comments": "\n".join(line.text for line in one.lines),
    }
    if Mark.UNREAD_FIELD in story.truth.marks:
        attributes["PremiseContact"] = "Mgr 828-555-0122"
    x, y = _rounded(call.point) if call.point else (None, None)
    return {"attributes": attributes, "geometry": {"x": x, "y": y} if call.point else None}


def _zone_id(name: str) -> str:
    return name.lower().replace(" ", "-")


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 6), round(point[1], 6)


def _floating(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
