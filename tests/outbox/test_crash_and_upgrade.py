"""A run killed between sending and writing it down, and a database from before the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from alembic import command
from elm_bluff import Line, call, published
from sqlalchemy import create_engine, text

from pipeline.adapters.outbound import Answer
from pipeline.adapters.store import open_store
from pipeline.adapters.store.engine import _config
from pipeline.adapters.store.outbox import begin, list_sendings
from pipeline.usecases.deliver import Outside, deliver_due
from pipeline.usecases.webhooks import add_webhook


def test_what_a_killed_run_had_begun_is_sent_again_under_the_same_id(sqlite_line: Line) -> None:
    line = sqlite_line
    add_webhook(line.settings, "https://receiver.example/hook", now=line.at)
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    with closing(open_store(line.settings.database_url)) as store, store.write() as tx:
        (sending,) = list_sendings(tx, channel="webhook", limit=5)
        assert sending.audit_index > 0
        begin(tx, [sending.sending_id])
    sent: list[str] = []

    async def poster(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        sent.append(headers["webhook-id"])
        return Answer(outcome="http-200", status=200)

    outside = Outside(poster=poster)
    assert deliver_due(line.settings, now=line.at, outside=outside).interrupted == 1
    assert deliver_due(line.settings, now=line.at, outside=outside).interrupted == 0
    assert sent == [sending.sending_id]


def test_alerts_from_before_the_outbox_keep_their_place_and_stay_due(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = _config()
    content = {
        "alert_id": "a1",
        "first_sent": "2026-03-02T18:00:00Z",
        "expires": "2026-03-04T18:00:00.500000Z",
        "facts": {"category": "structure-fire", "area": {"area_id": "north-side"}},
    }
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008_requests")
        connection.execute(
            text(
                "insert into alerts (alert_id, agency_id, incident_ref, candidate_id, state,"
                " version, content, sent, audit_index) values ('a1', 'elm-bluff', 'i', 'c', 'live',"
                " 1, :content, '2026-03-02T18:00:00.000000Z', 7)"
            ),
            {"content": json.dumps(content)},
        )
        connection.execute(
            text(
                "insert into deliveries (alert_id, version, channel) values ('a1', 1, 'geojson'),"
                " ('a1', 1, 'atom'), ('a1', 1, 'cap')"
            )
        )
        connection.commit()
        command.upgrade(config, "head")
        connection.commit()
        alert = connection.execute(
            text("select area_id, category, first_sent, expires from alerts")
        ).one()
        due = connection.execute(
            text("select channel, audit_index, due_at, done_at from deliveries")
        ).one()
    engine.dispose()
    assert tuple(alert) == (
        "north-side",
        "structure-fire",
        "2026-03-02T18:00:00.000000Z",
        "2026-03-04T18:00:00.500000Z",
    )
    assert tuple(due) == ("files", 7, "2026-03-02T18:00:00.000000Z", None)
