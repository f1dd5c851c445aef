"""Kills a receiver at every point of one push: ``python every_step.py ROOT``.

A point is a call of the file system or a statement or commit of the database, counted from the
first byte of the push to the end of its answer, in a child forked for it. Afterwards the agency
pushes again all that it has no answer for, and nothing else: what was acknowledged and is not there
in the end was lost. Prints one JSON object a point; the first, without a
kill, says how many points there are.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "faults"))

import httpx
from elm_bluff import Line
from fastapi import FastAPI
from harness import Countdown, NoDetector, in_child, moved
from pushing import body_of, build_pushing, key_of

import pipeline.usecases.walk as walking
from pipeline.receiver import Receiver, build_receiver
from pipeline.receiver.bell import Bell
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.resources import open_resources
from pipeline.usecases.walk import walk_waiting

NUMBERS = ("1", "2")


def pushed(line: Line, token: str, note: Path, counting: Countdown | None = None) -> None:
    """Push what ``note`` does not say to be acknowledged; the last push is counted."""
    known = note.read_text().split() if note.exists() else []
    with open_resources(line.settings, now=line.at) as resources:
        receiver = Receiver(
            settings=line.settings,
            resources=resources,
            clock=lambda: line.at,
            seconds=lambda: 0.0,
            bell=Bell(lambda: None),
        )
        app = build_receiver(receiver)
        for number in NUMBERS:
            if number in known:
                continue
            if counting is not None and number == NUMBERS[-1]:
                counting.install()
            headers = {
                "authorization": f"Bearer {token}",
                "content-type": "application/json",
                "idempotency-key": f"push-{number}",
            }
            status = asyncio.run(_answer(app, headers, body_of(number)))
            if status != 202:
                raise ValueError(f"push {number} was answered {status}")
            seen = counting.seen if counting is not None else 0
            _noted(note, f"{number}\n")
    if counting is not None:
        _noted(note.with_suffix(".points"), str(seen))


async def _answer(app: FastAPI, headers: dict[str, str], body: bytes) -> int:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
        path = "/v1/agencies/elm-bluff/payloads"
        return (await client.post(path, content=body, headers=headers)).status_code


def _noted(path: Path, text: str) -> None:
    handle = _OPEN(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    _WRITE(handle, text.encode())


# The agency's own note is no point of the receiver's.
_OPEN, _WRITE = os.open, os.write


def main(root: Path) -> None:
    """Do it without a kill, then with one at every point."""
    walking.detector_for = lambda _policy, _site: NoDetector()  # type: ignore[assignment]
    template = root / "template"
    line = build_pushing(template)
    token = key_of(line).token
    note = template / "acknowledged"

    def one(place: Path, point: int) -> dict[str, Any]:
        shutil.copytree(template, place)
        here, told = moved(place), place / note.name
        harmed = in_child(lambda: pushed(here, token, told, Countdown(point)))
        first = told.read_text().split()
        again = in_child(lambda: pushed(here, token, told))
        last = in_child(lambda: walked(here, place / "states"))
        points = told.with_suffix(".points")
        return {
            "point": point,
            "killed": os.WIFSIGNALED(harmed),
            "finished": again == last == 0,
            "acknowledged": len(first),
            "states": json.loads((place / "states").read_text()),
            "points": int(points.read_text()) if points.exists() else 0,
        }

    # What is read at first use is read once, by the parent.
    shutil.copytree(template, root / "warm")
    warm = moved(root / "warm")
    pushed(warm, token, root / "warm" / note.name)
    walked(warm, root / "warm" / "states")
    whole = one(root / "whole", 0)
    sys.stdout.write(json.dumps(whole) + "\n")
    for point in range(1, whole["points"] + 1):
        place = root / f"at-{point}"
        sys.stdout.write(json.dumps(one(place, point)) + "\n")
        shutil.rmtree(place)


def walked(line: Line, found: Path) -> None:
    """Walk what waits; write down how many records are in which state."""
    walk_waiting(line.settings, now=line.at)
    report = ledger_report(line.settings, now=line.at)
    if not report.balanced or report.problems:
        raise ValueError("the ledger does not balance")
    found.write_text(json.dumps(line.states()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
