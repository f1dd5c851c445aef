"""One agency is found by reading its own folder, and told what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from elm_bluff import build_line

from pipeline.model.errors import ConfigError
from pipeline.usecases.catalog import one_agency


def test_one_agency_is_read_alone_and_what_is_wrong_is_its_own(tmp_path: Path) -> None:
    settings = build_line(tmp_path, f"sqlite:///{tmp_path / 'blotter.db'}").settings
    beside = settings.agencies / "beside"
    beside.mkdir()
    (beside / "agency.yml").write_text("id: [")
    assert one_agency(settings, "elm-bluff").agency_id == "elm-bluff"
    with pytest.raises(ConfigError) as own:
        one_agency(settings, "beside")
    assert own.value.path == beside / "agency.yml"
    for unknown in ("nobody", "../agencies/elm-bluff", "_elm-bluff", ""):
        with pytest.raises(ConfigError) as missing:
            one_agency(settings, unknown)
        assert missing.value.remedy == "Known: beside, elm-bluff."
    with pytest.raises(ConfigError, match="folder of agencies is missing"):
        one_agency(replace(settings, agencies=tmp_path / "nowhere"), "elm-bluff")
