"""The DAG files as Airflow reads them: all of them, light, stable, nothing in templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.airflow

DAGS = Path(__file__).resolve().parents[2] / "dags"
EXPECTED = {"line", "replay", "upkeep"}
HELPERS = {"blotter_tasks"}
HEAVY = (
    "presidio_analyzer",
    "presidio_anonymizer",
    "spacy",
    "pandas",
    "numpy",
    "lxml",
    "shapely",
    "pipeline",
    "blotter_tasks",
)
COUNTS_ONLY = {"poll", "walk", "publish", "balance", "expire", "pull", "seal"}


@pytest.fixture(scope="module")
def bag(
    run_inside: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Any]:
    found: Mapping[str, Any] = run_inside(tmp_path_factory.mktemp("bag"), "bag.py")
    return found


def test_every_file_is_a_dag_or_a_named_helper_and_every_dag_has_the_name_of_its_file(
    bag: Mapping[str, Any],
) -> None:
    assert bag["errors"] == {}
    stems = {path.stem for path in DAGS.glob("*.py")}
    assert stems == EXPECTED | HELPERS
    assert {dag_id: dag["file"] for dag_id, dag in bag["dags"].items()} == {
        f"blotter_{stem}": f"{stem}.py" for stem in EXPECTED
    }
    ignored = set((DAGS / ".airflowignore").read_text().split())
    assert ignored == {"standalone/"} | {f"{helper}.py" for helper in HELPERS}


def test_every_dag_says_what_it_is_for_and_is_bounded(bag: Mapping[str, Any]) -> None:
    dags = bag["dags"]
    assert len(dags) == len(EXPECTED)
    for dag in dags.values():
        assert dag["doc"]
        assert "blotter" in dag["tags"]
        assert dag["catchup"] is False
        assert dag["runs_at_once"] == 1
        assert dag["run_timeout"] == "1:00:00"
        assert dag["tasks"]
        for task in dag["tasks"].values():
            assert task["owner"] in {"data-engineering", "compliance"}
            assert task["timeout"] != "None"
            assert 0 <= task["retries"] <= 3
    assert {dag_id: dag["schedule"] for dag_id, dag in dags.items()} == {
        "blotter_line": "0:01:00",
        "blotter_upkeep": "1:00:00",
        "blotter_replay": "None",
    }


def test_the_line_is_wired_so_that_a_retraction_does_not_wait_for_a_feed(
    bag: Mapping[str, Any],
) -> None:
    tasks = bag["dags"]["blotter_line"]["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "poll": [],
        "walk": ["poll"],
        "publish": ["walk"],
        "seal": ["publish"],
        "balance": ["poll", "publish", "seal", "walk"],
    }
    assert tasks["publish"]["rule"] == "all_done"
    assert tasks["seal"]["rule"] == "all_done"
    assert tasks["balance"]["rule"] == "all_success"
    assert tasks["walk"]["mapped"] == {"shard": [0, 1]}


def test_no_task_has_anything_rendered_but_shard_numbers(bag: Mapping[str, Any]) -> None:
    tasks = {name: task for dag in bag["dags"].values() for name, task in dag["tasks"].items()}
    assert set(tasks) == COUNTS_ONLY
    for task in tasks.values():
        assert not any(argument.strip("[](){}") for argument in task["arguments"])


def test_reading_a_file_twice_gives_the_same_version(
    bag: Mapping[str, Any], inside: Callable[..., Any]
) -> None:
    second = inside("bag.py")
    digests = {dag_id: dag["digest"] for dag_id, dag in bag["dags"].items()}
    assert len(digests) == len(EXPECTED)
    assert {dag_id: dag["digest"] for dag_id, dag in second["dags"].items()} == digests
    assert set(bag["unstable"]) == {f"{stem}.py" for stem in EXPECTED | HELPERS}
    assert not any(bag["unstable"].values())


@pytest.mark.parametrize("stem", sorted(EXPECTED))
def test_reading_a_file_is_quick_and_loads_nothing_heavy(
    stem: str, inside: Callable[..., Any]
) -> None:
    read = inside("parse.py", str(DAGS / f"{stem}.py"))
    roots = {module.partition(".")[0] for module in read["modules"]}
    assert "airflow" in roots
    assert roots.isdisjoint(HEAVY)
    assert read["seconds"] < 0.5
