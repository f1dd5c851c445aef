from __future__ import annotations

import json
import re

import pytest
from desk_served import PASSWORD, Served, TestClient
from httpx import Response

from pipeline.adapters.store.audit_log import read_log
from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.model import ConfigError, Refused, Role
from pipeline.usecases.accounts import add_demo, disable, give_role, invite, refuse_demo
from pipeline.usecases.log_on import accept, log_on_password


def entries(served: Served, kind: str) -> list[dict[str, str]]:
    with served.store.read() as tx:
        lines = [json.loads(line) for _, line in read_log(tx)]
    return [line["body"] for line in lines if line["kind"] == kind]


def log_on(served: Served, name: str, password: str = PASSWORD) -> int:
    answer = served.browser().post("/log-on", data={"name": name, "password": password})
    return answer.status_code


def test_a_one_time_link_makes_one_account_and_logs_it_on(served_everywhere: Served) -> None:
    served = served_everywhere
    now = served.clock()
    token = invite(
        served.store, name="Ida Okwu", role=Role.EDITOR, agency_id="", by="tests", now=now
    )
    browser = served.browser()
    assert "Welcome, Ida Okwu" in browser.get(f"/join/{token}").text
    words = {"password": PASSWORD, "again": PASSWORD}
    assert browser.post(f"/join/{token}", data=words).headers["location"] == "/queue"
    assert browser.get("/me").status_code == 200
    assert served.browser().get(f"/join/{token}").status_code == 404
    assert served.browser().post(f"/join/{token}", data=words).status_code == 422
    assert [e["outcome"] for e in entries(served, "log-on")] == ["granted"]
    assert [e["verb"] for e in entries(served, "account-change")] == ["created"]
    assert [e["role"] for e in entries(served, "permission-change")] == ["editor"]


def test_a_link_is_over_after_two_days(served: Served) -> None:
    now = served.clock()
    token = invite(served.store, name="", role=Role.ADMIN, agency_id="", by="tests", now=now)
    served.clock.move(hours=49)
    with pytest.raises(Refused, match="over"):
        accept(served.store, token, name="Ada Moreau", password=PASSWORD, now=served.clock())


@pytest.mark.parametrize(
    "password", ["short", "password password", "ida okwu ida okwu", "aaaaaaaaaaaaaaa"]
)
def test_a_weak_password_is_refused(served: Served, password: str) -> None:
    now = served.clock()
    token = invite(
        served.store, name="Ida Okwu", role=Role.EDITOR, agency_id="", by="tests", now=now
    )
    with pytest.raises(Refused, match="password"):
        accept(served.store, token, password=password, now=now)


def test_five_wrong_passwords_lock_an_account_for_ten_minutes(served: Served) -> None:
    served.on("Ida Okwu")
    assert [log_on(served, "Ida Okwu", "wrong") for _ in range(5)] == [401] * 5
    assert log_on(served, "Ida Okwu") == 401
    served.clock.move(minutes=11)
    assert log_on(served, "ida  okwu") == 303
    outcomes = [e["outcome"] for e in entries(served, "log-on")]
    assert outcomes == ["granted", *["wrong-credentials"] * 5, "locked", "granted"]


def test_an_unknown_name_reads_like_a_wrong_password_and_is_not_written_down(
    served: Served,
) -> None:
    served.on("Ida Okwu")
    wrong = served.browser().post("/log-on", data={"name": "Ida Okwu", "password": "x"})
    unknown = served.browser().post("/log-on", data={"name": "Hunter Two", "password": "x"})
    assert wrong.text == unknown.text
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "wrong, or the account is locked" in unknown.text
    with served.store.read() as tx:
        assert all(b"Hunter" not in line for _, line in read_log(tx))


def test_many_failures_from_one_address_are_stopped(served: Served) -> None:
    tries = [log_on(served, "Nobody Here", "x") for _ in range(21)]
    assert tries == [401] * 20 + [429]


def test_a_session_ends_by_log_off_idleness_disabling_and_a_new_role(served: Served) -> None:
    browser = served.on("Ida Okwu")
    assert browser.get("/me").status_code == 200
    browser.post("/log-off")
    assert browser.get("/me").headers["location"] == "/log-on"
    idle = served.on("Bo Thorsgaard")
    served.clock.move(minutes=46)
    assert idle.get("/me").status_code == 303
    by = {"by": "tests", "now": served.clock()}
    disabled = served.on("Cato Lindqvist")
    disable(served.store, name="Cato Lindqvist", **by)
    assert disabled.get("/me").status_code == 303
    assert log_on(served, "Cato Lindqvist") == 401
    moved = served.on("Enno Vries")
    give_role(served.store, name="Enno Vries", role=Role.EDITOR, agency_id="", **by)
    assert moved.get("/me").status_code == 303


def test_the_last_administrator_stays(served: Served) -> None:
    served.on("Ada Moreau")
    by = {"by": "tests", "now": served.clock()}
    with pytest.raises(Refused, match="last administrator"):
        disable(served.store, name="Ada Moreau", **by)
    with pytest.raises(Refused, match="last administrator"):
        give_role(served.store, name="Ada Moreau", role=Role.EDITOR, agency_id="", **by)


def test_a_change_needs_the_sessions_token_and_this_sites_origin(served: Served) -> None:
    browser = served.on("Ida Okwu")
    token = browser.headers.pop("x-csrf")
    assert browser.post("/me", data={"theme": "dark"}).status_code == 403
    assert browser.post("/me", data={"theme": "dark", "csrf": "x"}).status_code == 403
    right = {"theme": "dark", "csrf": token}
    assert browser.post("/me", data=right).status_code == 200
    for name, value in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")]:
        assert browser.post("/me", data=right, headers={name: value}).status_code == 403


def test_every_answer_carries_the_headers_and_foreign_names_get_none(served: Served) -> None:
    browser = served.browser()
    for path in ("/log-on", "/nothing-here", "/static/desk.css"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert headers["x-content-type-options"] == "nosniff"
    for name in ("evil.example", "testserver.evil.example", "localhost.evil.example"):
        assert browser.get("/log-on", headers={"host": name}).status_code == 421
    assert browser.post("/log-on", data={"name": "x" * 70_000}).status_code == 413


def test_a_desk_answers_to_its_own_name_and_this_machines_alone(served: Served) -> None:
    desk = Desk(
        settings=served.line.settings,
        store=served.store,
        clock=served.clock,
        host="desk.example.org",
    )
    browser = TestClient(build_app(desk), follow_redirects=False)
    for name in ("desk.example.org", "desk.example.org:8470", "localhost:8470", "[::1]:8470"):
        assert browser.get("/log-on", headers={"host": name}).status_code == 200
    for name in ("testserver", "", "0.0.0.0:8470", "desk.example.org.evil.example"):
        assert browser.get("/log-on", headers={"host": name}).status_code == 421


def again(browser: TestClient) -> Response:
    """Log Ida on in a browser as its own page would, whoever is logged on there."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/log-on").text)[-1]
    words = {"name": "Ida Okwu", "password": PASSWORD, "csrf": csrf}
    return browser.post("/log-on", data=words)


def session(answer: Response) -> str:
    return answer.headers["set-cookie"].partition("blotter-desk=")[2].partition(";")[0]


def test_a_session_somebody_planted_is_never_the_one_that_is_logged_on(served: Served) -> None:
    served.on("Ida Okwu")
    wim = served.on("Wim Castell")
    for planted in ("x" * 43, wim.cookies["blotter-desk"]):
        victim = served.browser()
        victim.cookies.set("blotter-desk", planted)
        answer = again(victim)
        assert answer.status_code == 303
        assert session(answer) != planted
        attacker = served.browser()
        attacker.cookies.set("blotter-desk", planted)
        assert "Ida Okwu" not in attacker.get("/me").text
    # What was planted leads nowhere afterwards, not even to who planted it.
    assert wim.get("/me").status_code == 303


def test_a_link_and_a_second_log_on_open_a_session_of_their_own(served: Served) -> None:
    now = served.clock()
    browser = served.browser()
    seen = set()
    token = invite(served.store, name="Ida Okwu", role=Role.EDITOR, agency_id="", by="x", now=now)
    words = {"password": PASSWORD, "again": PASSWORD}
    seen.add(session(browser.post(f"/join/{token}", data=words)))
    for _ in range(2):
        seen.add(session(again(browser)))
    assert len(seen) == 3
    # The browser has the last one; those it had before are over.
    for each in seen:
        other = served.browser()
        other.cookies.set("blotter-desk", each)
        alive = each == browser.cookies["blotter-desk"]
        assert other.get("/me").status_code == (200 if alive else 303)


def test_logged_off_in_one_tab_is_logged_off_in_all_of_this_browser_and_no_other(
    served: Served,
) -> None:
    first = served.on("Ida Okwu")
    second = served.browser()
    second.cookies.set("blotter-desk", first.cookies["blotter-desk"])
    second.headers["x-csrf"] = first.headers["x-csrf"]
    elsewhere = served.browser()
    elsewhere.post("/log-on", data={"name": "Ida Okwu", "password": PASSWORD})
    assert elsewhere.get("/me").status_code == 200
    assert first.post("/log-off").status_code == 303
    gone = second.post("/me", data={"theme": "dark"}, headers={"hx-request": "true"})
    assert (gone.status_code, gone.headers["hx-redirect"]) == (401, "/log-on")
    assert second.get("/queue").headers["location"] == "/log-on"
    assert elsewhere.get("/me").status_code == 200
    with served.store.read() as tx:
        assert all(first.cookies["blotter-desk"].encode() not in line for _, line in read_log(tx))


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served: Served) -> None:
    served.on("Ida Okwu")
    words = {"name": "Ida Okwu", "password": PASSWORD}
    cookie = served.browser().post("/log-on", data=words).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_demo_accounts_work_and_a_desk_that_is_no_demo_refuses_to_start_with_them(
    served: Served,
) -> None:
    refuse_demo(served.store)
    people = (("Ida Okwu", Role.EDITOR, ""),)
    now = served.clock()
    ((name, _, password),) = add_demo(served.store, people, now=now)
    assert log_on_password(served.store, name=name, password=password, now=now).token
    with pytest.raises(ConfigError, match="demo"):
        refuse_demo(served.store)
    disable(served.store, name=name, by="tests", now=now)
    refuse_demo(served.store)
    ((_, _, again),) = add_demo(served.store, people, now=now)
    assert again != password


def test_who_may_not_see_figures_made_of_the_log_is_noted_as_refused_once(served: Served) -> None:
    enno = served.on("Enno Vries")
    assert [enno.get("/metrics").status_code for _ in range(3)] == [403, 403, 403]
    (told,) = entries(served, "log-attempt")
    assert told == {"by": "Enno Vries", "verb": "read", "detail": "/metrics", "granted": "no"}
    assert served.on("Ida Okwu").get("/metrics").status_code == 200
    assert len(entries(served, "log-attempt")) == 1
