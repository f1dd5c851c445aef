"""Runs the line in forked children, kills each at a chosen point, and lets another one finish.

A point is one file-system call that matters or one database statement or commit, counted from the
start of a child. After a kill the same work is run again to its end; then the ledger, the log, the
public files and the final states are compared with a run nobody disturbed.

    python harness.py ROOT SEED POINTS     prints one JSON object a point
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from elm_bluff import Line, build_line, call

import pipeline.usecases.walk as walking
import pipeline.usecases.walk_payload as walk_payload
from pipeline.model import BlotterError, Finding, ModelVersion, RetractReason
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts, pending_queue
from pipeline.usecases.retract import retract
from pipeline.usecases.settings import load_settings

EDITORS = ("Ida Okwu", "Bo Thorsgaard")
CALLS = ("fsync", "replace", "rename", "unlink", "open", "write", "close")


class NoDetector:
    """Finds nothing: what is tested here is not detection, and default-deny masks all names."""

    version = ModelVersion("none-1")

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        return tuple(() for _ in texts)


def work(line: Line) -> None:
    """Do all that the line does, as often as it takes: every step is safe to run again."""
    line.run()
    for row in pending_queue(line.settings, now=line.at):
        for editor in EDITORS[len(row.approved_by) : row.proposal.candidate.approvals_needed]:
            approve(line.settings, row.candidate_id, editor=editor, now=line.at)
    publish_due(line.settings, now=line.at)
    for alert in live_alerts(line.settings, now=line.at):
        if alert.facts.category.value == "gas-leak":
            retract(
                line.settings,
                alert.alert_id,
                editor=EDITORS[0],
                now=line.at,
                reason=RetractReason.WRONG,
            )
    publish_due(line.settings, now=line.later(30).at)  # what waited for its time goes out
    later = line.later(60 * 73)
    expire_due(later.settings, now=later.at)
    publish_due(later.settings, now=later.at)


def prepare(root: Path) -> Line:
    """Build an installation with payloads of every fate."""
    line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    kinds = ["STRUCTURE FIRE", "GAS LEAK", "ROBBERY", "DOMESTIC", "NEW TYPE"]
    line.deliver("a.csv", [call(str(n), kinds[n % 5], notes=f"smoke {n}") for n in range(10)])
    line.deliver("b.csv", [call(str(n), kinds[n % 5], notes="fire is out") for n in range(5)])
    line.deliver_bytes("c.csv", b"")
    line.deliver("d.csv", [call("1", "GAS LEAK", notes="fire is out")])
    line.deliver("e.csv", [call("20", "CRASH", notes="two cars, one lane open")])
    return line


def summary(line: Line) -> dict[str, Any]:
    """Return what must not depend on where somebody was killed."""
    at = line.later(60 * 73)
    report = ledger_report(at.settings, now=at.at)
    (row,) = report.agencies
    public = sorted(
        path.relative_to(line.settings.public).as_posix().split("/")[0]
        for path in line.settings.public.rglob("*")
        if path.is_file()
    )
    return {
        "problems": list(report.problems),
        "balanced": report.balanced,
        "received": row.received,
        "waiting": row.waiting + row.payloads.landed,
        "states": {state.value: row.total(state) for state in row.states},
        "public": public,
    }


def say(value: dict[str, Any]) -> None:
    """Tell the parent one line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class Countdown:
    """Kills this process at the n-th point; 0 never does, and counts."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def tick(self, *_: object, **__: object) -> None:
        self.seen += 1
        if self.seen == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        for name in CALLS:
            setattr(os, name, self._before(getattr(os, name)))
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(Engine, moment, self.tick)

    def _before(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.tick()
            return original(*args, **kwargs)

        return counted


def in_child(action: Callable[[], None]) -> int:
    """Run in a forked child; return its wait status."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except BlotterError as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(3)
        finally:
            # A child must never return into the parent's code, whatever happened in it.
            if sys.exc_info()[0] is not None:
                traceback.print_exc()
                os._exit(4)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def disturbed(line: Line, point: int, count: Path) -> None:
    countdown = Countdown(point)
    real_write = os.write
    countdown.install()
    work(line)
    handle = os.open(count, os.O_CREAT | os.O_WRONLY)
    real_write(handle, str(countdown.seen).encode())


def main(root: Path, seed: int, points: int) -> None:
    walking.detector_for = lambda _policy: NoDetector()  # type: ignore[assignment]
    walk_payload.BATCH = 4
    template = root / "template"
    prepare(template)
    counted = root / "count"
    shutil.copytree(template, root / "whole")
    assert in_child(lambda: disturbed(moved(root / "whole"), 0, counted)) == 0
    total = int(counted.read_text())
    expected = summary(moved(root / "whole"))
    say({"total": total, "expected": expected})
    chosen = sorted(random.Random(seed).sample(range(1, total + 1), min(points, total)))
    for point in chosen:
        place = root / f"at-{point}"
        shutil.copytree(template, place)
        line = moved(place)
        killed = in_child(lambda line=line, point=point: disturbed(line, point, counted))
        again = in_child(lambda line=line: work(line))
        result = {
            "point": point,
            "killed": os.WIFSIGNALED(killed),
            "finished": again == 0,
            "found": summary(line),
        }
        say(result)
        shutil.rmtree(place)


def moved(root: Path) -> Line:
    """Return the line of a copied installation."""
    settings = load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(root / "agencies"),
            "BLOTTER_PUBLIC": str(root / "public"),
            "BLOTTER_DATABASE_URL": f"sqlite:///{root / 'home' / 'blotter.db'}",
        }
    )
    return Line(settings=settings, folder=root / "agencies" / "elm-bluff")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
