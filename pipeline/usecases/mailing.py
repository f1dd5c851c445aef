"""Makes the mail that a queued message stands for by now, and keeps what becomes of it.

A mail is made from the alert's present state: a digest leaves out what was withdrawn since it was
gathered. The reader's address is opened for one mail and kept nowhere. It must never mail an
address that did not confirm, except the one question whether it wants to be mailed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.adapters.mail_sender import Mail
from pipeline.adapters.outbound import Answer
from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import public_version
from pipeline.adapters.store.outbox import (
    Sending,
    add_sendings,
    close_members,
    finish,
    gather_digests,
    members_of,
    sending_id,
    stop_receiver,
)
from pipeline.adapters.store.subscribers import Subscriber, count_bounce, subscriber_by
from pipeline.audit import stamp
from pipeline.model import Alert
from pipeline.publish import CHANNELS, PublicFile
from pipeline.publish.channel import host
from pipeline.publish.mail import digest, question, reminder
from pipeline.usecases.reader_links import Links
from pipeline.usecases.resources import Resources, site_of
from pipeline.usecases.settings import Settings

__all__ = ["CONFIRM", "MANAGE", "gather", "mail_context", "mail_done", "mail_failed", "mail_of"]

DIGEST = "digest"
CONFIRM = "confirm"
MANAGE = "manage"
"""Kinds of mail that tell of no alert: a digest, the question to an address, a forgotten link."""

_FOOT = "\n--\nLeave: {leave}\nChange or erase: {manage}\n"
_HTML_FOOT = (
    '<p><small><a href="{leave}">Leave</a> · <a href="{manage}">Change or erase</a></small></p>'
)


def mail_context(subscriber_id: str) -> str:
    """Return what a sealed address is bound to."""
    return f"reader/{subscriber_id}"


def gather(tx: Tx, now: datetime) -> int:
    """Queue a digest for every reader whose time has come; return how many.

    Its id is made of the reader and the last message it takes along, so that a repeated run makes
    no second one.
    """
    made = 0
    for reader, members in gather_digests(tx, now).items():
        last = members[-1]
        digest_id = sending_id("digest", reader, last.alert_id, last.version)
        row = Sending(
            sending_id=digest_id,
            channel="mail",
            receiver=reader,
            alert_id="",
            version=0,
            kind=DIGEST,
            audit_index=max(each.audit_index for each in members),
            created_at=stamp(now),
            next_at=stamp(now),
        )
        made += add_sendings(tx, [row])
        close_members(tx, [each.sending_id for each in members], digest_id=digest_id)
    return made


def mail_of(
    tx: Tx, resources: Resources, settings: Settings, sending: Sending, *, now: datetime
) -> Mail | None:
    """Return the mail, or None when there is nothing to tell, or nobody, any more."""
    reader = subscriber_by(tx, sending.receiver)
    if reader is None:
        return None
    site = site_of(settings)
    if sending.kind == CONFIRM:
        link = Links(settings, resources.seal).confirm(reader.subscriber_id)
        parts = question(link, site=site)
        return _mail(resources, settings, reader, sending, parts, now, footed=False)
    if reader.state != "active":
        return None
    if sending.kind == MANAGE:
        return _mail(resources, settings, reader, sending, reminder(site=site), now)
    if sending.kind == DIGEST:
        found = [
            public_version(tx, e.alert_id, e.version) for e in members_of(tx, sending.sending_id)
        ]
        alerts = [each for each in found if isinstance(each, Alert) and each.expires > now]
        if not alerts:
            return None
        return _mail(resources, settings, reader, sending, digest(alerts, site=site), now)
    public = public_version(tx, sending.alert_id, sending.version)
    if public is None or (isinstance(public, Alert) and public.expires <= now):
        return None
    channel = CHANNELS["mail"]
    parts = (
        channel.render(public, site=site)
        if isinstance(public, Alert)
        else channel.retract(public, site=site)
    )
    return _mail(resources, settings, reader, sending, parts, now)


def mail_done(tx: Tx, sending: Sending) -> None:
    """Write down that a digest took its members along."""
    if sending.kind == DIGEST:
        ids = [each.sending_id for each in members_of(tx, sending.sending_id)]
        close_members(tx, ids, digest_id=sending.sending_id, state="done")


def mail_failed(resources: Resources, sending: Sending, answer: Answer, now: datetime) -> None:
    """Write down that the server refuses the address for good; nothing more is sent to it."""
    with resources.store.write() as tx:
        finish(
            tx,
            sending,
            state="dead",
            outcome=answer.outcome,
            now=now,
            milliseconds=answer.milliseconds,
        )
        if answer.status in (550, 551, 553, 554) and count_bounce(
            tx, sending.receiver, hard=answer.status != 554
        ):
            stop_receiver(tx, "mail", sending.receiver, outcome="bounced")


def _mail(
    resources: Resources,
    settings: Settings,
    reader: Subscriber,
    sending: Sending,
    parts: Sequence[PublicFile],
    now: datetime,
    *,
    footed: bool = True,
) -> Mail:
    links = Links(settings, resources.seal)
    leave, manage = links.leave(reader.subscriber_id), links.manage(reader.subscriber_id)
    texts = {part.path: part.body.decode() for part in parts}
    opened = resources.vault.open_small(reader.sealed_mail, mail_context(reader.subscriber_id))
    foot = _FOOT.format(leave=leave, manage=manage) if footed else ""
    html_foot = _HTML_FOOT.format(leave=leave, manage=manage) if footed else ""
    return Mail(
        to=opened.decode(),
        sender=settings.mail.sender,
        message_id=f"{sending.sending_id}@{host(site_of(settings))}",
        subject=texts["subject"],
        plain=texts["text/plain"] + foot,
        html=texts["text/html"].replace("</body>", f"{html_foot}</body>"),
        at=now,
        leave_url=leave if footed else "",
    )
