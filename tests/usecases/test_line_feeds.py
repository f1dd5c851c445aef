"""A feed of JSON Lines on the line: a broken line is quarantined with its number, others go on."""

from __future__ import annotations

import json

from elm_bluff import CANARIES, Line, call

from pipeline.usecases.quarantine import look
from pipeline.usecases.queue import quarantined_record_list


def test_a_broken_line_is_quarantined_and_the_others_are_told(sqlite_line: Line) -> None:
    line = sqlite_line
    line.change(format=None)
    line.change(
        format={"kind": "json-lines", "records": "@", "max_bytes": 100_000},
        transport={"pattern": "*.jsonl"},
    )
    rows = [json.dumps(call(str(n))) for n in range(4)]
    broken = [*rows[:2], rows[2][:40], rows[3]]
    line.deliver_bytes("a.jsonl", "\n".join(broken).encode())
    line.run()

    assert line.states() == {"pending": 3, "quarantined": 1}
    (listed,) = quarantined_record_list(line.settings, now=line.at)
    found = look(line.settings, listed.payload_id, now=line.at)
    assert [(each.code, each.field) for each in found.records] == [("line-broken", "line 3")]
    assert found.meaning.startswith("A line of JSON Lines")
    assert [each for each in CANARIES if each in f"{found}"] == []

    line.deliver_bytes("b.jsonl", "\n".join(rows).encode())
    line = line.later(5)
    line.run()

    assert line.states()["pending"] == 4
