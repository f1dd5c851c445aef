"""A request, a hold, a destruction, a sealing killed anywhere is finished by the next run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HARNESS = Path(__file__).with_name("compliance_harness.py")
POINTS = int(os.environ.get("BLOTTER_KILLS", "8"))


def test_kill_9_anywhere_leaves_a_sound_log_and_forgets_what_it_should(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, tmp_path, "20261125", str(POINTS)],
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *results = [json.loads(line) for line in done.stdout.splitlines()]
    expected = whole["expected"]
    assert expected["balanced"]
    assert expected["fsck"] == expected["verify"] == expected["problems"] == []
    assert (expected["withdrawn"], expected["closed"], expected["letters"]) == (1, 1, 2)
    assert expected["alive"] == [0, 0, 0]
    assert {kind for kind, _ in expected["destroyed"]} == {
        *("payload", "memory", "request", "commitment-key")
    }
    assert "2025-Q4" not in expected["quarters"]
    assert whole["total"] > 200
    assert len(results) == POINTS >= 8
    assert all(result["killed"] for result in results)
    wrong = [r for r in results if not r["finished"] or r["found"] != expected]
    assert wrong == [], done.stderr[-2000:]
