"""An agency posts: through the vault, the walk and the desk, never past any of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from desk_served import Served
from elm_bluff import CANARIES, call, everything_outside_the_vault, public_bytes
from fastapi.testclient import TestClient

from pipeline.adapters.store.audit_log import read_log
from pipeline.adapters.store.candidates import find_candidate
from pipeline.model import Conflict, Role
from pipeline.usecases.approve import approve
from pipeline.usecases.backfill import backfill
from pipeline.usecases.edit import edit
from pipeline.usecases.publish import publish_due
from pipeline.usecases.walk import walk_landed

EVIL = "<script>alert(1)</script>"
SMALL = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"id": "mill-row", "name": "Mill Row"}, "geometry":
  {"type": "Polygon", "coordinates": [[[-89.0, 43.0], [-88.99, 43.0], [-88.99, 43.01],
   [-89.0, 43.01], [-89.0, 43.0]]]}},
 {"type": "Feature", "properties": {"id": "north-side", "name": "North Side"}, "geometry":
  {"type": "Polygon", "coordinates": [[[-88.99, 43.0], [-88.95, 43.0], [-88.95, 43.05],
   [-88.99, 43.05], [-88.99, 43.0]]]}}]}"""
CALL = {
    "kind": "alert",
    "case": "EB-26-0031",
    "call_type": "STRUCTURE FIRE",
    "area": "north-side",
    "began": "2026-03-02T11:20",
    "ended": "",
    "text": f"{EVIL} Quillon Abernathwy of 418 Tanglewood Ct, 920-555-0143, saw smoke. EB-26-0031",
}
ASKING = CALL | {
    "kind": "request",
    "call_type": "LARCENY",
    "area": "mill-row",
    "began": "2026-03-01T20:00",
    "ended": "2026-03-01T23:00",
    "text": "A cart was taken from a yard. Who saw it? Ask for Quillon Abernathwy.",
}


def sent(browser: TestClient, form: Mapping[str, str], **other: str) -> tuple[int, str]:
    answer = browser.post("/agency/post", data=dict(form) | other)
    return answer.status_code, answer.text


def walked(served: Served) -> list[str]:
    walk_landed(served.line.settings, now=served.clock())
    return served.line.pending()


def small(served: Served) -> Served:
    (served.line.folder / "areas.geojson").write_text(SMALL)
    return served


def test_a_post_is_walked_redacted_and_waits_for_an_editor(served_everywhere: Served) -> None:
    served = served_everywhere
    browser = served.on("Juno Park")
    assert sent(browser, CALL) == (303, "")
    assert served.line.pending() == []
    assert "received, not looked at yet" in browser.get("/agency?posted").text
    (candidate,) = walked(served)
    with served.store.read() as tx:
        row = find_candidate(tx, candidate)
        landed = [json.loads(e) for _, e in read_log(tx) if b'"payload-landed"' in e]
    assert row is not None
    item = row.proposal.candidate
    assert item.facts.area.name == "North Side"
    assert item.facts.headline.startswith("Reported: Structure fire in North Side")
    (remark,) = item.remarks
    assert "saw smoke" in remark.text
    assert [canary for canary in (*CANARIES, "EB-26-0031") if canary in remark.text] == []
    assert [e["body"]["by"] for e in landed] == ["Juno Park"]
    page = served.on("Ida Okwu").get(f"/candidates/{candidate}")
    assert page.status_code == 200
    assert EVIL not in page.text
    assert served.line.states() == {"pending": 1}
    assert "pending" in browser.get("/agency").text
    approve(served.line.settings, candidate, editor="Ida Okwu", now=served.clock())
    publish_due(served.line.settings, now=served.clock())
    files, found = everything_outside_the_vault(served.line, CANARIES)
    assert files > 3
    assert found == []


def test_a_request_for_assistance_needs_two_editors_and_its_own_words(served: Served) -> None:
    small(served)
    assert sent(served.on("Juno Park"), ASKING)[0] == 303
    (candidate,) = walked(served)
    with served.store.read() as tx:
        row = find_candidate(tx, candidate)
    assert row is not None
    item = row.proposal.candidate
    assert item.approvals_needed == 2
    assert item.trace[0] == "the agency asks the public for help: rule 20"
    assert item.facts.headline == "Request for assistance: Theft in Mill Row"
    assert (item.facts.latest - item.facts.earliest).total_seconds() >= 3 * 3600
    settings, now = served.line.settings, served.clock()
    assert approve(settings, candidate, editor="Ida Okwu", now=now).alert is None
    assert approve(settings, candidate, editor="Ida Okwu", now=now).alert is None
    publish_due(settings, now=now)
    assert b"Request for assistance" not in public_bytes(served.line)
    out = approve(settings, candidate, editor="Bo Thorsgaard", now=now).alert
    assert out is not None
    publish_due(settings, now=now)
    public = public_bytes(served.line)
    assert b"Request for assistance: Theft in Mill Row" in public
    assert [canary for canary in CANARIES if canary.encode() in public] == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_request_is_read_by_its_own_form_by_however_many_walk(
    served: Served, workers: int
) -> None:
    small(served)
    assert sent(served.on("Juno Park"), ASKING)[0] == 303
    now = served.clock()
    backfill(served.line.settings, "elm-bluff", now.date(), now.date(), now=now, workers=workers)
    (candidate,) = served.line.pending()
    with served.store.read() as tx:
        row = find_candidate(tx, candidate)
    assert row is not None
    headline = row.proposal.candidate.facts.headline
    assert headline == "Request for assistance: Theft in Mill Row"


def test_an_editor_may_say_what_is_asked_and_somebody_else_approves(served: Served) -> None:
    small(served)
    sent(served.on("Juno Park"), ASKING)
    (candidate,) = walked(served)
    settings, now = served.line.settings, served.clock()
    words = "Who saw a cart being taken in Mill Row is asked to tell the agency."
    with pytest.raises(Conflict):
        edit(settings, candidate, editor="Ida Okwu", now=now, headline="", text=words, expected="0")
    new = edit(settings, candidate, editor="Ida Okwu", now=now, headline="", text=words)
    assert new.approvals_needed == 2


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (CALL | {"case": ""}, "number of the case"),
        (CALL | {"case": "9" * 41}, "number of the case"),
        (CALL | {"text": "  "}, "say what happened"),
        (CALL | {"text": "a" * 2_001}, "say what happened"),
        (CALL | {"call_type": "MADE UP"}, "one of your call types"),
        (CALL | {"area": "elsewhere"}, "one of your areas"),
        (CALL | {"began": ""}, "when it began"),
        (CALL | {"began": "yesterday"}, "no time"),
        (CALL | {"began": "2026-03-02T13:00"}, "not in the future"),
        (CALL | {"began": "2026-01-02T13:00"}, "thirty days"),
        (CALL | {"ended": "2026-03-02T11:00"}, "before it began"),
        (ASKING | {"ended": ""}, "15 minutes to 12 hours"),
        (ASKING | {"ended": "2026-03-01T20:10"}, "15 minutes to 12 hours"),
        (ASKING | {"ended": "2026-03-02T08:01"}, "15 minutes to 12 hours"),
        (ASKING | {"area": "north-side"}, "0.025 to 0.5 square miles"),
    ],
)
def test_what_the_form_may_not_say_lands_nothing(
    served: Served, form: Mapping[str, str], said: str
) -> None:
    small(served)
    status, text = sent(served.on("Juno Park"), form)
    assert status == 422
    assert said in text
    assert EVIL not in text
    with served.store.read() as tx:
        assert [e for _, e in read_log(tx) if b'"payload-landed"' in e] == []


def test_who_may_post_and_for_whom(served: Served) -> None:
    for name in ("Ida Okwu", "Sela Amaro", "Cato Lindqvist", "Enno Vries", "Ada Moreau"):
        assert sent(served.on(name), CALL)[0] == 403
    # Another agency's people have no way to name this one: their own has no files here.
    status, text = sent(served.on("Wim Castell"), CALL, agency="elm-bluff")
    assert (status, "not set up here" in text, "elm-bluff" in text) == (422, True, False)
    juno = served.on("Juno Park")
    assert sent(served.browser(), CALL)[0] == 303  # to the log-on
    del juno.headers["x-csrf"]
    assert sent(juno, CALL)[0] == 403
    assert sent(juno, CALL, csrf="made up")[0] == 403
    other = juno.post("/agency/post", data=CALL, headers={"origin": "https://elsewhere.example"})
    assert other.status_code == 403
    assert walked(served) == []


def test_twenty_an_hour_and_none_while_the_feed_is_off(served: Served) -> None:
    juno = served.on("Juno Park")
    for number in range(20):
        assert sent(juno, CALL, case=f"EB-{number}")[0] == 303
    status, text = sent(juno, CALL, case="EB-21")
    assert (status, "within an hour" in text) == (422, True)
    served.clock.move(hours=2)
    juno = served.on_as("Ana Ruiz", Role.AGENCY, "elm-bluff")
    enno = served.on_as("Lou Brandt", Role.ENGINEER)
    off = {"scope": "feed", "name": "elm-bluff", "turn": "off", "reason": "a test of switches"}
    assert enno.post("/feeds/switch", data=off).status_code == 303
    status, text = sent(juno, CALL, case="EB-22", began="2026-03-02T13:20")
    assert (status, "switched off" in text) == (422, True)


def test_a_sensitive_case_of_the_feed_cannot_be_posted(served: Served) -> None:
    served.line.deliver("a.csv", [call("EB-26-0031", "DOMESTIC")])
    served.line.run()
    status, text = sent(served.on("Juno Park"), CALL)
    assert (status, "never told" in text) == (422, True)


def test_a_post_never_overwrites_a_call_of_the_feed(served: Served) -> None:
    served.line.deliver("a.csv", [call("EB-26-0031")])
    served.line.run()
    assert sent(served.on("Juno Park"), CALL)[0] == 303
    assert len(walked(served)) == 2


def test_the_form_speaks_spanish_and_keeps_what_was_typed(served: Served) -> None:
    juno = served.on_as("Ana Ruiz", Role.AGENCY, "elm-bluff")
    juno.headers["accept-language"] = "es"
    assert "Número de caso" in juno.get("/agency/post").text
    status, text = sent(juno, CALL | {"area": ""})
    assert status == 422
    assert "saw smoke" in text
    assert "elija una de sus zonas" in text.casefold()
