"""What is measured without storage: intake, finding, redaction, the pure walk.

In: feeds. Out: cases, each a few contenders on the same input. A case checks that its contenders
do the work they are timed for; a payload that is refused quickly would look like a fast one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.bare import bare, require
from benchmarks.inputs import Feed
from benchmarks.measure import Contender
from pipeline.adapters.presidio import presidio_detector
from pipeline.agencies.agency import FormatKind
from pipeline.feeds import read_payload
from pipeline.model import Commitment, Digest, Finding, Incident, ModelVersion, Policy
from pipeline.policies import load_policy
from pipeline.redact import Detector, redact
from pipeline.usecases.catalog import rules_for
from pipeline.walk import Step, canonical, walk

__all__ = ["NOW", "Case", "intake", "texts", "walking"]

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)

Found = tuple[tuple[Finding, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Contenders on one input of ``count`` units; ``base`` is what others are compared with.

    ``stages`` collects seconds per stage, one mapping a run, where a contender tells them.
    ``footprint`` measures what starting and holding it takes, in processes of their own.
    """

    name: str
    title: str
    unit: str
    count: int
    size: int
    contenders: Mapping[str, Contender]
    base: str = ""
    stages: list[Mapping[str, float]] = field(default_factory=list)
    footprint: Callable[[], Mapping[str, float]] | None = None


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


def intake(name: str, feed: Feed) -> Case:
    """Compare a bare library read of the same bytes with reading them into incidents."""
    seal = FixedSeal()

    def read() -> None:
        found = sum(len(read_payload(body, feed.agency).records) for body in feed.bodies)
        require(found, feed.records)

    def incidents() -> None:
        steps = _steps(feed, seal)
        require(sum(isinstance(step.content, Incident) for step in steps), feed.records)

    contenders = {"bare": bare(feed), "records": read, "incidents": incidents}
    if feed.agency.format.kind is FormatKind.XML:
        contenders["bare, texts taken"] = bare(feed, take=True)
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
        require(len(detector.find(flat)), len(flat))

    def redact_all() -> None:
        require(_redacted(incidents, found, policy, seal), len(incidents))

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
    rules = rules_for(feed.agency, policy, detector.version)
    steps = _steps(feed, seal)
    recorded = Recorded(detector, _all_texts(steps))

    def walked(by: Detector) -> Contender:
        def once() -> None:
            outcomes = walk(steps, rules=rules, memories={}, detector=by, seal=seal)
            require(sum(outcome.memory is not None for outcome in outcomes), feed.records)

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
