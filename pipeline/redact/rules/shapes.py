"""The patterns that values of private things have, by name, for rules to take them by.

Every pattern is matched where a token begins, ignores case, and is linear in the text: no nested
repetition. Sources: NANP for telephones, 49 CFR 565 for VINs, state licence formats as published by
the states. It must never decide from a pattern alone what a value is; the rules know what stands
before it.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.redact.vocabulary import word_set

__all__ = ["MONTH", "PHONETIC", "STATES", "VALUES", "compiled"]

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
PHONETIC = (
    r"(?:adam|alpha|alfa|apple|boy|bravo|baker|charles|charlie|david|delta|edward|echo|easy|frank"
    r"|foxtrot|george|golf|henry|hotel|ida|india|john|juliet|juliett|king|kilo|lincoln|lima|mary"
    r"|mike|nora|november|nancy|ocean|oscar|paul|papa|queen|quebec|robert|romeo|sam|sierra|tom|tango"
    r"|union|uniform|victor|william|whiskey|xray|x-ray|young|yankee|zebra|zulu)"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|niner)"
_DAY_WORD = (
    r"(?:(?:twenty|thirty)[\s-])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
STATES = word_set(
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh"
    " nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy"
)
_STATE = rf"(?:{'|'.join(sorted(STATES))})"
# A piece with a digit in it; pieces with digits may follow: 26 CVD 390918, W7975 43230.
_PIECE = r"(?=[\w*]{0,24}[\d*])[\w*]{1,24}"
# Letters with an optional digit run behind; what makes the value one is its digit somewhere.
_NO_TAIL = (
    r"(?!\d{1,2}:)(?!\d{1,3}\s?(?:yo|y/o|mph|min|hrs?|subj|male|female|units?)\b)"
    r"(?!(?:dob|ssn|exp|vin|oln|sid|fbi|lic|sex|rac|cb|ph|at|is|in|on|no|rp|and|for|the|hrs|st)\b)"
)
_ID = (
    rf"(?:(?:[a-z]{{2}}\s(?=[a-z]-?\d))?[a-z]{{1,4}}[\s\-]?(?=[\d*]))?(?:[a-z]{{1,5}}[\-/]){{0,3}}{_PIECE}"
    r"(?:[\-./*]{1,3}[\w*]{1,20}){0,6}"
    rf"(?: {_NO_TAIL}(?=[a-z]{{0,3}}\d|[a-z]{{2,3}} \d{{4}})[\w\-]{{2,16}}){{0,3}}"
)

VALUES: dict[str, str] = {
    # 555-0143, (608) 555 0143, 6085550143, 608/555-0143, +1 608 555 0143 x12; O and l for digits
    "phone": (
        r"(?:\+?1[\s.\-/]{0,2})?\(?\d{3}\)?[\s.\-/,]{0,2}[\doOlI]{3}[\s.\-/,]{0,2}[\doOlI]{4}"
        r"(?:\s{0,2}(?:x|ext|ex)\.?\s{0,2}\d{1,6})?(?!\w)"
        r"|[\doOlI]{3}[\s.\-]{0,2}[\doOlI]{4}(?!\w)(?:\s{0,2}(?:x|ext)\.?\s{0,2}\d{1,6})?"
    ),
    "last-digits": (
        r"\d{2,5}(?![\w:/.]*\d)(?!\s?(?:hours?|hrs?|days?|min|minutes|weeks?|months?|years?"
        r"|calls?|times?|feet|ft|miles?)\b)"
        rf"|{_DIGIT_WORD}(?:[\s,\-]{{1,2}}{_DIGIT_WORD}){{1,4}}(?!\w)"
    ),
    # Digits with a keypad's signs, in one piece or spelled out: 4471#, #2024, 4-4-0-2, 0911*
    "code": (
        r"(?:star|pound|hash)\s\d{2,8}(?!\w)|[a-z]{2,8}-\d{2,6}(?!\w)"
        r"|(?=[a-z]{0,6}\d)[\w*]{2,12}[#*]{0,2}(?:[ \-][\d*#]{1,4}(?![\w:/])){0,5}"
        r"(?:\s?(?:star|pound|hash|enter|key)\b)?"
        r"|[\d](?:[ \-,][\d*#]){2,7}[#*]?(?:\s?(?:star|pound|hash|enter|key)\b)?"
        r"|\d{1,2}(?:-\d{1,2}){2,4}"
        rf"|{_DIGIT_WORD}(?:[\s,\-]{{1,2}}{_DIGIT_WORD}){{2,7}}(?:\s(?:star|pound|hash))?(?!\w)"
    ),
    "id": _ID,
    # As on a roll of a tribe: 206,297
    "thousands": r"\d{2,3},\d{3}(?![\w,]|\s(?:people|persons|ppl|members|residents)\b)",
    "alien": r"\d{3}[\s\-]?\d{3}[\s\-]?\d{2,3}(?!\w)|\d{7,9}(?!\w)",
    "ssn": r"[\dx*o]{3}[\s.\-]{0,2}[\dx*o]{2}[\s.\-]{0,2}[\do]{4}(?!\w)|\d{9}(?!\d)|\d{4}(?![\d:])",
    "date": (
        r"\d{1,4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{1,4}|\d{8}|\d{6}|\d{1,2}[/\-]\d{2,4}"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\s?(?:day\s)?(?:of\s)?{MONTH}\.?,?"
        r"(?:\s?(?:(?<=\s)(?:of|in)\s)?'?\d{2,4})?"
        rf"|(?:the\s)?{_DAY_WORD}\s(?:of\s)?{MONTH},?\s\d{{4}}(?!\w)"
        rf"|{MONTH}\.?\s(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?|{_DAY_WORD}(?!\w)),?"
        r"(?:\s(?:(?:of|in)\s)?'?\d{2,4}(?!\w))?"
        rf"|{MONTH}\.?,?\s(?:of\s)?\d{{4}}(?!\w)|(?:19|20)\d\d(?!\w)|\d{{1,2}}\s\d{{1,2}}\s\d{{2,4}}"
    ),
    "plate": (
        rf"(?:{_STATE}[\s\-/:]{{1,2}})?(?:[a-z\d](?:[\s\-][a-z\d](?!\w)){{4,7}}|(?!(?:\d{{1,2}}(?:st|nd|rd|th)?|[a-z]\d)(?!\w|[\s\-]\w*\d))(?=[a-z\-\s&]{{0,5}}\d)[a-z\d]{{1,8}}"
        r"(?:[\s\-.]{1,2}(?=[a-z]{0,4}\d)[a-z\d]{1,6}){0,2}(?:[\s\-](?=[a-z]{2,3}(?!\w))(?!(?:and|tan|blu|grn|st|ran|blk|red|whi|gry|sil|on|in|at|for|no|ran|is|was|the|occ|nb|sb|eb|wb|gmc|bmw|suv|van|exp|vin|cb|ro|rp|unk|clr|neg|lis|liy|vma|own|reg|ins|adv|sub|yr|col|rtn|via|who|per|she|he|her|his|hit|poss|w)\b)[a-z]{2,3})?"
        r")(?!\w)"
    ),
    # The first or last few signs of one, a letter and a digit among them; no count of something
    "plate-piece": (
        r"(?=[a-z]{0,3}\d)(?=\d{0,3}[a-z])(?!\dx\d|\d{1,3}(?:st|nd|rd|th|x|k|m|h|d|w|y|am|pm|hr|min|mi|ft|in|lb|mo|yo|wk)(?!\w))"
        r"[a-z\d]{2,4}(?![\w:/])"
    ),
    "spelled-plate": (
        rf"(?:{PHONETIC}|{_DIGIT_WORD}|\d{{1,4}})"
        rf"(?:[\s,\-]{{1,2}}(?:{PHONETIC}|{_DIGIT_WORD}|\d{{1,4}})(?!\w)){{2,8}}"
    ),
    # Seventeen in one piece are all of it; a word may follow.
    "vin": r"(?=[a-z]*\d)[a-hj-npr-z\d]{17}(?!\w)"
    r"|(?=[\s\-a-z]{0,14}\d)[a-hj-npr-z\d](?:[ \-]?[a-hj-npr-z\d]){5,19}(?!\w)|\d{6,8}(?!\w)",
    "handle": (r"(?=[\w.\-#]{0,30}[a-z])[\w][\w.\-#]{1,40}\w"),
    "degrees": (
        r"[nsew]?[\s:]?[-+]?\d{1,3}(?:\.\d{1,8}|[\u00b0\s]{1,2}\d{1,2}(?:\.\d{1,6})?['\u2032\s]{0,2}"
        r"(?:\d{1,2}(?:\.\d{1,4})?[\"\u2033]?)?)\s?\u00b0?\s?[nsew]?(?!\w)"
    ),
}
"""Patterns by name. Every repetition has a bound, so that no value grows without end."""


@cache
def compiled(name: str) -> re.Pattern[str]:
    """Return the pattern of a value, to be matched at a place and without regard to case."""
    return re.compile(VALUES[name], re.IGNORECASE)
