"""The whole line over the sample agencies: an empty folder, one supervisor, the real use cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.adapters.airflow_api import RunState
from pipeline.usecases.ledger import ledger_report
from pipeline.usecases.resources import migrate
from pipeline.usecases.settings import Settings, load_settings

pytestmark = pytest.mark.airflow

SAMPLES = Path(__file__).resolve().parents[2] / "sample_feeds"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("real") / "blotter"
    found = load_settings(
        {
            "BLOTTER_HOME": str(home),
            "BLOTTER_PUBLIC": str(home / "public"),
            "BLOTTER_AGENCIES": str(SAMPLES),
        }
    )
    migrate(found)
    return found


@pytest.fixture(scope="module")
def real(
    settings: Settings, launch: Callable[..., Any], halt: Callable[[Any], str]
) -> Iterator[Any]:
    running = launch(settings.home.parent / "airflow", settings.home, real=True)
    try:
        yield running
    finally:
        halt(running)


def private_words() -> set[str]:
    """Return names, phones and addresses of everybody invented for the samples' private texts."""
    people = yaml.safe_load((SAMPLES / "people.yml").read_text())["people"]
    private = [person for person in people if person["role"] == "private"]
    words = {person.get("phone", "") for person in private}
    words |= {person.get("address", "") for person in private}
    words |= {written for person in private for written in person.get("written", [])}
    return {word for word in words if len(word) > 7 and re.search(r"[\W\d]", word)}


def test_the_first_run_walks_every_sample_payload_and_the_ledger_balances(
    real: Any, settings: Settings
) -> None:
    run = real.newest("blotter_line")
    assert real.ended(run) is RunState.SUCCESS
    returned = real.xcoms(run)
    assert returned["poll", -1]["failures"] == 0
    # How much is walked beside the poll, and how much behind it, is a matter of time.
    walked = [returned["along", -1], *(returned["walk", shard] for shard in (0, 1))]
    assert sum(shard["payloads"] for shard in walked) == returned["poll", -1]["landed"]
    report = ledger_report(settings, now=datetime.now(UTC))
    assert report.balanced
    assert len(report.agencies) == len([path for path in SAMPLES.iterdir() if path.is_dir()])
    assert sum(shard.get("pending", 0) for shard in walked) > 0


def test_another_run_finds_nothing_to_do(real: Any) -> None:
    first = real.newest("blotter_line")
    real.ended(first)
    with real.api() as api:
        again = api.trigger_dag("blotter_line")
    assert real.ended(again) is RunState.SUCCESS
    returned = real.xcoms(again)
    assert returned["poll", -1] == {"landed": 0, "failures": 0}
    assert [returned["walk", shard]["payloads"] for shard in (0, 1)] == [0, 0]


def test_nobody_of_the_samples_is_named_in_any_file_of_airflow(real: Any) -> None:
    real.ended(real.newest("blotter_line"))
    words = private_words()
    assert len(words) > 50
    assert real.files_with("juniper-falls-pd")  # the search looks where words would be
    content = b"\n".join(path.read_bytes() for path in real.home.rglob("*") if path.is_file())
    assert [word for word in sorted(words) if word.encode() in content] == []
