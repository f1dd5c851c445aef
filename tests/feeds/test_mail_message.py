"""A mail whose headers the parser would read in the square of their length is refused at once."""

from __future__ import annotations

import time

import pytest

from pipeline.feeds.mail_message import mail_headers, parsed_mail
from pipeline.model import NoticeCode, PayloadRefused

FROM = b"From: desk@elm-bluff.example\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b'"' * 30_000,
        b"X: y\rFrom: " + b'"' * 30_000,
        b"Subject: a\r\nfrom: a\r\n " + b'"' * 30_000,
        FROM + b"Content-Type: text/plain" + b";a*0*=x" * 6_000,
    ],
)
def test_a_header_too_long_to_take_apart_is_refused(head: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(PayloadRefused) as refused:
        mail_headers(head + b"\r\n\r\nx")
    assert refused.value.code is NoticeCode.LIMIT_EXCEEDED
    assert time.process_time() - begun < 1


def test_a_header_of_a_part_counts_too() -> None:
    part = b"--b\r\nContent-Type: text/plain" + b";a*0*=x" * 6_000 + b"\r\n\r\nx\r\n--b--\r\n"
    raw = FROM + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + part
    with pytest.raises(PayloadRefused) as refused:
        parsed_mail(raw)
    assert refused.value.code is NoticeCode.LIMIT_EXCEEDED


def test_a_hundred_parts_are_read() -> None:
    part = b'--b\r\nContent-Type: text/csv; name="calls.csv"\r\n\r\nx\r\n'
    raw = FROM + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 100 + b"--b--\r\n"
    assert len(list(parsed_mail(raw).iter_parts())) == 100
