"""The second pair of eyes sees what a first pair missed, and nothing in what is safe."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.model import Sensitive
from pipeline.redact import deny, known, leakcheck, spellings
from pipeline.redact.leakcheck import leaked_values, leaks

KNOWN = (
    Sensitive("Quillfeather, Marigold A"),
    Sensitive("(920) 555-0143"),
    Sensitive("412 N Center St Apt 3"),
    Sensitive("Lee Wu"),
)


@pytest.mark.parametrize(
    "text",
    [
        "spoke to MARIGOLD QUILLFEATHER",
        "quillfeather called",
        "Q u i l l f e a t h e r called",
        "m&#97;rigold is here",
        "mar%69gold is here",
        "qu\u0456llfeather",
        "quill\u200bfeather",
        "quillfe\u0301ather",
        "theMarigoldQuillfeatherHouse",
        "lee wu",
        "Wu, Lee",
        "L. Wu",
        "at 412 N. Center St., Apt. 3",
        "number 920.555.0143",
        "5550143",
        "\uff15\uff15\uff15-\uff10\uff11\uff14\uff13",
    ],
)
def test_a_known_value_is_seen_in_every_spelling(text: str) -> None:
    assert leaked_values(text, KNOWN) == ("known-value",)
    assert "known-value" in leaks(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("call 414-555-0199", "phone"),
        ("call (414) 555 0199", "phone"),
        ("call 555-0199", "phone"),
        ("five five five, zero one nine nine", "phone"),
        ("write zz.q@foo.example", "email"),
        ("zz at foo dot com", "email"),
        ("ssn 521-44-1234", "ssn"),
        ("44.26012, -88.41538", "coordinates"),
        ("///filled.count.soap", "coordinates"),
        ("www.foo.example/a", "url"),
        ("insta @somebody", "handle"),
        ("DOB 3/12/84", "birth-date"),
        ("1847 River Bend Road", "house-number"),
        ("1200 block of Main St", "house-number"),
        ("14 Tannery Row", "house-number"),
        ("14 TANNERY ROW", "house-number"),
        ("1420 Oak Ridge", "house-number"),
        ("14 N. Tannery", "house-number"),
        ("14 T\u00e4nnery", "house-number"),
        ("apt 4", "unit-number"),
        ("Unit 4B", "unit-number"),
        ("unit b", "unit-number"),
        ("Lot 12", "unit-number"),
        ("#204", "unit-number"),
        ("Mr. Main", "title"),
        ("MRS MAIN", "title"),
        ("there Dr. Main said", "title"),
        ("34-year-old", "age"),
        ("thirty-four years old", "age"),
        ("34yo", "age"),
        ("aged 34", "age"),
        ("in his mid-30s", "age"),
        ("born in March", "birth-date"),
        ("case 123456", "long-number"),
        ("plate KRW 4471", "plate-like"),
        ("plate KRW4471", "plate-like"),
        ("smo\u200bke", "hidden-character"),
        ("smoke\x1b[31m", "hidden-character"),
    ],
)
def test_a_private_shape_is_seen_without_knowing_its_value(text: str, kind: str) -> None:
    assert kind in leaks(text, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Smoke was reported in the north of town. Crews are on scene.",
        "caller [PERSON] at [ADDRESS] reports 2 vehicles blocking the road, [PHONE]",
        "Fire on US-41 near exit 124, two lanes closed until 10:30.",
        "Smoke was reported between 10:00 and 10:30 on Sunday, Nov 1, 2026, in 2026 at 1030.",
        "Three Lanes Of Highway 12 North And I-90 EB Closed Until 6 PM On March 3 For 4 Crews",
        "LEVEL 2 EVACUATION, EXIT 124 NORTH, STATION 7 CREWS, 2 VEHICLES, 911 HANGUP, #2 LANES",
        "Gone from Tannery Dr. The road is open. A unit is there. 5 years ago.",
        "Second alarm, 12 people out, 3 stories, 50 feet from the street",
        "[PLATE] [UNEXPLAINED] [KNOWN_VALUE]",
        "center of the room, wu",
    ],
)
def test_safe_text_has_no_leak(text: str) -> None:
    assert leaks(text, KNOWN) == ()


def test_nothing_joins_across_a_placeholder() -> None:
    assert leaks("lee [PHONE] wu", KNOWN) == ()


def test_a_forged_placeholder_is_read_as_text() -> None:
    assert leaks("[MARIGOLD]", KNOWN) == ("known-value",)


def test_public_phrases_may_be_said() -> None:
    place = (Sensitive("Juniper Mall"),)
    assert leaks("Smoke in Juniper Falls", place) == ("known-value",)
    assert leaks("Smoke in Juniper Falls", place, public=("Juniper Falls",)) == ()
    assert leaks("Smoke at Juniper Mall", place, public=("Juniper Falls",)) == ("known-value",)


def test_a_name_that_makes_function_words_does_not_flag_every_text() -> None:
    assert leaks("she said the smoke is here", (Sensitive("Tom He"), Sensitive("Sam Ere"))) == ()


LEAK_MODULES = tuple(sorted(path.stem for path in Path(leakcheck.__file__).parent.glob("leak*.py")))


@pytest.mark.parametrize("module", LEAK_MODULES)
def test_it_shares_nothing_with_the_redactor(module: str) -> None:
    assert len(LEAK_MODULES) == 7
    tree = ast.parse(Path(leakcheck.__file__).with_name(f"{module}.py").read_text("utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    own = {f"pipeline.redact.{name}" for name in LEAK_MODULES}
    ours = {name for name in imported if name.startswith("pipeline")}
    assert ours <= {"pipeline.model"} | own


def test_no_list_or_pattern_of_it_is_one_of_the_redactors() -> None:
    for module in (deny, known, spellings):
        shared = set(vars(module)) & set(vars(leakcheck)) - {"__builtins__"}
        assert not [
            n
            for n in shared
            if getattr(module, n) is getattr(leakcheck, n) and n[0] == "_" and n[1] != "_"
        ]


def test_what_the_redactor_never_searches_alone_the_check_does_not_flag_alone() -> None:
    # Otherwise a private value of function words would hold every incident.
    assert spellings.STOP <= leakcheck._COMMON
