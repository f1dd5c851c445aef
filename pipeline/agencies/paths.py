"""Compiles every path of an agency file or dialect, so that a typing error shows at load.

In: a source, its document and the merged format. Out: nothing, or a
:class:`~pipeline.model.ConfigError` at the line. Expressions are tried on an empty record only; it
must never open a payload. Reading by these paths is ``feeds``' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError
from lxml import etree

from pipeline.agencies.agency import JMESPATHS, FormatKind
from pipeline.agencies.dialect import DialectDocument, FormatDocument
from pipeline.marked_yaml import Location, Source, quoted

__all__ = ["FROM_ROOT", "check_paths", "names_places"]

FROM_ROOT = "$."
"""How an ignored JMESPath begins that names a place outside of the records."""

_BELOW = re.compile(r"(/|\.)\*\*$")
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREFIX = re.compile(r"([A-Za-z_][\w.-]*):(?=[\w*])")
# What a JMESPath that names places may consist of: no index, filter, pipe or function.
_PLACES = frozenset(
    {
        "current",
        "field",
        "flatten",
        "identity",
        "index_expression",
        "projection",
        "subexpression",
        "value_projection",
    }
)


def names_places(expression: str) -> bool:
    """Return True when a JMESPath only names places, and never looks at a value or a position.

    Raises:
        jmespath.exceptions.JMESPathError: when it is no JMESPath.
    """

    def plain(node: Mapping[str, Any]) -> bool:
        return node["type"] in _PLACES and all(map(plain, node["children"]))

    return plain(jmespath.compile(expression).parsed)


def check_paths(source: Source, document: DialectDocument, merged: FormatDocument) -> None:
    """Compile every path this file gives, in the language of the merged format.

    Raises:
        ConfigError: a path does not compile, uses an unknown prefix, or computes a value where
            it must name a place.
    """
    paths = [*_paths(document)]
    if document.format.records is not None:
        paths.append((("format", "records"), document.format.records))
    if document.format.columns_at is not None:
        paths.append((("format", "columns_at"), document.format.columns_at))
    for location, path in paths:
        if location[0] == "ignored_fields":
            path = _BELOW.sub("", path)
            if merged.kind in JMESPATHS:
                path = path.removeprefix(FROM_ROOT)
        if merged.kind is FormatKind.XML:
            _check_xpath(source, location, path, merged.namespaces)
        elif merged.kind in JMESPATHS:
            _check_jmespath(source, location, path)
        elif location[-1] == "each":
            raise source.error(
                location, "this kind has no repeated groups", "Remove `each` and name columns."
            )


def _paths(document: DialectDocument) -> Iterator[tuple[Location, str]]:
    for field, spec in document.fields.items():
        if spec is not None and spec.path is not None:
            yield ("fields", field.value, "path"), spec.path
        for number, path in enumerate(() if spec is None else spec.paths):
            yield ("fields", field.value, "paths", number), path
    yield from _group_paths(document)
    for key in ("private_values", "ignored_fields"):
        for position, path in enumerate(getattr(document, key)):
            yield (key, position), path


def _group_paths(document: DialectDocument) -> Iterator[tuple[Location, str]]:
    for position, remark in enumerate(document.remarks):
        for part in ("each", "text", "at", "restriction"):
            if getattr(remark, part):
                yield ("remarks", position, part), getattr(remark, part)
    for position, people in enumerate(document.people):
        if people.each:
            yield ("people", position, "each"), people.each
        for part, paths in people.parts.items():
            for number, path in enumerate(paths):
                yield ("people", position, part, number), path


def _check_xpath(
    source: Source, location: Location, path: str, namespaces: Mapping[str, str]
) -> None:
    for prefix in _PREFIX.findall(_LITERAL.sub("''", path)):
        if prefix not in namespaces:
            raise source.error(
                location,
                f"the prefix {quoted(prefix)} in {quoted(path)} is not declared",
                f'Add it: `format: {{namespaces: {{{prefix}: "..."}}}}`.',
            )
    try:
        found = etree.XPath(path, namespaces=dict(namespaces))(etree.Element("record"))
    except (etree.XPathError, ValueError) as failure:
        raise source.error(
            location,
            f"the XPath {quoted(path)} does not compile ({_first_line(failure)})",
            "Mend the expression; try it on a sample with an XPath tester.",
        ) from None
    if not isinstance(found, list) and _is_place(location):
        raise source.error(
            location,
            f"the XPath {quoted(path)} computes a value",
            "Groups, records and ignored fields are places: select elements or attributes.",
        )


def _is_place(location: Location) -> bool:
    return location[-1] in {"records", "each"} or location[0] == "ignored_fields"


def _check_jmespath(source: Source, location: Location, path: str) -> None:
    try:
        compiled = jmespath.compile(path)
        with suppress(JMESPathTypeError):  # a function met null: on a real record it may not
            compiled.search({})
    except (JMESPathError, RecursionError) as failure:
        raise source.error(
            location,
            f"the JMESPath {quoted(path)} does not compile ({_first_line(failure)})",
            "Mend the expression; a key with signs in it stands in double quotes: '\"my-key\"'.",
        ) from None
    if location[0] == "ignored_fields" and not names_places(path):
        raise source.error(
            location,
            f"the ignored field {quoted(path)} looks at values",
            "Name places only, such as units[].name or units.**",
        )


def _first_line(failure: Exception) -> str:
    return ascii(str(failure).partition("\n")[0].rstrip(":. "))[1:-1][:80]
