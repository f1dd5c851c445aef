"""The patterns that values of private things have, by name, for the rules that look for them.

Every pattern is anchored by its caller, ignores case, and is linear in the text: no nested
repetition. Sources: NANP for telephones, 49 CFR 565 for VINs, state licence formats as published by
the states. It must never decide from a pattern alone what a value is; the rules know what stands
before it.
"""

from __future__ import annotations

import re

__all__ = ["VALUES", "compiled"]

_DIGIT_WORD = r"(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|niner)"
_TENS_WORD = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|hundred|thousand|double|triple)"
)
_SPOKEN = rf"(?:(?:{_DIGIT_WORD}|{_TENS_WORD}|\d{{1,4}})(?!\w))"
_PHONETIC = (
    r"(?:adam|alpha|alfa|apple|boy|bravo|baker|charles|charlie|david|delta|edward|echo|easy|frank"
    r"|foxtrot|george|golf|henry|hotel|ida|india|john|juliet|juliett|king|kilo|lincoln|lima|mary"
    r"|mike|nora|november|ocean|oscar|paul|papa|queen|quebec|robert|romeo|sam|sierra|tom|tango"
    r"|union|uniform|victor|william|whiskey|xray|x-ray|young|yankee|zebra|zulu)"
)
_GAP = r"[\s,.\-]{1,3}"
_STATE = (
    r"(?:a[lkzr]|c[aot]|d[ec]|fl|ga|hi|i[dlna]|k[sy]|la|m[edaintsoh]|n[evhjmycd]|o[hkr]|pa|ri|s[cd]"
    r"|t[nx]|ut|v[ta]|w[aviy])"
)

VALUES: dict[str, str] = {
    # 555-0143, (608) 555 0143, 6085550143, 608/555-0143, +1 608 555 0143, x12
    "phone": (
        r"(?:\+?1[\s.\-/]{0,2})?\(?\d{3}\)?[\s.\-/,]{0,2}[\dOolI]{3}[\s.\-/,]{0,2}[\dOolI]{4}"
        r"(?:\s{0,2}(?:x|ext|ex)\.?\s{0,2}\d{1,6})?(?!\d)"
        r"|[\dOolI]{3}[\s.\-]{0,2}[\dOolI]{4}(?!\d)"
    ),
    "spoken-digits": rf"{_SPOKEN}(?:{_GAP}(?:and\s)?{_SPOKEN}){{2,14}}",
    "last-digits": r"\d{2,5}(?!\d)",
    # Letters, digits and the signs of a keypad; one piece with a digit or sign, or spelled out.
    "code": (
        r"(?=[\w*]{0,12}#|[#*]|(?:\w?\d[\s\-]?){3}"
        r"|\w{0,9}\d\w{0,9}\d\w{0,9}\d)[#*]{0,2}(?=[\w*#]*\d)[\w*]{1,12}[#*]{0,2}(?:[\s\-]{1,2}(?=[\w*#]{0,9}\d)[\d*#]{1,9}){0,4}"
        r"(?:\s(?:star|pound|hash|enter|key))?"
    ),
    "secret-word": r"(?!(?:unk|unknown|given|not|was|is|gave|used|correct|incorrect|wrong"
    r"|invalid|and|or|for|on|to|by|of"
    r"|verified|accepted|refused|ok|does|required|protected|changed|needed|known|known\.|reset"
    r"|when|from|with|if|but|he|she|rp|per)\b)"
    r"[\"'“”‘’]?[\w!@$%&*.\-]{2,40}(?:\s[\w!]{2,20})?[\"'“”‘’]?",
    "quoted": r"[\"“][^\"”\n]{1,60}[\"”]",
    # Any piece with a digit, with pieces after it: 26 CVD 390918, W7975 43230, T44-118-902-663
    "id": (
        r"[#\s]{0,2}(?:[a-z]{1,3}\s(?=\d))?(?=[\w*\-./]*[\d*])[\w*][\w*\-./]{1,30}(?:\s(?=[\w\-]*\d)[\w\-]{2,16}){0,3}"
    ),
    "ssn": r"(?:[\dxX*Oo]{3}[\s.\-]{0,2}[\dxX*Oo]{2}[\s.\-]{0,2}[\dOo]{4}|\d{4,9})(?!\d)",
    "date": (
        r"(?:\d{1,4}\s{0,1}[/.\-]\s{0,1}\d{1,2}\s{0,1}[/.\-]\s{0,1}\d{1,4}|\d{8}|\d{6}"
        r"|(?:the\s)?\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?"
        r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?(?:\s\d{2,4})?"
        r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s\d{1,2}"
        r"(?:st|nd|rd|th)?,?(?:\s(?:of\s)?\d{2,4})?|\d{1,2}[/\-]\d{2,4}|(?:19|20)\d\d)(?!\d)"
    ),
    "age-over-89": r"(?:9\d|1[01]\d|ninety(?:[\s\-]\w{3,5})?|(?:one\s)?hundred)(?!\d)",
    "plate": (
        rf"(?:{_STATE}[\s\-/:]{{1,2}})?(?:(?=[a-z\-\s&]{{0,6}}\d)[a-z\d&]{{1,8}}"
        r"(?:[\s\-.]{1,2}(?=[a-z]{0,3}\d)[a-z\d]{1,5}){0,2}|\d{1,4}[\s\-]?[a-z]{1,4}\d{0,4}"
        r"|[a-z]{1,4}[\s\-]\d{1,5}[a-z]{0,3}|\d[\s\-][a-z]\d{3,5}|[a-z](?:\s[a-z\d]){4,7})(?!\w)"
    ),
    "spelled-plate": (
        rf"(?:{_PHONETIC}|{_DIGIT_WORD}|\d{{1,4}}|[a-z])(?!\w)"
        rf"(?:[\s,\-]{{1,2}}(?:{_PHONETIC}|{_DIGIT_WORD}|\d{{1,4}}|[a-z])(?!\w)){{2,8}}"
    ),
    "vin": r"(?=(?:\s?[a-z]{0,9}\d)){1}[a-hj-npr-z\d](?:[\s\-]?[a-hj-npr-z\d]){5,19}(?!\w)",
    "email": (
        r"[\w.+\-]{1,64}\s?@\s?[\w\-]{1,60}(?:\s?\.\s?[\w\-]{2,24}){1,4}"
        r"|[\w.\-]{1,40}(?:\s(?:dot|underscore|dash)\s[\w\-]{1,30}){0,3}\sat\s[\w\-]{2,30}"
        r"(?:\sdot\s[a-z]{2,10}){1,2}"
    ),
    "handle": r"@[\w.\-#]{2,40}\w|(?=[a-z\-]{0,40}[\d_.#][\w.#\-]{0,40})[a-z\d_][\w.\-#]{1,40}\w",
    "any-handle": r"(?!(?:and|is|was|on|to|with|unk|unknown|adv|states"
    r"|said)\b)@?[a-z\d_][\w.\-#]{1,40}\w",
    "grid-house": r"[nsew]\d{1,6}(?:\s?[nsew]\s?\d{1,6})?(?:-\d{1,3})?(?!\w)",
    "degrees": (
        r"[nsew]?[\s:]?[-+]?\d{1,3}(?:\.\d{1,8}|[°\s]{1,2}\d{1,2}(?:\.\d{1,6})?['′\s]{0,2}"
        r"(?:\d{1,2}(?:\.\d{1,4})?[\"″]?)?)\s?°?\s?[nsew]?(?!\w)"
    ),
}
"""Patterns by name. ``{0,n}`` everywhere, so that no value grows without end."""


def compiled(name: str) -> re.Pattern[str]:
    """Return the pattern of a value, anchored by ``match`` and without regard to case."""
    return re.compile(VALUES[name], re.IGNORECASE)
