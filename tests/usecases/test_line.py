from __future__ import annotations

import re
import shutil
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.model import (
    AgreementStopped,
    ConfigError,
    Conflict,
    Refused,
    RejectReason,
    RetractReason,
    StoreFailure,
    VaultFailure,
)
from pipeline.usecases.approve import approve
from pipeline.usecases.edit import edit
from pipeline.usecases.expire import expire_due
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import (
    held_queue,
    live_alerts,
    notice_list,
    one_candidate,
    quarantine_list,
)
from pipeline.usecases.reject import reject
from pipeline.usecases.resources import migrate
from pipeline.usecases.retract import retract
from pipeline.usecases.reveal import reveal_payload
from pipeline.usecases.walk import walk_files, walk_landed


def public_bytes(line: Line) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(line.settings.public.rglob("*")) if p.is_file())


def published(line: Line, editor: str = "Ida Okwu") -> str:
    """Approve the one pending candidate, publish, and return the alert's id."""
    (candidate,) = line.pending()
    decided = approve(line.settings, candidate, editor=editor, now=line.at)
    assert decided.alert is not None
    publish_due(line.settings, now=line.at)
    return decided.alert.alert_id


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


def test_the_same_body_in_another_file_is_landed_once(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.deliver("b.csv", [call("1")])
    line.run()
    assert line.states() == {"pending": 1}
    assert line.count().payloads.redelivered == 1


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


def test_a_revision_that_shows_nothing_new_keeps_candidate_and_approvals(line: Line) -> None:
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    first = approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert (first.approvals, first.approvals_needed, first.alert) == (1, 2, None)
    line.deliver("b.csv", [call("1", "ROBBERY", notes="store, nobody hurt", phone="920-555-0144")])
    line.later(5).run()
    assert line.pending() == [candidate]
    assert line.states() == {"pending": 1, "superseded": 1}
    second = approve(line.settings, candidate, editor="Bo Thorsgaard", now=line.at)
    assert second.alert is not None


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


def test_an_approved_candidate_is_told_in_every_channel(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    files = {
        p.relative_to(line.settings.public).as_posix() for p in line.settings.public.rglob("*")
    }
    assert {"alerts.geojson", "alerts.atom", f"cap/{alert_id}.xml"} <= files
    for name in ("alerts.geojson", "alerts.atom", f"cap/{alert_id}.xml"):
        assert alert_id.encode() in (line.settings.public / name).read_bytes()
    assert line.states() == {"published": 1}


def test_a_retraction_leaves_no_word_of_the_alert_in_any_channel(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    edit(
        line.settings,
        candidate,
        editor="Ida Okwu",
        now=line.at,
        headline="",
        text="A fire was reported; engines went there and are returning slowly.",
    )
    alert_id = published(line, editor="Bo Thorsgaard")
    assert public_bytes(line).count(b"are returning slowly") >= 3
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    publish_due(line.settings, now=line.later(1).at)
    left = public_bytes(line)
    assert b"are returning slowly" not in left
    assert RetractReason.WRONG.value.encode() not in left
    assert alert_id.encode() in left
    assert live_alerts(line.settings, now=line.at) == ()
    assert line.states() == {"published": 1}


def test_nothing_new_is_proposed_for_a_retracted_incident(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.PRIVACY)
    line.deliver("b.csv", [call("1", notes="fire is out")])
    line.later(5).run()
    assert line.pending() == []
    assert line.states() == {"published": 1, "withheld": 1}


def test_a_revision_that_becomes_sensitive_withdraws_the_alert_by_itself(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", notes="caller now says she set it, wants to kill herself")])
    after = line.later(5)
    after.run()
    publish_due(line.settings, now=after.at)
    assert live_alerts(line.settings, now=after.at) == ()
    assert b"North Side" not in public_bytes(line)
    assert line.states() == {"published": 1, "withheld": 1}


def test_an_update_says_nothing_more_precise_than_the_first_alert(line: Line) -> None:
    line.deliver("a.csv", [call("1", lat="", lon="")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", opened="2026-03-02 11:50:00", notes="fire is out")])
    line.later(5).run()
    published(line)
    (alert,) = live_alerts(line.settings, now=line.at)
    assert alert.version == 2
    assert alert.facts.area.name == "Elm Bluff"
    assert alert.facts.earliest.strftime("%H:%M") == "17:00"
    assert "North Side" not in alert.facts.headline + alert.facts.text


def test_content_that_was_told_goes_back_to_the_editor_when_it_returns(line: Line) -> None:
    line.deliver("a.csv", [call("1", notes="smoke from the roof")])
    line.run()
    published(line)
    line.deliver("b.csv", [call("1", notes="fire is out")])
    line.later(5).run()
    published(line)
    line.deliver("c.csv", [call("1", notes="smoke from the roof", phone="920-555-0144")])
    line.later(10).run()
    assert len(line.pending()) == 1
    assert line.states() == {"pending": 1, "published": 1, "superseded": 1}
    published(line)
    (alert,) = live_alerts(line.settings, now=line.at)
    assert alert.version == 3


def test_whoever_changed_a_text_cannot_approve_it(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (old,) = line.pending()
    changed = edit(
        line.settings, old, editor="Ida Okwu", now=line.at, headline="", text="A fire, now out."
    )
    assert line.pending() == [changed.candidate_id]
    for name in ("Ida Okwu", "ida okwu "):
        with pytest.raises(Refused, match="somebody else"):
            approve(line.settings, changed.candidate_id, editor=name, now=line.at)
    with pytest.raises(Conflict):
        approve(line.settings, old, editor="Bo Thorsgaard", now=line.at)
    assert line.states() == {"pending": 1}


@pytest.mark.parametrize(
    "words",
    [
        "Call 920-555-0143",
        "Fire at the home of Quillon Abernathwy",
        "John Miller of 14 Tannery Row was robbed by a tall man.",
        "Fire near 1420 Oak Ridge",
        "Mr. Miller was there",
        "A 34-year-old was hurt",
        "Fire in Unit 4B",
    ],
)
def test_an_editor_cannot_write_who_or_where(line: Line, words: str) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match=r"leak check|nothing explains"):
        edit(line.settings, candidate, editor="Ida Okwu", now=line.at, headline="", text=words)


def test_two_approvals_by_one_editor_are_one(line: Line) -> None:
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    for name in ("Ida Okwu", "Ida Okwu", " ida  okwu", "IDA OKWU"):
        decided = approve(line.settings, candidate, editor=name, now=line.at)
        assert (decided.approvals, decided.alert) == (1, None)
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        entries = [text for _, text in read_log(tx) if b'"kind":"decision"' in text]
    assert len(entries) == 1


def test_a_rejected_candidate_stays_rejected_when_the_same_comes_again(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    reject(
        line.settings,
        candidate,
        editor="Ida Okwu",
        now=line.at,
        reason=RejectReason.NOT_NEWSWORTHY,
    )
    line.deliver("b.csv", [call("1", phone="920-555-0144")])
    line.later(5).run()
    assert line.pending() == []
    assert line.states() == {"rejected": 1, "superseded": 1}


@pytest.mark.parametrize("name", ["", "  ", "rules"])
def test_a_decision_needs_a_person(sqlite_line: Line, name: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match="named editor"):
        approve(line.settings, candidate, editor=name, now=line.at)


def test_an_expired_agreement_stops_the_feed_and_leaves_its_files(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.change(agreement={"expires": "2026-02-01"})
    report = pull_agencies(line.settings, run_id="r", now=line.at)
    assert report.landed == ()
    assert "elm-bluff" in report.failures
    assert "\n" not in report.failures["elm-bluff"]
    line.change(agreement={"expires": "2029-01-09"})
    line.run()
    assert line.states() == {"pending": 1}


def test_nothing_is_approved_under_an_expired_agreement(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    line.change(agreement={"expires": "2026-02-01"})
    with pytest.raises(AgreementStopped):
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)


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
        line.settings, payload.payload_id, person="Ida Okwu", reason="mend the feed", now=line.at
    )
    assert raw == body


def test_an_unread_column_is_told_by_name_and_never_by_value(line: Line) -> None:
    line.deliver("a.csv", [{**call("1", notes="zebulon saw smoke"), "informant": "Zebulon Quackt"}])
    line.run()
    assert ("elm-bluff", "unread-field", "informant", 1) in notice_list(line.settings, now=line.at)
    (candidate,) = line.pending()
    row = one_candidate(line.settings, candidate, now=line.at)
    assert "zebulon" not in row.proposal.candidate.remarks[0].text.lower()


def test_an_unknown_call_type_is_shown_without_what_may_be_private(line: Line) -> None:
    line.deliver("a.csv", [call("1", "CALL QUILLON 920-555-0143")])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert held.reason == "unknown-call-type"
    assert "QUILLON" not in held.detail.upper()
    assert "0143" not in held.detail


def test_no_canary_is_in_any_byte_outside_the_vault(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver(
        "a.csv",
        [
            call("1", notes="RP QUILLON ABERNATHWY CB# 920-555-0143, neighbor Tuyet Nguyendo"),
            call("2", "GAS LEAK", caller="Tuyet Nguyendo", notes="gate code 4471#, ask for Tuyet"),
            call("3", "UNKNOWN", notes="Quillon says plate QZJ-4418"),
            call("Quillon Abernathwy", "BRUSH FIRE"),
        ],
    )
    line.run()
    for candidate in line.pending():
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    searched, found = everything_outside_the_vault(line, CANARIES)
    assert searched >= 5
    assert found == []


def test_the_canary_search_finds_what_is_there(sqlite_line: Line) -> None:
    (sqlite_line.settings.home / "note.txt").write_text("Quillon Abernathwy called")
    _, found = everything_outside_the_vault(sqlite_line, CANARIES)
    assert [path.name for path, _ in found] == ["note.txt"] * len(found)
    assert found


def test_shredded_payloads_cannot_be_read_and_the_ledger_still_balances(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.deliver_bytes("b.csv", b"")
    line.run()
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    after = line.later(60 * 73)
    report = expire_due(line.settings, now=after.at)
    assert (report.shredded, report.memories) == (2, 1)
    with pytest.raises(VaultFailure, match="shredded"):
        reveal_payload(
            line.settings,
            payload.payload_id,
            person="Ida Okwu",
            reason="mend the feed",
            now=after.at,
        )
    assert [p for p in Path(line.settings.vault).rglob("*") if p.is_file()] == []
    assert after.states() == {"pending": 1, "quarantined": 1}


def test_a_sensitive_incident_stays_sensitive_after_its_memory_is_shredded(line: Line) -> None:
    line.deliver("a.csv", [call("1", notes="her husband hit her")])
    line.run()
    after = line.later(60 * 73)
    expire_due(line.settings, now=after.at)
    after.deliver("b.csv", [call("1", notes="fire is out")])
    after.run()
    assert after.pending() == []
    assert after.states() == {"withheld": 2}


def test_alerts_end_after_their_lifetime(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    after = line.later(60 * 49)
    assert expire_due(line.settings, now=after.at).alerts == 1
    publish_due(line.settings, now=after.at)
    assert b"North Side" not in public_bytes(line)
    assert after.states() == {"published": 1}


def test_orphaned_vault_objects_are_swept(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (only,) = [p for p in Path(line.settings.vault).rglob("*") if p.is_file()]
    orphan = only.with_name(only.name[:-1] + ("0" if only.name[-1] != "0" else "1"))
    orphan.write_bytes(only.read_bytes())
    present = datetime.fromtimestamp(time.time(), UTC)
    assert expire_due(line.settings, now=present).orphans == 0
    assert expire_due(line.settings, now=present + timedelta(hours=2)).orphans == 1
    assert not orphan.exists()


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


def test_a_missing_key_file_is_one_clear_line(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    line.settings.key_file.unlink()
    with pytest.raises(ConfigError) as caught:
        line.run()
    assert "\n" not in str(caught.value)
    assert "backup" in str(caught.value)


def test_another_key_is_refused(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    other = replace(line.settings, key_file=line.settings.home / "other.json")
    with pytest.raises(ConfigError):
        walk_landed(other, now=line.at)


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


def test_a_changed_agency_file_voids_what_waits_and_proposes_it_again(line: Line) -> None:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    before = line.pending()
    line.change(call_types={"STRUCTURE FIRE": "DVA"})
    for candidate in before:
        with pytest.raises(Conflict, match="blotter walk"):
            approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 1, "withheld": 1}
    assert published(line)


def test_a_mended_agency_file_frees_what_it_held(line: Line) -> None:
    line.deliver("a.csv", [call("1", "CHIMNEY FIRE"), call("2", "CHIMNEY FIRE", notes="old")])
    line.deliver("b.csv", [call("2", "CHIMNEY FIRE", notes="fire is out")])
    line.run()
    assert line.states() == {"held": 2, "superseded": 1}
    line.change(call_types={"CHIMNEY FIRE": "FSTRU"})
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 2, "superseded": 1}
    walk_landed(line.settings, now=line.at)
    assert line.states() == {"pending": 2, "superseded": 1}
    assert line.count().received == 3


def test_an_edited_candidate_is_proposed_again_when_the_rules_change(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (old,) = line.pending()
    edit(line.settings, old, editor="Ida Okwu", now=line.at, headline="", text="A fire, now out.")
    line.change(location={"town": "Elm Bluff Town"})
    walk_landed(line.settings, now=line.at)
    (new,) = line.pending()
    row = one_candidate(line.settings, new, now=line.at)
    assert row.edited_by == ""
    assert "now out" not in row.proposal.candidate.facts.text
    assert line.states() == {"pending": 1}


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


def test_the_end_of_an_alert_and_of_memories_is_in_the_log(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    expire_due(line.settings, now=line.later(60 * 73).at)
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        lines = [text.decode() for _, text in read_log(tx)]
    assert any('"kind":"expiry"' in text and alert_id in text for text in lines)
    assert sum('"kind":"shred"' in text for text in lines) == 2


def test_a_public_folder_of_another_installation_is_left_alone(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    before = public_bytes(line)
    home = line.settings.home.parent / "other"
    other = replace(
        line.settings,
        home=home,
        database_url=f"sqlite:///{home / 'b.db'}",
        key_file=home / "key.json",
        vault=str(home / "vault"),
    )
    migrate(other)
    with pytest.raises(StoreFailure, match="another installation"):
        publish_due(other, now=line.at, force=True)
    assert public_bytes(line) == before


def test_a_name_of_no_agency_is_refused(sqlite_line: Line) -> None:
    with pytest.raises(Refused, match="nosuch"):
        ledger_report(sqlite_line.settings, now=sqlite_line.at, agency="nosuch")
    with pytest.raises(ConfigError, match="nosuch"):
        pull_agencies(sqlite_line.settings, run_id="r", now=sqlite_line.at, only=["nosuch"])


def test_a_feed_is_pulled_at_its_own_rhythm(sqlite_line: Line) -> None:
    line = sqlite_line
    line.change(schedule={"every": 600})
    line.run()
    line.deliver("a.csv", [call("1")])
    line.later(5).run()
    assert line.pending() == []
    line.later(10).run()
    assert len(line.pending()) == 1


def test_a_clock_set_back_never_keeps_a_retraction_from_being_told(line: Line) -> None:
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    ahead = line.later(60 * 24)
    first, second = line.pending()
    decided = approve(line.settings, first, editor="Ida Okwu", now=ahead.at)
    publish_due(line.settings, now=ahead.at)
    assert decided.alert is not None
    retract(
        line.settings,
        decided.alert.alert_id,
        editor="Ida Okwu",
        now=line.at,
        reason=RetractReason.PRIVACY,
    )
    assert publish_due(line.settings, now=line.at).left_out == 0
    assert approve(line.settings, second, editor="Ida Okwu", now=line.at).alert is not None
    publish_due(line.settings, now=line.at)
    assert len(live_alerts(line.settings, now=line.at)) == 1
    assert decided.alert.facts.headline.encode() not in public_bytes(line)


def test_what_should_have_been_told_long_ago_is_named_by_the_ledger(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    assert ledger_report(line.settings, now=line.later(5).at).balanced
    report = ledger_report(line.settings, now=line.later(20).at)
    assert len(report.problems) == 3
    assert all("blotter publish" in problem for problem in report.problems)


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


@pytest.mark.parametrize("code", ["FIRE 92 COLLEGE LN APT 3", "CB 555 4", "ASK LORCAN AT 12"])
def test_a_place_or_number_in_an_unknown_call_type_is_not_shown(
    sqlite_line: Line, code: str
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", code)])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert not re.search(r"\d|COLLEGE|LORCAN", held.detail)


@pytest.mark.parametrize("code", ["415", "10-50", "11-82A"])
def test_a_short_number_alone_is_a_code_and_is_shown(sqlite_line: Line, code: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", code)])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert held.detail == code


def test_a_name_used_as_a_column_is_not_told(sqlite_line: Line) -> None:
    line = sqlite_line
    names = ("Lorcan Whitfield", "715 555 018 8", "412 Alder Ct", "Informant Name")
    line.deliver("a.csv", [{**call("1"), **dict.fromkeys(names, "x marks it")}])
    line.run()
    told = {field for _, code, field, _ in notice_list(line.settings, now=line.at)}
    assert told == {"…", "Informant Name"}


@pytest.mark.parametrize(
    "other",
    ["ida\u200b okwu", "id\u0430 okwu", "\u0131da okwu", "IDA OKW\u00da", "x" * 90, "a\x1bb"],
)
def test_no_other_spelling_makes_one_editor_two(sqlite_line: Line, other: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", "ROBBERY", notes="store, nobody hurt")])
    line.run()
    (candidate,) = line.pending()
    approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    try:
        decided = approve(line.settings, candidate, editor=other, now=line.at)
    except Refused:
        return
    assert (decided.approvals, decided.alert) == (1, None)


def test_an_editor_cannot_write_what_is_never_told(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match="never told"):
        edit(
            line.settings,
            candidate,
            editor="Ida Okwu",
            now=line.at,
            headline="",
            text="a victim of rape is in the house next to the school",
        )


def test_a_revision_without_a_date_keeps_older_dates_old(line: Line) -> None:
    line.deliver("a.csv", [call("1", revised="2026-03-02 11:40:00", notes="fire is out")])
    line.deliver("b.csv", [call("1", notes="engine returning")])
    line.deliver("c.csv", [call("1", revised="2026-03-02 11:30:00", notes="smoke")])
    line.run()
    assert line.states() == {"pending": 1, "superseded": 2}
    (candidate,) = line.pending()
    row = one_candidate(line.settings, candidate, now=line.at)
    assert row.proposal.candidate.remarks[0].text == "engine returning"


def test_two_pulls_at_once_land_every_file_once(line: Line) -> None:
    for number in range(20):
        line.deliver(f"{number:02}.csv", [call(str(number))])
    failures: list[Exception] = []

    def go() -> None:
        try:
            pull_agencies(line.settings, run_id="r", now=line.at, only=["elm-bluff"])
        except StoreFailure as failure:
            failures.append(failure)

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("another run" in str(failure) for failure in failures)
    line.run()
    line.later(1).run()
    assert line.states() == {"pending": 20}
