"""Small XML writing for the renderers: text in, text out, the same bytes on every machine.

Written by hand rather than by a library because golden files compare bytes, and quoting and
indentation differ between library versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

__all__ = ["element", "group", "leaf", "tree"]

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def leaf(name: str, text: str) -> str:
    """Return ``<name>text</name>``, or nothing at all for an empty text."""
    return f"<{name}>{escape(text, quote=False)}</{name}>" if text else ""


def element(name: str, text: str) -> str:
    """Return ``<name>text</name>``, with ``i:nil`` for an empty text."""
    return leaf(name, text) or f'<{name} i:nil="true"/>'


def tree(name: str, children: Iterable[str], attributes: str = "") -> str:
    """Return an element around ``children``, empty ones left out; nothing if all are empty."""
    inside = "".join(children)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else ""


def group(name: str, children: Iterable[str], attributes: str = "") -> str:
    """Return an element around ``children``, one a line; a declaration goes before the root.

    A root is an element with attributes. A group without children is nil.
    """
    inside = "\n".join(children)
    if not inside:
        return element(name, "")
    return f"{_HEAD if attributes else ''}<{name}{attributes}>\n{inside}\n</{name}>"
