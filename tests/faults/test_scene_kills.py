"""Every use case that writes, killed where it writes, ends as if nobody had been killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from scenes import SCENES

HARNESS = Path(__file__).with_name("scene_harness.py")
POINTS = max(2, int(os.environ.get("BLOTTER_KILLS", "0")) // 10)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_killed_at_seeded_points_ends_as_one_that_was_not(
    tmp_path: Path, scene: str
) -> None:
    done = subprocess.run(
        [sys.executable, HARNESS, tmp_path, "20261126", str(POINTS), scene],
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
    assert expected["private"] == []
    assert whole["total"] > 50
    assert whole["kinds"]["commit"] > 3
    assert len(results) == POINTS
    assert all(result["killed"] for result in results)
    wrong = [r for r in results if not r["finished"] or r["found"] != expected]
    assert wrong == [], done.stderr[-2000:]
