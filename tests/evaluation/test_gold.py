"""Gold is read as it is written; a wrong line is told by place and kind, never by its text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluation.gold import GoldSpan, read_gold
from pipeline.model import ConfigError, Entity

GOOD: dict[str, Any] = {
    "id": "a",
    "text": "ZEBULON\u2028 IS HERE",
    "spans": [{"start": 0, "end": 7, "entity": "PERSON"}],
    "style": "prose",
    "split": "held-out",
    "known": {"caller_name": "Zebulon", "caller_phone": None},
}


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "gold.jsonl"
    bodies = (
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in lines
    )
    path.write_text("".join(f"{body}\n" for body in bodies), encoding="utf-8")
    return path


def test_a_line_is_read_with_all_it_says(tmp_path: Path) -> None:
    (read,) = read_gold(written(tmp_path, GOOD))
    assert read.spans == (GoldSpan(start=0, end=7, entity=Entity.PERSON),)
    assert (read.id, read.style, read.split) == ("a", "prose", "held-out")
    assert read.known == {"caller_name": "Zebulon", "caller_phone": None}


def test_split_and_known_may_be_left_out(tmp_path: Path) -> None:
    bare = {name: value for name, value in GOOD.items() if name not in {"split", "known"}}
    (read,) = read_gold(written(tmp_path, bare))
    assert (read.split, read.known) == ("all", {})


def test_only_the_split_asked_for_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, GOOD | {"id": "b", "split": "development"})
    assert [each.id for each in read_gold(path, split="held-out")] == ["a"]
    assert len(read_gold(path)) == 2


@pytest.mark.parametrize(
    "line",
    [
        "ZEBULON",
        GOOD | {"spans": [{"start": 0, "end": 99, "entity": "PERSON"}]},
        GOOD | {"spans": [{"start": 3, "end": 3, "entity": "PERSON"}]},
        GOOD | {"spans": [{"start": -1, "end": 3, "entity": "PERSON"}]},
        GOOD | {"spans": [{"start": 0, "end": 3, "entity": "ZEBULON"}]},
        GOOD | {"spans": [*GOOD["spans"], {"start": 6, "end": 9, "entity": "STAFF"}]},
        GOOD | {"text": ""},
        GOOD | {"text": None},
        GOOD | {"more": "ZEBULON"},
        GOOD | {"known": {"caller_name": 5}},
    ],
)
def test_a_wrong_line_is_told_without_its_text(tmp_path: Path, line: Any) -> None:
    path = written(tmp_path, GOOD | {"id": "first"}, line)
    with pytest.raises(ConfigError) as caught:
        read_gold(path)
    assert f"{path}:2" in str(caught.value)
    assert "ZEBULON" not in str(caught.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this id stands in an earlier line"):
        read_gold(written(tmp_path, GOOD, GOOD))


def test_nothing_to_judge_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Splits in this file: held-out"):
        read_gold(written(tmp_path, GOOD), split="else")
    with pytest.raises(ConfigError, match="no narrative to judge"):
        read_gold(written(tmp_path))
    with pytest.raises(ConfigError, match="cannot be read"):
        read_gold(tmp_path / "none.jsonl")
