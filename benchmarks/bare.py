"""What libraries alone need for the same bytes: the floor that intake is compared with.

In: a feed. Out: a contender that parses and validates it and makes nothing of it.
"""

from __future__ import annotations

import io

import orjson
import pandas as pd
from jsonschema.validators import Draft202012Validator
from lxml import etree

from benchmarks.inputs import Feed
from benchmarks.measure import Contender
from pipeline.agencies.agency import FormatKind

__all__ = ["bare", "require"]


def require(have: int, want: int) -> None:
    """Raise ``ValueError`` when a contender did other work than it is timed for."""
    if have != want:
        raise ValueError(f"a contender came to {have} instead of {want}")


def bare(feed: Feed, *, take: bool = False) -> Contender:
    """Return the bare read of a feed; ``take`` also fetches every text once (XML only)."""
    match feed.agency.format.kind:
        case FormatKind.XML:
            return _bare_xml(feed, take=take)
        case FormatKind.JSON:
            return _bare_json(feed)
        case FormatKind.TABLE:
            return _bare_table(feed)


def _bare_xml(feed: Feed, *, take: bool) -> Contender:
    path = feed.agency.format.schema
    if path is None:
        raise ValueError("this comparison needs a schema")
    schema = etree.XMLSchema(etree.parse(path))

    def once() -> None:
        for body in feed.bodies:
            tree = etree.parse(io.BytesIO(body))
            require(schema.validate(tree), True)
            if take:
                require(bool([(item.tag, item.text) for item in tree.iter()]), True)

    return once


def _bare_json(feed: Feed) -> Contender:
    path = feed.agency.format.schema
    if path is None:
        raise ValueError("this comparison needs a schema")
    validator = Draft202012Validator(orjson.loads(path.read_bytes()))

    def once() -> None:
        rows = [row for body in feed.bodies for row in orjson.loads(body)]
        require(sum(validator.is_valid(row) for row in rows), feed.records)

    return once


def _bare_table(feed: Feed) -> Contender:
    encoding = feed.agency.format.encodings[0]

    def once() -> None:
        for body in feed.bodies:
            frame = pd.read_csv(io.BytesIO(body), encoding=encoding)
            require(len(frame) >= feed.records, True)

    return once
