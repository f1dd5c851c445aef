"""The mailbox of an invented agency that sends its calls as the text of a mail."""

from __future__ import annotations

from pipeline.agencies.transport import Mailbox

BOX = Mailbox(
    host="mail.example",
    port=993,
    mailbox="INBOX",
    senders=frozenset({"cad@cedar-hollow.example"}),
    attachments="",
    verified_by="",
    connection="c",
)
