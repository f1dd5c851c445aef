"""Without npm there are no browser parts: told, and only where they are needed a failure."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout without fetched parts, and a PATH without npm."""
    for name in ("tools/assets", "web/package-lock.json", "web/states.mjs"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "dirname", "cat", "cksum"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


@pytest.mark.parametrize(("options", "status"), [((), 1), (("--optional",), 0)])
def test_npm_that_is_missing_is_told(checkout: Path, options: tuple[str, ...], status: int) -> None:
    done = subprocess.run(
        [str(checkout / "tools/assets"), *options],
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "apt-get install npm" in done.stderr
    assert not (checkout / "pipeline").exists()


def test_only_running_the_line_goes_on_without_them() -> None:
    lines = (ROOT / "Makefile").read_text().splitlines()
    before = {
        lines[at - 2].split(":")[0]: line for at, line in enumerate(lines) if "/assets" in line
    }
    assert {name for name, line in before.items() if "--optional" in line} == {"setup-run"}
    assert len(before) > 2
