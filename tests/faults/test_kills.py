from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HARNESS = Path(__file__).with_name("harness.py")
OTHERS = 2
POINTS = int(os.environ.get("BLOTTER_KILLS", "20"))


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
    assert expected["told"]["once"] > expected["told"]["retracted"] == 2
    assert expected["told"]["again"] == 0
    assert expected["fsck"] == expected["verify"] == expected["private"] == []
    assert whole["total"] > 200
    assert len(results) == POINTS >= 20
    assert all(result["killed"] for result in results)
    wrong = [r for r in results if not r["finished"] or r["found"] != expected]
    assert wrong == [], done.stderr[-2000:]


@pytest.mark.parametrize(
    ("fault", "least"),
    [
        *(("disk-full", 200), ("disk-broken", 200), ("database", 200)),
        *(("network", 3), ("clock-forward", 15), ("clock-back", 15)),
    ],
)
def test_what_fails_anywhere_costs_a_run_and_no_more(
    tmp_path: Path, fault: str, least: int
) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, tmp_path, "20261125", str(OTHERS), fault],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *results = [json.loads(line) for line in done.stdout.splitlines()]
    assert whole["total"] > least
    assert len(results) == OTHERS
    assert not any(result["killed"] for result in results)
    assert all(result["finished"] for result in results), done.stderr[-2000:]
    assert [result["found"] for result in results] == [whole["expected"]] * OTHERS
