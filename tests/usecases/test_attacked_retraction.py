"""Retractions that are hard: of what is over, against a run under way or killed, after an exit."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from elm_bluff import Line, call, public_files, published

from pipeline.adapters import public_folder
from pipeline.model import Refused, RetractReason
from pipeline.usecases import publish
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.retract import retract

WORDS = b"Structure fire in North Side"


class Killed(BaseException):
    """Ends a run where it stands, as a kill does: nothing catches it."""


def told(line: Line) -> str:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    assert len(holding(line)) > 10
    return alert_id


def over(line: Line) -> Line:
    """Return the line when the alert is over and still listed, with its pages written."""
    later = line.later(60 * 49)
    expire_due(later.settings, now=later.at)
    publish_due(later.settings, now=later.at)
    return later


def holding(line: Line) -> list[str]:
    """Return the public files, unpacked, that hold the alert's words."""
    found = []
    for path in public_files(line):
        body = path.read_bytes()
        body = gzip.decompress(body) if path.suffix == ".gz" else body
        if WORDS in body:
            found.append(path.relative_to(line.settings.public).as_posix())
    return found


def withdrawn(line: Line, alert_id: str, reason: RetractReason = RetractReason.PRIVACY) -> None:
    retract(line.settings, alert_id, editor="Ida Okwu", now=line.at, reason=reason)


def test_an_alert_that_is_over_and_listed_is_withdrawn_from_pages_and_days(line: Line) -> None:
    alert_id = told(line)
    later = over(line)
    assert f"alert/{alert_id}.html" in holding(later)
    assert "api/v1/days/2026-03-02.json" in holding(later)
    withdrawn(later, alert_id)
    publish_due(later.settings, now=later.at)
    assert holding(later) == []
    page = (later.settings.public / f"alert/{alert_id}.html").read_text()
    assert "Withdrawn" in page
    changes = (later.settings.public / "api/v1/changes.json").read_text()
    assert alert_id in changes
    assert '"retracted"' in changes
    with pytest.raises(Refused, match="no public alert"):
        withdrawn(later, alert_id)
    assert later.states() == {"published": 1}


def test_a_revision_that_comes_after_the_end_takes_listed_words_back(line: Line) -> None:
    told(line)
    later = over(line)
    assert holding(later) != []
    later.deliver("b.csv", [call("1", notes="caller now says she set it, wants to kill herself")])
    later.run()
    publish_due(later.settings, now=later.at)
    assert holding(later) == []


def test_what_is_only_counted_has_nothing_left_to_withdraw(sqlite_line: Line) -> None:
    alert_id = told(sqlite_line)
    gone = over(sqlite_line).later(60 * 24 * 30)
    expire_due(gone.settings, now=gone.at)
    publish_due(gone.settings, now=gone.at)
    assert holding(gone) == []
    with pytest.raises(Refused, match="no public alert"):
        withdrawn(gone, alert_id)


def test_a_run_that_read_before_a_retraction_leaves_nothing_after_the_next(
    sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run under way writes the words once more; whoever withdraws waits for it and clears."""
    line = sqlite_line
    alert_id = told(line)
    line.deliver("b.csv", [call("2", "GAS LEAK")])
    line.later(5).run()
    (second,) = line.pending()
    approve(line.settings, second, editor="Per Lund", now=line.at)
    put = publish.put_public

    def late(*args: object) -> tuple[int, int]:
        withdrawn(line, alert_id)
        return put(*args)

    with monkeypatch.context() as patched:
        patched.setattr(publish, "put_public", late)
        publish_due(line.settings, now=line.at)
    assert holding(line) != []  # read before, written after: so it is due still
    publish_due(line.settings, now=line.at)
    assert holding(line) == []
    before = {path: path.read_bytes() for path in public_files(line)}
    publish_due(line.settings, now=line.at, force=True)
    assert {path: path.read_bytes() for path in public_files(line)} == before


@pytest.mark.parametrize("after", [0, 1, 2, 5, 10, 20, 35])
def test_a_run_killed_between_two_files_is_ended_by_the_next(
    after: int, sqlite_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = sqlite_line
    alert_id = told(line)
    withdrawn(line, alert_id)
    write, count = public_folder._write, 0

    def dying(folder: Path, name: str, body: bytes) -> bool:
        nonlocal count
        if count == after:
            raise Killed
        count += 1
        return write(folder, name, body)

    with monkeypatch.context() as patched:
        patched.setattr(public_folder, "_write", dying)
        with pytest.raises(Killed):
            publish_due(line.settings, now=line.at)
    assert holding(line) != []
    publish_due(line.settings, now=line.at)
    assert holding(line) == []
    assert alert_id.encode() in (line.settings.public / "alerts.atom").read_bytes()


def test_what_waits_under_an_embargo_never_goes_out_once_it_must_not(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    until = line.at + timedelta(minutes=30)
    decided = approve(line.settings, candidate, editor="Per Lund", now=line.at, not_before=until)
    assert decided.alert is None
    after = line.later(5)
    after.deliver("b.csv", [call("1", notes="caller now says she set it, wants to kill herself")])
    after.run()
    for minutes in (0, 31, 60, 24 * 60):
        later = after.later(minutes)
        publish_due(later.settings, now=later.at)
        assert holding(later) == []
    assert after.states() == {"superseded": 1, "withheld": 1}


def test_an_agency_that_left_can_still_be_withdrawn_from(sqlite_line: Line) -> None:
    """Its folder is gone; what it told stands until its end, or until somebody takes it back."""
    line = sqlite_line
    alert_id = told(line)
    for path in sorted(line.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    line.folder.rmdir()
    later = line.later(10)
    withdrawn(later, alert_id)
    publish_due(later.settings, now=later.at)
    assert holding(later) == []
    assert "Withdrawn" in (later.settings.public / f"alert/{alert_id}.html").read_text()
