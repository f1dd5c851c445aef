"""Merging a call into a live alert, told anew by it; letting go when the queue is too long."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from desk_served import Served
from elm_bluff import call, published

from pipeline.adapters.store.alerts import load_alert
from pipeline.adapters.store.audit_log import read_log
from pipeline.desk import build_app
from pipeline.model import RejectReason, Tier
from pipeline.usecases.approve import approve
from pipeline.usecases.board import Board
from pipeline.usecases.cards import Wanted
from pipeline.usecases.merge import merge
from pipeline.usecases.publish import publish_due
from pipeline.usecases.reject import reject
from pipeline.usecases.shed import shed, shed_on

HTMX = {"hx-request": "true"}


def two(served: Served, kind: str = "GAS LEAK", **values: str) -> tuple[str, str]:
    """One live alert and one candidate of the same area; return their ids."""
    line = served.line
    line.deliver("a.csv", [call("1")])
    line.run()
    alert = published(line)
    line.deliver("b.csv", [call("2", kind, **values)])
    line.later(2).run()
    (candidate,) = line.pending()
    return alert, candidate


def test_a_merge_makes_a_new_version_once_somebody_else_approves(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    alert, candidate = two(served)
    ida = served.on("Ida Okwu")
    seen = ida.get(f"/candidates/{candidate}").headers["etag"]
    headers = HTMX | {"if-match": seen}
    answer = ida.post(f"/candidates/{candidate}/merge", data={"alert": alert}, headers=headers)
    assert answer.status_code == 200
    assert "Its new words wait for somebody else." in answer.text
    (proposal,) = served.line.pending()
    settings, now = served.line.settings, served.line.later(3).at
    # The public reads what it was told until somebody else agrees, and its merger cannot.
    assert load_alert_of(served, alert).version == 1
    seen = ida.get(f"/candidates/{proposal}").headers["etag"]
    own = ida.post(f"/candidates/{proposal}/approve", headers=HTMX | {"if-match": seen})
    assert own.status_code == 422
    out = approve(settings, proposal, editor="Bo Thorsgaard", now=now).alert
    assert out is not None
    assert (out.alert_id, out.version, len(out.previous)) == (alert, 2, 1)
    assert out.facts.text.endswith("Also reported there: Gas or fuel leak.")
    publish_due(settings, now=now)
    (cap,) = served.line.settings.public.rglob(f"{alert}*.xml")
    body = cap.read_text()
    assert "<msgType>Update</msgType>" in body
    assert "<references>" in body
    assert served.line.states() == {"published": 1, "withheld": 1}
    with served.store.read() as tx:
        said = [json.loads(line)["body"] for _, line in read_log(tx)]
    verbs = Counter(body.get("verb") for body in said)
    assert (verbs["merge"], verbs["correct"]) == (1, 1)


def load_alert_of(served: Served, alert: str):  # type: ignore[no-untyped-def]
    with served.store.read() as tx:
        found = load_alert(tx, alert)
    assert found is not None
    return found[0]


def test_what_an_update_would_tell_more_is_merged_without_one(served: Served) -> None:
    # Another area: an update would tell a place more.
    alert, candidate = two(served, lat="42.97")
    now = served.line.later(3).at
    done = merge(served.line.settings, candidate, alert, editor="Ida Okwu", now=now)
    assert (done.update, served.line.pending()) == ("", [])
    assert served.line.states() == {"published": 1, "withheld": 1}


def test_a_merge_of_what_may_not_go_out_yet_tells_nothing(served: Served) -> None:
    alert, candidate = two(served, "LARCENY")
    now = served.line.later(3).at
    done = merge(served.line.settings, candidate, alert, editor="Ida Okwu", now=now)
    assert (done.update, served.line.pending()) == ("", [])


def test_a_merge_that_was_turned_down_leaves_the_alert_as_it_was(served: Served) -> None:
    alert, candidate = two(served)
    settings, now = served.line.settings, served.line.later(3).at
    update = merge(settings, candidate, alert, editor="Ida Okwu", now=now).update
    reject(settings, update, editor="Bo Thorsgaard", now=now, reason=RejectReason.UNCLEAR)
    assert served.line.pending() == []
    served.line.deliver("c.csv", [call("3", "GAS LEAK")])
    served.line.later(4).run()
    (again,) = served.line.pending()
    # The same words were turned down: they are not proposed a second time.
    done = merge(settings, again, alert, editor="Ida Okwu", now=served.line.later(5).at)
    assert done.update == ""
    assert load_alert_of(served, alert).version == 1
    assert served.line.states() == {"published": 1, "withheld": 2}


def test_the_least_and_oldest_are_let_go_with_a_count_and_nothing_that_may_hurt(
    served_everywhere: Served,
) -> None:
    served = served_everywhere
    line = served.line
    early, late = "2026-03-02 10:20:00", "2026-03-02 11:20:00"
    line.deliver("a.csv", [call(f"o{n}", "CRASH", opened=early) for n in range(3)])
    line.deliver("b.csv", [call(f"n{n}", "CRASH", opened=late) for n in range(3)])
    line.deliver("c.csv", [call("f", "STRUCTURE FIRE", opened=early), call("g", "GAS LEAK")])
    line.run()
    assert line.states() == {"pending": 8}
    board = Board(served.store, lambda: line.at)
    board.follow()
    assert shed(served.store, board, most=8, now=line.at) == 0
    assert shed(served.store, board, most=6, now=line.at) == 2
    board.follow()
    left = Counter(card.latest for card, _ in board.ranked(Wanted()) if card.tier is Tier.S1)
    assert sorted(left.values()) == [1, 3]
    assert left[min(left)] == 1
    assert line.states() == {"pending": 6, "withheld": 2}

    assert shed_on(served.store, line.at) == 2
    # Nothing but ordinary calls may go, however small the room is.
    assert shed(served.store, board, most=1, now=line.at) == 4
    board.follow()
    assert shed(served.store, board, most=1, now=line.at) == 0
    assert line.states() == {"pending": 2, "withheld": 6}
    assert "6 ordinary calls were let go today" in served.on("Ida Okwu").get("/queue").text
    with served.store.read() as tx:
        bodies = [json.loads(entry)["body"] for _, entry in read_log(tx)]
    lapsed = [body for body in bodies if body.get("reason") == "load-shed"]
    assert {body["by"] for body in lapsed} == {"rules"}
    assert len([body for body in lapsed if body.get("verb") == "lapse"]) == 6


def test_the_desk_lets_go_by_itself(served: Served) -> None:
    served.line.deliver("a.csv", [call(str(n), "CRASH") for n in range(5)])
    served.line.run()
    desk = replace(served.desk, most=2)
    build_app(desk)
    desk.board.follow()
    desk.send()
    assert served.line.states() == {"pending": 2, "withheld": 3}
