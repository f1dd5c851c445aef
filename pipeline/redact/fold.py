"""Folds text for comparison: letters and digits only, with the way back to the original.

In: any text. Out: its letters and digits, lower case, without accents, look-alike letters of other
scripts replaced by Latin ones, and for each the offset of the original character. It decides
nothing and must never be used to build text that is shown.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

__all__ = ["LOOKALIKES", "Folded", "fold"]

# Cyrillic, Greek, Armenian and extended Latin letters a reader takes for the Latin one, as they
# stand after case folding; judged by eye.
_LOOKALIKES = {
    "a": "\u0430\u03b1\u0251",
    "b": "\u0432\u03b2\u044c\u0185",
    "c": "\u0441\u03f2",
    "d": "\u0501\u0111",
    "e": "\u0435\u0454\u03b5\u04bd",
    "g": "\u0261\u0581",
    "h": "\u04bb\u043d\u0570",
    "i": "\u0456\u03b9\u0131\u0269",
    "j": "\u0458\u03f3",
    "k": "\u043a\u03ba",
    "l": "\u0142\u04cf",
    "m": "\u043c",
    "n": "\u03b7\u0578\u043f",
    "o": "\u043e\u03bf\u00f8\u0585\u03c3",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0563",
    "r": "\u0433",
    "s": "\u0455\ua731",
    "t": "\u0442\u03c4",
    "u": "\u03c5\u057d\u0446",
    "v": "\u03bd\u0475",
    "w": "\u051d\u03c9\u0448",
    "x": "\u0445\u03c7",
    "y": "\u0443\u04af\u03b3",
    "z": "\u0290\u1d22",
}
LOOKALIKES = {alike: latin for latin, alikes in _LOOKALIKES.items() for alike in alikes}
"""Latin letters by the letter of another script that looks like them, both in lower case."""

_LATIN = {ord(alike): latin for latin, alikes in _LOOKALIKES.items() for alike in alikes}
# Of plain ASCII: for each character whether it is kept, and those that are not.
_IS_KEPT = bytes(chr(code).isalnum() for code in range(128)) + bytes(128)
_NOT_KEPT = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded ``text``; ``offsets[i]`` is where its character ``i`` stands in the original."""

    text: str
    offsets: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return the letters and digits of a text, folded, with their offsets in it."""
    if text.isascii():
        if text.isalnum():
            return Folded(text.lower(), tuple(range(len(text))))
        typed = text.encode()
        return Folded(
            typed.translate(None, _NOT_KEPT).decode().lower(),
            tuple(compress(range(len(typed)), typed.translate(_IS_KEPT))),
        )
    letters: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(text):
        for folded in _fold_character(character):
            letters.append(folded)
            offsets.append(position)
    return Folded("".join(letters), tuple(offsets))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    # Accents, variation selectors and invisible characters are neither letter nor digit here.
    split = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    plain = "".join(_digit(each) for each in split if each.isalnum())
    return plain.translate(_LATIN)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)
