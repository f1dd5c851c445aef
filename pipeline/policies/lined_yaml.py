"""Reads YAML with the line of every key, and refuses a key given twice.

In goes text, out come plain values and a lookup from a path such as ``("categories", "theft")`` to
a line. YAML itself keeps the last of two equal keys in silence; here that is an error, because the
one that loses may be the stricter. Tags, aliases and everything executable are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from pipeline.model import ConfigError

__all__ = ["LinedYaml", "read_lined_yaml"]

_Place = tuple[str | int, ...]


class LinedYaml:
    """The values of one YAML file, and where each stands."""

    __slots__ = ("_lines", "value")

    def __init__(self, value: object, lines: dict[_Place, int]) -> None:
        self.value, self._lines = value, lines

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line (from 1) of ``place``, or of the nearest thing around it."""
        for length in range(len(place), -1, -1):
            if (line := self._lines.get(tuple(place[:length]))) is not None:
                return line
        return 1


def read_lined_yaml(text: str, path: Path) -> LinedYaml:
    """Return the values of ``text``; ``path`` is only named in errors.

    Raises:
        ConfigError: the text is not YAML, uses an alias, or has a key twice in one mapping.
    """
    try:
        aliased = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text))
        node = None if aliased else yaml.compose(text, Loader=yaml.SafeLoader)
        value = None if aliased else yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        remedy = "Check indentation, colons and quotes there."
        raise ConfigError("This is not YAML", remedy=remedy, path=path, line=line) from None
    except (yaml.YAMLError, ValueError):
        remedy = "Save it as plain UTF-8 text without control characters."
        raise ConfigError("This is not YAML", remedy=remedy, path=path) from None
    if aliased:
        raise ConfigError("YAML aliases are not read", remedy="Write it out.", path=path)
    lines: dict[_Place, int] = {}
    if node is not None:
        _note_lines(node, (), lines, path)
    return LinedYaml(value, lines)


def _note_lines(node: yaml.Node, place: _Place, lines: dict[_Place, int], path: Path) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*place, index), lines, path)
    if isinstance(node, yaml.MappingNode):
        for key, item in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                problem = f"{key.value!r} stands twice in the same mapping"
                line = key.start_mark.line + 1
                raise ConfigError(problem, remedy="Keep one of them.", path=path, line=line)
            lines[inner] = key.start_mark.line + 1
            _note_lines(item, inner, lines, path)
