"""Call types of five real feeds against labels kept by digest: figures and their floors.

The labels were given by hand; the texts are read from the feeds where they are present and are
nowhere in this tree.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.classify.types import proposer
from pipeline.classify.types.score import Judged, Score, score
from pipeline.policies import load_policy

LABELS = Path(__file__).with_name("real_labels.csv")
LOG_TYPE = re.compile(r'<LogType>"?([^<"]+)')
TABLET_TYPE = re.compile(r'"AgencyIncidentCallTypeDescription": "([^"]+)"')
TYLER_TYPE = re.compile(r"<CallType>([^<]+)")


def _types(feeds: Path) -> Iterator[tuple[str, str]]:
    """Yield (agency, call type) of every row of the five feeds."""
    for agency, column in (("milwaukee", "nature"), ("san-francisco-fire", "CallType")):
        with (feeds / agency / "calls.csv").open(encoding="utf-8") as file:
            yield from ((agency, row[column]) for row in csv.DictReader(file))
    for agency, pattern, ending in (
        ("chp", LOG_TYPE, "*.xml"),
        ("tablet-command", TABLET_TYPE, "*.json"),
        ("tyler-new-world", TYLER_TYPE, "[fmn]*.xml"),
    ):
        for path in sorted((feeds / agency).glob(ending)):
            found = pattern.findall(path.read_text(encoding="utf-8"))
            yield from ((agency, each) for each in found)


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.upper().split()).encode()).hexdigest()[:16]


@pytest.fixture(scope="module")
def judged(shared: Path) -> list[Judged]:
    with LABELS.open(encoding="utf-8") as file:
        labels = {(row["agency"], row["type_sha256"]): row for row in csv.DictReader(file)}
    found = sorted({(agency, text) for agency, text in _types(shared / "real_feeds")})
    return [
        Judged(
            agency=agency,
            code="",
            text=text,
            apco=tuple(label["apco"].split()),
            sensitive=label["sensitive"] == "yes",
        )
        for agency, text in found
        if (label := labels.get((agency, _digest(text)))) is not None
    ]


@pytest.fixture(scope="module")
def figures(judged: list[Judged]) -> Score:
    judge = proposer(load_policy())
    return score(judged, lambda each: judge.propose(each.code, each.text))


@pytest.mark.shared
def test_every_label_belongs_to_a_call_type_of_the_feeds(judged: list[Judged]) -> None:
    labels = LABELS.read_text(encoding="utf-8").splitlines()[1:]
    assert len(judged) == len(labels) > 190
    assert len({each.agency for each in judged}) == 5


@pytest.mark.shared
def test_no_sensitive_call_type_slips(figures: Score) -> None:
    assert figures.sensitive_recall.cases > 50
    assert [each.text for each in figures.missed] == []


@pytest.mark.shared
def test_types_are_mostly_right_and_plain_ones_mostly_not_called_sensitive(figures: Score) -> None:
    assert figures.top1.share >= 0.9
    assert figures.top3.share >= 0.95
    assert figures.false_alarms.share <= 0.1
