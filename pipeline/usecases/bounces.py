"""Reads mails that came back, and gives up addresses that will not take any.

In goes a delivery report (RFC 3464) as the mail server pipes it; our own message id in it says
which message it is about. Whatever else it says is not kept. It must never believe an address that
a report names: anybody can write one.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.message import Message

from pipeline.adapters.store.outbox import find_sendings, stop_receiver
from pipeline.adapters.store.subscribers import count_bounce
from pipeline.feeds.mail_message import UNREADABLE, parsed_mail
from pipeline.model import PayloadRefused, Refused
from pipeline.usecases.resources import open_resources
from pipeline.usecases.settings import Settings

__all__ = ["take_bounce"]

_OURS = re.compile(r"<?(msg_[0-9a-f]{32})@")
_STATUS = re.compile(r"^Status:\s*([245])\.(\d{1,3})\.\d{1,3}", re.MULTILINE | re.IGNORECASE)
_MOST_BYTES = 1_000_000


def take_bounce(settings: Settings, report: bytes, *, now: datetime) -> bool:
    """Count a mail that came back; return whether its address is given up now.

    Raises:
        Refused: this is no delivery report about a message of ours.
    """
    try:
        message = parsed_mail(report[:_MOST_BYTES])
        said = _text(message, "message/delivery-status")
        original = _text(message, "message/rfc822") or _text(message, "text/rfc822-headers")
    except (PayloadRefused, *UNREADABLE):
        said = original = ""  # anybody may have written it
    status, ours = _STATUS.search(said), _OURS.search(original)
    if status is None or ours is None:
        raise Refused("this is no delivery report about a message of ours")
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        found = find_sendings(tx, ours.group(1))
        if len(found) != 1 or found[0].channel != "mail":
            raise Refused("this is no delivery report about a message of ours")
        if status.group(1) == "2":
            return False
        # X.7.X (RFC 3463) is the provider's word on us, not on the address.
        hard = status.group(1) == "5" and status.group(2) != "7"
        over = count_bounce(tx, found[0].receiver, hard=hard)
        if over:
            stop_receiver(tx, "mail", found[0].receiver, outcome="bounced")
        return over


def _text(message: Message, kind: str) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == kind]
    return "\n".join(part.as_string() for part in parts)
