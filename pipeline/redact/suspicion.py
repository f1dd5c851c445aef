"""Says why a text cannot be trusted to read as it looks, so that a person must look at it.

In: a text. Out: a fixed word for what makes it suspicious, or nothing. These are disguises that
``normal`` cannot undo with certainty. It never tries to read them, and never quotes them.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.redact.characters import plain

__all__ = ["suspicious"]

_HALF = re.compile("[\ud800-\udfff]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_TAGS = re.compile("[\U000e0001-\U000e007f]")
# A flag of a region is a black flag, tag characters, and their end.
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_REVERSED = re.compile("[\u202e\u2067][^\u202c\u2069]*[^\\W_]")
_BRAILLE = re.compile("[\u2801-\u28ff]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTER = re.compile("[A-Za-z]")
_SIGNS = (
    # Half a character: what one library counts as one, another may count as two or refuse.
    ("half-character", _HALF),
    ("private-use", _PRIVATE_USE),
    ("turned", _REVERSED),
    ("braille", _BRAILLE),
)


def suspicious(text: str) -> str:
    """Return why a text cannot be judged, in a fixed word, or an empty string.

    ``turned`` (shown right to left against its letters), ``tagged`` (tag characters), ``braille``,
    ``private-use``, ``half-character`` (a lone surrogate), ``mixed-scripts`` (Latin letters and
    letters that no folding makes Latin in one word).
    """
    if text.isascii():
        return ""
    for kind, sign in _SIGNS:
        if sign.search(text):
            return kind
    if _TAGS.search(_FLAG.sub("", text)):
        return "tagged"
    return "mixed-scripts" if any(map(_mixed, _WORD.findall(text))) else ""


def _mixed(word: str) -> bool:
    """Whether a word has Latin letters beside letters that no fold makes Latin."""
    if word.isascii():
        return False
    folded = "".join(plain(each) if not each.isascii() else each for each in word)
    strange = [each for each in folded if not each.isascii()]
    return bool(strange) and bool(_LETTER.search(word)) and any(map(_a_letter, strange))


def _a_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")
