"""Words typed without spaces are parted where each piece is known, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.redact.parting import parted
from pipeline.redact.reading import read


def pieces(word: str) -> list[str]:
    return [word[start:end] for start, end in pairwise((0, *parted(word), len(word)))]


@pytest.mark.parametrize(
    "glued",
    [
        "rp|margery|toland|adv",
        "mosley|she",
        "seen|quincy|st",
        "gate|code|1717|then",
        "mom|suzette|ph|603555",
        "alarm|reset|no|entry",
        "callbk|5550142",
        "rp|keyondraystelle",
        "not|hurt",
        "is|91|yo",
        "no|further|info",
        "pax|rodrigo|fuentes",
        "at|18",
        "clr|1420",
    ],
)
def test_glued_words_are_parted(glued: str) -> None:
    assert pieces(glued.replace("|", "")) == glued.split("|")


# Names of people and places made of words; plates, codes and units of measure; ordinary words.
@pytest.mark.parametrize(
    "whole",
    [
        "applegarth",
        "shallowford",
        "bluebonnet",
        "tallchief",
        "dobrovolsky",
        "thibodeaux",
        "stillwagon",
        "calverton",
        "914lqxor",
        "7abc123",
        "can4471",
        "45yom",
        "unresponsive",
        "recieved",
        "westbound",
        "gulfbreezeandpier9",
        "alarmresetzone4",
    ],
)
def test_one_word_stays_whole(whole: str) -> None:
    assert parted(whole) == ()


def test_the_space_between_pieces_leads_back_to_the_text() -> None:
    text = "RPmargerytolandadv fled"
    reading = read(text)
    assert reading.text == "RP margery toland adv fled"
    assert reading.spans is not None
    shown = [text[start:end] for start, end in reading.spans]
    assert len(shown) == len(reading.text)
    where = {token.word: reading.spans[token.start][0] for token in reading.tokens}
    assert where == {"rp": 0, "margery": 2, "toland": 9, "adv": 15, "fled": 19}


@pytest.mark.parametrize(
    "text",
    ["velmachurch1941@mail.example", "see www.tallpinesmotelrooms.example", "x://rpsmithadv"],
)
def test_addresses_of_mail_and_web_stay_whole(text: str) -> None:
    assert read(text).text == text
