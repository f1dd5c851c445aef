"""Headers of a mail are fields of its calls: before the text, taken off by its reader."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest
from cad_mail import BOX

from pipeline.adapters.transports.mail import bodies_in, bodies_of
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.feeds.mail_message import parsed_mail
from pipeline.model import NoticeCode, PayloadRefused

CANARY = "Wanda Quillfeather"
HEADED = replace(BOX, headers=("subject", "date"))
FIELDS = {"cfs_number": "No", "call_type": "mail subject", "opened_at": "mail date"}
TEXT = "No: 26-7\nNotes: smoke\n"
PAGE = (
    "<html><body><p>Hello</p><table><tr><th>No</th><th>Unit</th><th>Notes</th></tr>"
    "<tr><td>26-7</td><td>E1</td><td>smoke</td></tr><tr><td>26-8</td><td>M2</td><td></td></tr>"
    "</table></body></html>"
)


def mail(text: str = TEXT, subject: str = "GAS LEAK", date: str = "", kind: str = "plain") -> bytes:
    message = EmailMessage()
    message["From"] = "CAD <cad@cedar-hollow.example>"
    message["Subject"] = subject
    message["Date"] = date or "Tue, 03 Mar 2026 14:05:00 -0600"
    message.set_content(text, subtype=kind)
    return message.as_bytes()


@pytest.fixture
def agency(make_agency):
    made = make_agency("labelled", fields=FIELDS, remarks=({"text": "Notes"},))
    return replace(made, transport=HEADED)


@pytest.fixture
def table(make_agency):
    made = make_agency("table", fields=FIELDS, remarks=({"text": "Notes"},))
    return replace(made, transport=HEADED)


def landed(raw: bytes, *, table: bool = False) -> bytes:
    (body,) = bodies_in(raw, HEADED, table=table)
    return body


def unread(record) -> list[str]:
    return [n.field for n in record.notices if n.code is NoticeCode.UNREAD_FIELD]


def test_the_subject_is_a_field_of_the_call_and_so_is_the_date(agency, texts_of):
    (record,) = read_payload(landed(mail()), agency).records
    assert texts_of(record) == {
        "cfs_number": ("26-7",),
        "call_type": ("GAS LEAK",),
        "opened_at": ("2026-03-03T14:05:00-06:00",),
    }
    assert unread(record) == []


def test_without_headers_in_the_agency_file_a_payload_is_the_text_alone(agency):
    body = next(bodies_of(parsed_mail(mail()), BOX))
    assert body.decode().splitlines() == TEXT.splitlines()


def test_every_call_of_a_mail_has_its_headers(agency, texts_of):
    text = "No: 26-7\nNotes: a\n\nNo: 26-8\nNotes: b\n----\nNo: 26-9\n"
    records = read_payload(landed(mail(text)), agency).records
    assert [texts_of(r)["cfs_number"][0] for r in records] == ["26-7", "26-8", "26-9"]
    assert {texts_of(r)["call_type"] for r in records} == {("GAS LEAK",)}


@pytest.mark.parametrize(
    ("date", "text"),
    [
        ("Tue, 03 Mar 2026 14:05:00 -0600 (CST)", "2026-03-03T14:05:00-06:00"),
        ("Tue, 3 Mar 2026 20:05:00 GMT", "2026-03-03T20:05:00+00:00"),
        ("Tue, 03 Mar 2026 20:05:00 -0000", "2026-03-03T20:05:00+00:00"),
    ],
)
def test_a_date_is_written_as_iso(date, text, agency, texts_of):
    raw = mail().replace(b"Tue, 03 Mar 2026 14:05:00 -0600", date.encode())
    (record,) = read_payload(landed(raw), agency).records
    assert texts_of(record)["opened_at"] == (text,)


def test_an_unreadable_or_missing_header_says_nothing_or_what_it_says(agency, texts_of):
    raw = mail().replace(b"Tue, 03 Mar 2026 14:05:00 -0600", b"some day")
    (record,) = read_payload(landed(raw.replace(b"Subject: GAS LEAK\n", b"")), agency).records
    assert texts_of(record) == {"cfs_number": ("26-7",), "opened_at": ("some day",)}


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?q?Fuite_d=C3=A9_gaz?=", "=?iso-8859-1?b?RnVpdGUgZOkgZ2F6?=", "Fuite\r\n d\u00e9 gaz"],
)
def test_a_subject_is_decoded_and_one_line(subject, agency, texts_of):
    raw = mail().replace(b"GAS LEAK", subject.encode())
    (record,) = read_payload(landed(raw), agency).records
    assert texts_of(record)["call_type"][0].split()[-1] == "gaz"
    assert "\n" not in texts_of(record)["call_type"][0]


def test_bytes_in_no_encoding_do_not_stop_a_mail(agency, texts_of):
    raw = mail().replace(b"GAS LEAK", b"GAS \xe9\xff LEAK")
    (record,) = read_payload(landed(raw), agency).records
    assert texts_of(record)["call_type"][0].startswith("GAS ")


def test_a_subject_that_is_not_mapped_is_unread_and_searched_for(make_agency):
    fields = {**FIELDS, "call_type": "Notes", "opened_at": "mail date"}
    agency = replace(make_agency("labelled", fields=fields), transport=HEADED)
    one, other = (
        read_payload(landed(mail(subject=f"{who} at 12 Elm")), agency).records[0]
        for who in (CANARY, "Nobody")
    )
    assert unread(one) == ["mail subject"]
    assert [v.expose() for v in one.private_values] == [f"{CANARY} at 12 Elm"]
    assert one.content.expose() == other.content.expose()  # no revision for another subject
    ignoring = replace(agency, ignored_fields=("mail subject",))
    (record,) = read_payload(landed(mail(subject=CANARY)), ignoring).records
    assert (unread(record), record.private_values) == ([], ())


@pytest.mark.parametrize(
    "text", ["\ufeffNo: 26-7\nNotes: smoke\n", "\ufeffNotes: smoke\nNo: 26-7\n"]
)
def test_a_byte_order_mark_is_none_of_the_first_label(text, agency, texts_of):
    (record,) = read_payload(landed(mail(text)), agency).records
    assert (texts_of(record)["cfs_number"], unread(record)) == (("26-7",), [])


def test_a_byte_order_mark_is_none_of_the_first_column(table, texts_of):
    body = landed(mail("\ufeffNo,Notes,Unit\n26-7,smoke,E1\n"), table=True)
    (record,) = read_payload(body, table).records
    assert texts_of(record)["cfs_number"] == ("26-7",)


def test_rows_of_a_mailed_page_have_the_headers(table, texts_of):
    body = landed(mail(PAGE, kind="html"), table=True)
    first, second = read_payload(body, table).records
    assert texts_of(first)["call_type"] == texts_of(second)["call_type"] == ("GAS LEAK",)
    assert texts_of(second)["cfs_number"] == ("26-8",)
    assert unread(first) == ["Unit", "words around"]


def test_rows_of_a_mailed_plain_table_have_the_headers(table, texts_of):
    body = landed(mail("No,Unit,Notes\n26-7,E1,smoke\n26-8,M2\n"), table=True)
    first, second = read_payload(body, table).records
    assert texts_of(first)["call_type"] == ("GAS LEAK",)
    assert isinstance(second, RefusedRecord)


def test_a_label_or_column_named_like_a_header_is_refused(agency, table, told):
    for made, text, kind in (
        (agency, f"{TEXT}mail subject: {CANARY}\n", "plain"),
        (table, f"No,Unit,mail subject\n1,E1,{CANARY}\n", "plain"),
    ):
        body = landed(mail(text, kind=kind), table=made is table)
        with pytest.raises(PayloadRefused) as caught:
            read_payload(body, made)
        assert caught.value.code is NoticeCode.DUPLICATE_NAME
        assert CANARY not in told(caught.value)


@pytest.mark.parametrize("header", [b"Subject: FIRE\n", b"Date: Tue, 03 Mar 2026 14:06:00 -0600\n"])
def test_a_mail_with_a_header_twice_is_refused(header):
    with pytest.raises(PayloadRefused) as caught:
        landed(header + mail())
    assert caught.value.code is NoticeCode.DUPLICATE_NAME


def test_a_mail_whose_text_is_empty_is_refused(agency):
    with pytest.raises(PayloadRefused) as caught:
        read_payload(landed(mail(" \n")), agency)
    assert caught.value.code is NoticeCode.EMPTY_PAYLOAD


def test_lines_like_headers_in_the_text_are_text(agency, texts_of):
    text = f"Subject: {CANARY}\nDate: 2026-01-01 00:00:00\n\nNo: 26-7\n"
    (record,) = read_payload(landed(mail(text)), agency).records
    assert texts_of(record)["call_type"] == ("GAS LEAK",)
    assert sorted(unread(record)) == ["Date", "Subject"]


def test_a_payload_from_before_headers_were_asked_for_is_text_alone(agency, texts_of):
    for text in (TEXT, f"Subject: GAS LEAK\n{TEXT}", "Subject: GAS LEAK"):
        (record,) = read_payload(text.encode(), agency).records
        assert "call_type" not in texts_of(record)


def test_an_endless_subject_is_refused_before_it_is_decoded():
    with pytest.raises(PayloadRefused) as caught:
        landed(mail().replace(b"GAS LEAK", b"=?utf-8?q?a?= " * 20_000))
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
