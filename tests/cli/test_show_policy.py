"""What the command line says of a simulation: what may not be told takes no room."""

from __future__ import annotations

import pytest

from pipeline.cli.show_policy import _table


def test_rows_of_which_nothing_may_be_told_are_counted_instead_of_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    _table(
        "area", {("Common", "hold"): 20, ("Tannery", "hold"): None, ("Paper Mill", "hold"): None}
    )
    told = capsys.readouterr().out
    assert "Common" in told
    assert "Tannery" not in told
    assert "By area: 2 row(s)" in told
    _table("area", {("Tannery", "hold"): None})
    assert capsys.readouterr().out.startswith("By area: 1 row(s)")
