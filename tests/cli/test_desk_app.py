"""``blotter desk`` as it is started: the first invitation, and the receiver beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from elm_bluff import build_line
from typer.testing import CliRunner

from pipeline.cli.app import app


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
