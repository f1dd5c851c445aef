"""Verdicts: every source raises, none lowers, reasons quote nothing; figures on gold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.gold import GoldCase, measured
from pipeline.classify.judge import judge
from pipeline.classify.signals import sensitive_signals, words_of
from pipeline.classify.teaching.grammar import situations, spell
from pipeline.classify.traits import facts_of, traits_of
from pipeline.classify.verdict import verdict_on, weighed_signals
from pipeline.model import Entity

GOLD = Path(__file__).parent / "gold" / "sensitivity.jsonl"
CASES = [GoldCase.model_validate_json(line) for line in GOLD.read_bytes().splitlines()]

# No single word of these gives them away.
OBLIQUE = [
    "she won't stop crying, says he took her phone and is standing in the doorway",
    "found him on the bathroom floor, needle beside",
    "RP's neighbor hasn't picked up her mail in a week",
    "mom won't wake up, lips blue",
    "he keeps driving by her work",
    "student wrote a goodbye letter",
    "12 yo left school and not come home",
    "grandma wandering in nightgown",
    "she signed the papers last week and he is back at the house",
    "client at the shelter on the third floor",
]

LOOKS_SENSITIVE = [
    "workers killing weeds by the fence",
    "domestic flight delayed, smoke in the terminal",
    "car stalled in the suicide lane",
    "men shooting hoops past closing",
    "child seat taken from the car",
    "baby grand piano fell off a truck",
    "dead battery, motorist needs a jump",
    "overdose of fertilizer on the ball field",
    "cutting grass at six in the morning",
    "minor accident, exchanging info",
    "pump choking on debris",
]


def case_told(case: GoldCase) -> bool:
    return verdict_on(call_type=case.call_type or "", narrative=case.narrative or "").sensitive


@pytest.mark.parametrize("text", OBLIQUE)
def test_an_oblique_telling_is_raised(text: str) -> None:
    verdict = verdict_on(call_type="PUBLIC SERVICE", narrative=text)
    assert verdict.sensitive
    assert verdict.reasons


@pytest.mark.parametrize("text", LOOKS_SENSITIVE)
def test_a_text_that_only_looks_sensitive_is_not_raised(text: str) -> None:
    assert verdict_on(call_type="PUBLIC SERVICE", narrative=text).reasons == ()


def test_a_bland_type_does_not_outweigh_a_text_nor_a_bland_text_a_type() -> None:
    bland = "two bikes taken from a garage"
    assert not verdict_on(call_type="THEFT", narrative=bland).sensitive
    assert verdict_on(call_type="DV IN PROGRESS", narrative=bland).categories == ("domestic",)
    assert verdict_on(call_type="ABDOM", narrative=bland).categories == ("medical",)
    assert verdict_on(call_type="THEFT", narrative=f"{bland}; {OBLIQUE[1]}").sensitive


@pytest.mark.parametrize(
    ("call_type", "category"),
    [
        ("VIOL REST ORDER", "protection-order"),
        ("CHILD ENTICEMENT", "child"),
        ("IND EXPOSURE", "sexual"),
        ("5150", "mental-health"),
        ("UNK TROUBLE", "welfare-check"),
        ("FALLS", "medical"),
        ("CONT DEL MINOR", "child"),
        ("SIG 4A", "unreadable"),
        ("273.5", "domestic"),
        ("261", "sexual"),
        ("261 PC", "sexual"),
        ("10-56A", "suicide"),
        ("417 DV", "domestic"),
        ("243E1", "domestic"),
        ("11-44", "death"),
        ("26A1", "medical"),
        ("9-E-1", "medical"),
    ],
)
def test_a_sensitive_type_with_a_bland_text_is_raised(call_type: str, category: str) -> None:
    verdict = verdict_on(call_type=call_type, narrative="two bikes taken from a garage")
    assert category in verdict.categories


@pytest.mark.parametrize("call_type", ["459", "594 PC", "69D6", "SIG 10 STOLEN VEH", "10-50 PD"])
def test_a_number_of_no_sensitive_type_is_not_raised(call_type: str) -> None:
    bland = "two bikes taken from a garage"
    assert verdict_on(call_type=call_type, narrative=bland).reasons == ()


def test_a_reason_quotes_no_word_of_the_text_that_the_lexicon_does_not_have() -> None:
    verdict = verdict_on(call_type="", narrative=f"Quillfeather says {OBLIQUE[0]}")
    assert "quillfeather" not in " ".join(verdict.reasons).lower()


@given(st.text(), st.sampled_from(OBLIQUE))
def test_any_text_gets_a_verdict_that_the_lexicon_cannot_lose(text: str, found: str) -> None:
    told = verdict_on(call_type=text, narrative=f"{found}\n{text}")
    assert set(told.categories) >= set(sensitive_signals([f"{found}\n{text}"]))


def test_a_sign_far_down_in_a_long_text_is_still_weighed() -> None:
    filler = "units on scene, lane blocked, tow en route. " * 100
    assert weighed_signals([filler]) == ()
    assert weighed_signals([filler + OBLIQUE[0]]) != ()


def test_a_code_or_a_name_is_not_weighed_as_a_story() -> None:
    assert weighed_signals(["WB", "AT GATE", "Juniper Quill"]) == ()


def test_what_stands_where_a_remark_would_says_nothing_and_any_other_word_is_weighed() -> None:
    for sample in ("This is an example text.", "Sample narrative for the interface test"):
        assert weighed_signals([sample]) == ()
        assert weighed_signals([f"{sample} {OBLIQUE[0]}"]) != ()


@pytest.mark.parametrize(
    "call",
    ["call 920-555-0143 and ask for", "CB 555-0143, ask for", "call back 5550143 ask for"],
)
def test_whom_to_ask_for_is_no_part_of_the_story(call: str) -> None:
    assert weighed_signals([f"smoke from the roof, {call} Quillon Abernathwy"]) == ()
    assert weighed_signals([f"{OBLIQUE[0]}, {call} Quillon Abernathwy"]) != ()
    assert weighed_signals([f"smoke from the roof, {call} Quillon. {OBLIQUE[0]}"]) != ()


@pytest.mark.parametrize(
    "text",
    [
        "smoke from the roof, call [PHONE] and ask for [NAME]",
        "smoke from the roof, call <PHONE_NUMBER> and ask for <PERSON>",
        "smoke from the roof, cb [PHONE_2] ask for [PERSON 1]",
        *(f"smoke from the roof of the shed, [{each.value}], engine on the way" for each in Entity),
    ],
)
def test_what_redaction_left_behind_says_nothing(text: str) -> None:
    assert not verdict_on(call_type="", narrative=text).sensitive
    assert verdict_on(call_type="", narrative=f"{text}. {OBLIQUE[0]}").sensitive


def test_a_placeholder_is_a_word_without_weight_and_nothing_else_is_one() -> None:
    (nothing,) = words_of("[PERSON]")
    assert words_of("a [NAME] b <STREET_12> c") == ["a", nothing, "b", nothing, "c"]
    assert {words_of(f"[{each.value}]")[0] for each in Entity} == {nothing, "5550100"}
    assert facts_of(nothing) == (f"w:{nothing}", ())
    assert judge().margin([nothing] * 9) == judge().margin([])
    # Words that tell are none, nor is what only looks like one.
    told = "[DOMESTIC] <OD> [PERSON> [PHONE [person] [PERSON SUICIDAL]"
    assert words_of(told) == words_of("domestic od person phone person person suicidal")
    assert verdict_on(call_type="", narrative="caller hung up, [SUICIDAL] [PERSON]").sensitive


def test_traits_are_told_once_and_pair_only_neighbours() -> None:
    traits = traits_of(words_of("smoke smoke from roof"))
    assert len(traits) == len(set(traits))
    assert "w:smok w:smok" in traits
    assert "w:smok w:roof" not in traits


def test_every_category_of_the_judge_is_taught_and_tested() -> None:
    taught = {each.category for each in situations()} - {""}
    assert taught == {name for case in CASES for name in case.categories}
    assert all(judge().scores(words_of(text)).shape == (len(taught) + 1,) for text in OBLIQUE)


def test_a_situation_spells_one_of_its_alternatives() -> None:
    from random import Random

    spelled = {spell("(a|b) dog[, (barking|loose)]", Random(seed)) for seed in range(60)}
    assert spelled == {f"{who} dog{what}" for who in "ab" for what in ("", ", barking", ", loose")}


def test_no_gold_narrative_was_taught() -> None:
    taught = {" ".join(words_of(each.line)) for each in situations()}
    assert not taught & {" ".join(words_of(case.narrative or "")) for case in CASES}


def test_gold_narratives_are_enough_and_mostly_without_a_keyword() -> None:
    sensitive = [case for case in CASES if case.sensitive]
    innocent = [case for case in CASES if not case.sensitive]
    assert len(sensitive) >= 250
    assert len(innocent) >= 250
    assert sum(case.hard for case in innocent) >= 80
    assert sum(not case.keyword for case in sensitive) >= 0.7 * len(sensitive)


def test_gold_narratives_are_raised_and_innocent_ones_mostly_not() -> None:
    shares = {
        (each.wanted, each.group): each for each in measured((c, case_told(c)) for c in CASES)
    }
    assert shares[True, " all sensitive"].raised >= 0.95 * shares[True, " all sensitive"].total
    assert shares[False, " all innocent"].raised <= 0.15 * shares[False, " all innocent"].total


def test_an_interval_is_wilsons() -> None:
    (share,) = [
        each
        for each in measured([(GoldCase(id=str(n), sensitive=True), n < 97) for n in range(100)])
        if each.group == " all sensitive"
    ]
    low, high = share.interval
    assert (round(low, 4), round(high, 4)) == (0.9155, 0.9897)


@pytest.mark.parametrize(
    "code",
    ["VIOL REST ORDER", "CHILD ENTICEMENT", "IND EXPOSURE", "CONT DEL MINOR", "5150", "SIG 4A"],
)
@pytest.mark.parametrize("spelled", ["{}", " {} ", "\t{}\n"])
def test_abbreviations_never_slip_however_they_are_spaced(code: str, spelled: str) -> None:
    for text in (code, code.lower(), code.replace(" ", "  "), code.replace(" ", "\t")):
        assert verdict_on(call_type=spelled.format(text), narrative="").sensitive
