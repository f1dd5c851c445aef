"""What is done with the log itself is in the log, while there is one to write to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from elm_bluff import Line

from pipeline.adapters.store.audit_log import newest_entries
from pipeline.audit import EntryKind
from pipeline.audit.events import LogAttempt, PrivilegedVerb
from pipeline.model import Refused
from pipeline.usecases.log_notes import note_attempt, note_privileged
from pipeline.usecases.redaction_log import Filters, Format, export_redactions
from pipeline.usecases.resources import open_database


def bodies(line: Line, kind: EntryKind) -> list[dict[str, str]]:
    with open_database(line.settings) as store, store.read() as tx:
        return [orjson.loads(each)["body"] for each in newest_entries(tx, kind, limit=9)]


def test_a_mismatch_is_noted_once_until_it_is_another(sqlite_line: Line) -> None:
    for detail in ("first bad entry 3", "first bad entry 3", "first bad entry 4"):
        note_attempt(
            sqlite_line.settings,
            LogAttempt.MISMATCH,
            by="Ida Okwu",
            detail=detail,
            now=sqlite_line.at,
        )
    told = bodies(sqlite_line, EntryKind.LOG_ATTEMPT)
    assert [each["detail"][-1] for each in told] == ["4", "3"]


def test_an_export_by_nobody_is_refused_and_noted_without_what_was_typed(
    sqlite_line: Line, tmp_path: Path
) -> None:
    out = tmp_path / "redactions.csv"
    for person in ("", "920-555-0143"):
        with pytest.raises(Refused):
            export_redactions(
                sqlite_line.settings,
                Filters(),
                out,
                form=Format.CSV,
                person=person,
                now=sqlite_line.at,
            )
    assert not out.exists()
    told = bodies(sqlite_line, EntryKind.LOG_ATTEMPT)
    assert [(each["verb"], each["by"], each["granted"]) for each in told] == [
        ("exported", "", "no")
    ] * 2


def test_nobody_is_made_up_where_no_name_is_given(sqlite_line: Line) -> None:
    for by in ("", "rules", "920-555-0143"):
        note_privileged(
            sqlite_line.settings, PrivilegedVerb.MIGRATED, by=by, detail="x", now=sqlite_line.at
        )
    assert {each["by"] for each in bodies(sqlite_line, EntryKind.PRIVILEGED_ACTION)} == {""}


def test_without_a_database_nothing_is_noted_and_nothing_fails(sqlite_line: Line) -> None:
    gone = sqlite_line.settings.home / "gone" / "blotter.db"
    settings = replace(sqlite_line.settings, database_url=f"sqlite:///{gone}")
    assert not note_attempt(settings, LogAttempt.CHECKED, by="", detail="x", now=sqlite_line.at)
