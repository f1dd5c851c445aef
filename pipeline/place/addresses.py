"""Reads an address as agencies write it: house number, street, crossing, block.

In goes one text, out come its parts in a folded form that two spellings of a street share, or
nothing where the agency masked it (rule 24) or no street can be read. What follows the street
(flat, town, business) is left out. It must never guess a number, nor read one that the agency
struck out. Where the parts lie is ``geocode``'s part.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = [
    "MASKED_WORDS",
    "Address",
    "bare_street",
    "folded_street",
    "has_mask_word",
    "is_masked",
    "read_address",
]

MASKED_WORDS: Final = frozenset(
    {"restricted", "confidential", "redacted", "withheld", "masked", "suppressed"}
)
"""Words agencies print in place of an address they mask."""

# Postal abbreviations (USPS Publication 28, appendices B and C1), by the words they stand for.
_SHORT: Final = {
    "ALLEY": "ALY", "AVENUE": "AVE", "AV": "AVE", "BOULEVARD": "BLVD", "BRIDGE": "BRG",
    "CENTER": "CTR", "CIRCLE": "CIR", "CI": "CIR", "COURT": "CT", "COVE": "CV", "CREEK": "CRK",
    "CRESCENT": "CRES", "CROSSING": "XING", "DRIVE": "DR", "EXPRESSWAY": "EXPY", "FREEWAY": "FWY",
    "GROVE": "GRV", "HEIGHTS": "HTS", "HIGHWAY": "HWY", "HILL": "HL", "JUNCTION": "JCT",
    "LANDING": "LNDG", "LANE": "LN", "MOUNT": "MT", "PARKWAY": "PKWY", "PIKE": "PKE",
    "PLACE": "PL", "PLAZA": "PLZ", "POINT": "PT", "RIDGE": "RDG", "ROAD": "RD", "ROUTE": "RT",
    "RTE": "RT", "SAINT": "ST", "SQUARE": "SQ", "STREET": "ST", "STR": "ST", "TERRACE": "TER",
    "TRAIL": "TRL", "TURNPIKE": "TPKE", "VALLEY": "VLY", "VIEW": "VW",
    "BL": "BLVD", "TE": "TER",
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
    "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
    "FIRST": "1ST", "SECOND": "2ND", "THIRD": "3RD", "FOURTH": "4TH", "FIFTH": "5TH",
    "SIXTH": "6TH", "SEVENTH": "7TH", "EIGHTH": "8TH", "NINTH": "9TH", "TENTH": "10TH",
}  # fmt: skip
_WINDS: Final = frozenset({"N", "S", "E", "W", "NE", "NW", "SE", "SW"})
_KINDS: Final = frozenset(
    {"ALY", "AVE", "BLVD", "CIR", "CT", "CV", "CRES", "XING", "DR", "EXPY", "FWY", "HWY", "LN"}
    | {"LOOP", "PKWY", "PKE", "PL", "PLZ", "RD", "ROW", "RT", "SQ", "ST", "TER", "TRL", "TPKE"}
    | {"WAY"}
)

# "12XX ELM", "001XX S Cortez St", "-XX Elm", "XXX ELM", "1*** ELM": a number struck out.
_STRUCK: Final = re.compile(r"-?(\d+[X*#]+|[X*#]{2,})(?![A-Z0-9])|-[X*#]", re.IGNORECASE)
# "600 BLK GRANITE HILL TER", "900 Block of RIDGE RD"
_BLOCK: Final = re.compile(r"(\d{1,6})\s+(?:BLOCK|BLK)\b\.?\s*(?:OF\s+)?(.+)")
# "1412 TAMARACK CT", "1412-B TAMARACK CT", "12 1/2 ELM ST"; but "4TH ST" has no number.
_NUMBER: Final = re.compile(r"(\d{1,6})(?:\s*-\s*\w+|[A-D])?(?:\s+1/2)?\s+(\S.*)")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CROSSING: Final = re.compile(r"\s*[/&@\\]\s*")
# What stands behind a street: "APT 4B", "LOT 14", "# 3".
_FLAT: Final = re.compile(
    r"\b(?:APT|APARTMENT|UNIT|STE|SUITE|LOT|RM|ROOM|FL|FLOOR|BLDG|BUILDING|REAR|UPPER|LOWER|TRLR)"
    r"(?:\s+\S.*)?$|#.*$"
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Address:
    """An address in parts; silent, for it is private.

    ``number`` is None for a street alone or a crossing; ``whole_block`` says that the agency named
    the hundred-block of ``number``. ``crossing`` is the other street of a crossing.
    """

    street: str
    number: int | None = None
    whole_block: bool = False
    crossing: str = ""


def has_mask_word(text: str) -> bool:
    """Return whether the agency printed a word in place of the address."""
    return not MASKED_WORDS.isdisjoint(_LETTERS.findall(_plain(text).casefold()))


def is_masked(text: str) -> bool:
    """Return whether the agency masked the address, by a word or by striking out its number."""
    return has_mask_word(text) or _STRUCK.match(text.strip()) is not None


def read_address(text: str) -> Address | None:
    """Return the parts of an address; None when it is masked, or names no street."""
    if is_masked(text):
        return None
    first = re.split(r"[,;(]", _plain(text).upper(), maxsplit=1)[0].strip()
    whole = _BLOCK.fullmatch(first)
    if whole:
        return _of(whole[2], int(whole[1]), whole_block=True)
    numbered = _NUMBER.fullmatch(first)
    if numbered:
        return _of(numbered[2], int(numbered[1]), whole_block=False)
    streets = [folded_street(part) for part in _CROSSING.split(first)]
    if len(streets) == 2 and all(streets):
        one, other = sorted(streets)
        return Address(street=one, crossing=other)
    return Address(street=streets[0]) if len(streets) == 1 and streets[0] else None


def folded_street(text: str) -> str:
    """Return a street's name as spellings of it share it: ``North Main Street`` is ``N MAIN ST``.

    Empty when there is no letter or digit in it.
    """
    bare = _FLAT.sub("", _plain(text).upper().strip())
    words = re.sub(r"[^A-Z0-9]+", " ", bare.replace("'", "")).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def bare_street(street: str) -> str:
    """Return a folded street without its wind and kind, for feeds that leave them out."""
    words = street.split()
    while len(words) > 1 and words[0] in _WINDS:
        words = words[1:]
    while len(words) > 1 and (words[-1] in _KINDS or words[-1] in _WINDS):
        words = words[:-1]
    return " ".join(words)


def _of(rest: str, number: int, *, whole_block: bool) -> Address | None:
    # "100 MAIN ST / 2ND ST" is the house, told with its crossing.
    street = folded_street(_CROSSING.split(rest)[0])
    return Address(street=street, number=number, whole_block=whole_block) if street else None


def _plain(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
