"""Readers: asking, confirming, changing, leaving, erasing; and that nobody else learns of them."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elm_bluff import Line, call, published
from outbox_clients import Browser, Mailbox, text_of
from readers_served import ADDRESS, FORM, client_of, deliver, join, rows_of_readers
from sqlalchemy import select

from pipeline.adapters.store import open_store, outbox_tables, subscribers
from pipeline.adapters.store.outbox import list_sendings, retry
from pipeline.cli.subscriptions_app import serve
from pipeline.model import AudienceSize, ConfigError, Refused, RetractReason, audience_size
from pipeline.model.switch import Scope
from pipeline.usecases.approve import approve
from pipeline.usecases.bounces import take_bounce
from pipeline.usecases.expire import expire_due
from pipeline.usecases.publish import publish_due
from pipeline.usecases.retract import retract
from pipeline.usecases.settings import SAMPLES, MailSettings
from pipeline.usecases.subscribing import audience_of
from pipeline.usecases.switches import switch_off

Box = tuple[Mailbox, MailSettings]


@pytest.fixture
def client(served: Line) -> Browser:
    return client_of(served)


def test_nothing_is_sent_before_the_address_is_confirmed(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    client.post("/subscribe", data={**FORM, "address": ADDRESS})
    deliver(line)
    assert ["Confirm" in str(mail["Subject"]) for mail in box.mails] == [True]
    (token,) = box.links("confirm")
    assert "List-Unsubscribe" not in box.mails[0]
    # A mail scanner follows the link: that alone confirms nothing.
    assert client.get(f"/confirm/{token}").status_code == 200
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    deliver(line)
    assert len(box.mails) == 1


def test_a_form_without_an_address_is_shown_again_with_what_was_chosen(client: Browser) -> None:
    told = client.post("/subscribe", data=FORM)
    assert (told.status_code, told.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "checked" in told.text


def test_a_mail_can_be_left_with_one_click_and_erases_the_reader(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    join(line, client, box)
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    deliver(line)
    mail = box.mails[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert link.startswith("https://readers.elm-bluff.example/leave/")
    html = mail.get_body(("html",))
    assert html is not None
    assert "http://" not in html.get_content()
    path = link.removeprefix("https://readers.elm-bluff.example")
    told = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert told.status_code == 200
    assert rows_of_readers(line) == 0
    # A mail program may ask twice, and learns nothing else.
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).text == told.text


def test_a_reader_sees_exports_and_erases_what_there_is_and_gets_a_proof(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    token = join(line, client, box)
    assert "checked" in client.get(f"/manage/{token}").text
    export = client.get(f"/export/{token}").json()
    assert export["address"] == ADDRESS
    assert export["areas"] == ["elm-bluff/north-side"]
    changed = {"area": "elm-bluff/south-side", "quiet_from": "22:00", "quiet_to": "07:30"}
    assert client.post(f"/manage/{token}", data=changed).status_code == 200
    assert client.get(f"/export/{token}").json()["quiet"] == [1320, 450]
    assert client.post(f"/erase/{token}").status_code == 200
    assert "erased" in text_of(box.mails[-1])
    assert rows_of_readers(line) == 0
    assert client.get(f"/manage/{token}").status_code == 404
    assert client.get(f"/export/{token}").status_code == 404


def test_an_address_is_nowhere_in_the_clear(served: Line, client: Browser, mailbox: Box) -> None:
    line = served
    join(line, client, mailbox[0])
    home = [p for p in line.settings.home.rglob("*") if p.is_file()]
    assert home
    for path in home:
        body = path.read_bytes().lower()
        assert b"birdwhistle" not in body, path
        assert b"reader.example" not in body, path


def test_answers_are_the_same_for_known_and_unknown_addresses(
    served: Line, client: Browser, mailbox: Box
) -> None:
    join(served, client, mailbox[0])
    known = client.post("/subscribe", data={**FORM, "address": ADDRESS.upper()})
    unknown = client.post("/subscribe", data={**FORM, "address": "else@reader.example"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "a@b",
        "a b@c.example",
        "a@c.example\r\nBcc: d@e.example",
        "a@c.example,d@e.example",
        "<script>@x.example",
        "a@c.example\x00",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(
    address: str, served: Line, client: Browser
) -> None:
    told = client.post("/subscribe", data={**FORM, "address": address})
    assert told.status_code in (400, 422)
    assert "Bcc" not in told.text
    assert "<script>@" not in told.text


@pytest.mark.parametrize(
    "form",
    [
        {"area": "elm-bluff/nowhere"},
        {"area": "../x"},
        {"area": ""},
        {"rhythm": "hourly"},
        {"category": "<b>"},
        {"zone": "Mars/Olympus"},
        {"quiet_from": "25:00"},
        {"quiet_from": "x"},
        {"digest": "-1:00"},
    ],
)
def test_choices_that_cannot_be_are_refused(form: dict[str, str], client: Browser) -> None:
    told = client.post("/subscribe", data={**FORM, "address": ADDRESS, **form})
    assert told.status_code in (400, 422)


def test_forms_of_other_sites_long_bodies_and_haste_are_refused(served: Line) -> None:
    client = client_of(served, most=2)
    data = {**FORM, "address": ADDRESS}
    foreign = client.post("/subscribe", data=data, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert client.post("/subscribe", data={**data, "zone": "x" * 40_000}).status_code == 413
    codes = [client.post("/subscribe", data=data).status_code for _ in range(4)]
    assert codes == [200, 200, 429, 429]
    # Whoever wants to leave is never kept.
    assert client.post("/leave/x.y", data={"a": "b"}).status_code == 200


def test_pages_need_no_script_and_ask_nobody_else(client: Browser) -> None:
    for path in ("/", "/confirm/a.b", "/leave/a.b"):
        page = client.get(path)
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers
        links = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
        assert links
        # Its own pages, and once the public site.
        own = [link for link in links if link.startswith("https://readers.elm-bluff.example/")]
        assert [link for link in links if link not in own] == ["https://alerts.elm-bluff.example"]


@pytest.mark.parametrize("token", ["", ".", "a.b", "a", "é.b", "a.b.c", "0" * 32 + "." + "0" * 43])
def test_a_link_that_is_nobodys_opens_nothing(token: str, client: Browser) -> None:
    assert client.get(f"/export/{token}").status_code == 404
    assert client.post(f"/erase/{token}").status_code in (404, 405)
    assert client.post(f"/confirm/{token}").status_code in (404, 405)


def test_a_link_for_one_purpose_opens_no_other(served: Line, client: Browser, mailbox: Box) -> None:
    client.post("/subscribe", data={**FORM, "address": ADDRESS})
    deliver(served)
    (token,) = mailbox[0].links("confirm")
    assert client.get(f"/export/{token}").status_code == 404
    assert client.post(f"/erase/{token}").status_code == 404


def test_an_address_that_never_answers_is_forgotten(served: Line, client: Browser) -> None:
    client.post("/subscribe", data={**FORM, "address": ADDRESS})
    assert rows_of_readers(served) == 1
    expire_due(served.settings, now=served.at + timedelta(days=4))
    assert rows_of_readers(served) == 0


def test_an_address_the_server_refuses_for_good_is_given_up(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    join(line, client, box)
    box.refuse = "550 5.1.1 no such user"
    line.deliver("a.csv", [call("1"), call("2")])
    line.run()

    for candidate in line.pending():
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    deliver(line)
    box.refuse = ""
    deliver(line.later(60))
    assert len([mail for mail in box.mails if "Reported" in str(mail["Subject"])]) == 0


def test_a_digest_leaves_out_what_was_withdrawn_and_is_sent_once(
    served: Line, client: Browser, mailbox: Box
) -> None:

    line, box = served, mailbox[0]
    join(line, client, box, rhythm="daily")
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    ids = []
    for candidate in line.pending():
        decided = approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
        assert decided.alert is not None
        ids.append(decided.alert)
    publish_due(line.settings, now=line.at)
    deliver(line)
    before = len(box.mails)
    retract(
        line.settings, ids[0].alert_id, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG
    )
    publish_due(line.settings, now=line.at)
    for later in (60 * 12, 60 * 20, 60 * 21, 60 * 22):
        deliver(line.later(later))
    digests = box.mails[before:]
    assert len(digests) == 1
    assert "1 alert" in str(digests[0]["Subject"])
    assert ids[1].facts.headline in text_of(digests[0])
    assert ids[0].facts.headline not in text_of(digests[0])


# --- rule 29


def test_no_audience_below_twenty_can_be_said() -> None:
    assert {audience_size(count).shown for count in range(20)} == {None}
    assert [audience_size(count).shown for count in (20, 29, 30, 101)] == [20, 20, 30, 100]
    shifted = {n: [audience_size(n, shift=s).shown for s in range(10)] for n in (20, 29)}
    assert shifted == {20: [20, *[None] * 9], 29: [20] * 10}
    assert {audience_size(n, shift=s).shown for n in range(20) for s in range(30)} == {None}
    assert str(audience_size(19)) == str(audience_size(0)) == "fewer than 20"


def test_the_store_has_no_function_that_lists_or_counts_readers() -> None:
    functions = {
        name: typing.get_type_hints(getattr(subscribers, name))["return"]
        for name in subscribers.__all__
        if inspect.isfunction(getattr(subscribers, name))
    }
    assert len(functions) > 8
    counting = {name for name, kind in functions.items() if kind is AudienceSize}
    assert counting == {"readers_of"}
    # One at a time, by id or keyed digest; ids and choices without addresses for the fan-out.
    single = {name for name, kind in functions.items() if "Subscriber" in str(kind)}
    assert single == {"subscriber_by", "subscriber_at"}
    many = {name for name, kind in functions.items() if typing.get_origin(kind) is Iterator}
    assert {n for n, k in functions.items() if "Iterator" in str(k)} == {"choosing"} | many
    assert {n for n, kind in functions.items() if kind is int} == {"forget_unconfirmed"}


def test_no_desk_page_and_no_other_command_reads_the_readers() -> None:
    root = Path(subscribers.__file__).resolve().parents[2]
    names = ("store.subscribers", "outbox_tables")
    readers = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(name in path.read_text() for name in names)
    }
    allowed = re.compile(
        r"adapters/store/.*|usecases/(fan_out|mailing|subscribing|bounces|expire)\.py"
    )
    assert readers
    assert {each for each in readers if not allowed.fullmatch(each)} == set()


def test_nineteen_readers_are_not_counted_out(served: Line, client: Browser, mailbox: Box) -> None:
    for number in range(19):
        client.post("/subscribe", data={**FORM, "address": f"r{number}@reader.example"})
    with closing(open_store(served.settings.database_url)) as store, store.write() as tx:
        for who in tx.execute(select(outbox_tables.subscribers.c.subscriber_id)).scalars().all():
            subscribers.activate(tx, who, datetime.now(UTC))
    size = audience_of(served.settings, "elm-bluff", "north-side", now=served.at)
    assert size == AudienceSize(shown=None)


def test_a_neighborhoods_link_opens_its_agency_alone_among_many(served: Line) -> None:
    many = replace(served, settings=replace(served.settings, agencies=SAMPLES))
    page = client_of(many).get("/?area=juniper-falls-pd/depot-row").text
    assert page.count("<details") > 4
    (opened,) = re.findall(r"<details open>.*?</details>", page, re.DOTALL)
    assert "Juniper Falls" in opened
    assert re.findall(r'value="([^"]*)"\s+checked', page) == ["juniper-falls-pd/depot-row"]
    assert "checked" not in client_of(many).get("/?area=nowhere/x").text


def test_a_refused_form_keeps_what_was_chosen_and_midnight_is_a_time(
    served: Line, client: Browser, mailbox: Box
) -> None:
    form = {**FORM, "category": "gas-leak", "address": "x"}
    again = client.post("/subscribe", data=form)
    assert again.status_code == 400
    assert len(re.findall(r"value=\"[^\"]*\"\s+checked", again.text)) == 2
    token = join(served, client, mailbox[0], digest="00:00")
    assert client.get(f"/export/{token}").json()["daily_mail_at"] == 0


def test_an_address_typed_again_and_again_gets_three_mails_a_day(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    for minutes in range(0, 24 * 60, 11):
        later = line.later(minutes)
        client_of(later).post("/subscribe", data={**FORM, "address": ADDRESS})
        deliver(later)
    assert len(box.mails) == 3
    tomorrow = line.later(24 * 60 + 30)
    client_of(tomorrow).post("/subscribe", data={**FORM, "address": ADDRESS})
    deliver(tomorrow)
    assert len(box.mails) == 4


def test_one_agencys_switch_keeps_no_question_from_a_reader(
    served: Line, client: Browser, mailbox: Box
) -> None:
    by = {"person": "Enno Vries", "reason": "the feed sends another town's calls"}
    switch_off(served.settings, Scope.AGENCY, "elm-bluff", now=served.at, **by)
    client.post("/subscribe", data={**FORM, "address": ADDRESS})
    deliver(served)
    assert len(mailbox[0].links("confirm")) == 1


# --- what was told is taken back


def told_of_one(line: Line, client: Browser, box: Mailbox) -> tuple[str, str]:
    """Join as a reader and be told of one alert; return (manage token, alert)."""
    token = join(line, client, box)
    line.deliver("a.csv", [call("1")])
    line.run()
    return token, published(line)


def withdrawn(line: Line, alert: str) -> None:
    retract(line.settings, alert, editor="Ida Okwu", now=line.at, reason=RetractReason.WRONG)
    publish_due(line.settings, now=line.at)


def test_a_withdrawal_is_mailed_also_when_choices_change_while_it_waits(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    token, alert = told_of_one(line, client, box)
    deliver(line)
    withdrawn(line, alert)
    box.refuse = "451 4.3.0 later"
    deliver(line)
    assert client.post(f"/manage/{token}", data={**FORM, "rhythm": "daily"}).status_code == 200
    box.refuse = ""
    deliver(line.later(60))
    assert "withdrawn" in str(box.mails[-1]["Subject"])


def test_who_may_have_been_told_hears_of_the_withdrawal_also_after_a_retry_by_hand(
    served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    _, alert = told_of_one(line, client, box)
    box.refuse = "451 4.3.0 later"
    deliver(line)
    with closing(open_store(line.settings.database_url)) as store, store.write() as tx:
        (tried,) = [e for e in list_sendings(tx, state="due", limit=9) if e.alert_id == alert]
        assert retry(tx, tried, line.at)
    withdrawn(line, alert)
    box.refuse = ""
    deliver(line.later(60))
    assert "withdrawn" in str(box.mails[-1]["Subject"])


@pytest.mark.parametrize("refusal", ["550 5.7.1 your network is blocked", "554 5.7.1 blocked"])
def test_a_provider_that_refuses_us_once_ends_no_readers_mails(
    refusal: str, served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    join(line, client, box)
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK")])
    line.run()
    first, second = line.pending()
    approve(line.settings, first, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    box.refuse = refusal
    deliver(line)
    box.refuse = ""
    approve(line.settings, second, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    deliver(line)
    assert "Reported" in str(box.mails[-1]["Subject"])


REPORT = """From: mailer@provider.example
To: alerts@elm-bluff.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; provider.example

Final-Recipient: rfc822; somebody.else@provider.example
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message}
Subject: whatever

--b--
"""


@pytest.mark.parametrize(
    ("status", "reports", "over"),
    [("5.1.1", 1, True), ("5.7.1", 1, False), ("4.2.2", 1, False), ("4.2.2", 3, True)],
)
def test_a_mail_that_came_back_ends_mails_to_an_address_that_is_none(
    status: str, reports: int, over: bool, served: Line, client: Browser, mailbox: Box
) -> None:
    line, box = served, mailbox[0]
    join(line, client, box)
    report = REPORT.format(status=status, message=box.mails[-1]["Message-ID"]).encode()
    ends = [take_bounce(line.settings, report, now=line.at) for _ in range(reports)]
    assert ends == [*[False] * (reports - 1), over]
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    deliver(line)
    assert ("Reported" in str(box.mails[-1]["Subject"])) is not over


def test_a_report_about_no_mail_of_ours_is_refused(served: Line) -> None:
    report = REPORT.format(status="5.1.1", message=f"<msg_{'0' * 32}@x.example>").encode()
    for body in (report, b"", b"Subject: out of office\n\nI am away."):
        with pytest.raises(Refused, match="no delivery report"):
            take_bounce(served.settings, body, now=served.at)


def test_the_service_does_not_start_while_its_links_would_lead_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: started.append(1))
    monkeypatch.delenv("BLOTTER_SUBSCRIPTIONS_URL", raising=False)
    monkeypatch.setenv("BLOTTER_HOME", str(tmp_path))
    with pytest.raises(ConfigError, match="links in mails would lead nowhere"):
        serve()
    assert started == []


def test_a_link_that_was_never_made_does_not_wait_for_the_databases_writer(
    served: Line, client: Browser
) -> None:
    client.post("/subscribe", data={**FORM, "address": ADDRESS})  # the keys are made here
    with closing(open_store(served.settings.database_url)) as store, store.write():
        assert client.post("/leave/never.made", data={"a": "b"}).status_code == 200
