"""However the versions of one call arrive, what is known of it in the end is the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import yaml
from elm_bluff import AGENCY, AREAS, call

from pipeline.adapters.detection import dispatch_detector
from pipeline.adapters.store.verdicts import verdict
from pipeline.agencies import load_agency, schemas_folder
from pipeline.feeds import read_payload
from pipeline.model import IncidentRef, Memory, ModelVersion, Stale
from pipeline.policies import load_policy
from pipeline.propose import Rules
from pipeline.redact import Detector
from pipeline.usecases.catalog import rules_for
from pipeline.usecases.dry_run import Throwaway
from pipeline.walk import canonical, walk

RECEIVED = datetime(2026, 3, 3, tzinfo=UTC)
NOTES = "engine on the way to the roof"
OPEN = [
    call("1", "BRUSH FIRE", revised="2026-03-02 11:21:00", notes="smoke seen"),
    call("1", "BRUSH FIRE", revised="2026-03-02 11:25:00", notes=NOTES),
    call("1", revised="2026-03-02 11:30:00", notes=NOTES),  # the type is upgraded
    call("1", revised="2026-03-02 11:40:00", closed="yes", notes=f"{NOTES}, out"),
    call("1", revised="2026-03-02 11:50:00", notes=f"{NOTES}, out, flares up"),  # reopened
]
HISTORIES = {
    "reopened": OPEN,
    "restricted": [*OPEN, call("1", revised="2026-03-02 12:00:00", mark="yes")],
    "sensitive": [*OPEN, call("1", "DOMESTIC", revised="2026-03-02 11:23:00", notes="two argue")],
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    folder = tmp_path_factory.mktemp("shuffled") / "elm-bluff"
    folder.mkdir()
    (folder / "agency.yml").write_text(yaml.safe_dump(AGENCY, sort_keys=False))
    (folder / "areas.geojson").write_text(AREAS)
    (folder / "agreement.md").write_text("Agreed.")
    agency = load_agency(folder, dialects=schemas_folder())
    return rules_for(agency, load_policy(), ModelVersion("test"))


@pytest.fixture(scope="module")
def detector() -> Detector:
    return dispatch_detector(load_policy())


def row(values: dict[str, str]) -> bytes:
    return (",".join(values) + "\n" + ",".join(f'"{v}"' for v in values.values())).encode()


def ended(
    history: Sequence[dict[str, str]], rules: Rules, detector: Detector, seal: Throwaway
) -> tuple[object, ...]:
    """Return what stands in the end: the newest version's verdict, and what is remembered."""
    memories: dict[IncidentRef, Memory] = {}
    standing: object = None
    for values in history:
        reading = read_payload(row(values), rules.agency)
        steps = [
            canonical(r, rules.agency, seal=seal, received_at=RECEIVED) for r in reading.records
        ]
        (outcome,) = walk(steps, rules=rules, memories=memories, detector=detector, seal=seal)
        words = verdict(outcome)
        if words.state.value != "duplicate" and not isinstance(outcome.state, Stale):
            standing = (words.state.value, words.reason.replace("sensitive-category", "sensitive"))
        if outcome.ref and outcome.memory:
            memories[outcome.ref] = outcome.memory
    (memory,) = memories.values()
    values = sorted(each.expose() for each in memory.values)
    return standing, memory.revision, memory.revised_at, bool(memory.sensitive), values


@pytest.mark.parametrize("name", HISTORIES)
def test_two_hundred_shuffles_of_a_history_end_in_the_same_state(
    name: str, rules: Rules, detector: Detector
) -> None:
    history, seal = HISTORIES[name], Throwaway()
    chance = random.Random(26)
    expected = ended(sorted(history, key=lambda each: each["revised"]), rules, detector, seal)

    for _ in range(200 if name == "reopened" else 20):
        shuffled = [*history, *chance.choices(history, k=2)]  # some come twice
        chance.shuffle(shuffled)
        found = ended(shuffled, rules, detector, seal)
        assert _alike(found) == _alike(expected)


def _alike(found: tuple[object, ...]) -> tuple[object, ...]:
    """Leave out the reason: a sensitive call is withheld as such, or as one that was."""
    (state, reason), *rest = found  # type: ignore[misc]
    return (state, str(reason).startswith("sensitive"), *rest)


def test_the_histories_end_as_people_would_say(rules: Rules, detector: Detector) -> None:
    states = {
        name: ended(sorted(each, key=lambda v: v["revised"]), rules, detector, Throwaway())[0]
        for name, each in HISTORIES.items()
    }

    assert states["reopened"] == ("pending", "")
    assert states["restricted"] == ("withheld", "restricted-by-agency")
    assert states["sensitive"][0] == "withheld"  # type: ignore[index]
