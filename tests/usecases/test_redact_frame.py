"""A column of texts becomes a frame of its own; the frame given stays as it was."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline import Redactor
from pipeline.model import Entity, Refused
from pipeline.usecases.redact_frame import COLUMNS


@pytest.fixture(name="calls")
def _calls() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "narrative": ["rp Zebulon at 555-0143", None, float("nan"), 7, "smoke " * 9000, "fire"],
            "caller": ["Zebulon Quillfeather", None, "x", "x", "x", float("nan")],
            "phone": [9205550143.0, float("nan"), 1.0, 1.0, 1.0, float("nan")],
        },
        index=pd.Index([30, 10, 10, 5, 2, 1], name="call"),
    )


def test_a_frame_is_redacted_row_by_row(calls: pd.DataFrame) -> None:
    before = calls.copy(deep=True)
    known = {"caller_name": "caller", "caller_phone": "phone"}
    made = Redactor().redact_frame(calls, text="narrative", known=known)
    pd.testing.assert_frame_equal(calls, before)
    assert tuple(made.columns) == COLUMNS
    pd.testing.assert_index_equal(made.index, calls.index)
    assert made["redacted"].iloc[0] == "rp [PERSON] at [PHONE]"
    assert made[["PERSON", "PHONE", "found"]].iloc[0].tolist() == [1, 1, 2]
    assert made["redacted"].isna().tolist() == [False, True, True, True, True, False]
    assert made["held"].isna().tolist() == [True, True, True, False, False, True]
    assert made["held"].iloc[3] == "not-text"
    assert made["held"].iloc[4].startswith("detector")


def test_counts_are_whole_numbers_for_every_entity_also_without_rows() -> None:
    made = Redactor.redact_frame(pd.DataFrame({"narrative": []}), text="narrative")
    assert len(made) == 0
    assert [str(made[entity.value].dtype) for entity in Entity] == ["int64"] * len(Entity)


def test_no_column_of_the_frame_given_is_carried_over(calls: pd.DataFrame) -> None:
    made = Redactor.redact_frame(calls, "narrative")
    assert not set(calls.columns) & set(made.columns)


@pytest.mark.parametrize("columns", [["text"], ["narrative", "narrative"]])
def test_a_column_must_be_there_once(columns: list[str]) -> None:
    frame = pd.DataFrame([["fire"] * len(columns)], columns=columns)
    with pytest.raises(Refused, match="exactly one column named 'narrative'"):
        Redactor.redact_frame(frame, text="narrative")
