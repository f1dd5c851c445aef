"""The objects of an EIDO document, and when the call of one began.

In: a parsed document, or an object of it. Out: its objects, whatever envelope they came in, and the
earliest begin of the calls an incident refers to, or what stands for it, as the document writes
it. Must never compare times that do not say their offset.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["begun", "mentions", "objects", "referred"]

_ID: Final = "$id"
_REF: Final = "$ref"
_COMPONENT: Final = "Component"
_CALLS: Final = "callComponent"
_OF_A_PERSON: Final = "ncPersonComponent"  # a part of a component
_CALLED: Final = ("incidentComponent", "callComponent")  # one of which every object has
_BEGIN: Final = "callStartTimestamp"
_MADE: Final = ("incidentCreationTimeStamp", "incidentCreationTimestamp")
_ENVELOPES: Final = 6  # around each other, lists among them
_TOLD: Final = ("notesComponent", "dispatchComponent")
_STAMPS: Final = (
    *("notesCreationTimestamp", "notesActionTimestamp", "notesDateTime"),
    *("lastUpdateTimestamp", "lastUpdateTimeStamp"),
)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def objects(document: object) -> list[Any]:
    """Return the objects of a document: itself, those of a list, or those in envelopes.

    An envelope is an object without components around some that have them, such as a conveyance's
    ``{"eido": {...}}``, or one whose components, such as agents and persons of all its incidents,
    stand beside objects with incidents. What stands in a list beside objects is told as one: it is
    not lost. What stands around objects is ``eido_around``'s.
    """
    if isinstance(document, list):
        return [each for item in document for each in objects(item)]
    if isinstance(document, dict) and not _has_components(document):
        inside = [each for each in document.values() if _holds_components(each, _ENVELOPES)]
        return [each for value in inside for each in objects(value)] or [document]
    if isinstance(document, dict) and not any(map(document.get, _CALLED)):
        beside = [each for name, each in document.items() if not str(name).endswith(_COMPONENT)]
        inside = [each for each in beside if _holds_calls(each, _ENVELOPES)]
        return [each for value in inside for each in objects(value)] or [document]
    return [document]


def _holds_calls(value: object, deep: int) -> bool:
    """Return whether an object with an incident or a call stands in a value."""
    if isinstance(value, dict) and any(map(value.get, _CALLED)):
        return True
    below = list(value.values()) if isinstance(value, dict) else _listed(value)
    return deep > 0 and any(_holds_calls(each, deep - 1) for each in below)


def _holds_components(value: object, deep: int) -> bool:
    """Return whether an object with components stands in a value, at most so many deep."""
    if _has_components(value):
        return True
    below = list(value.values()) if isinstance(value, dict) else _listed(value)
    return deep > 0 and any(_holds_components(each, deep - 1) for each in below)


def _has_components(value: object) -> bool:
    return isinstance(value, dict) and any(
        str(name).endswith(_COMPONENT) and name != _OF_A_PERSON for name in value
    )


def begun(document: dict[str, Any], incident: object) -> str | None:
    """Return the earliest begin of the calls the incident refers to, or of all where of none.

    Where no call is told, when it was made; else its earliest note or dispatch.
    """
    own = incident if isinstance(incident, dict) else {}
    calls = [each for each in _listed(document.get(_CALLS)) if isinstance(each, dict)]
    named = referred(own.get("callReference"))
    meant = [each for each in calls if each.get(_ID) in named] or calls
    begins = [text for each in meant if _instant(text := each.get(_BEGIN)) is not None]
    if begins:
        return str(min(begins, key=lambda text: _instant(text) or _NEVER))
    made = [own[name] for name in _MADE if _instant(own.get(name)) is not None]
    return str(made[0]) if made else _first_told(document)


def referred(value: object) -> list[str]:
    """Return the ids to which a reference, or a list of them, refers; a bare id is one too.

    What is no reference refers to nothing.
    """
    items = value if isinstance(value, list) else [value]
    names = (each.get(_REF) if isinstance(each, dict) else each for each in items)
    return [name for name in names if isinstance(name, str)]


def mentions(value: object, but: Container[int] = ()) -> Iterator[str]:
    """Yield all texts of a value that are no ids of components: what may refer to one.

    ``but`` are identities of objects in which none is looked for.
    """
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if id(each) in but:
            continue
        if isinstance(each, dict):
            waiting.extend(below for name, below in each.items() if name != _ID)
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, str):
            yield each


def _first_told(document: dict[str, Any]) -> str | None:
    """Return when an incident without a call, such as an officer's stop, was first told of."""
    told = [each for name in _TOLD for each in _listed(document.get(name))]
    times = [
        text
        for each in told
        if isinstance(each, dict)
        for name in _STAMPS
        if _instant(text := each.get(name)) is not None
    ]
    return str(min(times, key=lambda text: _instant(text) or _NEVER)) if times else None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _instant(text: object) -> datetime | None:
    """Return an instant that says its offset; others cannot be compared."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
