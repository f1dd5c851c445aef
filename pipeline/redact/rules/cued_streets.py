"""Finds streets that a cue announces and no suffix names: corners, homes, directions.

In: readings. Out: hits of STREET. Streets with a suffix are ``crossings``'s, houses ``streets``'s.
It must never take "on scene", "on hood and roof" or "lives on disability" for a street.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.redact.reading import Reading
from pipeline.redact.rules.crossings import ON, across, may_be_name, street_hit
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import COUNTED, DIRECTIONS, NEVER, SUFFIXES
from pipeline.redact.rules.streets import ORDINAL
from pipeline.redact.rules.walk import capital, gap, has_digit, joined, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["CUED_STREET_RULES"]


def _on_named(reading: Reading, place: int) -> Iterator[Hit]:
    """``corner of market & power``, ``lives on peach orchard``: cue words and no suffix."""
    second = place + 1
    if word(reading, second) in ("of", "at", "on"):
        second += 1
    start = second
    if word(reading, start) in DIRECTIONS and joined(reading, start):
        start += 1
    other = across(reading, start, 1)
    if other < 0 or "@" in gap(reading, start) or word(reading, start + 1) == "at":
        return
    if word(reading, start + 1) == "and" and not (
        _street_name(reading, start) and _street_name(reading, other)
    ):
        return
    last = other + 1 if word(reading, other) in DIRECTIONS and joined(reading, other) else other
    if (
        word(reading, start) in NEVER
        or word(reading, last) in NEVER
        or has_digit(word(reading, start))
    ):
        return
    yield street_hit(reading, second, start, "corner", 0.7, "corner of two streets")
    yield street_hit(reading, other, last, "corner", 0.7, "corner of two streets")


def _lives_on(reading: Reading, place: int) -> Iterator[Hit]:
    """``lives on peach orchard``: the words up to the next mark, three at most."""
    if word(reading, place + 1) not in ("on", "off") or gap(reading, place) != " ":
        return
    first = last = place + 2
    while last < first + 3 and _lived_on(word(reading, last)) and joined(reading, last - 1):
        last += 1
    if last > first:
        yield street_hit(reading, first, last - 1, "lives-on", 0.7, "behind lives on")


def _lived_on(said: str) -> bool:
    return said.isalpha() and said not in NEVER and said not in COUNTED and said not in _NOT_LIVED


_NOT_LIVED = word_set(
    "floor property scene campus site base site own streets disability social top"
)


def _street_name(reading: Reading, place: int) -> bool:
    said = word(reading, place)
    return bool(ORDINAL.fullmatch(said)) or (
        may_be_name(reading, place) and (not known(said) or said in _NAMES)
    )


_NAMES = word_set(
    "main oak pine maple cedar elm walnut washington lincoln jefferson park lake mill"
)


def _directed(reading: Reading, place: int) -> Iterator[Hit]:
    """``N GALENA``: a direction's letter before a name, with no suffix behind."""
    said, after = word(reading, place + 1), word(reading, place + 2)
    if gap(reading, place) not in (" ", ". ") or len(said) < 4 or not said.isalpha():
        return
    if not _street_name(reading, place + 1) or (after in SUFFIXES and joined(reading, place + 1)):
        return
    before = word(reading, place - 1)
    if capital(reading, place) and capital(reading, place + 1) and before not in ("side", "w", "b"):
        glued = place and gap(reading, place - 1)
        if glued not in ("/", "-", "'", "."):
            yield street_hit(reading, place, place + 1, "directed", 0.6, "direction before a name")


def _extension(reading: Reading, place: int) -> Iterator[Hit]:
    """``twd kessler ext``: the rest of a street, behind a word that nobody uses and a cue."""
    first = place - 1
    said, behind = word(reading, first), word(reading, place + 1)
    if place < 1 or gap(reading, first) != " " or known(said) or not may_be_name(reading, first):
        return
    if has_digit(behind) or gap(reading, place).startswith((":", "=", "#")):
        return
    if word(reading, first - 1) in ON or (capital(reading, first) and capital(reading, place)):
        yield street_hit(reading, first, place, "extension", 0.7, "a street and its extension")


CUED_STREET_RULES = (
    Rule(
        name="extension",
        find=_extension,
        words=frozenset({"ext", "extn", "extd", "exten", "extension"}),
        examples=Examples(
            finds=(
                "left twd [kessler ext]",
                "on [mulvane ext], wht house",
                "AT [TARBORO EXTENSION] SIDE",
                "went tw [quillon ext]",
                "crash, [Tupelo Extn] nb",
                "off [Mosswood Ext].",
            ),
            ignores=(
                "phone ext 4417",
                "opr Destiny ext 3307",
                "at house ext, fire",
                "on ext of bldg",
                "hair ext stolen",
            ),
        ),
    ),
    Rule(
        name="corner",
        find=_on_named,
        words=frozenset(
            {
                "corner",
                "area",
                "intersection",
                "lives",
                "at",
                "on",
                "near",
                "toward",
                "towards",
                "tow",
            }
            | {"twd", "twds", "nr"}
        ),
        examples=Examples(
            finds=(
                "corner of [Mercer] and [Oak]",
                "at [Kessler] & [Tupelo]",
                "intersection of [Main] / [Oak]",
                "AREA OF [MERCER] AND [TUPELO]",
                "lives [market] & [power]",
                "near [Quill] and [Tanager]",
            ),
            ignores=(
                "on hood and roof of car",
                "at scene and clear",
                "near door and window",
                "area of the park",
                "on arrival and left",
            ),
        ),
    ),
    Rule(
        name="lives-on",
        find=_lives_on,
        words=frozenset({"lives", "live", "living", "stays", "resides"}),
        examples=Examples(
            finds=(
                "i think he lives on [peach orchard].",
                "stays off [ransom] w his gf",
                "LIVES ON [TUPELO], BLU HOUSE",
                "she lives on [Old Quarry]",
                "resides on [Fennel]",
                "living on [mill pond] since may",
            ),
            ignores=(
                "lives on the 2nd floor",
                "lives on property",
                "stays on scene",
                "living on his own",
            ),
        ),
    ),
    Rule(
        name="directed",
        find=_directed,
        words=frozenset("nsew"),
        examples=Examples(
            finds=(
                "ACROSS [S MAIN]. 2 UNITS",
                "AT BUS BENCH [N GALENA].",
                "CAM 17 [N DELANEY] 03:44",
                "on [E Palomar] nb",
                "TWD [W TUPELO]",
                "off [S. Tollgate] again",
            ),
            ignores=("W WOUND", "side n of barn", "W/M TAVARES", "w knife", "S SIDE"),
        ),
    ),
)
