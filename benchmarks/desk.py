"""Measures the desk's pages on a full database: ``python -m benchmarks.desk``.

Makes 10,000 pending candidates and 200,000 alerts of one walked call, serves the desk in a process
of its own, holds 50 streams open, and asks for pages one after another. Prints milliseconds; it
never fails for being slow.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import insert, select

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from desk_served import PASSWORD
from elm_bluff import build_line, call

from pipeline.adapters.store import Store, open_store
from pipeline.adapters.store.tables import alerts, candidates, outcomes
from pipeline.desk import build_app
from pipeline.desk.state import Desk
from pipeline.model import Role
from pipeline.usecases.accounts import invite
from pipeline.usecases.approve import approve
from pipeline.usecases.log_on import accept
from pipeline.usecases.settings import load_settings

KINDS = ("STRUCTURE FIRE", "GAS LEAK", "CRASH", "BURGLARY", "ROBBERY")


def fill(store: Store, *, pending: int, told: int, now: datetime) -> None:
    """Copy what one walk made until there is enough."""
    with store.read() as tx:
        rows = [dict(r) for r in tx.execute(select(candidates)).mappings()]
        alert = dict(tx.execute(select(alerts)).mappings().one())
        outcome = dict(tx.execute(select(outcomes)).mappings().first() or {})
    waiting = [row for row in rows if row["state"] == "pending"]
    outcome.pop("outcome_id")
    for start in range(0, pending, 1_000):
        copies, carried = [], []
        for n in range(start, min(pending, start + 1_000)):
            row = waiting[n % len(waiting)]
            key = f"{n:032x}"
            content = row["content"].replace(row["incident_ref"], f"{n:064x}")
            at = (now - timedelta(seconds=n % 7_000)).isoformat()
            copies.append(
                row
                | {
                    "candidate_id": key,
                    "origin_id": key,
                    "incident_ref": f"{n:064x}",
                    "content": content.replace(row["candidate_id"], key),
                    "created_at": at,
                }
            )
            carried.append(outcome | {"position": 1_000 + n, "candidate_id": key})
        with store.write() as tx:
            tx.execute(insert(candidates), copies)
            tx.execute(insert(outcomes), carried)
    for start in range(0, told, 5_000):
        copies = [
            alert
            | {
                "alert_id": f"{n:020x}",
                "incident_ref": f"a{n:063x}",
                "content": alert["content"].replace(alert["alert_id"], f"{n:020x}"),
                "state": "live" if n < 3_000 else "expired",
                "sent": (now - timedelta(minutes=n)).isoformat(),
            }
            for n in range(start, min(told, start + 5_000))
        ]
        with store.write() as tx:
            tx.execute(insert(alerts), copies)


def serve(root: Path) -> None:
    """Serve until killed; the port is printed."""
    import uvicorn

    settings = load_settings(
        {
            "BLOTTER_HOME": str(root / "home"),
            "BLOTTER_AGENCIES": str(root / "agencies"),
            "BLOTTER_PUBLIC": str(root / "public"),
            "BLOTTER_DATABASE_URL": f"sqlite:///{root / 'home' / 'blotter.db'}",
        }
    )
    store = open_store(settings.database_url)
    began, at = datetime.now(UTC), datetime(2026, 3, 2, 18, tzinfo=UTC)
    desk = Desk(settings=settings, store=store, clock=lambda: at + (datetime.now(UTC) - began))
    config = uvicorn.Config(build_app(desk), port=0, log_level="error")
    server = uvicorn.Server(config)

    def tell() -> None:
        while not server.started:
            time.sleep(0.05)
        sys.stdout.write(f"{server.servers[0].sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()

    threading.Thread(target=tell, daemon=True).start()
    server.run()


def timed(ask: Callable[[], httpx.Response], times: int) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = ask()
        took.append(1_000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            raise SystemExit(f"{answer.request.url}: {answer.status_code}")
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)]


def hold(streams: ExitStack, address: str, token: str, number: int) -> None:
    """Open streams and read them in threads until the end."""
    headers = {"cookie": f"blotter-desk={token}"}
    client = streams.enter_context(
        httpx.Client(base_url=address, timeout=3_600, limits=httpx.Limits(max_connections=number))
    )
    for _ in range(number):
        answer = streams.enter_context(client.stream("GET", "/stream", headers=headers))
        threading.Thread(target=_drain, args=(answer,), daemon=True).start()


def _drain(answer: httpx.Response) -> None:
    try:
        for _ in answer.iter_raw():
            pass
    except (httpx.HTTPError, httpx.StreamError, OSError):
        return


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=Path)
    parser.add_argument("--pending", type=int, default=10_000)
    parser.add_argument("--alerts", type=int, default=200_000)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--times", type=int, default=100)
    told = parser.parse_args()
    if told.serve:
        serve(told.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        line = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
        line.deliver("a.csv", [call(str(n), kind) for n, kind in enumerate(KINDS)])
        line.run()
        approve(line.settings, line.pending()[0], editor="Ida Okwu", now=line.at)
        store = open_store(line.settings.database_url)
        fill(store, pending=told.pending, told=told.alerts, now=line.at)
        token = invite(
            store, name="Ida Okwu", role=Role.EDITOR, agency_id="", by="bench", now=line.at
        )
        session = accept(store, token, password=PASSWORD, now=line.at).token
        store.close()
        command = [sys.executable, "-m", "benchmarks.desk", "--serve", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            port = (server.stdout.readline() if server.stdout else "").strip()
            measure(f"http://127.0.0.1:{port}", session, told.times, told.streams)
        finally:
            server.kill()
            server.wait()


def measure(address: str, session: str, times: int, streams: int) -> None:
    """Ask for every kind of page and print a line for each."""
    with ExitStack() as stack:
        hold(stack, address, session, streams)
        client = stack.enter_context(
            httpx.Client(base_url=address, cookies={"blotter-desk": session}, timeout=60)
        )
        first = client.get("/queue").text
        candidate = re.findall(r'data-key="([0-9a-f]{32})"', first)[0]
        alert = re.findall(r'data-key="([0-9a-f]{20})"', client.get("/queue?tab=published").text)[0]
        for name, path in {
            "queue": "/queue",
            "queue, filtered": "/queue?category=gas-leak&tier=S0",
            "queue, searched": "/queue?q=smoke",
            "queue, page 20": "/queue?start=1000",
            "published": "/queue?tab=published",
            "rejected": "/queue?tab=rejected",
            "candidate": f"/candidates/{candidate}",
            "alert": f"/alerts/{alert}",
            "metrics": "/metrics",
        }.items():
            middle, high = timed(lambda path=path: client.get(path), times)  # type: ignore[misc]
            sys.stdout.write(
                json.dumps({"page": name, "p50_ms": round(middle), "p95_ms": round(high)}) + "\n"
            )


if __name__ == "__main__":
    main()
