"""Proposals for lines of a pipe and for an agency, and what a mapping would move."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pytest

from pipeline.usecases.settings import Settings, load_settings
from pipeline.usecases.types import judge_lines, mapped

KEYS = ["id", "apco", "tier", "sensitive", "accepted", "reasons"]


@pytest.fixture
def settings() -> Settings:
    return load_settings(os.environ)


def test_every_line_gets_one_answer_in_order(settings: Settings) -> None:
    lines = [
        b'{"id": "a", "code": "SIG 4A", "text": null}',
        b'{"id": 2, "text": "STRUCTURE FIRE"}',
        b"",
        b"not json",
        b"[1]",
        b'{"id": {"x": 1}, "code": 459, "text": ["no"]}',
    ]
    answers = [orjson.loads(each) for each in judge_lines(settings, lines)]
    assert [list(each) for each in answers] == [KEYS] * len(lines)
    assert [each["id"] for each in answers] == ["a", 2, None, None, None, {"x": 1}]
    assert all(len(set(each["apco"])) == 3 for each in answers)
    assert answers[1]["apco"][0] == "FSTRU"
    assert not answers[1]["sensitive"]
    assert all(each["sensitive"] and not each["accepted"] for each in (answers[0], *answers[2:]))
    faults = [[one for one in each["reasons"] if one.startswith("not judged")] for each in answers]
    assert faults == [
        [],
        [],
        ["not judged: the line is no JSON"],
        ["not judged: the line is no JSON"],
        ["not judged: the line is no JSON object"],
        ["not judged: text is no text"],
    ]


def test_mapped_types_of_the_agencies_are_the_neighbours(settings: Settings) -> None:
    known = mapped(settings)
    assert {"juniper-falls-pd", "millbrook-pd"} <= {each.agency for each in known}


def test_without_an_agencies_folder_there_are_no_neighbours(tmp_path: Path) -> None:
    assert mapped(load_settings({"BLOTTER_AGENCIES": str(tmp_path / "none")})) == ()
