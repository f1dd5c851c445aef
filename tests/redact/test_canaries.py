"""Invented people planted in fields and remarks never come out, whatever they are written like."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from pipeline.model import ExactPlace, Held, Person, RedactedIncident, Remark, Sensitive

Caller = Callable[..., Person]
Run = Callable[..., RedactedIncident | Held]

_FIRST = ["Ma", "Quo", "Zel", "Bri", "Tho", "Vey", "Nor", "Fil", "Gry", "Osk"]
_MIDDLE = ["ri", "lan", "dor", "wick", "sen", "bel", "tra", "mus", "gan", "pol"]
_LAST = ["quist", "fjord", "wald", "hausen", "ovic", "mere", "stead", "nell", "thwaite", "brook"]


def people() -> list[tuple[str, str]]:
    names = []
    for number in range(200):
        one, two, three = number % 10, number // 10 % 10, (number * 7 + number // 100) % 10
        names.append((_FIRST[one] + _MIDDLE[two], _FIRST[two] + _MIDDLE[three] + _LAST[one]))
    return names


SHAPES = (
    "RP {first} {last} ADV SMOKE IN THE HOUSE",
    "caller is {last}, {first} dob 03/12/1984 states he fell",
    "{glued} 031284 wanted out of county",
    "spoke to {initial}. {last} who saw 2 vehicles",
    "{spaced} is on scene",
    "{entity} is on scene",
    "{zero} on scene with {wide}",
    "{split} is the owner, lives at {house} {last} St, gate code {code}#",
    "plate {plate} registered to {lower}, call {phone}",
    "ofc {last}/{first} out with {glued}'s brother, {phone} or {dotted}",
)


def written(first: str, last: str, number: int) -> dict[str, str]:
    phone = f"920-555-{100 + number % 100:04d}"
    return {
        "first": first,
        "last": last.upper(),
        "lower": f"{first} {last}".lower(),
        "glued": (last + first).upper(),
        "initial": first[0],
        "spaced": " ".join(f"{first} {last}"),
        "entity": "".join(f"&#{ord(c)};" for c in f"{first} {last}"),
        "zero": "\u200b".join(f"{first} {last}"),
        "wide": "".join(chr(ord(c) + 0xFEE0) for c in last),
        "split": f"{first} {last[:3]}\n{last[3:]}",
        "house": str(1000 + number),
        "code": f"{7000 + number}",
        "plate": f"{last[:3].upper()} {4000 + number}",
        "phone": phone,
        "dotted": "\uff0e".join(phone.split("-")),
    }


def secrets(first: str, last: str, parts: dict[str, str]) -> list[str]:
    named = ("glued", "house", "code")
    return [first, last, parts["phone"][4:], *(parts[name] for name in named)]


@pytest.mark.parametrize("known", [True, False], ids=["in-fields-too", "in-remarks-only"])
def test_two_hundred_invented_people_never_come_out(known: bool, run: Run, caller: Caller) -> None:
    checked = 0
    for number, (first, last) in enumerate(people()):
        parts = written(first, last, number)
        shape = SHAPES[number % len(SHAPES)].format(**parts)
        person = caller(f"{first} {last}", phone=parts["phone"], address=f"{parts['house']} Elm St")
        result = run(shape, people=(person,) if known else ())
        assert isinstance(result, RedactedIncident), (result, number)
        text = " ".join(remark.text for remark in result.remarks).lower()
        assert not [each for each in secrets(first, last, parts) if each.lower() in text]
        assert not any(character.isdigit() for character in text.replace("2 vehicles", ""))
        checked += 1
    assert checked == 200


def test_canaries_of_ordinary_words_are_masked_when_fields_name_them(
    run: Run, caller: Caller
) -> None:
    names = ["Early Storm", "Key House", "Power Bridge", "Free Child", "Money Kitchen"]
    for name in names:
        first, last = name.split()
        remarks = (
            f"{name} called",
            f"saw {last.lower()}",
            f"{last}{first} ran",
            f"{first[0]} {last}",
        )
        result = run(*remarks, people=(caller(name),))
        assert isinstance(result, RedactedIncident)
        text = " ".join(remark.text for remark in result.remarks).lower()
        assert first.lower() not in text
        assert last.lower() not in text


def test_random_noise_around_a_known_name_comes_out_clean_or_held(run: Run, caller: Caller) -> None:
    noise = random.Random(7)
    pieces = [
        "smoke",
        "\u202e",
        "\u0301",
        "&",
        "<",
        "\n",
        " ",
        "-",
        "'",
        "911",
        "st",
        "\u2019",
        "_",
    ]
    outcomes = set()
    for _ in range(300):
        text = "".join(noise.choice([*pieces, "quillish", "Tansy"]) for _ in range(20))
        result = run(text, people=(caller("Tansy Quillish"),), private_values=(Sensitive("911"),))
        outcomes.add(type(result))
        if isinstance(result, RedactedIncident):
            assert "quillish" not in result.remarks[0].text.lower()
            assert "tansy" not in result.remarks[0].text.lower()
    assert RedactedIncident in outcomes


@pytest.mark.parametrize(
    "pump",
    ["1", "a", " ", "a.", "5550143 ", "\u200b", "a\u0301", "good ", "st ", "'", "12 st ", "&#"],
)
@pytest.mark.usefixtures("no_collection")
def test_redaction_of_a_pumped_text_takes_no_two_seconds(
    pump: str, run: Run, caller: Caller
) -> None:
    text = (pump * 16_000)[:16_000]
    place = ExactPlace(address=Sensitive("12 Good St"), place_name=Sensitive("a" * 500))
    began = time.process_time()
    result = run(text, people=(caller("Good Friend", phone="920-555-0143"),), place=place)
    assert time.process_time() - began < 2
    assert isinstance(result, (RedactedIncident, Held))


def test_names_in_a_restricted_remark_do_not_come_out_elsewhere(run: Run, caller: Caller) -> None:
    hidden = Remark(text=Sensitive("Quillfeather hit her"), restricted=True)
    result = run(hidden, "quillfeather left")
    assert isinstance(result, RedactedIncident)
    assert [remark.text for remark in result.remarks] == ["[UNEXPLAINED] left"]
