"""Every route, every role, own and another agency: made from the application's own routes."""

from __future__ import annotations

import httpx
import pytest
from desk_browser import serving
from desk_served import PEOPLE, Served, filled

from pipeline.desk.app import build_app
from pipeline.desk.room import Room
from pipeline.model import ALLOWED, May
from pipeline.usecases.cards import Change

# What a path needs besides: rows of the agency elm-bluff.
OPEN = {May.ENTER}
# These two have tests of their own below: one has no end, the other ends what asks.
APART = {("GET", "/stream"), ("POST", "/log-off")}


def test_every_route_has_a_rule_and_every_role_is_let_in_by_it_alone(served: Served) -> None:
    values = filled(served)
    rules = served.app.state.rules
    assert len(rules) > 25
    browsers = {name: served.on(name) for name in PEOPLE}
    wrong = []
    for (method, path), may in rules.items():
        if (method, path) in APART:
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


def test_the_stream_is_for_whoever_sees_the_queue_and_tells_nobody_of_another_agency(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served.app.state.rules["GET", "/stream"] is May.SEE_QUEUE
    came = (("c-elm", "elm-bluff"), ("c-other", "other-town"))
    always = (Change(after=-1, index=0, came=came, went=()),)
    monkeypatch.setattr(type(served.desk.board), "since", lambda _self, _at: always)
    with serving(served) as address:

        def ask(cookie: str) -> tuple[int, str, str]:
            told, headers = "", {"cookie": f"blotter-desk={cookie}"}
            with httpx.stream("GET", f"{address}/stream", headers=headers, timeout=10) as answer:
                for piece in answer.iter_text() if answer.status_code == 200 else ():
                    told += piece
                    if "event: queue" in told:
                        break
                return answer.status_code, answer.headers.get("location", ""), told

        assert ask("nothing")[:2] == (303, "/log-on")
        for name, (role, agency) in PEOPLE.items():
            status, _, told = ask(served.on(name).cookies["blotter-desk"])
            if May.SEE_QUEUE not in ALLOWED[role]:
                assert (status, told) == (403, ""), name
                continue
            assert (status, "c-other" in told) == (200, True), name
            assert ("c-elm" in told) is (agency == ""), name


def test_everybody_may_log_off_and_nobody_else_can_do_it_for_them(served: Served) -> None:
    assert served.app.state.rules["POST", "/log-off"] is May.OWN_ACCOUNT
    nobody = served.browser().post("/log-off")
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/log-on")
    for name in PEOPLE:
        browser = served.on(name)
        csrf = browser.headers.pop("x-csrf")
        assert browser.post("/log-off").status_code == 403, name
        assert browser.post("/log-off", headers={"origin": "https://e.example"}).status_code == 403
        assert browser.get("/log-off").status_code in (404, 405)
        assert browser.get("/me").status_code == 200, name
        answer = browser.post("/log-off", data={"csrf": csrf})
        assert (answer.status_code, answer.headers["location"]) == (303, "/log-on"), name
        assert 'blotter-desk=""' in answer.headers["set-cookie"]
        assert "max-age=0" in answer.headers["set-cookie"].lower()
        assert browser.get("/me").headers["location"] == "/log-on"


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
