"""The whole outcome of every sample payload, against the file beside it.

A missing golden fails, and is written outside CI. ``make golden`` writes them all and shows how far
the change reaches; CI never writes any.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from outcomes import agency_goldens

FEEDS = Path(__file__).resolve().parents[2] / "sample_feeds"
SMALL = Path(__file__).parent / "agencies"
"""Agencies on the dialects that no town of the demonstration speaks: a clean call, one with private
text in its remarks, one payload nobody can read."""

AGENCIES = sorted(path.parent for root in (FEEDS, SMALL) for path in root.glob("*/agency.yml"))
NAMES = [path.name for path in AGENCIES]
PEOPLE = ("pettigrew", "oduyason", "555-0142", "5550142", "18 tannery", "22 tannery", "03/14/1961")
IN_CI = os.environ.get("CI") == "true"
WRITE = os.environ.get("BLOTTER_GOLDEN") == "write" and not IN_CI


def test_there_are_sample_agencies() -> None:
    assert len(AGENCIES) >= 14


def test_every_dialect_has_an_agency_with_a_golden() -> None:
    spoken = {yaml.safe_load((path / "agency.yml").read_text())["dialect"] for path in AGENCIES}
    dialects = {path.parent.name for path in FEEDS.parent.glob("schemas/*/dialect.yml")}
    assert spoken == {*dialects, "own"}


@pytest.mark.parametrize("agency", sorted(SMALL.iterdir()), ids=lambda path: path.name)
def test_a_small_agency_has_a_clean_a_private_and_a_malformed_sample(agency: Path) -> None:
    names = sorted(path.stem for path in (agency / "payloads").iterdir())
    assert names == ["1-clean", "2-private", "3-malformed"]
    ends = [json.loads(p.read_text()) for p in sorted((agency / "golden").iterdir())]
    assert [end.get("states") for end in ends[:2]] == [{"pending": 1}, {"pending": 1}]
    assert ends[1]["records"][0]["findings"]
    assert ends[2]["quarantined"]


@pytest.mark.parametrize("agency", AGENCIES, ids=NAMES)
def test_every_sample_payload_ends_as_its_golden_says(agency: Path) -> None:
    folder = agency / "golden"
    current = dict(agency_goldens(agency))
    assert current
    written = []
    differing = []
    missing = []
    for name, content in current.items():
        path = folder / f"{name}.json"
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if IN_CI and not path.exists():
            missing.append(name)
        elif WRITE or not path.exists():
            if not path.exists() or path.read_text() != text:
                _tell(agency.name, name, path, content)
                folder.mkdir(exist_ok=True)
                path.write_text(text)
                written.append(name)
        elif path.read_text() != text:
            differing.append(name)
    assert not missing, f"have no golden: {missing}; `make golden` writes it"
    assert not differing, f"differ from their golden: {differing}; look, then `make golden`"
    assert WRITE or not written, f"goldens were missing and are written now: {written}"


@pytest.mark.parametrize("agency", AGENCIES, ids=NAMES)
def test_every_golden_has_its_sample(agency: Path) -> None:
    payloads = {path.name for path in (agency / "payloads").iterdir()}
    goldens = {path.name.removesuffix(".json") for path in (agency / "golden").iterdir()}
    assert goldens == payloads


@pytest.mark.parametrize("agency", AGENCIES, ids=NAMES)
def test_no_golden_holds_a_canary(agency: Path) -> None:
    canaries = [*yaml.safe_load((FEEDS / "people.yml").read_text())["canaries"], *PEOPLE]
    assert len(canaries) > 100
    found = [
        (path.name, canary)
        for path in (agency / "golden").iterdir()
        for canary in canaries
        if canary.lower() in path.read_text().lower()
    ]
    assert found == []


def _tell(agency: str, name: str, path: Path, content: dict[str, Any]) -> None:
    """Show how far a change reaches: states and findings before and after."""
    before = json.loads(path.read_text()) if path.exists() else {}
    old, new = _reach(before), _reach(content)
    print(f"{agency}/{name}: {old or 'new'} -> {new}")  # noqa: T201


def _reach(content: dict[str, Any]) -> str:
    findings = sum(len(record.get("findings", ())) for record in content.get("records", ()))
    states = ", ".join(f"{number} {state}" for state, number in content.get("states", {}).items())
    return f"{states}; {findings} findings" if content else ""
