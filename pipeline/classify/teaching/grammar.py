"""Reads the situations written for teaching and spells them out.

A line is a situation: ``(a|b)`` takes one, ``[a]`` may be left out, ``{name}`` is a slot of
``slots.txt``, a bare ``|`` parts whole lines. ``= category`` begins a section. In go a random
source and a situation, out comes one sentence of it. Everything here is invented. ``noise`` makes
sentences look typed; ``train`` learns from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

__all__ = ["Situation", "situations", "spell"]

_GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_SPACE = re.compile(r"\s+(,?)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One written line; ``category`` is empty for an innocent one, ``section`` says which kind."""

    section: str
    category: str
    line: str


def situations() -> Iterator[Situation]:
    """Yield all written situations in the order of their files."""
    folder = files(__package__)
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".txt"))
    for name in names:
        if name == "slots.txt":
            continue
        section = ""
        for line in folder.joinpath(name).read_text("utf-8").splitlines():
            if line.startswith("= "):
                section = line.removeprefix("= ")
            elif line.strip():
                category = section if name.startswith("sensitive") else ""
                yield Situation(section=section, category=category, line=line)


def spell(line: str, random: Random) -> str:
    """Return one sentence of the situation."""
    line = _SLOT.sub(lambda slot: random.choice(_slots()[slot[1]]), line)
    while _GROUP.search(line):
        line = _GROUP.sub(lambda group: _chosen(group, random), line)
    whole: str = random.choice(line.split("|"))
    return _SPACE.sub(r"\1 ", whole).replace(" ,", ",").strip()


def _chosen(group: re.Match[str], random: Random) -> str:
    if group[2] is not None:
        return str(group[2]) if random.random() < 0.6 else ""
    return str(random.choice(group[1].split("|")))


@cache
def _slots() -> Mapping[str, tuple[str, ...]]:
    text = files(__package__).joinpath("slots.txt").read_text("utf-8")
    pairs = (line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    return {name: tuple(choices.split("|")) for name, choices in pairs}
