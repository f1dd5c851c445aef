from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HARNESS = Path(__file__).with_name("harness.py")
POINTS = int(os.environ.get("BLOTTER_KILLS", "28"))


def test_kill_9_anywhere_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """Kill pull, land, walk, decide, wait, publish, retract and expire at seeded points."""
    done = subprocess.run(
        [sys.executable, HARNESS, tmp_path, "20261122", str(POINTS)],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *results = [json.loads(line) for line in done.stdout.splitlines()]
    expected = whole["expected"]
    assert expected["balanced"]
    assert expected["waiting"] == 0
    assert expected["states"]["published"] >= 5
    assert whole["total"] > 200
    assert len(results) == POINTS >= 20
    assert all(result["killed"] for result in results)
    wrong = [r for r in results if not r["finished"] or r["found"] != expected]
    assert wrong == [], done.stderr[-2000:]
