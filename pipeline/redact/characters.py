"""Says what one character stands for: a plain Latin letter, a digit, a sign, or nothing.

In: one character that is not ASCII. Out: what a reader takes it for, as plain text; nothing for
what nobody sees; the character itself where it stands for nothing plainer. It must never be asked
about more than one character: what only a neighbour makes clear is ``normal``'s.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from pipeline.redact.fold import LOOKALIKES

__all__ = ["plain"]

_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4\uff07\u055a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2212\u2043\u02d7\u30fc\u2500", "-"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    "\u00ad": "",
    "\u00b7": ".",
    "\u2024": ".",
    "\u00d7": "x",
    "\u00df": "ss",
    "\u00e6": "ae",
    "\u00c6": "AE",
    "\u0153": "oe",
    "\u0152": "OE",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0142": "l",
    "\u0141": "L",
    "\u0111": "d",
    "\u0110": "D",
    "\u00de": "Th",
    "\u00fe": "th",
    "\u00f0": "d",
    "\u00d0": "D",
    # What could not be read may have been any letter of a name.
    "\ufffd": "\ufffd",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
}
# Fillers that are letters by their class and blank by their look.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180e")
_REGIONAL = 0x1F1E6
_DROPPED = frozenset({"Cf", "Mn", "Me", "Cc"})
_SYMBOLS = frozenset({"Po", "Ps", "Pe", "So", "Sm", "Sk", "Sc"})
_BRAILLE = range(0x2800, 0x2900)


@lru_cache(maxsize=8192)
def plain(character: str) -> str:
    """Return what a character is read as: plain text, possibly empty."""
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    if character in _BLANK or category in _DROPPED:
        return ""
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    enclosed = _enclosed(character)
    if enclosed:
        return enclosed
    composed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character))
    read = "".join(map(_one, composed))
    # Half is a number of its own: 9 and a half must not read as 91/2.
    return f" {read}" if category == "No" and "/" in read else read


def _enclosed(character: str) -> str:
    code = ord(character)
    if _REGIONAL <= code < _REGIONAL + 26:
        return chr(ord("A") + code - _REGIONAL)
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    words = unicodedata.name(character, "").split()
    if "NEGATIVE" in words and len(words[-1]) == 1:
        return words[-1]
    return ""


def _one(character: str) -> str:
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category in _SYMBOLS and ord(character) not in _BRAILLE:
        return " "
    return _latin(character) or character


def _latin(character: str) -> str:
    lower = character.casefold()
    known = LOOKALIKES.get(lower)
    if known is not None:
        return known.upper() if character.isupper() else known
    for alike in _alikes().get(character, ()):
        letter = alike["c"]
        if len(letter) == 1 and letter.isascii() and letter.isalnum():
            return str(letter)
    return ""


@cache
def _alikes() -> Mapping[str, Any]:
    # Read with the first letter that is not plain: most texts have none.
    from confusable_homoglyphs import confusables

    data: Mapping[str, Any] = confusables.confusables_data
    return data
