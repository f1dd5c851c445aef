"""Fixtures every test may use, and the rule that a skipped test fails in CI."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
