from __future__ import annotations

import re

import pytest
from elm_bluff import (
    CANARIES,
    Line,
    call,
    everything_outside_the_vault,
)

from pipeline.usecases.approve import approve
from pipeline.usecases.publish import publish_due
from pipeline.usecases.queue import (
    held_queue,
    notice_list,
    one_candidate,
)


def test_an_unread_column_is_told_by_name_and_never_by_value(line: Line) -> None:
    line.deliver("a.csv", [{**call("1", notes="zebulon saw smoke"), "informant": "Zebulon Quackt"}])
    line.run()
    assert ("elm-bluff", "unread-field", "informant", 1) in notice_list(line.settings, now=line.at)
    (candidate,) = line.pending()
    row = one_candidate(line.settings, candidate, now=line.at)
    assert "zebulon" not in row.proposal.candidate.remarks[0].text.lower()


def test_an_unknown_call_type_is_shown_without_what_may_be_private(line: Line) -> None:
    line.deliver("a.csv", [call("1", "CALL QUILLON 920-555-0143")])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert held.reason == "unknown-call-type"
    assert "QUILLON" not in held.detail.upper()
    assert "0143" not in held.detail


def test_no_canary_is_in_any_byte_outside_the_vault(sqlite_line: Line) -> None:
    line = sqlite_line
    line.deliver(
        "a.csv",
        [
            call("1", notes="RP QUILLON ABERNATHWY CB# 920-555-0143, neighbor Tuyet Nguyendo"),
            call(
                "2", "GAS LEAK", caller="Tuyet Nguyendo", notes="gate code ZK71QW#, ask for Tuyet"
            ),
            call("3", "UNKNOWN", notes="Quillon says plate QZJ-4418"),
            call("Quillon Abernathwy", "BRUSH FIRE"),
        ],
    )
    line.run()
    for candidate in line.pending():
        approve(line.settings, candidate, editor="Ida Okwu", now=line.at)
    publish_due(line.settings, now=line.at)
    searched, found = everything_outside_the_vault(line, CANARIES)
    assert searched >= 5
    assert found == []


def test_the_canary_search_finds_what_is_there(sqlite_line: Line) -> None:
    (sqlite_line.settings.home / "note.txt").write_text("Quillon Abernathwy called")
    _, found = everything_outside_the_vault(sqlite_line, CANARIES)
    assert [path.name for path, _ in found] == ["note.txt"] * len(found)
    assert found


@pytest.mark.parametrize("code", ["FIRE 92 COLLEGE LN APT 3", "CB 555 4", "ASK LORCAN AT 12"])
def test_a_place_or_number_in_an_unknown_call_type_is_not_shown(
    sqlite_line: Line, code: str
) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", code)])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert not re.search(r"\d|COLLEGE|LORCAN", held.detail)


@pytest.mark.parametrize("code", ["415", "10-50", "11-82A"])
def test_a_short_number_alone_is_a_code_and_is_shown(sqlite_line: Line, code: str) -> None:
    line = sqlite_line
    line.deliver("a.csv", [call("1", code)])
    line.run()
    (held,) = held_queue(line.settings, now=line.at)
    assert held.detail == code


def test_a_name_used_as_a_column_is_not_told(sqlite_line: Line) -> None:
    line = sqlite_line
    names = ("Lorcan Whitfield", "715 555 018 8", "412 Alder Ct", "Informant Name")
    line.deliver("a.csv", [{**call("1"), **dict.fromkeys(names, "x marks it")}])
    line.run()
    told = {field for _, code, field, _ in notice_list(line.settings, now=line.at)}
    assert told == {"…", "Informant Name"}
