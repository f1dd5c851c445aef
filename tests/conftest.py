"""Fixtures every test may use: reference data, an invented seal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of third-party reference data; tests that read it are skipped where it is absent."""
    folder = Path(os.environ.get("BLOTTER_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("reference data absent: set BLOTTER_SHARED to its folder")
    return folder
