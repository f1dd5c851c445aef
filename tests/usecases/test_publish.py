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
    AlertId,
    StoreFailure,
)
from pipeline.usecases.approve import approve
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


def test_an_alerts_own_number_is_no_private_value_however_its_digits_fall(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    line.deliver("1.csv", [call("103")])
    line.run()
    (candidate,) = line.pending()
    own = AlertId("35d2ee103bb125a9c0db")
    approve(line.settings, candidate, editor="Per Lund", now=line.at, mint=lambda: own)
    assert publish_due(line.settings, now=line.at).alerts == 1
    assert (line.settings.public / f"alert/{own}.html").is_file()
