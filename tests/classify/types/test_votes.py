"""Proposals: what must never slip, and when people are not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.classify.apco import apco_codes
from pipeline.classify.types import Mapped, Proposer, proposer
from pipeline.model import Tier
from pipeline.policies import load_policy

HERE = Path(__file__).parent
NEAR = [Mapped(agency="a", text="SUSPICIOUS VEHICLE", apco="VEHSUSP")]


def listed(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def judge() -> Proposer:
    return proposer(load_policy(), NEAR)


def test_no_sensitive_call_type_slips(judge: Proposer) -> None:
    types = listed("sensitive_types.txt")
    assert len(types) > 300
    assert [each for each in types if not judge.propose("", each).sensitive] == []


def test_a_sensitive_code_is_sensitive_in_the_code_field_too(judge: Proposer) -> None:
    slipped = [t for t in listed("sensitive_types.txt") if not judge.propose(t, "").sensitive]
    assert slipped == []


def test_plain_call_types_are_not_called_sensitive(judge: Proposer) -> None:
    types = listed("bland_types.txt")
    raised = [each for each in types if judge.propose("", each).sensitive]
    assert len(raised) <= len(types) // 20, raised


@pytest.mark.parametrize(
    ("text", "apco"),
    [
        ("SUSP VEH-RES", "VEHSUSP"),
        ("MVA PDO", "MVA"),
        ("MVA W/INJ", "MVAINJY"),
        ("B&E", "BURGLARY"),
        ("LARC FROM VEH", "LARCENY"),
        ("VIOL REST ORDER", "ORDERV"),
        ("CHILD ENTICEMENT", "SEXOFFNS"),
        ("IND EXPOSURE", "INDECENT"),
        ("WELF CK", "WELFARE"),
        ("UNK TRBL", "TROUBLE"),
        ("17A1G", "FALL"),
        ("69-D-6", "FSTRU"),
        ("459 PC", "BURGLARY"),
        ("11-82", "MVA"),
        ("20002", "MVAHR"),
        ("594 PC", "VANDAL"),
        ("5150", "EDP"),
        ("BURALM", "ALRBA"),
        ("SIG 22 DISTURBANCE", "DISORD"),
        ("52-B-1 RES ALARM", "ALRF"),
        ("HIT/SKIP", "MVAHR"),
        ("EMS: FALL VICTIM", "FALL"),
        ("ASLT - WITH OR W/O WEAPONS (NO SHOOTINGS)", "ASSAULT"),
        ("FEL ASLT (EXCLUDES STABBING)", "ASSAULT"),
        ("UDAA JH", "VEHSTLN"),
        ("MDOP RPT", "VANDAL"),
    ],
)
def test_common_spellings_get_the_type_a_person_would_give(
    judge: Proposer, text: str, apco: str
) -> None:
    assert judge.propose("", text).apco[0] == apco


def test_only_what_all_three_agree_on_is_accepted(judge: Proposer) -> None:
    assert judge.propose("", "SUSP VEHICLE").accepted
    assert not judge.propose("", "STOLEN VEHICLE").accepted  # nobody mapped it before
    alone = proposer(load_policy())
    assert not alone.propose("", "SUSP VEHICLE").accepted


def test_a_sensitive_type_is_never_accepted_however_well_known() -> None:
    known = [Mapped(agency="a", text="DOMESTIC VIOLENCE", apco="DVA")]
    made = proposer(load_policy(), known).propose("", "DOMESTIC VIOLENCE")
    assert made.apco[0] == "DVA"
    assert made.sensitive
    assert not made.accepted


def test_an_agency_left_out_does_not_vote_for_itself() -> None:
    made = proposer(load_policy(), NEAR, leave_out="a").propose("", "SUSP VEHICLE")
    assert not made.accepted
    assert not [reason for reason in made.reasons if reason.startswith("mapped before")]


@pytest.mark.parametrize("text", ["", " ", "?", "ZZQX", "12345678", "\u0000", "x" * 5000])
def test_what_nobody_can_read_is_sensitive_and_left_to_people(judge: Proposer, text: str) -> None:
    made = judge.propose(text, text)
    assert made.sensitive
    assert not made.accepted
    assert len(set(made.apco)) == 3
    assert set(made.apco) <= set(apco_codes())


@pytest.mark.parametrize("text", ["207 PC", "10-50F", "415J", "SIG 4I", "OTHER", "RESTOR"])
def test_what_may_tell_more_is_left_to_people(judge: Proposer, text: str) -> None:
    made = judge.propose("", text)
    assert made.sensitive
    assert not made.accepted


@pytest.mark.parametrize("text", ["QZX", "MOWB DIST", "SERVICE - ZERQO", "VQRP ASSIST"])
def test_a_word_in_no_list_is_not_read_as_harmless(judge: Proposer, text: str) -> None:
    made = judge.propose("", text)
    assert made.sensitive
    assert not made.accepted


@pytest.mark.parametrize("text", ["ASL - Assault", "TRS - Trespass", "FRA - Fraud"])
def test_a_code_before_words_that_say_what_it_is_raises_nothing(judge: Proposer, text: str) -> None:
    assert not judge.propose("", text).sensitive


@pytest.mark.parametrize("text", ["FIGHT (NO WEAPONS, INCL DOMESTIC)", "EMS: PUBLIC SERVICE"])
def test_what_is_left_out_of_the_type_still_counts_as_sensitive(judge: Proposer, text: str) -> None:
    assert judge.propose("", text).sensitive


def test_the_tier_is_the_policys_for_the_best_type(judge: Proposer) -> None:
    assert judge.propose("", "STRUCTURE FIRE").tier is Tier.S0
    assert judge.propose("", "DOMESTIC").tier is Tier.S3


def test_any_proposed_type_of_tier_s3_makes_it_sensitive(judge: Proposer) -> None:
    tiers = {c: load_policy().categories[row.category].tier for c, row in apco_codes().items()}
    for name in ("bland_types.txt", "sensitive_types.txt"):
        for text in listed(name):
            made = judge.propose("", text)
            assert made.sensitive or Tier.S3 not in {tiers[apco] for apco in made.apco}, text
