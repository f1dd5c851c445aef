"""From payloads to public files: closes without a time, calls opened again, texts turned sensitive.

What the public reads is looked at after one round (pull, walk, publish), and the log with it.
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta

import orjson
from elm_bluff import NOW, Line, call, public_bytes, public_files, published

from pipeline.adapters.store import open_store
from pipeline.adapters.store.audit_log import read_log
from pipeline.adapters.store.memories import SealedMemory
from pipeline.model import Digest, IncidentRef
from pipeline.usecases.approve import approve
from pipeline.usecases.memory import open_memory
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, pending_queue
from pipeline.usecases.resources import open_resources

CLOSED, OPEN = "yes", "no"
TEXT = b"in North Side"


def revise(line: Line, minutes: int, closed: str, **values: str) -> Line:
    """Let the agency send a robbery's next revision, with no time in it; return the line then."""
    then = line.later(minutes)
    notes = {"notes": "held up at the counter", "phone": f"920-555-01{minutes:02}"}
    then.deliver(f"{minutes:03}.csv", [call("1", "ROBBERY", closed=closed, **{**notes, **values})])
    then.run()
    return then


def opens(line: Line) -> datetime | None:
    """Return when the one pending candidate may go out."""
    (row,) = pending_queue(line.settings, now=line.at)
    return row.timing.opens


def round_of(line: Line) -> bytes:
    """Publish as one round does; return what the public can read."""
    publish_due(line.settings, now=line.at)
    return public_bytes(line)


def about(line: Line, alert_id: str) -> dict[str, bytes]:
    """Return every file that names the alert but pages, which say when they were made; by path."""
    found = {
        each.relative_to(line.settings.public).as_posix(): each.read_bytes()
        for each in public_files(line)
        if each.suffix != ".html"
    }
    return {name: body for name, body in found.items() if alert_id.encode() in body}


def both_approve(line: Line) -> None:
    (candidate,) = line.pending()
    for editor in ("Ida Okwu", "Bo Thorsgaard"):
        approve(line.settings, candidate, editor=editor, now=line.at)


def entries(line: Line, kind: str) -> list[dict[str, object]]:
    """Return the log's entries of a kind, oldest first."""
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        found = [json.loads(text) for _, text in read_log(tx)]
    return [each for each in found if each["kind"] == kind]


def test_a_close_nobody_dates_stays_where_it_was_first_seen(line: Line) -> None:
    assert opens(revise(line, 0, OPEN)) is None
    first = opens(revise(line, 5, CLOSED))
    assert first == NOW + timedelta(minutes=30)  # the half hour it was first seen closed in
    assert [opens(revise(line, each, CLOSED)) for each in (40, 75)] == [first, first]
    assert opens(revise(line, 80, OPEN)) is None
    assert opens(revise(line, 95, CLOSED)) == NOW + timedelta(minutes=120)


def test_changed_rules_do_not_move_a_close(line: Line) -> None:
    revise(line, 0, OPEN)
    revise(line, 5, CLOSED)
    late = revise(line, 40, CLOSED)
    before = opens(late)
    line.change(location={"town": "Elm Bluff Town"})
    late.later(60).run()
    assert opens(late) == before == NOW + timedelta(minutes=30)


def test_what_was_sealed_before_closes_were_remembered_can_be_opened(sqlite_line: Line) -> None:
    ref = IncidentRef("ref")
    with open_resources(sqlite_line.settings, now=NOW) as resources:
        plain = orjson.dumps(["Quillon Abernathwy"])
        sealed = SealedMemory(
            revision=Digest("d"),
            rules="r",
            revised_at=None,
            sensitive="",
            sealed_values=resources.vault.seal_small(plain, context=f"memory/{ref}"),
            alert_id=None,
        )
        memory = open_memory(resources.vault, ref, sealed)
    assert [each.expose() for each in memory.values] == ["Quillon Abernathwy"]
    assert (memory.closed_at, memory.reopened_at) == (None, None)


def test_an_approved_robbery_waits_for_its_close_and_waits_on_when_opened_again(
    line: Line,
) -> None:
    revise(line, 0, OPEN)
    both_approve(line)
    revise(line, 5, CLOSED)
    again = revise(line, 20, OPEN)
    assert TEXT not in round_of(again)
    assert TEXT not in round_of(line.later(45))  # the half hour of the first close is over
    over = revise(line, 50, CLOSED)
    assert TEXT not in round_of(over)
    assert TEXT in round_of(line.later(60))
    (released,) = [e for e in entries(line, "decision") if e["body"]["verb"] == "release"]  # type: ignore[index]
    assert released["at"] == "2026-03-02T19:00:00.000000Z"


def told(line: Line) -> tuple[Line, str]:
    """Let a robbery be approved and told once it is closed; return the line then, and the id."""
    revise(line, 0, CLOSED)
    out = line.later(30)
    both_approve(out)
    assert TEXT in round_of(out)
    (alert,) = live_alerts(out.settings, now=out.at)
    return out, alert.alert_id


def test_a_call_opened_again_keeps_its_alert_and_tells_nothing_by_itself(line: Line) -> None:
    out, alert_id = told(line)
    (before,) = live_alerts(out.settings, now=out.at)
    public = about(out, alert_id)
    again = revise(line, 40, OPEN, notes="held up at the counter, drawer taken, units out again")
    assert TEXT in round_of(again)
    assert about(again, alert_id) == public
    assert entries(line, "retraction") == []
    walked = entries(line, "outcome")
    assert [each["body"]["state"] for each in walked] == ["pending", "pending"]  # type: ignore[index]
    # What is new waits for two editors, and then is an update: same id, area and time.
    both_approve(again.later(1))
    assert alert_id.encode() in round_of(again.later(1))
    (after,) = live_alerts(out.settings, now=again.at)
    assert (after.alert_id, after.version) == (alert_id, 2)
    assert (after.facts.area, after.facts.earliest, after.facts.latest) == (
        before.facts.area,
        before.facts.earliest,
        before.facts.latest,
    )
    assert len(entries(line, "outcome")) == 2


def test_a_text_turned_sensitive_is_gone_within_the_round_and_the_log_has_it(line: Line) -> None:
    _, alert_id = told(line)
    turned = revise(line, 40, OPEN, notes="it was her husband who hit her, he is back")
    assert TEXT not in round_of(turned)
    tombstones = about(turned, alert_id)
    assert f"cap/{alert_id}.xml" in tombstones  # the same id, and no reason
    for body in tombstones.values():
        assert not {b"sensitive", b"domestic", b"husband"} & set(body.lower().split())
        assert b"sensitive" not in body
    assert live_alerts(turned.settings, now=turned.at) == ()
    (entry,) = entries(line, "retraction")
    body = entry["body"]
    assert isinstance(body, dict)
    assert (body["alert"], body["reason"]) == (alert_id, "sensitive-revision")
    assert entry["at"] == "2026-03-02T18:40:00.000000Z"
    # Nothing brings it back: neither a close nor a plain text.
    later = revise(line, 50, CLOSED)
    assert later.pending() == []
    assert TEXT not in round_of(line.later(120))


def test_a_text_turned_sensitive_stops_what_was_approved_and_waits(line: Line) -> None:
    revise(line, 0, OPEN)
    both_approve(line)
    turned = revise(line, 5, CLOSED, notes="it was her husband who hit her")
    assert TEXT not in round_of(turned)
    assert TEXT not in round_of(line.later(120))
    assert entries(line, "retraction") == []  # there was nothing to take back
    assert [e["body"]["state"] for e in entries(line, "outcome")] == ["pending", "withheld"]  # type: ignore[index]


def test_a_fire_told_at_once_is_not_touched_by_its_close(line: Line) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    alert_id = published(line)
    public = public_bytes(line)
    closed = line.later(10)
    closed.deliver("b.csv", [call("1", closed=CLOSED)])
    closed.run()
    assert round_of(closed) == public
    assert [each.alert_id for each in live_alerts(line.settings, now=closed.at)] == [alert_id]
