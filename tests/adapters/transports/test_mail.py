from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from juniper_falls import build_agency
from looking import bodies, look_once, remembered, told
from loopback import in_thread

from pipeline.adapters.transports import Credential, FetchFailed
from pipeline.adapters.transports.mail import is_from_agency
from pipeline.agencies.transport import Mailbox
from pipeline.emulator.live.certificate import loopback_certificate, server_context
from pipeline.emulator.live.imap import MailFolder, imap_server
from pipeline.feeds import read_payload
from pipeline.model import NoticeCode, PayloadRefused, SourceRecord

LOGIN = Credential(login="desk", secret="mail-word")
CAD = "cad@cedar-hollow.example"


def mail(*attached: tuple[str, bytes], text: str = "see attached", sender: str = CAD) -> bytes:
    message = EmailMessage()
    message["From"] = f"CAD <{sender}>"
    message["To"] = "desk@blotter.example"
    message["Subject"] = "Call"
    message.set_content(text)
    for name, body in attached:
        message.add_attachment(body, maintype="application", subtype="xml", filename=name)
    return message.as_bytes()


@pytest.fixture
def folder() -> MailFolder:
    return MailFolder(password=LOGIN.secret)


@pytest.fixture
def port(folder: MailFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    pem, key = loopback_certificate(tmp_path, datetime.now(UTC))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with in_thread(imap_server({"desk": folder}, server_context(pem, key))) as port:
        yield port


def box(port: int, **more: object) -> Mailbox:
    plain: dict[str, object] = {
        "host": "localhost",
        "port": port,
        "mailbox": "INBOX",
        "senders": frozenset({CAD}),
        "attachments": "*.xml",
        "verified_by": "",
        "connection": "c",
    }
    return Mailbox(**{**plain, **more})  # type: ignore[arg-type]


def test_attachments_are_payloads_and_a_message_is_read_once(port: int, folder: MailFolder) -> None:
    folder.messages += [mail(("A.XML", b"<a/>"), ("b.xml", b"<b/>"), ("logo.png", b"png"))]
    first = look_once(box(port), credential=LOGIN)
    assert bodies(first) == [b"<a/>", b"<b/>"]
    assert folder.seen == {1}
    assert look_once(box(port), credential=LOGIN, memory=remembered(first)) == []
    folder.messages.append(mail(("c.xml", b"<c/>")))
    assert bodies(look_once(box(port), credential=LOGIN, memory=remembered(first))) == [b"<c/>"]


def test_the_text_is_the_payload_where_no_attachment_is_named(
    port: int, folder: MailFolder
) -> None:
    folder.messages.append(mail(text="CALL: 17\nTYPE: GAS LEAK\n"))
    (body,) = bodies(look_once(box(port, attachments=""), credential=LOGIN))
    assert body.decode().splitlines() == ["CALL: 17", "TYPE: GAS LEAK"]


def page(html: str, text: str | None = None) -> bytes:
    message = EmailMessage()
    message["From"] = f"CAD <{CAD}>"
    message["Subject"] = "Call"
    if text is None:
        message.set_content(html, subtype="html", charset="iso-8859-1")
    else:
        message.set_content(text)
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


TYPED = {"cfs_number": "CALL", "call_type": "TYPE", "opened_at": "AT"}
HTML = (
    "<html><body><table><tr><td>CALL</td><td>17</td></tr><tr><td>TYPE</td><td>Fuite d\xe9</td></tr>"
    "<tr><td>AT</td><td>2026-03-04 10:00:00</td></tr></table></body></html>"
)


@pytest.mark.parametrize(
    ("sent", "call"),
    [
        (page(HTML), "17"),
        (page(HTML, "CALL: 18\nTYPE: GAS LEAK\nAT: 2026-03-04 10:00:00\n"), "18"),
        (page(HTML, " \n"), "17"),
        (page(HTML, "Your program does not show pages.\n"), "17"),
    ],
)
def test_html_is_the_payload_where_no_plain_text_says_anything(
    sent: bytes, call: str, port: int, folder: MailFolder
) -> None:
    folder.messages.append(sent)
    mailbox = box(port, attachments="")
    steps = look_once(mailbox, credential=LOGIN, kind="labelled")
    (body,) = bodies(steps)
    agency = replace(build_agency("labelled", fields=TYPED), transport=mailbox)
    (record,) = read_payload(body, agency).records
    assert isinstance(record, SourceRecord)
    fields = {name: values[0].expose() for name, values in record.canonical}
    assert fields["cfs_number"] == call
    assert fields["call_type"] == ("Fuite d\xe9" if call == "17" else "GAS LEAK")
    assert folder.seen == {1}


def test_a_hostile_page_is_landed_as_it_came_and_refused_by_its_reader(
    port: int, folder: MailFolder
) -> None:
    hostile = "<html>" + "<div>" * 5_000 + "CALL: 17" + "</div>" * 5_000 + "</html>"
    folder.messages += [page(hostile), page(HTML)]
    mailbox = box(port, attachments="")
    first, second = bodies(look_once(mailbox, credential=LOGIN, kind="labelled"))
    assert first.decode().strip() == hostile
    agency = replace(build_agency("labelled", fields=TYPED), transport=mailbox)
    with pytest.raises(PayloadRefused) as caught:
        read_payload(first, agency)
    assert caught.value.code is NoticeCode.LIMIT_EXCEEDED
    assert len(read_payload(second, agency).records) == 1


def test_a_message_is_not_marked_before_what_it_holds_is_landed(
    port: int, folder: MailFolder
) -> None:
    import asyncio

    from looking import LOOPBACK, NOW, agency_of

    from pipeline.adapters.transports import Look
    from pipeline.adapters.transports.mail import fetch

    folder.messages.append(mail(("a.xml", b"<a/>"), ("b.xml", b"<b/>")))
    mailbox = box(port)
    look = Look(
        agency=agency_of(mailbox, "xml"),
        now=NOW,
        memory={},
        credential=LOGIN,
        network=LOOPBACK,
        known=lambda *_: False,
        chance=lambda: 0.5,
    )

    async def killed_after_the_first() -> list[bytes | None]:
        async with aclosing(fetch(look, mailbox)) as steps:
            return [(await anext(steps)).body]

    assert asyncio.run(killed_after_the_first()) == [b"<a/>"]
    assert folder.seen == set()


def test_mail_of_somebody_else_is_told_and_left_alone(port: int, folder: MailFolder) -> None:
    folder.messages.append(mail(("a.xml", b"<a/>"), sender="stranger@mischief.example"))
    steps = look_once(box(port), credential=LOGIN)
    assert bodies(steps) == []
    assert told(steps) == ["unknown-sender"]
    assert folder.seen == set()


def test_a_message_without_a_payload_is_told(port: int, folder: MailFolder) -> None:
    folder.messages.append(mail(("logo.png", b"png")))
    assert told(look_once(box(port), credential=LOGIN)) == ["nothing-attached"]


def test_a_mailbox_that_was_made_anew_is_read_from_the_start(port: int, folder: MailFolder) -> None:
    folder.messages += [mail(("a.xml", b"<a/>")), mail(("b.xml", b"<b/>"))]
    memory = remembered(look_once(box(port), credential=LOGIN))
    folder.validity, folder.messages = 2, [mail(("c.xml", b"<c/>"))]
    steps = look_once(box(port), credential=LOGIN, memory=memory)
    assert bodies(steps) == [b"<c/>"]
    assert remembered(steps) == {"validity": "2", "uid": "1"}


def test_a_huge_message_is_refused_unread(port: int, folder: MailFolder) -> None:
    folder.messages.append(mail(("a.xml", b"x" * 400_000)))
    (step, _) = look_once(box(port), credential=LOGIN, max_bytes=1_000)
    assert step.refusal is not None
    assert step.body is None


def test_a_wrong_password_is_a_refusal_that_does_not_say_it(port: int) -> None:
    with pytest.raises(FetchFailed) as caught:
        look_once(box(port), credential=Credential(login="desk", secret="wrong-one"))
    assert caught.value.code.value == "fetch-refused"
    assert "wrong-one" not in str(caught.value)


def test_a_certificate_nobody_trusts_is_a_failure(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(FetchFailed) as caught:
        look_once(box(port), credential=LOGIN)
    assert caught.value.code.value == "fetch-failed"


def test_a_mailbox_without_a_login_is_told(port: int) -> None:
    with pytest.raises(FetchFailed) as caught:
        look_once(box(port, connection=""))
    assert caught.value.code.value == "credential-missing"


RESULTS = "mx.desk.example; dkim=pass header.d=cedar-hollow.example; spf=pass"


@pytest.mark.parametrize(
    ("headers", "verified"),
    [
        ([RESULTS], True),
        ([RESULTS.replace("pass", "fail")], False),
        ([RESULTS.replace("cedar-hollow", "mischief")], False),
        ([RESULTS.replace("mx.desk", "mx.mischief")], False),
        (["mx.other.example; none", RESULTS], False),  # the second may have come with the message
        (["mx.desk.example; none", RESULTS], False),
        ([], False),
        (["mx.desk.example; spf=pass smtp.mailfrom=cedar-hollow.example"], False),
    ],
)
def test_a_sender_is_verified_by_the_first_result_of_the_own_server(
    headers: list[str], verified: bool
) -> None:
    message = EmailMessage()
    for header in headers:
        message.add_header("Authentication-Results", header)
    message["From"] = CAD
    assert is_from_agency(message, box(1, verified_by="mx.desk.example")) is verified


def test_a_message_with_two_authors_is_of_nobody() -> None:
    message = EmailMessage()
    message["From"] = f"{CAD}, stranger@mischief.example"
    assert not is_from_agency(message, box(1))


HEAD = f"From: CAD <{CAD}>\nMIME-Version: 1.0\n".encode()
NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD + NESTED, NoticeCode.NOT_WELL_FORMED),
        (HEAD + b"Content-Type: message/rfc822\n\n" * 3000, NoticeCode.NOT_WELL_FORMED),
        (
            HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 6000,
            NoticeCode.LIMIT_EXCEEDED,
        ),
    ],
    ids=["parts in parts", "messages in messages", "many parts"],
)
def test_a_message_that_stops_the_parser_is_refused_and_the_next_is_read(
    raw: bytes, code: NoticeCode, port: int, folder: MailFolder
) -> None:
    folder.messages += [raw, mail(("a.xml", b"<a/>"))]
    found = look_once(box(port), credential=LOGIN)
    assert [each.refusal.code for each in found if each.refusal is not None] == [code]
    assert bodies(found) == [b"<a/>"]
    assert look_once(box(port), credential=LOGIN, memory=remembered(found)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b'From: <@>,:;"\\\nContent-Type: text/plain\n\nid: 1\n',
        b"From: " + b"(" * 20_000 + CAD.encode() + b"\n\nid: 1\n",
        HEAD + b"X: " + b"dkim=pass " * 20_000 + b"\n\nid: 1\n",
    ],
    ids=["a group without a name", "comments in comments", "long headers"],
)
def test_a_message_whose_headers_cannot_be_read_is_of_nobody(
    raw: bytes, port: int, folder: MailFolder
) -> None:
    folder.messages += [raw, mail(("a.xml", b"<a/>"))]
    found = look_once(box(port), credential=LOGIN)
    assert told(found) == ["unknown-sender"]
    assert bodies(found) == [b"<a/>"]


@pytest.mark.parametrize("charset", [b'"utf-8\0x"', b"rot13", b"idna", b"no-such"])
def test_a_text_in_a_charset_that_is_none_is_landed_as_it_came(
    charset: bytes, port: int, folder: MailFolder
) -> None:
    folder.messages.append(HEAD + b"Content-Type: text/plain; charset=" + charset + b"\n\nid: 1\n")
    (body,) = bodies(look_once(box(port, attachments=""), credential=LOGIN))
    assert body.strip() == b"id: 1"
