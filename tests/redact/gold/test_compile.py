"""The gold narratives: their form, their spans, and that everyone in them is invented."""

from __future__ import annotations

import html
import json
import re
import runpy
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from pipeline.emulator.narratives.marked import unmark

HERE = Path(__file__).resolve().parent
COMPILE = runpy.run_path(str(HERE / "compile.py"))
GoldError = COMPILE["GoldError"]
FOLDERS: dict[str, str] = COMPILE["FOLDERS"]
WRITTEN = {split: (HERE / f"{split}.jsonl").read_text(encoding="utf-8") for split in FOLDERS}
ENTRIES: list[dict[str, Any]] = [
    json.loads(line) for text in WRITTEN.values() for line in text.splitlines()
]

_DIGITS = {"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4"}
_DIGITS |= {"five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9"}
_DIGITS |= {"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14"}
_DIGITS |= {"fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18"}
_DIGITS |= {"nineteen": "19", "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5"}
_DIGITS |= {"sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9"}


def marked() -> list[tuple[dict[str, Any], str, str]]:
    """Every span as its narrative, its entity and its characters."""
    return [
        (item, span["entity"], item["text"][span["start"] : span["end"]])
        for item in ENTRIES
        for span in item["spans"]
    ]


def digits(text: str) -> str:
    # Digits of any script are read as what they show; typists' O and l as digits.
    plain = "".join(str(unicodedata.digit(c, c)) for c in normalize("NFKC", text)).lower()
    plain = re.sub(r"(?<=\d)o|o(?=\d)", "0", re.sub(r"(?<=\d)l|l(?=\d)", "1", plain))
    words = re.findall(r"[a-z]+|\d", plain)
    return "".join(_DIGITS.get(word, word if word.isdigit() else "") for word in words)


def test_the_lines_are_what_the_narratives_say_now() -> None:
    for split, written in WRITTEN.items():
        assert COMPILE["compiled"](split) == written, split


def test_every_span_hits_characters_and_overlaps_no_other() -> None:
    for item in ENTRIES:
        end = 0
        for span in item["spans"]:
            assert end <= span["start"] < span["end"] <= len(item["text"]), item["id"]
            end = span["end"]
    for item, entity, text in marked():
        assert text == text.strip(), (item["id"], entity)
        assert any(character.isalnum() for character in text), (item["id"], entity)


def test_no_narrative_is_there_twice() -> None:
    assert max(Counter((item["split"], item["id"]) for item in ENTRIES).values()) == 1
    assert max(Counter(item["text"] for item in ENTRIES).values()) == 1


def test_no_person_is_in_two_narratives() -> None:
    seen: dict[tuple[str, str], str] = {}
    for item, entity, text in marked():
        name = " ".join(re.findall(r"\w+", text.lower()))
        # Writers of different splits did not know of each other; a given name alone is two people.
        if item["split"] == "blind" and " " not in name:
            continue
        if entity in {"PERSON", "STAFF"} and len(name) > 3:
            assert seen.setdefault((item["split"], name), item["id"]) == item["id"], item["id"]


def test_every_telephone_is_an_invented_one() -> None:
    for item, entity, text in marked():
        # A form may hold the area code by itself; that is no telephone yet.
        if entity == "PHONE" and not (text.isdigit() and len(text) == 3):
            assert "55501" in digits(html.unescape(text)), item["id"]
    for item in ENTRIES:
        if phone := item.get("known", {}).get("caller_phone"):
            assert "55501" in digits(phone), item["id"]


@pytest.mark.parametrize(
    "text", ["⟦NAME:MARY⟧", "⟦PERSON:MARY", "MARY⟧", "⟦PERSON:⟧", "⟦PERSON:A⟦STREET:B⟧⟧", "\\q"]
)
def test_a_wrong_mark_is_an_error(text: str) -> None:
    with pytest.raises(GoldError):
        unmark(text)


def test_a_mark_becomes_a_span_and_an_escape_its_character() -> None:
    text, spans = unmark("RP\\t⟦PERSON:MA\\u200bRY⟧ 1\\\\2")
    assert text == "RP\tMA\u200bRY 1\\2"
    assert spans == ((3, 8, "PERSON"),)


def test_an_entry_of_another_style_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "prose.txt"
    source.write_text("# allcaps-01\nTEXT\n")
    with pytest.raises(GoldError):
        list(COMPILE["entries"](source))


@pytest.mark.parametrize(
    ("split", "least"), [("development", 20), ("held-out", 14), ("unseen", 19)]
)
def test_the_narratives_are_spread_over_the_styles(split: str, least: int) -> None:
    sources = {source.stem for source in (HERE / FOLDERS[split]).glob("*.txt")}
    counts = Counter(item["style"] for item in ENTRIES if item["split"] == split)
    assert set(counts) == sources == {path.stem for path in (HERE / "development").glob("*.txt")}
    assert min(counts.values()) >= least
