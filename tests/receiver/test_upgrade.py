"""An upgrade while agencies push: what is not taken is sent again, what was taken is there once."""

from __future__ import annotations

import threading

import httpx
from alembic import command
from elm_bluff import Line
from old_schema import at_schema
from pushing import body_of, key_of, push, receiving

from pipeline.adapters.store import newest_version
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.resources import migrate
from pipeline.usecases.seal import seal_log

OLDER = "0014_redaction_counts"
PUSHERS, PUSHES = 4, 12


def put_back(line: Line) -> None:
    """Let the database be what an older program left: the same rows, an older schema."""
    assert at_schema(line.settings.database_url, OLDER, command.downgrade) == OLDER


def test_a_migration_under_load_loses_nothing_and_takes_nothing_twice(line: Line) -> None:
    token = key_of(line).token
    with receiving(line) as client:
        assert push(client, body_of("before"), token).status_code == 202
    line.run()
    answers: dict[str, list[int]] = {}
    lock, began = threading.Lock(), threading.Event()

    def pushes(which: int, address: str) -> None:
        with httpx.Client(base_url=address) as client:
            for number in range(PUSHES):
                name = f"{which}-{number}"
                while True:
                    status = push(client, body_of(name), token).status_code
                    with lock:
                        answers.setdefault(name, []).append(status)
                    began.set()
                    if status == 202:
                        break
                    assert status == 503

    with receiving(line) as client:
        put_back(line)  # under the receiver, which now asks for what is not there yet
        assert client.get("/readyz").status_code == 503
        address = str(client.base_url)
        threads = [threading.Thread(target=pushes, args=(n, address)) for n in range(PUSHERS)]
        for thread in threads:
            thread.start()
        assert began.wait(10)
        assert migrate(line.settings) == (OLDER, newest_version())
        for thread in threads:
            thread.join(60)
        assert client.get("/readyz").status_code == 200
    assert all(found[-1] == 202 and found.count(202) == 1 for found in answers.values())
    assert len(answers) == PUSHERS * PUSHES
    line.run()
    report = ledger_report(line.settings, now=line.at)
    assert report.balanced
    (agency,) = report.agencies
    assert agency.received == PUSHERS * PUSHES + 1
    assert seal_log(line.settings, now=line.at).problems == {}
