"""Headers beyond ASCII are read as they are written, in whole, or refused by a code."""

from __future__ import annotations

import time

import pytest
from cad_mail import BOX

from pipeline.adapters.transports.mail import bodies_of
from pipeline.feeds.mail_head import heads_of
from pipeline.feeds.mail_message import parsed_mail
from pipeline.feeds.mail_words import header_text
from pipeline.model import NoticeCode, PayloadRefused


def subject(raw: bytes) -> str:
    mail = b"From: cad@elm-bluff.example\nSubject: " + raw + b"\nMIME-Version: 1.0\n\nNo: 1\n"
    return heads_of(parsed_mail(mail), ("subject",))["mail subject"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"GAS LEAK", "GAS LEAK"),
        (b"=?utf-8?q?Gas_at_Caf=C3=A9?= Andr\xc3\xa9", "Gas at Café André"),
        (b"=?utf-8?q?Gas_at_Caf=C3=A9?= Andr\xe9", "Gas at Café André"),
        (b"Andr\xe9 =?UTF-8*EN?Q?Caf=C3=A9?=", "André Café"),
        (b"GAS LEAK \x96 CAF\xc9", "GAS LEAK \u2013 CAFÉ"),
        (b"CAF\xc3\x89", "CAFÉ"),
        (b"=?iso-8859-1?q?Caf=E9?=\n =?utf-8?b?w6k=?= fire", "Caféé fire"),
        (b"=?utf-8?q?Caf=C3?= =?utf-8?q?=A9?=", "Café"),  # a sign may be cut in two
        (b"=?utf-8?q?GAS?= =?utf-8?q?LEAK?= at =?utf-8?q?CAF=C3=89?=", "GASLEAK at CAFÉ"),
        (b"=?utf-8?q?GAS LEAK=20CAF=C3=89?=", "GAS LEAK CAFÉ"),  # programs leave spaces as they are
        (b"=?utf-8?b?R0FTIExFQUs?=", "GAS LEAK"),  # and padding away
        (b"a=b? =?c", "a=b? =?c"),
        (b"", ""),
    ],
)
def test_words_and_bytes_of_one_header_are_read(raw: bytes, text: str) -> None:
    assert subject(raw) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"=?utf-8?q?CAF=C9?= FIRE",
        b"=?x-unknown?q?CAF=C9?= FIRE",
        b"=?utf-8?b?!!!?= FIRE",
        b"=?utf-8?b?R0FTIExFQ?= FIRE",
        b"=?utf-8?q?CAF=?= FIRE",
        b"=?utf-7?q?+AEY-IRE?=",
        b"=?rot13?q?SVER?=",
        b"FIRE \x81",
    ],
)
def test_what_cannot_be_read_is_refused_and_never_told_in_part(raw: bytes) -> None:
    with pytest.raises(PayloadRefused) as caught:
        subject(raw)

    assert caught.value.code is NoticeCode.WRONG_ENCODING
    assert caught.value.__context__ is None
    assert "FIRE" not in str(caught.value)


def test_a_long_header_takes_linear_time() -> None:
    began = time.process_time()
    assert len(header_text("=?utf-8?q?" * 9_000 + "=?utf-8?q?a?= " * 9_000)) > 90_000
    assert time.process_time() - began < 2


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "none-such"])
def test_a_text_in_another_charset_than_it_says_is_left_to_the_reader(charset: str) -> None:
    mail = (
        f"From: cad@elm-bluff.example\nMIME-Version: 1.0\nContent-Type: text/plain;"
        f" charset={charset}\nContent-Transfer-Encoding: 8bit\n\nNotes: "
    ).encode() + b"Andr\xe9\n"

    (body,) = bodies_of(parsed_mail(mail), BOX)

    assert body == b"Notes: Andr\xe9\n"
