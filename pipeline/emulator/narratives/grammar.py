"""Reads the carriers of narratives and expands one of them into words and slots.

In: ``grammar.txt`` beside this file. Out: pieces, each a text and the slot it came from. Which
value fills a slot is decided in ``values``; which carriers follow each other, in ``compose``.
Carriers of the split ``test`` are never used for training.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib import resources
from random import Random

from pipeline.emulator.narratives.lists import word_list

__all__ = ["carriers", "expand"]

_TEST_SHARE = 4  # one in four, at least one in each section
_PART = re.compile(r"<(?P<name>[a-z]+)>|\{(?P<slot>[A-Z_0-9a-z]+)\}")
# Sections of single words and situations are shared; whole carriers are split.
_SHARED = frozenset(word_list("rp says kin role title rank nurse act scene event vital number"))


@cache
def _sections() -> dict[str, tuple[str, ...]]:
    text = resources.files(__package__).joinpath("grammar.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if re.fullmatch(r"\[[a-z]+\]", line):
            current = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("# "):
            current.append(line)
    return {name: tuple(lines) for name, lines in sections.items()}


@cache
def carriers(section: str, split: str) -> tuple[str, ...]:
    """Return the alternatives of a section that a split may use."""
    lines = _sections()[section]
    if section in _SHARED:
        return lines
    by_hash = sorted(lines, key=lambda line: zlib.crc32(line.encode()))
    tested = frozenset(by_hash[: max(1, len(lines) // _TEST_SHARE)])
    return tuple(line for line in lines if (line in tested) == (split == "test"))


def expand(section: str, split: str, rng: Random) -> list[tuple[str, str | None]]:
    """Return one carrier as (text, None) and ("", slot) parts, in order."""
    parts: list[tuple[str, str | None]] = []
    _expand(rng.choice(carriers(section, split)), split, rng, parts)
    return parts


def _expand(line: str, split: str, rng: Random, parts: list[tuple[str, str | None]]) -> None:
    done = 0
    for found in _PART.finditer(line):
        if found.start() > done:
            parts.append((line[done : found.start()], None))
        if found["name"]:
            _expand(rng.choice(carriers(found["name"], split)), split, rng, parts)
        else:
            parts.append(("", found["slot"]))
        done = found.end()
    if done < len(line):
        parts.append((line[done:], None))
