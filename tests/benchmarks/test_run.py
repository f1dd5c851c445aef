"""The measurements run on tiny inputs and record what they promise; how fast is not tested."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "benchmarks" / "run.py"

ONE_OF_EACH = ("intake-xml", "intake-json", "intake-csv-units", "texts", "walk-csv", "line-csv")
PAGE = "# Measured\n<!-- figures -->\nold figures\n<!-- end of figures -->\nas before\n"


def run(*arguments: str) -> str:
    command = [sys.executable, str(RUN), "--records", "40", "--rounds", "2", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(name="recorded", scope="module")
def _recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Folder and printed record of one run with a case of each kind."""
    folder = tmp_path_factory.mktemp("benchmarks")
    (folder / "README.md").write_text(PAGE, "utf-8")
    chosen = [word for name in ONE_OF_EACH for word in ("--case", name)]
    return folder, json.loads(run(*chosen, "--json", "--record", str(folder)))


def test_a_run_records_machine_and_every_case_asked_for(
    recorded: tuple[Path, dict[str, Any]],
) -> None:
    _, found = recorded
    assert set(found) == {"at", "commit", "records", "rounds", "machine", "cases"}
    assert set(found["machine"]) == {"processor", "cores", "system", "python", "libraries"}
    assert found["machine"]["libraries"]["lxml"]
    assert tuple(case["case"] for case in found["cases"]) == ONE_OF_EACH


def test_a_case_holds_speeds_of_its_contenders_and_their_share_of_the_base(
    recorded: tuple[Path, dict[str, Any]],
) -> None:
    _, found = recorded
    cases = {case["case"]: case for case in found["cases"]}
    intake = cases["intake-xml"]
    assert (intake["unit"], intake["count"], intake["base"]) == ("record", 40, "bare")
    assert intake["bytes"] > 10_000
    assert set(intake["contenders"]) == {"bare", "bare, texts taken", "records", "incidents"}
    for name, figures in intake["contenders"].items():
        for spread in figures.values():
            assert 0 < spread["low"] <= spread["median"] <= spread["high"]
        assert ("of_base" in figures) == (name != "bare")


def test_the_whole_line_tells_the_time_of_every_stage(
    recorded: tuple[Path, dict[str, Any]],
) -> None:
    _, found = recorded
    cases = {case["case"]: case for case in found["cases"]}
    assert cases["texts"]["stages_us"] == {}
    stages = cases["line-csv"]["stages_us"]
    assert list(stages) == [
        "set up", "land", "read", "detect", "redact", "decide", "seal", "store",
    ]  # fmt: skip
    assert all(microseconds > 0 for microseconds in stages.values())


def test_recording_replaces_the_figures_and_adds_a_line(
    recorded: tuple[Path, dict[str, Any]],
) -> None:
    folder, found = recorded
    page = (folder / "README.md").read_text("utf-8")
    assert page.startswith("# Measured\n<!-- figures -->\nMeasured 20")
    assert page.endswith("\n<!-- end of figures -->\nas before\n")
    assert "old figures" not in page
    assert "| intake-xml (40, 0.1 MB) | bare |" in page
    (line,) = (folder / "history.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == found
    assert (folder / "stages.svg").read_text("utf-8").count("<rect") == 1 + 8 + 8


def test_a_profile_names_our_functions() -> None:
    assert "draw.py" in run("--profile", "intake-xml")


def test_the_page_has_the_figures_of_the_last_run_of_the_line_in_the_history() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text("utf-8")
    lines = (ROOT / "benchmarks" / "history.jsonl").read_text("utf-8").splitlines()
    runs = [json.loads(line) for line in lines]
    # A run of some cases alone is told where they are told.
    last = [run for run in runs if any(c["case"] == "intake-xml" for c in run.get("cases", ()))][-1]
    assert f"Measured {last['at'][:10]} at commit {last['commit']}:" in page
    shown = set(re.findall(r"^\| ([a-z-]+) \(\d", page, re.MULTILINE))
    assert shown == {case["case"] for case in last["cases"]}
