"""Holds the forms of numbers that explain themselves: times, ranges, ratios, terms.

In: nothing. Out: patterns, to be matched whole against a number in small letters. A form must never
be one that a telephone, a plate or a house could have as well.
"""

from __future__ import annotations

import re

__all__ = [
    "CLOCK",
    "DECIMAL",
    "GLUED_AMOUNT",
    "GRADED",
    "HEIGHT",
    "HOLDS",
    "ISO",
    "LETTERED",
    "MONTH_OF_YEAR",
    "ORDINAL",
    "PIECES",
    "PLACED",
    "RANGE",
    "RATIO",
    "SEAT",
    "STAMP",
    "TEN_CODE",
    "TERMS",
    "THOUSANDS",
    "TIMES",
    "YEAR",
]

CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:-(?:[01]?\d|2[0-4]):[0-5]\d)?[az]?(?:m|p)?"
    r"|(?:[01]\d|2[0-3])[0-5]\d:[0-5]\d(?:-(?:[01]\d|2[0-3])[0-5]\d:[0-5]\d)?"
    r"|1?\d:[0-5]\d-1?\d"
    r"|1?\d(?::[0-5]\d)?[ap]m?-1?\d(?::[0-5]\d)?[ap]m?|1?\d-1?\d[ap]m?"
)
TEN_CODE = re.compile(r"1[012]-\d{1,2}[a-z]?")
DECIMAL = re.compile(r"\d{1,4}\.\d{1,3}[a-z]{0,3}|\d{5,6}\.\d|\d{1,3}\.\d-\d{1,3}\.\d")
RATIO = re.compile(r"\d{1,3}(?:/\d{1,3}){1,3}|\d{1,2}-\d/\d|\d/\d")
RANGE = re.compile(r"\d{1,3}-\d{1,3}")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d\d?)?")
GLUED_AMOUNT = re.compile(r"(\d{1,5})-?([a-z]{1,6}(?:/[a-z])?)")
TIMES = re.compile(r"x\d{1,3}|\d{1,3}x\d{0,3}s?")
ORDINAL = re.compile(r"\d{0,2}(?:1st|2nd|3rd|\dth)|\d0s|[1-9]0'?s|2ndary|1st-due")
PLACED = re.compile(r"\d{1,2}-(?:story|alarm|man|year|yr|mile|car|door|lead)")
HEIGHT = re.compile(r"[3-7]'(?:\d{1,2})?|[3-7]ft\d{0,2}")
ISO = re.compile(r"20\d\d-\d\d-\d\dt\d\d(?::\d\d){1,2}z?")
# A date and a time with its zone in one piece, which begins lines of a log.
STAMP = re.compile(
    r"20[23]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
    r"(?:[ecmpa][ds]?t?|z|utc)"
)
# A seat at the desk by its number: CT07, OPR22. Who sits there changes by the shift; three digits
# and more are somebody's own.
SEAT = re.compile(r"(?:ct|cto|tc|disp|dsp|opr|pos|psap)-?\d{1,2}")
PIECES = re.compile(r"\d+|[a-z]+")
HOLDS = frozenset({"5150", "5250", "5585"})
# What is always written with a digit in it, and counts nothing.
TERMS = re.compile(
    r"sp[o0]2|etc[o0]2|h2s|c[o0]2|o2|n2o?|t[12]dm|dm[12]|w3w|wph?[h]?[12]|ph[123]|a1c|b12|h1n1|n95|mp[34]"
    r"|d(?:5w?|10w?|50w?)|1090|e911|ng911|dd214|k9s?|ca?0x[34]|a[&/]?[o0]x[1-4]|[o0]x[1-4]|x[1-4]"
    r"|[1-3]?[05]0j|g\d{1,2}p\d{1,2}(?:a\d{1,2})?|f-?[1-6]50|[efg]-?[1-4]50|rav-?4|4runner|cx-?\d{1,2}|mx-?5"
    r"|[gqm]\d{2}|qx\d{2}|[rgl]x\d{3}|[ie]s\d{3}|4x4|4wd|2wd|[24]dr|v[68]|c4|5\.0"
    r"|(?:rmk|cmt|ntn|lin|note|disp|psap|pos|opr?|ct|pc|narr)s?\d{1,2}"
)
MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])/20(?:2[3-9]|3\d)")
YEAR = re.compile(r"19[5-9]\d|20[0-3]\d")
LETTERED = re.compile(r"([a-z]{1,6})-?(\d{1,4})")
GRADED = re.compile(r"[a-z]{1,2}\d|\d[a-z]")
