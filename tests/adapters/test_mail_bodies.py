"""Which part of a mail is the payload."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from cad_mail import BOX

from pipeline.adapters.transports.mail import bodies_of

TABLE = "<p>Calls</p><TABLE border=1><tr><td>Call</td></tr></TABLE>\n"
PLAIN = "Call,Type\n17,MVA\n"


def _message(plain: str, page: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(plain)
    message.add_alternative(page, subtype="html")
    return message


@pytest.mark.parametrize(
    ("page", "table", "expected"),
    [
        (TABLE, True, TABLE),
        (TABLE, False, PLAIN),
        ("<p>Calls</p>\n", True, PLAIN),
    ],
)
def test_a_table_is_taken_from_the_page_and_text_from_the_text(page, table, expected):
    bodies = list(bodies_of(_message(PLAIN, page), BOX, table=table))

    assert bodies == [expected.encode()]
