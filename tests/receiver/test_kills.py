"""The receiver is killed between any two steps: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from elm_bluff import Line
from pushing import body_of, build_pushing, key_of, push

from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.walk import walk_waiting

HERE = Path(__file__).resolve().parent
STEPS = (
    ("body read", 3),
    ("object open", 3),
    ("object written", 3),
    ("folder synced", 3),
    ("object put", 3),
    ("row inserted", 3),
    *(("committing", nth) for nth in range(8, 15)),
    ("committed", 3),
    ("counted", 3),
    ("received", 3),
    ("answered", 3),
    ("told", 1),
)


@contextmanager
def server(line: Line, step: str = "", nth: int = 0) -> Iterator[tuple[httpx.Client, object]]:
    variables = {
        "BLOTTER_HOME": str(line.settings.home),
        "BLOTTER_AGENCIES": str(line.settings.agencies),
        "BLOTTER_DATABASE_URL": line.settings.database_url,
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parent)]),
    }
    command = [sys.executable, str(HERE / "serve.py"), step, str(nth)]
    with subprocess.Popen(
        command, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
                yield client, process
        finally:
            process.kill()


def send(line: Line, token: str, numbers: list[int], step: str, nth: int) -> list[int]:
    """Push one payload a number until the server dies; return those that were acknowledged."""
    acknowledged = []
    with server(line, step, nth) as (client, process):
        for number in numbers:
            name = f"push-{number}"
            try:
                response = push(client, body_of(str(number)), token, idempotency_key=name)
            except httpx.HTTPError:
                break
            assert response.status_code == 202
            acknowledged.append(number)
        else:
            # The bell is rung a moment after the answers: the kill may come only now.
            process.wait(10) if step == "told" else None  # type: ignore[attr-defined]
    return acknowledged


@pytest.mark.parametrize(("step", "nth"), STEPS, ids=lambda part: str(part).replace(" ", "-"))
def test_nothing_acknowledged_is_lost_when_the_receiver_is_killed(
    tmp_path: Path, step: str, nth: int
) -> None:
    line = build_pushing(tmp_path)
    token = key_of(line).token
    numbers = list(range(1, 6))
    first = send(line, token, numbers, step, nth)
    if step != "told":
        assert len(first) < len(numbers), "the server was not killed"
    walk_waiting(line.settings, now=line.at)
    kept = sum(row.received for row in ledger_report(line.settings, now=line.at).agencies)
    assert len(first) <= kept <= len(first) + 1
    # The agency sends again all that it has no answer for, and the last one once more.
    rest = [number for number in numbers if number not in first[:-1]]
    assert send(line, token, rest, "", 0) == rest
    walk_waiting(line.settings, now=line.at)
    assert line.states() == {"pending": len(numbers)}


def test_a_kill_at_every_point_of_a_push_loses_and_doubles_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, HERE / "every_step.py", tmp_path],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *results = [json.loads(each) for each in done.stdout.splitlines()]
    assert whole["finished"]
    assert whole["acknowledged"] == 2
    assert len(results) == whole["points"] > 30
    assert all(each["killed"] and each["acknowledged"] == 1 for each in results)
    wrong = [r for r in results if not r["finished"] or r["states"] != {"pending": 2}]
    assert wrong == [], done.stderr[-2000:]
