"""Silent test items: like any other in the queue, counted, and never published."""

from __future__ import annotations

import pytest
from desk_served import Served
from elm_bluff import CANARIES, call, public_bytes
from fastapi.testclient import TestClient
from sqlalchemy import text

from pipeline.adapters.store.candidates import find_candidate
from pipeline.adapters.store.memories import mark_sensitive
from pipeline.model import RejectReason, Role, StoreFailure
from pipeline.usecases.approve import approve
from pipeline.usecases.publish import publish_due
from pipeline.usecases.reject import reject
from pipeline.usecases.trials import agreement_on_trials

HTMX = {"hx-request": "true"}


def decided(served: Served, *, how: str = "reject") -> str:
    """One candidate, decided; three hours pass."""
    line = served.line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    if how == "reject":
        reject(line.settings, candidate, editor="Una Lo", now=line.at, reason=RejectReason.UNCLEAR)
    else:
        approve(line.settings, candidate, editor="Una Lo", now=line.at)
    served.clock.move(hours=3)
    return candidate


def made(served: Served, candidate: str, expected: str = "reject") -> str:
    """Let compliance make an item of it; return the item's id, as an editor's queue has it."""
    cato = served.on("Cato Lindqvist")
    answer = cato.post(f"/candidates/{candidate}/trial", data={"expected": expected})
    assert (answer.status_code, answer.headers["location"]) == (303, "/metrics?made")
    with served.store.read() as tx:
        (item,) = tx.execute(text("select item_id from trial_items")).scalars()
    return str(item)


def send(browser: TestClient, item: str, verb: str, **data: str) -> tuple[int, str]:
    seen = browser.get(f"/candidates/{item}").headers["etag"]
    headers = HTMX | {"if-match": seen}
    answer = browser.post(f"/candidates/{item}/{verb}", data=data, headers=headers)
    return answer.status_code, answer.text


def test_an_item_looks_like_any_other_and_leaves_the_queue_once_answered(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    item = made(served, decided(served))
    ida = served.on("Ida Okwu")
    listed = ida.get("/queue").text
    assert f'data-key="{item}"' in listed
    assert 'left">' in listed or "left soon" in listed
    shown = ida.get(f"/candidates/{item}")
    assert shown.status_code == 200
    for word in ("trial", "test item", "Test item", "2026-03-02 11:00"):
        assert word not in shown.text
    assert [canary for canary in CANARIES if canary in shown.text] == []
    assert send(ida, item, "check", headline="A fire", text="A fire is reported.")[0] == 200
    assert ida.get(f"/candidates/{item}/channels/cap").status_code == 200
    status, toast = send(ida, item, "approve")
    assert status == 200
    assert "Approved." in toast
    assert "Undo" in toast
    assert item not in ida.get("/queue").text
    # Taken back within the window, and answered again.
    assert ida.post(f"/candidates/{item}/undo", headers=HTMX).status_code == 200
    assert item in ida.get("/queue").text
    assert send(ida, item, "reject")[0] == 422
    assert send(ida, item, "reject", reason="unclear")[0] == 200
    served.clock.move(seconds=21)
    assert ida.post(f"/candidates/{item}/undo", headers=HTMX).status_code == 409
    assert send(ida, item, "approve")[0] == 409
    # Another editor has it too; who made it would not, and compliance does not decide.
    assert item in served.on("Bo Thorsgaard").get("/queue").text
    found = agreement_on_trials(served.store, editor="Ida Okwu", since=served.line.at)
    assert (found.answers, found.right, found.own_right) == (1, 1, 1)
    served.desk.send()
    publish_due(served.line.settings, now=served.clock())
    assert served.line.states() == {"rejected": 1}
    assert b"Reported: Structure fire" not in public_bytes(served.line)


def test_the_database_refuses_to_publish_an_item(served_everywhere: Served) -> None:
    served = served_everywhere
    candidate = decided(served, how="approve")
    item = made(served, candidate, "approve")
    with served.store.read() as tx:
        before = tx.execute(text("select count(*) from candidates")).scalar_one()
    for statement in (
        "update candidates set candidate_id = :item where candidate_id = :old",
        "insert into approvals (candidate_id, editor, at) values (:item, 'x', '2026')",
        "update alerts set candidate_id = :item where candidate_id = :old",
        "update decisions set candidate_id = :item where candidate_id = :old",
        "update trial_items set item_id = :old where item_id = :item",
    ):
        with pytest.raises(StoreFailure), served.store.write() as tx:
            tx.execute(text(statement), {"item": item, "old": candidate})
    with served.store.read() as tx:
        assert tx.execute(text("select count(*) from candidates")).scalar_one() == before
        assert find_candidate(tx, item) is None


def test_one_at_a_time_far_apart_and_not_what_is_never_told(served: Served) -> None:
    item = made(served, decided(served))
    with served.store.write() as tx:
        tx.execute(
            text(
                "insert into trial_items select :new, agency_id, content, expected,"
                " expected_reason, made_by, at from trial_items"
            ),
            {"new": "f" * 32},
        )
    ida = served.on("Ida Okwu")
    first = [each for each in (item, "f" * 32) if each in ida.get("/queue").text]
    assert len(first) == 1
    assert send(ida, first[0], "hold", reason="agency")[0] == 200
    assert (item in (text_ := ida.get("/queue").text), "f" * 32 in text_) == (False, False)
    served.clock.move(minutes=31)
    second = [each for each in (item, "f" * 32) if each in ida.get("/queue").text]
    assert len(second) == 1
    assert second != first
    # Filters hide it, another agency's editor never sees it.
    assert second[0] not in ida.get("/queue?category=gas-leak").text
    assert second[0] not in served.on("Rhea Solano").get("/queue").text
    assert served.on("Sela Amaro").get(f"/candidates/{second[0]}").status_code == 200
    with served.store.write() as tx:
        ref = tx.execute(text("select incident_ref from incidents")).scalar_one()
        mark_sensitive(tx, ref, "suicide")
    assert second[0] not in ida.get("/queue").text


def test_many_rejected_at_once_may_hold_an_item(served: Served) -> None:
    item = made(served, decided(served))
    sela = served.on("Sela Amaro")
    seen = sela.get(f"/candidates/{item}").headers["etag"].strip('"')
    form = {"ids": [f"{item}:{seen}"], "reason": "unclear"}
    assert "1 rejected." in sela.post("/queue/reject", data=form).text
    assert item not in sela.get("/queue").text


def test_who_makes_an_item_of_what(served: Served) -> None:
    candidate = decided(served)
    for name in ("Ida Okwu", "Sela Amaro", "Enno Vries", "Ada Moreau", "Juno Park"):
        answer = served.on(name).post(f"/candidates/{candidate}/trial", data={"expected": "reject"})
        assert answer.status_code == 403
    cato = served.on("Cato Lindqvist")
    assert "test item" in cato.get(f"/candidates/{candidate}").text
    assert cato.post(f"/candidates/{candidate}/trial", data={"expected": "?"}).status_code == 422
    other = served.on_as("Noor Haldane", Role.COMPLIANCE, "other-town")
    url = f"/candidates/{candidate}/trial"
    assert other.post(url, data={"expected": "reject"}).status_code == 404
    served.line.deliver("b.csv", [call("2", "GAS LEAK")])
    served.line.later(2).run()
    (pending,) = served.line.pending()
    answer = cato.post(f"/candidates/{pending}/trial", data={"expected": "reject"})
    assert (answer.status_code, "approved or rejected" in answer.text) == (422, True)


def test_the_page_tells_agreement_and_no_name(served: Served) -> None:
    item = made(served, decided(served))
    for number, name in enumerate(("Ana Ruiz", "Lou Brandt", "Kit Amsel", "Per Dahl", "Ulla Roth")):
        browser = served.on_as(name, Role.EDITOR)
        verb = {"reason": "unclear"} if number else {}
        assert send(browser, item, "reject" if number else "approve", **verb)[0] == 200
    page = served.on("Bo Thorsgaard").get("/metrics").text
    assert "agreement on 5 answers to test items" in page
    assert "80 %" in page
    assert "Your own answers" not in page
    assert "Kit Amsel" not in page
