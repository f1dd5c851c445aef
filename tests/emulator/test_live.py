"""Emulated agencies are read over the real transports; those that misbehave lose nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from elm_bluff import build_line
from loopback import in_thread, served

from pipeline.emulator.live.certificate import loopback_certificate, server_context
from pipeline.emulator.live.imap import MailFolder, imap_server
from pipeline.emulator.live.plan import plan, truth_of, write_folders
from pipeline.emulator.live.run import send_mail
from pipeline.emulator.live.sftp import sftp_server
from pipeline.emulator.live.shows import Habit, habit_of, shown
from pipeline.emulator.live.web import emulated_web
from pipeline.model import LedgerState
from pipeline.usecases.catalog import check_folder
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.settings import SAMPLES
from pipeline.usecases.walk import walk_landed


def test_the_same_seed_gives_the_same_agencies_of_every_way() -> None:
    first, second = plan(28, "1"), plan(28, "1")
    assert [(one.agency_id, one.way, one.habit) for one in first] == [
        (one.agency_id, one.way, one.habit) for one in second
    ]
    assert {one.way for one in first} >= {
        "push",
        "web",
        "folder",
        "socrata",
        "ckan",
        "arcgis",
        "sftp",
        "atom",
        "mail",
    }
    assert len({one.agency_id for one in first}) == 28


def test_every_habit_is_found_among_many_and_most_behave() -> None:
    habits = [habit_of(f"agency-{number}", "1") for number in range(405)]
    assert set(habits) == set(Habit)
    assert habits.count(Habit.GOOD) > 270


@pytest.mark.parametrize("habit", [habit for habit in Habit if habit not in {"good", "slow"}])
def test_a_bad_habit_spoils_some_answers_and_not_all(habit: Habit) -> None:
    pages = [json.dumps([{"priority_final": str(n), "Priority": n}]).encode() for n in range(5)]
    answers = [shown(pages, minute * 60, 1, habit, "1") for minute in range(60)]
    spoilt = [each for minute, each in enumerate(answers) if each != pages[minute % 5]]
    assert 3 < len(spoilt) < 40


def test_the_truth_holds_every_agency_and_what_is_private() -> None:
    truth = json.loads(truth_of(plan(7, "1")))
    assert len(truth["agencies"]) == 7
    spans = [
        line["text"][start:end]
        for stories in truth["stories"].values()
        for story in stories
        for line in story["lines"]
        for start, end, _ in line["private"]
    ]
    assert len(spans) > 50
    assert all(spans)


def test_emulated_agencies_are_pulled_over_their_transports(tmp_path: Path) -> None:
    line = build_line(tmp_path / "base", f"sqlite:///{tmp_path / 'blotter.db'}")
    planned = [
        replace(one, habit=Habit.GOOD)
        for one in plan(14, "1")
        if one.way in {"web", "socrata", "ckan", "arcgis", "atom"}
    ]
    out = tmp_path / "agencies"
    settings = replace(line.settings, agencies=out, fetch_allow=("127.0.0.0/8",))
    app = emulated_web(planned, lambda: 30.0, rate=2, seed="1")
    (tmp_path / "files").mkdir()
    server = sftp_server(tmp_path / "files", user="u", password="p")
    with served(app) as url, in_thread(server) as sftp:
        urls = {one.agency_id: url for one in planned}
        write_folders(planned, SAMPLES, out, urls=urls, sftp=(sftp.port, sftp.known_hosts))
        assert check_folder(settings, None).errors == ()
        report = pull_agencies(settings, run_id="r", now=line.at)
        again = pull_agencies(settings, run_id="r", now=line.later(1).at)
    assert report.failures == {}
    assert {name for name, count in report.per_agency.items() if count >= 1} == {
        one.agency_id for one in planned
    }
    assert again.landed == ()


def test_mailed_pages_are_read_from_the_agencys_mailbox_and_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = build_line(tmp_path / "base", f"sqlite:///{tmp_path / 'blotter.db'}")
    (one,) = [each for each in plan(21, "1") if each.way == "mail"]
    out = tmp_path / "agencies"
    settings = replace(line.settings, agencies=out, fetch_allow=("127.0.0.0/8",))
    pem, key = loopback_certificate(tmp_path, datetime.now(UTC))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("AIRFLOW_CONN_EMULATOR", "imap://emulator:word@localhost")
    box, told = MailFolder(password=""), dict[str, int]()
    server = imap_server(
        {"emulator": MailFolder(password="word")},
        server_context(pem, key),
        boxes={one.agency_id: box},
    )
    with in_thread(server) as port:
        urls = {one.agency_id: "http://127.0.0.1"}
        write_folders([one], SAMPLES, out, urls=urls, sftp=(1, ""), imap=port)
        assert check_folder(settings, None).errors == ()
        for minute in range(3):
            send_mail(replace(one, habit=Habit.GOOD), 60.0 * minute, 1, "1", told, box)
        report = pull_agencies(settings, run_id="r", now=line.at)
    assert report.failures == {}
    assert report.per_agency == {one.agency_id: 3}
    walk_landed(settings, now=line.at)
    ledger = ledger_report(settings, now=line.at)
    assert ledger.balanced
    (row,) = [each for each in ledger.agencies if each.agency_id == one.agency_id]
    assert row.total(LedgerState.PENDING) > 0
    assert row.total(LedgerState.QUARANTINED) == 0
