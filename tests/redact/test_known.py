"""What the structured fields say is private is found in the remarks in every spelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipeline.model import (
    Digest,
    Entity,
    ExactPlace,
    Finding,
    Memory,
    Person,
    RedactedIncident,
    Remark,
    Sensitive,
)
from pipeline.redact.known import KnownValue, find_known, needles
from pipeline.redact.reading import read
from pipeline.redact.redactor import remembered

Caller = Callable[..., Person]


@pytest.mark.parametrize(
    "spelling",
    [
        "GOOD FRIEND",
        "Friend, Good",
        "goodfriend",
        "FRIENDGOOD 031284",
        "g friend",
        "G. Friend",
        "Friend G",
        "go\u0301o\u0301d friend",
        "g\u200bood f\u200briend",
        "good\nfriend",
        "GOOD-FRIEND",
        "g o o d f r i e n d",
        "\uff47\uff4f\uff4f\uff44 friend",
        "g\u043e\u043ed friend",
    ],
)
def test_a_known_name_of_ordinary_words_is_masked_in_every_spelling(
    spelling: str, shown: Callable[..., str], caller: Caller
) -> None:
    text = shown(f"caller {spelling} inside", people=(caller("Good Friend"),)).lower()
    assert "friend" not in text
    assert "good" not in text
    assert text.startswith("caller")
    assert text.endswith("inside")


@pytest.mark.parametrize(
    "spelling",
    ["920-555-0143", "(920) 555 0143", "9205550143", "555.0143", "0143", "+1 920 5550143"],
)
def test_a_known_phone_is_named_as_such_in_any_separators(
    spelling: str, shown: Callable[..., str], caller: Caller
) -> None:
    people = (caller("Good Friend", phone="920-555-0143"),)
    text = shown(f"call {spelling} now", people=people)
    assert "[PHONE]" in text
    assert not any(character.isdigit() for character in text)


def test_the_exact_address_is_masked_whole_and_in_pieces(shown: Callable[..., str]) -> None:
    place = ExactPlace(address=Sensitive("12 Old Bridge St Apt 4, Juniper Falls"))
    text = shown("12 males at 12 OLD BRIDGE, fire on BRIDGE by the bridge", place=place)
    assert text == "[ADDRESS] males at [ADDRESS], fire on [STREET] by the bridge"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("RP WILL MEET OFCRS", "RP WILL MEET OFCRS"),
        ("WILL STATES HE IS HURT", "[PERSON] STATES HE IS HURT"),
        ("Officers will wait. Will is inside.", "Officers will wait. [PERSON] is inside."),
        ("WILL QUILLISH SAYS HE WILL WAIT", "[PERSON] SAYS HE WILL WAIT"),
    ],
)
def test_a_known_name_that_is_a_common_word_must_stand_as_a_name(
    text: str, masked: str, shown: Callable[..., str], caller: Caller
) -> None:
    assert shown(text, people=(caller("Will Quillish"),)) == masked


def test_roles_name_the_entity(shown: Callable[..., str], caller: Caller) -> None:
    people = (caller("Good Friend"), caller("Early Storm", staff=True))
    assert shown("good friend and early storm", people=people) == "[PERSON] and [STAFF]"


def test_function_words_of_a_private_value_stay(shown: Callable[..., str]) -> None:
    values = (Sensitive("House of the Bear"), Sensitive("THE"))
    assert shown("one of the units at the scene", private_values=values) == (
        "one of the units at the scene"
    )


def test_values_of_earlier_revisions_are_still_searched_for(shown: Callable[..., str]) -> None:
    memory = Memory(
        rules="", revision=Digest("r"), revised_at=None, values=(Sensitive("Good Friend"),)
    )
    assert shown("spoke to good friend", memory=memory) == "spoke to [KNOWN_VALUE]"


HIDDEN = Remark(text=Sensitive("Good Quillish lives here"), restricted=True)
FOUND = Finding(
    start=0,
    end=13,
    entity=Entity.PERSON,
    recognizer="some",
    recognizer_version="1",
    score=0.5,
    reason="context",
)


def test_a_name_found_in_one_remark_is_masked_in_all(run: Callable[..., RedactedIncident]) -> None:
    result = run(HIDDEN, "saw quillish run", found=((FOUND,), ()))
    assert [remark.text for remark in result.remarks] == ["saw [PERSON] run"]


def test_an_ordinary_word_of_a_found_name_stays_ordinary(
    run: Callable[..., RedactedIncident],
) -> None:
    result = run(HIDDEN, "good run", found=((FOUND,), ()))
    assert [remark.text for remark in result.remarks] == ["good run"]


def test_remembered_values_are_sorted_unique_and_complete(
    incident_of: Callable[..., object], caller: Caller
) -> None:
    incident = incident_of(
        "text", people=(caller("Good Friend", phone="920-555-0143"), caller("Good Friend"))
    )
    memory = Memory(
        rules="",
        revision=Digest("r"),
        revised_at=datetime(2026, 1, 1, tzinfo=UTC),
        values=(Sensitive("Early Storm"),),
    )
    values = remembered(incident, ((),), memory)  # type: ignore[arg-type]
    assert [value.expose() for value in values] == ["920-555-0143", "Early Storm", "Good Friend"]


def test_a_birth_date_is_named_in_other_orders(shown: Callable[..., str], caller: Caller) -> None:
    people = (caller("Good Friend", born="1984-03-12"),)
    for spelling in ("03/12/1984", "3/12/84", "031284", "1984-03-12"):
        assert shown(f"dob {spelling} advised", people=people) == "dob [DOB] advised"


def found_in(text: str, *values: tuple[str, Entity]) -> set[str]:
    wanted = needles(KnownValue(Sensitive(value), entity) for value, entity in values)
    return {text[each.start : each.end] for each in find_known(read(text), wanted)}


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("BILLY LEFT", {"BILLY"}),
        ("BILL KETTERICK LEFT", {"BILL KETTERICK"}),
        ("KETTERICK, WILLIE", {"KETTERICK, WILLIE"}),
        ("KETTRICK LEFT", {"KETTRICK"}),
        ("KETETRICK LEFT", {"KETETRICK"}),
        ("KETTERIKC ON SCENE", {"KETTERIKC"}),
    ],
)
def test_a_known_name_is_found_as_a_nickname_and_with_slips(text: str, private: set[str]) -> None:
    assert private <= found_in(text, ("Ketterick, William", Entity.PERSON))
    assert found_in("THE KITCHEN IS WET", ("Ketterick, William", Entity.PERSON)) == set()


def test_a_formal_name_is_found_for_a_known_nickname() -> None:
    assert "WILLIAM" in found_in("ASK FOR WILLIAM", ("Billy Ketterick", Entity.PERSON))


def test_an_ordinary_word_is_no_slip_of_a_known_name() -> None:
    assert (
        found_in("smoke from the house, alarm sounding", ("Housel Alarn", Entity.PERSON)) == set()
    )


@pytest.mark.parametrize("text", ["five five five oh one four three", "ZERO ONE FOUR THREE"])
def test_a_known_phone_is_found_in_words(text: str) -> None:
    assert text in found_in(text, ("608-555-0143", Entity.PHONE))


def test_a_known_house_number_is_found_in_words() -> None:
    text = "at two two one eight tallow"
    assert "two two one eight" in found_in(text, ("2218 Tallow Ave", Entity.ADDRESS))


@pytest.mark.parametrize(
    "text", ["MARCH 12 1984", "12 MAR 84", "1984-mar-12", "12/03/1984", "12 march 1984"]
)
def test_a_known_birth_date_is_found_with_its_month_in_words_and_in_any_order(text: str) -> None:
    assert text in found_in(text, ("1984-03-12", Entity.DOB))


@pytest.mark.parametrize(
    "text", ["loss about 16,412 dollars", "412.5 gallons pumped", "lost 12,412"]
)
def test_a_known_house_is_no_part_of_a_larger_number(
    text: str, shown: Callable[..., str], caller: Caller
) -> None:
    assert "[ADDRESS]" not in shown(text, people=(caller("Zorvane", address="412 Thornbury Lane"),))


def test_a_known_house_is_found_alone_and_at_the_end_of_a_list(
    shown: Callable[..., str], caller: Caller
) -> None:
    text = shown(
        "smoke at 412, and 400, 412", people=(caller("Zorvane", address="412 Thornbury Lane"),)
    )
    assert "412" not in text


def test_a_post_in_front_of_a_name_is_not_sought_without_it(
    shown: Callable[..., str], caller: Caller
) -> None:
    text = shown("neighbor sits with her, Zorvane left", people=(caller("Zorvane (neighbor)"),))
    assert text == "neighbor sits with her, [PERSON] left"


def test_a_word_nearly_a_name_is_masked_only_where_a_name_stands(
    shown: Callable[..., str], caller: Caller
) -> None:
    assert "pool" in shown("found the pool pump gone", people=(caller("Misty Poole"),))
