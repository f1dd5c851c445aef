"""A quarter's commitment key: destroyed by name, known to the log, and never back again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest
from elm_bluff import Line, call

from pipeline.adapters.keyfile import read_keys
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.model import ConfigError, Refused, Sensitive
from pipeline.usecases import destroy_key
from pipeline.usecases.destroy_key import COMMITMENT_KEY, destroy_commitment_key
from pipeline.usecases.holds import Scope, place_hold
from pipeline.usecases.removed import Asked, RemovedReport, ask_removed
from pipeline.usecases.resources import open_database, open_resources
from pipeline.usecases.retention import certificates

WHO = {"person": "Per Lund", "reason": "its time is over"}
QUARTER, LATER = "2026-Q1", datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def told(sqlite_line: Line) -> Line:
    """A line in the first quarter of 2026 that removed a telephone number."""
    sqlite_line.deliver("a.csv", [call("1", notes="smoke, call 920-555-0143 back")])
    sqlite_line.run()
    return sqlite_line


def asked(line: Line, now: datetime) -> RemovedReport:
    value = Sensitive("920-555-0143")
    return ask_removed(line.settings, value, Asked.PHONE, now=now, **WHO)


def held_quarters(line: Line) -> set[str]:
    keys = read_keys(line.settings.key_file)
    assert keys is not None
    return set(keys.commitments)


def test_the_quarter_of_the_test_is_the_lines(told: Line) -> None:
    assert QUARTER in held_quarters(told)
    assert told.at < datetime(2026, 4, 1, tzinfo=UTC)


def test_once_its_key_is_destroyed_nobody_can_ask_after_a_quarters_values(told: Line) -> None:
    assert asked(told, LATER).places
    name = destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)
    answer = asked(told, LATER)
    assert (answer.places, answer.unanswerable) == ((), (QUARTER,))
    (certificate,) = certificates(told.settings)
    assert (certificate.kind, certificate.keys) == (COMMITMENT_KEY, (name,))
    with open_database(told.settings) as store, store.read() as tx:
        (said,) = [entry["body"] for _, entry in entries_of(tx, [EntryKind.PRIVILEGED_ACTION])]
    assert (said["by"], said["verb"]) == ("Per Lund", "key-destroyed")
    with pytest.raises(Refused, match="holds no commitment key"):
        destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)


def test_a_restored_key_file_or_a_clock_set_back_brings_no_key_back(told: Line) -> None:
    backup = told.settings.key_file.with_suffix(".backup")
    shutil.copy2(told.settings.key_file, backup)
    destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)
    assert QUARTER not in held_quarters(told)
    with (
        pytest.raises(ConfigError, match="was destroyed"),
        open_resources(told.settings, now=told.at),
    ):
        pass
    shutil.copy2(backup, told.settings.key_file)
    assert asked(told, LATER).unanswerable == (QUARTER,)


@pytest.mark.parametrize("killed_at", ["add_destroyed", "drop_epoch", "_certificate"])
def test_a_run_killed_anywhere_is_finished_by_the_next(
    told: Line, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(destroy_key, killed_at, killed)
        with pytest.raises(KeyboardInterrupt):
            destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)
    assert certificates(told.settings) == ()
    destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)
    assert QUARTER not in held_quarters(told)
    assert len(certificates(told.settings)) == 1
    assert asked(told, LATER).unanswerable == (QUARTER,)


@pytest.mark.parametrize(
    ("quarter", "says"),
    [
        ("2026-Q2", "not over"),
        ("2025-Q4", "holds no commitment key"),
        ("2026-Q5", "written like"),
        ("../../2026-Q1", "written like"),
        ("2026-Q1\n", "written like"),
    ],
)
def test_other_quarters_are_refused(told: Line, quarter: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        destroy_commitment_key(told.settings, quarter, now=LATER, **WHO)
    assert QUARTER in held_quarters(told)
    assert certificates(told.settings) == ()


def test_no_key_is_destroyed_while_a_legal_hold_lasts(told: Line) -> None:
    place_hold(told.settings, Scope(agency="elm-bluff"), now=told.at, **WHO)
    with pytest.raises(Refused, match="hold lasts"):
        destroy_commitment_key(told.settings, QUARTER, now=LATER, **WHO)
    assert QUARTER in held_quarters(told)
