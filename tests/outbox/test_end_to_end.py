"""One alert through every channel, and then its retraction: nothing of it is left anywhere."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault
from outbox_clients import Hook, Mailbox, post_here, text_of
from sqlalchemy import select
from standardwebhooks import Webhook

from pipeline.adapters.mail_sender import MailSender
from pipeline.adapters.store import open_store
from pipeline.adapters.store.outbox_tables import attempts, sendings
from pipeline.model import AreaChoice, Choices, RetractReason, Rhythm
from pipeline.usecases.approve import approve
from pipeline.usecases.deliver import Outside, deliver_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.retract import retract
from pipeline.usecases.settings import MailSettings
from pipeline.usecases.subscribing import confirm, subscribe
from pipeline.usecases.webhooks import add_webhook

WITHIN_SECONDS = 60.0


def holding(line: Line, word: str) -> list[Path]:
    """Return files of the public folder, unpacked, and of the home, that hold a word."""
    found = []
    roots = (line.settings.public, line.settings.home)
    for path in (p for root in roots for p in root.rglob("*") if p.is_file()):
        body = path.read_bytes()
        body = gzip.decompress(body) if path.suffix == ".gz" else body
        if word.encode() in body:
            found.append(path)
    return found


def test_a_retraction_leaves_no_word_in_any_channel_within_a_minute(
    served: Line, mailbox: tuple[Mailbox, MailSettings], hook: Hook
) -> None:
    line, box = served, mailbox[0]
    outside = Outside(poster=post_here, mailer=MailSender.of(line.settings.mail))
    secret = add_webhook(line.settings, hook.url, now=line.at, insecure=("127.0.0.1",))
    area = AreaChoice(agency_id="elm-bluff", area_id="north-side")
    choices = Choices(areas=(area,), rhythm=Rhythm.URGENT)
    subscribe(line.settings, "wren@reader.example", choices, now=line.at)
    deliver_due(line.settings, now=line.at, outside=outside)
    (token,) = box.links("confirm")
    assert confirm(line.settings, token, now=line.at)

    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    decided = approve(line.settings, candidate, editor="Per Lund", now=line.at)
    assert decided.alert is not None
    headline = decided.alert.facts.headline
    publish_due(line.settings, now=line.at)
    deliver_due(line.settings, now=line.at, outside=outside)

    assert headline in text_of(box.mails[-1])
    assert len(box.mails) == 2
    feed = feedparser.parse(line.settings.public / "area/elm-bluff/north-side/alerts.atom")
    assert [entry.title for entry in feed.entries] == [headline]
    headers, body = hook.taken[-1]
    told = Webhook(secret.shared)
    signed = told.sign(headers["webhook-id"], moment(headers), body.decode())
    assert signed in headers["webhook-signature"].split(" ")
    assert json.loads(body)["type"] == "alert.published"
    assert len(holding(line, headline)) > 10

    began = time.monotonic()
    retract(
        line.settings,
        decided.alert.alert_id,
        editor="Ida Okwu",
        now=line.at,
        reason=RetractReason.PRIVACY,
    )
    publish_due(line.settings, now=line.at)
    deliver_due(line.settings, now=line.at, outside=outside)
    assert time.monotonic() - began < WITHIN_SECONDS

    public = [p for p in holding(line, headline) if p.is_relative_to(line.settings.public)]
    assert public == []
    for name in ("alerts.atom", "alerts.rss", "alerts.feed.json", "alerts.csv", "alerts.geojson"):
        assert headline.encode() not in (line.settings.public / name).read_bytes()
    again = feedparser.parse(line.settings.public / "alerts.atom")
    assert (again.bozo, again.entries) == (False, [])
    kinds = [json.loads(body)["type"] for _, body in hook.taken]
    assert kinds == ["alert.published", "alert.retracted"]
    assert headline not in hook.taken[-1][1].decode()
    assert len(box.mails) == 3
    last = text_of(box.mails[-1])
    assert "withdrawn" in last
    assert headline not in last
    assert decided.alert.facts.area.name not in last
    assert decided.alert.alert_id in last
    assert queue_holds_no_words(line)
    files, found = everything_outside_the_vault(line, CANARIES)
    assert files > 30
    assert found == []


def moment(headers: Mapping[str, str]) -> datetime:
    return datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)


def queue_holds_no_words(line: Line) -> bool:
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        rows = [tuple(r) for table in (sendings, attempts) for r in tx.execute(select(table))]
    assert rows
    return not any("Reported" in str(row) or "North" in str(row) for row in rows)
