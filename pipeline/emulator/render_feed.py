"""Writes calls as an Atom feed with GeoRSS, and as mailed pages of labelled text.

In: a cast and its calls. Out: file name -> bytes, one a look at the list, or one a page that is
mailed. The feed's summary and the page's remarks are what dispatchers typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from pipeline.emulator.calls import Call, Snapshot, pages, polls
from pipeline.emulator.story import Cast, Mark

__all__ = ["FEED_FORMAT", "MAIL_FORMAT", "atom_payloads", "mailed_payloads"]

_EVERY = timedelta(hours=3)
_RULE = "-" * 40

FEED_FORMAT = {"dialect": "atom-calls"}
"""What an agency file says of the feed, besides who the agency is."""

MAIL_FORMAT = {
    "dialect": "own",
    "format": {"kind": "labelled", "times": ["%m/%d/%Y %I:%M:%S %p"]},
    "key": ["cfs_number"],
    "fields": {
        "cfs_number": {"path": "Call No", "presence": "required"},
        "call_type": {"path": "Nature", "presence": "required"},
        "opened_at": {"path": "Received", "presence": "required"},
        "revised_at": {"path": "Last Activity", "presence": "expected"},
        "closed": {"path": "Closed", "presence": "optional"},
        "address": {"path": "Location", "presence": "expected"},
        "latitude": {"path": "Lat", "presence": "optional"},
        "longitude": {"path": "Lon", "presence": "optional"},
        "units": {"path": "Units", "presence": "optional"},
    },
    "remarks": [{"text": "Remarks"}],
    "people": [
        {"role": "caller", "name": ["Caller"], "phone": ["Callback"]},
        {"role": "staff", "name": ["Call Taker"]},
    ],
}
"""What an agency file says of the mailed pages, besides who the agency is."""


def atom_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return the feed as every look at it finds it."""
    looked = polls(calls, every=_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    return {
        f"feed_{poll.at:%Y%m%dT%H%M}.xml": _feed(cast, poll.snapshots)
        for poll in pages(calls, looked, window=_EVERY)
    }


def mailed_payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return the text of every mail: all calls of a look, a ruled line between two."""
    looked = polls(calls, every=_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    return {
        f"page_{poll.at:%Y%m%dT%H%M}.txt": f"\n{_RULE}\n".join(
            _page(cast, one) for one in poll.snapshots
        ).encode()
        for poll in pages(calls, looked, window=_EVERY)
    }


def _feed(cast: Cast, snapshots: Sequence[Snapshot]) -> bytes:
    entries = "\n".join(_entry(one) for one in snapshots)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">\n'
        f"<id>urn:example:{cast.agency_id}</id><title>Active calls</title>\n{entries}\n</feed>\n"
    ).encode()


def _entry(one: Snapshot) -> str:
    point = one.call.point
    place = f"<georss:point>{point[1]:.6f} {point[0]:.6f}</georss:point>" if point else ""
    return (
        f"<entry><id>urn:cad:26-{8000 + one.call.number}</id><title>{escape(one.call_types[-1])}"
        f"</title><published>{one.call.opened.isoformat()}</published>"
        f"<updated>{one.revised.isoformat()}</updated><summary>{escape(_told(one))}</summary>"
        f"{place}</entry>"
    )


def _page(cast: Cast, one: Snapshot) -> str:
    call, caller, point = one.call, one.story.caller, one.call.point
    lines = {
        "Call No": f"26-{8000 + call.number}",
        "Nature": one.call_types[-1],
        "Received": f"{call.opened:%m/%d/%Y %I:%M:%S %p}",
        "Last Activity": f"{one.revised:%m/%d/%Y %I:%M:%S %p}",
        "Closed": "Y" if one.closed else "N",
        "Location": one.story.place.address,
        "Lat": f"{point[1]:.6f}" if point else "",
        "Lon": f"{point[0]:.6f}" if point else "",
        "Units": " ".join(unit for unit, _ in call.units),
        "Call Taker": cast.dispatcher.full_name,
        "Caller": caller.full_name if caller else "",
        "Callback": caller.phone if caller else "",
        "Remarks": _told(one),
    }
    return "\n".join(f"{label}: {text}" for label, text in lines.items())


def _told(one: Snapshot) -> str:
    return "; ".join(line.text for line in one.lines)
