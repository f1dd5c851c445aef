"""Forms of private text that show by their shape: telephones, plates, long numbers.

Each is tried on flat views of a text, in plain lower-case letters. No pattern reaches across a
placeholder, and none is the redactor's. What a word before it gives away is in ``leakcued``.
"""

from __future__ import annotations

import re

from pipeline.redact.leakforms import Form

__all__ = ["SHAPES"]

_NO_TIME = r"(?!(?:[01]\d|2[0-3])[0-5]\d(?!\d))"

# What follows the first digit of an age over 89.
_NINETY = r"(?:(?<=9)\d|(?<=1)[01]\d)"

# Behind its first digit, a date and a time with a zone in one piece: 20240914223011ED.
_LOGGED = r"0[23]\d(?:0\d|1[0-2])[0-3]\d[0-2]\d(?:[0-5]\d){2}[a-z]{1,3}(?!\w)"

# Patterns begin with their first digit and look back from there: the engine leaps to digits, of
# which a redacted text has few, instead of trying every place.
SHAPES: tuple[Form, ...] = (
    Form(
        "email",
        re.compile(r"[\w.+-]@(?![a-z]{1,2}\d+\.)[a-z][\w-]*\.[a-z]{2}"),
        signs=("@",),
    ),
    Form("url", re.compile(r"https?:/"), signs=(":/",)),
    Form("url", re.compile(r"\bwww\."), signs=("www.",)),
    Form("handle", re.compile(r"(?<![\w@])@[a-z_][\w.]{2,}"), signs=("@",)),
    Form(
        "phone",
        re.compile(r"\d(?<![\d/]\d)\d{2}\)?[^\w\n]{0,3}\d{3}[^\w\n]{0,3}\d{4}(?!\d)"),
        digits=10,
    ),
    Form("phone", re.compile(r"\d(?<![\d/-]\d)\d{2}[-. ]\d{4}(?![\d/])"), digits=7),
    Form(
        "phone",
        re.compile(r"[2-9](?<![\w$.,/-]\d)(?<!ticket \d)(?<!permit \d)\d{6}(?![\w,/-])"),
        digits=7,
    ),
    Form("ssn", re.compile(r"\d(?<!\d\d)\d{2}[-. ]\d{2}[-. ]\d{4}(?!\d)"), digits=9),
    Form("coordinates", re.compile(r"\d(?<!\d\d)\d{0,2}\.\d{4,}"), digits=5, signs=(".",)),
    Form("coordinates", re.compile(r"///\s*[a-z]+\.[a-z]+\.[a-z]+"), signs=("///",)),
    Form(
        "coordinates",
        re.compile(r"\b[23456789cfghjmpqrvwx]{4,8}\+[23456789cfghjmpqrvwx]{2,3}\b"),
        signs=("+",),
    ),
    Form(
        "birth-date",
        re.compile(r"\d(?<![\d/-]\d)\d?[/-]\d{1,2}[/-](?:19\d\d|[4-9]\d)(?![\d/-])"),
        digits=4,
    ),
    Form(
        "birth-date",
        re.compile(
            r"[0-2](?<![\w/-]\d)(?:(?:(?<=1)9[2-9]\d|(?<=2)00\d)-\d\d-\d\d(?![\w-])"
            r"|(?:(?<=0)[1-9]|(?<=1)[0-2])(?:[0-2]\d|3[01])[6-9]\d(?![\w/-]))"
        ),
        digits=6,
    ),
    Form(
        "age-over-89",
        re.compile(
            rf"[19](?<!\w\d){_NINETY}[^\w\0]{{0,2}}"
            r"(?:y[^\w\0]?/?o|yrs?\b|years?[\s-]+old|yom|yof)"
        ),
        digits=2,
    ),
    Form(
        "age-over-89",
        re.compile(rf"[19](?<!\w\d){_NINETY}[mf]\b"),
        digits=2,
    ),
    Form(
        "age-over-89",
        re.compile(
            r"[19](?<![\w/.:$-]\d)(?:(?<=9)\d|(?<=1)0\d)[^\w\0]{0,2}(?:[mf]\b|male\b|female\b)"
        ),
        digits=2,
    ),
    Form(
        "plate",
        re.compile(
            r"(?<![\w-])(?!(?:hwy|rte|sta|eng|med|amb|fwy|bat|ptl|sgt|exp|usr|mar|apr|may|jun"
            "|jul|aug|sep|oct|nov|dec|jan|feb|zip|flt|mph|psi|pop|the|and|for|lot|ref|scn|cad"
            r"|evt|x)-?\d)[a-z]{3}-?\d{3,4}(?![\w-])"
        ),
        digits=3,
        mixed=True,
    ),
    Form(
        "plate",
        re.compile(
            r"(?<![\w-])(?!\d+(?:min|sec|hrs|lbs|mph|psi|ppm|cal|yrs|yom|yof|ft|blk|gal|deg)\b)"
            r"(?:\d{3}-?(?!xxx)[a-z]{3}|\d[a-z]{3}\d{3}|[a-z]{2}\d{2}[a-z]{3}|"
            r"(?!x)[a-z]\d{2}-?[a-z]{3})(?![\w-])"
        ),
        digits=2,
        mixed=True,
    ),
    Form(
        "plate",
        re.compile(
            rf" {_NO_TIME}(?!19\d\d|20\d\d)\d{{4}}(?![\w-])(?<=(?<![\w-])"
            r"(?=[a-z]*[bcdfghjklmnpqrstvwxz]{2})(?!chp|mph|psi|hwy|twp|the|and)[a-z]{3} \d{4})"
        ),
        digits=4,
    ),
    Form(
        "vin",
        re.compile(r"(?<!\w)(?=[a-z]*\d)(?=\d*[a-z])[a-hj-npr-z0-9]{17}(?!\w)"),
        digits=1,
        mixed=True,
    ),
    Form(
        "long-number",
        re.compile(
            r"\d(?:(?<![\w$.,/]\d)(?:-?\d){9,}(?![\w,/])"
            r"|(?<=[3-6])(?<!\d\d)\d{3}(?:[ -]\d{4}){3}"
            rf"|(?<!\d\d)(?!(?<=2){_LOGGED})\d{{8,}})"
        ),
        digits=9,
    ),
    Form(
        "access-code",
        re.compile(r"(?<![\w$])[#*]\d{3,6}\b|(?<![\w$:.])\d{3,6}#(?!\w)"),
        digits=3,
        signs=("#", "*"),
    ),
    Form(
        "access-code", re.compile(r"[\d*#](?<![\w-][\d*#])(?:-[\d*#]){3,6}(?![\w-])"), signs=("-",)
    ),
    Form(
        "code",
        re.compile(
            rf"(?<![\w$./:#-])(?!2{_LOGGED})"
            r"(?!\d+yo|\d{1,2}[ap]m?-)(?=(?:[a-z-]*\d){3})(?=[\d-]*[a-z])(?!911-)"
            r"(?!te?xt-(?:to-)?911(?![\w-]))"
            r"(?!\d+(?:-\d+)?(?:hrs?|psi|mph|lbs?|mg|ml|cc|ft|yds?|min|sec|mm|kg|gal|am|pm|yo"
            r"|yom|yof|blk|block|btu|ppm|th|st|nd|rd|s|k|m|x|ish|deg|degrees|bpm|hr|cal)\b)(?!"
            "(?:medic|engine|eng|unit|truck|ladder|station|sta|ref|scn|sta|bldg|zone|x|hwy|us"
            "|sr|cr|i|rte|rt|mm|mp|ch|chan|channel|tac|squad|rescue|batt|batl|bc|car|tower|exit"
            r"|cad|log|bp|hr|rr|spo2|o2|gcs|bgl|f|e|m|t|r|s|u|bac)-?\d{1,4}\b)(?!20\d\d-)(?="
            r"(?:[\d-]*[a-z]){2}|[\w-]{8})[a-z0-9-]{6,}(?![\w-])"
        ),
        digits=3,
        mixed=True,
    ),
)
