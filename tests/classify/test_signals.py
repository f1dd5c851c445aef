"""Signals in text: every example of the lexicon, disguises, time linear in the length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.lexicon import read_lexicon, signal_documents
from pipeline.classify.signals import sensitive_signals, words_of
from pipeline.classify.verdict import verdict_on

DOCUMENTS = signal_documents()
FINDS = [(name, text) for name, each in DOCUMENTS.items() for text in each.finds]
IGNORES = [(name, text) for name, each in DOCUMENTS.items() for text in each.ignores]
NAMES = [
    "child",
    "death",
    "domestic",
    "elder",
    "harassment",
    "juvenile",
    "medical",
    "mental-health",
    "missing-person",
    "overdose",
    "protected-address",
    "protection-order",
    "sexual",
    "stalking",
    "suicide",
    "trafficking",
    "vacation-watch",
    "welfare-check",
]


def test_the_lexicon_has_exactly_the_signals_that_rule_2_asks_for() -> None:
    assert sorted(DOCUMENTS) == sorted(NAMES)


@pytest.mark.parametrize(("name", "text"), FINDS)
def test_a_signal_is_found_in_each_of_its_examples(name: str, text: str) -> None:
    assert name in sensitive_signals([text])


@pytest.mark.parametrize(("name", "text"), IGNORES)
def test_a_signal_is_not_found_in_its_counterexamples(name: str, text: str) -> None:
    assert name not in sensitive_signals([text])


# Whole lines as call-takers type them.
LINES = [
    ("domestic", "FML STS HUBBY CAME HOME DRUNK, THROWING DISHES"),
    ("domestic", "CLASS C ASSAULT, SUSP IS HER EX AND LIVES W/ HER"),
    ("sexual", "INJURED PERSON, LATER STATED SHE WAS RAPED"),
    ("child", "LITTLE GIRL IN PAJAMAS ALONE BY THE CREEK"),
    ("juvenile", "RP'S SON, 16, TOOK THE TRUCK"),
    ("suicide", "male says he\u2019s gonna shoot himself"),
    ("suicide", "RP'S DTR IS CUTTING HERSELF AGAIN"),
    ("medical", "CLERK FOUND HIM UNRESPONSIVE BEHIND THE COUNTER"),
    ("missing-person", "daughter has not come home from practice"),
    ("overdose", "FRIEND OD'D, NOW AWAKE"),
    ("protection-order", "subject is violating the tro right now"),
    ("stalking", "HE KEEPS SHOWING UP AT MY JOB"),
    ("harassment", "SHE KEEPS CALLING ME AT NIGHT"),
    ("welfare-check", "CK WELFARE OF THE TENANT"),
    ("protected-address", "VICTIM IS STAYING AT A SHELTER"),
]


@pytest.mark.parametrize(("name", "text"), LINES)
def test_a_signal_is_found_in_lines_as_call_takers_type_them(name: str, text: str) -> None:
    assert name in verdict_on(call_type="", narrative=text).categories


@pytest.mark.parametrize(
    "text",
    [
        "2 VEH MVA BLOCKING, NO INJ, TOW REQ, OUT OF STATE PLATES",
        "RP SAYS GARAGE BROKEN INTO OVERNIGHT. BIKE AND TOOLS TAKEN. CAMERA FOOTAGE AVAILABLE",
        "WIRES DOWN ACROSS ROADWAY ARCING, TREE LAYING IN STREET",
        "E5 T2 ONSCENE, NOTHING SHOWING, INVESTIGATING. M1 RESPONDING",
        "VEHICLE WENT OVER THE RAILING INTO THE DITCH, DRIVER OUT AND WALKING",
        "SUBJ W/ HANDGUN TOOK CASH FROM REGISTER, NO SHOTS, NO INJURIES",
        "HEARD 5 SHOTS, VEH SPEEDING AWAY. NO VICTIMS LOCATED. 4 CASINGS",
        "FIRE IN VACANT HOUSE, FULLY INVOLVED",
        "HE HIT HER PARKED CAR AND LEFT",
        "NO CONTACT W/ RP ON CALLBACK",
        "SUSP RAN AWAY NB THROUGH ALLEY, UNIT RETURNING IN 10",
    ],
)
def test_ordinary_calls_carry_no_signal(text: str) -> None:
    assert sensitive_signals([text]) == ()


@pytest.mark.parametrize(
    "disguised",
    [
        "SUICIDE",
        "su\u200bicide",
        "su\u00adicide",
        "\uff53\uff55\uff49\uff43\uff49\uff44\uff45",
        "\u0455ui\u0441ide",
        "s.u.i.c.i.d.e",
        "S U I C I D E",
        "suïcide",
        "***suicide***",
        "\n\tsuicide\r\n",
    ],
)
def test_a_disguised_word_is_still_found(disguised: str) -> None:
    assert sensitive_signals([f"poss {disguised} at loc"]) == ("suicide",)


def test_signals_of_all_texts_are_sorted_and_named_once() -> None:
    texts = ["possible OD", "", "DV in progress", "overdose, dv"]
    assert sensitive_signals(texts) == ("domestic", "overdose")
    assert sensitive_signals([]) == ()


@pytest.mark.parametrize("signal", NAMES)
def test_an_exception_silences_only_what_lies_inside_it(signal: str) -> None:
    found = DOCUMENTS[signal].finds[0]
    ignored = " / ".join(DOCUMENTS[signal].ignores)
    assert signal in sensitive_signals([f"{ignored} / {found} / {ignored}"])


@given(st.text(), st.sampled_from([text for _, text in FINDS]), st.text())
def test_any_text_is_accepted_and_more_texts_only_raise(a: str, found: str, b: str) -> None:
    assert set(sensitive_signals([a, found, b])) >= set(sensitive_signals([found]))


def test_words_are_folded_alike_in_texts_and_phrases() -> None:
    assert words_of("12yo DIDN'T—O.D.'d @ Café_Nº5") == (
        ["12", "yo", "didnt", "o", "d", "d", "cafe", "no", "5"]
    )


@pytest.mark.parametrize("word", [text for _, text in FINDS][:3])
def test_long_numbers_are_no_ages(word: str) -> None:
    assert sensitive_signals(["9" * 5000 + " yo"]) == ()
    assert sensitive_signals(["9" * 5000 + f" {word}"]) != ()


PUMPS = [
    "he ",
    "she hit ",
    "my ",
    "suicide lane ",
    "d ",
    "a",
    "1 ",
    "not ",
    "fire vacant ",
    "'",
    "-",
]


@pytest.mark.parametrize("pump", PUMPS)
@pytest.mark.usefixtures("no_collection")
def test_time_grows_no_faster_than_the_text(pump: str) -> None:
    text = pump * (64_000 // len(pump))
    started = time.process_time()
    sensitive_signals([text])
    assert time.process_time() - started < 5


def test_a_phrase_no_text_could_match_is_refused() -> None:
    with pytest.raises(ValueError, match="no text has this word"):
        read_lexicon(lambda text: text.upper().split())


def test_half_a_sign_is_weighed_by_the_words_about_it_whatever_else_a_log_holds() -> None:
    innocent = "her husband's delivery van was towed from the lot"
    log = " / ".join(["engine 4 on scene, transformer arcing, crew notified, road reopened"] * 4)
    sensitive = "her husband took the keys and she is crying in the closet"
    assert sensitive_signals([innocent]) == ()
    assert sensitive_signals([f"{innocent} / {log}"]) == ()
    assert "domestic" in sensitive_signals([f"{log} / {sensitive} / {log}"])


def test_half_a_sign_among_too_few_words_to_weigh_raises() -> None:
    assert sensitive_signals(["husband, van"]) == ("domestic",)
