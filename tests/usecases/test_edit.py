from __future__ import annotations

import pytest
from elm_bluff import (
    Line,
    call,
)

from pipeline.model import (
    Refused,
)
from pipeline.usecases.edit import edit


@pytest.mark.parametrize(
    "words",
    [
        "Call 920-555-0143",
        "Fire at the home of Quillon Abernathwy",
        "John Miller of 14 Tannery Row was robbed by a tall man.",
        "Fire near 1420 Oak Ridge",
        "Mr. Miller was there",
        "A 34-year-old was hurt",
        "Fire in Unit 4B",
    ],
)
def test_an_editor_cannot_write_who_or_where(line: Line, words: str) -> None:
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match=r"leak check|nothing explains"):
        edit(line.settings, candidate, editor="Ida Okwu", now=line.at, headline="", text=words)


def test_an_editor_cannot_write_what_is_never_told(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1")])
    line.run()
    (candidate,) = line.pending()
    with pytest.raises(Refused, match="never told"):
        edit(
            line.settings,
            candidate,
            editor="Ida Okwu",
            now=line.at,
            headline="",
            text="a victim of rape is in the house next to the school",
        )
