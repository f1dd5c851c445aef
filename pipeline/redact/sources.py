"""One version for all the code and lists of redaction, which no edit can forget to move.

It must never be a number somebody keeps by hand: records are walked again when it changes, and are
not when it should have. An edit of a comment moves it, too; a walk too many costs seconds.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["sources_version"]

_KINDS = frozenset({".py", ".txt", ".yml", ".json"})


@cache
def sources_version() -> str:
    """Return eight hexadecimal digits of every module, rule and list of this package."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(each for each in here.rglob("*") if each.suffix in _KINDS):
        digest.update(f"{path.relative_to(here).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:8]
