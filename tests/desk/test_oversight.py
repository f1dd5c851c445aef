"""Compliance's rooms: blind review, disputes, redactions, reveals, holds, the log."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from desk_served import Served
from elm_bluff import CANARIES, call, published
from fastapi.testclient import TestClient

from pipeline.adapters.store.audit_log import read_log
from pipeline.audit.reveals import RevealCode, RevealRole
from pipeline.audit.sampling import How, Pile
from pipeline.model import Refused, Role
from pipeline.usecases.reveal import reveal_payload
from pipeline.usecases.sample_desk import marks_from, written
from pipeline.usecases.sampling import draw_sample, mark_item

NOTES = "smoke and flames from the roof, call 920-555-0143 and ask for Quillon Abernathwy"


def drawn(served: Served) -> str:
    line = served.line
    line.deliver("a.csv", [call("1", notes=NOTES)])
    line.run()
    published(line)
    return draw_sample(
        line.settings,
        pile=Pile.PUBLISHED,
        how=How.RANDOM,
        size=5,
        seed="ab12",
        person="Noor Haldane",
        now=line.at,
    ).sample_id


def record(browser: TestClient, path: str) -> str:
    found = re.search(r'name="record" value="(\d+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def entries(served: Served, kind: str) -> list[dict[str, object]]:
    with served.store.read() as tx:
        found = [json.loads(text) for _, text in read_log(tx)]
    return [entry for entry in found if entry["kind"] == kind]


@pytest.mark.parametrize(
    "line",
    ["missed 0:10-14 PERSON", "missed public:0-3 PHONE caller", "needless 2:3-9", "withheld"],
)
def test_a_mark_is_read_as_it_is_written(line: str) -> None:
    (mark,) = marks_from(line + "\r\n")
    assert written(mark) == line


@pytest.mark.parametrize(
    "line",
    ["missed 0:10-14", "missed 0:9-3 PERSON", "needless x:1-2", "gone 0:1-2", "needless 0:1"],
)
def test_what_is_no_mark_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="a mark is written"):
        marks_from(line)


def test_a_review_is_blind_and_a_third_person_decides(served: Served) -> None:
    sample = drawn(served)
    path = f"/oversight/samples/{sample}"
    first = served.on("Cato Lindqvist")
    number = record(first, path)
    assert first.post(f"{path}/mark", data={"record": number, "marks": "gone"}).status_code == 422
    sent = {"record": number, "marks": "missed 0:0-5 PERSON"}
    assert first.post(f"{path}/mark", data=sent).status_code == 303
    assert "Nothing is left for you" in first.get(path).text
    # The second reviewer: nothing that the first marked is on any page of theirs.
    mark_item(
        served.line.settings,
        sample,
        int(number),
        person="Noor Haldane",
        marks=(),
        now=served.clock(),
    )
    own = first.get(f"{path}/disputes")
    assert "Nothing is left for you" in own.text
    assert "0:0-5" not in own.text
    assert first.post(f"{path}/adjudicate", data=sent).status_code == 422
    third = served.on_as("Mina Vos", Role.COMPLIANCE)
    page = third.get(f"{path}/disputes").text
    assert "missed 0:0-5 PERSON" in page
    assert "Cato Lindqvist" not in page
    assert "Noor Haldane" not in page
    assert third.post(f"{path}/adjudicate", data=sent).status_code == 303
    assert len(entries(served, "adjudication")) == 1
    assert "Nothing is left for you" in third.get(f"{path}/disputes").text
    # A leak of one in one is over every limit: the agency pauses itself and somebody resumes it.
    overview = third.get("/oversight").text
    assert "leak budget is spent" in overview
    resumed = third.post("/oversight/resume", data={"agency": "elm-bluff", "reason": "rule mended"})
    assert resumed.status_code == 303
    assert "leak budget is spent" not in third.get("/oversight").text


def test_before_the_second_review_nothing_of_the_first_is_shown(served: Served) -> None:
    sample = drawn(served)
    path = f"/oversight/samples/{sample}"
    first, second = served.on("Cato Lindqvist"), served.on_as("Mina Vos", Role.COMPLIANCE)
    before = second.get(path).text
    number = record(first, path)
    first.post(f"{path}/mark", data={"record": number, "marks": "missed 0:0-5 PERSON"})
    assert second.get(path).text == before
    for other in ("/oversight", "/oversight/samples", f"{path}/disputes"):
        text = second.get(other).text
        assert "0:0-5" not in text
        assert "Cato" not in text


def test_the_redaction_log_is_filtered_and_its_download_is_an_entry(served: Served) -> None:
    drawn(served)
    browser = served.on("Cato Lindqvist")
    page = browser.get("/oversight/redactions").text
    assert "PHONE" in page
    rows = {}
    for form in ("csv", "json", "parquet", "xlsx"):
        answer = browser.post("/oversight/redactions", data={"form": form, "entity": "PHONE"})
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        rows[form] = answer.content
    assert rows["parquet"].startswith(b"PAR1")
    assert rows["xlsx"].startswith(b"PK")
    found = json.loads(rows["json"])
    assert found
    assert {each["entity"] for each in found} == {"PHONE"}
    assert len(list(csv.DictReader(io.StringIO(rows["csv"].decode())))) == len(found)
    said = [e["body"] for e in entries(served, "log-attempt")]
    assert [each["by"] for each in said] == ["Cato Lindqvist"] * 4  # type: ignore[index]
    assert browser.post("/oversight/redactions", data={"form": "exe"}).status_code == 422
    assert browser.get("/oversight/redactions?since=yesterday").status_code == 422
    assert "was removed" in browser.get("/oversight/redactions?entity=VIN").text


def test_a_reveal_is_reviewed_by_somebody_else(served: Served) -> None:
    drawn(served)
    with served.store.read() as tx:
        landed = next(json.loads(t) for _, t in read_log(tx) if b"payload-landed" in t)
    for person in ("Enno Vries", "Cato Lindqvist"):
        reveal_payload(
            served.line.settings,
            landed["body"]["payload"],
            person=person,
            role=RevealRole.ENGINEER,
            code=RevealCode.FEED_FAULT,
            reason="a column moved",
            now=served.clock(),
        )
    browser = served.on("Cato Lindqvist")
    page = browser.get("/oversight/reveals").text
    assert "A second person reviews yours." in page
    (index,) = re.findall(r'name="index" value="(\d+)"', page)
    form = {"index": index, "verdict": "in-order", "reason": "the column did move"}
    assert browser.post("/oversight/reveals", data=form).status_code == 303
    assert "in order" in browser.get("/oversight/reveals").text
    assert browser.post("/oversight/reveals", data=form).status_code == 422


def test_holds_month_log_and_receipt(served: Served) -> None:
    drawn(served)
    browser = served.on("Cato Lindqvist")
    placed = {"agency": "elm-bluff", "reason": "a court asks"}
    assert browser.post("/oversight/holds", data=placed).status_code == 303
    (hold,) = re.findall(r'name="hold_id" value="(\w+)"', browser.get("/oversight/holds").text)
    lifted = {"hold_id": hold, "reason": "the court is done"}
    assert browser.post("/oversight/holds", data=lifted).status_code == 303
    assert 'name="hold_id"' not in browser.get("/oversight/holds").text
    month = browser.get("/oversight/month?month=2026-03")
    assert month.headers["content-disposition"].startswith("attachment")
    assert "Oversight, March 2026" in month.text
    assert browser.get("/oversight/month?month=March").status_code == 422
    assert "entries in the database" in browser.get("/oversight/log").text
    assert browser.post("/oversight/log").status_code == 422
    assert browser.get("/oversight/receipt?alert=none").status_code == 422
    assert browser.get("/oversight/requests").status_code == 200


def test_who_sees_one_agency_alone_oversees_its_redactions_only(served: Served) -> None:
    drawn(served)
    browser = served.on_as("Tove Lind", Role.COMPLIANCE, "other-town")
    assert browser.get("/oversight").headers["location"] == "/oversight/redactions"
    assert browser.get("/oversight/samples").status_code == 404
    page = browser.get("/oversight/redactions?agency=elm-bluff")
    assert page.status_code == 404
    assert "elm-bluff" not in page.text
    own = served.on_as("Rune Holt", Role.COMPLIANCE, "elm-bluff")
    assert "PHONE" in own.get("/oversight/redactions?agency=other-town").text


def test_no_private_word_is_on_an_auditors_page(served: Served) -> None:
    sample = drawn(served)
    browser = served.on("Cato Lindqvist")
    for path in ("", "/samples", f"/samples/{sample}", "/redactions", "/reveals", "/holds", "/log"):
        answer = browser.get(f"/oversight{path}")
        assert answer.status_code == 200
        assert [canary for canary in CANARIES if canary in answer.text] == []


def test_places_of_words_are_those_of_the_text(served: Served) -> None:
    sample = drawn(served)
    page = served.on("Cato Lindqvist").get(f"/oversight/samples/{sample}").text
    body = page.split('data-place="0"')[1].split("</div>")[0]
    found = re.findall(r'data-from="(\d+)" data-to="(\d+)"[^>]*>([^<]+)<', body)
    assert [word for *_, word in found][:3] == ["smoke", "and", "flames"]
    assert all(int(end) - int(start) == len(word) for start, end, word in found)
