from __future__ import annotations

from pathlib import Path

import pytest
from elm_bluff import Line, build_line, call

from pipeline.usecases.seal import seal_log


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Line:
    """The line on an empty database, once of each kind."""
    return build_line(tmp_path, database_url)


@pytest.fixture
def sqlite_line(tmp_path: Path) -> Line:
    """The line on SQLite, for what does not depend on the database."""
    return build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")


@pytest.fixture
def sealed_line(tmp_path: Path) -> Line:
    """A line in ``first`` with two calls walked and its log sealed; ``kept`` is for backups."""
    root = tmp_path / "first"
    built = build_line(root, f"sqlite:///{root / 'home' / 'blotter.db'}")
    built.deliver("a.csv", [call("1"), call("2", "ROBBERY")])
    built.run()
    seal_log(built.settings, now=built.at)
    (tmp_path / "kept").mkdir()
    return built
