"""Lines around a table that are no rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.outer import parted

ROWS = "PG|26-1|06-09-26 10:05:00|GASL|GAS LEAK\nPG|26-2|06-09-26 10:07:00|WIRE|WIRES DOWN\n"


def test_a_banner_and_a_signature_stand_around_the_rows() -> None:
    text = f"[EXTERNAL] Sent from outside.\r\n\r\n{ROWS}\n-- \nJoint Dispatch of 2 towns\n"

    assert parted(text, "|", above=True) == (
        ["[EXTERNAL] Sent from outside."],
        ROWS,
        ["--", "Joint Dispatch of 2 towns"],
    )


def test_a_total_with_its_empty_cells_stands_below_the_rows() -> None:
    assert parted(f"{ROWS}*** 2 calls ***||||\n", "|", above=False) == (
        [],
        ROWS,
        ["*** 2 calls ***||||"],
    )


def test_nothing_is_looked_for_above_where_a_header_is() -> None:
    assert parted(f"A title\n{ROWS}", "|", above=False) == ([], f"A title\n{ROWS}", [])


@pytest.mark.parametrize(
    "line",
    [
        "26-3",  # what is left of a row that was cut off
        "2603",
        "PG|26-3",
        '"the end of a cell"',
        "||||",
    ],
)
def test_what_may_be_a_row_or_the_end_of_one_stays(line: str) -> None:
    assert parted(f"{ROWS}{line}\n", "|", above=True) == ([], f"{ROWS}{line}\n", [])


def test_a_line_between_rows_is_none_around_them() -> None:
    text = f"{ROWS}a torn line\n{ROWS}"

    assert parted(text, "|", above=True) == ([], text, [])


def test_a_text_without_rows_is_no_table() -> None:
    text = "Address: somewhere\nNature: something else\n"

    assert parted(text, "|", above=True) == ([], text, [])


@pytest.mark.parametrize("sign", ["\x0b", "\x1c", "\x85", "\u2028"])
def test_only_the_ends_of_lines_that_end_rows_end_words(sign: str) -> None:
    text = f"{ROWS}PG|26-3|06-09-26 10:09:00|GASL|GAS{sign}LEAK behind\n"

    assert parted(text, "|", above=True) == ([], text, [])


def test_words_without_end_are_not_searched_for_a_table() -> None:
    text = "many words\n" * 5_000 + ROWS

    assert parted(text, "|", above=True) == ([], text, [])


@given(st.text(alphabet='ab1 |\n\r"-', max_size=200), st.booleans())
def test_nothing_between_is_changed_and_nothing_said_is_lost(text: str, above: bool) -> None:
    before, body, after = parted(text, "|", above=above)

    assert body in text
    kept = "".join("".join((*before, body, *after)).split())
    assert kept == "".join(text.split())
