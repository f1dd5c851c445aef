"""Judges a CAP message by the IPAWS profile, as a linter; nothing is ever sent there.

In go the bytes of one message, out come sentences about what the profile (CAP 1.2 IPAWS USA
Profile 1.0) asks for besides CAP itself. Our alerts are reports about calls, not warnings, and not
meant for that system: findings tell an operator who copies them what would be missing. It must
never be a gate for what is published here.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.publish.cap_rules import cap_problems

__all__ = ["ipaws_findings"]

_NS = "{urn:oasis:names:tc:emergency:cap:1.2}"
_PROFILE = "IPAWSv1.0"
_SAME = "SAME"
_UGC_OR_SAME = frozenset({"SAME", "UGC"})
_DESCRIPTION_LIMIT = 1_800


def ipaws_findings(xml: bytes) -> tuple[str, ...]:
    """Return what the profile asks for and the message has not; empty when nothing is missing."""
    problems = cap_problems(xml)
    if problems:
        return problems
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    alert = etree.fromstring(xml, parser)
    return tuple(dict.fromkeys((*_of_alert(alert), *_of_infos(alert))))


def _of_alert(alert: etree._Element) -> Iterator[str]:
    if _PROFILE not in [element.text for element in alert.iterchildren(f"{_NS}code")]:
        yield f"code: does not name the profile {_PROFILE}"
    kind = alert.findtext(f"{_NS}msgType")
    if kind in ("Alert", "Update") and alert.find(f"{_NS}info") is None:
        yield "info: is missing"
    if kind in ("Update", "Cancel") and not alert.findtext(f"{_NS}references"):
        yield "references: names no earlier message"
    if kind == "Cancel" and alert.find(f"{_NS}info") is None:
        yield "info: the profile wants one in a Cancel too, which rule 18 forbids here"


def _of_infos(alert: etree._Element) -> Iterator[str]:
    categories = {
        tuple(each.text for each in info.iterchildren(f"{_NS}category"))
        for info in alert.iterchildren(f"{_NS}info")
    }
    if len(categories) > 1:
        yield "info: blocks differ in category"
    for info in alert.iterchildren(f"{_NS}info"):
        yield from _of_info(info)


def _of_info(info: etree._Element) -> Iterator[str]:
    names = [code.findtext(f"{_NS}valueName") for code in info.iterchildren(f"{_NS}eventCode")]
    if names.count(_SAME) != 1:
        yield "eventCode: there is to be exactly one SAME code"
    if info.find(f"{_NS}expires") is None:
        yield "expires: is missing"
    if info.find(f"{_NS}instruction") is None and info.find(f"{_NS}description") is None:
        yield "description: neither this nor an instruction is there"
    if len(info.findtext(f"{_NS}description") or "") > _DESCRIPTION_LIMIT:
        yield "description: too long to be read out in two minutes"
    for area in info.iterchildren(f"{_NS}area"):
        kinds = {code.findtext(f"{_NS}valueName") for code in area.iterchildren(f"{_NS}geocode")}
        if not kinds & _UGC_OR_SAME:
            yield "geocode: an area needs at least one SAME code"
