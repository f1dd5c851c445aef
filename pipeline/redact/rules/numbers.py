"""Finds telephones, cards, vehicle and social numbers and births by their own shape.

In: readings. Out: hits of PHONE, FINANCIAL, VIN, SSN and DOB that need no word before them. It must
never take a time, a reference of another length or the date of the event for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import DIGIT_WORDS, NUMBER_WORDS, gap, has_digit, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["NUMBER_RULES"]

_PHONE = re.compile(
    r"(?:\+?1[\s.\-]{1,2})?(?:\(\d{3}\)\s?[-.]?|\d{3}[\s.\-/,]{1,2})?"
    r"[2-9]\d{2}[\s.\-]{1,2}\d{4}(?!\w|[.\-]\d)(?:\s{0,2}(?:x|ext)\.?\s{0,2}\d{1,6})?"
    r"|(?:\+?1)?[2-9]\d{2}[2-9]\d{6}(?!\w)|\d{3}[\s.\-/][2-9]\d{6}(?!\w)"
    r"|[2-9]\d{6}(?!\w)",
    re.IGNORECASE,
)
# Seven digits in one piece are something else after these.
_NOT_PHONE = word_set(
    "dot case cad inc incident ref no event run rpt report mc usdot ticket permit"
)
_SSN = re.compile(r"(?!000|9\d\d)\d{3}(?:-\d{2}-|\s\d{2}\s)\d{4}(?![\w-])")
_CARD = re.compile(
    r"[2-6]\d{3}(?:[\s-]?\d{4}){2}[\s-]?\d{1,7}(?![\w-])|3[47]\d{2}[\s-]?\d{6}[\s-]?\d{5}(?![\w-])"
)
_TIMES = re.compile(r"[0-2]\d[0-5]\d(?:\s[0-2]\d[0-5]\d)+")
_VIN = re.compile(r"(?<!\w)(?=[a-z]*\d)(?=\d*[a-z])[a-hj-npr-z\d]{17}(?!\w)", re.IGNORECASE)
_BIRTH = re.compile(
    r"(?:(?:0?[1-9]|1[0-2])([/.-])(?:0?[1-9]|[12]\d|3[01])\1(?:19\d\d|200\d|201[0-5]|[3-9]\d|0[1-9])"
    r"|(?:19\d\d|200\d|201[0-2])([/.-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))(?![\w/-])"
)
_SIX = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d\d|(?:19|20)\d\d)")
_SEX = word_set("m f w b h a wm wf bm bf hm hf am af wma bma male female yom yof")
_EVENT = word_set("exp expires expired since until thru due on issued filed dated from model yr")
_DIGITS_SAID = {"double": 1, "triple": 2}


def _free(text: str, start: int, marks: str) -> bool:
    """Return whether nothing glued stands before ``start``."""
    return not start or text[start - 1] not in marks


def _phone(reading: Reading, place: int) -> Iterator[Hit]:
    token, text = reading.tokens[place], reading.text
    start = token.start
    start -= start > 0 and text[start - 1] in "(+"
    if not _free(text, start, "$.#-/"):
        return
    found = _PHONE.match(text, start)
    if found and not (len(found.group()) == 7 and word(reading, place - 1) in _NOT_PHONE):
        yield Hit(*found.span(), Entity.PHONE, "phone-shape", 0.92, "digits in groups of a number")


def _spoken(reading: Reading, place: int) -> Iterator[Hit]:
    """A run of digit words that makes seven digits."""
    if has_digit(word(reading, place)) and word(reading, place + 1) not in NUMBER_WORDS:
        return
    if word(reading, place - 1) in NUMBER_WORDS and gap(reading, place - 1) in (" ", "-", ", "):
        return
    last, digits, words = place - 1, 0, 0
    while last + 1 < len(reading.tokens) and (
        last < place or gap(reading, last) in (" ", "-", ", ", ". ", " - ", "  ")
    ):
        said = word(reading, last + 1)
        if said.isdigit() and len(said) <= 4:
            digits += len(said)
        elif said in DIGIT_WORDS:
            digits, words = digits + 1, words + 1
        elif said in NUMBER_WORDS:
            words += 1
            digits += _DIGITS_SAID.get(said, 2 if not said.endswith("ty") else 1)
        else:
            break
        last += 1
    if digits >= 7 and words >= 2:
        start, end = reading.tokens[place].start, reading.tokens[last].end
        yield Hit(start, end, Entity.PHONE, "phone-spoken", 0.8, "seven digits said aloud")


def _social(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    if token.end - token.start == 3 and _free(reading.text, token.start, "-"):
        found = _SSN.match(reading.text, token.start)
        if found:
            yield Hit(*found.span(), Entity.SSN, "ssn-shape", 0.7, "three, two and four digits")


def _card(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    length = token.end - token.start
    if (length != 4 and length < 13) or not _free(reading.text, token.start, "-"):
        return
    found = _CARD.match(reading.text, token.start)
    if found and (not _TIMES.fullmatch(found.group()) or _luhn(found.group())):
        yield Hit(*found.span(), Entity.FINANCIAL, "card", 0.85, "digits of a payment card")


def _expiry(reading: Reading, place: int) -> Iterator[Hit]:
    """``4000 1234 5678 9010 EXP 09/27``: a month and a year behind a card and a word for it."""
    token, text = reading.tokens[place], reading.text
    found = _MONTH_YEAR.match(text, token.end)
    if found and _CARD_BEFORE.search(text, max(0, token.start - _NEAR_A_CARD), token.start):
        yield Hit(
            *found.span("v"), Entity.FINANCIAL, "card-expiry", 0.8, "until when a card is good"
        )


_NEAR_A_CARD = 40
_CARD_BEFORE = re.compile(
    r"(?:\d{4}[\s-]?){2}|\b(?:card|visa|mastercard|amex|discover|debit|credit)\b", re.IGNORECASE
)
_MONTH_YEAR = re.compile(
    r"\.?(?:\s(?:date|is|on))?\s?[:=]?\s?(?P<v>(?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d)(?![\d/-])",
    re.IGNORECASE,
)


def _luhn(written: str) -> bool:
    """Return whether the check digit of ISO/IEC 7812 holds; four groups of times rarely pass."""
    digits = [int(each) for each in written if each.isdigit()][::-1]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * each, 10)) for each in digits[1::2]) % 10


def _vin(reading: Reading, place: int) -> Iterator[Hit]:
    token = reading.tokens[place]
    if token.end - token.start == 17 and _VIN.match(reading.text, token.start):
        yield Hit(token.start, token.end, Entity.VIN, "vin-shape", 0.9, "seventeen characters")


def _birth(reading: Reading, place: int) -> Iterator[Hit]:
    token, text = reading.tokens[place], reading.text
    if not _free(text, token.start, "/-."):
        return
    found = _BIRTH.match(text, token.start)
    if found and word(reading, place - 1) not in _EVENT:
        yield Hit(*found.span(), Entity.DOB, "birth-shape", 0.6, "date of long ago")


def _birth_six(reading: Reading, place: int) -> Iterator[Hit]:
    """``031284`` beside a sex or race mark."""
    token = reading.tokens[place]
    if len(token.word) not in (6, 8) or not _SIX.fullmatch(token.word):
        return
    before = word(reading, place - 1)
    name = before.isalpha() and not known(before) and gap(reading, place - 1) == " "
    if before in _SEX or word(reading, place + 1) in _SEX or (name and token.word[0] in "01"):
        yield Hit(token.start, token.end, Entity.DOB, "birth-six", 0.7, "six digits beside a sex")


NUMBER_RULES = (
    Rule(
        name="card-expiry",
        find=_expiry,
        words=word_set("exp expires expiry expiration expiring thru"),
        examples=Examples(
            finds=(
                "4000 1234 5678 9010 EXP [09/27] TO",
                "visa ending 4471 exp [3/28]",
                "DEBIT CARD EXP: [11/2026], CVV GIVEN",
                "card 4929118000427716 expires [01-27]",
                "amex, expiration date [08/29].",
                "discover 6011 0009 9013 9424 good thru [04/30]",
            ),
            ignores=(
                "TAG GNV2096 EXP 05/27",
                "reg exp 03/25, warned",
                "DL expires 09/14/27",
                "card exp, declined",
                "order thru 11/26",
            ),
        ),
    ),
    Rule(
        name="phone-shape",
        find=_phone,
        numbers=True,
        lengths=(1, 3, 7, 10, 11),
        fits=str.isdigit,
        examples=Examples(
            finds=(
                "met RP [608-555-0143] at door",
                "[(608) 555-0143]",
                "[608.555.0143]",
                "[6085550143] no ans",
                "[+1 608 555 0143] x2",
                "[555-0143 ext 12]",
                "son [5550118]",
                "reach [608/555-0102]",
                "[573 5550160]",
            ),
            ignores=(
                "case 25-0048831",
                "ref 20418822",
                "2150-2230 hrs",
                "$1,200 at 1432",
                "DOT 4184420",
                "telco ticket 4417203",
                "0152:07-0152:31",
            ),
        ),
    ),
    Rule(
        name="phone-spoken",
        find=_spoken,
        words=NUMBER_WORDS,
        numbers=True,
        lengths=(1, 2, 3, 4),
        then=lambda said: said in NUMBER_WORDS or said.isdigit(),
        examples=Examples(
            finds=(
                "her cell is [six oh eight five five five oh one four four]",
                "callback [five five five, zero one six one]",
                "number is [555 zero one forty three]",
                "reach him at [five oh two, five five five, oh one two eight]",
                "[triple five oh one four three] she thinks",
                "call [eight eight eight five five five zero one two two]",
            ),
            ignores=("one minute ago", "two of the houses", "one of three", "10 4 2 1 units"),
        ),
    ),
    Rule(
        name="ssn-shape",
        find=_social,
        numbers=True,
        lengths=(3,),
        then=lambda said: len(said) == 2 and said.isdigit(),
        examples=Examples(
            finds=(
                "on card [612-44-0917]",
                "[448 61 0092] his",
                "([443-88-1920])",
                "is [219-09-6144].",
                "says [533-71-0284] on it",
                "FORM HAS [239 61 7750]",
            ),
            ignores=("555-0143", "2026-00-12", "112 41 20 ft", "900-55-0143"),
        ),
    ),
    Rule(
        name="card",
        find=_card,
        numbers=True,
        lengths=(4, 13, 14, 15, 16, 17, 18, 19),
        examples=Examples(
            finds=(
                "used [4929 1180 0042 7716] at pump",
                "[5412-7500-1199-0463]",
                "[4716330992187748]",
                "[3782 822463 10005]",
                "reads [5264 1903 7780 0214]",
                "[6011 0009 9013 9424] gone",
            ),
            ignores=("2230 1415 0600", "2214 2218 2222 2226", "4 5 6 7", "5551234", "20260105"),
        ),
    ),
    Rule(
        name="vin-shape",
        find=_vin,
        numbers=True,
        lengths=(17,),
        examples=Examples(
            finds=(
                "[2HGFA1F51BH306091]",
                "dash [3FA6P0H75HR220817] ok",
                "([1G8AJ52F53Z101948])",
                "[4XAVDE995CB600342], second",
                "GRY [1J4GR48K75C590117]",
                "is [2T1BURHE9JC058813].",
            ),
            ignores=("26001234", "E12 M43", "11111111111111111", "2HGFA1F51BH30609"),
        ),
    ),
    Rule(
        name="birth-shape",
        find=_birth,
        numbers=True,
        lengths=(1, 2, 4),
        behind="/-.",
        examples=Examples(
            finds=(
                "subj [03/12/84] W/M",
                "W/M [03-12-84]",
                "poss susp, [6-1-90].",
                "sizemore [3/3/71], has",
                "[1988-12-01] M",
                "FOUND [03-03-1941]",
            ),
            ignores=("exp 8/1/27", "2026-07-04 call", "6/5 180", "10-8 10-97", "since 1/4/08"),
        ),
    ),
    Rule(
        name="birth-six",
        find=_birth_six,
        numbers=True,
        lengths=(6, 8),
        examples=Examples(
            finds=(
                "W/M [031284]",
                "[112391] M",
                "female [020699]",
                "B/F [07041976]",
                "[010297] w/m",
                "H/M [122560] CLR",
            ),
            ignores=("CASE 260031", "W/M 6-2", "031284", "M 991284"),
        ),
    ),
)
