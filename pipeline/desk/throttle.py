"""Slows down whoever tries many passwords from one address. Holds no name and no password."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

__all__ = ["Throttle"]

_WINDOW, _MOST, _ADDRESSES = timedelta(minutes=5), 20, 10_000


class Throttle:
    """Counts failures by address, in this process alone; accounts lock themselves besides."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed: dict[str, deque[datetime]] = {}

    def blocked(self, address: str, now: datetime) -> bool:
        """Return whether an address failed twenty times in five minutes."""
        with self._lock:
            times = self._failed.get(address, deque())
            while times and times[0] <= now - _WINDOW:
                times.popleft()
            return len(times) >= _MOST

    def failed(self, address: str, now: datetime) -> None:
        """Count one failure; the address seen longest ago is forgotten when there are too many."""
        with self._lock:
            times = self._failed.pop(address, deque(maxlen=_MOST))
            times.append(now)
            self._failed[address] = times
            if len(self._failed) > _ADDRESSES:
                self._failed.pop(next(iter(self._failed)))
