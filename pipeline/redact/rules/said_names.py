"""Finds what somebody is called, and births whose month is a word.

In: readings. Out: hits of PERSON and DOB. It must never take "called her back" for a name, nor a
month of these years for a birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.cues import FUNCTION_WORDS
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.vocabulary import word_set

__all__ = ["SAID_NAME_RULES"]

_CALLED = re.compile(
    r"(?:known\sas|goes\sby|go\sby|went\sby|answers?\sto|ans\sto|street\sname|moniker|nickname)"
    r"(?:\s(?:is|the|name))?[:\s]{1,2}[\"\u201c']?(?P<v>[a-z][\w'-]{2,20}(?:\s[A-Z][a-z]{2,15})?)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"call(?:s|ed)?\s(?:him|her|me|himself|herself)\s(?:the\s)?[\"\u201c']?(?P<v>[A-Z][a-z][\w'-]{1,20})"
)
_NOT_SAID = FUNCTION_WORDS | word_set("phone name same foot bike car name's sirens door police")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|enero|febrero|marzo|abril|mayo|junio|julio"
    r"|agosto|septiembre|octubre|noviembre|diciembre)[a-z]{0,7}\.?"
)
_YEAR = r"(?:19[2-9]\d|200\d|201[0-5])(?!\d)"
_BORN = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s|de\s)?{_MONTH},?\s(?:de\s)?{_YEAR}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?", re.IGNORECASE)


def _called(reading: Reading, place: int) -> Iterator[Hit]:
    start = reading.tokens[place].start
    found = _CALLED.match(reading.text, start)
    if found is None and not reading.text.isupper():
        found = _CALLS.match(reading.text, start)
    if found and found["v"].split(" ")[0].lower() not in _NOT_SAID:
        yield Hit(*found.span("v"), Entity.PERSON, "called", 0.7, "what somebody is called")


def _born(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    if token.start and reading.text[token.start - 1] in "-/.":
        return
    found = _BORN.match(reading.text, token.start)
    if found:
        yield Hit(*found.span(), Entity.DOB, "birth-month", 0.6, "date of long ago")


SAID_NAME_RULES = (
    Rule(
        name="called",
        find=_called,
        words=word_set(
            "known goes go went answer answers ans street moniker nickname call calls called"
        ),
        examples=Examples(
            finds=(
                "SUBJ KNOWN AS [TURTLE], W/M",
                "Friends call him [Tumbleweed]",
                'goes by "[peaches]" online',
                'NONVERBAL ANS TO "[BEAR]".',
                "moniker [spooky]",
                "calls himself the [Duke].",
            ),
            ignores=(
                "called her back twice",
                "calls him daily",
                "known as the same guy",
                "goes by on foot",
            ),
        ),
    ),
    Rule(
        name="birth-month",
        find=_born,
        numbers=True,
        lengths=(1, 2, 3, 4),
        fits=_DAY.fullmatch,
        words=word_set(
            "jan january feb february mar march apr april may jun june jul july aug august sep sept"
            " september oct october nov november dec december"
        ),
        examples=Examples(
            finds=(
                "solar = [3 July 2006]. lives",
                "[3 de Marzo 1934] per the card",
                "born abroad, [June 1, 1931]",
                "[12 mar 1984] w/m",
                "[March 12th 1984], hx",
                "[4th of May 1995]",
            ),
            ignores=("since June 2014", "on 3 July 2026", "may 12 units", "12 Mar 1405 hrs"),
        ),
    ),
)
