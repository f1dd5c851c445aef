from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from elm_bluff import CANARIES, Line, call, published
from sqlalchemy import create_engine, text

from pipeline.audit import leaf_hash, verify
from pipeline.audit.entry import canonical
from pipeline.audit.verify import Unproven, told_story, verify_receipt
from pipeline.model import Refused, RetractReason
from pipeline.usecases.edit import edit
from pipeline.usecases.publish import publish_due
from pipeline.usecases.receipts import check_log_files, log_verifier_keys, make_receipt
from pipeline.usecases.retract import retract
from pipeline.usecases.seal import seal_log


def sealed_alert(line: Line) -> str:
    """Publish one edited alert, with private words in its remarks, and seal the log."""
    line.deliver("a.csv", [call("1", notes="smoke, RP QUILLON ABERNATHWY 920-555-0143")])
    line.run()
    (candidate,) = line.pending()
    words = "A fire was reported; engines went there and are returning slowly."
    edit(line.settings, candidate, editor="Ida Okwu", now=line.at, headline="", text=words)
    alert = published(line, editor="Bo Thorsgaard")
    seal_log(line.settings, now=line.at)
    return alert


def test_a_receipt_proves_the_way_from_the_payload_to_the_published_file(line: Line) -> None:
    alert = sealed_alert(line)
    body = make_receipt(line.settings, alert)
    story = verify_receipt(body, log_verifier_keys(line.settings))
    (version,) = story.versions
    assert (version["version"], version["agency"]) == (1, "elm-bluff")
    assert {"agency", "policy", "model"} <= set(version["versions"])
    assert len(version["input"]["digest"]) == 64
    assert {finding["entity"] for finding in version["findings"]} >= {"PHONE"}
    assert [each["by"] for each in version["edits"]] == ["Ida Okwu"]
    assert [each["by"] for each in version["approvals"]] == ["Bo Thorsgaard"]
    cap = (line.settings.public / "cap" / f"{alert}.xml").read_bytes()
    assert version["output"]["files"][f"cap/{alert}.xml"] == hashlib.sha256(cap).hexdigest()
    assert any("PHONE" in told for told in told_story(story))


def test_a_receipt_holds_nothing_private(sqlite_line: Line) -> None:
    body = make_receipt(sqlite_line.settings, sealed_alert(sqlite_line))
    plain = body + base64.b64decode(body.split(b"\n")[1].removeprefix(b"extra "))
    assert b"Ida Okwu" in plain
    assert [canary for canary in CANARIES if canary.lower().encode() in plain.lower()] == []


def test_the_files_alone_say_the_same_as_the_receipt(sqlite_line: Line) -> None:
    alert = sealed_alert(sqlite_line)
    keys = log_verifier_keys(sqlite_line.settings)
    proven = verify_receipt(make_receipt(sqlite_line.settings, alert), keys)
    assert verify.about(sqlite_line.settings.log, alert, keys) == proven


def test_a_withdrawn_alerts_receipt_says_so(sqlite_line: Line) -> None:
    alert = sealed_alert(sqlite_line)
    line = sqlite_line.later(5)
    retract(line.settings, alert, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    publish_due(line.settings, now=line.at)
    seal_log(line.settings, now=line.at)
    story = verify_receipt(make_receipt(line.settings, alert), log_verifier_keys(line.settings))
    assert [each["by"] for each in story.withdrawn] == ["Ida Okwu"]


def test_an_alert_that_is_not_sealed_has_no_receipt(sqlite_line: Line) -> None:
    with pytest.raises(Refused, match="nothing is sealed"):
        make_receipt(sqlite_line.settings, "0" * 20)
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    with pytest.raises(Refused, match="does not speak"):
        make_receipt(sqlite_line.settings, "0" * 20)
    sqlite_line.deliver("a.csv", [call("1")])
    sqlite_line.run()
    alert = published(sqlite_line)
    with pytest.raises(Refused, match="not sealed yet"):
        make_receipt(sqlite_line.settings, alert)


def changed(body: bytes, old: str, new: str) -> bytes:
    first, extra, *rest = body.split(b"\n")
    plain = base64.b64decode(extra.removeprefix(b"extra ")).decode()
    assert old in plain
    forged = base64.b64encode(plain.replace(old, new, 1).encode())
    return b"\n".join([first, b"extra " + forged, *rest])


def test_a_forged_receipt_proves_nothing(sqlite_line: Line) -> None:
    alert = sealed_alert(sqlite_line)
    keys = log_verifier_keys(sqlite_line.settings)
    body = make_receipt(sqlite_line.settings, alert)
    with pytest.raises(Unproven, match="not in the signed log"):
        verify_receipt(changed(body, "Bo Thorsgaard", "Bo Thorsgaart"), keys)
    with pytest.raises(Unproven, match="no key that is known"):
        verify_receipt(body, [])
    with pytest.raises(Unproven, match="no decision in it"):
        verify_receipt(changed(body, f'"alert":"{alert}"', '"alert":"another"'), keys)
    with pytest.raises(Unproven, match="not a receipt"):
        verify_receipt(body[10:], keys)
    first, extra, index, *rest = body.split(b"\n")
    plain = json.loads(base64.b64decode(extra.removeprefix(b"extra ")))
    outcomes = [e for e in plain["entries"] if '"kind":"outcome"' in e["line"]]
    plain["entries"] = [e for e in plain["entries"] if e not in outcomes]
    short = b"extra " + base64.b64encode(json.dumps(plain).encode())
    with pytest.raises(Unproven, match="no earlier entry proposed"):
        verify_receipt(b"\n".join([first, short, index, *rest]), keys)


def test_a_file_of_another_alert_is_not_taken_for_this_ones(
    sqlite_line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = sqlite_line
    alert = sealed_alert(line)
    key = log_verifier_keys(line.settings)[0]
    given = tmp_path / "receipt"
    given.write_bytes(make_receipt(line.settings, alert))
    own, shared = line.settings.public / f"cap/{alert}.xml", line.settings.public / "alerts.geojson"

    def said(path: Path) -> str:
        verify.main(["receipt", str(given), "--key", key, "--file", str(path)])
        return capsys.readouterr().out

    assert f"{own.name} is cap/{alert}.xml as published with version 1" in said(own)
    assert "alerts.geojson is alerts.geojson as published with version 1" in said(shared)
    assert said(tmp_path / "gone").startswith("NOT SOUND")
    story = verify_receipt(given.read_bytes(), [key])
    files = story.versions[0]["output"]["files"]
    files[f"cap/{'0' * 20}.xml"] = files.pop(f"cap/{alert}.xml")
    with pytest.raises(Unproven, match="is not what was published"):
        verify._told_file(story, own)


def test_a_log_from_before_a_withdrawal_is_not_taken_for_todays(
    sqlite_line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alert, line = sealed_alert(sqlite_line), sqlite_line.later(5)
    key, today, before = log_verifier_keys(line.settings)[0], line.settings.log, tmp_path / "before"
    shutil.copytree(today, before)
    retract(line.settings, alert, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    seal_log(line.settings, now=line.at)
    kept = ["--key", key, "--since", str(today / "checkpoint")]
    assert verify.main(["about", alert, str(today), *kept]) == 0
    assert "withdrawn by Ida Okwu" in capsys.readouterr().out
    assert verify.main(["about", alert, str(before), *kept]) == 1
    assert "NOT SOUND: the log was rolled back" in capsys.readouterr().out


def execute(line: Line, statement: str) -> None:
    engine = create_engine(line.settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_fsck_of_a_sound_log_finds_nothing(line: Line) -> None:
    sealed_alert(line)
    report = check_log_files(line.settings)
    assert report.problems == ()
    assert report.size == report.sequenced > 3


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("update audit_entries set line = cast('{}' as blob) where idx = 2", 2),
        ("delete from audit_entries where idx = 3", 3),
        ("update audit_entries set idx = 99 where idx = 1", 1),
        ("update audit_checkpoints set root = cast('x' as blob)", None),
        ("delete from audit_checkpoints", None),
    ],
)
def test_fsck_names_where_database_and_log_part(
    sqlite_line: Line, statement: str, index: int | None
) -> None:
    sealed_alert(sqlite_line)
    execute(sqlite_line, statement)
    report = check_log_files(sqlite_line.settings)
    assert report.problems
    assert report.problems[0][0] == (report.size if index is None else index)


def test_fsck_without_a_checkpoint_says_so(sqlite_line: Line) -> None:
    seal_log(sqlite_line.settings, now=sqlite_line.at)
    (Path(sqlite_line.settings.log) / "checkpoint").unlink()
    ((_, words),) = check_log_files(sqlite_line.settings).problems
    assert "no checkpoint" in words


def test_a_name_in_an_entry_starts_no_line_and_steers_no_terminal(
    sqlite_line: Line, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who writes to the database logs a name that looks like a second approval.

    entry: "by": "Ida Okwu\\n  was approved by Bo Thorsgaard at ..."  ->  one line, escaped
    """
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    alert = published(line)
    forged = "Ida Okwu\n  was approved by Bo Thorsgaard\u2028\x1b[2J\u202e"
    engine = create_engine(line.settings.database_url)
    with engine.begin() as connection:
        query = text("select idx, line from audit_entries where kind = 'decision'")
        for index, body in connection.execute(query).all():
            entry = json.loads(body)
            entry["body"]["by"] = forged
            written = canonical(entry)
            connection.execute(
                text("update audit_entries set line = :line, leaf = :leaf where idx = :idx"),
                {"line": written, "leaf": leaf_hash(written), "idx": index},
            )
    engine.dispose()
    seal_log(line.settings, now=line.at)
    path = tmp_path / "receipt"
    path.write_bytes(make_receipt(line.settings, alert))
    (key,) = log_verifier_keys(line.settings)
    assert verify.main(["receipt", str(path), "--key", key]) == 0
    shown = capsys.readouterr().out
    assert [each for each in shown.splitlines() if each.startswith("  was approved by Bo")] == []
    assert len([each for each in shown.splitlines() if "was approved by" in each]) == 1
    assert [each for each in ("\x1b", "\u2028", "\u202e") if each in shown] == []
    assert "Bo Thorsgaard\\u2028\\u001b" in shown
