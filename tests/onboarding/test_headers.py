"""A row of a table without a header is not taken for one: names of columns are written down."""

from __future__ import annotations

import pytest

from pipeline.model import PayloadRefused
from pipeline.onboarding import read_sample


def names_of(text: str) -> str:
    try:
        return " ".join(column.path for column in read_sample(text.encode()).columns)
    except PayloadRefused:
        return ""


@pytest.mark.parametrize(
    "text",
    [
        (
            "Juniper Pell,Oak St,LIFT ASSIST,pt fell,03/02/26 10:00\n"
            "Tam Row,Elm St,FALL,hip,03/02/26 11:00\n"
        ),
        (
            "C1,LIFT ASSIST,Oak St,Juniper Pell,fell in the tub\n"
            "C2,LIFT ASSIST,Elm St,Tam Row,hip\nC3,FALL,Elm St,Tam Row,knee\n"
        ),
    ],
)
def test_a_row_of_values_is_no_header(text: str) -> None:
    assert "Juniper" not in names_of(text)


def test_a_header_that_is_said_again_is_one() -> None:
    head = "Number,Type,Street\n"
    text = f"{head}C1,FALL,Oak St\nC2,GAS,Elm St\n{head}C3,GAS,Elm St\n"
    assert names_of(text) == "Number Type Street"
