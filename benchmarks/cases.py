"""What is measured: intake, finding, redaction, the walk, and the whole line with its storage.

In: feeds. Out: cases, each a few contenders on the same input. A case checks that its contenders
do the work they are timed for; a payload that is refused quickly would look like a fast one.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import orjson
import pandas as pd
from jsonschema.validators import Draft202012Validator
from lxml import etree

import pipeline.usecases.walk as line
import pipeline.walk as way
from benchmarks.inputs import ROOT, Feed
from benchmarks.measure import Contender, Lap, Stopwatch
from pipeline.adapters.presidio import presidio_detector
from pipeline.agencies.agency import FormatKind
from pipeline.feeds import read_payload
from pipeline.model import Commitment, Digest, Finding, Incident, ModelVersion, Policy
from pipeline.policies import load_policy
from pipeline.redact import Detector, redact
from pipeline.usecases.catalog import rules_for
from pipeline.usecases.resources import detector_for, migrate
from pipeline.usecases.settings import load_settings
from pipeline.walk import Step, canonical, walk

__all__ = ["STAGES", "Case", "intake", "texts", "walking", "whole_line"]

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)

STAGES = ("set up", "land", "read", "detect", "redact", "decide", "seal", "store")
"""Stages of the whole line, in the order of a record's way."""

Found = tuple[tuple[Finding, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Contenders on one input of ``count`` units; ``base`` is what others are compared with.

    ``stages`` collects seconds per stage, one mapping a run, where a contender tells them.
    """

    name: str
    title: str
    unit: str
    count: int
    size: int
    contenders: Mapping[str, Contender]
    base: str = ""
    stages: list[Mapping[str, float]] = field(default_factory=list)


class FixedSeal:
    """Keyed digests with an invented key."""

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        """Return the digest of length-prefixed parts."""
        body = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return Digest(hmac.new(b"invented", purpose.encode() + body, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        """Return the commitment to a removed text."""
        return Commitment(f"1:{self.digest('commit', text.encode())}")


class Recorded:
    """A detector that answers from what another one found before, so that it costs nothing."""

    def __init__(self, detector: Detector, texts: Sequence[str]) -> None:
        self.version: ModelVersion = detector.version
        self._found = dict(zip(texts, detector.find(texts), strict=True))

    def find(self, texts: Sequence[str]) -> Found:
        """Return the recorded findings of texts seen before."""
        return tuple(self._found[text] for text in texts)


class Timed:
    """A detector whose seconds are counted as stage ``detect``."""

    def __init__(self, detector: Detector, watch: Stopwatch) -> None:
        self.version: ModelVersion = detector.version
        self.find = watch.timed("detect", detector.find)


def intake(name: str, feed: Feed) -> Case:
    """Compare a bare library read of the same bytes with reading them into incidents."""
    seal = FixedSeal()

    def read() -> None:
        found = sum(len(read_payload(body, feed.agency).records) for body in feed.bodies)
        _require(found, feed.records)

    def incidents() -> None:
        steps = _steps(feed, seal)
        _require(sum(isinstance(step.content, Incident) for step in steps), feed.records)

    contenders = {"bare": _bare(feed), "records": read, "incidents": incidents}
    if feed.agency.format.kind is FormatKind.XML:
        contenders["bare, texts taken"] = _bare(feed, take=True)
    return Case(
        name=f"intake-{name}",
        title=feed.title,
        unit="record",
        count=feed.records,
        size=feed.size,
        contenders=contenders,
        base="bare",
    )


def texts(feeds: Sequence[Feed]) -> Case:
    """Time the detector alone and redaction alone on the narratives of every feed."""
    seal, policy, detector = FixedSeal(), load_policy(None), presidio_detector(load_policy(None))
    steps = [step for feed in feeds for step in _steps(feed, seal)]
    incidents = [step.content for step in steps if isinstance(step.content, Incident)]
    remarks = [[remark.text.expose() for remark in each.remarks] for each in incidents]
    flat = [text for each in remarks for text in each]
    found = [detector.find(each) for each in remarks]

    def find() -> None:
        _require(len(detector.find(flat)), len(flat))

    def redact_all() -> None:
        _require(_redacted(incidents, found, policy, seal), len(incidents))

    return Case(
        name="texts",
        title="narratives of every feed",
        unit="narrative",
        count=len(flat),
        size=sum(len(text.encode()) for text in flat),
        contenders={"find (Presidio)": find, "redact": redact_all},
    )


def walking(name: str, feed: Feed) -> Case:
    """Time the pure walk of incidents, with and without the detector."""
    seal, policy = FixedSeal(), load_policy(None)
    detector = presidio_detector(policy)
    rules = rules_for(feed.agency, policy)
    steps = _steps(feed, seal)
    recorded = Recorded(detector, _all_texts(steps))

    def walked(by: Detector) -> Contender:
        def once() -> None:
            outcomes = walk(steps, rules=rules, memories={}, detector=by, seal=seal)
            _require(sum(outcome.memory is not None for outcome in outcomes), feed.records)

        return once

    return Case(
        name=f"walk-{name}",
        title=feed.title,
        unit="record",
        count=feed.records,
        size=feed.size,
        contenders={"walk, findings recorded": walked(recorded), "walk": walked(detector)},
        base="walk, findings recorded",
    )


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
    run = watch.timed("store", line.walk_files)
    with ExitStack() as stack:
        for stage, module, names in _TIMED:
            for each in names:
                counted = watch.timed(stage, getattr(module, each))
                stack.enter_context(patch.object(module, each, counted))
        detector = Timed(detector_for(settings.policy), watch)
        stack.enter_context(patch.object(line, "detector_for", lambda _policy: detector))
        lap = Lap()
        report = run(settings, feed.agency.folder, files, now=NOW)
        lap.end()
    _require(_walked(report.counts), feed.records)
    stages.append({stage: watch.seconds[stage] for stage in STAGES})
    return lap


_TIMED = (
    ("set up", line, ("current_policy", "load_agency", "rules_for")),
    ("land", line, ("land",)),
    ("read", line, ("read_payload", "canonical")),
    ("redact", way, ("redact", "remembered")),
    ("decide", line, ("walk",)),
    ("seal", line, ("seal_values", "open_memory")),
)
"""Stage, module, and the names in it that count as this stage; what is left is ``store``."""


def _walked(counts: Counter[str]) -> int:
    return sum(number for state, number in counts.items() if state != "quarantined")


def _bare(feed: Feed, *, take: bool = False) -> Contender:
    match feed.agency.format.kind:
        case FormatKind.XML:
            return _bare_xml(feed, take=take)
        case FormatKind.JSON:
            return _bare_json(feed)
        case FormatKind.TABLE:
            return _bare_table(feed)


def _bare_xml(feed: Feed, *, take: bool) -> Contender:
    """Parse and validate; ``take`` also fetches every text once, as any reader must."""
    path = feed.agency.format.schema
    if path is None:
        raise ValueError("this comparison needs a schema")
    schema = etree.XMLSchema(etree.parse(path))

    def once() -> None:
        for body in feed.bodies:
            tree = etree.parse(io.BytesIO(body))
            _require(schema.validate(tree), True)
            if take:
                _require(bool([(item.tag, item.text) for item in tree.iter()]), True)

    return once


def _bare_json(feed: Feed) -> Contender:
    path = feed.agency.format.schema
    if path is None:
        raise ValueError("this comparison needs a schema")
    validator = Draft202012Validator(orjson.loads(path.read_bytes()))

    def once() -> None:
        rows = [row for body in feed.bodies for row in orjson.loads(body)]
        _require(sum(validator.is_valid(row) for row in rows), feed.records)

    return once


def _bare_table(feed: Feed) -> Contender:
    encoding = feed.agency.format.encodings[0]

    def once() -> None:
        for body in feed.bodies:
            frame = pd.read_csv(io.BytesIO(body), encoding=encoding)
            _require(len(frame) >= feed.records, True)

    return once


def _steps(feed: Feed, seal: FixedSeal) -> list[Step]:
    return [
        canonical(record, feed.agency, seal=seal, received_at=NOW)
        for body in feed.bodies
        for record in read_payload(body, feed.agency).records
    ]


def _all_texts(steps: Sequence[Step]) -> list[str]:
    incidents = [step.content for step in steps if isinstance(step.content, Incident)]
    return [remark.text.expose() for incident in incidents for remark in incident.remarks]


def _redacted(
    incidents: Sequence[Incident], found: Sequence[Found], policy: Policy, seal: FixedSeal
) -> int:
    pairs = zip(incidents, found, strict=True)
    return sum(
        redact(each, findings, None, call_types=(), policy=policy, seal=seal) is not None
        for each, findings in pairs
    )


def _require(have: int, want: int) -> None:
    """Raise ``ValueError`` when a contender did other work than it is timed for."""
    if have != want:
        raise ValueError(f"a contender came to {have} instead of {want}")
