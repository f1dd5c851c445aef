"""Fixtures every test may use, and the rule that a skipped test fails in CI."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from hypothesis import settings

# How long one example takes is the machine's affair; no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Keep garbage that other tests have left from being looked through where time is taken."""
    gc.disable()  # in a worker that has run for long, one such look takes seconds
    yield
    gc.enable()


_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


def _failed_if_skipped(report: _Report) -> _Report:
    """Turn a skip into a failure where everything is installed, so that no gap goes unseen."""
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which fails in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _failed_if_skipped((yield))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of third-party reference data; tests that read it are skipped where it is absent."""
    folder = Path(os.environ.get("BLOTTER_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("reference data absent: set BLOTTER_SHARED to its folder")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server that lives as long as the test session."""
    from postgres import MISSING, binaries, server

    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    with server(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'blotter.db'}"
    from postgres import fresh_database

    return fresh_database(request.getfixturevalue("postgres"), f"t{uuid4().hex}")
