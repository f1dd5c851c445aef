"""What is known of one word: name, word, both, or nothing."""

from __future__ import annotations

import pytest

from pipeline.redact.names import Kind, name_facts, names_version
from pipeline.redact.names.facts import reviewed

CULTURES = [
    "Hernandez",
    "Peñaloza",
    "Nguyễn",
    "Hạnh",
    "Xiong",
    "Zihan",
    "Cheung",
    "Hsieh",
    "Kaohly",
    "Jihoon",
    "Yamaguchi",
    "Alqahtani",
    "Farzaneh",
    "Krishnamurthy",
    "Dhillon",
    "Tamilselvi",
    "Yarlagadda",
    "Prajapati",
    "Yousafzai",
    "Talukdar",
    "Oluwaseun",
    "Chukwuemeka",
    "Owusu",
    "Abdirahman",
    "Tesfaye",
    "Ghebreyesus",
    "Wanjiku",
    "Nkurunziza",
    "Shevchenko",
    "Szczepański",
    "Ibrahimović",
    "Kazlauskas",
    "Papadopoulos",
    "Yilmaz",
    "Harutyunyan",
    "Yellowhorse",
    "Begay",
    "Kealoha",
    "Tuilagi",
    "Fifita",
    "Macaraeg",
    "Dieudonne",
    "Cavalcanti",
    "Kjærgaard",
    "Siobhán",
    "Caoimhe",
    "Gruffydd",
    "Shlomo",
    "O'Brien",
    "OBRIEN",
    "Robicheaux",
    "Keyshawn",
    "Braelynn",
    "Nevaeh",
    "GARCIA",
    "tiffani",
]


@pytest.mark.parametrize("name", CULTURES)
def test_names_of_many_cultures_are_names_in_any_case_and_with_accents(name: str) -> None:
    for typed in (name, name.upper(), name.lower(), name + "'s"):
        assert name_facts(typed).kind is Kind.NAME, typed


@pytest.mark.parametrize(
    "word", ["the", "caller", "veh", "truck", "breathing", "officer", "vehicle", "sedan", "ofcr"]
)
def test_ordinary_words_of_dispatch_are_words(word: str) -> None:
    assert name_facts(word).kind is Kind.WORD


def test_reviewed_words_of_both_kinds_say_which_they_mostly_are() -> None:
    assert name_facts("Rose").kind is Kind.MOSTLY_WORD
    assert name_facts("JACK").kind is Kind.MOSTLY_NAME
    assert not reviewed("word") & reviewed("name")
    assert min(len(reviewed("word")), len(reviewed("name"))) >= 150


def test_a_family_is_named_by_a_plural() -> None:
    assert name_facts("Szabós").kind is Kind.NAME


def test_what_no_list_holds_is_unknown() -> None:
    assert name_facts("zyxwvq").kind is Kind.UNKNOWN
    assert name_facts("zyxwvq").name_rank == 0


def test_ranks_grow_with_the_share_of_people() -> None:
    ranks = [name_facts(name).name_rank for name in ("Smith", "Xiong", "Yellowhorse", "zyxwvq")]
    assert ranks == sorted(ranks, reverse=True)
    assert ranks[0] == 4


def test_the_version_is_eight_hex_digits() -> None:
    assert len(names_version()) == 8
    assert int(names_version(), 16) >= 0
