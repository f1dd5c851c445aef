"""Persons are found by lists and by context; words, streets and businesses are left to others."""

from __future__ import annotations

import itertools

import pytest

from pipeline.model import Entity
from pipeline.redact.names import NamesRecognizer
from pipeline.redact.reading import read

# Brackets stand around what has to be found whole; everything else must not be.
PERSONS = (
    "RP [MARIBEL CASTANEDA] STATES SHE IS OK",
    "RP [CASTANEDA, MARIBEL R] ADV",
    "SUBJ [HARGROVE MARVIN] LEFT ON FOOT",
    "SPOKE TO [J. HARGROVE] AT THE DOOR",
    "SPOKE TO [HARGROVE, MARVIN T JR] AT THE DOOR",
    "[ROSE] STATES HER HUSBAND [WILL] IS OUT OF BREATH",
    "[chase] said he saw a male in the yard",
    "units out with [Grace] and her mother",
    "[Will Street] will meet the deputy",
    "per mrs.[alvarez] the door was open",
    "caller [Nguyễn Thị Hạnh] speaks Vietnamese",
    "RP [KEALOHA KAHANANUI] IS OUTSIDE",
    "[Chukwuemeka Obi] is on scene",
    "VICTIM [DE LA CRUZ] REFUSED",
    "neighbor [O'Brien]'s dog is out",
    'SUBJ [LEROY "BISCUIT" TAPSCOTT] IS BACK',
    "driver [Jean-Luc Boudreaux] refused",
    "RP ADV [MICHEAL JONHSON] HIT HER CAR",
    "MR [STREET] IS AT THE DOOR",
)
ORDINARY = (
    "ROSE BUSH NEXT TO THE DRIVEWAY",
    "UNITS WILL ADVISE",
    "vehicle on chase was lost",
    "there is a mark on the door",
    "grant access to the gate",
    "may need a tow, white van, black smoke, green light",
    "the bill is past due, he will sue",
    "FRANK TALK WITH BOTH PARTIES",
    "fire at the top of the hill in a stone wall",
)


def spans(text: str) -> set[tuple[int, int]]:
    (found,) = NamesRecognizer().find([read(text)])
    people = {Entity.PERSON, Entity.STAFF}
    return {(each.start, each.end) for each in found if each.entity in people}


def wanted(marked: str) -> tuple[str, set[tuple[int, int]]]:
    text, places = "", set()
    for number, part in enumerate(marked.replace("]", "[").split("[")):
        if number % 2:
            places.add((len(text), len(text) + len(part)))
        text += part
    return text, places


@pytest.mark.parametrize("marked", PERSONS)
def test_a_person_is_found_whole(marked: str) -> None:
    text, places = wanted(marked)
    found = {place for start, end in spans(text) for place in range(start, end)}
    letters = {
        place for start, end in places for place in range(start, end) if text[place].isalnum()
    }
    assert letters <= found
    assert places


@pytest.mark.parametrize("text", ORDINARY)
def test_words_that_could_be_names_are_left_where_they_are_words(text: str) -> None:
    assert spans(text) == set()


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("RP AT WENDYS ON THE CORNER", Entity.PLACE),
        ("TRANSPORT TO ST MARYS HOSPITAL", Entity.PLACE),
        ("ALARM AT WASHINGTON ELEM", Entity.PLACE),
        ("JOHNSON CONTROLS ADV OF A LEAK", Entity.PLACE),
        ("CRASH ON MARTIN LUTHER KING JR BLVD", Entity.STREET),
        ("ofc Nowak is on scene", Entity.STAFF),
        ("DEPUTY THORSGAARD ENRT", Entity.STAFF),
    ],
)
def test_places_streets_and_staff_are_no_private_persons(text: str, entity: Entity) -> None:
    (found,) = NamesRecognizer().find([read(text)])
    assert [each.entity for each in found] == [entity]


def test_findings_are_disjoint_sorted_and_the_same_twice() -> None:
    texts = [read(wanted(marked)[0]) for marked in PERSONS]
    first, second = NamesRecognizer().find(texts), NamesRecognizer().find(texts)
    assert first == second
    for found in first:
        ends = [(each.start, each.end) for each in found]
        assert ends == sorted(ends)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(ends))
