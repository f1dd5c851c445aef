"""Bare numbers whose calls carry text: figures of the proposals, and their floors.

The sample agencies' call types are taken away and numbers put in their place, so that a type can
only be told by the calls; the agencies' own files say what is right.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.agencies import load_all, schemas_folder
from pipeline.classify.types import Proposal, Rows, proposer
from pipeline.classify.types.score import Judged, Score, score
from pipeline.policies import load_policy
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.type_calls import calls_by_code

SAMPLES = Path(__file__).parents[2] / "sample_feeds"
LATE = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    made = load_settings({"BLOTTER_HOME": str(home), "BLOTTER_AGENCIES": str(SAMPLES)})
    migrate(made)
    return made


@pytest.fixture(scope="module")
def judged(settings: Settings) -> list[tuple[Judged, Rows]]:
    policy, found = load_policy(), []
    agencies, errors = load_all(SAMPLES, dialects=schemas_folder())
    assert not errors
    for agency in agencies:
        bare = replace(agency, call_types={})
        for each in calls_by_code(settings, bare, policy, now=LATE):
            right = agency.call_types.get(each.spelled.upper())
            if right is not None and any(each.rows.texts):
                number = str(4001 + 7 * len(found))
                case = Judged(
                    agency=agency.agency_id, code=number, text="", apco=(right,), sensitive=False
                )
                found.append((case, each.rows))
    return found


def figures(judged: list[tuple[Judged, Rows]], *, calls: bool) -> Score:
    judge, rows = proposer(load_policy()), {each.code: rows for each, rows in judged}

    def propose(each: Judged) -> Proposal:
        return judge.propose(each.code, each.text, rows[each.code] if calls else None)

    return score([each for each, _ in judged], propose)


def test_calls_tell_most_types_of_bare_numbers(judged: list[tuple[Judged, Rows]]) -> None:
    alone, told = figures(judged, calls=False), figures(judged, calls=True)
    assert alone.top1.cases == told.top1.cases > 150
    assert alone.top3.share < 0.05
    assert told.top1.interval[0] >= 0.6
    assert told.top3.interval[0] >= 0.75


def test_no_bare_number_is_accepted_whatever_its_calls_say(
    judged: list[tuple[Judged, Rows]],
) -> None:
    told = figures(judged, calls=True)
    assert told.accepted.hits == 0
    assert told.false_alarms.hits == told.false_alarms.cases > 150
