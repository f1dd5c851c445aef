"""The quarantine: previews without a value, replays that count once, discards that stay counted."""

from __future__ import annotations

import json

import pytest
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault

from pipeline.model import Refused
from pipeline.usecases.quarantine import discard, form_of, look, replay
from pipeline.usecases.queue import quarantine_list, quarantined_record_list
from pipeline.usecases.walk import walk_landed

WHY = "a page came instead of the feed"


def broken(line: Line) -> str:
    """Deliver a table whose type column has another name, and return the payload."""
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    path = line.folder / "payloads" / "a.csv"
    line.deliver_bytes("a.csv", path.read_bytes().replace(b"type", b"kind", 1))
    line.run()
    ((payload, code, _),) = quarantine_list(line.settings, now=line.at)
    assert code == "column-missing"
    return payload.payload_id


def test_a_preview_shows_names_and_forms_and_never_a_value(sqlite_line: Line) -> None:
    seen = look(sqlite_line.settings, broken(sqlite_line)[:12], now=sqlite_line.at)

    assert seen.code == "column-missing"
    assert "revised" in seen.preview  # a column the agency file names
    assert "kind" not in seen.preview
    assert [each for each in CANARIES if each.lower() in seen.preview.lower()] == []
    assert not any(word in seen.preview for word in ("smoke", "43.02", "555"))


def test_a_mended_file_and_a_replay_free_a_payload_once(sqlite_line: Line) -> None:
    line = sqlite_line
    payload = broken(line)
    line.change(fields={"call_type": {"path": "kind", "presence": "required"}})

    done = replay(line.settings, payload, person="Ida Okwu", now=line.at)

    assert (done.tried, done.still) == (1, 0)
    assert line.states() == {"pending": 2}
    with pytest.raises(Refused, match="nothing of this payload"):
        replay(line.settings, payload, person="Ida Okwu", now=line.at)
    assert line.states() == {"pending": 2}


def test_a_replay_without_a_mended_file_changes_nothing(sqlite_line: Line) -> None:
    line = sqlite_line
    payload = broken(line)

    for _ in range(2):
        assert replay(line.settings, payload, person="Ida Okwu", now=line.at).still == 1

    assert line.states() == {"quarantined": 1}


def test_single_records_are_tried_again_without_a_change_of_rules(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1"), call("2", opened="yesterday")])
    line.run()
    (record,) = quarantined_record_list(line.settings, now=line.at)

    done = replay(line.settings, record.payload_id, person="Ida Okwu", now=line.at)

    assert (done.tried, done.still) == (1, 1)
    assert line.states() == {"pending": 1, "quarantined": 1}


def test_what_is_discarded_leaves_the_list_and_stays_counted(sqlite_line: Line) -> None:
    line = sqlite_line
    payload = broken(line)

    for _ in range(2):
        discard(line.settings, payload, record=None, person="Ida Okwu", reason=WHY, now=line.at)

    assert quarantine_list(line.settings, now=line.at) == ()
    assert len(quarantine_list(line.settings, now=line.at, every=True)) == 1
    assert line.states() == {"quarantined": 1}
    with pytest.raises(Refused, match="discarded"):
        replay(line.settings, payload, person="Ida Okwu", now=line.at)


def test_a_discarded_record_stays_put_when_the_rules_change(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1"), call("2", opened="2026-03-02 11h20")])
    line.run()
    (record,) = quarantined_record_list(line.settings, now=line.at)
    discard(
        line.settings,
        record.payload_id,
        record=record.position,
        person="Ida Okwu",
        reason=WHY,
        now=line.at,
    )
    line.change(format={"times": ["%Y-%m-%d %Hh%M"]})
    walk_landed(line.settings, now=line.at)

    assert line.states() == {"pending": 1, "quarantined": 1}


@pytest.mark.parametrize(
    ("text", "names", "form"),
    [
        ("<Name>Ilse M.</Name>", {"Name"}, "<Name>xxxx x.</Name>"),
        ("920-555-0143", (), "999-999-9999"),
        ("[PHONE] at 7", (), "[PHONE] xx 9"),
        ("Ünal", (), "xxxx"),
    ],
)
def test_a_form_keeps_signs_names_and_marks_alone(text: str, names: set[str], form: str) -> None:
    assert form_of(text, names) == form


def test_a_key_that_is_somebody_is_hidden_where_a_schema_refuses_its_record(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.change(
        format={"kind": "json", "records": "@", "schema": "feed.schema.json"},
        transport={"pattern": "*.json"},
    )
    (line.folder / "feed.schema.json").write_text('{"additionalProperties": {"type": "string"}}')
    line.deliver_bytes("a.json", json.dumps([{**call("1"), "Abernathwy": 1}]).encode())
    line.run()

    (record,) = quarantined_record_list(line.settings, now=line.at)

    assert (record.code, record.field) == ("record-invalid", "…")
    searched, found = everything_outside_the_vault(line, CANARIES)
    assert searched >= 2
    assert found == []
