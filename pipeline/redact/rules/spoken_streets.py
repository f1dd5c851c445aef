"""Finds house numbers said aloud with their streets, and rural routes and boxes.

In: readings. Out: hits of ADDRESS. Houses in digits are ``streets``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import CUES
from pipeline.redact.rules.streets import street_end
from pipeline.redact.rules.walk import NUMBER_WORDS, joined, word

__all__ = ["SPOKEN_STREET_RULES"]


def _spoken(reading: Reading, place: int) -> Iterator[Hit]:
    """``four twelve elm street``: number words, then a street."""
    if place and word(reading, place - 1) in NUMBER_WORDS:
        return
    last = place
    while joined(reading, last) and word(reading, last + 1) in NUMBER_WORDS:
        last += 1
    cut = reading.tokens
    before = word(reading, place - 1)
    if joined(reading, last):
        end = street_end(reading, last + 1)
        if end > last + 1 and (last > place or before in CUES):
            yield Hit(
                cut[place].start, cut[end].end, Entity.ADDRESS, "address-spoken", 0.85, "said aloud"
            )
            return
    if (
        before in ("number", "house", "address")
        and last - place < 4
        and (last > place or before != "number")
    ):
        first = place - 1 if word(reading, place - 2) == "at" else place
        span = cut[first].start, cut[last].end
        yield Hit(*span, Entity.ADDRESS, "address-spoken", 0.6, "house number said aloud")


_RURAL = re.compile(
    r"(?:r\.?r\.?|rt|rte|rural route|star rt|hc)\s?#?\d{1,4}[,\s]{1,2}bo?x\s?#?\d{1,5}(?:-?[a-z])?"
    r"|(?:p\.?\s?o\.?\s?box|p\.\s?o\.\s?b)\s?#?\s?\d{1,6}|pob[ \t]?#?[ \t]?\d{2,6}"
    r"|box\s?#?\s?\d{2,6}",
    re.IGNORECASE,
)


def _rural(reading: Reading, place: int) -> Iterator[Hit]:
    found = _RURAL.match(reading.text, reading.tokens[place].start)
    if found:
        yield Hit(*found.span(), Entity.ADDRESS, "rural", 0.85, "rural route or box")


SPOKEN_STREET_RULES = (
    Rule(
        name="address-spoken",
        find=_spoken,
        words=NUMBER_WORDS,
        examples=Examples(
            finds=(
                "lives at [twenty-two Ferris Lane] upstairs",
                "burglary at [six one one Corduroy Lane], customer",
                "[four twelve elm street]",
                "at [nine oh two Sorrel Court]",
                "[one eleven Kessler Avenue] porch",
                "number [twenty-five].",
            ),
            ignores=(
                "two men in the street",
                "one lane blocked",
                "three kids on bikes",
                "ten four",
            ),
        ),
    ),
    Rule(
        name="rural",
        find=_rural,
        words=frozenset({"rr", "rt", "rural", "star", "hc", "po", "p", "pob", "box", "r"}),
        examples=Examples(
            finds=(
                "[RR 2 BOX 96] past the church",
                "[Rt 4 Box 31-A]",
                "42 at [RT 5 BX 119]",
                "[PO BOX 114]",
                "billing [POB 1180]",
                "[HC 63 Box 12]",
                "mail to [P.O. Box 77]",
            ),
            ignores=("box of ammo", "rt lane blocked", "po on scene", "rural area"),
        ),
    ),
)
