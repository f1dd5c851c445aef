"""Changes lines of ``call_types`` in an agency file, leaving every other byte as it was.

In go the file's text and codes with their new APCO code, out comes the text. People's comments and
order stay. It writes no file, and whoever writes one must load it and compare before trusting it:
a block that is not one pair a line is refused, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from pipeline.agencies.agency import fold_call_type
from pipeline.model import Refused

__all__ = ["with_call_types"]

_HEAD = re.compile(r"call_types:\s*(#.*)?")
_UNCHANGED = "is not a block with one pair a line; change agency.yml by hand"


def with_call_types(text: str, changes: Mapping[str, str]) -> str:
    """Return the file's text with these codes mapped; an empty APCO code removes the line.

    Codes are compared as folded. New ones stand below the last one, in the order given.

    Raises:
        Refused: the file has no ``call_types`` block of single lines.
    """
    lines = text.splitlines(keepends=True)
    head = next((n for n, line in enumerate(lines) if _HEAD.fullmatch(line.rstrip())), None)
    if head is None:
        raise Refused(f"call_types {_UNCHANGED}")
    pairs = dict(_pairs(lines, head))
    if not pairs:
        raise Refused(f"call_types {_UNCHANGED}")
    left = {fold_call_type(code): (code, apco) for code, apco in changes.items()}
    first, last = min(pairs), max(pairs)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    end = "\r\n" if lines[head].endswith("\r\n") else "\n"
    for number, code in pairs.items():
        if fold_call_type(code) in left:
            _, apco = left.pop(fold_call_type(code))
            lines[number] = _line(indent, code, apco, _comment(lines[number], code), end)
    if not lines[last].endswith("\n") and lines[last]:
        lines[last] += end
    lines[last] += "".join(_line(indent, code, apco, "", end) for code, apco in left.values())
    return "".join(lines)


def _pairs(lines: list[str], head: int) -> Iterator[tuple[int, str]]:
    """Yield number and code of each line of the block."""
    for number in range(head + 1, len(lines)):
        line = lines[number]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "\t")):
            return
        pair = _pair(line)
        if pair is None:
            raise Refused(f"call_types {_UNCHANGED}")
        yield number, pair


def _pair(line: str) -> str | None:
    try:
        tree = yaml.load(line.strip(), Loader=yaml.BaseLoader)  # noqa: S506 - knows text only
    except yaml.YAMLError:
        return None
    if not isinstance(tree, dict) or len(tree) != 1:
        return None
    ((code, apco),) = tree.items()
    return code if isinstance(code, str) and isinstance(apco, str) and apco else None


def _comment(line: str, code: str) -> str:
    """Return the comment behind a pair, with the space before it."""
    for found in re.finditer(r"\s+#.*", line.rstrip()):
        if _pair(line[: found.start()]) == code:
            return found.group()
    return ""


def _line(indent: str, code: str, apco: str, comment: str, end: str) -> str:
    if not apco:
        return ""
    pair = yaml.safe_dump({code: apco}, width=10_000, allow_unicode=True).strip()
    return f"{indent}{pair}{comment}{end}"
