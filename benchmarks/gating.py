"""What is measured of classification without text: call type to category to the gate's word.

In: a feed. Out: a case on its incidents. Finding and redacting are measured in ``cases``.
"""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.bare import require
from benchmarks.cases import Case, FixedSeal
from benchmarks.inputs import Feed
from pipeline.classify import categories_of, gate
from pipeline.feeds import read_payload
from pipeline.model import Held, Incident
from pipeline.policies import load_policy
from pipeline.walk import canonical

__all__ = ["gating"]

_NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def gating(name: str, feed: Feed) -> Case:
    """Time the category and the gate of every incident of a feed."""
    seal, policy = FixedSeal(), load_policy(None)
    contents = [
        canonical(record, feed.agency, seal=seal, received_at=_NOW).content
        for body in feed.bodies
        for record in read_payload(body, feed.agency).records
    ]
    incidents = [each for each in contents if isinstance(each, Incident)]

    def classify() -> None:
        judged = 0
        for incident in incidents:
            categories = categories_of(incident, feed.agency)
            if not isinstance(categories, Held):
                gate(categories, policy, feed.agency)
            judged += 1
        require(judged, feed.records)

    return Case(
        name=f"gate-{name}",
        title=f"{feed.title}, without text",
        unit="record",
        count=feed.records,
        size=feed.size,
        contenders={"category and gate": classify},
    )
