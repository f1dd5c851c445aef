"""Reads JSON pages far enough to know how many rows they hold, by the strict reader.

In: a page's bytes. Out: its content, or None when it is not strict JSON: such a page is landed as
it is and quarantined whole. Must never keep a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pipeline.adapters.transports.fetched import Look
from pipeline.feeds.json import parse
from pipeline.feeds.payload import decode
from pipeline.model import PayloadRefused

__all__ = ["content_of", "is_news", "rows_of"]

_REMEMBERED = 60


def content_of(look: Look, body: bytes) -> object:
    """Return a page's content; None when it cannot be read."""
    try:
        return parse(decode(body, look.agency.format))
    except PayloadRefused:
        return None


def rows_of(content: object) -> list[Mapping[str, object]] | None:
    """Return the rows of a page that is a list of objects; None when it is anything else."""
    if isinstance(content, list) and all(isinstance(row, dict) for row in content):
        return content
    return None


def is_news(seen: list[str], body: bytes) -> bool:
    """Return whether a page's bytes are not among those last seen, and note them."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    if digest in seen:
        seen.remove(digest)
        seen.append(digest)
        return False
    seen.append(digest)
    del seen[:-_REMEMBERED]
    return True
