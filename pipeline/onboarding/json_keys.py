"""Writes a key of a JSON sample as a step of a JMESPath.

In: a key. Out: the step. It must never judge whether a key may be written down: ``plainness`` does.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["quoted"]

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quoted(name: str) -> str:
    """Return a key as JMESPath writes it: bare, or in quotation marks where it must be."""
    if _NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
