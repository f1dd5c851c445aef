from __future__ import annotations

from dataclasses import replace

import pytest
from elm_bluff import (
    Line,
    call,
    public_bytes,
    published,
)

from pipeline.model import (
    StoreFailure,
)
from pipeline.usecases.publish import publish_due
from pipeline.usecases.resources import migrate


def test_a_public_folder_of_another_installation_is_left_alone(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    published(line)
    before = public_bytes(line)
    home = line.settings.home.parent / "other"
    other = replace(
        line.settings,
        home=home,
        database_url=f"sqlite:///{home / 'b.db'}",
        key_file=home / "key.json",
        vault=str(home / "vault"),
    )
    migrate(other)
    with pytest.raises(StoreFailure, match="another installation"):
        publish_due(other, now=line.at, force=True)
    assert public_bytes(line) == before
