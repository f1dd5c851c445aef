"""Fifteen disguises of seven kinds of identifier: each is masked in full, or the text is held."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import quote

import pytest

from pipeline.model import Held
from pipeline.redact.normal import normalised
from pipeline.redact.suspicion import suspicious
from pipeline.usecases.redact_texts import Redactor

VALUES = {
    "PERSON": ("RP ", "MARISOL KETTERICK", " ADV SUBJ LEFT"),
    "PHONE": ("CB ", "608-555-0143", " NO ANS"),
    "ADDRESS": ("GO TO ", "2218 TALLOW AVE", " REAR DOOR"),
    "PLATE": ("PLATE ", "RKD9083", " LAST SEEN NB"),
    "SSN": ("SSN ", "612-44-0917", " GIVEN"),
    "EMAIL": ("EMAIL ", "m.ketterick@tidemail.example", " SENT"),
    "ACCESS_CODE": ("GATE CODE ", "4471#", " REAR DOOR"),
}
CYRILLIC = str.maketrans(
    "AEOPCTXKMHBaeopcxy",
    "\u0410\u0415\u041e\u0420\u0421\u0422\u0425\u041a\u041c\u041d\u0412\u0430\u0435\u043e\u0440\u0441\u0445\u0443",
)


def each(insert: str) -> Callable[[str], str]:
    return lambda value: insert.join(value)


def shifted(upper: int, lower: int, digit: int) -> Callable[[str], str]:
    def shift(value: str) -> str:
        return "".join(
            chr(upper + ord(c) - 65)
            if "A" <= c <= "Z"
            else chr(lower + ord(c) - 97)
            if "a" <= c <= "z"
            else chr(digit + ord(c) - 48)
            if c.isdigit()
            else c
            for c in value
        )

    return shift


DISGUISES: dict[str, Callable[[str], str]] = {
    "fullwidth": shifted(0xFF21, 0xFF41, 0xFF10),
    "mathematical bold": shifted(0x1D400, 0x1D41A, 0x1D7CE),
    "monospace": shifted(0x1D670, 0x1D68A, 0x1D7F6),
    "zero-width spaces": each("\u200b"),
    "soft hyphens": each("\u00ad"),
    "combining marks": each("\u0301"),
    "variation selectors": each("\ufe0f"),
    "no-break spaces and hyphens": lambda v: v.replace(" ", "\u00a0").replace("-", "\u2011"),
    "en dashes and thin spaces": lambda v: v.replace("-", "\u2013").replace(" ", "\u2009"),
    "look-alike letters": lambda v: v.translate(CYRILLIC),
    "decimal entities": lambda v: "".join(f"&#{ord(c)};" for c in v),
    "hexadecimal entities": lambda v: "".join(f"&#x{ord(c):x};" for c in v),
    "percent escapes": lambda v: "".join(f"%{ord(c):02X}" for c in v),
    "JSON escapes": lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
    "long escapes": lambda v: "".join(f"\\U{ord(c):08X}" for c in v),
    "braced escapes": lambda v: "".join(f"\\u{{{ord(c):x}}}" for c in v),
    "spaced out": each(" "),
    "turned around": lambda v: f"\u202e{v[::-1]}\u202c",
}
CASES = [(name, entity) for name in DISGUISES for entity in VALUES]


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor()


@pytest.mark.parametrize(("disguise", "entity"), CASES)
def test_a_disguised_identifier_is_masked_in_full_or_held(
    redactor: Redactor, disguise: str, entity: str
) -> None:
    before, value, after = VALUES[entity]
    hidden = DISGUISES[disguise](value)
    assert hidden != value or disguise in {
        "no-break spaces and hyphens",
        "en dashes and thin spaces",
        "look-alike letters",
    }
    done = redactor.redact(before + hidden + after)
    if isinstance(done, Held):
        return
    masked = {place for found in done.findings for place in range(found.start, found.end)}
    open_places = [
        place
        for place, character in enumerate(before + hidden + after)
        if len(before) <= place < len(before) + len(hidden)
        and character.isalnum()
        and place not in masked
    ]
    assert open_places == []


def test_there_are_126_cases() -> None:
    assert len(CASES) == 126


def test_disguises_read_as_what_they_hide() -> None:
    undone = [
        name
        for name, disguise in DISGUISES.items()
        if normalised(disguise("RKD9083 Tallow"))[0].replace(" ", "") != "RKD9083Tallow"
        and not suspicious(disguise("RKD9083 Tallow"))
    ]
    assert undone == []


def test_entities_of_markup_resolve() -> None:
    assert normalised(html.escape("<O'Neil & Son>"))[0] == "<O'Neil & Son>"
    assert normalised(quote("a b/\u00fc"))[0].startswith("a b/u")
