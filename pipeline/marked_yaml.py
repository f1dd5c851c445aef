"""Reads a YAML file and remembers the line on which every value stands.

In: a path. Out: a :class:`Source`, whose ``tree`` holds dicts, lists, texts and ``None`` only (the
readers' models give texts their types, so ``NO`` stays a call type and ``1183`` a code), and whose
``lines`` say where each of them is. It must never build a Python object named by the file, follow
an alias, or accept a key twice: YAML keeps the last of two, and the lost one may be the stricter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from pipeline.model import ConfigError

__all__ = ["Location", "Source", "dotted", "quoted", "read_source"]

Location = tuple[str | int, ...]
"""Keys and positions from the top of the file down to one value."""

MAX_BYTES = 1_000_000
"""Far above any agency, policy or lexicon; below what could exhaust memory."""

_PLAIN = "tag:yaml.org,2002:"
_SCALARS = frozenset(
    _PLAIN + kind for kind in ("str", "int", "float", "bool", "timestamp", "merge", "value")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One YAML file: its bytes, its values, and the line (from 1) of each.

    Path and bytes decide the rest, so they alone are compared and hashed, and what is parsed from
    a source can be cached by it. Whoever reads ``tree`` must leave it as it is: it is shared.
    """

    path: Path
    body: bytes
    tree: object = field(compare=False)
    lines: Mapping[Location, int] = field(compare=False)

    def line(self, location: Location) -> int:
        """Return the line of the value, or of the nearest thing around it that is there."""
        for end in range(len(location), -1, -1):
            found = self.lines.get(location[:end])
            if found is not None:
                return found
        return 1

    def within(self, location: Location) -> Location:
        """Return what of a location is in the file: without the marks a parser of types adds."""
        found: Location = ()
        for part in location:
            if (*found, part) in self.lines:
                found = (*found, part)
        return found

    def invalid(self, error: ValidationError, remedy: str) -> ConfigError:
        """Return the first of a model's complaints as an error that points at its line."""
        first = error.errors(include_url=False, include_context=False)[0]
        shown = dotted(first["loc"])
        problem = first["msg"].removeprefix("Value error, ").rstrip(".")
        return self.error(
            self.within(first["loc"]), f"{shown}: {problem}" if shown else problem, remedy
        )

    def error(self, location: Location, problem: str, remedy: str) -> ConfigError:
        """Return an error that points at the value's line."""
        return ConfigError(problem, remedy=remedy, path=self.path, line=self.line(location))


class _Loader(yaml.SafeLoader):
    """The safe loader, composing nodes only, and refusing aliases (they can grow without end)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            alias = self.get_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, "an alias is not allowed here", alias.start_mark
            )
        return super().compose_node(parent, index)


def dotted(location: Location) -> str:
    """Return a location as people write it; pydantic's mark of a key is no part of it."""
    return ".".join(str(part) for part in location if part != "[key]")


def quoted(value: object) -> str:
    """Return the value short and on one line, fit for an error message."""
    text = ascii(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_source(path: Path) -> Source:
    """Read one YAML file, and compose it unless the same bytes were composed before.

    Raises:
        ConfigError: the file is missing, too large, not UTF-8, not plain YAML, uses an alias or
            a tag, or has a key twice in one mapping.
    """
    return _source(path, _read(path))


# By content, so that a dialect is composed once for all its agencies and a changed file anew. The
# C parser would be faster, but overflows the stack on deep nesting instead of raising.
@lru_cache(maxsize=8192)
def _source(path: Path, body: bytes) -> Source:
    text = _decode(body, path)
    try:
        node = _compose(text)
        lines: dict[Location, int] = {}
        tree = None if node is None else _tree(node, (), lines, path)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        raise ConfigError(
            f"the YAML cannot be read: {failure.problem or failure.context}",
            remedy="Mend the syntax on this line or the one above; indent with spaces only.",
            path=path,
            line=1 if mark is None else mark.line + 1,
        ) from None
    except yaml.reader.ReaderError as failure:
        raise ConfigError(
            "a control character stands in the file",
            remedy="Delete it.",
            path=path,
            line=text.count("\n", 0, failure.position) + 1,
        ) from None
    except RecursionError:
        raise ConfigError(
            "values are nested too deeply", remedy="Use the documented keys only.", path=path
        ) from None
    return Source(path=path, body=body, tree=tree, lines=lines)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise ConfigError(
            f"the file cannot be read ({reason})",
            remedy="Create it, or correct its path and permissions.",
            path=path,
        ) from None
    if len(body) > MAX_BYTES:
        raise ConfigError(
            f"the file is larger than {MAX_BYTES} bytes",
            remedy="Move long lists and texts to files of their own.",
            path=path,
        )
    return body


def _decode(body: bytes, path: Path) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise ConfigError(
            "the file is not UTF-8",
            remedy="Save it as UTF-8.",
            path=path,
            line=body.count(b"\n", 0, failure.start) + 1,
        ) from None


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _tree(node: yaml.Node, at: Location, lines: dict[Location, int], path: Path) -> object:
    """Return the node as plain values, noting lines on the way."""
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode) and node.tag == f"{_PLAIN}map":
        found: dict[str, object] = {}
        for key, value in _pairs(node, path):
            lines[(*at, key.value)] = key.start_mark.line + 1
            found[key.value] = _tree(value, (*at, key.value), lines, path)
        return found
    if isinstance(node, yaml.SequenceNode) and node.tag == f"{_PLAIN}seq":
        return [_tree(each, (*at, n), lines, path) for n, each in enumerate(node.value)]
    if node.tag == f"{_PLAIN}null":
        return None
    if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
        return str(node.value)
    raise ConfigError(
        f"the tag {quoted(node.tag)} is not allowed",
        remedy="Write the plain value without `!`.",
        path=path,
        line=node.start_mark.line + 1,
    )


def _pairs(node: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ConfigError("a key is not a plain text", remedy="Quote it.", path=path, line=line)
        if key.value in seen:
            raise ConfigError(
                f"the key {quoted(key.value)} stands here a second time",
                remedy=f"Keep one of the two; the first is on line {seen[key.value]}.",
                path=path,
                line=line,
            )
        seen[key.value] = line
        yield key, value
