"""Kills a scene at chosen points of those at which it changes something, and plays it to its end.

    python scene_harness.py ROOT SEED POINTS SCENE [FAULT]     prints one JSON object a point

A point is one call of the system that may change a file, one statement that changes the database,
or one commit: found by counting, not by hand, so that new code has points of its own. Afterwards
the scene is played again, and must end as one that nobody disturbed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from elm_bluff import Line
from harness import Countdown, NoDetector, in_child, moved, private_outside, say
from scenes import SCENES, Scene, sound

import pipeline.usecases.agency_walk as agency_walk
import pipeline.usecases.walk as walking


def disturbed(scene: Scene, line: Line, point: int, count: Path, fault: str) -> None:
    """Play a scene with the fault at a point; write down how many points of which kinds it has."""
    countdown = Countdown(point, fault, writes_only=True)
    countdown.install()
    scene.act(line)
    with count.open("w") as file:  # not by os.open, which is harmed
        json.dump([countdown.seen, dict(sorted(countdown.kinds.items()))], file)


def summary(scene: Scene, line: Line) -> dict[str, Any]:
    """Return what must not depend on where somebody was killed."""
    return {**sound(line), **scene.seen(line), "private": private_outside(line)}


def main(root: Path, seed: int, points: int, name: str, fault: str) -> None:
    """Play a scene undisturbed, then harmed at each of so many points."""
    walking.detector_for = lambda _policy, _site: NoDetector()  # type: ignore[assignment]
    agency_walk.detector_for = walking.detector_for
    scene = SCENES[name]
    template, counted = root / "template", root / "count"
    scene.prepare(template)
    for copy in ("warm", "whole"):
        shutil.copytree(template, root / copy)
    scene.act(moved(root / "warm"))  # what is read at first use is read once
    shutil.rmtree(root / "warm")
    whole = moved(root / "whole")
    assert in_child(lambda: disturbed(scene, whole, 0, counted, fault)) == 0
    total, kinds = json.loads(counted.read_text())
    say({"total": total, "kinds": kinds, "expected": summary(scene, whole)})
    for point in sorted(random.Random(seed).sample(range(1, total + 1), min(points, total))):
        place = root / f"at-{point}"
        shutil.copytree(template, place)
        line = moved(place)
        harmed = in_child(
            lambda line=line, point=point: disturbed(scene, line, point, counted, fault)
        )
        again = in_child(lambda line=line: scene.act(line))
        ended = {
            "point": point,
            "killed": os.WIFSIGNALED(harmed),
            "finished": again == 0,
        }
        say({**ended, "found": summary(scene, line)})
        shutil.rmtree(place)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]), int(given[1]), int(given[2]), given[3], (*given[4:], "kill")[0])
