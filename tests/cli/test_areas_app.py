"""``blotter areas build`` as people call it: files in, files and figures out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app

RING = [[-88.05, 44.48], [-88.0, 44.48], [-88.0, 44.51], [-88.05, 44.51], [-88.05, 44.48]]


@pytest.fixture
def boundary(tmp_path: Path) -> Path:
    path = tmp_path / "town.geojson"
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [RING]}))
    return path


def test_areas_and_a_map_are_written_and_the_figures_printed(
    boundary: Path, tmp_path: Path
) -> None:
    out = tmp_path / "areas.geojson"
    arguments = ["areas", "build", "--boundary", str(boundary), "--out", str(out), "--json"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    figures = json.loads(done.output)
    assert figures["areas"] == len(json.loads(out.read_bytes())["features"]) > 0
    assert figures["radius_low_m"] >= 150 * 3**0.5
    assert (tmp_path / "areas.svg").read_text().count("<svg") == 1


def test_the_table_says_what_to_do_next(boundary: Path, tmp_path: Path) -> None:
    out = tmp_path / "areas.geojson"
    done = CliRunner().invoke(
        app, ["areas", "build", "--boundary", str(boundary), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "agency.yml" in done.output


@pytest.mark.parametrize("weaker", [["--min-addresses", "19"], ["--min-radius", "149"]])
def test_no_option_makes_areas_finer_than_the_rules_allow(
    weaker: list[str], boundary: Path, tmp_path: Path
) -> None:
    out = tmp_path / "areas.geojson"
    arguments = ["areas", "build", "--boundary", str(boundary), "--out", str(out), *weaker]
    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert not out.exists()
