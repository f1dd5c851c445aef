"""Builds a mail and hands it to one server by SMTP; says in a fixed word how that went.

In goes a :class:`Mail`; out comes an :class:`~pipeline.adapters.outbound.Answer` whose status is
the server's reply code. Headers are set by the standard library, which refuses line breaks; texts
cross no header that could take them. It must never put a receiver's address into an outcome, a log
or an error, nor send in the clear to another machine (``settings`` refuses that).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

import aiosmtplib

from pipeline.adapters.outbound import Answer

__all__ = ["Mail", "MailSender", "built"]

_TIMEOUT = 30.0
_POLICY = "5.7."
"""Enhanced codes (RFC 3463) by which a server refuses us, not the address."""


class MailServer(Protocol):
    """What a sender must know of its server; ``settings.MailSettings`` is one."""

    @property
    def server(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def sender(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. ``message_id`` is the same in every try; the address is shown nowhere.

    ``leave_url`` takes the one-click POST of RFC 8058, ``manage_url`` is for a person.
    """

    to: str = field(repr=False)
    sender: str
    message_id: str
    subject: str
    plain: str
    html: str
    at: datetime
    leave_url: str = ""


def built(mail: Mail) -> EmailMessage:
    """Return the message with both texts and the headers of a list that can be left.

    Raises:
        ValueError: a header would hold a line break.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at.astimezone(UTC))
    message["Message-ID"] = f"<{mail.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "list"
    if mail.leave_url:
        message["List-Unsubscribe"] = f"<{mail.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.plain, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


class MailSender:
    """Sends through one server, one connection a mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    @classmethod
    def of(cls, server: MailServer) -> MailSender | None:
        """Return a sender, or None where no server is set."""
        return cls(server) if server.server and server.sender else None

    async def send(self, mail: Mail) -> Answer:
        """Send once; never raises for what the server or the network does."""
        began = time.monotonic()
        status, outcome = await self._try(mail)
        spent = round((time.monotonic() - began) * 1000)
        return Answer(outcome=outcome, status=status, milliseconds=spent)

    async def _try(self, mail: Mail) -> tuple[int, str]:
        to = self._server
        try:
            message = built(mail)
        except ValueError:
            return 500, "unfit-header"
        client = aiosmtplib.SMTP(
            hostname=to.server,
            port=to.port,
            use_tls=to.security == "tls",
            start_tls=to.security == "starttls",
            timeout=_TIMEOUT,
        )
        try:
            async with client:
                if to.user:
                    await client.login(to.user, to.password)
                await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = max((each.code for each in error.recipients), default=450)
            policy = any(each.message.lstrip().startswith(_POLICY) for each in error.recipients)
            return 554 if policy and code in range(500, 600) else code, f"smtp-{code}"
        except aiosmtplib.SMTPResponseException as error:
            # A server that refuses us says nothing about the reader's address.
            own = isinstance(error, aiosmtplib.SMTPAuthenticationError | aiosmtplib.SMTPHeloError)
            code = 450 if own or isinstance(error, aiosmtplib.SMTPSenderRefused) else error.code
            return code, f"smtp-{error.code}"
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return 0, "timeout"
        except (aiosmtplib.SMTPException, OSError):
            return 0, "connection"
        return 250, "smtp-250"
