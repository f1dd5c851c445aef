"""The whole line with its storage, and the stages its time goes to.

In: a feed. Out: a case that walks it on an empty installation in a temporary folder. Stages are
timed by putting a counting function in the place of the real one wherever the pipeline holds it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from benchmarks.bare import require
from benchmarks.cases import NOW, Case
from benchmarks.inputs import ROOT, Feed
from benchmarks.measure import Lap, Stopwatch
from pipeline.agencies import load_agency
from pipeline.feeds import read_payload
from pipeline.model import ModelVersion
from pipeline.policies import load_policy
from pipeline.redact import Detector, redact, remembered
from pipeline.usecases.catalog import rules_for
from pipeline.usecases.land import land
from pipeline.usecases.memory import open_memory, seal_values
from pipeline.usecases.resources import detector_for, migrate
from pipeline.usecases.settings import load_settings
from pipeline.usecases.walk import walk_files
from pipeline.walk import canonical, walk

__all__ = ["STAGES", "whole_line"]


STAGES = ("set up", "land", "read", "detect", "redact", "decide", "seal", "store")
"""Stages of the whole line, in the order of a record's way."""


class Timed:
    """A detector whose seconds are counted as stage ``detect``."""

    def __init__(self, detector: Detector, watch: Stopwatch) -> None:
        self.version: ModelVersion = detector.version
        self.find = watch.timed("detect", detector.find)


def whole_line(name: str, feed: Feed) -> Case:
    """Time ``walk_files`` on an empty installation: SQLite, vault and audit log on disk.

    Compared with writing the same bodies to the disk and waiting for it, the least that landing
    them can mean.
    """
    stages: list[Mapping[str, float]] = []

    def once() -> Lap:
        with TemporaryDirectory(prefix="blotter-bench-") as folder:
            return _line_once(Path(folder), feed, stages)

    def synced() -> Lap:
        with TemporaryDirectory(prefix="blotter-bench-") as folder:
            return _synced_once(Path(folder), feed)

    return Case(
        name=f"line-{name}",
        title=feed.title,
        unit="record",
        count=feed.records,
        size=feed.size,
        contenders={"bare synced writes": synced, "walk_files": once},
        stages=stages,
    )


def _synced_once(folder: Path, feed: Feed) -> Lap:
    lap = Lap()
    for number, body in enumerate(feed.bodies):
        with (folder / str(number)).open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    return lap.end()


def _line_once(folder: Path, feed: Feed, stages: list[Mapping[str, float]]) -> Lap:
    settings = load_settings({"BLOTTER_HOME": str(folder), "BLOTTER_AGENCIES": str(ROOT)})
    migrate(settings)
    files = [folder / f"{number:06d}" for number in range(len(feed.bodies))]
    for file, body in zip(files, feed.bodies, strict=True):
        file.write_bytes(body)
    watch = Stopwatch()
    run = watch.timed("store", walk_files)
    detector = Timed(detector_for(settings.policy, settings.recognizers), watch)
    with ExitStack() as stack:
        for stage, functions in _TIMED.items():
            for each in functions:
                _replace(each, watch.timed(stage, each), stack)
        _replace(detector_for, lambda _policy, _site: detector, stack)
        lap = Lap()
        report = run(settings, feed.agency.folder, files, now=NOW)
        lap.end()
    require(_walked(report.counts), feed.records)
    stages.append({stage: watch.seconds[stage] for stage in STAGES})
    return lap


def _replace(function: Callable[..., Any], other: Callable[..., Any], stack: ExitStack) -> None:
    """Put ``other`` wherever a module of the pipeline has ``function``, until the stack closes."""
    places = [
        (module, name)
        for title, module in list(sys.modules.items())
        if title.startswith("pipeline.")
        for name, value in vars(module).items()
        if value is function
    ]
    for module, name in places:
        stack.enter_context(patch.object(module, name, other))


_TIMED: Mapping[str, tuple[Callable[..., Any], ...]] = {
    "set up": (load_policy, load_agency, rules_for),
    "land": (land,),
    "read": (read_payload, canonical),
    "redact": (redact, remembered),
    "decide": (walk,),
    "seal": (seal_values, open_memory),
}
"""What counts as which stage; the detector is its own, and what is left is ``store``."""


def _walked(counts: Counter[str]) -> int:
    return sum(number for state, number in counts.items() if state != "quarantined")
