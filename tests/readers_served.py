"""The readers' service over the line: joining it as a reader does, and counting its rows."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from elm_bluff import Line
from outbox_clients import Browser, Mailbox
from sqlalchemy import select

from pipeline.adapters.mail_sender import MailSender
from pipeline.adapters.store import open_store, outbox_tables
from pipeline.subscriptions.app import build_app
from pipeline.subscriptions.fence import Pace
from pipeline.usecases.deliver import Outside, deliver_due

ADDRESS = "wren.birdwhistle@reader.example"
FORM = {"area": "elm-bluff/north-side", "rhythm": "urgent"}


def client_of(line: Line, *, most: int = 1_000) -> Browser:
    app = build_app(
        line.settings,
        clock=lambda: line.at,
        mailer=MailSender.of(line.settings.mail),
        pace=Pace(most=most, within=timedelta(hours=1)),
    )
    return Browser(app)


def deliver(line: Line) -> None:
    deliver_due(
        line.settings, now=line.at, outside=Outside(mailer=MailSender.of(line.settings.mail))
    )


def join(line: Line, client: Browser, box: Mailbox, address: str = ADDRESS, **form: str) -> str:
    """Subscribe and confirm; return the token with which the reader manages."""
    assert client.post("/subscribe", data={**FORM, "address": address, **form}).status_code == 200
    deliver(line)
    (token,) = box.links("confirm")
    assert client.post(f"/confirm/{token}").status_code == 200
    client.post("/subscribe", data={**FORM, "address": address})
    deliver(replace(line, at=line.at))
    return box.links("manage")[0] if box.links("manage") else ""


def rows_of_readers(line: Line) -> int:
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        tables = (outbox_tables.subscribers, outbox_tables.subscriber_areas)
        mail = select(outbox_tables.sendings).where(outbox_tables.sendings.c.channel == "mail")
        counts = [len(tx.execute(select(table)).all()) for table in tables]
        if not any(counts):
            assert tx.execute(mail).all() == []
        return counts[0]
