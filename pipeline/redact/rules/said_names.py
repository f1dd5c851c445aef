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
    r"(?:\s(?:is|the|name))?[:\s]{1,2}[\"\u201c']?(?P<v>[a-z][\w'-]{2,20}(?:[ ][A-Z][a-z]{2,15})?)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"call(?:s|ed)?\s(?:him|her|me|himself|herself)\s(?:the\s)?[\"\u201c']?(?P<v>[A-Z][a-z][\w'-]{1,20})"
)
# "a third male called Smoke": where nobody is rung up.
_NICKED = re.compile(
    r"(?:(?:everyone|everybody|they|people|regulars|kids|friends|neighbors)\scalls?\s(?P<u>[A-Z][a-z]{2,12})"
    r"|calls?\s(?:him|her)\s(?P<v>[a-z][a-z'-]{2,14}))(?=\s?[,.;)\n]|\Z)"
)
_NAMED_SO = re.compile(
    r"(?<=\s)(?:male|man|guy|dude|kid|boy|girl|female|woman|lady|someone|somebody|person|juv|teen|dog)"
    r"\s(?:that\sis\s|who\sis\s|only\s|there\s|here\s|outside\s|inside\s)?(?:called|named|nicknamed)\s[\"\u201c']?(?P<v>[a-z][\w'-]{1,20})",
    re.IGNORECASE,
)
_NOT_SAID = FUNCTION_WORDS | word_set(
    "phone name same foot bike car name's sirens door police asap today tonight tomorrow first"
    " later please twice daily names mother mom dad ride cab work home cell"
)
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


def _before(reading: Reading, place: int) -> int:
    """Return where the word before a place begins, or the word itself where none of them calls."""
    callers = place and reading.tokens[place - 1].word in _CALLERS
    return reading.tokens[place - 1 if callers else place].start


_CALLERS = word_set("everyone everybody they people regulars kids friends neighbors")


def _called(reading: Reading, place: int) -> Iterator[Hit]:
    start = reading.tokens[place].start
    found = _CALLED.match(reading.text, start)
    if found is None and not reading.text.isupper():
        found = _CALLS.match(reading.text, start)
    nicked = _NICKED.match(reading.text, _before(reading, place)) or _NICKED.match(
        reading.text, start
    )
    if found is None and nicked:
        group = nicked.lastgroup or "v"
        if nicked[group].lower() not in _NOT_SAID:
            yield Hit(*nicked.span(group), Entity.PERSON, "called", 0.7, "what somebody is called")
    for step in (1, 2):
        if found is None and place >= step:
            found = _NAMED_SO.match(reading.text, reading.tokens[place - step].start)
    if found and found["v"].split(" ")[0].lower() not in _NOT_SAID:
        yield Hit(*found.span("v"), Entity.PERSON, "called", 0.7, "what somebody is called")


def _doubled(reading: Reading, place: int) -> Iterator[Hit]:
    """``will will be there``: somebody is called so."""
    cut = reading.tokens
    if place + 1 == len(cut) or cut[place + 1].word != "will":
        return
    token = cut[place]
    if reading.text[token.end : cut[place + 1].start] == " ":
        yield Hit(token.start, token.end, Entity.PERSON, "doubled", 0.7, "said twice")


def _born(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    if token.start and reading.text[token.start - 1] in "-/.":
        return
    found = _BORN.match(reading.text, token.start)
    if found:
        yield Hit(*found.span(), Entity.DOB, "birth-month", 0.6, "date of long ago")


def _goes_on_as_date(said: str) -> bool:
    """Return whether a word behind a day may be its month, or one behind a month its day."""
    return said[:3] in _MONTHS or said[:1].isdigit() or said in _OF or not said.isascii()


_MONTHS = word_set("jan feb mar apr may jun jul aug sep oct nov dec ene abr ago dic")
_OF = frozenset(("of", "de"))

SAID_NAME_RULES = (
    Rule(
        name="called",
        find=_called,
        words=word_set(
            "known goes go went answer answers ans street moniker nickname call calls called named"
            " nicknamed"
        ),
        examples=Examples(
            finds=(
                "SUBJ KNOWN AS [TURTLE], W/M",
                "Friends call him [Tumbleweed]",
                'goes by "[peaches]" online',
                'NONVERBAL ANS TO "[BEAR]".',
                "moniker [spooky]",
                "calls himself the [Duke].",
                "a third male called [Smoke].",
                "SOME GUY NAMED [TREE] HAS IT",
                "says regulars call him [stretch], drives",
                "gentleman everyone calls [Pops], let",
            ),
            ignores=(
                "called her back twice",
                "calls him daily",
                "known as the same guy",
                "goes by on foot",
                "male called back",
                "please call her asap.",
                "a female called in from home",
            ),
        ),
    ),
    Rule(
        name="doubled",
        find=_doubled,
        words=frozenset({"will"}),
        examples=Examples(
            finds=(
                "she said [will] will be there at 6",
                "[WILL] WILL MEET AT GATE",
                "[Will] will not leave",
                "thinks [will] will come back",
                "[will] will be at the gate",
                "adv [WILL] WILL CALL",
            ),
            ignores=("will be there", "will not, will call", "WILL ADV", "he will. Will call"),
        ),
    ),
    Rule(
        name="birth-month",
        find=_born,
        numbers=True,
        lengths=(1, 2, 3, 4),
        fits=_DAY.fullmatch,
        then=_goes_on_as_date,
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
