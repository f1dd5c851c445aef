"""The forms of private text that must not stand in a remark, as patterns with their kinds.

Each looks for a shape (an e-mail, a plate) or for a number after a word that calls it private. They
are tried on flat views of a text, see ``leakviews``; ``leakremark`` tries them and looks for names.
No pattern reaches across a placeholder, and none is the redactor's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["FORMS", "Form", "View", "view_of"]

_LINE = r"(?:st|street|ave?|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|cir|circle"
_LINE += r"|pl|place|pkwy|parkway|ter|terrace|trl|trail|way|aly|alley|xing|crossing"
_FAR_LINE = _LINE + (
    r"|bnd|bend|plz|plaza|mews|cove|cv|row|spur|mnr|manor|hl|hill|hollow|holw|ridge|rdg|pike|loop"
    r"|path|nest|bluff|hts|heights|glen|grove|landing|lndg|sq|square|trace|vista|camp|spinnaker)"
)
_LINE += ")"
_NO_TIME = r"(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))"
_HIDING = (
    r"(?:gnome|frog|statue|gargoyl\w?|bird\s?house|flower\s?pot|planter|door\s?mat|mat|coffee\s+can"
    r"|loose\s+brick|fake\s+rock|nail|porch\s+light)"
)
_NOT_NAMES_OF_ROADS = (
    r"(?!(?:in|on|at|the|to|from|and|or|into|off|near|of|by|for|block|blk|cars?|vehs?|vehicles?"
    r"|lanes?|units?|ft|feet|yds?|yards?|mins?|hours?|hrs?|males?|females?|subjs?|people|mph"
    r"|story|secs?|hr|occs?|pts?|yo|yof|yom|a|is|was|with|back|front|going|went|fell|other|same"
    r"|this)\b)"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_CODE_CUE = (
    r"(?:gate|door|keypad|lock\s?box|garage|alarm|access|entry|pass|key|knox)[^\w\0]{0,2}"
    r"(?:box[^\w\0])?(?:code|combo|combination|pin|password|passcode)|passcode|password"
    r"|lock\s?box|pin(?=\s*[:#]?\s*\d)"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern of one kind, and what a view must have for it to match at all.

    ``digits`` in the whole view at least, one of ``signs``, or one of ``cues`` among its words:
    cheap to know, so that most patterns are never tried. With both signs and cues, either will do.
    """

    kind: str
    pattern: re.Pattern[str]
    digits: int = 0
    signs: str = ""
    cues: str = ""

    def found(self, view: View) -> bool:
        """Return whether the form stands in the view."""
        if view.digits < self.digits or not self._hinted(view):
            return False
        return self.pattern.search(view.text) is not None

    def _hinted(self, view: View) -> bool:
        if not (self.signs or self.cues):
            return True
        return any(sign in view.text for sign in self.signs) or not view.words.isdisjoint(
            _cues(self.cues)
        )


@dataclass(frozen=True, slots=True)
class View:
    """A flat view of a text, with what the forms ask of it first."""

    text: str
    words: frozenset[str]
    digits: int


def view_of(text: str) -> View:
    """Return the view of a flat text: its words of letters, and how many digits it has."""
    return View(text, frozenset(_LETTERS.findall(text)), sum(map(len, _DIGITS.findall(text))))


@cache
def _cues(written: str) -> frozenset[str]:
    return frozenset(written.split())


_LETTERS = re.compile(r"[a-z]+")
_DIGITS = re.compile(r"\d+")

FORMS: tuple[Form, ...] = (
    Form(
        "email",
        re.compile(
            r"[\w.+-]@(?![a-z]{1,2}\d+\.)[a-z][\w-]*\.[a-z]{2}|\w\s+at\s+\w+\s+dot\s+(?:com|net"
            r"|org|edu|gov)\b"
        ),
        signs="@",
        cues="dot",
    ),
    Form(
        "url",
        re.compile(r"https?:/|\bwww\.|\b[\w-]+\.(?:com|net|org|io|me|tv)(?:/|\b)"),
        signs=".",
        cues="https http www",
    ),
    Form("handle", re.compile(r"(?<![\w@])@[a-z_][\w.]{2,}"), signs="@"),
    Form(
        "handle",
        re.compile(
            r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|tik\s?tok|fb|facebook|twitter|telegram"
            r"|discord|cash\s?app|venmo|zelle|handle|screen\s?name|user\s?name)[^\w\0]+(?:(?:is"
            r"|as|name|id|user|handle|acct|account|under|@)[^\w\0]+)*(?=\w*[\d_.])[\w.]{4,}"
        ),
        cues="insta instagram ig snap snapchat tik tiktok fb facebook twitter telegram discord"
        " cash cashapp venmo zelle handle screen screenname user username",
    ),
    Form(
        "phone",
        re.compile(r"(?<![\d/])\(?\d{3}\)?[^\w\n]{0,3}\d{3}[^\w\n]{0,3}\d{4}(?!\d)"),
        digits=10,
    ),
    Form("phone", re.compile(r"(?<![\d/-])\d{3}[-. ]\d{4}(?![\d/])"), digits=7),
    Form(
        "phone",
        re.compile(rf"\b{_DIGIT_WORD}(?:[\s,-]+{_DIGIT_WORD}){{5,}}\b"),
        cues="zero oh one two three four five six seven eight nine",
    ),
    Form("ssn", re.compile(r"(?<!\d)\d{3}[-. ]\d{2}[-. ]\d{4}(?!\d)|\bssn[^\w\0]*\d"), digits=1),
    Form(
        "coordinates",
        re.compile(r"(?<!\d)-?\d{1,3}\.\d{4,}|///\s*[a-z]+\.[a-z]+\.[a-z]+"),
        signs="./",
    ),
    Form(
        "coordinates",
        re.compile(r"\b[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}\b"),
        signs="+",
    ),
    Form(
        "birth-date",
        re.compile(
            r"\b(?:dob|d\.o\.b|born|bday|birth\s?da(?:y|te))\b\.?[^\w\0]{0,4}(?:(?:on|is"
            r"|in)\s)?[^\w\0]{0,3}(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
            r"|dec)[a-z]*\b)"
        ),
        digits=0,
        cues="dob d born bday birth birthday birthdate",
    ),
    Form(
        "birth-date",
        re.compile(r"(?<![\d/-])\d{1,2}[/-]\d{1,2}[/-](?:19\d\d|[4-9]\d)(?![\d/-])"),
        digits=4,
    ),
    Form(
        "age-over-89",
        re.compile(r"\b(?:9\d|1[01]\d)[^\w\0]{0,2}(?:y[^\w\0]?/?o|yrs?\b|years?[\s-]+old|yom|yof)"),
        digits=2,
    ),
    Form(
        "age-over-89",
        re.compile(r"\bage[^\w\0]{0,3}(?:9\d|1[01]\d)\b|\b(?:9\d|1[01]\d)[mf]\b"),
        digits=2,
    ),
    Form(
        "age-over-89",
        re.compile(r"\b(?:ninety|(?:one|a)\s+hundred)(?:[\s-]+\w+){0,2}\s+(?:years?|yrs?|y/?o)\b"),
        cues="ninety hundred",
    ),
    Form(
        "house-number",
        re.compile(
            rf"(?<![\w./:$-])\d{{1,6}}(?:-\d+)?[a-z]?\s+(?:[nsew]{{1,2}}\.?\s+)?"
            rf"(?:{_NOT_NAMES_OF_ROADS}[a-z0-9'-]+\s+){{1,3}}{_FAR_LINE}\b"
        ),
        digits=1,
    ),
    Form(
        "street",
        re.compile(
            r"(?<![\w'])(?!(?:one|wrong|dirt|private|gravel|side|main|busy"
            r"|the)\s)[a-z'-]{3,}\s+(?:ave|avenue|rd|blvd|boulevard|ln|cir|pkwy)\b\.?(?!\s+"
            "(?:of|rage|blocked|closed|hazard))"
        ),
    ),
    Form(
        "unit-number",
        re.compile(
            r"\b(?:apt|apartment|suite|ste)\b[.#: \t]*(?:(?:no|num|number)\b[.\s]*)?(?:#?\d"
            r"|[a-z]\d|[a-z]\b(?!'))"
        ),
        cues="apt apartment suite ste",
    ),
    Form(
        "unit-number",
        re.compile(r"\b(?:spc|bldg|room|rm)\b[#: \t]*(?:no\b)?[. \t]*(?:\d+[a-z]?|[b-hj-z])\b"),
        cues="spc bldg room rm",
    ),
    Form(
        "plate",
        re.compile(
            r"\b(?:plate|tag|lp|lic(?:ense)?(?:\s?plate)?|lpn|reg)s?\b[^\w\0]*(?:(?:is|of|no|num"
            r"|number|nbr|state|poss(?:ibly)?|partial)\b[^\w\0]*)*(?!\d{1,2}(?:st|nd|rd|th)\b"
            r"|10-|(?:the|a|an|this)\s)(?:[a-z]{2}[^\w\0]{0,2})?(?=[a-z0-9-]*\d)"
            r"(?=[\d-]*[a-z])[a-z0-9][a-z0-9 -]{2,8}\b"
        ),
        digits=1,
        cues="plate plates tag tags lp lps lic lics license licenses licenseplate licplate lpn"
        " lpns reg regs",
    ),
    Form(
        "plate",
        re.compile(
            r"(?<![\w-])(?!(?:hwy|rte|sta|eng|med|amb|fwy|bat|ptl|sgt|exp|usr|mar|apr|may|jun"
            "|jul|aug|sep|oct|nov|dec|jan|feb|zip|flt|mph|psi|pop|the|and|for|lot|ref|scn|cad"
            r"|evt|x)-?\d)[a-z]{3}-?\d{3,4}(?![\w-])"
        ),
        digits=3,
    ),
    Form(
        "plate",
        re.compile(
            r"(?<![\w-])(?!\d+(?:min|sec|hrs|lbs|mph|psi|ppm|cal|yrs|yom|yof|ft|blk|gal|deg)\b)"
            r"(?:\d{3}-?(?!xxx)[a-z]{3}|\d[a-z]{3}\d{3}|[a-z]{2}\d{2}[a-z]{3}|"
            r"(?!x)[a-z]\d{2}-?[a-z]{3})(?![\w-])"
        ),
        digits=2,
    ),
    Form(
        "vin",
        re.compile(
            r"(?<!\w)(?=[a-z]*\d)(?=\d*[a-z])[a-hj-npr-z0-9]{17}(?!\w)|\bvin\b[^\w\0]*\w*\d"
        ),
        digits=1,
    ),
    Form(
        "licence",
        re.compile(
            r"\b(?:oln|ol|dl|cdl|lic(?:ense)?|drivers?[^\w\0]+lic\w*)\b[^\w\0]*(?:(?:no|num"
            r"|number|is|of)\b[^\w\0]*)*(?:[a-z]{2}[^\w\0]+)?(?=[\w-]*\d{3})[\w-]{4,}"
        ),
        digits=3,
        cues="oln ol dl cdl lic license driver drivers",
    ),
    Form(
        "government-id",
        re.compile(
            r"\b(?:fbi|sid|passport|booking|bkg|inmate|alien|doc|mdoc|case|a)\b[^\w\0]{0,2}(?:"
            r"(?:no|num|number|id|nbr|is)\b[^\w\0]*)*#?(?=[\w-]*\d{4})[\w-]{5,}"
        ),
        digits=4,
        cues="fbi sid passport booking bkg inmate alien doc mdoc case a",
    ),
    Form(
        "medical-id",
        re.compile(
            r"\b(?:mrn|mbi|medicare|medicaid|member|subscriber|patient[^\w\0]?id"
            r"|policy)\b[^\w\0]*(?:(?:no|num|number|id|is)\b[^\w\0]*)*#?(?=[\w-]*\d)[\w-]{4,}"
        ),
        digits=1,
        cues="mrn mbi medicare medicaid member subscriber patient patientid policy",
    ),
    Form(
        "financial",
        re.compile(
            r"\b(?:acct|account|routing|card|visa|amex|mastercard|iban|aba"
            r"|ending\s+in)\b[^\w\0]*(?:(?:no|num|number|ending|in|is)\b[^\w\0]*)*#?"
            r"(?=[\w-]*\d{3})[\w-]{3,}"
        ),
        digits=3,
        cues="acct account routing card visa amex mastercard iban aba ending",
    ),
    Form(
        "long-number",
        re.compile(
            r"(?<![\w$.,/])\d(?:-?\d){9,}(?![\w,/])|(?<!\d)[3-6]\d{3}(?:[ -]\d{4}){3}|\d{9,}"
        ),
        digits=9,
    ),
    Form(
        "access-code",
        re.compile(
            rf"\b(?:{_CODE_CUE})\b[^\w\0]*(?:(?:is|of|are|to|for|the|no|code"
            rf"|\w+\s+is)\b[^\w\0]*)*[#*]?\d{{3,}}[#*]?"
        ),
        digits=3,
        cues="gate door keypad lock lockbox garage alarm access entry pass key knox passcode"
        " password pin",
    ),
    Form(
        "access-code",
        re.compile(r"(?<![\w$])[#*]\d{3,6}\b|(?<![\w$:.])\d{3,6}#(?!\w)"),
        digits=3,
        signs="#*",
    ),
    Form(
        "access-code",
        re.compile(r"\bcodes?\b[^\w\0]*(?:is[^\w\0]+)?\d{4,6}\b"),
        digits=4,
        cues="code codes",
    ),
    Form(
        "key-location",
        re.compile(
            r"\bkeys?\b[\w\s,]{0,20}\b(?:under|behind|inside|beneath|above|over|in|on)\s+"
            r"(?:the\s+|a\s+|her\s+|his\s+)?(?:mat|door\s?mat|rock|pot|planter|flower|gnome|frog"
            "|mailbox|ledge|frame|brick|grill|bush|shed|garage|statue|bench|light|meter)"
        ),
        cues="key keys",
    ),
    Form(
        "code",
        re.compile(
            r"(?<![\w$./:#-])(?!\d+yo|\d{1,2}[ap]m?-)(?=(?:[a-z-]*\d){3})(?=[\d-]*[a-z])(?!911-)"
            r"(?!\d+(?:-\d+)?(?:hrs?|psi|mph|lbs?|mg|ml|cc|ft|yds?|min|sec|mm|kg|gal|am|pm|yo"
            r"|yom|yof|blk|block|btu|ppm|th|st|nd|rd|s|k|m|x|ish|deg|degrees|bpm|hr|cal)\b)(?!"
            "(?:medic|engine|eng|unit|truck|ladder|station|sta|ref|scn|sta|bldg|zone|x|hwy|us"
            "|sr|cr|i|rte|rt|mm|mp|ch|chan|channel|tac|squad|rescue|batt|batl|bc|car|tower|exit"
            r"|cad|log|bp|hr|rr|spo2|o2|gcs|bgl|f|e|m|t|r|s|u|bac)-?\d{1,4}\b)(?!20\d\d-)(?="
            r"(?:[\d-]*[a-z]){2}|[\w-]{8})[a-z0-9-]{6,}(?![\w-])"
        ),
        digits=3,
    ),
    Form(
        "plate",
        re.compile(
            rf"(?<![\w-])(?=[a-z]*[bcdfghjklmnpqrstvwxz]{{2}})(?!chp|mph|psi|hwy|twp|the"
            rf"|and)[a-z]{{3}} {_NO_TIME}(?!19\d\d|20\d\d)\d{{4}}(?![\w-])"
        ),
        digits=4,
    ),
    Form(
        "plate",
        re.compile(
            r"\b(?:plate|tag|lpn?|lic)\b[^\w\0]{1,3}(?:(?:is|no|num|number|state|partial"
            r"|poss)[^\w\0]{1,3})*(?=[a-z0-9 -]{0,7}\d)(?=[a-z0-9]{1,4}[ -][a-z0-9]{2,5}\b)"
            r"(?=\d*[a-z])(?:[a-z]{0,3}\d[a-z0-9]*[ -][a-z0-9]{2,5}"
            r"|[bcdfghjklmnpqrstvwxyz]{1,3}[ -](?=\w*\d)[a-z0-9]{2,5})\b"
        ),
        digits=1,
        cues="plate tag lp lpn lic",
    ),
    Form("phone", re.compile(r"(?<![\w$.,/-])[2-9]\d{6}(?![\w,/-])"), digits=7),
    Form(
        "birth-date",
        re.compile(
            r"(?<![\w/-])(?:19[2-9]\d|200\d)-\d\d-\d\d(?![\w-])|(?<![\w/-])(?:0[1-9]|1[0-2])"
            r"(?:[0-2]\d|3[01])[6-9]\d(?![\w/-])"
        ),
        digits=6,
    ),
    Form(
        "age-over-89",
        re.compile(r"(?<![\w/.:$-])(?:9\d|10\d)[^\w\0]{0,2}(?:[mf]\b|male\b|female\b)"),
        digits=2,
    ),
    Form(
        "access-code", re.compile(r"(?<![\w-])[\d*#](?:-[\d*#]){3,6}(?![\w-])"), digits=0, signs="-"
    ),
    Form(
        "key-location",
        re.compile(
            r"\b(?:under|behind|inside|beneath|in|on)\s+(?:(?:the|a|an|teh|her|his|their)\s+)?"
            rf"(?:\w+\s+){{0,2}}{_HIDING}\b"
        ),
    ),
    Form(
        "street",
        re.compile(
            r"\b(?:on|at|from|near|off|along|toward|towards|and|to)\s+(?:[nsew]{1,2}\s+)?(?!"
            "(?:the|a|one|same|main|wrong|that|this|other|front|side|back|of|his|her|their|no"
            r"|any)\s)[a-z'-]{3,}\s+(?:st|dr|ct|ter|way|pike|trl|pl)\b\.?(?!\s+(?:of"
            r"|[a-z]{4,}\s+(?:hosp|church|school)))"
        ),
    ),
    Form(
        "street",
        re.compile(r"(?<![\w-])\d{1,3}(?:st|nd|rd|th)\s+(?:street|st|avenue|ave|blvd)\b"),
        digits=1,
    ),
    Form(
        "title",
        re.compile(r"(?<![\w,])(?:mr|mrs|ms|mx|miss)\b\.?[ \t]*[a-z]{3}"),
        cues="mr mrs ms mx miss",
    ),
    Form(
        "return",
        re.compile(
            r"\b(?:oln|lic|vin|nam|dob|sex|rac|hgt|wgt|eye|hai)[/:.]\S+[\s.;,]+(?:oln|lic|vin"
            "|nam|dob|sex|rac|hgt|wgt|eye|hai|lis|vyr|vma)[/:.]"
        ),
        signs="/:.",
    ),
)
