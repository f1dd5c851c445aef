"""The line of Elm Bluff behind a desk, and people who are logged on to it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from elm_bluff import Line, build_line, call, published
from fastapi import FastAPI

from pipeline.adapters.store import Store, open_store
from pipeline.adapters.store.feed_history import in_quarantine
from pipeline.audit.sampling import How, Pile
from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.model import Role
from pipeline.usecases.accounts import invite
from pipeline.usecases.log_on import accept
from pipeline.usecases.sampling import draw_sample

with warnings.catch_warnings():
    # The test client says that another package will take the place of httpx.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

PASSWORD = "nine herons stand in the reeds"
PEOPLE = {
    "Ida Okwu": (Role.EDITOR, ""),
    "Bo Thorsgaard": (Role.EDITOR, ""),
    "Sela Amaro": (Role.SENIOR_EDITOR, ""),
    "Cato Lindqvist": (Role.COMPLIANCE, ""),
    "Enno Vries": (Role.ENGINEER, ""),
    "Ada Moreau": (Role.ADMIN, ""),
    "Juno Park": (Role.AGENCY, "elm-bluff"),
    "Wim Castell": (Role.AGENCY, "other-town"),
    "Rhea Solano": (Role.EDITOR, "other-town"),
}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def move(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass(frozen=True)
class Served:
    """A desk without a network: ``on`` logs somebody on and returns their browser."""

    line: Line
    app: FastAPI
    desk: Desk
    store: Store
    clock: Clock

    def browser(self) -> TestClient:
        return TestClient(self.app, follow_redirects=False)

    def on(self, name: str) -> TestClient:
        return self.on_as(name, *PEOPLE[name])

    def on_as(self, name: str, role: Role, agency: str = "") -> TestClient:
        """Log somebody on who is not among :data:`PEOPLE`."""
        now = self.clock()
        token = invite(self.store, name=name, role=role, agency_id=agency, by="tests", now=now)
        opened = accept(self.store, token, password=PASSWORD, now=now)
        browser = self.browser()
        browser.cookies.set("blotter-desk", opened.token)
        with self.store.read() as tx:
            from pipeline.adapters.passwords import digest_token
            from pipeline.adapters.store.accounts import find_session

            session = find_session(tx, digest_token(opened.token))
        assert session is not None
        browser.headers["x-csrf"] = session.csrf
        return browser


def filled(served: Served) -> dict[str, str]:
    """Put one of each thing that has a page on the desk; return what stands in their paths."""
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


@pytest.fixture
def serve() -> Iterator[Callable[[Line], Served]]:
    """Put a desk before a line."""
    open_stores: list[Store] = []

    def make(line: Line) -> Served:
        store = open_store(line.settings.database_url)
        open_stores.append(store)
        clock = Clock(line.at)
        desk = Desk(settings=line.settings, store=store, clock=clock, host="testserver")
        return Served(line=line, app=build_app(desk), desk=desk, store=store, clock=clock)

    yield make
    for store in open_stores:
        store.close()


@pytest.fixture
def served(tmp_path: Path, serve: Callable[[Line], Served]) -> Served:
    """A desk before an empty line on SQLite."""
    return serve(build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}"))


@pytest.fixture
def served_everywhere(tmp_path: Path, database_url: str, serve: Callable[[Line], Served]) -> Served:
    """A desk before an empty line, once on each kind of database."""
    return serve(build_line(tmp_path, database_url))
