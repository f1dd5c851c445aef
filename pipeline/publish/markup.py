"""Builds XML elements: the one way in which the XML channels write markup.

In go qualified names, plain strings and child elements; out come lxml elements and, at the end,
bytes. Escaping is lxml's. It must never be given markup as text to paste in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lxml import etree

__all__ = ["Vocabulary", "document"]


class Vocabulary:
    """Makes the elements of one namespace; ``nsmap`` gives the prefixes to write them with."""

    __slots__ = ("_namespace", "_nsmap")

    def __init__(self, namespace: str, nsmap: Mapping[str | None, str]) -> None:
        self._namespace = namespace
        # lxml takes None for the default namespace; its published types do not say so.
        self._nsmap = cast("Mapping[str, str]", dict(nsmap))

    def __call__(
        self, name: str, /, *content: str | etree._Element, **attributes: str
    ) -> etree._Element:
        """Return an element holding ``content``: its text, or its children in order."""
        element = etree.Element(f"{{{self._namespace}}}{name}", attributes, nsmap=self._nsmap)
        for each in content:
            if isinstance(each, str):
                element.text = each
            else:
                element.append(each)
        return element


def document(root: etree._Element) -> bytes:
    """Return the whole document in UTF-8 with its declaration and a final line break."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
