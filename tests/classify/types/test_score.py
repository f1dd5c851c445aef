"""Figures on judged lists, and the floors under them on agencies held out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.classify.types import Proposal, proposer
from pipeline.classify.types.score import Judged, Rate, Score, read_judged, score
from pipeline.model import ConfigError, Tier
from pipeline.policies import load_policy

GOLD = Path(__file__).resolve().parents[1] / "gold"


def made(apco: tuple[str, str, str], *, sensitive: bool) -> Proposal:
    return Proposal(
        apco=apco, tier=Tier.S1, sensitive=sensitive, accepted=False, confidence=0.5, reasons=()
    )


def case(apco: str, *, sensitive: bool) -> Judged:
    return Judged(agency="a", code="", text="T", apco=(apco,), sensitive=sensitive)


def measured(name: str) -> Score:
    judge = proposer(load_policy())
    return score(read_judged(GOLD / name), lambda each: judge.propose(each.code, each.text))


def test_counts_are_of_the_cases_they_name() -> None:
    cases = [case("MVA", sensitive=False), case("DVA", sensitive=True)]
    result = score(cases, lambda _: made(("TSTOP", "MVA", "THAZ"), sensitive=False))
    assert result.top1 == Rate(hits=0, cases=2)
    assert result.top3 == Rate(hits=1, cases=2)
    assert result.sensitive_recall == Rate(hits=0, cases=1)
    assert result.false_alarms == Rate(hits=0, cases=1)
    assert result.missed == (cases[1],)


def test_the_interval_is_wilsons() -> None:
    low, high = Rate(hits=45, cases=50).interval
    assert (round(low, 4), round(high, 4)) == (0.7864, 0.9565)
    assert Rate(hits=0, cases=0).interval == (0.0, 1.0)


@pytest.mark.parametrize("name", ["development.csv", "held-out.csv", "widened.csv"])
def test_judged_lists_stay_above_the_floors(name: str) -> None:
    result = measured(name)
    assert [each.text for each in result.missed] == []
    assert result.top1.share >= 0.9
    assert result.top3.share >= 0.95
    assert result.false_alarms.share <= 0.1


@pytest.mark.parametrize(
    "row", ["a,,T,NOSUCH,no", "a,,T,,no", "a,,T,MVA,maybe"], ids=["code", "none", "word"]
)
def test_a_wrong_row_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"agency,code,text,apco,sensitive\n{row}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        read_judged(path)


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("code,apco\nA,MVA\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="other columns"):
        read_judged(path)
