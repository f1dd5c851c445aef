from __future__ import annotations

from pathlib import Path

import pytest
from elm_bluff import Line, build_line


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Line:
    """The line on an empty database, once of each kind."""
    return build_line(tmp_path, database_url)


@pytest.fixture
def sqlite_line(tmp_path: Path) -> Line:
    """The line on SQLite, for what does not depend on the database."""
    return build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
