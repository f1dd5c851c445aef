"""Call types of a real feed: what its own words give away is always called sensitive."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pipeline.classify.types import proposer
from pipeline.policies import load_policy

# Written for this test, not taken from the lexicon it judges.
GIVEN_AWAY = re.compile(
    r"\bDV\b|FAMILY|SEX|CHILD|\bJUV|MINOR|TRUANT|CUSTODY|WELFARE|VIOL REST|IND EXP|DEAD|SICK"
    r"|INJ PERS"
)


@pytest.mark.shared
def test_no_call_type_that_gives_something_away_slips(shared: Path) -> None:
    with (shared / "real_feeds" / "milwaukee" / "calls.csv").open(encoding="utf-8") as file:
        types = {row["nature"] for row in csv.DictReader(file)}
    judge = proposer(load_policy())
    secret = {each for each in types if GIVEN_AWAY.search(each)}
    assert len(secret) > 20
    assert [each for each in sorted(secret) if not judge.propose("", each).sensitive] == []
    raised = [each for each in types if judge.propose("", each).sensitive]
    assert len(raised) < len(types) / 2
