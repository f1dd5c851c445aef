from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from pipeline.adapters.store import newest_version, open_store
from pipeline.adapters.store.audit_log import append, check_log, read_log
from pipeline.adapters.store.engine import Store
from pipeline.adapters.store.feeding import ensure_feed
from pipeline.adapters.store.memories import claim_turn, walk_turn
from pipeline.adapters.store.tables import metadata
from pipeline.audit import Entry, EntryKind
from pipeline.model import ConfigError, Conflict, StoreFailure

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def entry(number: int) -> Entry:
    body = {"number": number}
    return Entry(kind=EntryKind.SHRED, at=NOW, agency_id="a", body=body)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with closing(open_store(database_url)) as opened:
        opened.migrate()
        yield opened


def test_migrations_lead_to_exactly_the_tables_the_program_uses(database_url: str) -> None:
    with closing(open_store(database_url)) as store:
        assert store.migrate() == ("", newest_version())
        assert store.migrate() == (newest_version(), newest_version())
    driver = database_url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(driver)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_an_empty_database_is_refused_with_the_command_that_mends_it(database_url: str) -> None:
    with (
        closing(open_store(database_url)) as store,
        pytest.raises(StoreFailure, match="blotter migrate"),
    ):
        store.require_current()


def test_a_failed_transaction_leaves_no_trace(store: Store) -> None:
    def fail_half_way() -> None:
        with store.write() as tx:
            append(tx, [entry(1)])
            raise Conflict("stop")

    with pytest.raises(Conflict):
        fail_half_way()
    with store.read() as tx:
        assert list(read_log(tx)) == []
        assert check_log(tx) == ()


def test_the_log_is_numbered_without_gaps_by_many_writers_at_once(store: Store) -> None:
    def write_some(first: int) -> None:
        for number in range(first, first + 10):
            with store.write() as tx:
                append(tx, [entry(number), entry(number)])

    threads = [threading.Thread(target=write_some, args=(n * 10,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as tx:
        assert [index for index, _ in read_log(tx)] == list(range(80))
        assert check_log(tx) == ()


def test_the_log_check_names_a_changed_entry(store: Store) -> None:
    with store.write() as tx:
        append(tx, [entry(n) for n in range(5)])
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE audit_entries SET line = leaf WHERE idx = 3")
    with store.read() as tx:
        assert check_log(tx) == ("entry 3 does not match its leaf hash",)


def test_the_log_check_names_a_missing_entry(store: Store) -> None:
    with store.write() as tx:
        append(tx, [entry(n) for n in range(5)])
    with store.write() as tx:
        tx.exec_driver_sql("DELETE FROM audit_entries WHERE idx = 2")
    with store.read() as tx:
        assert check_log(tx) == (
            "log head says 5 entries, 4 are there",
            "entry 2 is missing",
        )


def test_only_one_of_two_walkers_takes_a_turn(store: Store) -> None:
    with store.write() as tx:
        ensure_feed(tx, "a")
    with store.read() as tx:
        turn = walk_turn(tx, "a")
    with store.write() as tx:
        claim_turn(tx, "a", turn)
    with pytest.raises(Conflict), store.write() as tx:
        claim_turn(tx, "a", turn)


def test_appending_nothing_is_refused(store: Store) -> None:
    with pytest.raises(ValueError), store.write() as tx:
        append(tx, [])


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://x/y"],
)
def test_a_database_url_we_cannot_use_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(ConfigError, match=r"BLOTTER_DATABASE_URL|blotter\.db"):
        open_store(url)


def test_a_locked_database_says_so_in_one_line(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.adapters.store.engine._BUSY_SECONDS", 0)
    url = f"sqlite:///{tmp_path / 'b.db'}"
    with closing(open_store(url)) as first, closing(open_store(url)) as second:
        first.migrate()
        with first.write(), pytest.raises(StoreFailure, match="locked") as caught, second.write():
            pass
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("said", ["disk I/O error", "database or disk is full"])
def test_a_full_disk_is_called_full(tmp_path: Path, said: str) -> None:
    """SQLite says the first where there is no room for the files beside the database."""
    with (
        closing(open_store(f"sqlite:///{tmp_path / 'b.db'}")) as store,
        pytest.raises(StoreFailure, match=r"full|no space"),
        store.read(),
    ):
        raise OperationalError("select 1", None, sqlite3.OperationalError(said))


def test_a_database_that_is_gone_says_where_it_was_expected() -> None:
    with (
        closing(open_store("postgresql://nobody@127.0.0.1:1/none")) as store,
        pytest.raises(StoreFailure, match=r"127\.0\.0\.1:1"),
        store.read(),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFailure, match="BLOTTER_HOME"):
        open_store(f"sqlite:///{tmp_path / 'file' / 'b.db'}")


def test_sqlite_keeps_commits_through_power_loss_and_shreds_for_good(tmp_path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    with closing(open_store(f"sqlite:///{tmp_path / 'b.db'}")) as store, store.read() as tx:
        found = {k: tx.exec_driver_sql(f"PRAGMA {k}").scalar_one() for k in wanted}
    assert found == wanted
