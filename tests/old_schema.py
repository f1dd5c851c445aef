"""Brings a database to the schema of an older program."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from alembic.config import Config

from pipeline.adapters.store import open_store
from pipeline.adapters.store.engine import _config

__all__ = ["at_schema"]


def at_schema(url: str, revision: str, move: Callable[[Config, str], None]) -> str | None:
    """Move a database up or down to a revision with alembic's command; return where it is then."""
    with closing(open_store(url)) as store:
        config = _config()
        with store._engine.connect() as connection:
            config.attributes["connection"] = connection.execution_options(blotter_write=True)
            move(config, revision)
            connection.commit()
        return store.version()
