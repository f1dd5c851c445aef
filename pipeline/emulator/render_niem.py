"""Writes calls as a NIEM-like service-call message: one push may hold several calls.

In: a cast and its calls. Out: file name -> bytes, one file a message. A call is pushed again when
it has changed since the last push; a call marked as duplicate is pushed although it has not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.emulator.calls import Call, Poll, Snapshot, pages, polls
from pipeline.emulator.markup import leaf, tree
from pipeline.emulator.story import Cast, Mark, PersonCard

__all__ = ["payloads"]

_EVERY = timedelta(hours=2)
_ROOT = (
    ' xmlns:sc="urn:blotter:service-call:1"'
    ' xmlns:nc="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"'
)
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def payloads(cast: Cast, calls: Sequence[Call]) -> dict[str, bytes]:
    """Return every message in order of sending."""
    looked = polls(calls, every=_EVERY, extra=[Mark.BECOMES_SENSITIVE])
    busy = {revised for call in calls for revised in _mid_call(call)}
    files: dict[str, bytes] = {}
    sent: dict[int, Snapshot] = {}
    for poll in pages(calls, sorted({*looked, *busy}), window=_EVERY * 2):
        news = _news(poll, sent)
        if news:
            name = f"push_{poll.at:%Y%m%dT%H%M%S}.xml"
            files[name] = _message(cast, news)
        sent.update({one.call.number: one for one in news})
    return files


def _mid_call(call: Call) -> tuple[datetime, ...]:
    """A long call is pushed in its middle too."""
    lines = call.story.lines
    return (call.opened + timedelta(minutes=lines[1].minute + 1),) if len(lines) > 2 else ()


def _news(poll: Poll, sent: dict[int, Snapshot]) -> list[Snapshot]:
    return [
        one
        for one in poll.snapshots
        if one.call.number not in sent
        or sent[one.call.number].revised != one.revised
        or Mark.DUPLICATE in one.story.truth.marks
    ]


def _message(cast: Cast, snapshots: Sequence[Snapshot]) -> bytes:
    calls = "\n".join(_call(cast, one) for one in snapshots)
    body = f"<sc:ServiceCallMessage{_ROOT}>\n{calls}\n</sc:ServiceCallMessage>\n"
    return (_HEAD + body).encode()


def _call(cast: Cast, one: Snapshot) -> str:
    call, story = one.call, one.story
    number = f"CH{call.opened:%y%m%d}-{call.number:03d}"
    ended = one.at(call.closes) if one.closed else None
    note = "Owner; alternate 303-555-0118" if Mark.UNREAD_FIELD in story.truth.marks else ""
    parts = [
        tree("nc:ActivityIdentification", [leaf("nc:IdentificationID", number)]),
        _date("nc:ActivityDate", call.opened),
        _date("sc:ServiceCallUpdateDate", one.revised),
        _date("sc:ServiceCallEndDate", ended),
        leaf("sc:ServiceCallTypeText", one.call_types[-1]),
        leaf("sc:ServiceCallPriorityText", str(call.priority)),
        leaf("sc:ServiceCallClosedIndicator", "true" if one.closed else "false"),
        leaf("sc:ServiceCallCancelledIndicator", "true" if one.cancelled else "false"),
        leaf("sc:ServiceCallRestrictedIndicator", "true" if story.marked_sensitive else "false"),
        _person("sc:ServiceCallCaller", story.caller, note),
        *(_person("sc:ServiceCallPerson", person, "") for person in story.people),
        _location(one),
        *(_comment(one, position) for position in range(len(one.lines))),
        *(tree("sc:ServiceCallUnit", [leaf("nc:IdentificationID", u)]) for u, _ in call.units),
        tree("sc:ServiceCallOperator", [_name(cast.dispatcher)]),
    ]
    return tree("sc:ServiceCall", ["\n", *(f"{part}\n" for part in parts if part)])


def _date(name: str, moment: datetime | None) -> str:
    return tree(name, [leaf("nc:DateTime", moment.isoformat())]) if moment else ""


def _name(person: PersonCard) -> str:
    return tree("nc:PersonName", [leaf("nc:PersonFullName", person.full_name)])


def _person(name: str, person: PersonCard | None, note: str) -> str:
    if person is None:
        return tree(name, [leaf("sc:PersonRoleText", note)])
    born = f"{person.birth_date}" if person.birth_date else ""
    parts = [
        _name(person),
        tree("nc:PersonBirthDate", [leaf("nc:Date", born)]),
        tree("nc:ContactTelephoneNumber", [leaf("nc:TelephoneNumberFullID", person.phone)]),
        tree("nc:Address", [leaf("nc:AddressFullText", person.address)]),
        leaf("sc:PersonRoleText", note),
    ]
    return tree(name, parts)


def _location(one: Snapshot) -> str:
    place, point = one.story.place, one.call.point
    coordinate = ""
    if point:
        coordinate = tree(
            "nc:Location2DGeospatialCoordinate",
            [
                leaf("nc:GeographicCoordinateLatitude", f"{point[1]:.6f}"),
                leaf("nc:GeographicCoordinateLongitude", f"{point[0]:.6f}"),
            ],
        )
    address = tree("nc:Address", [leaf("nc:AddressFullText", place.address)])
    return tree(
        "sc:ServiceCallLocation", [address, leaf("nc:LocationName", place.common_name), coordinate]
    )


def _comment(one: Snapshot, position: int) -> str:
    line = one.lines[position]
    parts = [
        leaf("nc:CommentText", line.text),
        _date("nc:CommentDate", one.at(line.minute)),
        leaf("sc:CommentRestrictionText", line.restriction),
    ]
    return tree("sc:ServiceCallComment", parts)
