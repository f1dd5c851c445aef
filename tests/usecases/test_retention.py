"""Destruction with a certificate, holds that stop it, and proofs that outlive both."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault, published

from pipeline.adapters.shreds_file import destroyed_keys, shreds_path
from pipeline.adapters.store.feeding import living_payloads
from pipeline.adapters.store.holding import due_memories
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.certificates import key_name
from pipeline.audit.holds import Hold
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.audit.verify import verify_log, verify_receipt
from pipeline.model import Refused, RetentionClass, VaultFailure
from pipeline.usecases import destroy, expire
from pipeline.usecases.catalog import shorter_times
from pipeline.usecases.expire import expire_due
from pipeline.usecases.holds import Scope, holds, lift_hold, place_hold
from pipeline.usecases.queue import pending_queue, quarantine_list
from pipeline.usecases.receipts import check_log_files, log_verifier_keys, make_receipt
from pipeline.usecases.resources import current_policy, open_database
from pipeline.usecases.retention import certificates, retention_rows
from pipeline.usecases.reveal import reveal_payload
from pipeline.usecases.seal import seal_log

WHO = {"person": "Ida Okwu", "reason": "a court asks for it"}


def alive(line: Line) -> dict[str, bytes]:
    """Return the wrapped key of every payload that has one."""
    with open_database(line.settings) as store, store.read() as tx:
        return {each.payload_id: each.wrapped_key or b"" for each in living_payloads(tx)}


def memories(line: Line) -> int:
    with open_database(line.settings) as store, store.read() as tx:
        return len(due_memories(tx, line.at + timedelta(days=99)))


def place(line: Line, **scope: Any) -> Hold:
    return place_hold(line.settings, Scope(**scope), now=line.at, **WHO).hold


def brush_fire(line: Line) -> str:
    rows = pending_queue(line.settings, now=line.at)
    (found,) = [r.candidate_id for r in rows if "utdoor" in r.proposal.candidate.facts.label]
    return found


def two_days(line: Line) -> Line:
    """Receive a call on each of two days; return the line when both are past their time."""
    line.deliver("a.csv", [call("1")])
    line.run()
    next_day = line.later(60 * 24)
    next_day.deliver("b.csv", [call("2", "BRUSH FIRE"), call("1", notes="fire is out")])
    next_day.run()
    return line.later(60 * 24 * 5)


def test_what_is_destroyed_is_certified_key_by_key_and_without_text(line: Line) -> None:
    after = two_days(line)
    keys = alive(line)
    assert len(keys) == 2
    report = expire_due(after.settings, now=after.at)
    assert (report.shredded, report.memories, report.held) == (2, 2, 0)
    assert alive(after) == {}
    payloads, remembered = certificates(after.settings)
    assert (payloads.kind, payloads.agency_id) == ("payload", "elm-bluff")
    assert sorted(payloads.keys) == sorted(map(key_name, keys.values()))
    assert payloads.rule == "rule 28: payload after 72h"
    assert payloads.policy == current_policy(after.settings).version
    assert payloads.before == after.at - timedelta(hours=72)
    assert (remembered.kind, len(remembered.keys)) == ("memory", 2)
    assert certificates(after.settings, agency="elm-bluff") == (payloads,)
    assert expire_due(after.settings, now=after.at).shredded == 0
    assert len(certificates(after.settings)) == 2
    assert everything_outside_the_vault(after, CANARIES)[1] == []


def test_the_table_says_what_lives_is_due_is_held_and_was_destroyed(sqlite_line: Line) -> None:
    after = two_days(sqlite_line)
    place(after, agency="elm-bluff", until=sqlite_line.later(60).at)
    row = {each.kind: each for each in retention_rows(after.settings, now=after.at)}
    before = row[RetentionClass.PAYLOAD]
    assert (before.alive, before.due, before.held, before.destroyed) == (2, 1, 1, 0)
    assert before.oldest is not None
    expire_due(after.settings, now=after.at)
    row = {each.kind: each for each in retention_rows(after.settings, now=after.at)}
    now = row[RetentionClass.PAYLOAD]
    assert (now.alive, now.due, now.held, now.destroyed) == (1, 0, 1, 1)


@pytest.mark.parametrize(
    ("scope", "payloads", "remembered"),
    [
        (lambda line: {"agency": "elm-bluff"}, 2, 2),
        (lambda line: {"agency": "elm-bluff", "cfs": "1"}, 2, 1),
        (lambda line: {"agency": "elm-bluff", "cfs": "2"}, 1, 1),
        (lambda line: {"candidate": brush_fire(line)}, 1, 1),
        (lambda line: {"since": line.later(60).at}, 1, 2),
        (lambda line: {"until": line.later(60).at}, 1, 2),
        (lambda line: {"since": line.at, "until": line.at}, 1, 2),
    ],
    ids=["agency", "cfs-in-both", "cfs-in-one", "candidate", "since", "until", "moment"],
)
def test_a_hold_keeps_what_its_scope_covers_until_it_is_lifted(
    line: Line, scope: Callable[[Line], dict[str, Any]], payloads: int, remembered: int
) -> None:
    after = two_days(line)
    hold = place(after, **scope(line))
    report = expire_due(after.settings, now=after.at)
    assert (len(alive(after)), memories(after)) == (payloads, remembered)
    assert report.held == payloads + remembered
    lift_hold(after.settings, hold.hold_id, now=after.at, **WHO)
    assert expire_due(after.settings, now=after.at).shredded == payloads
    assert alive(after) == {}
    assert memories(after) == 0


def test_a_payload_that_says_nothing_new_of_a_held_call_is_kept_too(sqlite_line: Line) -> None:
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.run()
    again = sqlite_line.later(60)
    again.deliver("b.csv", [call("1"), call("2", "BRUSH FIRE")])
    again.run()
    after = sqlite_line.later(60 * 24 * 5)
    place(after, agency="elm-bluff", cfs="1")
    expire_due(after.settings, now=after.at)
    assert len(alive(after)) == 2


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"agency": "nowhere"},
        {"cfs": "1"},
        {"agency": "elm-bluff", "cfs": "777"},
        {"candidate": "zzzzzz"},
    ],
    ids=str,
)
def test_a_hold_of_nothing_known_is_refused(sqlite_line: Line, scope: dict[str, str]) -> None:
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.run()
    with pytest.raises(Refused):
        place(sqlite_line, **scope)
    assert holds(sqlite_line.settings) == ()


def test_a_hold_says_what_was_gone_before_and_holds_no_number(sqlite_line: Line) -> None:
    sqlite_line.deliver("a.csv", [call("QZ-777123")])
    sqlite_line.run()
    after = sqlite_line.later(60 * 24 * 5)
    expire_due(after.settings, now=after.at)
    scope = Scope(agency="elm-bluff", cfs="QZ-777123")
    report = place_hold(after.settings, scope, now=after.at, **WHO)
    assert (report.payloads, report.gone) == (0, 1)
    number, found = everything_outside_the_vault(after, ["QZ-777123"])
    assert number > 0
    assert found == []
    with pytest.raises(Refused, match="not known"):
        lift_hold(after.settings, "h0", now=after.at, **WHO)
    lift_hold(after.settings, report.hold.hold_id, now=after.at, **WHO)
    with pytest.raises(Refused, match="lifted before"):
        lift_hold(after.settings, report.hold.hold_id, now=after.at, **WHO)
    assert holds(after.settings) == ()
    (lifted,) = holds(after.settings, every=True)
    assert lifted.lifted is not None


def test_a_hold_placed_while_a_run_is_under_way_is_seen(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hold comes after the run looked for what is due, and before it drops a key."""
    after = two_days(line)
    found = destroy.shreddable

    def then_held(tx: Any, before: Any) -> Any:
        due = found(tx, before)
        helper = threading.Thread(target=place, args=(after,), kwargs={"agency": "elm-bluff"})
        helper.start()
        helper.join()
        return due

    monkeypatch.setattr(destroy, "shreddable", then_held)
    assert expire_due(after.settings, now=after.at).shredded == 0
    assert len(alive(after)) == 2


def test_of_a_hold_and_a_run_at_once_the_second_knows_what_the_first_did(line: Line) -> None:
    """In every race either the key lives and the hold counts it, or both say that it is gone."""
    for turn in range(6):
        day = line.later(60 * 24 * 10 * turn)
        day.deliver(f"{turn}.csv", [call(f"c{turn}")])
        day.run()
        after = day.later(60 * 24 * 5)
        counted: list[int] = []
        start = threading.Barrier(2)

        def hold(after: Line = after, start: Any = start, counted: Any = counted) -> None:
            start.wait()
            scope = Scope(agency="elm-bluff", since=after.at - timedelta(days=6))
            counted.append(place_hold(after.settings, scope, now=after.at, **WHO).payloads)

        def run(after: Line = after, start: Any = start) -> None:
            start.wait()
            expire_due(after.settings, now=after.at)

        threads = [threading.Thread(target=each) for each in (hold, run)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert [len(alive(after))] == counted
        for each in holds(after.settings):
            lift_hold(after.settings, each.hold_id, now=after.at, **WHO)
        expire_due(after.settings, now=after.at)
        assert alive(after) == {}


def test_proofs_still_verify_after_everything_private_is_gone(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert = published(line)
    seal_log(line.settings, now=line.at)
    receipt = make_receipt(line.settings, alert)
    after = line.later(60 * 24 * 40)
    assert expire_due(after.settings, now=after.at).shredded == 1
    seal_log(after.settings, now=after.at)
    assert [p for p in Path(after.settings.vault).rglob("*") if p.is_file()] == []
    keys = log_verifier_keys(after.settings)
    assert verify_receipt(receipt, keys) == verify_receipt(receipt, keys)
    assert verify_receipt(make_receipt(after.settings, alert), keys).versions
    assert verify_log(after.settings.log, keys).problems == ()
    assert check_log_files(after.settings).problems == ()
    with open_database(after.settings) as store, store.read() as tx:
        (shred,) = [e for _, e in entries_of(tx, [EntryKind.SHRED]) if "payload" in e["body"]]
    assert orjson.dumps(shred).find(b"rule 28") > 0


def test_a_restored_backup_does_not_bring_a_destroyed_key_back(
    sqlite_line: Line, tmp_path: Path
) -> None:
    """Database and vault of before the destruction are put back; the folder of keys is not."""
    sqlite_line.deliver_bytes("a.csv", b"<html>private</html>")
    sqlite_line.run()
    home, vault = sqlite_line.settings.home, Path(sqlite_line.settings.vault)
    database = Path(sqlite_line.settings.database_url.removeprefix("sqlite:///"))
    backup = tmp_path / "backup"
    shutil.copytree(vault, backup / "vault")
    with sqlite3.connect(database) as live, sqlite3.connect(backup / "blotter.db") as copy:
        live.backup(copy)
    assert revealed(sqlite_line) == b"<html>private</html>"
    after = sqlite_line.later(60 * 24 * 5)
    assert expire_due(after.settings, now=after.at).shredded == 1
    for path in home.glob("blotter.db*"):
        path.unlink()
    shutil.copy(backup / "blotter.db", database)
    shutil.copytree(backup / "vault", vault, dirs_exist_ok=True)
    assert len(alive(after)) == 1
    with pytest.raises(VaultFailure, match="was destroyed"):
        revealed(after)


def test_a_run_killed_before_the_keyring_knew_is_caught_up_with(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = two_days(sqlite_line)
    with monkeypatch.context() as broken:
        broken.setattr(expire, "tell_keyring", lambda *_: 0)
        expire_due(after.settings, now=after.at)
    path = shreds_path(after.settings.key_file)
    assert destroyed_keys(path) == frozenset()
    expire_due(after.settings, now=after.at)
    assert destroyed_keys(path) == {k for c in certificates(after.settings) for k in c.keys}
    assert len(destroyed_keys(path)) == 4
    assert path.stat().st_mode & 0o777 == 0o600


def revealed(line: Line) -> bytes:
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    return reveal_payload(
        line.settings,
        payload.payload_id,
        person="Ida Okwu",
        role=RevealRole.ENGINEER,
        code=RevealCode.FEED_FAULT,
        reason="mend the feed",
        now=line.at,
    )


@pytest.mark.parametrize(("hours", "destroyed"), [(24, 1), (72, 0)])
def test_an_agency_may_keep_its_payloads_shorter_than_the_policy_says(
    line: Line, hours: int, destroyed: int
) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    with (line.folder / "agency.yml").open("a", encoding="utf-8") as file:
        file.write(f"\nretention: {{payload_hours: {hours}}}\n")
    after = line.later(60 * 25)
    payloads = retention_rows(after.settings, now=after.at)[0]
    assert (payloads.due, payloads.alive) == (destroyed, 1)
    assert expire_due(after.settings, now=after.at).shredded == destroyed
    rules = [each.rule for each in certificates(after.settings)]
    assert rules == [f"rule 28: payload after {hours}h"] * destroyed


def test_where_no_agency_file_can_be_read_payloads_are_destroyed_all_the_same(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    shutil.rmtree(line.folder.parent)
    after = line.later(60 * 73)
    assert expire_due(after.settings, now=after.at).shredded == 1


def test_an_agency_whose_packs_are_not_there_lengthens_nobodys_time(sqlite_line: Line) -> None:
    """Payloads of agencies that are read after it were kept for the policy's 72 hours."""
    sqlite_line.change(retention={"payload_hours": 6}, jurisdiction=["nowhere"])
    shutil.copytree(sqlite_line.folder, sqlite_line.folder.parent / "oak-ridge")
    path = sqlite_line.folder.parent / "oak-ridge" / "agency.yml"
    text = (
        path.read_text().replace("elm-bluff", "oak-ridge").replace("- nowhere", "- hipaa-2026-12")
    )
    path.write_text(text.replace("payload_hours: 6", "payload_hours: 8"))
    found = shorter_times(sqlite_line.settings, current_policy(sqlite_line.settings))
    assert found == {"elm-bluff": timedelta(hours=6), "oak-ridge": timedelta(hours=8)}
