"""Says which words of an editor's text nothing explains: default-deny for the desk.

In: a text written to be published, and phrases that are public already (the area's name, the
agency's, the template's own words). Out: the words that may not be said, as they were typed, for
the one who typed them. Clock times, dates, numbered highways and measured amounts are public facts
and pass; a person's age is none. It must never return a word for anybody but its writer, and never
guess that an unknown word is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.redact.strict import STREET_WORDS, unexplained
from pipeline.redact.tokens import Token, tokens
from pipeline.redact.vocabulary import word_set

__all__ = ["unexplained_words"]

# Words of public notices that dispatchers do not use, so that the vocabulary lacks them.
_NOTICE_WORDS = word_set("administrative crews crisis police vice")
# Names as often as words, so they pass only where nobody writes a name: in lower case, alone.
_LOWER_CASE_ONLY = word_set("black brown day gray may north park river west white will")

_FLAGS = re.ASCII | re.IGNORECASE
_CLOCK = r"(?:1[0-2]|0?[1-9])(?::[0-5]\d)?"
_HALF = r"[ap](?:m\b|\.m\.)"
_ZONE = r"(?:\s*(?:AK|[ACEMP])[SD]T\b|\s*HST\b|\s*GMT\b|\s*UTC(?:[+-]\d{2}(?::?\d{2})?)?(?!\w))?"
_TO = r"\s*(?:-|\u2013|to|and|until)\s*"
_YEAR = r"20[2-9]\d"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_ROUTE = (
    r"I|US|U\.S\.|SR|CR|Interstate|(?:(?:US|U\.S\.|State|County)\s+)?(?:Highway|Hwy|Route|Rte)"
    r"|(?:State|County)\s+Road"
)
_AMOUNTS = r"acres|customers|degrees|feet|firefighters|gallons|homes|inches|miles|mph|percent"
_STREET = rf"\s+(?:{'|'.join(sorted(STREET_WORDS))})\b"
_NO_STREET = rf"(?!{_STREET})"
# What default-deny takes for a street or a name, and is none.
_PHRASES = (
    r"(?:another|alternat(?:e|ive)|different)\s+(?:route|road|street|way)|(?:one|single)\s+lane"
    r"|(?:black|brown|gray|white)\s+smoke|(?:north|west)\s+(?:of|side|end)|major\s+incident"
)
_FACTS = tuple(
    re.compile(rf"(?<![\w.#-])(?:{form})(?!\w)", _FLAGS)
    for form in (
        rf"(?:{_CLOCK}{_TO})?{_CLOCK}\s*{_HALF}{_ZONE}",
        rf"(?:[01]?\d|2[0-3]):[0-5]\d{_ZONE}",
        rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?(?:,?\s+{_YEAR})?",
        rf"(?:0?[1-9]|1[0-2])/{_DAY}/{_YEAR}|{_YEAR}-[01]\d-[0-3]\d",
        rf"(?:{_ROUTE})[\s-]?[1-9]\d{{0,2}}",
        rf"[1-9]\d{{0,2}}(?:,\d{{3}}|0)?\s+(?:{_AMOUNTS}){_NO_STREET}|(?:100|[1-9]?\d)%",
        _PHRASES,
    )
)
# A street may bear an area's name.
_STREET_NEXT = re.compile(_STREET, _FLAGS)
_CALL_911 = re.compile(r"\b(?:call|calling|dial|text)\s+911(?!\w)", _FLAGS)
_BORN = re.compile(r"(?:\bborn|\bbirth\w*|\bd\.?o\.?b\.?)(?:\W+(?:on|is|was|of|date))*\W*$", _FLAGS)

_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_NUMBER = rf"(?:\d+|{_SMALL}(?:[\s-]+{_SMALL})?)"
_SPAN = r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?)"
_PRIVATE = (
    re.compile(rf"\b{_NUMBER}[\s-]*{_SPAN}[\s-]*(?:olds?|of\s+age)\b", _FLAGS),
    re.compile(rf"\b{_NUMBER}[\s-]*(?:yo|y/o|y\.o)\b", _FLAGS),
    re.compile(rf"\b(?:age|ages|aged)\s+(?:of\s+|is\s+|was\s+)?{_NUMBER}\b", _FLAGS),
    re.compile(rf"\bturn(?:s|ed|ing)\s+{_NUMBER}\s+{_SPAN}\b", _FLAGS),
    re.compile(
        r"\b(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b", _FLAGS
    ),
    # Ordinary before "lane" or "road", but in capitals it is the street's name.
    re.compile(rf"\b(?:Main|MAIN|Front|FRONT|Middle|MIDDLE)(?i:{_STREET})", re.ASCII),
    re.compile(r"\bmain\s+st(?:reet)?\b", _FLAGS),
    re.compile(r"\b(?:Mr|Mrs|Ms|Mx)\b\.?\s*[A-Za-z]*", _FLAGS),
    re.compile(r"\b(?:Dr|Miss|Rev|Fr|Sgt|Lt|Prof)\b\.?\s+[A-Z][\w']*", re.ASCII),
)


def unexplained_words(text: str, *, public: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the distinct words that may not be said, as typed and in order; empty means none.

    A phrase in ``public`` is passed over where it stands as whole words, in any case. A number
    passes only as a small count or as part of a public fact.
    """
    left = _without_facts(_without_phrases(text, public))
    cut = tokens(left)
    starts = {each.start for each in unexplained(left, also=_NOTICE_WORDS | _LOWER_CASE_ONLY)}
    starts |= {token.start for token in _names_in_case(left, cut)}
    spans = [found.span() for form in _PRIVATE for found in form.finditer(left)]
    offending = (
        text[token.start : token.end]
        for token in cut
        if token.start in starts or any(first <= token.start < end for first, end in spans)
    )
    return tuple(dict.fromkeys(offending))


def _without_phrases(text: str, public: Sequence[str]) -> str:
    for phrase in sorted(public, key=len, reverse=True):
        wanted = [token.word for token in tokens(phrase)]
        cut = tokens(text)
        for first in range(len(cut) - len(wanted) + 1 if wanted else 0):
            run = cut[first : first + len(wanted)]
            said = [token.word for token in run]
            same = said == wanted or [*said[:-1], said[-1].removesuffix("'s")] == wanted
            if same and not _STREET_NEXT.match(text, run[-1].end):
                text = _blank(text, run[0].start, run[-1].end)
    return text


def _without_facts(text: str) -> str:
    for form in (*_FACTS, _CALL_911):
        for found in tuple(form.finditer(text)):
            if not _BORN.search(text[: found.start()]):
                text = _blank(text, *found.span())
    return text


def _blank(text: str, start: int, end: int) -> str:
    # As many full stops: offsets stay, and no street or name is read across them.
    return text[:start] + "." * (end - start) + text[end:]


def _names_in_case(text: str, cut: Sequence[Token]) -> Iterator[Token]:
    before = ""
    for token in cut:
        if token.word in _LOWER_CASE_ONLY:
            typed = text[token.start : token.end]
            if typed != token.word or before in _LOWER_CASE_ONLY:
                yield token
        before = token.word
