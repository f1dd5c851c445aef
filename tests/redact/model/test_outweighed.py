"""What a word means where it stands outweighs a doubt, but never where a name may stand."""

from __future__ import annotations

import pytest

from pipeline.model import Held
from pipeline.redact.model.outweighed import Doubt, outweighed_from
from pipeline.redact.reading import read
from pipeline.usecases.redact_texts import Redactor


def bar(text: str, word: str, label: str, *, before: bool = False, behind: bool = False) -> float:
    reading = read(text)
    return outweighed_from(reading, reading.words.index(word), Doubt(label, 0.1, before, behind))


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("She wants him gone by Monday, has papers", "monday", "PERSON"),
        ("no notice on Tuesday and again today", "tuesday", "STREET"),
        ("he was out until Friday", "friday", "PERSON"),
        ("missing since the powwow Saturday", "saturday", "PERSON"),
    ],
)
def test_a_day_is_hardly_ever_somebody(text: str, word: str, label: str) -> None:
    assert bar(text, word, label) > 0.9


def test_a_day_of_birth_and_a_day_that_somebody_is_called_are_no_such_days() -> None:
    assert bar("born on Monday", "monday", "DOB") == 0
    assert bar("Spoke with Friday, 41 ELM CROFT", "friday", "ADDRESS") == 0


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("He fell off the cliff behind the House.", "cliff", "PERSON"),
        ("Side gate latch pull string through Hole", "latch", "STREET"),
        ("She hid the yellow wagon behind a Shed", "wagon", "PERSON"),
    ],
)
def test_a_known_word_where_no_name_stands_takes_more_doubt(
    text: str, word: str, label: str
) -> None:
    assert bar(text, word, label) >= 0.5


@pytest.mark.parametrize(
    ("text", "word", "label"),
    [
        ("Warrant for cliff out of Dane County.", "cliff", "PERSON"),
        ("Her ex, hope, is outside the House.", "hope", "PERSON"),
        ("Caller says rose hit her.", "rose", "PERSON"),
        ("Medics staged at holly til police say ok. Engine out", "holly", "STREET"),
        ("She lives on quarry past the Mill", "quarry", "STREET"),
        ("41 sycamore is the blue House", "sycamore", "ADDRESS"),
        ("passed amber lane, Truck in the Ditch", "amber", "STREET"),
        ("JUSTIN CASE POSS AT FORTUNE", "case", "PERSON"),
        ("the Password was sunflower then", "sunflower", "ACCESS_CODE"),
        ("the Zelenka dog bit him", "zelenka", "PERSON"),
    ],
)
def test_nothing_speaks_for_a_word_where_a_name_or_a_street_stands(
    text: str, word: str, label: str
) -> None:
    before = word == "case"
    assert bar(text, word, label, before=before) == 0


def test_what_follows_something_doubted_takes_more_doubt_but_not_behind_a_given_name() -> None:
    assert bar("RESP TO SPINNAKER. HOUSE IS DARK", "house", "STREET", before=True) == 0.5
    assert bar("CALLER JUSTIN. CASE IS CLOSED", "case", "PERSON", before=True) == 0.5
    assert bar("CALLER JUSTIN CASE IS CLOSED", "case", "PERSON", before=True) == 0


def test_a_slip_is_hardly_somebody_and_two_words_in_one_only_where_no_name_stands() -> None:
    assert bar("VAN HIT THE FENCCE AND LEFT", "fencce", "PERSON") == 0.8
    assert bar("NEIGHBOR FENCCE IS YELLING", "fencce", "PERSON") == 0
    assert bar("They hid uponculvert behind Shed", "uponculvert", "PERSON") == 0.8
    assert bar("SHE IS W/ SWEETWATR AT THE STORE", "sweetwatr", "PERSON") == 0
    assert bar("IT HIT JONHSON HARD", "jonhson", "PERSON") == 0
    assert bar("It hit Fencce hard", "fencce", "PERSON") == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INC 4 | NATURE: FIRE", "nature"),
        ('{"comment": "out"}', "comment"),
        ("[COMMENT] KEY IS OUT", "comment"),
    ],
)
def test_a_key_of_a_page_is_hardly_somebody(text: str, word: str) -> None:
    assert bar(text, word, "PERSON") == 0.8


def test_what_a_name_is_the_author_of_is_no_key() -> None:
    assert bar("ROSE: FIRE IS OUT", "rose", "PERSON") == 0
    assert bar("OKAFOR: FIRE IS OUT", "okafor", "PERSON") == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("she is w/ goodbread at the store", "goodbread"),
        ("neigbor nightengale yelling, poss drunk", "nightengale"),
        ("veh belongs to drinkwine, parked in lot", "drinkwine"),
        ("heard sweetwater scream, nothing since", "sweetwater"),
        ("inc 555-0143 is her cell", "555-0143"),
        ("Abuser rusty gates came back to the Apartment tonight.", "rusty gates"),
        ("Warrant for rose reed out of Dane County, confirmed.", "rose reed"),
        ("The suspect is jonhson and he fled in a Honda.", "jonhson"),
        ("rp mcdonlad adv smkoe frm roof", "mcdonlad"),
        ("Ptrcia adv her nieghbor hit teh fence", "Ptrcia"),
        ("hsbdarren hasnt com home sicne 5pm", "hsbdarren"),
        ("callrjosephine adv veh leftd wb", "josephine"),
        ("Spoke w/ hope at the front desk, Manager is aware.", "hope"),
        ("CALLER SAYS HUNTER HIT HER AND LEFT ON FOOT", "HUNTER"),
        ("Tag KRW 4471 near 418 quarry, rpt 26-004417", "418 quarry"),
        ("Tag KRW 4471 near 418 quarry, rpt 26-004417", "KRW 4471"),
        ("cite 555-0143 is her phone", "555-0143"),
        ("report 608-555-0143 is his cell", "608-555-0143"),
        ("1200 block of Palomar, she is in 1214", "Palomar"),
        ("1200 block of Palomar, she is in 1214", "1214"),
    ],
)
def test_names_beside_typos_codes_and_houses_beside_nouns_stay_masked(text: str, name: str) -> None:
    done = Redactor().redact(text)
    assert isinstance(done, Held) or name.lower() not in done.text.lower()
