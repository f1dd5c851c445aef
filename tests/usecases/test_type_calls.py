"""Proposals for an agency use its own words and calls, and show nothing private of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from elm_bluff import CANARIES, Line, call, everything_outside_the_vault

from pipeline.usecases import mapping as use
from pipeline.usecases.expire import expire_due
from pipeline.usecases.types import Suggestion, as_json, suggest

SECRETS = (*CANARIES, "hit her", "parking lot of the mill")


def calls(code: str, *notes: str, desc: str = "") -> list[dict[str, str]]:
    rows = [call(f"{code}/{n}", code, notes=text) for n, text in enumerate(notes)]
    return [row | {"desc": desc, "prio": "P1", "unit": "SQUAD"} for row in rows]


@pytest.fixture
def line(sqlite_line: Line) -> Line:
    """Calls of bare and of worded codes; beside some stands what the agency calls them."""
    sqlite_line.change(ignored_fields=["prio", "desc"])
    sqlite_line.deliver(
        "a.csv",
        [
            *calls("Z9", "bass thru the wall", "Quillon Abernathwy says tv is loud", desc="NOISE"),
            *calls("7731", "two kayaks overturned below the bridge", "boat adrift", "swimmer"),
            *calls("BRUSH FIRES", "grass fire, half acre", "grass along the track burning"),
            *calls("5150", "talking to self in the lobby"),
            *calls("SIG 4A", "rear ended at the light"),
            *calls("B&E", "side door pried, tools gone", "shed lock cut"),
            *calls("QUILLON RESIDENCE", "check the yard"),
            *calls("CRASH", "fender bender"),
        ],
    )
    sqlite_line.run()
    return sqlite_line


def found(
    line: Line, looked: int = 8, codes: dict[str, str] | None = None
) -> dict[str, Suggestion]:
    made = suggest(line.settings, "elm-bluff", now=line.at, looked=looked, codes=codes)
    return {each.code: each for each in made}


def after(line: Line, *rows: Mapping[str, str]) -> Line:
    """Return the line some minutes later, when these calls have come, too."""
    later = line.later(5)
    later.deliver("b.csv", rows)
    later.run()
    return later


def test_what_the_agency_writes_beside_a_code_votes(line: Line) -> None:
    one = found(line)["Z9"]
    assert (one.text, one.held, one.calls) == ("NOISE", 2, 2)
    assert one.proposal.apco[0] == "NOISE"
    assert not one.proposal.sensitive
    assert found(line)["7731"].text == ""  # a unit and a priority stand beside every code


def test_a_text_beside_one_call_alone_is_nobodys_word_for_the_code(line: Line) -> None:
    line = after(line, *calls("Q4", "see notes", desc="HUSBAND ASSAULT"))
    assert found(line)["Q4"].calls == 1
    assert found(line)["Q4"].text == ""


def test_calls_vote_for_a_bare_code(line: Line) -> None:
    assert found(line)["7731"].proposal.apco[0] == "WATER"
    assert "WATER" not in found(line, looked=0)["7731"].proposal.apco


def test_a_sensitive_call_raises_the_type_and_is_not_shown(line: Line) -> None:
    plain = found(line)["BRUSH FIRES"]
    assert plain.proposal.accepted
    (told,) = calls("BRUSH FIRES", "her husband hit her and lit the hay")
    raised = found(after(line, told | {"cfs": "zz"}))["BRUSH FIRES"]
    assert raised.calls == 3
    assert raised.proposal.sensitive
    assert not raised.proposal.accepted
    assert "sensitive: calls of it raise domestic" in raised.proposal.reasons
    assert len(raised.examples) == 2
    assert "husband" not in json.dumps(as_json(raised))


def test_shown_calls_are_redacted_and_few(line: Line) -> None:
    notes = [f"boat {word}" for word in ("adrift", "taking water", "sinking", "aground", "gone")]
    (hidden,) = calls("7731", "parking lot of the mill")
    more = [row | {"cfs": f"m{n}"} for n, row in enumerate(calls("7731", *notes))]
    line = after(line, *more, hidden | {"cfs": "k1", "mark": "yes"})
    seen = found(line)
    assert (seen["7731"].calls, len(seen["7731"].examples)) == (9, 3)
    assert "[PERSON]" in " ".join(seen["Z9"].examples)
    told = json.dumps([as_json(each) for each in seen.values()])
    assert [secret for secret in SECRETS if secret in told] == []
    assert "QUILLON" not in told
    _, leaked = everything_outside_the_vault(line, CANARIES)
    assert leaked == []


def test_codes_are_shown_as_they_have_to_be_mapped(line: Line) -> None:
    seen = found(line)
    assert {"5150", "SIG 4A", "B&E", "BRUSH FIRES", "7731", "Z9"} <= set(seen)
    mapping = {"5150": "EDP", "SIG 4A": "MVA", "B&E": "BURGLARY"}
    looked = use.preview(line.settings, "elm-bluff", mapping, days=30, now=line.at)
    use.save(
        line.settings,
        "elm-bluff",
        mapping,
        digest=looked.digest,
        editor="Ida Okwu",
        now=line.at,
    )
    before = line.states()
    line.later(5).run()
    assert line.states()["pending"] == before["pending"] + 3
    assert not {*mapping} & set(found(line))


def test_a_code_that_may_be_a_name_is_masked_until_somebody_types_it(line: Line) -> None:
    masked = found(line)["[UNEXPLAINED] RESIDENCE"]
    assert (masked.held, masked.calls) == (1, 1)
    typed = found(line, codes={"Quillon Residence": "WELFARE CHECK"})
    assert "[UNEXPLAINED] RESIDENCE" not in typed
    assert typed["QUILLON RESIDENCE"].proposal.apco[0] == "WELFARE"


def test_held_records_whose_payload_is_shredded_still_count(line: Line) -> None:
    late = line.later(60 * 24 * 10)
    expire_due(late.settings, now=late.at)
    seen = {each.code: each for each in suggest(late.settings, "elm-bluff", now=late.at)}
    assert seen["Z9"].held == 2
    assert all(not each.examples and not each.text for each in seen.values())
    assert sum(each.held for each in seen.values()) == late.states()["held"]


def test_an_agency_that_sent_nothing_yet_is_judged_by_its_sample(line: Line) -> None:
    other = line.folder.parent / "oak-hollow"
    (other / "payloads").mkdir(parents=True)
    text = (line.folder / "agency.yml").read_text()
    (other / "agency.yml").write_text(text.replace("id: elm-bluff", "id: oak-hollow"))
    for name in ("areas.geojson", "agreement.md", "payloads/a.csv"):
        (other / name).write_bytes((line.folder / name).read_bytes())
    made = {e.code: e for e in suggest(line.settings, "oak-hollow", now=line.at)}
    assert made["7731"].held == 0
    assert made["7731"].calls == 3
    assert made["7731"].proposal.apco[0] == "WATER"


def test_a_quarantined_payload_is_read_by_todays_file(line: Line) -> None:
    rows = [row | {"cfs": "q1"} for row in calls("8812", "fuel spill at the pump")]
    line.change(fields={"priority": {"path": "pri", "presence": "required"}})
    line = after(line, *rows)
    assert line.count().payloads.quarantined == 1
    assert found(line, codes={"8812": ""})["8812"].calls == 0
    line.change(fields={"priority": None})
    assert found(line, codes={"8812": ""})["8812"].calls == 1


def test_looking_changes_nothing(line: Line) -> None:
    roots = (line.settings.home, line.settings.public, line.folder)
    before = {p: p.read_bytes() for root in roots for p in root.rglob("*") if p.is_file()}
    assert len(before) > 5
    assert len(found(line)) > 5
    now = {p: p.read_bytes() for root in roots for p in root.rglob("*") if p.is_file()}
    assert now == before


def test_words_that_are_somebodys_name_are_no_text_of_a_code(line: Line) -> None:
    line.change(private_values=["who"])
    line = after(
        line,
        *({"who": "JACK WIRE", **each} for each in calls("Q1", "tv", "loud")),
        *calls("Q2", "tv", "saw", desc="ROB WATERS"),
    )
    seen = found(line, codes={"Q1": "", "Q2": ""})
    assert (seen["Q1"].calls, seen["Q1"].text) == (2, "")  # said to be private
    assert (seen["Q2"].calls, seen["Q2"].text) == (2, "")  # unsaid, and found to be


def test_a_call_with_a_type_that_is_never_told_is_not_shown_before_it_is_walked(
    sqlite_line: Line,
) -> None:
    line = sqlite_line
    told = [*calls("Z9 DOMESTIC", "left on foot"), *calls("SEX ASSAULT", "door was open")]
    line.deliver("a.csv", [row | {"cfs": f"n{n}"} for n, row in enumerate(told)])
    made = suggest(line.settings, "elm-bluff", now=line.at)
    assert [each.calls for each in made] == [1, 1]
    assert [each.examples for each in made] == [(), ()]
