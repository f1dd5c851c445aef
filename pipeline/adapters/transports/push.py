"""Looks nowhere: what is pushed was landed before it was acknowledged."""

from __future__ import annotations

from pipeline.adapters.transports.fetched import Fetched, Look, Steps
from pipeline.agencies.transport import Push

__all__ = ["fetch"]


async def fetch(_look: Look, _push: Push) -> Steps:
    """Yield nothing."""
    nothing: tuple[Fetched, ...] = ()
    for step in nothing:
        yield step
