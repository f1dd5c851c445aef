"""No word is readable everywhere that is mostly somebody's name."""

from __future__ import annotations

from pathlib import Path

from pipeline.redact.names import Kind, name_facts
from pipeline.redact.names.facts import MOST_NAME_SHARE, name_share, reviewed
from pipeline.redact.names.gazetteers import given_names, nicknames, surnames, word_zipfs
from pipeline.redact.vocabulary import vocabulary

EXCEPTIONS = Path(__file__).parent / "words_reviewed.txt"
# One person in so many thousand bears it: rarer surnames are found by their neighbours alone.
COMMON = 0.01


def exceptions() -> set[str]:
    lines = EXCEPTIONS.read_text("utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def suspected() -> set[str]:
    """Return words readable everywhere that people bear too, by the figures of the lists."""
    found = set()
    for word in vocabulary() | set(word_zipfs()):
        if name_facts(word).kind is not Kind.WORD:
            continue
        borne = max(given_names().get(word, 0.0), surnames().get(word, 0.0))
        shared = word in word_zipfs() and borne > 0 and name_share(word) >= MOST_NAME_SHARE
        unknown = word not in word_zipfs() and borne >= COMMON
        if shared or unknown or (word in nicknames() and word not in word_zipfs()):
            found.add(word)
    return found


def test_every_readable_word_that_could_be_a_name_was_reviewed() -> None:
    assert sorted(suspected() - exceptions()) == []


def test_no_exception_is_out_of_use() -> None:
    assert sorted(exceptions() - suspected()) == []


def test_the_common_names_of_the_census_are_never_words() -> None:
    often = {name for name, percent in surnames().items() if percent >= 0.05}
    often |= {name for name, percent in given_names().items() if percent >= 0.05}
    plain = {name for name in often if name_facts(name).kind is Kind.WORD}
    assert len(often) > 300
    assert plain <= exceptions(), sorted(plain - exceptions())


def test_reviewed_words_of_both_kinds_are_judged_by_context_not_by_lists() -> None:
    assert all(
        name_facts(word).kind in {Kind.MOSTLY_WORD, Kind.MOSTLY_NAME}
        for kind in ("word", "name")
        for word in reviewed(kind)
    )
