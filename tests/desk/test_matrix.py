"""Every route, every role, own and another agency: made from the application's own routes."""

from __future__ import annotations

import pytest
from desk_served import PEOPLE, Served
from elm_bluff import call, published

from pipeline.adapters.store.feed_history import in_quarantine
from pipeline.audit.sampling import How, Pile
from pipeline.desk.app import build_app
from pipeline.desk.room import Room
from pipeline.model import ALLOWED, May
from pipeline.usecases.sampling import draw_sample

# What a path needs besides: rows of the agency elm-bluff.
OPEN = {May.ENTER}


def filled(served: Served) -> dict[str, str]:
    line = served.line
    line.deliver("a.csv", [call("1")])
    line.deliver_bytes("z.csv", b"\x00\xff\xfe")
    line.run()
    with served.store.read() as tx:
        (payload,) = in_quarantine(tx, "elm-bluff", limit=2)
    alert = published(line)
    line.deliver("b.csv", [call("2", "GAS LEAK")])
    line.later(2).run()
    (candidate,) = line.pending()
    sample = draw_sample(
        line.settings,
        pile=Pile.PUBLISHED,
        how=How.RANDOM,
        size=5,
        seed="ab12",
        person="Noor Haldane",
        now=line.at,
    ).sample_id
    return {
        "{candidate_id}": candidate,
        "{alert_id}": alert,
        "{sample_id}": sample,
        "{payload_id}": payload.payload_id,
        "{channel}": "cap",
        "{agency_id}": "elm-bluff",
        "{token}": "nothing",
    }


def test_every_route_has_a_rule_and_every_role_is_let_in_by_it_alone(served: Served) -> None:
    values = filled(served)
    rules = served.app.state.rules
    assert len(rules) > 25
    browsers = {name: served.on(name) for name in PEOPLE}
    wrong = []
    for (method, path), may in rules.items():
        if path in ("/stream", "/log-off"):
            continue
        url = path
        for name, value in values.items():
            url = url.replace(name, value)
        nobody = served.browser().request(method, url)
        if may not in OPEN and (nobody.status_code, nobody.headers.get("location")) != (
            303,
            "/log-on",
        ):
            wrong.append((method, path, "nobody", nobody.status_code))
        for name, (role, agency) in PEOPLE.items():
            status = browsers[name].request(method, url).status_code
            allowed = may in ALLOWED[role]
            foreign = agency == "other-town" and url != path and "{token}" not in path
            if allowed and foreign and status != 404:
                wrong.append((method, path, name, status))
            if allowed and not foreign and status in (403, 404) and "{token}" not in path:
                wrong.append((method, path, name, status))
            if not allowed and status != 403:
                wrong.append((method, path, name, status))
    assert wrong == []


def test_a_route_without_a_rule_stops_the_desk(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room()
    room.router.add_api_route("/loose", lambda: "x")
    monkeypatch.setattr("pipeline.desk.app.ROOMS", [room])
    with pytest.raises(TypeError, match="/loose has no rule"):
        build_app(served.desk)


def test_another_agencys_editor_sees_nothing_of_this_one(served: Served) -> None:
    filled(served)
    browser = served.on("Rhea Solano")
    for tab in ("pending", "draft", "held", "published", "rejected", "retracted"):
        assert "elm-bluff" not in browser.get(f"/queue?tab={tab}&agency=elm-bluff").text.replace(
            "agency=elm-bluff", ""
        )
    assert "Gas or fuel leak" in served.on("Ida Okwu").get("/queue").text
