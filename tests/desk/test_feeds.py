"""The engineers' room: trouble first, numbers that are the ledger's, switches, types."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

from desk_served import Served
from elm_bluff import CANARIES, call
from fastapi.testclient import TestClient

from pipeline.adapters.store.audit_log import read_log
from pipeline.usecases.alarms import watch
from pipeline.usecases.feed_pages import BUCKETS, HOURS, feed_list, feed_page
from pipeline.usecases.post import Draft, post
from pipeline.usecases.publish import publish_due

EVIL = "<script>document.title='owned'</script>"


def some_calls(served: Served) -> None:
    line = served.line
    line.deliver("a.csv", [call("1"), call("2", "GAS LEAK"), call("3", f"ODD {EVIL}")])
    line.deliver_bytes("b.csv", b"\x00\xff\xfe no table")
    line.run()
    line.deliver("c.csv", [call("1"), call("4", "WHAT IS IT")])
    line.later(2).run()
    served.clock.move(minutes=3)


def test_the_numbers_of_a_feed_are_the_ledgers(served_everywhere: Served) -> None:
    served = served_everywhere
    some_calls(served)
    found = feed_page(served.store, served.line.settings, "elm-bluff", now=served.clock())
    assert found.count is not None
    assert found.count.difference == 0
    summed = {kind: sum(counts[kind] for _, counts in found.hours) for kind in BUCKETS}
    assert summed == dict(found.line.buckets)
    assert sum(summed.values()) == found.count.received
    assert summed["duplicate"] == 1
    assert summed["held"] == 2
    assert len(found.hours) == HOURS
    assert len(found.quarantine) == found.count.payloads.quarantined == 1
    text = served.on("Enno Vries").get("/feeds/elm-bluff").text
    assert found.quarantine[0].payload_id[:12] in text
    assert "balanced" in text
    assert 'class="k-held"' in text


def test_trouble_comes_first_and_late_is_what_the_alarms_call_late(served: Served) -> None:
    settings, line = served.line.settings, served.line
    (settings.agencies / "quiet-vale").mkdir()
    (settings.agencies / "quiet-vale" / "agency.yml").write_text("id: quiet-vale\n")
    for number in range(5):
        line.later(number * 10).deliver(f"{number}.csv", [call(str(number))])
        line.later(number * 10).run()
    last = line.at + timedelta(minutes=40)
    lines, _ = feed_list(served.store, settings, now=last + timedelta(hours=5))
    assert [each.row.agency_id for each in lines] == ["quiet-vale", "elm-bluff"]
    assert lines[1].troubles == ()
    assert lines[1].rhythm.usual == timedelta(minutes=10)
    # Its file allows twelve hours, and less than a week is known of it: half of them is late.
    for hours, code in ((7, "late"), (13, "silent")):
        now = last + timedelta(hours=hours)
        found, _ = feed_list(served.store, settings, now=now)
        assert (found[0].row.agency_id, found[0].troubles[0].code) == ("elm-bluff", code)
        (alarm,) = [each for each in watch(settings, now=now).alarms if each.code == "feed-silent"]
        assert alarm.agencies == ("elm-bluff",)


def test_what_people_post_is_no_sign_of_life_of_a_feed(served: Served) -> None:
    served.line.deliver("a.csv", [call("1")])
    served.line.run()
    now = served.line.at + timedelta(hours=13)
    draft = Draft(
        asks=False,
        case="EB-1",
        call_type="GAS LEAK",
        area="north-side",
        began="2026-03-02T12:00",
        ended="",
        text="An odor of gas.",
    )
    post(served.line.settings, "elm-bluff", draft, by="Juno Park", now=now)
    lines, _ = feed_list(served.store, served.line.settings, now=now)
    assert [each.code for each in lines[0].troubles] == ["silent"]


def test_what_changed_stands_on_the_feeds_page_with_the_line_that_would_mend_it(
    served: Served,
) -> None:
    some_calls(served)
    before = (served.line.folder / "agency.yml").read_bytes()
    text = served.on("Enno Vries").get("/feeds/elm-bluff").text
    assert "call-type-new" in text
    assert "<ins>+#  WHAT IS IT:" in text
    assert EVIL not in text
    assert (served.line.folder / "agency.yml").read_bytes() == before


def test_a_switch_needs_a_reason_stops_the_line_and_is_undone_by_name(served: Served) -> None:
    browser = served.on("Enno Vries")
    form = {"scope": "agency", "name": "elm-bluff", "turn": "off"}
    assert browser.post("/feeds/switch", data=form).status_code == 422
    assert browser.post("/feeds/switch", data=form | {"name": "nowhere"}).status_code == 422
    reason = {"reason": "their export sends another town"}
    assert browser.post("/feeds/switch", data=form | reason).status_code == 303
    served.line.deliver("a.csv", [call("1")])
    served.line.run()
    publish_due(served.line.settings, now=served.clock())
    assert served.line.pending() == []
    page = browser.get("/feeds").text
    assert "their export sends another town" in page
    assert "Enno Vries" in page
    assert "switched off" in browser.get("/feeds/elm-bluff").text
    on = form | {"turn": "on", "reason": "they mended the export"}
    assert browser.post("/feeds/switch", data=on).status_code == 303
    served.line.later(2).run()
    assert len(served.line.pending()) == 1


def chosen_types(served: Served) -> tuple[TestClient, str, list[str]]:
    """An engineer's browser, the page with chosen types, and the pairs its form would send."""
    browser = served.on("Enno Vries")
    text = browser.get("/feeds/elm-bluff/types").text
    assert "WHAT IS IT" in text
    assert "Who votes for what" in text
    assert EVIL not in text
    values = {f"t{n}": text.split(f'name="t{n}" value="')[1].split('"')[0] for n in (0, 1)}
    page = browser.get("/feeds/elm-bluff/types", params=values | {"t2": EVIL}).text
    pairs = [unescape(each) for each in re.findall(r'name="pair" value="([^"]*)"', page)]
    return browser, page, pairs


def test_types_show_votes_and_make_lines_and_save_nothing(served: Served) -> None:
    some_calls(served)
    before = (served.line.folder / "agency.yml").read_bytes()
    _, page, pairs = chosen_types(served)
    lines = page.split('id="lines"')[1]
    assert "WHAT IS IT" in lines
    assert "[" not in lines.split("</pre>")[0]
    assert "masked" in page
    assert EVIL not in page
    assert [json.loads(each)[0] for each in pairs] == ["WHAT IS IT"]
    assert (served.line.folder / "agency.yml").read_bytes() == before


def test_types_show_the_agencys_words_and_redacted_calls_of_a_code(served: Served) -> None:
    told = ("Quillon Abernathwy says bass thru the wall", "tv loud", "her husband hit her")
    rows = [call(f"z{n}", "Z9", notes=text) | {"what": "NOISE"} for n, text in enumerate(told)]
    served.line.deliver("a.csv", [*rows, call("2", "GAS LEAK"), call("3", "CRASH")])
    served.line.run()
    text = unescape(served.on("Enno Vries").get("/feeds/elm-bluff/types").text)
    assert "<strong>Z9</strong>" in text
    assert "“NOISE”" in text
    assert "tv loud" in text
    assert "[PERSON]" in text
    assert "calls of it raise domestic" in text
    assert "husband" not in text
    assert [canary for canary in CANARIES if canary in text] == []


def test_a_type_of_apcos_that_was_not_offered_may_be_previewed(served: Served) -> None:
    some_calls(served)
    browser = served.on("Enno Vries")
    url = "/feeds/elm-bluff/types/preview"
    assert browser.post(url, data={"pair": ['["WHAT IS IT", "GASLEAK"]']}).status_code == 200
    for bad in ('["WHAT IS IT", "NO"]', '["MVA", "GASLEAK"]', '["ODD [UNEXPLAINED]", "MVA"]'):
        assert browser.post(url, data={"pair": [bad]}).status_code == 422


def test_a_mapping_is_saved_only_as_it_was_previewed(served: Served) -> None:
    some_calls(served)
    file = served.line.folder / "agency.yml"
    before = file.read_bytes()
    browser, _, pairs = chosen_types(served)
    seen = browser.post("/feeds/elm-bluff/types/preview", data={"pair": pairs})
    assert seen.status_code == 200
    assert "WHAT IS IT" in seen.text
    assert [canary for canary in CANARIES if canary in seen.text] == []
    assert file.read_bytes() == before
    digest = seen.text.split('name="digest" value="')[1].split('"')[0]
    form = {"pair": pairs, "digest": digest}
    url = "/feeds/elm-bluff/types/save"
    assert browser.post(url, data=form | {"digest": "0" * 32}).status_code == 422
    for bad in ([], ["no json"], ['["LARCENY", "FSTRU"]'], ['["WHAT IS IT", "NOTHING"]'], ["[1]"]):
        assert browser.post(url, data=form | {"pair": bad}).status_code == 422
    assert file.read_bytes() == before
    assert browser.post(url, data=form).status_code == 303
    assert "WHAT IS IT" in file.read_text()
    with served.store.read() as tx:
        bodies = [json.loads(entry)["body"] for _, entry in read_log(tx)]
    assert [each["by"] for each in bodies if each.get("preview") == digest] == ["Enno Vries"]


def test_no_private_word_is_on_an_engineers_page(served: Served) -> None:
    some_calls(served)
    browser = served.on("Enno Vries")
    for path in ("/feeds", "/feeds/elm-bluff", "/feeds/elm-bluff/types"):
        text = browser.get(path).text
        assert "elm-bluff" in text
        assert [canary for canary in CANARIES if canary in text] == []
        assert EVIL not in text


def test_what_is_in_quarantine_is_shown_by_form_tried_again_and_put_aside(served: Served) -> None:
    line = served.line
    body = b"cfs,type\n1,smoke from the roof Quillon Abernathwy 920-555-0143 "
    body += EVIL.encode() + b"\xff\n"
    line.deliver_bytes("b.csv", body)
    line.run()
    browser = served.on("Enno Vries")
    found = feed_page(served.store, line.settings, "elm-bluff", now=served.clock())
    (payload,) = found.quarantine
    path = f"/feeds/elm-bluff/quarantine/{payload.payload_id}"
    assert path in browser.get("/feeds/elm-bluff").text
    text = browser.get(path).text
    assert [canary for canary in CANARIES if canary in text] == []
    assert EVIL not in text
    assert "xxxxx xxxx xxx xxxx" in text  # the form of the words before the name
    assert browser.get(path.replace("elm-bluff", "other-town")).status_code == 404
    assert browser.get("/feeds/elm-bluff/quarantine/ffff0000").status_code == 404
    tried = browser.post(f"{path}/replay")
    assert tried.status_code == 200
    assert "Tried again" in tried.text
    assert browser.post(f"{path}/discard").status_code == 422
    put = browser.post(f"{path}/discard", data={"reason": "a picture, not a table"})
    assert put.status_code == 303
    assert line.states() == {"quarantined": 1}
    assert browser.post(f"{path}/replay").status_code in (404, 422)
