"""What calls say of a type: they choose among types, and can only raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.classify.apco import apco_codes
from pipeline.classify.types import Mapped, Proposer, Rows, proposer
from pipeline.classify.types.rows import row_votes
from pipeline.classify.types.words import lines_of
from pipeline.policies import load_policy

HERE = Path(__file__).parent
NEAR = [Mapped(agency="a", text="SUSPICIOUS VEHICLE", apco="VEHSUSP")]
CREEK = ("two kayaks overturned below the bridge", "[PERSON] is drifting, boat launching")
BLAND = Rows(texts=("parked with lights off", "van circling the block"))


@pytest.fixture(scope="module")
def judge() -> Proposer:
    return proposer(load_policy(), NEAR)


def first(texts: tuple[str, ...]) -> str:
    votes = row_votes(texts)
    return max(votes, key=lambda apco: (votes[apco], apco))


def test_a_bare_code_gets_the_type_its_calls_tell_of(judge: Proposer) -> None:
    alone = judge.propose("7731", "")
    told = judge.propose("7731", "", Rows(texts=CREEK))
    assert "WATER" not in alone.apco
    assert told.apco[0] == "WATER"
    assert "calls: WATER" in " ".join(told.reasons)
    assert told.sensitive
    assert not told.accepted


@pytest.mark.parametrize(
    ("text", "apco"),
    [
        ("SMELL OF GAS NEAR THE METER, GAS COMPANY NOTIFIED", "GASLEAK"),
        ("caller says dog at large in the pasture, aco notified", "ANIMAL"),
        ("package taken off the porch, value approx 60", "LARCENY"),
        ("rollover, driver has neck pain", "MVAINJY"),
        ("graffiti on the underpass, fresh paint", "VANDAL"),
    ],
)
def test_a_telling_counts_however_it_is_written(text: str, apco: str) -> None:
    assert first((text,)) == apco


def test_words_of_a_telling_have_to_stand_near_each_other() -> None:
    near = row_votes(("driver swerving on the highway",))
    apart = row_votes(("driver " + "and then nothing happened there " * 4 + "swerving",))
    assert near["DUI"] == apart["DUI"]  # one word tells as much wherever it stands
    assert row_votes(("blocked the driveway",))["PARKING"] > 0
    far = "blocked " + "for a long time by the big red thing outside our house " + "driveway"
    assert "PARKING" not in row_votes((far,))


def test_votes_are_shares_and_masks_say_nothing() -> None:
    votes = row_votes((*CREEK, "", "[PERSON] [PHONE] [GEO]"))
    assert votes
    assert all(0 < share <= 0.5 + 1e-9 for share in votes.values())
    assert row_votes(()) == row_votes(("[PERSON] [ACCESS_CODE]",)) == {}


def test_an_ordinary_word_is_no_code_glued_of_two() -> None:
    assert row_votes(("Caller asks for units behind house, call back",)) == {}


def test_one_signal_in_any_call_raises_and_takes_the_acceptance_away(judge: Proposer) -> None:
    assert judge.propose("SUSP VEHICLE", "", BLAND).accepted
    raised = judge.propose("SUSP VEHICLE", "", Rows(texts=BLAND.texts, raised=("domestic",)))
    assert raised.apco[0] == "VEHSUSP"
    assert raised.sensitive
    assert not raised.accepted
    assert "sensitive: calls of it raise domestic" in raised.reasons


def test_calls_that_tell_of_another_type_leave_it_to_people(judge: Proposer) -> None:
    assert judge.propose("SUSP VEHICLE", "").accepted
    told = judge.propose("SUSP VEHICLE", "", Rows(texts=("subject wants to die, on bridge rail",)))
    assert not told.accepted


def test_calls_never_make_a_sensitive_code_harmless(judge: Proposer) -> None:
    harmless = Rows(texts=("loud music", "package taken from the porch", "gas smell, gas company"))
    lines = (HERE / "sensitive_types.txt").read_text(encoding="utf-8").splitlines()
    types = [line for line in lines if line and not line.startswith("#")]
    assert len(types) > 300
    for text in types:
        before, after = judge.propose(text, ""), judge.propose(text, "", harmless)
        assert after.sensitive, text
        assert set(filter(sensitive, before.reasons)) <= set(after.reasons), text


def sensitive(reason: str) -> bool:
    return reason.startswith("sensitive")


def test_tellings_are_of_apcos_types_each_once() -> None:
    codes = [code for code, _ in lines_of("tellings.txt", ":")]
    assert len(codes) == len(set(codes)) > 140
    assert set(codes) <= set(apco_codes())
