"""Infers a loose schema of a sample: an XSD of a payload, a JSON Schema of a record.

In: a parsed sample and where its records stand. Out: the schema's bytes. It must stay loose:
what it refuses is quarantined, so it fixes the records' names and nothing an agency may change from
one day to the next: any order, any further element, any text.
"""

from __future__ import annotations

import re
from typing import Any

import jmespath
import orjson
from genson import SchemaBuilder  # type: ignore[import-untyped]
from lxml import etree

from pipeline.onboarding.plainness import Plainness, how_plain

__all__ = ["json_schema", "xsd"]

_XS = "http://www.w3.org/2001/XMLSchema"
_KEY = re.compile(r"[\w.:$@-]+")
_MOST = 500  # records looked at


def json_schema(document: object, records: str) -> bytes:
    """Return a JSON Schema of one record; only types are kept, and null is always allowed."""
    builder = SchemaBuilder(schema_uri="https://json-schema.org/draft/2020-12/schema")
    found = jmespath.search(records, document)
    for record in found[:_MOST] if isinstance(found, list) else [found]:
        builder.add_object(record)
    schema = builder.to_schema()
    return orjson.dumps(_loosened(schema), option=orjson.OPT_INDENT_2) + b"\n"


def _loosened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    loose = {name: _loosened(each) for name, each in schema.items() if name != "required"}
    if isinstance(schema.get("properties"), dict):
        # What is not named may be there: a key that may tell of somebody is left out.
        loose["properties"] = {
            name: _loosened(each)
            for name, each in schema["properties"].items()
            if _KEY.fullmatch(name) and how_plain(name) is Plainness.SURE
        }
    kinds = loose.get("type")
    if isinstance(kinds, str | list):
        named = {kinds} if isinstance(kinds, str) else set(kinds)
        if named & {"integer", "number", "string", "boolean"}:
            named |= {"integer", "number", "string", "boolean"}  # a number may come as text
            named -= {"integer"}
        loose["type"] = sorted(named | {"null"}) if "properties" not in loose else sorted(named)
    return loose


def xsd(root: etree._Element) -> bytes:
    """Return an XSD that names the root and the namespaces of the payload, and little else.

    Nothing where the root's own name may be somebody's: without it there is no XSD.
    """
    name = etree.QName(root)
    if how_plain(name.localname) is Plainness.NEVER:
        return b""
    schema = etree.Element(f"{{{_XS}}}schema", nsmap={"xs": _XS})
    if name.namespace:
        schema.set("targetNamespace", name.namespace)
        schema.set("elementFormDefault", "qualified")
    element = _below(schema, "element", name=name.localname)
    kind = _below(element, "complexType", mixed="true")
    inside = _below(kind, "sequence")
    _below(inside, "any", minOccurs="0", maxOccurs="unbounded", processContents="lax")
    _below(kind, "anyAttribute", processContents="lax")
    for child in _records(root):
        _record(schema, child)
    etree.indent(schema)
    return etree.tostring(schema, xml_declaration=True, encoding="UTF-8") + b"\n"


def _records(root: etree._Element) -> list[etree._Element]:
    """Return one element of each name that holds others, of the root's own namespace."""
    space = etree.QName(root).namespace
    found: dict[str, etree._Element] = {}
    for element in root.iter():
        if element is not root and len(element) and etree.QName(element).namespace == space:
            found.setdefault(etree.QName(element).localname, element)
    root_name = etree.QName(root).localname
    return [
        element
        for name, element in found.items()
        if name != root_name and how_plain(name) is Plainness.SURE
    ]


def _record(schema: etree._Element, element: etree._Element) -> None:
    """Declare that an element holds elements, and no text of its own."""
    kind = _below(
        _below(schema, "element", name=etree.QName(element).localname),
        "complexType",
        mixed="true" if (element.text or "").strip() else "false",
    )
    inside = _below(kind, "sequence")
    _below(inside, "any", minOccurs="0", maxOccurs="unbounded", processContents="lax")
    _below(kind, "anyAttribute", processContents="lax")


def _below(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)
