"""Opens the database: SQLite by default, PostgreSQL by URL, the same transactions.

A write transaction takes SQLite's write lock at its start, so that it never fails half-way for
being late; readers are never blocked (WAL). Every fault becomes a ``StoreFailure`` that says what
to do and holds no value. This package must never receive private text that is not sealed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pipeline.adapters.telemetry import span
from pipeline.model import ConfigError, StoreFailure

__all__ = ["Store", "Tx", "database_file", "newest_version", "open_store"]

Tx = Connection
"""One open transaction. Only functions of this package look inside."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30

# How many stores use an engine: who is last closes its connections.
_users: Counter[Engine] = Counter()
_counting = Lock()


class Store:
    """The database. ``write()`` and ``read()`` open one transaction each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with _counting:
            _users[engine] += 1

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Open a transaction that commits at the end of the block, or leaves no trace.

        Raises:
            StoreFailure: the database is locked, gone, read-only, full or not migrated.
        """
        with self._transaction(write=True) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that sees one moment and changes nothing.

        Raises:
            StoreFailure: the database is gone or not migrated.
        """
        with self._transaction(write=False) as tx:
            yield tx

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Tx]:
        try:
            with span("write" if write else "read"), self._engine.connect() as connection:
                connection = connection.execution_options(blotter_write=write)
                with connection.begin():
                    yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise StoreFailure(_advice(error, self._engine.url)) from None

    def migrate(self) -> tuple[str, str]:
        """Bring the schema to the newest version; return the versions before and after."""
        config = _config()
        try:
            with self._engine.connect() as connection:
                config.attributes["connection"] = connection.execution_options(blotter_write=True)
                before = MigrationContext.configure(connection).get_current_revision() or ""
                _refuse_newer(before)
                command.upgrade(config, "head")
                connection.commit()
        except (DBAPIError, PoolTimeout) as error:
            raise StoreFailure(_advice(error, self._engine.url)) from None
        return before, newest_version()

    def version(self) -> str:
        """Return the schema's version, empty when nothing was migrated yet."""
        try:
            with self._engine.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision() or ""
        except (DBAPIError, PoolTimeout) as error:
            raise StoreFailure(_advice(error, self._engine.url)) from None

    def require_current(self) -> None:
        """Refuse to work on a schema that is not the newest.

        Raises:
            StoreFailure: with the command that migrates it.
        """
        version = self.version()
        _refuse_newer(version)
        if version != newest_version():
            state = "empty" if not version else f"at version {version}"
            raise StoreFailure(
                f"the database is {state}, this program needs {newest_version()}; "
                "run `blotter migrate`"
            )

    def copy_to(self, path: Path) -> None:
        """Write a copy of a SQLite database as it is at one moment, while others go on writing.

        Raises:
            StoreFailure: it cannot be written, or is there already.
        """
        raw = self._engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(path),))
            path.chmod(0o600)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise StoreFailure(f"no copy could be made ({type(error).__name__})") from None
        finally:
            raw.close()

    def sound(self) -> bool:
        """Return whether a SQLite file is whole; True for a server, which sees to that itself."""
        if self.kind != "sqlite":
            return True
        try:
            with self._engine.connect() as connection:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        except DBAPIError:
            return False
        return list(found) == ["ok"]

    def close(self) -> None:
        """Close every connection, unless another store of this process uses them."""
        with _counting:
            _users[self._engine] -= 1
            if _users[self._engine] <= 0:
                del _users[self._engine]
                self._engine.dispose()


def _refuse_newer(version: str) -> None:
    if version and version not in _revisions():
        raise StoreFailure(
            f"the database is at version {version}, which this program does not know; "
            "install the program that made it, or a newer one"
        )


def open_store(url: str) -> Store:
    """Open the database at a SQLAlchemy URL (``sqlite:///path`` or ``postgresql+psycopg://...``).

    Raises:
        ConfigError: the URL cannot be read, or names another database.
        StoreFailure: the folder of a SQLite file cannot be made.
    """
    parsed = _parse(url)
    if parsed.drivername == "sqlite":
        _make_folder(parsed)
    return Store(_engine(parsed))


@cache
def _engine(url: URL) -> Engine:
    """Return the engine of a database: one a process, because it keeps the statements it compiled.

    A process forked while no store is open takes those with it, and no connection.
    """
    if url.drivername == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def database_file(url: str) -> Path | None:
    """Return the file of a SQLite database; None for a server.

    Raises:
        ConfigError: the URL cannot be read.
    """
    parsed = _parse(url)
    return Path(parsed.database) if parsed.drivername == "sqlite" and parsed.database else None


def newest_version() -> str:
    """Return the newest schema version this program knows."""
    return next(iter(_revisions()), "")


@cache
def _revisions() -> tuple[str, ...]:
    """Return every schema version this program knows, newest first; reading them takes 25 ms."""
    script = ScriptDirectory.from_config(_config())
    return tuple(each.revision for each in script.walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _parse(url: str) -> URL:
    remedy = "Set BLOTTER_DATABASE_URL to sqlite:///PATH or postgresql://USER@HOST/NAME"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError("the database URL cannot be read", remedy=remedy) from None
    if parsed.drivername in ("postgresql", "postgres"):
        # SQLAlchemy's default driver differs between versions; we ship one.
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("postgresql+psycopg", "sqlite"):
        return parsed
    raise ConfigError(f"databases of kind {parsed.drivername} are not supported", remedy=remedy)


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise ConfigError(
            "the embedded database needs a file", remedy="Use sqlite:////folder/blotter.db"
        )
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here so that nobody else may read it; SQLite gives its side files the same mode.
        Path(url.database).touch(mode=0o600)
    except OSError as error:
        raise StoreFailure(
            f"cannot make the folder {folder} ({error.strerror}); set BLOTTER_HOME to a folder "
            "you may write to"
        ) from None


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Set what SQLite needs per connection, and take transactions over from the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a committed decision survives power loss
        "foreign_keys=ON",
        "secure_delete=ON",  # shredded keys leave no copy in free pages
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("blotter_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("blotter_write", False):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _advice(error: DBAPIError | PoolTimeout, url: URL) -> str:
    """Turn a driver's error into one line that says what to do. Quotes nothing of the statement."""
    what = str(error.orig).lower() if isinstance(error, DBAPIError) else "locked"
    place = url.database if url.drivername == "sqlite" else f"{url.host}:{url.port or 5432}"
    if isinstance(error, IntegrityError):
        return "another run did the same at the same moment; run this again: nothing was lost"
    if "not a database" in what or "malformed" in what:
        return f"{place} is not a sound database; restore it from your backup, or move it away"
    if "locked" in what or "busy" in what:
        return (
            f"the database {place} stayed locked for {_BUSY_SECONDS} seconds; "
            "stop the other program that holds it, then run this again: nothing was lost"
        )
    if "readonly" in what or "read-only" in what:
        return f"the database {place} is read-only; make it and its folder writable"
    if "disk i/o" in what:  # what SQLite says, too, where there is no room for its files beside
        return f"the disk of the database {place} is full or faulty; look at both, nothing was lost"
    if "full" in what:
        return f"no space left for the database {place}; free some, then run this again"
    if "no such table" in what or "does not exist" in what:
        return f"the database {place} has no tables yet; run `blotter migrate`"
    if "unable to open" in what:
        return f"the database {place} cannot be opened; check BLOTTER_HOME and its permissions"
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return f"the database {place} cannot be reached; is it running, and is the URL right?"
    return (
        f"the database {place} refused a statement ({type(error).__name__}); "
        "run `blotter doctor`, then `blotter migrate`"
    )
