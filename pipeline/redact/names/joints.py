"""Holds what may stand between the words of one name, and what ends it.

In: nothing. Out: patterns and sets of what parts two tokens. Whether the words themselves make a
name is ``persons``'s.
"""

from __future__ import annotations

import re

__all__ = [
    "JOINT",
    "KEY_BEHIND",
    "LAST_FIRST",
    "MIDDLE",
    "OPENING",
]

# Between the names of a Vietnamese woman; a name follows.
MIDDLE = frozenset({"thi", "th\u1ecb"})
KEY_BEHIND = re.compile(r"\s?(?:\([A-Za-z]{1,2}\))?\.*\s?[:=]")
JOINT = re.compile(r"[ \t]?[-'\u2019.]?[ \t]?|[ \t]*[\"\u201c\u201d(')][ \t]*|[ \t]+[\"\u201c(]|\n")
OPENING = frozenset({' "', " \u201c", " (", " '"})
LAST_FIRST = re.compile(r",[ \t]?")
