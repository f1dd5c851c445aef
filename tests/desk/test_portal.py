"""An agency's own room: small cells hidden, its alerts, never anybody else's."""

from __future__ import annotations

from datetime import timedelta

from desk_served import Served
from elm_bluff import CANARIES, call, published

from pipeline.model import Role
from pipeline.usecases.feed_pages import feed_page
from pipeline.usecases.portal import portal

EVIL = "<img src=x onerror=alert(1)>"


def a_week(served: Served) -> None:
    """Twelve burglaries, three unknown types, one alert."""
    line = served.line
    line.deliver("a.csv", [call(f"b{n}", "LARCENY") for n in range(12)])
    line.deliver("b.csv", [call(f"u{n}", f"WHAT IS IT {EVIL}") for n in range(3)])
    line.deliver("c.csv", [call("1", notes=f"{EVIL} ask for Quillon Abernathwy, 920-555-0143")])
    line.run()


def test_small_counts_are_hidden_and_others_rounded(served_everywhere: Served) -> None:
    served = served_everywhere
    a_week(served)
    now = served.clock() + timedelta(days=1)
    settings = served.line.settings
    truth = feed_page(served.store, settings, "elm-bluff", now=now).count
    assert truth is not None
    found = portal(served.store, settings, "elm-bluff", now=now, clock=now)
    assert found.below > 3
    told = {key: number for key, number in found.reasons.items() if number is not None}
    assert all(number % found.to == 0 for number in told.values())
    for state, reasons in truth.states.items():
        for reason, number in reasons.items():
            if number < found.below:
                assert found.reasons[state.value, reason] is None
    assert sum(n for reasons in truth.states.values() for n in reasons.values()) == 16
    # Today is not over: its count would tell of each call as it comes.
    today = portal(served.store, settings, "elm-bluff", now=served.clock(), clock=served.clock())
    assert today.states == {}
    text = served.on("Juno Park").get("/agency").text
    assert "Nothing came in these days." in text


def test_an_agency_sees_its_alerts_and_its_agreement_and_nothing_of_others(served: Served) -> None:
    line = served.line
    line.deliver("a.csv", [call("1", notes=f"{EVIL} ask for Quillon Abernathwy")])
    line.run()
    alert = published(line)
    served.clock.move(days=1)
    own = served.on("Juno Park").get("/agency")
    assert own.status_code == 200
    assert "Elm Bluff Public Safety" in own.text
    assert "2029-01-09" in own.text
    assert EVIL not in own.text
    assert [canary for canary in CANARIES if canary in own.text] == []
    for word in ("Ida Okwu", "subscri", alert):
        assert word not in own.text
    served.clock.at = line.at
    assert (
        "Structure fire" in served.on_as("Ana Ruiz", Role.AGENCY, "elm-bluff").get("/agency").text
    )
    other = served.on("Wim Castell").get("/agency").text
    assert "Structure fire" not in other
    assert "Elm Bluff" not in other
    assert "elm-bluff" not in other


def test_where_an_agencys_people_begin(served: Served) -> None:
    browser = served.on("Juno Park")
    assert browser.get("/").headers["location"] == "/agency"
    assert browser.get("/feeds").status_code == 403
    assert browser.get("/oversight").status_code == 403
