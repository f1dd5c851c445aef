"""Works a shift at the desk by keyboard over a live line: ``python -m benchmarks.shift``.

The emulator serves invented agencies, the line pulls and walks them, the desk stands before it, and
Chromium presses keys, nothing else: it logs on, approves, rejects, holds, edits, merges, undoes,
corrects and retracts, and answers silent test items without knowing. Prints how many decisions,
keys for each kind, seconds, private values found in any byte served, and requests elsewhere. It
never fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
import yaml
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from desk_served import PASSWORD

from benchmarks.keyboard import Shift
from pipeline.adapters.store import Store, open_store
from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.model import Refused, Role
from pipeline.usecases.accounts import invite
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.log_on import accept
from pipeline.usecases.publish import publish_due
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import SAMPLES, Settings, load_settings
from pipeline.usecases.trials import Agreed, agreement_on_trials, make_trial

EDITOR = "Ida Okwu"
TURNS = {2: "edit", 4: "reject", 6: "undo", 7: "hold", 9: "reject", 12: "edit", 14: "reject"}
"""What is done in each score of decisions where it is no approval; merged is what can be."""
KEYS = {"approve": ("a",), "reject": ("r", "1"), "hold": ("h", "3"), "merge": ("m", "1")}
MERGES = 5
PATIENCE = 90.0
PLAYED = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)


def serve(settings: Settings, store: Store) -> tuple[uvicorn.Server, str]:
    """Serve the desk on a free port; return the server and its address."""
    desk = Desk(settings=settings, store=store, clock=lambda: datetime.now(UTC))
    server = uvicorn.Server(
        uvicorn.Config(build_app(desk), host="127.0.0.1", port=0, log_level="error")
    )
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def walk_on(environ: dict[str, str], over: threading.Event) -> None:
    """Pull and walk again and again, each in a process of its own."""
    blotter = str(Path(sys.executable).with_name("blotter"))
    while not over.is_set():
        for command in ("pull", "walk"):
            subprocess.run([blotter, command], env=environ, capture_output=True, check=False)
        over.wait(2)


def calibrated(settings: Settings, store: Store) -> Callable[[str], None]:
    """Return what makes an approved candidate into a silent test item, as compliance does.

    Nobody is shown two within half an hour, so a shift answers one.
    """
    out: list[str] = []
    made: list[str] = []

    def make(candidate_id: str) -> None:
        out.append(candidate_id)
        if made or len(out) < 10:
            return
        with suppress(Refused):  # it may still be undone, or be told of another alert by now
            item = make_trial(
                settings,
                store,
                out.pop(0),
                expected="approve",
                reason="",
                by="Cato Lindqvist",
                now=datetime.now(UTC),
            )
            made.append(item)

    return make


def log_on(page: Page, address: str) -> None:
    """Log on by keyboard."""
    page.goto(f"{address}/log-on")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement?.name") != "name":
        page.keyboard.press("Tab")
    page.keyboard.type(EDITOR)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows, .empty")


def work(shift: Shift, wanted: int, calibrate: Callable[[str], None]) -> int:
    """Decide until enough was decided or nothing comes any more; return how many.

    ``calibrate`` is told of each approved candidate, of which a test item may be made.
    """
    done, idle, last = 0, time.monotonic(), ""
    while done < wanted and time.monotonic() - idle < PATIENCE:
        if shift.page.locator("#rows .line").count() < 3:
            shift.page.wait_for_timeout(500)
            continue
        if shift.page.locator("#detail article[data-state=pending]").count() == 0:
            shift.rest(400)
            continue
        candidate = shift.shown() or ""
        verb = (
            "merge" if len(shift.used.get("merge", ())) < MERGES and shift.offers("merge") else ""
        )
        verb = verb or TURNS.get(done % 20, "approve")
        if verb == "undo" and not (last and shift.undo(last)):
            verb = "approve"
        ok = verb == "undo" or (shift.edit() if verb == "edit" else shift.decide(verb, *KEYS[verb]))
        if not ok and verb == "approve":
            # Too old to be told, or somebody else's to approve: turned down, or left where it is.
            verb = "reject"
            ok = shift.decide(verb, *KEYS[verb])
        if not ok:
            shift.rest()
            continue
        if verb == "approve":
            calibrate(candidate)
        last = candidate if verb in ("approve", "reject") else ""
        done, idle = done + 1, time.monotonic()
    return done


def look_back(shift: Shift) -> int:
    """Correct and retract what was published meanwhile; return how many of both."""
    done = 0
    for verb in (shift.correct, shift.retract, shift.correct, shift.retract):
        if not (shift.go("published") and shift.reads("published")):
            break
        done += verb()
    return done


def main() -> None:
    """Work one shift and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=100)
    parser.add_argument("--picture", type=Path, default=None)
    told = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("no Chromium: install the package chromium")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = root / "agencies"
        command = [str(Path(sys.executable).with_name("blotter")), "emulate", "--out", str(folder)]
        command += ["--agencies", "12", "--rate", "40", "--port", "18460", "--sftp-port", "18461"]
        emulator = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        over = threading.Event()
        try:
            while not (folder / ".truth.json").is_file():
                time.sleep(0.2)
            environ = os.environ | {
                "BLOTTER_HOME": str(root / "home"),
                "BLOTTER_AGENCIES": str(folder),
                "BLOTTER_PUBLIC": str(root / "public"),
                "BLOTTER_DATABASE_URL": f"sqlite:///{root / 'home' / 'blotter.db'}",
                "BLOTTER_FETCH_ALLOW": "127.0.0.0/8",
                "AIRFLOW_CONN_EMULATOR": "sftp://emulator:emulated-word@localhost",
            }
            settings = load_settings(environ)
            migrate(settings)
            store = open_store(settings.database_url)
            now = datetime.now(UTC)
            token = invite(store, name=EDITOR, role=Role.EDITOR, agency_id="", by="bench", now=now)
            accept(store, token, password=PASSWORD, now=now)
            line = threading.Thread(target=walk_on, args=(environ, over), daemon=True)
            line.start()
            # The emulator's stories play on one past day, which the desk rehearses.
            played = replace(settings, rehearsal=PLAYED)
            server, address = serve(played, store)
            with sync_playwright() as player:
                browser = player.chromium.launch(
                    executable_path=chromium,
                    args=["--no-sandbox", "--disable-gpu", "--use-gl=swiftshader"],
                )
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                shift = Shift(page=page, canaries=private_words())
                page.on("response", shift.looked)
                page.on(
                    "request",
                    lambda r: (
                        None
                        if r.url.startswith((address, "data:", "blob:"))
                        else shift.foreign.append(r.url)
                    ),
                )
                log_on(page, address)
                page.wait_for_selector("#rows .line", timeout=180_000)
                page.keyboard.press("Escape")
                began = time.monotonic()
                calibrate = calibrated(settings, store)
                done = work(shift, told.decisions - 4, calibrate)
                # The day stands still: what was approved waits for its delay, and can be undone.
                later = datetime.now(UTC) + timedelta(minutes=1)
                publish_due(played, now=PLAYED + timedelta(minutes=90), clock=later)
                done += look_back(shift)
                took = time.monotonic() - began
                if told.picture:
                    page.screenshot(path=told.picture)
                browser.close()
            over.set()
            line.join(60)
            report = ledger_report(settings, now=datetime.now(UTC))
            agreed = agreement_on_trials(store, editor=EDITOR, since=now)
            tell(shift, done, took, agreed, balanced=not report.problems)
            server.should_exit = True
            store.close()
        finally:
            over.set()
            emulator.terminate()
            emulator.wait(20)


def private_words() -> tuple[str, ...]:
    """Return every private value of the emulator's people that stands out in any text."""
    people = yaml.safe_load((SAMPLES / "people.yml").read_text())
    words = {each.casefold() for each in people["canaries"]}
    return tuple(sorted(word for word in words if len(word) > 5))


def tell(shift: Shift, done: int, took: float, agreed: Agreed, *, balanced: bool) -> None:
    """Print what was measured."""
    line = {
        "decisions": done,
        "seconds": round(took),
        "median_keys": {kind: statistics.median(n) for kind, n in sorted(shift.used.items())},
        "by_kind": {kind: len(n) for kind, n in sorted(shift.used.items())},
        "keys_in_all": shift.keys,
        "test_items_answered": agreed.answers,
        "test_items_right": agreed.right,
        "bytes_served": shift.served,
        "private_values_searched": len(shift.canaries),
        "private_values_found": len(shift.leaks),
        "requests_elsewhere": len(shift.foreign),
        "ledger_balanced": balanced,
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
