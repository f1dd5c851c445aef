"""Hostile words in every field that can reach a page of the desk, looked at in Chromium.

Each field says markup and breaks out of attributes. No page may run any of it, hold an element of
its making, or cause a report of the content policy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from desk_browser import chromium, enter_with, serving
from desk_served import PEOPLE, Served, filled
from elm_bluff import call
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from pipeline.model import ALLOWED
from pipeline.usecases.desk_tabs import TABS

EVIL = (
    """'"><img src=x onerror="window.owned=1" data-owned><svg data-owned onload=window.owned=1>"""
    """<script data-owned>window.owned=1</script>{{7*7}}"""
)
SHORT = '"><b data-owned>'
WATCH = """
window.reports = [];
addEventListener("securitypolicyviolation", (e) => reports.push([e.violatedDirective, e.sample]));
"""
FOUND = r"""() => {
  const at = ["href", "action", "src", "hx-get", "hx-post"];
  const all = [...document.querySelectorAll("*")];
  return {
    owned: window.owned === 1,
    reports: window.reports,
    made: all.filter((each) => each.matches("[data-owned],[onerror],[onload],[onclick],[src='x']"))
      .map((each) => each.outerHTML.slice(0, 120)),
    links: all.flatMap((each) => at.map((name) => each.getAttribute(name)))
      .filter((address) => address && !/^(\/|#|http:\/\/127\.0\.0\.1)/.test(address)),
    said: document.body.innerText.includes("data-owned"),
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def apart(do: Callable[[], Any]) -> Any:
    """Do in a thread of its own: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(do).result()


def hostile_files(served: Served) -> None:
    """An agency whose file, areas and agreement say it wherever they may say anything."""
    line = served.line
    line.change(
        about={"name": f"Elm Bluff {EVIL}", "place": f"Elm Bluff {EVIL}", "contact": EVIL},
        agreement={"parties": [f"Elm {EVIL}", EVIL], "consideration": EVIL},
        schedule={"every": 60, "reason": EVIL},
        location={"town": EVIL},
        call_types={f"GAS {EVIL}".upper(): "GASLEAK"},
    )
    areas = line.folder / "areas.geojson"
    said = json.loads(areas.read_text())
    for each in said["features"]:
        each["properties"]["name"] += f" {SHORT}"
    areas.write_text(json.dumps(said))
    (line.folder / "agreement.md").write_text(f"We send calls. {EVIL}\n")


def hostile_rows(served: Served) -> None:
    """What is stored says it, too, whatever the walk would have let through."""

    def bad(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: bad(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [bad(each, key) for each in value]
        free = ("headline", "text", "label", "name", "trace", "reason", "recognizer")
        return f"{value} {EVIL}" if key in free and isinstance(value, str) else value

    with served.store.write() as tx:
        for table, key in (("candidates", "candidate_id"), ("alerts", "alert_id")):
            for row in tx.execute(text(f"select {key}, content from {table}")).all():
                said = json.dumps(bad(json.loads(row[1])))
                tx.execute(
                    text(f"update {table} set content = :said where {key} = :id"),
                    {"said": said, "id": row[0]},
                )


def look(page: Page, where: str) -> list[tuple[str, object]]:
    found = page.evaluate(FOUND)
    wrong: list[tuple[str, object]] = [
        (where, found[each]) for each in ("owned", "reports", "made", "links") if found[each]
    ]
    wrong += [(where, each) for each in (*page.foreign, *page.errors)]  # type: ignore[attr-defined]
    return wrong


def watched(browser: Browser, client: TestClient, address: str) -> Page:
    page = enter_with(browser, client.cookies["blotter-desk"], address)
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: dialog.dismiss())
    return page


def test_no_page_of_the_desk_does_what_a_field_says(browser: Browser, served: Served) -> None:
    hostile_files(served)
    notes = f"DOMESTIC DISTURBANCE, GAS TURNED ON {EVIL}"
    served.line.deliver("c.csv", [call("7", f"PUMP {EVIL}"), call("8", "GAS LEAK", notes=notes)])
    values = apart(lambda: filled(served))
    hostile_rows(served)
    apart(served.desk.board.load)
    clients = {
        name: served.on(name) for name, (_, agency) in PEOPLE.items() if agency != "other-town"
    }
    sela, enno, ada, juno, cato = (
        clients[name]
        for name in ("Sela Amaro", "Enno Vries", "Ada Moreau", "Juno Park", "Cato Lindqvist")
    )
    # Whatever somebody may type into a form of the desk.
    for query in (EVIL, f"tab=held&q={EVIL}"):
        assert sela.post("/views", data={"name": SHORT + query, "query": query}).status_code == 303
    assert sela.post("/keys", data={"next": "j", "approve": '"><b>'}).status_code == 303
    sela.post("/me", data={"language": EVIL, "theme": EVIL})
    off = {"scope": "tier", "name": "S2", "turn": "off", "reason": EVIL}
    assert enno.post("/feeds/switch", data=off).status_code == 303
    enno.post("/feeds/switch", data=off | {"name": EVIL})
    post = {"kind": "request", "case": EVIL, "call_type": "LARCENY", "area": "north-side"}
    post |= {"began": "2026-03-01T20:00", "text": EVIL}
    refused = juno.post("/agency/post", data=post)
    assert refused.status_code in (303, 422)
    ada.post("/accounts/invite", data={"name": EVIL, "role": "editor"})
    hold = {"agency": "elm-bluff", "reason": EVIL, "until": "2026-04-01", "scope": "agency"}
    cato.post("/oversight/holds", data=hold)
    holding = {"if-match": sela.get(f"/candidates/{values['{candidate_id}']}").headers["etag"]}
    url = f"/candidates/{values['{candidate_id}']}"
    assert sela.post(f"{url}/hold", data={"reason": EVIL}, headers=holding).status_code == 422
    wrong, said, seen = [], 0, 0
    with serving(served) as address:
        for name, client in clients.items():
            page, role = watched(browser, client, address), PEOPLE[name][0]
            paths = [
                path
                for (method, path), may in served.app.state.rules.items()
                if method == "GET" and may in ALLOWED[role] and path != "/stream"
            ]
            for value_of, value in values.items():
                paths = [each.replace(value_of, value) for each in paths]
            paths += ["/queue?tab=" + each for each in TABS] if "/queue" in paths else []
            for path in paths:
                if "text/html" not in client.get(path).headers.get("content-type", ""):
                    continue
                seen += 1
                page.goto(path)
                page.wait_for_timeout(50)
                wrong += look(page, f"{name} {path}")
                said += page.evaluate(FOUND)["said"]
    assert wrong == []
    # The words were there to be read: on many pages, as words.
    assert (seen > 60, said > 15) == (True, True), (seen, said)


def test_what_comes_into_an_open_page_does_nothing_either(browser: Browser, served: Served) -> None:
    hostile_files(served)
    calls = [call(str(each), "GAS LEAK") for each in range(2)]
    served.line.deliver("a.csv", calls)
    apart(served.line.run)
    hostile_rows(served)
    apart(served.desk.board.load)
    sela = served.on("Sela Amaro")
    ida = served.on("Ida Okwu")
    ids = served.line.pending()
    versions = {each: ida.get(f"/candidates/{each}").headers["etag"] for each in ids}
    wrong: list[tuple[str, object]] = []
    with serving(served) as address:
        page = watched(browser, sela, address)
        page.goto("/queue")
        expect(page.locator("#detail article")).to_be_visible()
        expect(page.locator("#detail h1")).to_contain_text("data-owned")
        wrong += look(page, "detail")
        for channel in page.locator("#detail .channels summary").all():
            channel.click()
        expect(page.locator("#detail .bytes pre").last).to_be_visible()
        for mask in page.locator("#detail .mask").all():
            mask.focus()
        wrong += look(page, "channels and masks")
        page.locator("#detail [data-act=edit]").click()
        page.locator("#words input[name=headline]").fill(EVIL)
        page.locator("#words textarea").fill(EVIL)
        expect(page.locator("#check .bad").first).to_be_visible()
        wrong += look(page, "checked")
        page.locator("#words button.go").click()
        expect(page.locator("#problem")).not_to_be_empty()
        wrong += look(page, "refused")
        shown = page.get_attribute("#detail article", "data-id") or ""
        answer = ida.post(
            f"/candidates/{shown}/reject",
            data={"reason": "unclear"},
            headers={"if-match": versions[shown]},
        )
        assert answer.status_code == 303
        page.locator("#words button.go").click()
        expect(page.locator("#kept-text")).to_have_value(EVIL)
        wrong += look(page, "conflict")
        page.locator("#search").fill(f"nowhere {EVIL}")
        expect(page.locator("#list .empty")).to_be_visible()
        wrong += look(page, "searched")
    assert wrong == []
