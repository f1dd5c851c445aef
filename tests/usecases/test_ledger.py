from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from elm_bluff import (
    Line,
    call,
)

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.model import (
    ConfigError,
    Refused,
)
from pipeline.publish import CHANNELS
from pipeline.usecases.approve import approve
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.pull import pull_agencies


def test_a_missing_body_is_named_by_the_ledger(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    for path in Path(line.settings.vault).rglob("*"):
        if path.is_file():
            path.unlink()
    report = ledger_report(line.settings, now=line.at)
    assert not report.balanced
    assert any("missing from the vault" in problem for problem in report.problems)


def test_the_log_never_repeats_what_it_says_of_a_record(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1"), call("2")])
    line.run()
    line.run()
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        lines = [text for _, text in read_log(tx)]
    outcomes = [text for text in lines if b'"kind":"outcome"' in text]
    assert len(outcomes) == 2
    assert len({re.search(rb'"position":(\d+)', text).group(1) for text in outcomes}) == 2


def test_a_name_of_no_agency_is_refused(sqlite_line: Line) -> None:
    with pytest.raises(Refused, match="nosuch"):
        ledger_report(sqlite_line.settings, now=sqlite_line.at, agency="nosuch")
    with pytest.raises(ConfigError, match="nosuch"):
        pull_agencies(sqlite_line.settings, run_id="r", now=sqlite_line.at, only=["nosuch"])


def test_what_should_have_been_told_long_ago_is_named_by_the_ledger(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert ledger_report(line.settings, now=line.later(5).at).balanced
    report = ledger_report(line.settings, now=line.later(20).at)
    assert len(report.problems) == len(CHANNELS)
    assert all("blotter publish" in problem for problem in report.problems)
