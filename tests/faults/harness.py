"""Runs the line in forked children, harms each at a chosen point, and lets another one finish.

A point is one file-system call that matters, one database statement or commit, one call of a socket
or one look at the time, counted from the start of a child. What happens there is a kill, a full or
broken disk, a database or a network that is gone, or a clock that jumps a day. Afterwards the same
work is run again to its end; then the ledger, the log, the public files, the final states and the
places where a caller's words lie are compared with a run nobody disturbed. A clock that was wrong
for a while may rightly change what is too old or too early, so there the promises alone are asked.

Children are forked from a parent that has done all the work once: what is read at first use is read
once, and a point costs a run and a half and no more.

    python harness.py ROOT SEED POINTS [FAULT]     prints one JSON object a point
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from elm_bluff import COLUMNS, Line, build_line, call

import pipeline.usecases.walk as walking
import pipeline.usecases.walk_payload as walk_payload
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.verify import verify_log
from pipeline.model import BlotterError, Finding, ModelVersion, Refused, RetractReason
from pipeline.usecases.approve import approve
from pipeline.usecases.expire import expire_due
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.pull import pull_agencies
from pipeline.usecases.queue import live_alerts, pending_queue
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.resources import open_database
from pipeline.usecases.retract import retract
from pipeline.usecases.seal import seal_log
from pipeline.usecases.settings import load_settings
from pipeline.usecases.walk import walk_landed

EDITORS = ("Ida Okwu", "Bo Thorsgaard")
CALLS = ("fsync", "replace", "rename", "unlink", "open", "write", "close", "mkdir", "link")
SOCKETS = ("connect", "send", "recv", "recv_into", "close")
MOMENTS = ("before_cursor_execute", "after_cursor_execute", "commit")
CANARY = "920-555-0143"


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _broken() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _gone() -> None:
    raise OperationalError("-", None, sqlite3.OperationalError("disk I/O error"))


def _reset() -> None:
    raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


class Clock:
    """The present of a child: that of its line, until it jumps."""

    wrong = timedelta(0)


def _forward() -> None:
    Clock.wrong = timedelta(days=1)


def _back() -> None:
    Clock.wrong = -timedelta(days=1)


# What goes wrong, and at which calls: of the system, of sockets, and of the database.
FAULTS: dict[str, tuple[Callable[[], None], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "kill": (_kill, CALLS, (), MOMENTS),
    "disk-full": (_full, CALLS, (), ()),
    "disk-broken": (_broken, CALLS, (), ()),
    "database": (_gone, (), (), ("before_cursor_execute",)),
    "network": (_reset, (), SOCKETS, ()),
    "clock-forward": (_forward, (), (), ()),
    "clock-back": (_back, (), (), ()),
}
CLOCKS = ("clock-forward", "clock-back")
PROMISES = ("balanced", "fsck", "private", "problems", "received", "verify", "waiting")
"""What must hold whatever the clock said."""


class NoDetector:
    """Finds nothing: what is tested here is not detection, and default-deny masks all names."""

    version = ModelVersion("none-1")

    def find(self, texts: Sequence[str]) -> tuple[tuple[Finding, ...], ...]:
        return tuple(() for _ in texts)


def work(line: Line, looked: Callable[[], None] = lambda: None) -> None:
    """Do all that the line does, as often as it takes: every step is safe to run again.

    ``looked`` is called at every look at the time.
    """

    def now(minutes: float = 0) -> datetime:
        looked()
        return line.later(minutes).at + Clock.wrong

    pull_agencies(line.settings, run_id="run-1", now=now())
    walk_landed(line.settings, now=now())
    for row in pending_queue(line.settings, now=now()):
        for editor in EDITORS[len(row.approved_by) : row.proposal.candidate.approvals_needed]:
            with suppress(Refused):  # by a wrong clock it is too old, or too early
                approve(line.settings, row.candidate_id, editor=editor, now=now())
    publish_due(line.settings, now=now())
    for alert in live_alerts(line.settings, now=now()):
        if alert.facts.category.value == "gas-leak":
            retract(
                line.settings,
                alert.alert_id,
                editor=EDITORS[0],
                now=now(),
                reason=RetractReason.WRONG,
            )
    publish_due(line.settings, now=now(30))  # what waited for its time goes out
    later = 60 * 73
    expire_due(line.settings, now=now(later))
    publish_due(line.settings, now=now(later))
    seal_log(line.settings, now=now(later))
    publish_due(line.settings, now=now(later))  # the first seal makes the key that pages name


def prepare(root: Path) -> Line:
    """Build an installation with payloads of every fate."""
    line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    kinds = ["STRUCTURE FIRE", "GAS LEAK", "ROBBERY", "DOMESTIC", "NEW TYPE"]
    smoke = [call(str(n), kinds[n % 5], notes=f"smoke {n}, call {CANARY}") for n in range(10)]
    line.deliver("a.csv", smoke)
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
    with open_database(line.settings) as store, store.read() as tx:
        entries = [each for _, each in entries_of(tx, [EntryKind.PUBLICATION])]
        retracted = len(list(entries_of(tx, [EntryKind.RETRACTION])))
    # A run that told nothing new writes an entry, too, when a page changed: told is what counts.
    told = [tuple(each.values()) for entry in entries for each in entry["body"]["told"]]
    return {
        "told": {
            "once": len(set(told)),
            "again": len(told) - len(set(told)),
            "retracted": retracted,
        },
        "fsck": list(check_log_files(line.settings).problems),
        "verify": list(verify_log(line.settings.log, log_verifier_keys(line.settings)).problems),
        "private": private_outside(line),
        "problems": list(report.problems),
        "balanced": report.balanced,
        "received": row.received,
        "waiting": row.waiting + row.payloads.landed,
        "states": {state.value: row.total(state) for state in row.states},
        "public": public,
    }


def private_outside(line: Line) -> list[str]:
    """Return the files in which a caller's number lies open; what was delivered does not count."""
    root = line.settings.home.parent
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file()
        and not path.is_relative_to(line.settings.agencies)
        and CANARY.encode() in path.read_bytes()
    )


def say(value: dict[str, Any]) -> None:
    """Tell the parent one line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class Countdown:
    """Lets the fault happen at the n-th of its points; 0 never does, and counts them by kind.

    With ``writes_only`` a point is where something may change: no reading, and no closing of it.
    """

    def __init__(self, at: int, fault: str = "kill", *, writes_only: bool = False) -> None:
        self._writes_only = writes_only
        self.at, self.seen = at, 0
        self.kinds: Counter[str] = Counter()
        self._happen, self._calls, self._sockets, self._moments = FAULTS[fault]

    def tick(self, kind: str) -> None:
        self.seen += 1
        self.kinds[kind] += 1
        if self.seen == self.at:
            self._happen()

    def install(self) -> None:
        for name in self._calls:
            setattr(os, name, self._before(name, getattr(os, name)))
        for name in self._sockets:
            setattr(socket.socket, name, self._before_net(getattr(socket.socket, name)))
        for moment in self._moments:
            event.listen(Engine, moment, self._at(moment))

    def _at(self, moment: str) -> Callable[..., None]:
        def happened(*given: Any, **_: Any) -> None:
            if self._writes_only and moment != "commit" and not _writes(given[2]):
                return
            self.tick(moment)

        return happened

    def _before(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if not self._writes_only or _changes(name, args):
                self.tick(name)
            return original(*args, **kwargs)

        return counted

    def _before_net(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def counted(this: socket.socket, *args: Any, **kwargs: Any) -> Any:
            if this.family == socket.AF_INET:  # others are the event loop's own
                self.tick("socket")
            return original(this, *args, **kwargs)

        return counted


def _changes(name: str, given: Sequence[Any]) -> bool:
    """Return whether a call of the system changes files; opening does where it may make one."""
    if name == "open":
        return len(given) > 1 and bool(given[1] & (os.O_CREAT | os.O_TRUNC))
    return name != "close"


def _writes(statement: str) -> bool:
    """Return whether a statement of the database changes it."""
    return statement.split(None, 1)[0].upper() not in ("SELECT", "PRAGMA", "BEGIN", "SET", "WITH")


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


def disturbed(line: Line, point: int, count: Path, fault: str = "kill") -> None:
    countdown = Countdown(point, fault)
    real_write = os.write
    countdown.install()
    work(line, partial(countdown.tick, "clock") if fault in CLOCKS else lambda: None)
    handle = os.open(count, os.O_CREAT | os.O_WRONLY)
    real_write(handle, str(countdown.seen).encode())


def main(root: Path, seed: int, points: int, fault: str) -> None:
    walking.detector_for = lambda _policy, _site: NoDetector()  # type: ignore[assignment]
    walk_payload.BATCH = 4
    with served() if fault == "network" else nullcontext("") as url:
        _main(root, seed, points, fault, url)


def _main(root: Path, seed: int, points: int, fault: str, url: str) -> None:
    template = root / "template"
    built = prepare(template)
    if url:
        built.change(transport={"kind": "web", "url": url})
        _drop(built, "path", "pattern")
    counted = root / "count"
    for name in ("warm", "whole"):
        shutil.copytree(template, root / name)
    work(moved(root / "warm"))
    shutil.rmtree(root / "warm")
    assert in_child(lambda: disturbed(moved(root / "whole"), 0, counted, fault)) == 0
    total = int(counted.read_text())
    expected = asked(summary(moved(root / "whole")), fault)
    say({"total": total, "expected": expected})
    chosen = sorted(random.Random(seed).sample(range(1, total + 1), min(points, total)))
    for point in chosen:
        place = root / f"at-{point}"
        shutil.copytree(template, place)
        line = moved(place)
        harmed = in_child(lambda line=line, point=point: disturbed(line, point, counted, fault))
        again = in_child(lambda line=line: work(line))
        result = {
            "point": point,
            "killed": os.WIFSIGNALED(harmed),
            "finished": again == 0,
            "found": asked(summary(line), fault),
        }
        say(result)
        shutil.rmtree(place)


def asked(found: dict[str, Any], fault: str) -> dict[str, Any]:
    """Return what is compared: all of it, or after a wrong clock what is promised at any time."""
    if fault not in CLOCKS:
        return found
    return {name: found[name] for name in PROMISES} | {"told again": found["told"]["again"]}


def _drop(line: Line, *names: str) -> None:
    path = line.folder / "agency.yml"
    content = yaml.safe_load(path.read_text())
    for name in names:
        del content["transport"][name]
    path.write_text(yaml.safe_dump(content, sort_keys=False))


@contextmanager
def served() -> Iterator[str]:
    """Serve a table of calls on loopback, from a process nothing harms; yield its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        pid = os.fork()
        if pid == 0:
            _serve(listening)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/calls.csv"
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _serve(listening: socket.socket) -> None:
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS, restval="")
    writer.writeheader()
    kinds = ["STRUCTURE FIRE", "GAS LEAK", "ROBBERY", "DOMESTIC", "NEW TYPE"]
    writer.writerows(
        call(str(n), kinds[n % 5], notes=f"smoke {n}, call {CANARY}") for n in range(10)
    )
    body = sheet.getvalue().encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: {len(body)}\r\n"
    while True:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(head.encode() + b"connection: close\r\n\r\n" + body)


def moved(root: Path) -> Line:
    """Return the line of a copied installation."""
    settings = load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(root / "agencies"),
            "BLOTTER_PUBLIC": str(root / "public"),
            "BLOTTER_DATABASE_URL": f"sqlite:///{root / 'home' / 'blotter.db'}",
            "BLOTTER_FETCH_ALLOW": "127.0.0.0/8",
        }
    )
    return Line(settings=settings, folder=root / "agencies" / "elm-bluff")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), (*sys.argv[4:], "kill")[0])
