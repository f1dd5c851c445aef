"""Three hundred receivers that behave at random, three days of a simulated clock."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from elm_bluff import Line, call, published
from sqlalchemy import func, select

from pipeline.adapters.outbound import Answer
from pipeline.adapters.store import open_store
from pipeline.adapters.store.outbox import list_sendings
from pipeline.adapters.store.outbox_tables import sendings
from pipeline.model import Refused
from pipeline.publish.pacing import RETRIES
from pipeline.usecases.deliver import Outside, deliver_due
from pipeline.usecases.figures import figures
from pipeline.usecases.outbox import outbox_retry
from pipeline.usecases.webhooks import add_webhook, listed_webhooks

NUMBER = 300
STEP = timedelta(minutes=15)
DAY = timedelta(days=1)

OK = [Answer(outcome=f"http-{code}", status=code) for code in (200, 201, 202, 204)]
GONE = Answer(outcome="http-410", status=410)
BAD = [
    *(Answer(outcome=f"http-{n}", status=n) for n in (301, 302, 307, 400, 401, 404, 500, 502, 503)),
    *(Answer(outcome=word) for word in ("timeout", "connection", "tls", "unknown-host")),
    *(
        Answer(outcome="http-429", status=429, wait=timedelta(seconds=seconds))
        for seconds in (0, 90, 4_000, 40_000, 10**6)
    ),
    Answer(outcome="http-503", status=503, wait=timedelta(hours=3)),
]


@dataclass
class Receiver:
    """One receiver: what it answers, try by try, and what it was sent."""

    answers: list[Answer]
    tries: list[tuple[datetime, str, str]] = field(default_factory=list)

    def answer(self) -> Answer:
        return self.answers[min(len(self.tries), len(self.answers)) - 1]


def behaviour(chance: random.Random) -> list[Answer]:
    failures = [chance.choice(BAD) for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3, 5, 9, 12)))]
    ending = chance.choice((*OK, *OK, *OK, GONE))
    return [*failures, ending]


def test_three_hundred_receivers_are_told_once_each_by_the_schedule(sqlite_line: Line) -> None:
    line, chance = sqlite_line, random.Random(20260302)
    receivers: dict[str, Receiver] = {}
    for number in range(NUMBER):
        url = f"https://receiver-{number}.example/hook"
        add_webhook(line.settings, url, now=line.at)
        receivers[url] = Receiver(behaviour(chance))
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    clock = line.at

    async def poster(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        receiver = receivers[url]
        receiver.tries.append((clock, headers["webhook-id"], body.decode()))
        return receiver.answer()

    outside = Outside(poster=poster, clock=lambda: clock, chance=chance.random)
    for _ in range(1_000):
        deliver_due(line.settings, now=clock, outside=outside)
        coming = next_due(line)
        if coming is None:
            break
        steps = -(-(coming - line.at) // STEP)
        clock = line.at + max(steps, (clock - line.at) // STEP + 1) * STEP
    else:
        raise AssertionError("something is due for ever")

    told = given_up = gone = 0
    for receiver in receivers.values():
        check_schedule(receiver)
        last = receiver.answer()
        told += last.status in range(200, 300)
        gone += last is GONE
        given_up += last in BAD
    assert told + gone + given_up == NUMBER
    assert min(told, gone, given_up) > 5
    states = {each.reason for each in listed_webhooks(line.settings, now=clock)}
    assert states == {"", "answered 410: do not send again"}
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        ended = {
            state: len(list_sendings(tx, state=state, limit=1_000))
            for state in ("done", "dead", "dropped")
        }
    assert ended == {"done": told, "dead": given_up, "dropped": gone}
    assert 0 < figures(line.settings, now=clock).given_up["webhook"] <= given_up
    assert figures(line.settings, now=clock + timedelta(minutes=61)).given_up == {}
    # What was given up is told when somebody asks for it, and not more than once, while it is news.
    outbox_retry(line.settings, "", now=line.at, all_dead=True)
    before = {url: len(receiver.tries) for url, receiver in receivers.items()}
    clock = line.at + timedelta(hours=1)
    deliver_due(line.settings, now=clock, outside=outside)
    again = {url for url, r in receivers.items() if len(r.tries) > before[url]}
    assert len(again) == given_up


def check_schedule(receiver: Receiver) -> None:
    """Check that a receiver was tried until the end, at the right times, with one message."""
    tries = receiver.tries
    assert len({identity for _, identity, _ in tries}) == 1
    assert len({body for _, _, body in tries}) == 1
    assert json.loads(tries[0][2])["type"] == "alert.published"
    assert len(tries) == min(len(receiver.answers), len(RETRIES) + 1)
    for number, (wait, (one, _, _), (other, _, _)) in enumerate(
        zip(RETRIES, tries, tries[1:], strict=False)
    ):
        asked = min(receiver.answers[number].wait or timedelta(0), DAY)
        least = max(wait, asked)
        assert least <= other - one <= max(wait * 1.1, asked) + STEP
    assert sum(receiver.answers[n].status in range(200, 300) for n in range(len(tries))) <= 1


def next_due(line: Line) -> datetime | None:
    with closing(open_store(line.settings.database_url)) as store, store.read() as tx:
        query = select(func.min(sendings.c.next_at)).where(sendings.c.state == "due")
        found = tx.execute(query).scalar_one()
    return None if found is None else datetime.fromisoformat(found).astimezone(UTC)


def test_the_schedule_ends_after_about_seventy_six_hours() -> None:
    assert timedelta(hours=75) < sum(RETRIES, timedelta(0)) < timedelta(hours=77)


@pytest.mark.parametrize("area", ["elm-bluff/nowhere", "nowhere/north-side", "north-side"])
def test_a_receiver_cannot_ask_for_an_area_there_is_not(sqlite_line: Line, area: str) -> None:
    url, now = "https://receiver.example/hook", sqlite_line.at
    with pytest.raises(Refused, match="area"):
        add_webhook(sqlite_line.settings, url, now=now, areas=["elm-bluff/north-side", area])
    add_webhook(sqlite_line.settings, url, now=now, areas=["elm-bluff/north-side"])
    (row,) = listed_webhooks(sqlite_line.settings, now=now)
    assert row.areas == ("elm-bluff/north-side",)
