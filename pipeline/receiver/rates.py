"""Counts who may send how much: a bucket of tokens for each name, filled over time.

Pure but for its own memory: the time is handed in. Forgets names that are idle, so that a flood of
new names cannot fill the memory.
"""

from __future__ import annotations

from math import ceil

__all__ = ["Buckets"]

_MOST_NAMES = 10_000


class Buckets:
    """Buckets of ``per_minute`` tokens each, full at first. Seconds are of one monotonic clock."""

    def __init__(self) -> None:
        self._level: dict[str, tuple[float, float]] = {}

    def wait(self, name: str, per_minute: int, seconds: float) -> int:
        """Take a token; return 0, or how many whole seconds until there is one."""
        level, since = self._level.get(name, (float(per_minute), seconds))
        level = min(float(per_minute), level + (seconds - since) * per_minute / 60)
        if level < 1:
            self._level[name] = (level, seconds)
            return max(1, ceil((1 - level) * 60 / per_minute))
        if name not in self._level and len(self._level) >= _MOST_NAMES:
            self._level.clear()
        self._level[name] = (level - 1, seconds)
        return 0
