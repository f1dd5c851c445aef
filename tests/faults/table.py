"""Harms the line at many seeded points, in every way there is, and prints what came of it.

In: how many points a kill and every other fault get, and a seed. Out: a table, one row a fault, and
exit code 1 when one point ended otherwise than a run nobody disturbed. What is wrong is printed by
fault and point, so that it can be run again. It must never repair anything.

    python tests/faults/table.py [KILLS [OTHERS [SEED]]]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from harness import FAULTS
from scenes import SCENES

HERE = Path(__file__).resolve().parent
# A kill leaves what the system was given, synced or not; in memory it waits for no disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
TABLE = "{:<30} {:>8} {:>8} {:>8} {:>8}\n"


def jobs(kills: int, others: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Yield a name and the harness's arguments after the folder; kills come in two halves."""
    half = kills // 2
    yield "kill, first half", ["harness.py", str(seed), str(half), "kill"]
    yield "kill, second half", ["harness.py", str(seed + 1), str(kills - half), "kill"]
    for fault in FAULTS:
        if fault != "kill":
            yield fault, ["harness.py", str(seed), str(others), fault]
    yield "kill, compliance", ["compliance_harness.py", str(seed), str(others)]
    for scene in SCENES:
        yield f"kill, {scene}", ["scene_harness.py", str(seed), str(others), scene]
        full = ["scene_harness.py", str(seed + 1), str(max(1, others // 4)), scene, "disk-full"]
        yield f"disk-full, {scene}", full


def run(name: str, arguments: list[str]) -> tuple[str, list[dict[str, Any]], str]:
    """Return a job's name, what its harness said line by line, and why it gave up ("": it did not).

    Each point is told of on standard error as it ends.
    """
    script, *rest = arguments
    with tempfile.TemporaryDirectory(prefix="faults-", dir=MEMORY) as folder:
        command = [sys.executable, str(HERE / script), folder, *rest]
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
            said = []
            for line in process.stdout or ():
                said.append(json.loads(line))
                sys.stderr.write(f"  {name}: {len(said) - 1} point(s)\n")
            gave_up = ""
            if process.wait():
                errors.seek(0)
                gave_up = errors.read()[-1000:] or f"status {process.returncode}"
    return name, said, gave_up


def main(kills: int, others: int, seed: int) -> int:
    """Run every job, two at a time; print a row as each ends; return 0 when all ended well."""
    wrong = 0
    sys.stdout.write(TABLE.format("fault", "of", "points", "harmed", "wrong"))
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(run, *job) for job in jobs(kills, others, seed)]
        for each in as_completed(running):
            wrong += row(*each.result())
    return 1 if wrong else 0


def row(name: str, said: list[dict[str, Any]], gave_up: str) -> int:
    """Print what came of one job; return how much of it is wrong."""
    whole, *points = said or [{"total": 0, "expected": {}}]
    bad = [p for p in points if not p["finished"] or p["found"] != whole["expected"]]
    harmed = sum(p["killed"] for p in points) if "kill" in name else len(points)
    sys.stdout.write(TABLE.format(name, whole["total"], len(points), harmed, len(bad)))
    for point in bad:
        changed = {k: v for k, v in point["found"].items() if v != whole["expected"][k]}
        sys.stdout.write(f"  point {point['point']}: {json.dumps(changed)[:400]}\n")
    sys.stdout.write(f"  gave up: {gave_up}\n" if gave_up else "")
    sys.stdout.flush()
    return len(bad) + bool(gave_up) + (not points)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:4]]
    sys.exit(main(*given, *(200, 20, 20261125)[len(given) :]))
