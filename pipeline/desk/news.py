"""Follows the log, wakes open streams, lets out what cannot be undone any more.

One task in the desk's own process. When it fails it says so by type and goes on: a database that is
busy for a while stops nothing but the news.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from pipeline.model import BlotterError
from pipeline.usecases.board import Board

__all__ = ["News"]

_LOG = logging.getLogger(__name__)
_PACE, _RELOAD = 0.5, 1_800.0


class News:
    """Wakes whoever waits when the board changed."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._moved = asyncio.Event()

    async def wait(self, index: int, *, seconds: float = 5.0) -> None:
        """Wait until the board is past an entry, or some seconds."""
        if self._board.index <= index:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), seconds)

    async def run(self, send: Callable[[], None]) -> None:
        """Follow until cancelled; ``send`` is called in a thread each time round."""
        loaded, told = time.monotonic(), self._board.index
        while True:
            try:
                if time.monotonic() - loaded > _RELOAD:
                    await asyncio.to_thread(self._board.load)
                    loaded = time.monotonic()
                await asyncio.to_thread(self._board.follow)
                if self._board.index != told:
                    # A page may have followed in between: what counts is where the board is.
                    told = self._board.index
                    self._moved.set()
                    self._moved = asyncio.Event()
                await asyncio.to_thread(send)
            except BlotterError as error:
                _LOG.warning("the desk could not follow the log: %s", type(error).__name__)
            await asyncio.sleep(_PACE)
