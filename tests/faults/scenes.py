"""What the kill harness plays besides the line: every other use case that writes something.

A scene is an installation prepared for it, an act that does its work and may be run again as a
person or a schedule would, and what is seen at the end whether or not somebody was killed on the
way. No scene may repair anything: what an act looks for first is what a person could see.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from alembic import command
from elm_bluff import NOW, Line, build_line, call
from old_schema import at_schema
from pushing import JSON_FORMAT, body_of

from pipeline.adapters.outbound import Answer
from pipeline.adapters.store import open_store
from pipeline.adapters.store.feeding import payloads_of
from pipeline.adapters.store.outbox import channel_totals
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.reveals import RevealCode, RevealRole, Verdict
from pipeline.audit.verify import verify_log
from pipeline.model import (
    AreaChoice,
    Choices,
    Conflict,
    Refused,
    RejectReason,
    RetractReason,
    Rhythm,
    StoreFailure,
)
from pipeline.model import Scope as Reach
from pipeline.usecases.api_keys import list_keys, new_key, revoke
from pipeline.usecases.approve import approve
from pipeline.usecases.backfill import backfill
from pipeline.usecases.backup import create_backup, restore_backup, restore_keys, verify_backup
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.correct import correct
from pipeline.usecases.deliver import Outside, deliver_due
from pipeline.usecases.edit import edit
from pipeline.usecases.hold import hold, resume
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.nightly import make_nightly, prune_backups
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, pending_queue
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.receive import known_key, receive
from pipeline.usecases.reject import reject
from pipeline.usecases.resources import migrate, open_database, open_resources
from pipeline.usecases.retract import retract
from pipeline.usecases.reveal import reveal_payload, reveals, review_reveal
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.subscribing import confirm, subscribe
from pipeline.usecases.switches import switch_off, switch_on, switches
from pipeline.usecases.undo import undo
from pipeline.usecases.walk import walk_waiting
from pipeline.usecases.webhooks import add_webhook

__all__ = ["SCENES", "Scene", "sound"]

IDA, BO, PER = "Ida Okwu", "Bo Thorsgaard", "Per Lund"
DONE = partial(suppress, Refused, Conflict)
"""Around a step that says no when it was done before."""
OLD_SCHEMA = "0008_requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A use case to be killed in. ``seen`` is compared besides what :func:`sound` tells."""

    prepare: Callable[[Path], Line]
    act: Callable[[Line], object]
    seen: Callable[[Line], Mapping[str, Any]]


def sound(line: Line) -> dict[str, Any]:
    """Return what must hold at any end: ledger, log, and how many records stand where."""
    report = ledger_report(line.settings, now=line.at)
    return {
        "problems": list(report.problems),
        "balanced": report.balanced,
        "received": [row.received for row in report.agencies],
        "waiting": [row.waiting + row.payloads.landed for row in report.agencies],
        "states": [
            {state.value: row.total(state) for state in row.states} for row in report.agencies
        ],
        "fsck": list(check_log_files(line.settings).problems),
        "verify": list(verify_log(line.settings.log, log_verifier_keys(line.settings)).problems),
    }


def _built(root: Path) -> Line:
    return build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")


def _root(line: Line) -> Path:
    return line.settings.home.parent


def _nothing(_line: Line) -> Mapping[str, Any]:
    return {}


# A first start: database, keys and vault come into being.


def _folder_alone(root: Path) -> Line:
    line = _built(root)
    line.deliver("a.csv", [call("1"), call("2", "ROBBERY")])
    shutil.rmtree(line.settings.home)
    return line


def _first_start(line: Line) -> None:
    migrate(line.settings)
    line.run()
    seal_log(line.settings, now=line.at)


def _files(line: Line) -> Mapping[str, Any]:
    home = line.settings.home
    # A second name of the very file, which the next change of it removes, is no other file.
    keys = {
        path.stat().st_ino: path.name for path in sorted(line.settings.key_file.parent.rglob("*"))
    }
    return {"keys": sorted(keys.values())} | {
        "open to others": sorted(
            path.relative_to(home).as_posix()
            for path in home.rglob("*")
            if path.is_file() and path.stat().st_mode & 0o077 and "log" not in path.parts
        )
    }


# A database of an older program is brought up to date.


def _old_database(root: Path) -> Line:
    line = _folder_alone(root)
    at_schema(line.settings.database_url, OLD_SCHEMA, command.upgrade)
    return line


def _upgrade(line: Line) -> None:
    migrate(line.settings)
    line.run()
    seal_log(line.settings, now=line.at)


def _database(line: Line) -> Mapping[str, Any]:
    with closing(open_store(line.settings.database_url)) as store:
        return {"version": store.version(), "whole": store.sound()}


# An agency pushes, and sends again what it has no answer for.


def _pushing(root: Path) -> Line:
    line = _built(root)
    line.change(transport=None, format=None)
    line.change(transport={"kind": "push"}, format=JSON_FORMAT)
    (root / "token").write_text(_key(line).token)
    return line


def _key(line: Line) -> Any:
    return new_key(
        line.settings,
        "elm-bluff",
        now=line.at,
        overlap=timedelta(days=1),
        signed=True,
        by=PER,
        randomness=secrets.token_bytes,
    )


def _push(line: Line) -> None:
    token = (_root(line) / "token").read_text()
    agency = load_catalog(line.settings).find("elm-bluff")
    with open_resources(line.settings, now=line.at) as resources:
        for number in ("1", "2", "3", "2"):
            key = known_key(resources, "elm-bluff", token, now=line.at)
            assert key is not None
            body, name = body_of(number, f"{number}0"), f"push-{number}"
            receive(resources, agency, key, body, idempotency_key=name, now=line.at)
    walk_waiting(line.settings, now=line.at, pause=lambda _seconds: None)
    seal_log(line.settings, now=line.at)


# Editors change words, hold, take back, correct, reject and retract.

_CALLS = (
    *(("1", "STRUCTURE FIRE"), ("2", "GAS LEAK"), ("3", "BRUSH FIRE"), ("4", "CRASH")),
    *(("5", "ROBBERY"), ("6", "LARCENY")),
)


def _queue(root: Path) -> Line:
    line = _built(root)
    line.deliver("a.csv", [call(number, kind) for number, kind in _CALLS])
    line.run()
    rows = pending_queue(line.settings, now=line.at)
    ids = {row.proposal.candidate.facts.category.value: row.candidate_id for row in rows}
    (root / "ids").write_text(json.dumps(ids))
    return line


def _decide(line: Line) -> None:
    settings, at = line.settings, line.at
    ids = json.loads((_root(line) / "ids").read_text())
    soon = at + timedelta(seconds=10)
    words = {"headline": "Fire on the north side", "text": "A fire is being put out."}
    with DONE():
        edit(settings, ids["structure-fire"], editor=IDA, now=at, **words)
    for row in pending_queue(settings, now=at):
        if row.proposal.candidate.facts.category.value == "structure-fire":
            with DONE():
                approve(settings, row.candidate_id, editor=BO, now=at)
    with DONE():
        hold(settings, ids["outside-fire"], editor=IDA, reason="ask the station", now=at)
    with DONE():
        resume(settings, ids["outside-fire"], editor=IDA, now=at)
    with DONE():
        reject(settings, ids["outside-fire"], editor=IDA, now=at, reason=RejectReason.UNCLEAR)
    with DONE():
        approve(settings, ids["collision"], editor=IDA, now=at, settles=soon)
    with DONE():
        undo(settings, ids["collision"], editor=IDA, now=at, clock=at)
    with DONE():
        reject(settings, ids["collision"], editor=BO, now=at, reason=RejectReason.UNCLEAR)
    _tell_and_withdraw(line, ids)
    publish_due(settings, now=at)
    seal_log(settings, now=at)
    publish_due(settings, now=at)


def _tell_and_withdraw(line: Line, ids: Mapping[str, str]) -> None:
    settings, at = line.settings, line.at
    with DONE():
        approve(settings, ids["gas-leak"], editor=IDA, now=at)
    publish_due(settings, now=at)
    for alert in live_alerts(settings, now=at):
        if alert.facts.category.value == "gas-leak":
            with DONE():
                correct(
                    settings,
                    alert.alert_id,
                    editor=IDA,
                    now=at,
                    headline="Gas smell, north side",
                    text="Crews look for the leak.",
                )
    for row in pending_queue(settings, now=at):
        if row.proposal.candidate.facts.category.value == "gas-leak":
            with DONE():
                approve(settings, row.candidate_id, editor=BO, now=at)
    publish_due(settings, now=at)
    for alert in live_alerts(settings, now=at):
        if alert.facts.category.value == "gas-leak":
            with DONE():
                why = RetractReason.WRONG
                retract(settings, alert.alert_id, editor=IDA, now=at, reason=why)


def _told(line: Line) -> Mapping[str, Any]:
    live = [alert.facts.headline for alert in live_alerts(line.settings, now=line.at)]
    public = [path for path in line.settings.public.rglob("*") if path.is_file()]
    left = sorted(p.name for p in public if b"Crews look for the leak" in p.read_bytes())
    waiting = pending_queue(line.settings, now=line.at)
    return {"live": sorted(live), "withdrawn words left in": left, "pending": len(waiting)}


# Webhooks, a hub and a reader are told, and told that it was withdrawn.


@dataclass(frozen=True)
class _World:
    """Takes all messages and writes their ids down, as receivers do that know them again."""

    root: Path

    async def post(self, _url: str, _body: bytes, headers: Mapping[str, str]) -> Answer:
        self._note(headers.get("webhook-id", "ping"))
        return Answer(outcome="http-200", status=200)

    async def send(self, mail: Any) -> Answer:
        (self.root / "mail").write_text(mail.plain)
        self._note(mail.message_id)
        return Answer(outcome="taken", status=250)

    def _note(self, name: str) -> None:
        with (self.root / "sent").open("a") as file:
            file.write(f"{name}\n")


def _outside(line: Line) -> tuple[Settings, Outside]:
    world = _World(_root(line))
    settings = replace(
        line.settings,
        hubs=("https://hub.elm-bluff.example",),
        site_url="https://alerts.elm-bluff.example",
        subscriptions_url="https://readers.elm-bluff.example",
        mail=replace(line.settings.mail, sender="alerts@elm-bluff.example"),
    )
    mailer: Any = world
    outside = Outside(poster=world.post, mailer=mailer, clock=lambda: NOW, chance=lambda: 0.5)
    return settings, outside


def _listening(root: Path) -> Line:
    line = _built(root)
    settings, outside = _outside(line)
    for name in ("one", "two"):
        add_webhook(settings, f"https://{name}.example/hook", now=line.at)
    area = AreaChoice(agency_id="elm-bluff", area_id="north-side")
    choices = Choices(areas=(area,), rhythm=Rhythm.URGENT)
    subscribe(settings, "wren@reader.example", choices, now=line.at)
    deliver_due(settings, now=line.at, outside=outside)
    token = (root / "mail").read_text().partition("/confirm/")[2].split()[0]
    assert confirm(settings, token, now=line.at)
    (root / "sent").unlink()
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    for candidate in line.pending():
        approve(settings, candidate, editor=IDA, now=line.at)
    return line


def _send(line: Line) -> None:
    settings, outside = _outside(line)
    publish_due(settings, now=line.at)
    deliver_due(settings, now=line.at, outside=outside)
    for alert in live_alerts(settings, now=line.at):
        if alert.facts.category.value == "gas-leak":
            retract(settings, alert.alert_id, editor=IDA, now=line.at, reason=RetractReason.WRONG)
    publish_due(settings, now=line.at)
    deliver_due(settings, now=line.later(5).at, outside=outside)
    seal_log(settings, now=line.at)


def _messages(line: Line) -> Mapping[str, Any]:
    ids = (_root(line) / "sent").read_text().split()
    with open_database(line.settings) as store, store.read() as tx:
        totals = channel_totals(tx)
    return {
        "receivers heard of": sorted(set(ids)),
        "queued": sorted([*key, count] for key, count in totals.items()),
    }


# An archive is walked; nothing of it is told.


def _archive(root: Path) -> Line:
    line = _built(root)
    line.deliver("a.csv", [call("1"), call("9", "GAS LEAK")])
    line.run()
    folder = line.folder / "archive"
    folder.mkdir()
    for day in (1, 2, 3):
        opened = f"2026-01-0{day} 11:20:00"
        rows = [call(f"{day}{n}", kind, opened=opened) for n, kind in _CALLS]
        line.deliver("x.csv", rows)
        (line.folder / "payloads" / "x.csv").rename(folder / f"calls-2026-01-0{day}.csv")
    return line


def _walk_past(line: Line) -> None:
    days = (date(2026, 1, 1), date(2026, 1, 3))
    archive = line.folder / "archive"
    backfill(line.settings, "elm-bluff", *days, now=line.at, archive=archive)
    publish_due(line.settings, now=line.at)
    seal_log(line.settings, now=line.at)


# A backup is made, checked, and restored into an empty house.


def _backed(root: Path) -> Line:
    line = _built(root)
    line.deliver("a.csv", [call("1"), call("2", "ROBBERY")])
    line.run()
    seal_log(line.settings, now=line.at)
    return line


def _second(line: Line) -> Settings:
    root = _root(line) / "second"
    return load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(line.settings.agencies),
            "BLOTTER_PUBLIC": str(root / "public"),
        }
    )


def _back_up_and_restore(line: Line) -> None:
    root, other = _root(line), _second(line)
    archive, keys, done = root / "kept" / "b.tar.gz", root / "safe" / "keys.tar.gz", root / "done"
    for folder in (archive.parent, keys.parent):
        folder.mkdir(exist_ok=True)
    if not _good(line.settings, archive) or not keys.exists():
        for path in (archive, keys):
            path.unlink(missing_ok=True)
        create_backup(line.settings, archive, keys=keys, now=line.at)
    if not done.exists():
        shutil.rmtree(root / "second", ignore_errors=True)  # half a restore is thrown away
        restore_keys(other, keys)
        found = restore_backup(other, archive, now=line.at, person=PER)
        assert found.sound, found.problems
        done.touch()
    seal_log(other, now=line.at)


def _good(settings: Settings, archive: Path) -> bool:
    with suppress(StoreFailure):
        return archive.exists() and verify_backup(settings, archive).sound
    return False


def _restored(line: Line) -> Mapping[str, Any]:
    other = replace(line, settings=_second(line))
    # A kill leaves a folder behind at times; the next backup removes it.
    create_backup(line.settings, _root(line) / "kept" / "next.tar.gz", keys=None, now=line.at)
    left = [path.name for path in (_root(line) / "kept").iterdir() if path.suffix != ".gz"]
    return {"second": sound(other), "left over": left}


# Nights make backups and remove those past their time.


def _nights(root: Path) -> Line:
    line = _backed(root)
    for night in (-4, -3):
        at = line.at + timedelta(days=night)
        make_nightly(line.settings, _kept(line), hours=None, now=at)
    return line


def _kept(line: Line) -> Path:
    folder = _root(line) / "nights"
    folder.mkdir(exist_ok=True)
    return folder


def _night(line: Line) -> None:
    """Play the timer of the night, which makes none twice, and that of the next hour."""
    if not any(good for good in _kept(line).glob("20260302T18*") if _good(line.settings, good)):
        make_nightly(line.settings, _kept(line), hours=None, now=line.at)
    prune_backups(line.settings, _kept(line), hours=None, now=line.at + timedelta(hours=1))
    seal_log(line.settings, now=line.at)


def _nightly_copies(line: Line) -> Mapping[str, Any]:
    """Return what is left, all sound, and which removals the log has at least once."""
    left = sorted(path.name for path in _kept(line).iterdir())
    with open_database(line.settings) as store, store.read() as tx:
        told = entries_of(tx, [EntryKind.PRIVILEGED_ACTION])
    removed = {e["body"]["detail"] for _, e in told if e["body"]["verb"] == "backup-removed"}
    sound_ones = [name for name in left if _good(line.settings, _kept(line) / name)]
    return {"left": left, "sound": sound_ones, "removed": sorted(removed)}


# What engineers and compliance do by hand.


def _administer(line: Line) -> None:
    settings, at = line.settings, line.at
    why = {"person": PER, "reason": "the station asked for it"}
    with DONE():
        switch_off(settings, Reach.FEED, "elm-bluff", now=at, **why)
    if not list_keys(settings, "elm-bluff"):
        _key(line)
    for key in list_keys(settings, "elm-bluff"):
        if key.counts(at):
            revoke(settings, key.key_id, now=at, by=PER)
    if not reveals(settings, now=at):
        _reveal(line)
    for each in reveals(settings, now=at):
        if each.review is None:
            with DONE():
                _review(line, each.index)
    with DONE():
        switch_on(settings, Reach.FEED, "elm-bluff", now=at, **why)
    seal_log(settings, now=at)


def _reveal(line: Line) -> None:
    with open_database(line.settings) as store, store.read() as tx:
        (payload, *_) = payloads_of(tx, "")
    reveal_payload(
        line.settings,
        payload.payload_id,
        person=PER,
        role=RevealRole.COMPLIANCE,
        code=RevealCode.COMPLAINT,
        reason="a complaint is looked into",
        now=line.at,
    )


def _review(line: Line, index: int) -> None:
    review_reveal(
        line.settings,
        index,
        person=IDA,
        verdict=Verdict.IN_ORDER,
        reason="it was needed",
        now=line.at,
    )


def _rooms(line: Line) -> Mapping[str, Any]:
    keys = list_keys(line.settings, "elm-bluff")
    return {
        "off": str(switches(line.settings).stops_feed("elm-bluff")),
        "keys that count": sum(key.counts(line.at) for key in keys),
        "reviewed": [e.review is not None for e in reveals(line.settings, now=line.at)],
    }


SCENES: Mapping[str, Scene] = {
    "first start": Scene(prepare=_folder_alone, act=_first_start, seen=_files),
    "upgrade": Scene(prepare=_old_database, act=_upgrade, seen=_database),
    "receive": Scene(prepare=_pushing, act=_push, seen=_nothing),
    "desk": Scene(prepare=_queue, act=_decide, seen=_told),
    "outbox": Scene(prepare=_listening, act=_send, seen=_messages),
    "backfill": Scene(prepare=_archive, act=_walk_past, seen=_told),
    "backup and restore": Scene(prepare=_backed, act=_back_up_and_restore, seen=_restored),
    "nights": Scene(prepare=_nights, act=_night, seen=_nightly_copies),
    "administration": Scene(prepare=_backed, act=_administer, seen=_rooms),
}
"""By name: everything that writes and is neither the line nor compliance's own work."""
