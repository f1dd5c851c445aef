from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import typer
from elm_bluff import CANARIES, NOW, Line, build_line, call

from pipeline.adapters.keyfile import KEY_BYTES, add_epoch
from pipeline.adapters.store import engine
from pipeline.adapters.store.audit_log import newest_entries
from pipeline.audit import EntryKind
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.audit.sampling import Fault, How, Mark, Pile
from pipeline.cli import app as cli
from pipeline.cli import main, show_desk, show_health, show_ledger, surroundings
from pipeline.cli.show import safe
from pipeline.model import Role, Sensitive
from pipeline.model.switch import Scope as Switched
from pipeline.usecases import queue as queue_reads
from pipeline.usecases.accounts import accounts_list, invite
from pipeline.usecases.api_keys import new_key
from pipeline.usecases.approve import approve
from pipeline.usecases.backup import create_backup
from pipeline.usecases.catalog import check_folder
from pipeline.usecases.holds import Scope, holds, lift_hold, place_hold
from pipeline.usecases.log_on import accept
from pipeline.usecases.mapped import read_mapping
from pipeline.usecases.mapping import preview
from pipeline.usecases.outbox import outbox_list
from pipeline.usecases.places import catalog_places
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, quarantine_list, quarantined_record_list
from pipeline.usecases.receipts import make_receipt
from pipeline.usecases.relevance import explained
from pipeline.usecases.removed import Asked
from pipeline.usecases.requests import Given, RequestKind, open_request, search_request
from pipeline.usecases.resources import open_database
from pipeline.usecases.reveal import reveal_payload, reveals
from pipeline.usecases.sampling import draw_sample, mark_item
from pipeline.usecases.seal import seal_log
from pipeline.usecases.switches import switch_off
from pipeline.usecases.walk import walk_files
from pipeline.usecases.webhooks import add_webhook
from pipeline.usecases.zones import build_from_list

ROOT = Path(__file__).resolve().parent.parent.parent

ESCAPES = "\x1b[31mRED\x1b[0m\x1b]0;owned\x07\x9b5mEND\u202e\r\x08 [red]plain[/red]"


@dataclass(frozen=True)
class Told:
    """What one command did: exit status, standard output and standard error."""

    code: int
    out: str
    err: str

    def refusal(self) -> str:
        """Return the one line on standard error with which the command gave up."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert self.code == 2, self
        assert len(lines) == 1, self
        assert lines[0].startswith("blotter: "), self
        assert "Traceback" not in self.out + self.err
        return lines[0]


Blotter = Callable[..., Told]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """One installation for all tests of this module: nobody may spoil it for the others."""
    root = tmp_path_factory.mktemp("cli")
    line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call(str(number)) for number in range(1, 20)] + [call("20", "UNHEARD")])
    line.deliver_bytes("b.csv", b"<html><body>Sign in</body></html>")
    line.run()
    assert line.states() == {"pending": 19, "held": 1, "quarantined": 1}
    return line


@pytest.fixture
def empty(tmp_path: Path) -> Line:
    """A line without a database or keys, for tests that break things."""
    built = build_line(tmp_path, f"sqlite:///{tmp_path / 'other' / 'blotter.db'}")
    database = tmp_path / "home" / "blotter.db"
    return replace(built, settings=replace(built.settings, database_url=f"sqlite:///{database}"))


@pytest.fixture
def blotter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Blotter:
    """Run the command as its entry point does, at the line's time, and tell what it did."""

    def run(line: Line, *arguments: str, **variables: str) -> Told:
        environment = {
            "BLOTTER_HOME": str(line.settings.home),
            "BLOTTER_AGENCIES": str(line.settings.agencies),
            "BLOTTER_PUBLIC": str(line.settings.public),
            "BLOTTER_DATABASE_URL": line.settings.database_url,
            "COLUMNS": "200",
        }
        for name in [name for name in os.environ if name.startswith("BLOTTER_")]:
            monkeypatch.delenv(name)
        for name, value in (environment | variables).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["blotter", *arguments])
        monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
        monkeypatch.setattr(surroundings, "datetime", SimpleNamespace(now=lambda _: line.at))
        capsys.readouterr()
        code = exit_status()
        told = capsys.readouterr()
        return Told(code, told.out, told.err)

    return run


def exit_status() -> int:
    """Return the status with which the interpreter would end after ``main``."""
    try:
        main()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except Exception:  # noqa: BLE001 # what the interpreter does with one nobody caught
        kind, error, trace = sys.exc_info()
        assert kind is not None
        assert error is not None
        sys.excepthook(kind, error, trace)
        return 1
    return 0


def python(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def commands() -> dict[tuple[str, ...], Any]:
    """Return every command by its words."""

    def below(group: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from below(command, (*words, name))
            else:
                yield (*words, name), command

    return dict(below(typer.main.get_command(cli.app), ()))


def takes_json(command: Any) -> bool:
    return any("--json" in parameter.opts for parameter in command.params)


def live_alert(line: Line) -> str:
    decided = approve(line.settings, line.pending()[0], editor="Ida Okwu", now=line.at)
    assert decided.alert is not None
    return decided.alert.alert_id


def gold_file(line: Line) -> str:
    path = line.settings.home / "gold.jsonl"
    path.write_text(
        '{"id": "a", "text": "smoke at 4 Elm St", "style": "prose",'
        ' "spans": [{"start": 9, "end": 17, "entity": "ADDRESS"}]}\n'
    )
    return str(path)


def boundary_files(line: Line) -> Sequence[str]:
    path = line.settings.home / "boundary.geojson"
    ring = [[-88.0, 44.5], [-87.9, 44.5], [-87.9, 44.6], [-88.0, 44.6], [-88.0, 44.5]]
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    return ["--boundary", str(path), "--out", str(path.with_name("areas.geojson"))]


def zone_files(line: Line) -> tuple[Sequence[str], Sequence[str]]:
    """Return the arguments of building zones, which are built, and of opening them."""
    places, sealed = line.settings.home / "places.csv", line.settings.home / "zones.sealed"
    places.write_text("longitude,latitude\n-88.97,43.02\n")
    areas = line.folder / "areas.geojson"
    build_from_list(line.settings, places, areas, sealed)
    asked = ["--areas", str(areas)]
    return [str(places), *asked, "--out", str(sealed)], [str(sealed), *asked]


def sealed_alert(line: Line) -> str:
    alert = live_alert(line)
    seal_log(line.settings, now=line.at)
    return alert


def receipt(line: Line) -> list[str]:
    path = line.settings.home / "a.tlog-proof"
    path.write_bytes(make_receipt(line.settings, sealed_alert(line)))
    return [str(path)]


def checkpoints(line: Line) -> list[str]:
    seal_log(line.settings, now=line.at)
    return [str(line.settings.log / "checkpoint")] * 2


REVEALED = ("--role", "engineer", "--code", "feed-fault")

EDITED = ("--headline", "Smoke near the park", "--text", "Crews are at work near the park.")


def drawn_sample(line: Line) -> list[str]:
    """Return a sample of one told record, that record, and what draws another."""
    if not live_alerts(line.settings, now=line.at):
        live_alert(line)
    sample = draw_sample(
        line.settings,
        pile=Pile.PUBLISHED,
        how=How.RANDOM,
        size=1,
        seed="seven",
        person="Per Lund",
        now=datetime.now(UTC),
    )
    another = ["--editor", "Per Lund", "--size", "1", "--seed", "eight"]
    return [sample.sample_id, str(sample.records[0]), *another]


def reviewed(line: Line, *marks: tuple[Mark, ...]) -> list[str]:
    """Return a sample whose one record was reviewed with these marks, by a person each."""
    sample, record = drawn_sample(line)[:2]
    for person, each in zip(("Ida Okwu", "Bo Thorsgaard"), marks, strict=True):
        now = datetime.now(UTC)
        mark_item(line.settings, sample, int(record), person=person, marks=each, now=now)
    return [sample, record]


LEAK = (Mark(fault=Fault.MISSED, remark=-1, start=0, end=5, entity="PERSON"),)


def disputed_sample(line: Line) -> list[str]:
    """Return what adjudicates a record two reviewers see differently."""
    return [*reviewed(line, LEAK, ()), "--editor", "Per Lund", "--clean"]


def paused_agency(line: Line) -> list[str]:
    """Return what resumes an agency that paused itself."""
    reviewed(line, LEAK, LEAK)
    return ["elm-bluff", "--editor", "Per Lund", "--reason", "the rule is mended"]


SWITCHED = ("--editor", "Ida Okwu", "--reason", "the feed sends another town")


def switched_off(line: Line) -> list[str]:
    """Return what switches a tier on that was switched off; another than its case switches off."""
    reason = "the feed sends another town"
    switch_off(line.settings, Switched.TIER, "S3", person="Ida Okwu", reason=reason, now=line.at)
    return ["tier", "S3", *SWITCHED]


def backup_of(line: Line) -> str:
    """Return a backup of the line, in a file."""
    path = line.settings.home.parent / f"{uuid4().hex}.tar.gz"
    create_backup(line.settings, path, keys=None, now=line.at)
    return str(path)


def emptied(line: Line) -> str:
    """Return a backup of the line, of which only the keys are left.

    A hold keeps what is old by the machine's clock, which other commands still need.
    """
    placed_hold(line)
    path = backup_of(line)
    for left in (line.settings.log, Path(line.settings.vault)):
        shutil.rmtree(left, ignore_errors=True)
    for file in line.settings.home.glob("blotter.db*"):
        file.unlink()
    return path


def revealed(line: Line) -> list[str]:
    """Return the entry of a reveal that nobody reviewed yet, and what reviews it."""
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    reveal_payload(
        line.settings,
        payload.payload_id,
        person="Bo Thorsgaard",
        role=RevealRole.ENGINEER,
        code=RevealCode.FEED_FAULT,
        reason="looking at the feed",
        now=datetime.now(UTC),
    )
    index = reveals(line.settings, now=line.at)[-1].index
    said = ["--verdict", "in-order", "--reason", "the feed was broken"]
    return [str(index), *said, "--editor", "Ida Okwu"]


def known_user(line: Line) -> str:
    """Make an account and return its owner's name."""
    with open_database(line.settings) as store:
        if not accounts_list(store):
            token = invite(
                store, name="Ida Okwu", role=Role.EDITOR, agency_id="", by="tests", now=line.at
            )
            accept(store, token, password="nine herons stand in the reeds", now=line.at)
    return "Ida Okwu"


HELD = ("--reason", "a court asks for it", "--editor", "Ida Okwu")


def placed_hold(line: Line) -> str:
    """Return a hold that lasts."""
    return place_hold(
        line.settings,
        Scope(agency="elm-bluff"),
        person="Ida Okwu",
        reason="a court asks for it",
        now=line.at,
    ).hold.hold_id


ASKED = ("--kind", "subject", "--phone", "920-555-0199")
BY = ("--editor", "Ida Okwu")


def made_request(line: Line, *, search: bool = False) -> str:
    """Return a request, searched where said."""
    value = (Asked.PHONE, Sensitive("920-555-0199"))
    row = open_request(
        line.settings,
        RequestKind.SUBJECT,
        Given(values=(value,)),
        person="Ida Okwu",
        now=line.at,
    )
    if search:
        search_request(
            line.settings, row.request_id, person="Ida Okwu", reason="a person asks", now=line.at
        )
    return row.request_id


def webhook(line: Line) -> str:
    """Return a webhook whose address is refused before anything is sent to it."""
    return add_webhook(line.settings, "https://127.0.0.1/hook", now=line.at).endpoint_id


def queued_message(line: Line) -> str:
    """Return a message that waits for a webhook."""
    webhook(line)
    published_now(line)
    return outbox_list(line.settings, now=line.at, state="due").messages[0].sending_id


def published_now(line: Line) -> str:
    """Return an alert that was approved and published just now."""
    decided = approve(line.settings, line.pending()[-1], editor="Per Lund", now=line.at)
    publish_due(line.settings, now=line.at)
    assert decided.alert is not None
    return decided.alert.alert_id


# What a command needs besides --json; a command that is not named here needs nothing.
def known_key(line: Line) -> str:
    return new_key(
        line.settings,
        "elm-bluff",
        now=line.at,
        overlap=timedelta(0),
        signed=False,
        by="",
        randomness=secrets.token_bytes,
    ).key_id


def old_quarter(line: Line) -> str:
    """Give the key file a quarter's key from long ago, and lift every hold; return the quarter."""
    for each in holds(line.settings):
        why = {"person": "Ida Okwu", "reason": "the case is closed"}
        lift_hold(line.settings, each.hold_id, now=line.at, **why)
    add_epoch(line.settings.key_file, "2020-Q1", bytes(KEY_BYTES))
    return "2020-Q1"


def mapping_file(line: Line) -> list[str]:
    """Return an agency of its own, a mapping and what saving it needs: saving changes its file."""
    folder = line.folder.with_name("oak-bluff")
    shutil.copytree(line.folder, folder, dirs_exist_ok=True)
    text = (folder / "agency.yml").read_text(encoding="utf-8")
    (folder / "agency.yml").write_text(text.replace("id: elm-bluff", "id: oak-bluff"))
    path = line.settings.home / "mapping.yml"
    path.write_text("HAYLOFT FIRE: FSTRU\n", encoding="utf-8")
    wanted = read_mapping(path)
    found = preview(line.settings, "oak-bluff", wanted, days=3_650, now=line.at)
    return ["oak-bluff", str(path), "--preview", found.digest, "--editor", "Ida Okwu"]


def unreadable(line: Line) -> str:
    """Return a payload that nobody can read."""
    path = line.settings.home / f"{uuid4().hex}.csv"
    path.write_text(f"<html><body>{uuid4().hex}</body></html>")
    walk_files(line.settings, line.folder, [path], now=line.at)
    return quarantine_list(line.settings, now=line.at)[0][0].payload_id


DISCARDED = ("--reason", "a page instead of the feed", "--editor", "Ida Okwu")
MILLBROOK = ROOT / "sample_feeds/millbrook-pd/payloads"
NEEDS: dict[tuple[str, ...], Callable[[Line], Sequence[str]]] = {
    ("show",): lambda line: [line.pending()[0]],
    ("decide",): lambda line: [
        line.pending()[0],
        "reject",
        "--reason",
        "unclear",
        "--editor",
        "Ida Okwu",
    ],
    ("agency", "new"): lambda line: [
        *("linden-hill-pd", "--sample", str(sorted(MILLBROOK.iterdir())[0])),
        *("--into", str(line.settings.home / "made")),
    ],
    ("ingest",): lambda line: [
        *(str(next((line.folder / "payloads").iterdir())), "--agency-dir", str(line.folder)),
        *("--check", "--readers", "1"),
    ],
    ("backfill",): lambda _: [
        *("--agency", "elm-bluff", "--from", "2020-01-01", "--to", "2020-01-02"),
    ],
    ("agency", "sign"): lambda _: ["elm-bluff", "--as", "engineer", "--by", "Ida Okwu"],
    ("quarantine", "show"): lambda line: [
        quarantine_list(line.settings, now=line.at)[0][0].payload_id
    ],
    ("quarantine", "replay"): lambda line: [
        quarantine_list(line.settings, now=line.at)[0][0].payload_id,
        *("--editor", "Ida Okwu"),
    ],
    ("quarantine", "discard"): lambda line: [unreadable(line), *DISCARDED],
    ("agency", "key", "new"): lambda _: ["elm-bluff"],
    ("agency", "key", "revoke"): lambda line: [known_key(line)],
    ("user", "add"): lambda _: ["Ida Okwu"],
    ("user", "disable"): lambda line: [known_user(line)],
    ("user", "role"): lambda line: [known_user(line), "senior-editor"],
    ("types", "suggest"): lambda _: ["elm-bluff"],
    ("types", "preview"): lambda line: mapping_file(line)[:2],
    ("types", "save"): lambda line: mapping_file(line),
    ("types", "eval"): lambda _: [str(ROOT / "tests/classify/gold/held-out.csv")],
    ("sensitivity", "eval"): lambda _: [str(ROOT / "tests/classify/gold/sensitivity.jsonl")],
    ("redact", "eval"): lambda line: [gold_file(line)],
    ("areas", "build"): lambda line: boundary_files(line),
    ("agreement", "show"): lambda _: ["elm-bluff"],
    ("policy", "diff"): lambda _: ["2027-01", "2027-01+florida-2026-12"],
    ("policy", "simulate"): lambda _: ["2027-01+florida-2026-12", "--days", "3650"],
    ("site", "demo"): lambda line: [str(line.settings.home / "invented"), "--agencies", "3"],
    ("zones", "build"): lambda line: zone_files(line)[0],
    ("zones", "check"): lambda line: zone_files(line)[1],
    ("audit", "verify"): lambda line: checkpoints(line)[:0],
    ("audit", "resume"): lambda line: paused_agency(line),
    ("audit", "sample", "draw"): lambda line: drawn_sample(line)[2:],
    ("audit", "sample", "next"): lambda line: [drawn_sample(line)[0], "--editor", "Ida Okwu"],
    ("audit", "sample", "mark"): lambda line: (
        [*drawn_sample(line)[:2], "--editor", "Ida Okwu", "--missed", "-1:0-5:PERSON:caller"]
    ),
    ("audit", "sample", "disagreements"): lambda line: drawn_sample(line)[:1],
    ("audit", "sample", "recapture"): lambda line: [*drawn_sample(line)[:1], *BY],
    ("audit", "sample", "adjudicate"): lambda line: disputed_sample(line),
    ("audit", "fsck"): lambda line: checkpoints(line)[:0],
    ("audit", "prune"): lambda line: checkpoints(line)[:0],
    ("audit", "rotate"): lambda _: ["--editor", "Ida Okwu"],
    ("audit", "removed"): lambda _: [
        "--phone",
        "920-555-0199",
        "--reason",
        "a complaint of March",
        "--editor",
        "Ida Okwu",
    ],
    ("audit", "consistency"): checkpoints,
    ("audit", "about"): lambda line: [sealed_alert(line)],
    ("audit", "receipt", "make"): lambda line: [
        sealed_alert(line),
        "--out",
        str(line.settings.home / "a.tlog-proof"),
    ],
    ("audit", "receipt", "verify"): receipt,
    ("reveal", "review"): revealed,
    ("request", "open"): lambda _: [*ASKED, "--editor", "Ida Okwu"],
    ("request", "search"): lambda line: [made_request(line), "--reason", "a person asks", *BY],
    ("request", "suppress"): lambda line: [made_request(line, search=True), *BY],
    ("request", "answer"): lambda line: (
        [made_request(line, search=True), *BY, "--out", str(line.settings.home)]
    ),
    ("request", "close"): lambda line: [made_request(line), "--reason", "it was answered", *BY],
    ("hold", "place"): lambda _: [*HELD, "--agency", "elm-bluff", "--cfs", "1"],
    ("webhooks", "add"): lambda _: ["https://127.0.0.1/hook", "--category", "structure-fire"],
    ("subscriptions", "audience"): lambda _: ["elm-bluff"],
    ("webhooks", "rotate"): lambda line: [webhook(line)],
    ("webhooks", "disable"): lambda line: [webhook(line)],
    ("webhooks", "log"): lambda line: [webhook(line)],
    ("deliveries", "show"): lambda line: [queued_message(line)],
    ("deliveries", "retry"): lambda line: [queued_message(line)],
    ("switch", "off"): lambda _: ["tier", "S1", *SWITCHED],
    ("switch", "on"): lambda line: switched_off(line),
    ("backup", "create"): lambda line: [str(line.settings.home.parent / "new.tar.gz")],
    ("backup", "nightly"): lambda line: [str(line.settings.home.parent)],
    ("backup", "prune"): lambda line: [str(line.settings.home.parent)],
    ("backup", "verify"): lambda line: [backup_of(line)],
    ("backup", "restore"): lambda line: [emptied(line)],
    ("hold", "lift"): lambda line: [placed_hold(line), *HELD],
    ("retention", "destroy-key"): lambda line: [old_quarter(line), *HELD],
    ("retract",): lambda line: [live_alert(line), "--reason", "wrong", "--editor", "Ida Okwu"],
}
WITH_JSON = [words for words, command in commands().items() if takes_json(command)]


def test_every_command_with_a_report_can_print_json() -> None:
    lists = {"migrate", "pull", "walk", "queue", "show", "decide", "alerts", "retract", "publish"}
    rest = {"expire", "ledger", "notices", "replay", "doctor", "check"}
    assert {words[-1] for words in WITH_JSON} >= lists | rest


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_json_is_one_document_on_standard_output(
    line: Line, blotter: Blotter, words: tuple[str, ...]
) -> None:
    told = blotter(line, *words, *NEEDS.get(words, lambda _: [])(line), "--json")
    assert told.err == ""
    assert isinstance(json.loads(told.out), dict | list)
    assert "\x1b" not in told.out
    assert [canary for canary in CANARIES if canary.lower() in told.out.lower()] == []
    assert told.code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["queue"],
        ["queue", "--held"],
        ["alerts"],
        ["ledger"],
        ["notices"],
        ["quarantine"],
        ["pull", "--agency", "elm-bluff"],
    ],
    ids=" ".join,
)
def test_tables_for_people_name_the_agency_and_nobody_else(
    line: Line, blotter: Blotter, arguments: list[str]
) -> None:
    if arguments == ["alerts"]:
        live_alert(line)
    told = blotter(line, *arguments)
    assert (told.code, told.err) == (0, "")
    assert "elm-bluff" in told.out
    assert [canary for canary in CANARIES if canary.lower() in told.out.lower()] == []


def test_an_edit_and_an_approval_end_well(line: Line, blotter: Blotter) -> None:
    candidate = line.pending()[-1]
    edited = blotter(line, "decide", candidate, "edit", "--editor", "Ida Okwu", "--json", *EDITED)
    assert (edited.code, edited.err) == (0, "")
    changed = json.loads(edited.out)["candidate"]
    own = blotter(line, "decide", changed, "approve", "--editor", "ida okwu")
    assert "somebody else" in own.refusal()
    approved = blotter(line, "decide", changed, "approve", "--editor", "Per Lund", "--json")
    assert (approved.code, approved.err) == (0, "")
    assert json.loads(approved.out)["alert"]


def test_a_reveal_prints_the_body_as_it_came(line: Line, blotter: Blotter) -> None:
    ((payload, _, _),) = quarantine_list(line.settings, now=line.at)
    told = blotter(
        line,
        "reveal",
        payload.payload_id,
        *REVEALED,
        "--reason",
        "looking at the feed",
        "--editor",
        "Ida Okwu",
    )
    assert told == Told(0, "<html><body>Sign in</body></html>", "")


def test_a_ledger_that_does_not_balance_exits_with_1(
    line: Line, blotter: Blotter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.usecases import ledger

    right = ledger.ledger_report(line.settings, now=line.at)
    wrong = replace(right, problems=("elm-bluff: one record has no outcome",))
    assert not wrong.balanced
    monkeypatch.setattr(ledger, "ledger_report", lambda *_, **__: wrong)
    assert blotter(line, "ledger").code == 1
    assert blotter(line, "ledger", "--json").code == 1


def test_the_doctor_finds_a_file_of_witnesses_that_is_not_there(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    found = blotter(line, "doctor", "--json", BLOTTER_WITNESSES=str(tmp_path / "none"))
    states = {each["what"]: each["state"] for each in json.loads(found.out)}
    assert (states["witnesses"], found.code) == ("wrong", 1)
    states = {e["what"]: e["state"] for e in json.loads(blotter(line, "doctor", "--json").out)}
    assert states["witnesses"] == "ok"


def test_a_prune_that_leaves_something_says_what_and_exits_with_1(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    damaged = kept / "20200101T000000Z.tar.gz"
    damaged.write_bytes(b"cut off")
    told = blotter(line, "backup", "nightly", str(kept))
    assert told.code == 1
    assert f"{damaged.name} is damaged, or no backup, and stays" in told.out
    assert "Sound: every digest agrees" in told.out
    assert len(list(kept.iterdir())) == 2
    damaged.unlink()
    assert blotter(line, "backup", "prune", str(kept)) == Told(0, "", "")
    longer = blotter(line, "backup", "prune", str(kept), BLOTTER_BACKUP_HOURS="100")
    assert "72 hours at most" in longer.refusal()


# Refusals: one line that names the remedy, and exit status 2.


def test_a_missing_key_file_is_told_with_its_remedy(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    missing = tmp_path / "keyring.json"
    told = blotter(line, "queue", BLOTTER_KEY_FILE=str(missing)).refusal()
    assert "backup" in told
    assert str(missing) in told
    assert not missing.exists()


def test_a_key_file_open_to_others_is_told_with_its_remedy(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    copied = tmp_path / "keyring.json"
    copied.write_bytes(line.settings.key_file.read_bytes())
    copied.chmod(0o644)
    assert "chmod 600" in blotter(line, "queue", BLOTTER_KEY_FILE=str(copied)).refusal()


def test_a_damaged_key_file_is_told_without_its_content(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    damaged = tmp_path / "keyring.json"
    damaged.write_bytes(line.settings.key_file.read_bytes()[:-40])
    damaged.chmod(0o600)
    told = blotter(line, "queue", BLOTTER_KEY_FILE=str(damaged)).refusal()
    assert "backup" in told
    assert "master" not in told


READING = [
    "queue",
    "alerts",
    "ledger",
    "notices",
    "quarantine",
    "pull",
    "publish",
    "expire",
    "walk",
]


@pytest.mark.parametrize("command", READING)
def test_an_unmigrated_database_is_told_with_its_remedy(
    empty: Line, blotter: Blotter, command: str
) -> None:
    assert "`blotter migrate`" in blotter(empty, command).refusal()


@pytest.mark.parametrize("command", ["migrate", "queue", "pull"])
def test_an_unwritable_home_is_told_with_its_remedy(
    empty: Line, blotter: Blotter, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").write_text("not a folder")
    home = str(tmp_path / "file" / "home")
    told = blotter(empty, command, BLOTTER_HOME=home, BLOTTER_DATABASE_URL="").refusal()
    assert "BLOTTER_HOME" in told


def test_a_locked_database_is_told_with_its_remedy(
    line: Line, blotter: Blotter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0)
    path = line.settings.home / "blotter.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = blotter(line, "pull", "--agency", "elm-bluff").refusal()
    assert "locked" in told
    assert "run this again" in told


@pytest.mark.parametrize(
    "url",
    [
        "garbage",
        "://",
        "mysql://user:s3cret@host/name",
        "sqlite://",
        "postgresql+psycopg2://user:s3cret@host/name",
    ],
)
def test_a_database_url_that_cannot_be_used_is_told_without_its_password(
    line: Line, blotter: Blotter, url: str
) -> None:
    told = blotter(line, "ledger", BLOTTER_DATABASE_URL=url).refusal()
    assert "sqlite:///" in told
    assert "s3cret" not in told


def test_a_database_that_is_not_running_is_told_without_its_password(
    line: Line, blotter: Blotter
) -> None:
    url = "postgresql://user:s3cret@127.0.0.1:1/name"
    told = blotter(line, "ledger", BLOTTER_DATABASE_URL=url).refusal()
    assert "is it running" in told
    assert "s3cret" not in told


@pytest.mark.parametrize(
    ("variable", "value"),
    [("BLOTTER_AGENCIES", "nowhere"), ("BLOTTER_POLICY", "nowhere"), ("BLOTTER_KEY", "short")],
)
def test_a_wrong_variable_is_told_with_its_remedy(
    line: Line, blotter: Blotter, variable: str, value: str
) -> None:
    told = blotter(line, "walk", **{variable: value}).refusal()
    assert re.search(r"BLOTTER_AGENCIES|Shipped: |openssl rand", told)


def test_a_public_folder_that_cannot_be_written_is_told_with_its_remedy(
    line: Line, blotter: Blotter, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    public = str(tmp_path / "file" / "public")
    told = blotter(line, "publish", "--force", BLOTTER_PUBLIC=public).refusal()
    assert "another folder" in told


@pytest.mark.parametrize("command", ["pull", "queue", "ledger", "notices", "quarantine"])
def test_an_agency_nobody_knows_is_refused_and_those_known_are_named(
    line: Line, blotter: Blotter, command: str
) -> None:
    told = blotter(line, command, "--agency", "nowhere-pd").refusal()
    assert "nowhere-pd" in told


def test_an_expired_agreement_stops_a_walk_of_files(empty: Line, blotter: Blotter) -> None:
    empty.change(agreement={"expires": "2026-01-31"})
    file = empty.folder / "payloads" / "a.csv"
    empty.deliver("a.csv", [call("1")])
    told = blotter(empty, "walk", str(file), "--agency-dir", str(empty.folder)).refusal()
    assert "agreement" in told
    assert "expired" in told
    assert [canary for canary in CANARIES if canary in told] == []


def test_an_expired_agreement_is_told_by_a_pull_and_its_files_stay(
    empty: Line, blotter: Blotter
) -> None:
    assert blotter(empty, "migrate").code == 0
    empty.change(agreement={"expires": "2026-01-31"})
    empty.deliver("a.csv", [call("1")])
    told = blotter(empty, "pull", "--json")
    report = json.loads(told.out)
    assert report["landed"] == 0
    assert "expired" in report["failures"]["elm-bluff"]
    assert (empty.folder / "payloads" / "a.csv").exists()


def break_agency(line: Line) -> None:
    path = line.folder / "agency.yml"
    path.write_text(path.read_text().replace("timezone: America/Chicago", "timezone: Mars/Base"))


def test_a_broken_agency_file_stops_a_walk_of_files(empty: Line, blotter: Blotter) -> None:
    break_agency(empty)
    told = blotter(empty, "walk", "a.csv", "--agency-dir", str(empty.folder)).refusal()
    assert re.search(r"agency\.yml:\d+: ", told)


def test_a_broken_agency_file_is_told_by_the_check_with_line_and_remedy(
    empty: Line, blotter: Blotter
) -> None:
    break_agency(empty)
    told = blotter(empty, "agency", "check", str(empty.folder), "--json")
    (error,) = json.loads(told.out)["errors"]
    assert (told.code, told.err) == (1, "")
    assert re.search(r"agency\.yml:\d+: .*Mars/Base.*\. \w", error)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "zzzzzz"],
        ["decide", "zzzzzz", "approve", "--editor", "Ida Okwu"],
        ["decide", "zzzzzz", "reject", "--editor", "Ida Okwu"],
        ["decide", "zzzzzz", "perhaps", "--editor", "Ida Okwu"],
        ["decide", "zzzzzz", "approve"],
        ["retract", "zzzzzz", "--reason", "wrong", "--editor", "Ida Okwu"],
        ["reveal", "zzzzzz", *REVEALED, "--reason", "the feed fails", "--editor", "Ida Okwu"],
        ["walk", "a.csv"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    line: Line, blotter: Blotter, arguments: list[str]
) -> None:
    told = blotter(line, *arguments, BLOTTER_EDITOR="").refusal()
    assert re.search(r"`blotter \w+`|--\w+|use approve", told)


def test_a_file_that_is_not_there_is_not_told_by_its_name(line: Line, blotter: Blotter) -> None:
    name = "Quillon Abernathwy.csv"
    told = blotter(line, "walk", name, "--agency-dir", str(line.folder)).refusal()
    assert "file 1" in told
    assert "Quillon" not in told


@pytest.mark.parametrize("arguments", [["nonsense"], ["queue", "--nonsense"], ["show"]])
def test_wrong_usage_exits_with_2_and_says_how_to_get_help(
    line: Line, blotter: Blotter, arguments: list[str]
) -> None:
    told = blotter(line, *arguments)
    assert told.code == 2
    assert "--help" in told.err
    assert "Traceback" not in told.err


# An error nobody foresaw.

UNFORESEEN = """
import sys
from pipeline.cli import main
from pipeline.cli import app
def quoting():
    raise ValueError("QUILLON 920-555-0143")
app.settings_here = quoting
sys.argv = ["blotter", "migrate"]
main()
"""


def test_an_unforeseen_error_is_told_by_type_and_place_only() -> None:
    ended = python(UNFORESEEN)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "QUILLON" not in ended.stderr
    assert "0143" not in ended.stderr
    (line,) = ended.stderr.splitlines()
    assert re.match(r"blotter: ValueError at \S+:\d+", line)


def test_an_unforeseen_error_of_a_use_case_is_told_by_type_and_place_only(
    line: Line, blotter: Blotter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quoting(*_: object, **__: object) -> None:
        raise ValueError("QUILLON 920-555-0143") from KeyError("Abernathwy")

    monkeypatch.setattr(queue_reads, "notice_list", quoting)
    told = blotter(line, "notices")
    assert told.code == 1
    assert told.out == ""
    assert re.fullmatch(r"blotter: ValueError at test_app\.py:\d+;[^\n]*\n", told.err)


# What a terminal would obey.


def test_safe_takes_away_what_a_terminal_or_markup_would_obey() -> None:
    shown = safe(ESCAPES)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown) == []
    assert "owned" not in shown
    assert "RED" in shown
    assert r"\[red]plain\[/red]" in shown


def raw(shown: str) -> list[str]:
    """Return characters a terminal would obey, line ends aside."""
    return re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_escapes_in_a_headline_or_remark_are_not_shown_to_the_terminal(
    line: Line, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ranked = explained(line.settings, line.pending()[0], now=line.at)
    row = ranked.row
    candidate = row.proposal.candidate
    facts = replace(candidate.facts, headline=ESCAPES, text=ESCAPES)
    remarks = tuple(replace(remark, text=ESCAPES) for remark in candidate.remarks)
    assert remarks
    spoiled = replace(candidate, facts=facts, remarks=remarks, trace=(ESCAPES,))
    ranked = replace(ranked, row=replace(row, proposal=replace(row.proposal, candidate=spoiled)))
    live_alert(line)
    (alert, *_) = live_alerts(line.settings, now=line.at)
    show_desk.queue([ranked], total=1, json=False)
    show_desk.candidate(ranked, json=False)
    show_desk.alerts([replace(alert, facts=facts)], json=False)
    shown = capsys.readouterr().out
    assert shown.count("[red]plain[/red]") >= 5
    assert raw(shown) == []


def test_escapes_in_an_agencys_name_are_not_shown_to_the_terminal(
    line: Line, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    catalog = check_folder(line.settings, line.folder)
    (agency,) = catalog.agencies
    show_health.agencies(
        replace(catalog, agencies=(replace(agency, name=ESCAPES),)),
        catalog_places(line.settings, catalog, now=line.at),
        today=line.at.date(),
        json=False,
    )
    show_ledger.notices([("elm-bluff", "unread-field", ESCAPES, 1)], json=False)
    shown = capsys.readouterr().out
    assert shown.count("[red]plain[/red]") == 2
    assert raw(shown) == []


def test_escapes_in_an_agency_file_are_not_shown_to_the_terminal(
    empty: Line, blotter: Blotter
) -> None:
    empty.change(about={"name": ESCAPES}, dialect=ESCAPES)
    for told in (
        blotter(empty, "agency", "check"),
        blotter(empty, "walk", "a.csv", "--agency-dir", str(empty.folder)),
    ):
        assert told.code in (1, 2)
        assert "agency.yml" in told.out + told.err
        assert raw(told.out + told.err) == []


@pytest.mark.parametrize("option", [["show"], ["queue", "--agency"], ["pull", "--agency"]])
def test_escapes_in_an_argument_are_not_given_back(
    line: Line, blotter: Blotter, option: list[str]
) -> None:
    told = blotter(line, *option, ESCAPES)
    assert told.code == 2
    assert raw(told.out + told.err) == []


# Help and completion.

HELP = """
import sys
from pipeline.cli import main
sys.argv = ["blotter", *{arguments!r}]
try:
    main()
except SystemExit as ending:
    assert ending.code == 0, ending.code
heavy = {{"pandas", "presidio_analyzer", "spacy", "sqlalchemy", "alembic", "airflow"}}
sys.stderr.write(",".join(sorted(heavy & set(sys.modules))))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["queue", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    ended = python(HELP.format(arguments=arguments))
    assert ended.stderr == ""
    assert ended.returncode == 0
    assert "Usage: blotter" in ended.stdout


def test_help_names_every_command(line: Line, blotter: Blotter) -> None:
    told = blotter(line, "--help")
    assert told.code == 0
    assert [words for words in commands() if words[0] not in told.out] == []


def completion(**variables: str) -> subprocess.CompletedProcess[str]:
    program = 'import sys; from pipeline.cli import main; sys.argv = ["blotter"]; main()'
    return python(program, **variables)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_can_be_shown(shell: str) -> None:
    told = completion(_BLOTTER_COMPLETE=f"source_{shell}")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"_BLOTTER_COMPLETE=complete_{shell}" in told.stdout


def test_completion_offers_the_commands_that_begin_so() -> None:
    told = completion(_BLOTTER_COMPLETE="complete_bash", COMP_WORDS="blotter quar", COMP_CWORD="1")
    assert told.stdout.split() == ["quarantine"]


def test_the_time_of_the_commands_is_utc() -> None:
    assert isinstance(cli.clock(), datetime)
    assert cli.clock().tzinfo is NOW.tzinfo


def test_a_log_found_unsound_says_so_itself(empty: Line, blotter: Blotter, tmp_path: Path) -> None:
    line = empty
    assert blotter(line, "migrate").code == 0
    line.deliver("a.csv", [call("1")])
    line.run()
    seal_log(line.settings, now=line.at)
    copied = tmp_path / "log"
    shutil.copytree(line.settings.log, copied)
    for bundle in (copied / "tile" / "entries").rglob("*"):
        if bundle.is_file():
            bundle.write_bytes(bundle.read_bytes().replace(b"elm-bluff", b"elm-blufg"))
    own = {"BLOTTER_LOG": str(copied), "BLOTTER_LOG_KEY": str(line.settings.log_key)}
    told = blotter(line, "audit", "verify", **own)
    assert told.code == 1
    with sqlite3.connect(line.settings.database_url.removeprefix("sqlite:///")) as database:
        query = "select line from audit_entries where kind = 'log-attempt' order by idx desc"
        (newest,) = database.execute(query).fetchone()
    body = json.loads(newest)["body"]
    assert body["verb"] == "mismatch-found"
    assert body["detail"].startswith("first bad entry ")


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "report", "--month", "2026-03", "--out"),
        ("audit", "redactions", "--editor", "Ida Okwu", "--out"),
    ],
)
def test_a_file_that_cannot_be_written_is_told_with_a_remedy(
    line: Line, blotter: Blotter, tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = blotter(line, *words, str(tmp_path / "no-folder" / "a.csv"))
    assert told.code != 0
    assert "cannot be written" in told.err
    assert "Choose another place" in told.err
    assert "None" not in told.err


def test_a_wrong_key_given_by_hand_is_no_mismatch_of_the_log(line: Line, blotter: Blotter) -> None:
    sealed_alert(line)
    assert blotter(line, "audit", "verify").code == 0
    assert blotter(line, "audit", "verify", "--key", "zzz").code == 1
    with open_database(line.settings) as store, store.read() as tx:
        told = newest_entries(tx, EntryKind.LOG_ATTEMPT, limit=99)
    assert [entry for entry in told if b"mismatch" in entry] == []


def test_a_quarantined_record_has_one_number_wherever_it_is_told_or_typed(
    tmp_path: Path, blotter: Blotter
) -> None:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    line.deliver("a.csv", [call("1"), call("2", opened="yesterday")])
    line.run()
    (record,) = quarantined_record_list(line.settings, now=line.at)
    payload = record.payload_id[:12]
    assert "record 2 opened_at" in blotter(line, "quarantine").out
    assert "record 2: " in blotter(line, "quarantine", "show", payload).out
    assert blotter(line, "quarantine", "discard", payload, "--record", "1", *DISCARDED).code == 2
    assert blotter(line, "quarantine", "discard", payload, "--record", "2", *DISCARDED).code == 0
    assert payload not in blotter(line, "quarantine").out


def test_an_alarm_is_told_with_the_page_that_says_what_to_do(
    tmp_path: Path, blotter: Blotter
) -> None:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    told = blotter(line, "switch", "off", "all", *DISCARDED)
    assert told.code == 0
    told = blotter(line, "watch").out
    assert "switched-off" in told
    assert "docs/runbooks/alarms.md" in told
    assert "all is on again" in blotter(line, "switch", "on", "all", *DISCARDED).out
