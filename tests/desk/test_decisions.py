from __future__ import annotations

import json
import re
import threading
from collections import Counter
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from desk_served import Served
from elm_bluff import CANARIES, call
from fastapi.testclient import TestClient

from pipeline.adapters.store.audit_log import read_log
from pipeline.adapters.store.candidates import find_candidate
from pipeline.model import Conflict, RejectReason, StoreFailure
from pipeline.usecases.approve import approve
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, pending_queue
from pipeline.usecases.reject import reject
from pipeline.usecases.webhooks import add_webhook, webhook_log

HTMX = {"hx-request": "true"}


def version_of(browser: TestClient, candidate: str) -> str:
    return browser.get(f"/candidates/{candidate}").headers["etag"]


def decide(browser: TestClient, candidate: str, verb: str, **data: str) -> tuple[int, str]:
    headers = HTMX | {"if-match": data.pop("version", "") or version_of(browser, candidate)}
    answer = browser.post(f"/candidates/{candidate}/{verb}", data=data, headers=headers)
    return answer.status_code, answer.text


def one(served: Served, kind: str = "STRUCTURE FIRE", **values: str) -> str:
    served.line.deliver("a.csv", [call("1", kind, **values)])
    served.line.run()
    (candidate,) = served.line.pending()
    return candidate


def state(served: Served, candidate: str) -> str:
    with served.store.read() as tx:
        row = find_candidate(tx, candidate)
    assert row is not None
    return row.state


def alerts(served: Served) -> list[str]:
    return [a.facts.headline for a in live_alerts(served.line.settings, now=served.clock())]


def test_an_approval_is_sent_only_once_it_cannot_be_undone(served_everywhere: Served) -> None:
    served = served_everywhere
    candidate = one(served)
    browser = served.on("Ida Okwu")
    status, text = decide(browser, candidate, "approve")
    assert status == 200
    assert "Undo" in text
    publish_due(served.line.settings, now=served.clock())
    assert alerts(served) == []
    assert candidate in browser.get("/queue?tab=waiting").text
    served.clock.move(seconds=10)
    answer = browser.post(f"/candidates/{candidate}/undo", headers=HTMX)
    assert answer.status_code == 200
    assert served.line.pending() == [candidate]
    decide(browser, candidate, "approve")
    served.clock.move(seconds=21)
    served.desk.send()
    assert len(alerts(served)) == 1
    late = browser.post(f"/candidates/{candidate}/undo", headers=HTMX)
    assert late.status_code == 409
    assert served.line.states() == {"published": 1}
    with served.store.read() as tx:
        verbs = [json.loads(t)["body"].get("verb") for _, t in read_log(tx)]
    assert [v for v in verbs if v in ("approve", "undo", "release")] == [
        "approve",
        "undo",
        "approve",
        "release",
    ]


def test_a_rejection_needs_a_reason_and_can_be_taken_back_by_its_maker(served: Served) -> None:
    candidate = one(served)
    ida, bo = served.on("Ida Okwu"), served.on("Bo Thorsgaard")
    assert decide(ida, candidate, "reject")[0] == 422
    assert decide(ida, candidate, "reject", reason="unclear")[0] == 200
    assert served.line.states() == {"rejected": 1}
    assert bo.post(f"/candidates/{candidate}/undo", headers=HTMX).status_code == 422
    assert ida.post(f"/candidates/{candidate}/undo", headers=HTMX).status_code == 200
    assert served.line.states() == {"pending": 1}


def test_a_decision_without_or_with_a_wrong_version_changes_nothing(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    url = f"/candidates/{candidate}/approve"
    assert browser.post(url, headers=HTMX).status_code == 428
    assert browser.post(url, headers=HTMX | {"if-match": '"0000"'}).status_code == 409
    assert state(served, candidate) == "pending"


def test_a_conflict_shows_the_difference_and_keeps_what_was_typed(served: Served) -> None:
    candidate = one(served)
    ida, bo = served.on("Ida Okwu"), served.on("Bo Thorsgaard")
    seen = version_of(bo, candidate)
    status, _ = decide(ida, candidate, "edit", headline="", text="A fire is reported, now out.")
    assert status == 200
    mine = "A fire was reported and it is over."
    status, text = decide(bo, candidate, "edit", version=seen, headline="Fire over", text=mine)
    assert status == 409
    assert mine in text
    assert "Fire over" in text
    assert "Words by" in text
    assert re.search(r"<ins>[^<]*now out", text)
    assert "<del>" in text


def test_a_new_revision_or_another_policy_voids_what_an_editor_saw(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    seen = version_of(browser, candidate)
    served.line.deliver("b.csv", [call("1", notes="fire is out")])
    served.line.later(1).run()
    assert decide(browser, candidate, "approve", version=seen)[0] == 409
    assert len(served.line.pending()) == 1


def test_two_of_two_have_to_be_two_and_the_last_editor_is_neither(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    candidate = one(served, "ROBBERY", notes="store, nobody hurt", closed="yes")
    ida, bo, sela = (served.on(n) for n in ("Ida Okwu", "Bo Thorsgaard", "Sela Amaro"))
    assert decide(ida, candidate, "approve")[0] == 200
    decide(ida, candidate, "approve")
    assert state(served, candidate) == "pending"
    words = {"headline": "", "text": "A robbery is reported."}
    assert decide(sela, candidate, "edit", **words)[0] == 200
    (changed,) = served.line.pending()
    assert decide(sela, changed, "approve")[0] == 422
    assert decide(ida, changed, "approve")[0] == 200
    assert state(served, changed) == "pending"
    assert decide(bo, changed, "approve")[0] == 200
    assert state(served, changed) == "waiting"


@pytest.mark.parametrize(
    "statement",
    [
        "update candidates set state = 'waiting'",
        "update candidates set state = 'approved'",
        """insert into approvals (candidate_id, editor, at)
        select candidate_id, edited_key, created_at from candidates where edited_key <> ''""",
    ],
)
def test_the_database_itself_refuses_fewer_than_four_eyes(
    served_everywhere: Served, statement: str
) -> None:
    served = served_everywhere
    candidate = one(served, "ROBBERY", notes="store, nobody hurt")
    decide(served.on("Ida Okwu"), candidate, "edit", headline="", text="A robbery is reported.")
    (changed,) = served.line.pending()
    decide(served.on("Bo Thorsgaard"), changed, "approve")
    with pytest.raises(StoreFailure), served.store.write() as tx:
        tx.exec_driver_sql(
            f"{statement} and candidate_id = '{changed}'"
            if " where " in statement
            else f"{statement} where candidate_id = '{changed}'"
        )


def test_what_is_put_aside_leaves_the_queue_and_comes_back(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    assert decide(browser, candidate, "hold", reason="agency")[0] == 200
    assert candidate not in browser.get("/queue").text
    assert candidate in browser.get("/queue?tab=held").text
    assert served.line.states() == {"pending": 1}
    assert browser.post(f"/candidates/{candidate}/resume", headers=HTMX).status_code == 200
    assert candidate in browser.get("/queue").text


def test_a_second_call_is_merged_into_the_alert_that_tells_it(served: Served) -> None:
    first = one(served)
    browser = served.on("Ida Okwu")
    decide(browser, first, "approve")
    served.clock.move(seconds=30)
    served.desk.send()
    (alert,) = live_alerts(served.line.settings, now=served.clock())
    served.line.deliver("b.csv", [call("2", notes="smoke is seen")])
    served.line.later(2).run()
    (second,) = served.line.pending()
    assert alert.facts.headline in browser.get(f"/candidates/{second}").text
    assert decide(browser, second, "merge", alert=alert.alert_id)[0] == 200
    # The record waits with its new words; what the public reads stays until they are approved.
    assert served.line.states() == {"pending": 1, "withheld": 1}
    (told,) = live_alerts(served.line.settings, now=served.clock())
    assert told == alert


def test_a_correction_waits_for_somebody_else_and_is_an_update(served_everywhere: Served) -> None:
    served = served_everywhere
    candidate = one(served)
    ida, bo = served.on("Ida Okwu"), served.on("Bo Thorsgaard")
    decide(ida, candidate, "approve")
    served.clock.move(seconds=30)
    served.desk.send()
    (alert,) = live_alerts(served.line.settings, now=served.clock())
    words = {"headline": "", "text": "The fire reported here is over.", "version": candidate}
    answer = bo.post(f"/alerts/{alert.alert_id}/correct", data=words, headers=HTMX)
    assert answer.status_code == 200
    (correction,) = served.line.pending()
    assert decide(bo, correction, "approve")[0] == 422
    assert decide(ida, correction, "reject", reason="unclear")[0] == 200
    assert served.line.states() == {"published": 1}
    answer = bo.post(f"/alerts/{alert.alert_id}/correct", data=words | {"text": "It is over now."})
    assert answer.status_code == 303
    (correction,) = served.line.pending()
    assert decide(ida, correction, "approve")[0] == 200
    served.clock.move(hours=7)
    served.desk.send()
    (told,) = live_alerts(served.line.settings, now=served.clock())
    assert (told.version, told.facts.text) == (2, "It is over now.")
    assert served.line.states() == {"published": 1}


def test_a_correction_of_what_is_not_told_any_more_shows_the_difference_and_loses_no_word(
    served: Served,
) -> None:
    candidate = one(served)
    ida, bo = served.on("Ida Okwu"), served.on("Bo Thorsgaard")
    decide(ida, candidate, "approve")
    served.clock.move(seconds=30)
    served.desk.send()
    (alert,) = live_alerts(served.line.settings, now=served.clock())
    url = f"/alerts/{alert.alert_id}/correct"
    assert f'name="version" value="{candidate}"' in bo.get(f"/alerts/{alert.alert_id}").text
    first = {"text": "It is over now.", "version": candidate}
    late = {"text": "The road may be closed.", "version": candidate}
    assert ida.post(url, data={"text": "It is over now."}).status_code == 428
    assert ida.post(url, data=first, headers=HTMX).status_code == 200
    waits = bo.post(url, data=late, headers=HTMX)  # while the first correction waits
    assert (waits.status_code, "The road may be closed." in waits.text) == (409, True)
    (correction,) = served.line.pending()
    assert decide(bo, correction, "approve")[0] == 200
    served.clock.move(seconds=30)
    served.desk.send()
    told = bo.post(url, data=late, headers=HTMX)  # and when it is told
    assert told.status_code == 409
    assert "over now.</ins>" in told.text
    assert "The road may be closed." in told.text
    other = bo.post(url, data=late | {"version": "0" * 32}, headers=HTMX)
    assert (other.status_code, "The road may be closed." in other.text) == (409, True)
    assert served.line.pending() == []


def test_a_retraction_is_told_in_every_channel_at_once(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    decide(browser, candidate, "approve")
    served.clock.move(seconds=30)
    served.desk.send()
    (alert,) = live_alerts(served.line.settings, now=served.clock())
    url = f"/alerts/{alert.alert_id}/retract"
    assert browser.post(url, data={"reason": "nonsense"}, headers=HTMX).status_code == 422
    assert browser.post(url, data={"reason": "wrong"}, headers=HTMX).status_code == 200
    assert alerts(served) == []
    assert "wrong" not in (served.line.settings.public / "alerts.geojson").read_text()
    assert "Structure fire" in browser.get("/queue?tab=retracted").text


def test_a_retraction_goes_to_receivers_without_waiting_for_a_round(served: Served) -> None:
    settings = served.line.settings
    candidate = one(served)
    browser = served.on("Ida Okwu")
    decide(browser, candidate, "approve")
    served.clock.move(seconds=30)
    secret = add_webhook(
        settings, "https://127.0.0.1/hook", now=served.clock(), insecure=("127.0.0.1",)
    )
    served.desk.send()
    (alert,) = live_alerts(settings, now=served.clock())
    url = f"/alerts/{alert.alert_id}/retract"
    assert browser.post(url, data={"reason": "wrong"}, headers=HTMX).status_code == 200
    log = webhook_log(settings, secret.endpoint_id, now=served.clock())
    (tried,) = [tries for sending, tries in log if sending.kind == "retracted"]
    assert [each.outcome for each in tried] == ["address-refused"]


def test_an_editor_keeps_an_alert_back_until_a_time(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    assert 'name="not_before"' in browser.get(f"/candidates/{candidate}").text
    assert decide(browser, candidate, "approve", not_before="soon")[0] == 422
    until = served.clock() + timedelta(minutes=40)
    local = until.astimezone(ZoneInfo("America/Chicago"))
    assert decide(browser, candidate, "approve", not_before=f"{local:%Y-%m-%dT%H:%M}")[0] == 200
    assert f"{local:%H:%M}" in browser.get(f"/candidates/{candidate}").text
    served.clock.move(minutes=39)
    served.desk.send()
    assert alerts(served) == []
    served.clock.move(minutes=2)
    served.desk.send()
    assert len(alerts(served)) == 1


def listed(browser: TestClient) -> list[str]:
    """What the list's boxes send: a candidate and the version its editor sees."""
    return re.findall(r'name="ids" value="([^"]+)"', browser.get("/queue").text)


def test_many_are_rejected_at_once_by_a_senior_editor_and_never_approved(served: Served) -> None:
    served.line.deliver("a.csv", [call(str(n), "GAS LEAK") for n in range(4)])
    served.line.run()
    first = served.line.pending()[0]
    sela, ida = served.on("Sela Amaro"), served.on("Ida Okwu")
    marked = listed(sela)
    assert sorted(each.partition(":")[0] for each in marked) == sorted(served.line.pending())
    decide(ida, first, "reject", reason="unclear")
    data = {"ids": marked, "reason": "already-told"}
    assert ida.post("/queue/reject", data=data, headers=HTMX).status_code == 403
    answer = sela.post("/queue/reject", data=data, headers=HTMX)
    assert "3 rejected" in answer.text
    assert "1 had changed" in answer.text
    told = json.loads(answer.headers["hx-trigger"])["decided"]
    assert first not in told["ids"]
    assert (len(told["ids"]), told["moved"]) == (3, 1)
    assert served.line.states() == {"rejected": 4}
    assert [path for _, path in served.app.state.rules if "approve" in path] == [
        "/candidates/{candidate_id}/approve"
    ]


def test_a_marked_line_is_rejected_only_as_its_editor_saw_it(served_everywhere: Served) -> None:
    served = served_everywhere
    served.line.deliver("a.csv", [call(str(n), "GAS LEAK") for n in range(2)])
    served.line.deliver("b.csv", [call("9", "ROBBERY", notes="ROBBERY, LEFT ON FOOT")])
    served.line.run()
    sela, ida = served.on("Sela Amaro"), served.on("Ida Okwu")
    marked = listed(sela)
    assert len(marked) == 3
    with served.store.read() as tx:
        rows = [find_candidate(tx, each) for each in served.line.pending()]
    (two,) = [row.candidate_id for row in rows if row and row.proposal.candidate.tier == "S2"]
    # One more approval is something Sela did not see: it stays pending.
    assert decide(ida, two, "approve")[0] == 200
    assert state(served, two) == "pending"
    answer = sela.post(
        "/queue/reject", data={"ids": marked, "reason": "already-told"}, headers=HTMX
    )
    assert "2 rejected" in answer.text
    assert "1 had changed and was left" in answer.text
    assert state(served, two) == "pending"
    # Looked at again, it can be rejected.
    served.desk.board.follow()
    again = listed(sela)
    assert [each.partition(":")[0] for each in again] == [two]
    assert again[0] not in marked
    answer = sela.post("/queue/reject", data={"ids": again, "reason": "unclear"}, headers=HTMX)
    assert "1 rejected" in answer.text
    assert state(served, two) == "rejected"


@pytest.mark.parametrize("marked", ["{}:", "{}", ":x"])
def test_a_mark_without_a_version_rejects_nothing(served: Served, marked: str) -> None:
    candidate = one(served)
    sela = served.on("Sela Amaro")
    (whole,) = listed(sela)
    data = {"ids": [whole, marked.format(candidate)], "reason": "unclear"}
    assert sela.post("/queue/reject", data=data, headers=HTMX).status_code in {404, 428}
    assert sela.post("/queue/reject", data={"reason": "unclear"}).status_code == 422
    assert state(served, candidate) == "pending"


def test_the_preview_of_a_published_alert_is_the_published_file(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    decide(browser, candidate, "approve")
    served.clock.move(seconds=30)
    served.desk.send()
    (alert,) = live_alerts(served.line.settings, now=served.clock())
    for channel, path in [("cap", f"cap/{alert.alert_id}.xml"), ("geojson", "alerts.geojson")]:
        shown = unescape(browser.get(f"/alerts/{alert.alert_id}/channels/{channel}").text)
        assert (served.line.settings.public / path).read_text() in shown


def test_an_editors_words_are_checked_while_they_are_typed(served: Served) -> None:
    candidate = one(served)
    browser = served.on("Ida Okwu")
    url = f"/candidates/{candidate}/check"

    def said(text: str) -> str:
        return browser.post(url, data={"headline": "A fire", "text": text}, headers=HTMX).text

    assert "Nothing leaks" in said("A fire is reported.")
    assert "the leak check found" in said("Call 920-555-0143 about the fire.")
    assert "Nothing explains" in said("Quillon saw a fire.")
    assert "descent" in said("A white male was seen.")
    assert "never tells of children" in said("A child was seen.")
    assert "never tells where officers are" in said("Officers are staged behind the store.")
    assert "nobody is a suspect" in said("The suspect left.")
    kept = browser.post(
        f"/candidates/{candidate}/draft", data={"headline": "A fire", "text": "A fire."}
    )
    assert "Kept as a draft" in kept.text
    browser.post(
        f"/candidates/{candidate}/draft", data={"headline": "A fire", "text": "Quillon's fire."}
    )
    assert candidate in browser.get("/queue?tab=draft").text
    assert "Quillon" not in browser.get(f"/candidates/{candidate}").text
    assert candidate not in served.on("Bo Thorsgaard").get("/queue?tab=draft").text


def test_a_soft_lock_is_seen_by_others_and_stops_nobody(served: Served) -> None:
    candidate = one(served)
    ida, bo = served.on("Ida Okwu"), served.on("Bo Thorsgaard")
    ida.get(f"/candidates/{candidate}")
    assert "Ida Okwu looks at this now" in bo.get(f"/candidates/{candidate}").text
    assert "Ida Okwu looks at it" in bo.get("/queue").text
    assert "looks at this now" not in ida.get(f"/candidates/{candidate}").text
    assert decide(bo, candidate, "approve")[0] == 200
    served.clock.move(minutes=3)
    assert "looks at it" not in bo.get("/queue").text


def test_two_editors_who_race_have_one_outcome_each_time(served: Served) -> None:
    races = 500
    served.line.deliver("a.csv", [call(str(n), "GAS LEAK") for n in range(races)])
    served.line.run()
    rows = served.line.settings
    waiting = pending_queue(rows, now=served.clock(), limit=races)
    assert len(waiting) == races
    until = served.clock() + timedelta(seconds=20)
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    start = threading.Barrier(2)

    def ida() -> None:
        for row in waiting:
            start.wait()
            try:
                approve(
                    rows,
                    row.candidate_id,
                    editor="Ida Okwu",
                    now=served.clock(),
                    expected=row.version,
                    settles=until,
                )
                won[row.candidate_id] += 1
            except Conflict:
                lost[row.candidate_id] += 1

    def bo() -> None:
        for row in waiting:
            start.wait()
            try:
                reject(
                    rows,
                    row.candidate_id,
                    editor="Bo Thorsgaard",
                    now=served.clock(),
                    expected=row.version,
                    reason=RejectReason.UNCLEAR,
                )
                won[row.candidate_id] += 1
            except Conflict:
                lost[row.candidate_id] += 1

    threads = [threading.Thread(target=each) for each in (ida, bo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(won.values()) == {1}
    assert set(lost.values()) == {1}
    assert len(won) == len(lost) == races
    with served.store.read() as tx:
        decisions = [t for _, t in read_log(tx) if b'"kind":"decision"' in t]
    assert len(decisions) == races


def test_no_canary_is_in_any_byte_served(served: Served) -> None:
    notes = "caller Quillon Abernathwy 920-555-0143 at 418 Tanglewood Ct, plate QZJ-4418"
    served.line.deliver(
        "a.csv", [call("1", notes=notes), call("2", "ROBBERY", notes=notes), call("3", "DOMESTIC")]
    )
    served.line.run()
    pending = served.line.pending()
    assert pending
    browser = served.on("Sela Amaro")
    bytes_served = b""
    for tab in ("pending", "draft", "held", "published", "rejected", "retracted"):
        bytes_served += browser.get(f"/queue?tab={tab}").content
    for each in pending:
        bytes_served += browser.get(f"/candidates/{each}").content
        for channel in ("geojson", "atom", "cap"):
            bytes_served += browser.get(f"/candidates/{each}/channels/{channel}").content
    bytes_served += browser.get("/areas/elm-bluff").content + browser.get("/metrics").content
    assert len(bytes_served) > 20_000
    low = bytes_served.lower()
    assert [each for each in CANARIES if each.lower().encode() in low] == []


def test_a_word_nothing_explains_is_opened_for_a_reason_and_a_finding_never(
    served: Served,
) -> None:
    notes = "smoke near the zzyxgate, caller Quillon Abernathwy 920-555-0143"
    candidate = one(served, notes=notes)
    sela = served.on("Sela Amaro")
    url = f"/candidates/{candidate}/lift"
    page = sela.get(f"/candidates/{candidate}").text
    masks = re.findall(r'<option value="(0:\d+)">', page)
    assert masks == [f"0:{notes.index('zzyxgate')}"]
    because = {"mask": masks[0], "reason": "is it a place everybody knows"}
    assert served.on("Ida Okwu").post(url, data=because).status_code == 403
    assert sela.post(url, data=because | {"reason": "short"}).status_code == 422
    for number in (notes.index("Quillon"), notes.index("920"), 1):
        assert sela.post(url, data=because | {"mask": f"0:{number}"}).status_code == 422
    with served.store.read() as tx:
        assert not [t for _, t in read_log(tx) if b'"kind":"reveal"' in t]
    assert "zzyxgate" in sela.post(url, data=because).text
    assert "zzyxgate" not in sela.get(f"/candidates/{candidate}").text
    with served.store.read() as tx:
        lines = [t for _, t in read_log(tx)]
    assert len([t for t in lines if b'"kind":"reveal"' in t]) == 1
    assert b"zzyxgate" not in b"".join(lines)
