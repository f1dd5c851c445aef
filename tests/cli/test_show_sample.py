"""What the command line says of samples: an estimate out of nothing is no estimate."""

from __future__ import annotations

import pytest

from pipeline.audit.recapture import pairs
from pipeline.cli.show_sample import recaptured


def test_two_searches_that_found_nothing_do_not_say_that_nothing_was_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    recaptured(pairs({"one": [[]], "other": [[]]}))
    nothing = capsys.readouterr().out
    assert nothing.count("unknown") == 3
    assert "0.0" not in nothing
    recaptured(pairs({"one": [[(0, 1, 4)]], "other": [[(0, 1, 4)]]}))
    assert "unknown" not in capsys.readouterr().out
