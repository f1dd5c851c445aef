"""The wheel and the source distribution hold all that is needed, and run outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    site = built / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def run(site: Path, home: Path, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(site),
        "BLOTTER_HOME": str(home / "var"),
        "BLOTTER_PUBLIC": str(home / "public"),
        "BLOTTER_AGENCIES": str(ROOT / "sample_feeds"),
    } | extra
    code = (
        "import sys, pipeline; from pathlib import Path;"
        f"assert Path(pipeline.__file__).is_relative_to({str(site)!r});"
        "from pipeline.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=home,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_runs_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "migrate", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    done = run(installed, tmp_path, "pull", "--agency", "cedar-hollow-fire", "--json")
    assert json.loads(done.stdout)["landed"] > 0, done.stderr
    done = run(installed, tmp_path, "status", "--json")
    assert json.loads(done.stdout)["balanced"] is True, done.stderr
    assert not (tmp_path / "pipeline").exists()


@pytest.mark.airflow
def test_the_wheel_runs_the_line_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    agencies = tmp_path / "agencies"
    shutil.copytree(ROOT / "sample_feeds/cedar-hollow-fire", agencies / "cedar-hollow-fire")
    done = run(installed, tmp_path, "run", "--once", BLOTTER_AGENCIES=str(agencies))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Balanced" in done.stdout
    log = (tmp_path / "var/airflow/logs/supervisor.log").read_text()
    assert "stopped" in log
    assert not (tmp_path / "dags").exists()


def files_in(folder: Path) -> set[Path]:
    """Return files below a folder, but what running them left there."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_line(installed: Path) -> None:
    packed = files_in(installed / "pipeline/_line/dags")
    assert packed == files_in(ROOT / "dags")
    assert Path(".airflowignore") in packed


def test_the_source_distribution_holds_code_schemas_locks_and_deployment(built: Path) -> None:
    (packed,) = built.glob("*.tar.gz")
    with tarfile.open(packed) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    wanted = {
        "pyproject.toml",
        "requirements.lock",
        "Makefile",
        "deploy/Dockerfile",
        "dags/line.py",
    }
    assert wanted <= names
    assert any(name.startswith("schemas/") for name in names)
    assert not [n for n in names if n.startswith(("var/", "public/", ".venv/", ".git/"))]
