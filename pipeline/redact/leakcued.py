"""Forms of private text that a word gives away: a number after CODE, a street before AVE.

Each is tried on flat views of a text that hold one of its words. No pattern reaches across a
placeholder, and none is the redactor's. What shows by its shape alone is in ``leakshapes``.
"""

from __future__ import annotations

import re

from pipeline.redact.leakforms import Form

__all__ = ["CUED"]

_ROADS = (
    "st|street|av|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|cir|circle|pl"
    "|place|pkwy|parkway|ter|terrace|trl|trail|way|aly|alley|xing|crossing|bnd|bend|plz|plaza"
    "|mews|cove|cv|row|spur|mnr|manor|hl|hill|hollow|holw|ridge|rdg|pike|loop|path|nest|bluff"
    "|hts|heights|glen|grove|landing|lndg|sq|square|trace|vista|camp|spinnaker"
)
_ROAD = rf"(?:{_ROADS})"
_HIDING = (
    r"(?:gnome|frog|statue|gargoyl[es]?|bird\s?house|flower\s?pot|planter|door\s?mat|mat|coffee\s+can"
    r"|loose\s+brick|fake\s+rock|nail|porch\s+light)"
)
_NOT_NAMES_OF_ROADS = (
    r"(?!(?:in|on|at|the|to|from|and|or|into|off|near|of|by|for|block|blk|cars?|vehs?|vehicles?"
    r"|lanes?|units?|ft|feet|yds?|yards?|mins?|hours?|hrs?|males?|females?|subjs?|people|mph"
    r"|story|secs?|hr|occs?|pts?|yo|yof|yom|a|is|was|with|back|front|going|went|fell|other|same"
    r"|this|her|his|their|my|our|your|doesnt|doesn't|didnt|didn't|incl|only)\b)"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_CODE_CUE = (
    r"(?:gate|door|keypad|lock\s?box|garage|alarm|access|entry|pass|key|knox)[^\w\0]{0,2}"
    r"(?:box[^\w\0])?(?:code|combo|combination|pin|password|passcode)|passcode|password"
    r"|lock\s?box|pin(?=\s*[:#]?\s*\d)"
)

CUED: tuple[Form, ...] = (
    Form(
        "email",
        re.compile(r"\w\s+at\s+\w+\s+dot\s+(?:com|net|org|edu|gov)\b"),
        cues="dot",
    ),
    Form(
        "url",
        re.compile(r"\b[\w-]+\.(?:com|net|org|io|me|tv)(?:/|\b)"),
        cues="com net org io me tv",
    ),
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
        re.compile(rf"\b{_DIGIT_WORD}(?:[\s,-]+{_DIGIT_WORD}){{5,}}\b"),
        cues="zero oh one two three four five six seven eight nine",
    ),
    Form("ssn", re.compile(r"\bssn[^\w\0]*\d"), digits=1, cues="ssn"),
    Form(
        "birth-date",
        re.compile(
            r"\b(?:dob|d\.o\.b|born|bday|birth\s?da(?:y|te))\b\.?[^\w\0]{0,4}(?:(?:on|is"
            r"|in)\s)?[^\w\0]{0,3}(?:\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
            r"|dec)[a-z]*\b)"
        ),
        cues="dob d born bday birth birthday birthdate",
    ),
    Form(
        "age-over-89",
        re.compile(r"\bage[^\w\0]{0,3}(?:9\d|1[01]\d)\b"),
        digits=2,
        cues="age",
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
            rf"(?!wheel\s+drive\b)(?:{_NOT_NAMES_OF_ROADS}[a-z0-9'-]+\s+){{1,3}}{_ROAD}\b"
        ),
        digits=1,
        cues=_ROADS.replace("|", " "),
    ),
    Form(
        "street",
        re.compile(
            r"(?<![\w'])(?!(?:one|wrong|dirt|private|gravel|side|main|busy"
            r"|the|across|adv|and|off|over|service)\s)[a-z'-]{3,}\s+(?:ave|avenue|rd|blvd"
            r"|boulevard|ln|cir|pkwy)\b\.?(?!\s+"
            "(?:of|rage|blocked|closed|hazard))"
        ),
        cues="ave avenue rd blvd boulevard ln cir pkwy",
    ),
    Form(
        "street",
        re.compile(
            r"\b(?:on|at|from|near|off|along|toward|towards|and|to)\s+(?:[nsew]{1,2}\s+)?(?!"
            "(?:the|a|one|same|main|wrong|that|this|other|front|side|back|of|his|her|their|no|give|make"
            r"|any)\s)[a-z'-]{3,}\s+(?:st|dr|ct|ter|way|pike|trl|pl)\b\.?(?!\s+(?:of"
            r"|[a-z]{4,}\s+(?:hosp|church|school)))"
        ),
        cues="st dr ct ter way pike trl pl",
    ),
    Form(
        "street",
        re.compile(r"(?<![\w-])\d{1,3}(?:st|nd|rd|th)\s+(?:street|st|avenue|ave|blvd)\b"),
        digits=1,
        cues="street st avenue ave blvd",
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
        re.compile(
            r"\b(?:spc|bldg|room|rm)\b[#: \t]*(?:no\b)?[. \t]*(?:\d+[a-z]?|[b-hj-z])\b(?!/)"
        ),
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
            r"\b(?:plate|tag|lpn?|lic)\b[^\w\0]{1,3}(?:(?:is|no|num|number|state|partial"
            r"|poss)[^\w\0]{1,3})*(?=[a-z0-9 -]{0,7}\d)(?=[a-z0-9]{1,4}[ -][a-z0-9]{2,5}\b)"
            r"(?=\d*[a-z])(?:[a-z]{0,3}\d[a-z0-9]*[ -][a-z0-9]{2,5}"
            r"|[bcdfghjklmnpqrstvwxyz]{1,3}[ -](?=\w*\d)[a-z0-9]{2,5})\b"
        ),
        digits=1,
        cues="plate tag lp lpn lic",
    ),
    Form("vin", re.compile(r"\bvin\b[^\w\0]*\w*\d"), digits=1, cues="vin"),
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
        "key-location",
        re.compile(
            r"\b(?:under|behind|inside|beneath|in|on)\s+(?:(?:the|a|an|teh|her|his|their)\s+)?"
            rf"(?:\w+\s+){{0,2}}{_HIDING}\b"
        ),
        cues="gnome frog statue gargoyl gargoyle gargoyls bird birdhouse flower flowerpot planter"
        " door doormat mat coffee loose fake nail porch",
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
        cues="oln lic vin nam dob sex rac hgt wgt eye hai",
    ),
)
