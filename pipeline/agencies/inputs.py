"""Opens the files an agency or dialect names: schemas, areas, the agreement's text.

In: a source and a path written in it. Out: the resolved path and the bytes of every file that
decides an outcome, for the agency's version. It must never leave the folder the file stands in,
follow a reference to the network, or accept a DOCTYPE. What areas mean is ``place``'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from jsonschema.exceptions import SchemaError
from jsonschema.validators import Draft202012Validator, validator_for
from lxml import etree

from pipeline.agencies.agency import FLAT, JMESPATHS, FormatKind
from pipeline.marked_yaml import Location, Source, quoted
from pipeline.model import ConfigError

__all__ = [
    "MAX_BYTES",
    "Input",
    "Inputs",
    "agreement_text",
    "inside",
    "load_xsd",
    "read_input",
    "schema_inputs",
]


class Input(NamedTuple):
    """A file read: its name relative to the folder, its bytes, and where it is."""

    name: str
    body: bytes
    path: Path


Inputs = tuple[Input, ...]

MAX_BYTES = 64_000_000
"""A county's areas in full detail are a few megabytes."""

_XS = "{http://www.w3.org/2001/XMLSchema}"
_REFERRING = tuple(f"{_XS}{name}" for name in ("include", "import", "redefine", "override"))


def inside(source: Source, location: Location, written: str) -> Path:
    """Return the path, resolved, of a file or folder below the one the source stands in.

    Raises:
        ConfigError: the path is absolute or leaves the folder, also by a symbolic link.
    """
    root = source.path.parent.resolve()
    absolute = PurePosixPath(written).is_absolute() or PureWindowsPath(written).is_absolute()
    try:
        found = None if absolute or "\\" in written else (root / written).resolve()
    except (OSError, ValueError, RuntimeError):
        found = None
    if found is None or not found.is_relative_to(root):
        raise source.error(
            location,
            f"the path {quoted(written)} leaves the folder",
            "Copy the file into the folder and name it relative to it, with forward slashes.",
        )
    return found


def read_input(source: Source, location: Location, written: str) -> tuple[Path, bytes]:
    """Return the resolved path and the bytes of a file below the source's folder.

    Raises:
        ConfigError: it is not inside, not there, or too large.
    """
    path = inside(source, location, written)
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise source.error(
            location,
            f"the file {quoted(written)} cannot be read",
            f"Put it into the folder of {source.path.name}, or correct the name.",
        ) from None
    if len(body) > MAX_BYTES:
        raise source.error(
            location, f"the file {quoted(written)} is over {MAX_BYTES} bytes", "Simplify it."
        )
    return path, body


def agreement_text(source: Source, written: str) -> tuple[str, Inputs]:
    """Return the agreement's public text, and the file it stands in if it is not inline.

    Raises:
        ConfigError: the file is not inside the folder, not there, or not UTF-8.
    """
    if " " in written or not written.endswith((".md", ".txt")):
        return written, ()
    path, body = read_input(source, ("agreement", "text"), written)
    try:
        return body.decode("utf-8-sig"), (Input(written, body, path),)
    except UnicodeDecodeError:
        raise source.error(
            ("agreement", "text"), f"the file {quoted(written)} is not UTF-8", "Save it as UTF-8."
        ) from None


def schema_inputs(source: Source, written: str, kind: FormatKind) -> tuple[Path, Inputs]:
    """Return the schema's path, and it with every file it includes, all of them compiled.

    Raises:
        ConfigError: a file is missing or no schema, or refers to anything outside the folder.
    """
    location: Location = ("format", "schema")
    if kind in FLAT:
        raise source.error(
            location,
            "a table or labelled text has no schema",
            "Remove it: presence marks check the columns.",
        )
    path, body = read_input(source, location, written)
    if kind in JMESPATHS:
        _check_json_schema(source, location, written, body)
        return path, (Input(written, body, path),)
    files = tuple(_xsd_files(source, written, set()))
    try:
        _compile(path, files)
    except etree.LxmlError as failure:
        raise _no_schema(source, location, written, failure) from None
    return path, files


# Kept by content like everything below that is kept: hundreds of agencies share a dialect's schema,
# and a process that lives on loads their folders again and again. A refusal is never kept.
@lru_cache(maxsize=4096)
def _compile(path: Path, _files: Inputs) -> None:
    load_xsd(path)


def load_xsd(path: Path) -> etree.XMLSchema:
    """Return the compiled XSD; what it includes lies beside it, never on the network.

    Raises:
        lxml.etree.LxmlError: it is no XML, or no schema; the message may quote the file.
        OSError: it cannot be read.
    """
    root = etree.fromstring(path.read_bytes(), _parser(), base_url=str(path))
    return etree.XMLSchema(root)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _no_schema(
    source: Source, location: Location, written: str, failure: etree.LxmlError
) -> ConfigError:
    entries: Any = failure.error_log  # lxml's stubs do not know that it can be iterated
    where = next((f" on its line {entry.line}" for entry in entries), "")
    return source.error(
        location,
        f"{quoted(written)} is no usable XSD{where}",
        "Mend the schema; it must compile with lxml.",
    )


def _xsd_files(source: Source, written: str, seen: set[Path]) -> Iterator[Input]:
    """Yield the XSD and all it includes or imports, each once."""
    location: Location = ("format", "schema")
    path, body = read_input(source, location, written)
    if path in seen:
        return
    seen.add(path)
    yield Input(written, body, path)
    try:
        has_doctype, targets = _referred(body)
    except (etree.XMLSyntaxError, ValueError):
        raise source.error(
            location, f"{quoted(written)} is not well-formed XML", "Mend the schema."
        ) from None
    if has_doctype:
        raise source.error(
            location, f"{quoted(written)} carries a DOCTYPE", "Remove it: none is accepted."
        )
    for target in targets:
        _refuse_remote(source, location, written, target)
        yield from _xsd_files(source, str(PurePosixPath(written).parent / target), seen)


@lru_cache(maxsize=4096)
def _referred(body: bytes) -> tuple[bool, tuple[str, ...]]:
    """Return whether an XSD carries a DOCTYPE, and the files it includes or imports."""
    root = etree.fromstring(body, _parser())
    written = (reference.get("schemaLocation") for reference in root.iter(*_REFERRING))
    targets = tuple(target for target in written if target is not None)
    return bool(root.getroottree().docinfo.doctype), targets  # type: ignore[union-attr]


def _refuse_remote(source: Source, location: Location, written: str, target: str) -> None:
    if ":" in target or target.startswith(("/", "\\")):
        raise source.error(
            location,
            f"{quoted(written)} includes the remote schema {quoted(target)}",
            "Save that schema beside it and refer to it by its file name.",
        )


def _check_json_schema(source: Source, location: Location, written: str, body: bytes) -> None:
    try:
        references = _json_references(body)
    except (ValueError, SchemaError, RecursionError, AttributeError, TypeError):
        raise source.error(
            location, f"{quoted(written)} is no usable JSON Schema", "Mend the schema."
        ) from None
    for reference in references:
        if not reference.startswith("#"):
            raise source.error(
                location,
                f"{quoted(written)} refers to the remote schema {quoted(reference)}",
                "Copy that part under $defs and refer to it as #/$defs/name.",
            )


@lru_cache(maxsize=4096)
def _json_references(body: bytes) -> tuple[str, ...]:
    """Return what a JSON Schema refers to, once it is known to be one."""
    schema = json.loads(body)
    validator_for(schema, default=Draft202012Validator).check_schema(schema)
    return tuple(_references(schema))


def _references(schema: object) -> Iterator[str]:
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            for key in ("$ref", "$dynamicRef"):
                if isinstance(each.get(key), str):
                    yield each[key]
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
