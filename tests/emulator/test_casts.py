"""Story files become records whose private spans say what they cover."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.emulator.casts import cast_ids, load_cast, parse_line
from pipeline.emulator.story import Cast, Mark
from pipeline.emulator.story_file import StoryDocument
from pipeline.model import Category, Entity

EVERY_AGENCY = (
    Mark.UNMAPPED_TYPE,
    Mark.BLAND_SENSITIVE,
    Mark.BECOMES_SENSITIVE,
    Mark.DUPLICATE,
    Mark.UNREAD_FIELD,
)
SENSITIVE = {
    Category.DOMESTIC,
    Category.SEXUAL_OFFENSE,
    Category.ABUSE,
    Category.SUICIDE,
    Category.MENTAL_HEALTH,
    Category.OVERDOSE,
    Category.MEDICAL,
}


@pytest.fixture(scope="module", params=cast_ids())
def cast(request: pytest.FixtureRequest) -> Cast:
    return load_cast(request.param)


def test_there_are_seven_agencies() -> None:
    assert len(cast_ids()) == 7


def test_a_marked_line_loses_its_marks_and_keeps_its_spans() -> None:
    line = parse_line("+12 [Medical] RP {P:ANN OTHERLY} AT {T:920-555-0100}, ALONE")

    assert line.minute == 12
    assert line.restriction == "Medical"
    assert line.text == "RP ANN OTHERLY AT 920-555-0100, ALONE"
    assert line.private_texts == (
        (Entity.PERSON, "ANN OTHERLY"),
        (Entity.PHONE, "920-555-0100"),
    )


@pytest.mark.parametrize("line", ["RP CALLED BACK", "+ 3 RP", "+3"])
def test_a_line_without_its_minute_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"\+MINUTES"):
        parse_line(line)


def test_an_unknown_kind_of_mark_is_refused() -> None:
    with pytest.raises(KeyError):
        parse_line("+3 {Z:SOMETHING}")


@pytest.mark.parametrize(
    ("key", "value"), [("calller", "woj"), ("where", ["depot-row"]), ("flags", ["no-such-mark"])]
)
def test_a_story_with_a_mistake_in_it_is_refused(key: str, value: object) -> None:
    story = {"id": "one", "at": "2 07:52", "type": "Theft", "log": "+0 RP"}
    where = {"where": ["depot-row", "308 W DEPOT ST"]}
    assert StoryDocument.model_validate(story | where).people == ()
    with pytest.raises(ValidationError, match=key):
        StoryDocument.model_validate(story | where | {key: value})


def test_every_agency_has_thirty_calls_and_each_special_case(cast: Cast) -> None:
    assert len(cast.stories) >= 30
    assert len({story.story_id for story in cast.stories}) == len(cast.stories)
    marks = {mark for story in cast.stories for mark in story.truth.marks}
    assert marks >= set(EVERY_AGENCY)


def test_every_agency_that_can_say_so_has_a_cancelled_call(cast: Cast) -> None:
    said = any(Mark.CANCELLED in story.truth.marks for story in cast.stories)
    assert said == (cast.agency_id != "redwood-highway-patrol")


def test_texts_that_turn_sensitive_start_under_a_type_that_is_not(cast: Cast) -> None:
    marks = {Mark.BLAND_SENSITIVE, Mark.BECOMES_SENSITIVE}
    turning = [story for story in cast.stories if story.truth.marks & marks]

    assert len(turning) >= 2
    assert not [story.story_id for story in turning if story.truth.category in SENSITIVE]


def test_a_call_has_no_category_exactly_when_its_type_is_unmapped(cast: Cast) -> None:
    for story in cast.stories:
        unmapped = Mark.UNMAPPED_TYPE in story.truth.marks
        assert (story.truth.category is None) == unmapped


def test_lines_stand_in_order_and_begin_with_the_call(cast: Cast) -> None:
    for story in cast.stories:
        minutes = [line.minute for line in story.lines]
        assert minutes[0] == 0
        assert minutes == sorted(set(minutes))


def test_no_family_name_stands_in_a_remark_outside_a_private_span(cast: Cast) -> None:
    families = [p.family.casefold() for p in cast.people if not p.hard]
    assert families
    for story in cast.stories:
        for line in story.lines:
            bare = list(line.text)
            for span in line.spans:
                bare[span.start : span.end] = " " * (span.end - span.start)
            rest = "".join(bare).casefold()
            assert not [name for name in families if name in rest], story.story_id


def test_no_two_remarks_of_all_agencies_are_the_same() -> None:
    stories = [story for agency_id in cast_ids() for story in load_cast(agency_id).stories]
    narratives = ["\n".join(line.text for line in story.lines) for story in stories]

    assert len(narratives) >= 200
    assert len(set(narratives)) == len(narratives)
