"""``blotter desk`` as it is started: the first invitation, and the receiver beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from elm_bluff import build_line
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.model import ConfigError
from pipeline.usecases.accounts import accounts_list
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import SAMPLES


@pytest.mark.parametrize("receiving", [False, True])
def test_the_desk_starts_and_invites_its_first_admin(
    receiving: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = build_line(tmp_path, f"sqlite:///{tmp_path / 'home' / 'blotter.db'}")
    served: list[Any] = []
    monkeypatch.setattr("uvicorn.run", lambda application, **_: served.append(application))
    monkeypatch.setenv("BLOTTER_HOME", str(line.settings.home))
    monkeypatch.setenv("BLOTTER_AGENCIES", str(line.settings.agencies))
    monkeypatch.setenv("BLOTTER_PUBLIC", str(line.settings.public))
    result = CliRunner().invoke(app, ["desk", *(["--receive"] if receiving else [])])

    assert result.exception is None, result.output
    assert "/join/" in result.output
    assert ("/v1/agencies/ID/payloads" in result.output) is receiving
    assert len(served) == 1


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A folder that is no checkout, and the desks that are served from it."""
    served: list[Any] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("uvicorn.run", lambda application, **_: served.append(application))
    for name in ("AGENCIES", "HOME", "PUBLIC", "REHEARSAL", "DATABASE_URL"):
        monkeypatch.delenv(f"BLOTTER_{name}", raising=False)
    return served


def test_the_demo_works_from_any_folder_and_says_how_to_fill_its_queue(
    elsewhere: list[Any], tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["desk", "--demo"])

    assert result.exception is None, result.output
    (served,) = elsewhere
    settings = served.state.desk.settings
    assert settings.agencies == SAMPLES
    assert settings.home == tmp_path / "var"
    # In the samples' own days: at any later time nothing of them may be told any more.
    assert (settings.rehearsal.year, settings.rehearsal.month) == (2026, 3)
    assert f"export BLOTTER_AGENCIES={SAMPLES}" in result.output
    assert "2026-03-04 04:30Z" in result.output
    # Whose agency the agency's account is has to be one of the samples.
    with open_database(settings) as store:
        agencies = {each.agency_id for each in accounts_list(store)} - {""}
    assert agencies == {"juniper-falls-pd"}
    assert (SAMPLES / "juniper-falls-pd").is_dir()


def test_the_demo_is_refused_for_other_agencies_and_says_what_to_do(
    elsewhere: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    monkeypatch.setenv("BLOTTER_AGENCIES", "real")
    result = CliRunner().invoke(app, ["desk", "--demo"])

    assert isinstance(result.exception, ConfigError)
    assert "Unset BLOTTER_AGENCIES" in result.exception.remedy
    assert elsewhere == []
    assert not (tmp_path / "var").exists()
