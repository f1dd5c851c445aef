"""Pages of the redaction log say the same as the whole log, and read only a part of it."""

from __future__ import annotations

from collections import Counter
from contextlib import closing

import pytest
from alembic import command
from elm_bluff import Line, call
from old_schema import at_schema
from sqlalchemy import text

from pipeline.adapters.store import Store, open_store
from pipeline.adapters.store.redacted import check_counts
from pipeline.model import Entity
from pipeline.usecases.edit import edit
from pipeline.usecases.receipts import check_log_files
from pipeline.usecases.redaction_log import Filters, RedactionRow, redactions
from pipeline.usecases.redaction_page import RedactionPage, redaction_page
from pipeline.usecases.seal import seal_log

PLAIN = "smoke, call back 920-555-0143, ask for Tuyet Nguyendo"
MANY = "smoke, neighbors are at " + " ".join(f"920-555-0{n}" for n in range(100, 150))


def told(line: Line) -> Line:
    """Removals of three days; one record has more of them than an entry holds."""
    for day in range(3):
        at = line.later(60 * 24 * day)
        number = 10 * day
        calls = [call(f"{number + n}", notes=PLAIN) for n in range(4)]
        at.deliver(f"{day}.csv", [*calls, call(f"{number + 5}", notes=MANY)])
        at.run()
    return line


def page(line: Line, filters: Filters, before: int | None = None, shown: int = 7) -> RedactionPage:
    with closing(open_store(line.settings.database_url)) as store:
        return redaction_page(store, line.settings, filters, before=before, shown=shown)


def every_page(line: Line, filters: Filters, shown: int) -> list[RedactionRow]:
    rows, before, pages = [], None, 0
    while pages == 0 or before is not None:
        found = page(line, filters, before, shown)
        rows += found.rows
        before, pages = found.older, pages + 1
        assert pages < 500
    return rows


def test_all_pages_together_are_the_whole_log_and_the_counts_are_of_all(line: Line) -> None:
    told(line)
    for candidate in line.pending():
        said = {"headline": "Smoke near the park", "text": "Crews are at work near the park."}
        done = edit(line.settings, candidate, editor="Ida Okwu", now=line.at, **said)
        again = {"headline": "Smoke at the park", "text": ""}
        edit(line.settings, done.candidate_id, editor="Bo Thorsgaard", now=line.at, **again)
    whole = redactions(line.settings, Filters())
    assert max(Counter(row.index for row in whole).values()) > 20
    per_entry = Counter(row.index for row in whole if row.lifted_by == "Bo Thorsgaard")
    assert any(index - 1 in per_entry for index in per_entry), "further findings are lifted as well"
    one = whole[0]
    for filters in (
        Filters(),
        Filters(agency="elm-bluff"),
        Filters(entity=Entity.PERSON),
        Filters(entity=Entity.VIN),
        Filters(recognizer=one.recognizer),
        Filters(reason_code=one.reason_code),
        Filters(since=line.later(60 * 24).at.replace(hour=0, minute=0)),
        Filters(until=line.later(60 * 24).at.replace(hour=0, minute=0)),
    ):
        expected = redactions(line.settings, filters)
        for shown in (1, 7, 1000):
            rows = every_page(line, filters, shown)
            assert sorted(rows, key=repr) == sorted(expected, key=repr)
            assert [row.index for row in rows] == sorted((r.index for r in rows), reverse=True)
        found = page(line, filters)
        assert found.total == len(expected)
        assert found.reasons == Counter(row.reason_code for row in expected)
        assert found.entities == Counter(row.entity for row in expected)


def test_counts_that_say_something_else_than_the_log_are_found(sqlite_line: Line) -> None:
    told(sqlite_line)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    assert check_log_files(sqlite_line.settings).problems == ()
    change = "update redaction_counts set number = number - 1 where entity = 'PHONE'"
    with opened(sqlite_line) as store, store.write() as tx:
        assert tx.execute(text(change)).rowcount > 1
    problems = [what for _, what in check_log_files(sqlite_line.settings).problems]
    assert problems
    assert all("PHONE" in what for what in problems)


def test_a_database_of_before_is_counted_when_it_is_brought_up(sqlite_line: Line) -> None:
    told(sqlite_line)
    at_schema(sqlite_line.settings.database_url, "0013_told_months", command.downgrade)
    with opened(sqlite_line) as store:
        store.migrate()
        with store.read() as tx:
            assert check_counts(tx) == ()
    assert page(sqlite_line, Filters()).total == len(redactions(sqlite_line.settings, Filters()))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each look into the log took."""
    from pipeline.usecases import redaction_page as module

    taken: list[int] = []
    real = module.entries_with_findings

    def counted(*given: object, **named: int) -> object:
        found = real(*given, **named)  # type: ignore[arg-type]
        taken.append(len(found))
        return found

    monkeypatch.setattr(module, "entries_with_findings", counted)
    return taken


def test_a_page_reads_a_page_of_the_log(sqlite_line: Line, reads: list[int]) -> None:
    told(sqlite_line)
    page(sqlite_line, Filters(), shown=2)
    assert reads == [2]
    reads.clear()
    page(sqlite_line, Filters(entity=Entity.VIN), shown=2)
    assert reads == []


def opened(line: Line) -> closing[Store]:
    return closing(open_store(line.settings.database_url))
