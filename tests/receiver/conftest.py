"""The line most tests of the receiver begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from elm_bluff import Line
from pushing import build_pushing


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """The small invented agency, on SQLite, pushing JSON."""
    return build_pushing(tmp_path)
