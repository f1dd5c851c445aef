"""Finds ages over 89, in digits and words, and never a younger one.

In: readings. Out: hits of AGE. Under the Safe Harbor rule of HIPAA (45 CFR 164.514) ages over 89
identify; ages up to 89 stay readable. A number of 90 or more that measures something is no age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import gap, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["AGE_RULES"]

_OLD = (
    r"(?:9\d|1[01]\d|ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|one\shundred(?:\sand\s\w+)?)"
)
_YEARS = (
    r"(?:y\s?/?\.?\s?o\b|yo[amf]|y\.o|year|yr|y/o|yof|yom|ya\b|yof\b"
    r"|[mf]\b(?![/:])|fem|male|[wbha]/?[mf]\b)"
)
_BEFORE_YEARS = re.compile(rf"(?P<v>{_OLD})(?=[\s-]{{0,2}}{_YEARS})", re.IGNORECASE)
_MEASURED = (
    r"(?![\w%\u00b0/:.]\w|[%\u00b0/:\w]|\s(?:and\s\d)|\s?(?:mph|lbs?|pct|percent|deg|ft|min|mins|miles?|mi|f\b|psi"
    r"|ppm|days?|yards?|feet|seconds?|secs?|cents|dollars|on\b|over|kg|units?|calls?|block|blk"
    r"|systolic|bpm|sat|in\sa\b|st\b|ave|rd|db\b))"
)
_BARE = re.compile(rf"(?P<v>{_OLD}){_MEASURED}", re.IGNORECASE)
_CUE = re.compile(
    r"(?:\baged?|\bage[:=]|\bage\sis|\b(?:s?he|pt|rp|who|mother|father|mom|dad|subj)"
    r"(?:'s|\sis|\swill\sbe|\swas|\sjust\sturned)?|\bturn(?:s|ed|ing)"
    r"|\b(?:she|he|pt|rp|who|mother|father|and)\s(?:is|was)\snow)"
    r"\s{0,2}(?:about\s|almost\s|over\s|nearly\s|like\s)?$",
    re.IGNORECASE,
)
_STARTS = "91noahNOAH"
# What a number behind these is no age of.
_MEASURES = word_set("hook speeds mph sound noise hr sat sats wind winds band")
_DECADE = re.compile(
    r"\b(?:(?:in|early|mid|late|upper)[\s-](?:(?:her|his|their)\s)?(?:(?:early|mid|late|upper)[\s-])?"
    r"(?P<v>nineties|90'?s)|(?P<w>centenarian|nonagenarian))\b",
    re.IGNORECASE,
)
# "Adelheid Brunswick 95 @", "Plunkett, 93, owner": a name, then the number alone.
_APART = re.compile(
    r"(?P<v>9\d|10[0-5])(?=\s?,\s?(?!\d)(?!(?:pr|hr|temp|wind)\b)[a-z]"
    r"|\s(?:@|alone|lives|dementia|w/m|w/f)\b)",
    re.IGNORECASE,
)


def _age(reading: Reading, place: int) -> Iterator[Hit]:
    token, text = reading.tokens[place], reading.text
    if token.word[0] not in _STARTS or (token.start and text[token.start - 1] in ".$/#-"):
        return
    if word(reading, place - 1) in _MEASURES and gap(reading, place - 1) == " ":
        return
    found = _BEFORE_YEARS.match(text, token.start)
    if found is None:
        found = _BARE.match(text, token.start)
        if found and not _CUE.search(text, max(0, token.start - 40), token.start):
            found = _beside_name(reading, place, found)
    if found:
        yield Hit(*found.span("v"), Entity.AGE, "age", 0.9, "years over 89")


def _beside_name(reading: Reading, place: int, found: re.Match[str]) -> re.Match[str] | None:
    """``SIGRID NYLUND 91 AT``, ``Plunkett, [93], owner``: a name, then the number alone."""
    text, start = reading.text, reading.tokens[place].start
    before, between = word(reading, place - 1), gap(reading, place - 1)
    name = place > 0 and between in (" ", ", ") and before.isalpha() and not known(before)
    if name and len(before) > 3 and found["v"].isdigit() and int(found["v"]) < 106:
        return found
    letters = start > 1 and (text[start - 2].isalpha() or text[start - 2] == ",")
    return _APART.match(text, start) if letters else None


def _decade(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _DECADE.finditer(reading.text):
        span = found.span("v") if found["v"] else found.span("w")
        yield Hit(*span, Entity.AGE, "age-decade", 0.9, "decade over 89")


AGE_RULES = (
    Rule(
        name="age",
        find=_age,
        numbers=True,
        lengths=(2, 3, 4, 5, 6),
        fits=lambda said: said[0] in _STARTS,
        words=word_set("ninety one"),
        examples=Examples(
            finds=(
                "[96] YOM down",
                "[97]F unwitnessed fall",
                "she's [ninety-four]",
                "[91] w/m dementia",
                "who is [93] and upset",
                "Age: [98] Sex: F",
                "[102] y/o female",
                "she is [94].",
                "just turned [100] today",
            ),
            ignores=(
                "89 yof fell",
                "speed 95 mph",
                "SPO2 91 RA",
                "P 118 R 22",
                "98% on room air",
                "temp is 98.6",
                "HR is 104 and strong",
                "BP is 110/70",
                "he was going 95 mph",
                "tow fees: hook 95, storage 30 a day",
                "band at 96 dB",
            ),
        ),
    ),
    Rule(
        name="age-decade",
        find=_decade,
        needs=("90", "ineti", "INETI", "enarian", "ENARIAN"),
        examples=Examples(
            finds=(
                "in her [nineties]",
                "in his late [90s]",
                "a [centenarian] fell",
                "early [90's] female",
                "mid-[nineties] male",
                "IN HER UPPER [90S]",
            ),
            ignores=("in her 80s", "90 days", "temps in the high 90f", "SAT 90 PCT"),
        ),
    ),
)
