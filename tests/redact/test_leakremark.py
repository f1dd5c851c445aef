"""An editor may read times, ages and units; a name or a code that stayed holds the remark."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import pytest

from pipeline.model import RedactedRemark, Sensitive
from pipeline.redact import leakremark, remark_leaks
from pipeline.redact.leakcued import CUED
from pipeline.redact.leakforms import Forms, View
from pipeline.redact.leaknames import Likeness, likeness
from pipeline.redact.leakshapes import SHAPES

FOLDER = Path(leakremark.__file__).parent


def kinds(text: str, *known: str) -> tuple[str, ...]:
    return remark_leaks(RedactedRemark(text=text), tuple(map(Sensitive, known)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cb 414-555-0199", "phone"),
        ("cb 555-0199", "phone"),
        ("cb 5550199 no answer", "phone"),
        ("five five five zero one nine nine", "phone"),
        ("mail zz.q@foo.example", "email"),
        ("see facebook.com/zz", "url"),
        ("insta is zz_q99", "handle"),
        ("ssn 521-44-1234", "ssn"),
        ("at 44.26012, -88.41538", "coordinates"),
        ("at 86HJW8XV+2Q", "coordinates"),
        ("dob 3/12/84", "birth-date"),
        ("03/12/1984 on file", "birth-date"),
        ("F 93 YO fell", "age-over-89"),
        ("102 f, pendant", "age-over-89"),
        ("TO 1847 RIVER BEND RD", "house-number"),
        ("12 W GANTRY AVE", "house-number"),
        ("out on tannery rd now", "street"),
        ("UNIT [ADDRESS] APT 4", "unit-number"),
        ("PLATE KRW 447 RED", "plate"),
        ("ran KRW4471 no return", "plate"),
        ("1FTFW1ET5DFC10312", "vin"),
        ("OLN S5301234567", "licence"),
        ("booking 2026-118844", "government-id"),
        ("MRN 88120043", "medical-id"),
        ("acct BV-20817", "financial"),
        ("4111 1111 1111 1111", "long-number"),
        ("gate code 4471", "access-code"),
        ("enter #4471", "access-code"),
        ("code is 5-5-1-9", "access-code"),
        ("key under the gnome", "key-location"),
        ("Mr Quill at door", "title"),
        ("RP SMITH ON SCENE", "name"),
        ("DEPUTY LOWENSTEIN ADVISED", "name"),
        ("spoke with J. Strickfaden there", "name"),
        ("STRICKFADEN, KEESHA GONE", "name"),
        ("smoke \x1b[31m", "hidden-character"),
        ("smoke \u202egnp", "hidden-character"),
        ("zebulon was here", "known-value"),
    ],
)
def test_what_an_editor_must_not_read_is_seen(text: str, kind: str) -> None:
    assert kind in kinds(text, "Zebulon Quillfeather")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E12 ONSCENE 0815 HRS, MEDIC 43 ENRT, 2B14 CLEAR",
        "PT 67 YOM, BP 138/90, HR 92, SPO2 97%, BGL 101, GCS 15",
        "1200 BLK OF [STREET], 3 VEHS, I-95 NB MP 44, HWY 26",
        "2014 HONDA ACCORD WHI, [PLATE], 9MM ROUNDS X3, 180 LBS 5FT10",
        "34-year-old man hit by a car, 2 lanes blocked until 10:30",
        "[PERSON] AT [ADDRESS] SAYS SMOKE FROM THE ROOF, CB [PHONE]",
        "Priority 2, channel 4, zone 120, case cleared code 4 at 04:44:18",
        "PSI 150, 24 FT LADDER, 1500 GAL, ETA 0655, LKW 0815",
        "will grant access, mark the hydrant, may need a brown bag, rose bushes on fire",
        "Plate unknown, tag 0091 on the meter, reg. 10-28 on request",
        "[PLATE] [UNEXPLAINED] [KNOWN_VALUE]",
    ],
)
def test_what_an_editor_may_read_holds_nothing(text: str) -> None:
    assert kinds(text) == ()


def test_nothing_joins_across_a_placeholder() -> None:
    assert kinds("dob [DOB]. 2 males, lic [LICENSE] 2020 ford, apt [APARTMENT] 0815 clear") == ()


def test_a_forged_placeholder_is_read_as_text() -> None:
    assert kinds("[SMITH] here") == ("name",)


@pytest.mark.parametrize(
    ("word", "like"),
    [
        ("smith", Likeness.NAME),
        ("keesha", Likeness.NAME),
        ("young", Likeness.ALSO_A_NAME),
        ("okonkwo", Likeness.NAME_SHAPED),
        ("smoke", Likeness.WORD),
        ("will", Likeness.WORD),
        ("txfr", Likeness.STRANGE),
        ("zz", Likeness.STRANGE),
    ],
)
def test_a_word_is_as_much_a_name_as_people_bear_it(word: str, like: Likeness) -> None:
    assert likeness(word) is like


def test_letters_tell_names_that_no_list_holds_from_words_no_list_holds() -> None:
    # Invented or rare in the lists' country; none of them was tuned on.
    names = [
        "abernathson",
        "kowalcheck",
        "brannigton",
        "delacroisse",
        "tomassini",
        "hargreavey",
        "fitzwilton",
    ]
    jargon = ["extrication", "intox", "unsubst", "hydrnt", "lckbx", "ambltry", "rlvr", "cmplnt"]
    assert sum(likeness(name) >= Likeness.NAME_SHAPED for name in names) >= 5
    assert sum(likeness(word) >= Likeness.NAME_SHAPED for word in jargon) <= 2


def long_lists(path: Path) -> set[frozenset[str]]:
    """Return every list of ten words or more that a module's source spells out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.split()
            if len(words) >= 10 and all(word.isalpha() and word.islower() for word in words):
                found.add(frozenset(words))
    return found


def test_its_word_lists_are_its_own() -> None:
    own = {each for path in FOLDER.glob("leak*.py") for each in long_lists(path)}
    others = {
        each
        for path in FOLDER.rglob("*.py")
        if not path.name.startswith("leak")
        for each in long_lists(path)
    }
    assert len(own) >= 3
    assert len(others) >= 3
    # Function words, ranks and number words are the same in any list of them.
    for mine in (each for each in own if not each & {"the", "sgt", "seven"}):
        for other in others:
            shared = len(mine & other) / min(len(mine), len(other))
            assert shared < 0.8, sorted(mine & other)


def test_no_form_is_left_untried_where_it_stands() -> None:
    forms = (*SHAPES, *CUED)
    texts = [*gold_texts(), *soups()]
    seen = [Forms(forms).kinds_in(View(text)) for text in texts]
    assert len(set().union(*seen)) > 15
    for text, kinds_seen in zip(texts, seen, strict=True):
        assert kinds_seen == {form.kind for form in forms if form.pattern.search(text)}, text


def gold_texts() -> list[str]:
    gold = Path(__file__).parent / "gold" / "development.jsonl"
    return [json.loads(line)["text"].lower() for line in gold.read_text("utf-8").splitlines()]


def soups() -> list[str]:
    """Return invented mixtures of cues, signs and digits, always the same ones."""
    pieces = [cue for form in CUED for cue in form.cues.split()]
    pieces += [sign for form in SHAPES for sign in form.signs]
    pieces += ["1", "9", "0", "84", "608", "555", "0143", "2026", "-", "/", " ", ".", "(", ")"] * 9
    pieces += [" krw", "yo", " years old", " is ", " the ", "\n", "\0", ": ", "f ", "no ", "#"] * 9
    chance = random.Random(11)
    return ["".join(chance.choices(pieces, k=chance.randint(3, 14))) for _ in range(5_000)]
