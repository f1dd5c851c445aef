from __future__ import annotations

import shutil
import threading

import pytest
from elm_bluff import (
    Line,
    call,
    published,
)

from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.model import (
    Conflict,
)
from pipeline.usecases.approve import approve
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import (
    notice_list,
    one_candidate,
    quarantine_list,
)
from pipeline.usecases.reveal import reveal_payload
from pipeline.usecases.walk import walk_files, walk_landed


def test_every_kind_of_record_ends_in_its_own_state(line: Line) -> None:
    line.deliver(
        "a.csv",
        [
            call("1"),
            call("2", "DOMESTIC"),
            call("3", "ADMIN"),
            call("4", "SOMETHING NEW"),
            call("5", opened="nonsense"),
            call("6", notes="caller says her husband hit her"),
            call("7", address="", lat="47.0", lon="-120.0"),
        ],
    )
    line.run()
    assert line.states() == {"pending": 1, "held": 2, "withheld": 3, "quarantined": 1}
    assert line.count().states == {
        **{state: {} for state in line.count().states},
        "pending": {"pending": 1},
        "held": {"no-area": 1, "unknown-call-type": 1},
        "withheld": {"administrative": 1, "sensitive-category": 1, "sensitive-text": 1},
        "quarantined": {"unreadable-value": 1},
    }


def test_running_again_changes_nothing(line: Line) -> None:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    before = (line.states(), line.pending())
    line.run()
    line.later(10).run()
    assert (line.states(), line.pending()) == before


def test_an_unchanged_call_in_a_later_payload_is_a_duplicate(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.deliver("b.csv", [call("1"), call("2")])
    line.run()
    assert line.states() == {"pending": 2, "duplicate": 1}


def test_a_newer_revision_takes_the_place_of_a_pending_one(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (old,) = line.pending()
    line.deliver("b.csv", [call("1", notes="fire is out, engine returning")])
    line.later(5).run()
    (new,) = line.pending()
    assert new != old
    assert line.states() == {"pending": 1, "superseded": 1}
    with pytest.raises(Conflict):
        approve(line.settings, old, editor="Ida Okwu", now=line.at)


def test_an_older_revision_never_replaces_a_newer_one(line: Line) -> None:
    newer = call("1", revised="2026-03-02 11:40:00", notes="fire is out")
    older = call("1", revised="2026-03-02 11:30:00", notes="smoke from the roof")
    line.deliver("a.csv", [newer])
    line.run()
    before = line.pending()
    line.deliver("b.csv", [older])
    line.later(5).run()
    assert line.pending() == before
    assert line.states() == {"pending": 1, "superseded": 1}


def test_an_older_revision_still_makes_its_incident_sensitive(line: Line) -> None:
    newer = call("1", revised="2026-03-02 11:40:00", notes="fire is out")
    older = call("1", revised="2026-03-02 11:30:00", notes="her boyfriend beat her")
    line.deliver("a.csv", [newer])
    line.run()
    line.deliver("b.csv", [older])
    line.later(5).run()
    assert line.pending() == []
    assert line.states() == {"superseded": 1, "withheld": 1}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty-payload"),
        (b"<!doctype html><html><body>Log in</body></html>", "html-instead"),
        (b'cfs,type,opened\n1,"STRUCTURE FIRE,2026-03-02 11:20:00\n', "not-well-formed"),
        (b"cfs,type\n1,STRUCTURE FIRE\n", "column-missing"),
        ("cfs,type,opened\n1,FEU à Caën,2026-03-02\n".encode("cp1252"), "wrong-encoding"),
        (b"x" * 1_000_001, "oversized-payload"),
    ],
)
def test_a_bad_payload_is_quarantined_whole_and_the_rest_goes_on(
    line: Line, body: bytes, code: str
) -> None:
    line.deliver_bytes("a.csv", body)
    line.deliver("b.csv", [call("1")])
    line.run()
    assert line.states() == {"pending": 1, "quarantined": 1}
    ((payload, found, _position),) = quarantine_list(line.settings, now=line.at)
    assert found == code
    raw = reveal_payload(
        line.settings,
        payload.payload_id,
        person="Ida Okwu",
        role=RevealRole.ENGINEER,
        code=RevealCode.FEED_FAULT,
        reason="mend the feed",
        now=line.at,
    )
    assert raw == body


def test_files_walk_with_an_agency_folder_and_can_be_decided(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    elsewhere = line.settings.home.parent / "elsewhere"
    (line.folder.parent).rename(elsewhere)
    folder = elsewhere / "elm-bluff"
    report = walk_files(line.settings, folder, [folder / "payloads" / "a.csv"], now=line.at)
    assert dict(report.counts) == {"pending": 1}
    assert published(line)


def test_many_walkers_at_once_walk_each_record_once(line: Line) -> None:
    for number in range(12):
        line.deliver(f"{number:02}.csv", [call(str(n), notes=f"smoke {n}") for n in range(40)])
        line.deliver(f"{number:02}b.csv", [call(str(n), notes="fire is out") for n in range(40)])
    pull_agencies(line.settings, run_id="r", now=line.at)
    failures: list[BaseException] = []

    def go() -> None:
        try:
            walk_landed(line.settings, now=line.at)
        except Conflict as conflict:
            failures.append(conflict)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    line.run()
    row = line.count()
    assert row.payloads.landed == 0
    assert row.received == row.payloads.walked * 40
    assert len(line.pending()) == 40


def test_an_ended_agreement_stops_the_walk_of_what_was_landed(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    pull_agencies(line.settings, run_id="r", now=line.at)
    line.change(agreement={"expires": "2026-02-01"})
    report = walk_landed(line.settings, now=line.at)
    assert "agreement" in report.failures["elm-bluff"].lower()
    row = line.count()
    assert (row.received, row.payloads.landed) == (0, 1)
    line.change(agreement={"expires": "2029-01-09"})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 1}


def test_one_agencys_bad_areas_do_not_stop_another(sqlite_line: Line) -> None:
    line = sqlite_line
    other = line.folder.with_name("ash-bluff")
    shutil.copytree(line.folder, other)
    text = (other / "agency.yml").read_text().replace("id: elm-bluff", "id: ash-bluff")
    (other / "agency.yml").write_text(text)
    (other / "areas.geojson").write_text("{}")
    line.deliver("a.csv", [call("1")])
    line.run()
    assert line.states() == {"pending": 1}
    report = walk_landed(line.settings, now=line.at)
    assert list(report.failures) == ["ash-bluff"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"informant_said": "raped by her uncle"},
        {"address": "12 Elm; raped by her uncle"},
        {"caller": "rape crisis unit"},
    ],
)
def test_a_sensitive_word_counts_wherever_it_is_written(
    sqlite_line: Line, hidden: dict[str, str]
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [{**call("1"), **hidden}])
    line.run()
    expected = {"pending": 1} if "caller" in hidden else {"withheld": 1}
    assert line.states() == expected


def test_an_agreement_without_remarks_does_not_hide_their_sense(sqlite_line: Line) -> None:
    line = sqlite_line
    fields = ["cfs_number", "call_type", "opened_at", "latitude", "longitude"]
    line.change(agreement={"fields": fields})
    line.deliver("a.csv", [call("1", notes="raped by her uncle"), call("2")])
    line.run()
    assert line.states() == {"pending": 1, "withheld": 1}


def test_a_revision_without_a_date_keeps_older_dates_old(line: Line) -> None:
    line.deliver("a.csv", [call("1", revised="2026-03-02 11:40:00", notes="fire is out")])
    line.deliver("b.csv", [call("1", notes="engine returning")])
    line.deliver("c.csv", [call("1", revised="2026-03-02 11:30:00", notes="smoke")])
    line.run()
    assert line.states() == {"pending": 1, "superseded": 2}
    (candidate,) = line.pending()
    row = one_candidate(line.settings, candidate, now=line.at)
    assert row.proposal.candidate.remarks[0].text == "engine returning"


@pytest.mark.parametrize(
    ("title", "states"),
    [
        ("Thank you and have a safe day", {"pending": 1}),  # tells no story of any call
        ("juvenile victim in call 1", {"withheld": 1}),  # may speak of any call
    ],
)
def test_words_around_a_table_raise_its_calls_by_what_they_say_alone(
    sqlite_line: Line, title: str, states: dict[str, int]
) -> None:
    line = sqlite_line
    line.deliver("plain.csv", [call("1")])
    body = (line.folder / "payloads" / "plain.csv").read_bytes()
    (line.folder / "payloads" / "plain.csv").unlink()
    line.deliver_bytes("titled.csv", title.encode() + b"\n" + body)
    line.run()
    assert line.states() == states
    assert ("elm-bluff", "unread-field", "words around", 1) in notice_list(
        line.settings, now=line.at
    )
