"""Judges a CAP 1.2 message by the rules its XSD leaves out, and by those it has.

In go the bytes of one message; out come sentences about what is wrong with it, none when it may be
published. The XSD accepts an unclosed polygon, an identifier with spaces and an Update without
references, so these rules are the gate. This module must never import the renderer it judges, and
never quote the message: a sentence names the element and the rule only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from lxml import etree

__all__ = ["cap_problems"]

_NS = "{urn:oasis:names:tc:emergency:cap:1.2}"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?", re.ASCII)
_FORBIDDEN = re.compile(r"[\s,<&]")

# Order of the elements, and which must stand in every message (CAP 1.2, section 3.2).
_ALERT_ORDER = (
    *("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction"),
    *("addresses", "code", "note", "references", "incidents", "info"),
)
_ALERT_REQUIRED = ("identifier", "sender", "sent", "status", "msgType", "scope")
_INFO_ORDER = (
    *("language", "category", "event", "responseType", "urgency", "severity", "certainty"),
    *("audience", "eventCode", "effective", "onset", "expires", "senderName", "headline"),
    *("description", "instruction", "web", "contact", "parameter", "resource", "area"),
)
# CAP itself makes expires and area optional; a public alert here never goes without.
_INFO_REQUIRED = ("category", "event", "urgency", "severity", "certainty", "expires", "area")
_AREA_ORDER = ("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling")

_CATEGORIES = (
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
    *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
)
_VALUES: Mapping[str, frozenset[str]] = {
    "status": frozenset(("Actual", "Exercise", "System", "Test", "Draft")),
    "msgType": frozenset(("Alert", "Update", "Cancel", "Ack", "Error")),
    "scope": frozenset(("Public", "Restricted", "Private")),
    "category": frozenset(_CATEGORIES),
    "urgency": frozenset(("Immediate", "Expected", "Future", "Past", "Unknown")),
    "severity": frozenset(("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    "certainty": frozenset(("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
}


def cap_problems(xml: bytes) -> tuple[str, ...]:
    """Return what forbids publishing the message, in document order; empty when nothing does."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        alert = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return ("is not well-formed XML",)
    if alert.getroottree().docinfo.internalDTD is not None:
        return ("has a DOCTYPE",)
    if alert.tag != f"{_NS}alert":
        return ("root element is not a CAP 1.2 alert",)
    found = (problem for rule in _RULES for problem in rule(alert))
    return tuple(dict.fromkeys(found))


def _structure(alert: etree._Element) -> Iterator[str]:
    yield from _children(alert, "alert", _ALERT_ORDER, _ALERT_REQUIRED)
    for info in alert.iterchildren(f"{_NS}info"):
        yield from _children(info, "info", _INFO_ORDER, _INFO_REQUIRED)
    for area in alert.iter(f"{_NS}area"):
        yield from _children(area, "area", _AREA_ORDER, ("areaDesc",))


def _children(
    parent: etree._Element, name: str, order: tuple[str, ...], required: tuple[str, ...]
) -> Iterator[str]:
    names = [_name(child) for child in parent if child.tag.startswith(_NS)]
    yield from (f"{name}: unknown element" for each in names if each not in order)
    known = [order.index(each) for each in names if each in order]
    if known != sorted(known):
        yield f"{name}: elements are out of order"
    for each in required:
        if not any(_text(child) or len(child) for child in parent.iterchildren(f"{_NS}{each}")):
            yield f"{each}: is missing or empty"


def _values(alert: etree._Element) -> Iterator[str]:
    for name, allowed in _VALUES.items():
        for element in alert.iter(f"{_NS}{name}"):
            if _text(element) not in allowed:
                yield f"{name}: not one of the values CAP knows"


def _identity(alert: etree._Element) -> Iterator[str]:
    for name in ("identifier", "sender"):
        if _FORBIDDEN.search(_text_of(alert, name)):
            yield f"{name}: holds white space, a comma, < or &"


def _times(alert: etree._Element) -> Iterator[str]:
    for name in ("sent", "effective", "onset", "expires"):
        for element in alert.iter(f"{_NS}{name}"):
            if _time(_text(element)) is None:
                yield f"{name}: not a time with a numeric offset"
    sent = _time(_text_of(alert, "sent"))
    for element in alert.iter(f"{_NS}expires"):
        expires = _time(_text(element))
        if sent and expires and expires <= sent:
            yield "expires: not later than sent"


def _references(alert: etree._Element) -> Iterator[str]:
    kind, text = _text_of(alert, "msgType"), _text_of(alert, "references")
    if kind in ("Update", "Cancel") and not text:
        yield "references: an Update or Cancel names its predecessors"
    elif alert.find(f"{_NS}references") is not None and not text:
        yield "references: is empty"
    sent = _time(_text_of(alert, "sent"))
    own = _text_of(alert, "identifier")
    for reference in text.split():
        parts = reference.split(",")
        earlier = _time(parts[-1])
        if len(parts) != 3 or not all(parts) or earlier is None:
            yield "references: not of the form sender,identifier,sent"
        elif parts[1] == own or (sent and earlier > sent):
            yield "references: names itself or a later message"


def _infos(alert: etree._Element) -> Iterator[str]:
    kind, info = _text_of(alert, "msgType"), alert.find(f"{_NS}info")
    if kind in ("Alert", "Update") and info is None:
        yield "info: is missing"
    if kind == "Cancel" and info is not None:
        yield "info: a Cancel says nothing about what it withdraws"


def _polygons(alert: etree._Element) -> Iterator[str]:
    for element in alert.iter(f"{_NS}polygon"):
        pairs = _text(element).split()
        if len(pairs) < 4:
            yield "polygon: fewer than four points"
        elif pairs[0] != pairs[-1]:
            yield "polygon: is not closed"
        if not all(_in_range(pair) for pair in pairs):
            yield "polygon: a point is not latitude,longitude in degrees"


def _in_range(pair: str) -> bool:
    """True for ``latitude,longitude`` within ±90 and ±180 degrees."""
    parts = pair.split(",")
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def _time(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text_of(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{_NS}{name}") or "").strip()


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _name(element: etree._Element) -> str:
    return str(element.tag).removeprefix(_NS)


_RULES: tuple[Callable[[etree._Element], Iterator[str]], ...] = (
    _structure,
    _values,
    _identity,
    _times,
    _references,
    _infos,
    _polygons,
)
