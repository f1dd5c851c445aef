"""Odd strings in every field of the readers' service: refused or kept, never run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from elm_bluff import Line
from lxml import html
from naughty import NAUGHTY
from outbox_clients import Browser, Mailbox, text_of
from readers_served import ADDRESS, FORM, client_of, deliver, join, rows_of_readers

from pipeline.usecases.settings import MailSettings

FIELDS = ("address", "area", "category", "hazards", "rhythm", "quiet_from", "quiet_to", "digest")
RAW = ("%00", "%ED%A0%80", "%FF%FE", "%0D%0ABcc:%20x%40y.example", "%u0041", "%", "a" * 20_000)
HEADERS = ("a@c.example\r\nBcc: d@e.example", "a@c.example\nX: y", '"a\r\nb"@c.example')

Box = tuple[Mailbox, MailSettings]


STRINGS = (*NAUGHTY, *HEADERS)


def published(shared: Path) -> list[str]:
    strings = json.loads((shared / "corpora/naughty_strings/blns.json").read_text())
    assert len(strings) > 500
    return strings


def encoded(form: dict[str, str]) -> str:
    """Return a form as a browser sends it; lone surrogates as the bytes they would be."""
    return "&".join(
        f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in form.items()
    )


def sent(client: Browser, path: str, body: str) -> tuple[int, str]:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    told = client.post(path, data=None, content=body.encode(), headers=kind)
    return told.status_code, told.text


def harmless(text: str, page: str) -> bool:
    """Say that a page holds nothing that was typed as markup."""
    if not page.startswith("<!DOCTYPE"):
        return "<" not in text or text not in page
    made = [each for each in html.fromstring(page).iter() if isinstance(each.tag, str)]
    names = {name for each in made for name in each.attrib}
    tags = {each.tag for each in made}
    return not tags & {"script", "img", "iframe", "svg"} and not any(
        name.startswith("on") for name in names
    )


@pytest.mark.parametrize("field", [*FIELDS, "zone"])
def test_any_string_in_any_field_is_refused_or_taken(field: str, served: Line) -> None:
    taken = asked(served, field, STRINGS)
    # "hazards" is a box: what is not "yes" is not checked. Everything else must be what it says.
    assert (taken > len(NAUGHTY) // 2) == (field == "hazards")
    client = client_of(served, most=100_000)
    rest = urlencode({name: each for name, each in whole("").items() if name != field})
    for raw in RAW:
        status, page = sent(client, "/subscribe", f"{rest}&{field}={raw}")
        assert status in (200, 400, 413, 422), raw
        assert harmless(raw, page), raw
    assert rows_of_readers(served) <= taken + 2


@pytest.mark.shared
def test_published_strings_in_any_field_are_refused_or_taken(served: Line, shared: Path) -> None:
    for field in ("address", "zone", "area"):
        assert asked(served, field, published(shared)) < 10


def test_any_string_in_a_link_or_an_own_form_is_refused_or_taken(
    served: Line, mailbox: Box
) -> None:
    client = client_of(served, most=100_000)
    token = join(served, client, mailbox[0])
    for text in STRINGS:
        odd = quote(text.encode("utf-8", "surrogatepass"), safe="")
        for path in (f"/manage/{odd}", f"/export/{odd}", f"/confirm/{odd}", f"/?area={odd}"):
            told = client.get(path)
            assert told.status_code in (200, 404, 405, 307), path
            assert harmless(text, told.text), path
        for field in ("zone", "area", "quiet_to"):
            status, page = sent(client, f"/manage/{token}", encoded({**FORM, field: text}))
            assert status in (200, 400, 422), (field, text)
            assert harmless(text, page), (field, text)
    assert client.get(f"/export/{token}").json()["address"] == ADDRESS


def whole(text: str, field: str = "") -> dict[str, str]:
    form = {**FORM, "address": ADDRESS}
    return {**form, field: text} if field else form


def asked(line: Line, field: str, strings: Sequence[str]) -> int:
    """Ask with each string in a field; return how many times that was taken."""
    client, taken = client_of(line, most=100_000), 0
    for text in strings:
        status, page = sent(client, "/subscribe", encoded(whole(text, field)))
        assert status in (200, 400, 413, 422), (field, text)
        assert harmless(text, page), (field, text)
        taken += status == 200
    return taken


def test_addresses_of_every_script_get_their_mail_and_stop_nobody_elses(
    served: Line, mailbox: Box
) -> None:
    client, box = client_of(served, most=1_000), mailbox[0]
    plain = "o'hara+x@reader.example"
    odd = ("jürgen@reader.example", "用户@reader.example", "wren@bücher.example")
    for address in (*odd, plain, ADDRESS):
        assert client.post("/subscribe", data={**FORM, "address": address}).status_code == 200
    deliver(served)
    got = {str(mail["To"]) for mail in box.mails}
    assert ADDRESS in got
    assert plain in got
    assert "wren@xn--bcher-kva.example" in got
    assert len(box.mails) == len({mail["Message-ID"] for mail in box.mails})
    assert all("Somebody, probably you" in text_of(mail) for mail in box.mails)
