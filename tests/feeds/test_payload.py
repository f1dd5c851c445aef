"""Bytes to text: size, encoding, web pages, NUL."""

from __future__ import annotations

import pytest

from pipeline.feeds import read_payload
from pipeline.feeds.payload import decode
from pipeline.model import NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather 920-555-0143"
FIELDS = {"cfs_number": "id", "call_type": "type", "opened_at": "at"}


@pytest.fixture(scope="module")
def form(make_agency):
    return make_agency("json", fields=FIELDS, records="@", max_bytes=2000).format


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", NoticeCode.EMPTY_PAYLOAD),
        (b" \r\n\t ", NoticeCode.EMPTY_PAYLOAD),
        (b"\xef\xbb\xbf", NoticeCode.EMPTY_PAYLOAD),
        (b"\xff\xfe \x00", NoticeCode.EMPTY_PAYLOAD),
        (CANARY.encode() * 100, NoticeCode.OVERSIZED_PAYLOAD),
        (CANARY.encode() + b"\xff", NoticeCode.WRONG_ENCODING),
        (CANARY.encode("utf-16-le"), NoticeCode.WRONG_ENCODING),
        (CANARY.encode("utf-32"), NoticeCode.WRONG_ENCODING),
        (b"\x00\x00\xfe\xff" + CANARY.encode("utf-32-be"), NoticeCode.WRONG_ENCODING),
        (b"\xff\xfe" + CANARY.encode("utf-16-le") + b"x", NoticeCode.WRONG_ENCODING),
        (b"\xfe\xff\xd8\x00" + CANARY.encode("utf-16-be"), NoticeCode.WRONG_ENCODING),
        (b"\x1f\x8b\x08\x00" + CANARY.encode(), NoticeCode.WRONG_ENCODING),
        (b"PK\x03\x04\x14\x00" + CANARY.encode(), NoticeCode.WRONG_ENCODING),
        (f"<!DOCTYPE html><p>{CANARY}".encode(), NoticeCode.HTML_INSTEAD),
        (f"\n<!-- x --><!-- y -->\n<HTML lang='en'>{CANARY}".encode(), NoticeCode.HTML_INSTEAD),
        (f"<?xml version='1.0'?><html>{CANARY}</html>".encode(), NoticeCode.HTML_INSTEAD),
        (f"<head>{CANARY}".encode("utf-8-sig"), NoticeCode.HTML_INSTEAD),
    ],
)
def test_decode_refuses_with_its_code_and_tells_nothing(body, code, form, told):
    with pytest.raises(PayloadRefused) as refused:
        decode(body, form)
    assert refused.value.code is code
    assert "Wanda" not in told(refused.value)
    assert "0143" not in told(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_decode_takes_utf_8_and_marked_utf_16(encoding, form):
    assert decode("Bjørnson ☃".encode(encoding), form) == "Bjørnson ☃"


def test_decode_tries_the_named_encodings_in_order(make_agency):
    form = make_agency("json", fields=FIELDS, encodings=("utf-8", "cp1252")).format
    assert decode("Núñez".encode("cp1252"), form) == "Núñez"
    assert decode("Núñez".encode(), form) == "Núñez"


@pytest.mark.parametrize("encoding", ["utf-7", "unicode_escape", "hex", "no-such", "iso2022_jp"])
def test_decode_never_uses_an_encoding_that_hides_markup_even_when_named(encoding, make_agency):
    form = make_agency("json", fields=FIELDS, encodings=(encoding,)).format
    with pytest.raises(PayloadRefused) as refused:
        decode(b"+ADw-plain", form)
    assert refused.value.code is NoticeCode.WRONG_ENCODING


def test_decode_names_the_first_bad_byte(form):
    with pytest.raises(PayloadRefused) as refused:
        decode(b"abc\xff", form)
    assert refused.value.position == "byte 4"


def test_decode_is_quick_on_a_page_of_comments(form):
    assert decode(b"<!---->" * 280, form).startswith("<!--")


def test_size_is_judged_before_anything_else(make_agency):
    agency = make_agency("json", fields=FIELDS, records="@", max_bytes=4)
    with pytest.raises(PayloadRefused) as refused:
        read_payload(b"\xff\xff\xff\xff\xff", agency)
    assert refused.value.code is NoticeCode.OVERSIZED_PAYLOAD
