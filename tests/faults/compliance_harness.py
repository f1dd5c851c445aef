"""Kills what compliance does at chosen points: holds, requests, retention, keys, sealing.

After each kill the work is run again to its end, as a person would: what is there already is looked
for before it is done anew.

    python compliance_harness.py ROOT SEED POINTS     prints one JSON object a point
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from elm_bluff import Line, build_line, call, published
from harness import Countdown, NoDetector, in_child, moved, say

import pipeline.usecases.walk as walking
from pipeline.adapters.keyfile import KEY_BYTES, add_epoch, read_keys
from pipeline.adapters.shreds_file import destroyed_keys, shreds_path
from pipeline.adapters.store.sampling import entries_of
from pipeline.audit import EntryKind
from pipeline.audit.verify import verify_log
from pipeline.model import Refused, Sensitive
from pipeline.usecases.destroy_key import destroy_commitment_key
from pipeline.usecases.expire import expire_due
from pipeline.usecases.holds import Scope, holds, lift_hold, place_hold
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import live_alerts
from pipeline.usecases.receipts import check_log_files, log_verifier_keys
from pipeline.usecases.removed import Asked
from pipeline.usecases.request_answer import answer_request, suppress_request
from pipeline.usecases.requests import (
    Given,
    RequestKind,
    close_request,
    open_request,
    requests_list,
    search_request,
)
from pipeline.usecases.resources import open_database
from pipeline.usecases.retention import certificates, retention_rows
from pipeline.usecases.seal import seal_log

WHO = {"person": "Per Lund"}
WHY = {**WHO, "reason": "a person asks for it"}
GIVEN = Given(values=((Asked.PHONE, Sensitive("920-555-0143")),), name=Sensitive("Quillon"))
DAYS = 60 * 24


def work(line: Line) -> None:
    """Answer a request, hold and release, destroy what is over, seal."""
    settings, at = line.settings, line.at
    if not holds(settings):
        place_hold(settings, Scope(agency="elm-bluff"), now=at, **WHY)
    rows = requests_list(settings, now=at)
    request = rows[0] if rows else open_request(settings, RequestKind.VICTIM, GIVEN, now=at, **WHO)
    if request.state != "closed":
        search_request(settings, request.request_id, now=at, **WHY)
        suppress_request(settings, request.request_id, now=at, **WHO)
        letters = settings.home.parent / "letters"
        answer_request(settings, request.request_id, folder=letters, now=at, **WHO)
        close_request(settings, request.request_id, now=at, **WHY)
    publish_due(settings, now=at)
    seal_log(settings, now=at)
    over = line.later(DAYS * 40)
    expire_due(settings, now=over.at)  # the hold keeps all but the request
    for hold in holds(settings):
        lift_hold(settings, hold.hold_id, now=over.at, **WHY)
    expire_due(settings, now=over.at)
    with suppress(Refused):  # the certificate was there before
        destroy_commitment_key(settings, "2025-Q4", now=over.at, **WHY)
    publish_due(settings, now=over.at)
    seal_log(settings, now=over.at)


def prepare(root: Path) -> None:
    """Build an installation in which one person stands in a published and in a waiting call."""
    line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    notes = "smoke, call 920-555-0143"
    line.deliver("a.csv", [call("1", notes=notes)])
    line.run()
    published(line)
    later = line.later(2)
    later.deliver("b.csv", [call("2", "GAS LEAK", notes=notes), call("3", "BRUSH FIRE")])
    later.run()
    seal_log(line.settings, now=later.at)
    add_epoch(line.settings.key_file, "2025-Q4", bytes(KEY_BYTES))


def summary(line: Line) -> dict[str, Any]:
    """Return what must not depend on where somebody was killed."""
    at = line.later(DAYS * 40)
    report = ledger_report(line.settings, now=at.at)
    (row,) = report.agencies
    keys = read_keys(line.settings.key_file)
    certified = certificates(line.settings)
    named = [name for each in certified for name in each.keys]
    known = destroyed_keys(shreds_path(line.settings.key_file))
    with open_database(line.settings) as store, store.read() as tx:
        steps = [e["body"]["step"] for _, e in entries_of(tx, [EntryKind.REQUEST])]
        withdrawn = len(list(entries_of(tx, [EntryKind.RETRACTION])))
    verified = verify_log(line.settings.log, log_verifier_keys(line.settings), [])
    return {
        "problems": list(report.problems),
        "balanced": report.balanced,
        "states": {state.value: row.total(state) for state in row.states},
        "fsck": list(check_log_files(line.settings).problems),
        "verify": list(verified.problems),
        "live": len(live_alerts(line.settings, now=line.at)),
        "withdrawn": withdrawn,
        "alive": [each.alive for each in retention_rows(line.settings, now=at.at)],
        "destroyed": sorted(
            (c, sum(len(e.keys) for e in certified if e.kind == c))
            for c in {each.kind for each in certified}
        ),
        "twice": len(named) - len(set(named)),
        "unknown": sorted(set(named) - known),
        "quarters": sorted(keys.commitments) if keys else [],
        "closed": steps.count("closed"),
        "letters": len(list((line.settings.home.parent / "letters").glob("r-*"))),
        "holds": len(holds(line.settings)),
    }


def disturbed(line: Line, point: int, count: Path) -> None:
    countdown = Countdown(point)
    real_write = os.write
    countdown.install()
    work(line)
    real_write(os.open(count, os.O_CREAT | os.O_WRONLY), str(countdown.seen).encode())


def main(root: Path, seed: int, points: int) -> None:
    walking.detector_for = lambda _policy, _site: NoDetector()  # type: ignore[assignment]
    template, counted = root / "template", root / "count"
    prepare(template)
    for name in ("warm", "whole"):
        shutil.copytree(template, root / name)
    work(moved(root / "warm"))  # what is read at first use is read once
    assert in_child(lambda: disturbed(moved(root / "whole"), 0, counted)) == 0
    total = int(counted.read_text())
    say({"total": total, "expected": summary(moved(root / "whole"))})
    for point in sorted(random.Random(seed).sample(range(1, total + 1), points)):
        place = root / f"at-{point}"
        shutil.copytree(template, place)
        line = moved(place)
        killed = in_child(lambda line=line, point=point: disturbed(line, point, counted))
        again = in_child(lambda line=line: work(line))
        found = summary(line)
        ended = {"point": point, "killed": os.WIFSIGNALED(killed), "finished": again == 0}
        say({**ended, "found": found})
        shutil.rmtree(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
