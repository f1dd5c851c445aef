"""Compiles every path of an agency file or dialect, so that a typing error shows at load.

In: a source, its document and the merged format. Out: nothing, or a
:class:`~pipeline.model.ConfigError` at the line. Expressions are tried on an empty record only; it
must never open a payload. Reading by these paths is ``feeds``' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError
from lxml import etree

from pipeline.agencies.agency import FormatKind
from pipeline.agencies.dialect import DialectDocument, FormatDocument
from pipeline.agencies.marked import Location, Source, shown

__all__ = ["check_paths"]

_BELOW = re.compile(r"(/|\.)\*\*$")
_LITERAL = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREFIX = re.compile(r"([A-Za-z_][\w.-]*):(?=[\w*])")
_TEXT_STEP = re.compile(r"\btext\(\)\s*(\||$)")


def check_paths(source: Source, document: DialectDocument, merged: FormatDocument) -> None:
    """Compile every path this file gives, in the language of the merged format.

    Raises:
        ConfigError: a path does not compile, uses an unknown prefix, or selects no node.
    """
    paths = [*_paths(document)]
    if document.format.records is not None:
        paths.append((("format", "records"), document.format.records))
    for location, path in paths:
        if merged.kind is FormatKind.XML:
            _check_xpath(source, location, _BELOW.sub("", path), merged.namespaces)
        elif merged.kind is FormatKind.JSON:
            _check_jmespath(source, location, _BELOW.sub("", path))


def _paths(document: DialectDocument) -> Iterator[tuple[Location, str]]:
    for field, spec in document.fields.items():
        for path in () if spec is None else spec.all_paths:
            yield ("fields", field.value, "path" if spec and spec.path else "paths"), path
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
                f"the prefix {shown(prefix)} in {shown(path)} is not declared",
                f'Add it: `format: {{namespaces: {{{prefix}: "..."}}}}`.',
            )
    if _TEXT_STEP.search(path):
        raise source.error(
            location,
            f"{shown(path)} ends in text(), which a comment in the feed would cut in two",
            "Name the element itself: its whole text is read.",
        )
    try:
        found = etree.XPath(path, namespaces=dict(namespaces))(etree.Element("record"))
    except (etree.XPathError, ValueError) as failure:
        raise source.error(
            location,
            f"the XPath {shown(path)} does not compile ({_first_line(failure)})",
            "Mend the expression; try it on a sample with an XPath tester.",
        ) from None
    if not isinstance(found, list):
        raise source.error(
            location,
            f"the XPath {shown(path)} computes a value",
            "Select elements or attributes, so that every value read is accounted for.",
        )


def _check_jmespath(source: Source, location: Location, path: str) -> None:
    try:
        jmespath.compile(path).search({})
    except JMESPathTypeError:
        return  # A function met null: on a real record it may not.
    except (JMESPathError, RecursionError) as failure:
        raise source.error(
            location,
            f"the JMESPath {shown(path)} does not compile ({_first_line(failure)})",
            "Mend the expression; a key with signs in it stands in double quotes: '\"my-key\"'.",
        ) from None


def _first_line(failure: Exception) -> str:
    return ascii(str(failure).partition("\n")[0].rstrip(":. "))[1:-1][:80]
