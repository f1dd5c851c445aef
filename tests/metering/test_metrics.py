"""Metrics: what they count, that they hold no text, and who may read them."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from elm_bluff import CANARIES, Line, build_line, call
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pushing import body_of, build_pushing, key_of, push, receiving

from pipeline.adapters.exposition import METRICS, exposed, families
from pipeline.cli.metrics_app import mount_metering
from pipeline.cli.status_app import as_json, picture
from pipeline.metering import build_metering
from pipeline.metering.app import FRESH_SECONDS
from pipeline.model.figures import AgencyFigures, Figures
from pipeline.model.switch import Scope
from pipeline.usecases.approve import approve
from pipeline.usecases.figures import figures
from pipeline.usecases.switches import switch_off


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    root = tmp_path_factory.mktemp("metrics")
    built = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    built.deliver("a.csv", [call("1"), call("2", "ROBBERY"), call("3", "NO SUCH TYPE")])
    built.deliver_bytes("b.csv", b"")
    built.run()
    (first, *_) = built.pending()
    approve(built.settings, first, editor="Ida Okwu", now=built.at)
    switch_off(
        built.settings,
        Scope.TIER,
        "S2",
        person="Enno Vries",
        reason="two leaks of this kind today",
        now=built.at,
    )
    built.deliver("c.csv", [call("9")])
    from pipeline.usecases.pull import pull_agencies

    later = built.later(5)
    pull_agencies(later.settings, run_id="r", now=later.at)
    return built.later(15)


def samples(body: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_metrics_count_what_the_line_did(line: Line) -> None:
    found = samples(exposed(figures(line.settings, now=line.at)))
    mine = ("agency", "elm-bluff")
    assert found["blotter_payloads", (mine, ("state", "landed"))] == 1
    assert found["blotter_payloads", (mine, ("state", "quarantined"))] == 1
    assert found["blotter_records", (mine, ("state", "held"))] == 1
    assert found["blotter_records", (mine, ("state", "quarantined"))] == 1
    assert found["blotter_ledger_difference", (mine,)] == 0
    assert found["blotter_walk_lag_seconds", (mine,)] == 600
    assert found["blotter_look_age_seconds", (mine,)] == 600
    assert found["blotter_looks_total", (mine,)] == 2
    assert found["blotter_every_seconds", (mine,)] == 60
    assert found["blotter_switches_off", (("scope", "tier"),)] == 1
    assert found["blotter_log_entries", ()] > found["blotter_log_sealed", ()] == 0
    assert found["blotter_unsealed_seconds", ()] >= 900
    assert found["blotter_files_due", ()] == 1
    assert found["blotter_files_due_seconds", ()] == 900


def test_what_is_given_up_is_counted_from_none_on_and_mails_in_tens(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that appears with the first has not risen; a readership is told to nobody."""
    found = samples(exposed(figures(line.settings, now=line.at)))
    for channel in ("webhook", "mail", "websub"):
        assert found["blotter_sendings", (("channel", channel), ("state", "dead"))] == 0
    counted = {("mail", "done"): 47, ("mail", "dead"): 19, ("webhook", "dead"): 3}
    monkeypatch.setattr("pipeline.usecases.figures.channel_totals", lambda _: counted)
    told = dict(figures(line.settings, now=line.at).sendings)
    assert told == {
        ("mail", "done"): 40,
        ("mail", "dead"): 0,
        ("webhook", "dead"): 3,
        ("websub", "dead"): 0,
    }


def test_what_a_switch_keeps_back_is_not_due(tmp_path: Path) -> None:
    built = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    built.deliver("a.csv", [call("1")])
    built.run()
    (candidate,) = built.pending()
    approve(built.settings, candidate, editor="Ida Okwu", now=built.at)
    assert figures(built.settings, now=built.at).files_due == 1
    why = {"person": "Enno Vries", "reason": "two leaks of this kind today"}
    switch_off(built.settings, Scope.AGENCY, "elm-bluff", now=built.at, **why)
    off = figures(built.settings, now=built.later(60).at)
    assert (off.files_due, off.oldest_file_due) == (0, None)


def test_nobody_is_to_look_at_a_feed_that_is_pushed(tmp_path: Path) -> None:
    pushing = build_pushing(tmp_path)
    with receiving(pushing) as door:
        assert push(door, body_of("1"), key_of(pushing).token).status_code == 202
    found = samples(exposed(figures(pushing.settings, now=pushing.later(300).at)))
    mine = (("agency", "elm-bluff"),)
    assert found["blotter_look_age_seconds", mine] == 300 * 60
    assert ("blotter_every_seconds", mine) not in found


def test_every_metric_is_there_in_its_order_even_when_nothing_happened() -> None:
    empty = Figures(at=datetime(2026, 3, 2, tzinfo=UTC))
    names = [family.name for family in families(empty)]
    assert names == [name.removesuffix("_total") for name in METRICS]
    assert len(names) > 20


def test_no_canary_is_in_metrics_or_status(line: Line) -> None:
    now = figures(line.settings, now=line.at)
    told = exposed(now) + str(as_json(now)).encode()
    assert b"elm-bluff" in told
    assert [c for c in (*CANARIES, "smoke", "418") if c.lower().encode() in told.lower()] == []


def test_a_label_that_is_no_plain_word_is_shown_as_other() -> None:
    odd = AgencyFigures(agency_id='Quillon "} Abernathwy\n')
    body = exposed(
        Figures(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            agencies=(odd,),
            sendings={("web hook", "x y"): 1},
        )
    )
    assert b"Quillon" not in body
    assert b'agency="other"' in body
    assert b'channel="other",state="other"' in body


class Door:
    """Asks an application without a server."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://x") as door:
                return await door.get(path, headers=headers)

        return asyncio.run(ask())


def client(line: Line, *, token: str = "", seconds: Iterator[float] | None = None) -> Door:
    ticks = seconds or iter(float(n) * 1000 for n in range(1000))
    return Door(
        build_metering(
            line.settings, clock=lambda: line.at, seconds=lambda: next(ticks), token=token
        )
    )


def test_the_endpoint_answers_in_prometheus_form(line: Line) -> None:
    answer = client(line).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert ("blotter_alerts_live", ()) in samples(answer.content)


def test_without_the_token_metrics_are_refused(line: Line) -> None:
    asked = client(line, token="a-long-secret")
    assert asked.get("/metrics").status_code == 401
    wrong = {"authorization": "Bearer another"}
    assert asked.get("/metrics", headers=wrong).status_code == 401
    right = {"authorization": "Bearer a-long-secret"}
    assert asked.get("/metrics", headers=right).status_code == 200
    assert asked.get("/healthz").json() == {"status": "alive"}


def test_the_database_is_asked_once_however_often_somebody_asks(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        "pipeline.metering.app.figures", lambda *_, now: asked.append(now) or Figures(at=now)
    )
    now = [0.0]
    app = build_metering(line.settings, clock=lambda: line.at, seconds=lambda: now[0])
    door = Door(app)
    for at in (0.0, 1.0, FRESH_SECONDS - 0.1, FRESH_SECONDS + 0.1):
        now[0] = at
        assert door.get("/metrics").status_code == 200
    assert len(asked) == 2


def test_ready_says_no_when_the_database_is_not_migrated(line: Line, tmp_path: Path) -> None:
    assert client(line).get("/readyz").json() == {"status": "ready"}
    bare = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    Path(bare.settings.home / "blotter.db").unlink()
    answer = client(bare).get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not-ready"})
    metrics = client(bare).get("/metrics")
    assert (metrics.status_code, metrics.text) == (503, "StoreFailure")


def test_the_status_names_what_is_late_and_what_is_off(line: Line) -> None:
    from rich.console import Console

    console = Console(width=160, record=True, file=io.StringIO())
    console.print(picture(figures(line.settings, now=line.at + timedelta(hours=3))))
    text = console.export_text()
    assert "elm-bluff" in text
    assert "190 min" not in text
    assert "3 h" in text
    assert "switched off: 1" in text
    assert "quarantined payloads: 1, the oldest for 3 h" in text
    assert "messages given up: 0, in the last hour 0" in text
    assert "ledger balanced" in text


def test_the_status_begins_with_the_agency_that_needs_somebody() -> None:
    from rich.console import Console

    now = datetime(2026, 3, 2, 18, tzinfo=UTC)
    seen = now - timedelta(seconds=30)

    def one(name: str, **other: Any) -> AgencyFigures:
        told = {"last_look": seen, "every": timedelta(minutes=1)} | other
        return AgencyFigures(agency_id=name, looks=9, **told)

    calm = [one(f"a{n}") for n in range(4)]
    urgent = [
        one("v-unseen", last_look=now - timedelta(minutes=9)),
        one("w-failing", failures=4),
        one("x-late", waiting=1, oldest_waiting=seen),
        one("y-paused", paused=True),
        one("z-lost", difference=1),
    ]
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(picture(Figures(at=now, agencies=(*calm, *urgent)), most=6))
    text = console.export_text()
    found = re.findall(r"^│ ([a-z0-9-]+) ", text, re.MULTILINE)
    assert found == ["z-lost", "y-paused", "x-late", "w-failing", "v-unseen", "a0"]
    assert "on, out of balance" in text
    assert "4 of 9" in text
    assert "8 on, 1 paused" in text
    assert "and 3 more" in text


@pytest.mark.parametrize(("token", "status"), [("", 404), ("a-long-secret", 401)])
def test_another_application_has_metrics_only_where_a_token_is_set(
    line: Line, monkeypatch: pytest.MonkeyPatch, token: str, status: int
) -> None:
    monkeypatch.setenv("BLOTTER_METRICS_TOKEN", token)
    other = FastAPI()
    mount_metering(other, line.settings)
    assert Door(other).get("/metering/metrics").status_code == status
    shown = {"authorization": f"Bearer {token}"}
    answer = Door(other).get("/metering/metrics", headers=shown)
    assert answer.status_code == (200 if token else 404)
