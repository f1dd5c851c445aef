"""Lists of names are read without their packages, and leave those whole for others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.redact.names.gazetteers import (
    LISTED_GIVEN,
    dictionary_words,
    given_names,
    plain,
    surnames,
)

READ = """
import sys
{before}
from pipeline.redact.names.gazetteers import surnames
print(len(surnames()), surnames()["smith"])
left = [name for name in sys.modules if name.partition(".")[0] == "faker"]
{after}
from faker import Faker
assert Faker("de_DE").name()
"""


def said(before: str, after: str) -> str:
    program = READ.format(before=before, after=after)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_lists_are_the_same_whoever_imports_faker_and_leave_it_whole() -> None:
    alone = said("", "assert not left, left")
    assert alone == said("import faker.providers.person.en_US", "assert 'faker.proxy' in left")
    assert alone.endswith(" 1.006\n")


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("Nuñez", "nunez"),
        ("SØRENSEN", "sorensen"),
        ("Łukasz", "lukasz"),
        ("Weiß", "weiss"),
        ("e\u0301mile", "emile"),
        ("Ægir", "aegir"),
        ("O\u2019Brien", "o'brien"),
        ("\u1ec4", "e"),
        ("\ufb01sk", "fisk"),
        ("İnci", "inci"),
        ("王", "王"),
    ],
)
def test_a_word_is_plain_without_its_accents(typed: str, bare: str) -> None:
    assert plain(typed) == plain(typed) == bare


def test_a_counted_name_has_its_percent_and_a_listed_one_the_least() -> None:
    assert surnames()["johnson"] == 0.810
    assert given_names()["mary"] == 2.629 / 2
    assert given_names()["przemyslaw"] == LISTED_GIVEN


def test_a_word_has_every_class_of_the_dictionary_in_order() -> None:
    assert (dictionary_words()["run"], dictionary_words()["ran"]) == ("nv", "d")
    assert "".join(sorted(dictionary_words()["light"])) == dictionary_words()["light"]
