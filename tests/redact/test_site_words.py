"""A site's words count when enough agencies use them and nobody bears them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.redact.deny import unexplained
from pipeline.redact.reading import read
from pipeline.redact.site_words import FLOOR, read_site_words
from pipeline.redact.vocabulary import add_site_words, vocabulary_digest


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    add_site_words(())


def test_a_word_of_enough_agencies_counts() -> None:
    found = read_site_words("# local\n\nzorbqit 3\nQUIXL, 12\n")
    assert (found.words, found.refused) == ({"zorbqit", "quixl"}, ())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("zorbqit 2", "fewer than 3"),
        ("zorbqit", "no number"),
        ("zorbqit -3", "no number"),
        ("zorb9 4", "not a word"),
        ("hernandez 9", "a name"),
        ("oluwaseun 9", "a name"),
        ("rose 9", "a name"),
    ],
)
def test_other_lines_are_refused_with_a_reason_that_does_not_repeat_them(
    line: str, why: str
) -> None:
    found = read_site_words(f"# first\n{line}")
    assert found.words == frozenset()
    (refused,) = found.refused
    assert refused.line == 2
    assert why in refused.why
    assert line.split()[0] not in refused.why


def test_a_site_may_ask_for_more_agencies_but_not_for_fewer() -> None:
    assert read_site_words("zorbqit 4", floor=5).words == frozenset()
    with pytest.raises(ValueError, match="at least"):
        read_site_words("zorbqit 4", floor=FLOOR - 1)


def test_a_site_word_is_shown_and_changes_the_digest() -> None:
    before = vocabulary_digest()
    assert unexplained(read("zorbqit on scene"))
    add_site_words({"zorbqit"})
    assert unexplained(read("zorbqit on scene")) == ()
    assert vocabulary_digest() != before
