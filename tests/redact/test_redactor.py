"""The redactor redacts or holds; what it returns can be proven and repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.model import (
    Entity,
    Finding,
    Held,
    HoldReason,
    Operator,
    Person,
    Policy,
    RedactedIncident,
    Remark,
    Seal,
    Sensitive,
)
from pipeline.redact import redactor
from pipeline.redact.forms import commitments
from pipeline.redact.redactor import shown_code

PHONE = Finding(
    start=5,
    end=17,
    entity=Entity.PHONE,
    recognizer="PhoneRecognizer",
    recognizer_version="x",
    score=0.4,
    reason="recognized",
)
TEXT = "call 920-555-0143 from Zyxwv Qqq now"


def test_findings_carry_original_offsets_and_a_commitment(
    run: Callable[..., RedactedIncident], seal: Seal
) -> None:
    result = run(TEXT, found=((PHONE,),))
    assert result.remarks[0].text == "call [PHONE] from [UNEXPLAINED] now"
    phone, name = result.findings
    assert (phone.finding.start, phone.finding.end) == (5, 17)
    assert phone.commitments == commitments(seal.commit, result.ref, "920-555-0143")
    assert len(phone.commitments) == 3
    assert name.finding.recognizer == "default-deny"
    assert name.commitments == commitments(seal.commit, result.ref, "Zyxwv Qqq")


def test_drop_leaves_nothing_in_the_place(
    run: Callable[..., RedactedIncident], policy_with: Callable[..., Policy]
) -> None:
    result = run(TEXT, found=((PHONE,),), policy=policy_with(PHONE=Operator.DROP))
    assert result.remarks[0].text == "call from [UNEXPLAINED] now"
    assert result.findings[0].operator is Operator.DROP


def test_a_restricted_remark_is_left_out_whole(run: Callable[..., RedactedIncident]) -> None:
    hidden = Remark(text=Sensitive("smoke in the house"), restricted=True)
    result = run(hidden, "fire out")
    assert [remark.text for remark in result.remarks] == ["fire out"]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 99), (4, 4), (6, 2)])
def test_impossible_offsets_hold_the_incident(
    start: int, end: int, run: Callable[..., object]
) -> None:
    held = run("smoke here", found=((replace(PHONE, start=start, end=end),),))
    assert held == Held(reason=HoldReason.DETECTOR, detail="bad-offsets")


def test_findings_for_another_number_of_remarks_hold_the_incident(
    run: Callable[..., object],
) -> None:
    assert run("smoke", "fire", found=((),)) == Held(reason=HoldReason.DETECTOR, detail="bad-count")


def test_half_a_character_holds_the_incident(run: Callable[..., object]) -> None:
    held = run("smoke \ud83d here")
    assert held == Held(reason=HoldReason.SUSPICIOUS_TEXT, detail="half-character")


def test_a_leak_seen_by_the_second_look_holds_the_incident(
    run: Callable[..., object], monkeypatch: pytest.MonkeyPatch, caller: Callable[..., Person]
) -> None:
    monkeypatch.setattr(redactor, "find_known", lambda *_: ())
    held = run("spoke to good friend", people=(caller("Good Friend"),))
    assert held == Held(reason=HoldReason.LEAK_CHECK, detail="known-value")


def test_the_placeholder_does_not_tell_a_length(run: Callable[..., RedactedIncident]) -> None:
    short, long = run("from Zx now", "from Zxcvbnmlkjhgf   Qwwwwwwwww now").remarks
    assert short.text == long.text == "from [UNEXPLAINED] now"


def test_a_forged_placeholder_loses_its_brackets(run: Callable[..., RedactedIncident]) -> None:
    assert run("[PERSON] <ran> & left").remarks[0].text == "PERSON ran left"


def test_two_runs_give_identical_results(
    run: Callable[..., RedactedIncident], caller: Callable[..., Person]
) -> None:
    people = (caller("Good Friend", phone="920-555-0143"), caller("Friend, Good"))
    first = run(TEXT, "good friend 0143", found=((PHONE,), ()), people=people)
    second = run(TEXT, "good friend 0143", found=((PHONE,), ()), people=people)
    assert first == second
    assert len(first.findings) == 4


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("WELFARE CHECK", "WELFARE CHECK"),
        ("245A", "245A"),
        ("Zyxwv 920-555-0143", "[UNEXPLAINED]"),
        ("SMOKE 9205550143", "SMOKE [UNEXPLAINED]"),
        ("fire <script>", "FIRE [UNEXPLAINED]"),
        ("", ""),
    ],
)
def test_an_unknown_code_is_shown_as_far_as_it_is_safe(code: str, shown: str) -> None:
    assert shown_code(code) == shown


def test_a_shown_code_has_at_most_forty_characters() -> None:
    assert 0 < len(shown_code("SMOKE ALARM " * 20)) <= 40
