"""The text as whoever reads it may read it: flattened, resolved, placeholders taken out.

In: any text. Out: its views: as written, and as a browser or a URL would resolve it, in plain
lower-case letters. Part of the leak check, so it shares nothing with the redactor. It must never
join what a placeholder parted. What is private in a view is ``leakcheck``'s and ``leakforms``'.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from pipeline.model import Entity

__all__ = ["GAP", "STOP", "flatten", "is_hidden", "views", "without_placeholders"]

_PLACEHOLDERS = re.compile("|".join(re.escape(f"[{entity.value}]") for entity in Entity))
# Where a placeholder stood: no letter, digit or space, so nothing joins across it.
STOP = "\0"
GAP = f"\n{STOP}\n"
_PLAIN = re.compile(r"[\0\t\n\r\x20-\x7e]*")

# Letters by shape, Latin first, in the code points a forger would reach for.
_SHAPES = {
    "a": "\u0430\u03b1",
    "b": "\u0432\u03b2",
    "c": "\u0441\u03f2",
    "d": "\u0501",
    "e": "\u0435\u0454\u03b5",
    "h": "\u043d\u04bb",
    "i": "\u0456\u03b9\u0131",
    "j": "\u0458",
    "k": "\u043a\u03ba",
    "l": "\u04cf",
    "m": "\u043c",
    "n": "\u03b7",
    "o": "\u043e\u03bf\u00f8",
    "p": "\u0440\u03c1",
    "q": "\u051b",
    "s": "\u0455",
    "t": "\u0442\u03c4",
    "u": "\u03c5",
    "v": "\u03bd",
    "w": "\u051d\u03c9",
    "x": "\u0445\u03c7",
    "y": "\u0443\u03b3",
}
_TO_LATIN = {ord(shape): latin for latin, shapes in _SHAPES.items() for shape in shapes}


def without_placeholders(text: str) -> str:
    """Return the text with a gap where each placeholder stood; a forged one stays as text."""
    return _PLACEHOLDERS.sub(GAP, text.replace(STOP, ""))


def views(text: str, *, keep_case: bool = False) -> Iterator[str]:
    """Yield the text as written, and as a browser or a URL would resolve it, each view once."""
    seen: set[str] = set()
    # Most texts have nothing to resolve, and are flattened once.
    for resolved in dict.fromkeys((text, html.unescape(text), unquote(text))):
        view = _cased(resolved) if keep_case else flatten(resolved)
        if view not in seen:
            seen.add(view)
            yield view


def flatten(text: str) -> str:
    """Return the text in plain lower-case letters and digits, by shape, without what is unseen."""
    if _PLAIN.fullmatch(text):
        return text.lower()
    split = unicodedata.normalize("NFKD", text)
    kept = "".join(each for each in split if each in "\n\t\0" or not _is_invisible(each))
    lowered = kept.casefold().translate(_TO_LATIN)
    return "".join(str(unicodedata.digit(c, c)) if c.isdigit() else c for c in lowered)


def _cased(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return "".join(flatten(c).upper() if c.isupper() else flatten(c) for c in text)


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}


def is_hidden(character: str) -> bool:
    """Return whether a character cannot be seen and is no line end or tab."""
    if character in "\n\r\t":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}
