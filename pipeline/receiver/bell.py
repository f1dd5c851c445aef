"""Rings once for many pushes: Airflow is told that something waits, and told again.

A push rings; a task in the background tells whoever walks. Telling may fail: nothing is lost by it,
since what was landed is walked by the line within a minute anyway, so failures are counted and
tried again, and never reach the agency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.model import BlotterError

__all__ = ["Bell"]

_GATHER_SECONDS = 0.2
_LONGEST_PAUSE = 30.0


class Bell:
    """``tell`` is blocking and may raise BlotterError."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._rung = asyncio.Event()
        self.told = self.failed = 0

    def ring(self) -> None:
        """Say that something was landed."""
        self._rung.set()

    async def run(self) -> None:
        """Tell, once for all rings since the last time, until cancelled."""
        pause = 1.0
        while True:
            await self._rung.wait()
            await asyncio.sleep(_GATHER_SECONDS)
            self._rung.clear()
            try:
                await asyncio.to_thread(self._tell)
            except BlotterError:
                self.failed += 1
                self._rung.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self.told += 1
                pause = 1.0
