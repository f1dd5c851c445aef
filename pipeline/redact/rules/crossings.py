"""Finds streets without a house number: named, crossing another, numbered, or of a block.

In: readings. Out: hits of STREET, and of ADDRESS for a hundred block with its street. Numbered
highways and mile markers are public. It must never take "down the street", "wrong way" or "front
drive" for a street's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.places import PLACE_WORDS
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import (
    COUNTED,
    CUES,
    DIRECTIONS,
    DOUBTFUL,
    NEVER,
    ORDINAL_NOUNS,
    SUFFIXES,
    SURE,
)
from pipeline.redact.rules.streets import ORDINAL, street_end
from pipeline.redact.rules.walk import capital, gap, has_digit, joined, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["CROSSING_RULES", "ON", "across", "may_be_name", "street_hit"]

ON = CUES | word_set(
    "on and off onto along down towards toward tw twd twds approaching nb sb eb wb ns between"
    " across & @ x into intersection corner s/o n/o e/o w/o past passing"
)
_NUMBERED_ROADS = word_set("us state county cty co i interstate hwy highway rte route sr")
# What stands alone before a word for a street and names none: the right lane, a reckless driver.
_NO_NAME_ALONE = word_set("rt lt rgt lft blkg blckng reckless logging ctr twp")
# Where rails or people cross, and what blocks them.
_CROSSED = word_set(
    "rail railroad rr train dot ped pedestrian track tracks grade blking blkng blkg"
)
# Suffixes that are something else with a full stop and a name behind: St. Olga, Dr. Lowenstein.
_TITLES = word_set("st dr ct pl")


def _street(reading: Reading, place: int) -> Iterator[Hit]:
    """A street's name before its suffix."""
    said = word(reading, place)
    first = _first_of_name(reading, place)
    if first == place or _title(reading, place) or gap(reading, place).startswith((":", "-")):
        return
    if said in ("hwy", "highway", "route", "rt", "rte") and word(reading, place + 1).isdigit():
        return
    if (said in DOUBTFUL or said == "xing") and not _surely_named(reading, first, place):
        return
    if place - first == 1 and word(reading, first) in _NUMBERED_ROADS | _NO_NAME_ALONE:
        return
    if said in ("crossing", "xing") and word(reading, place - 1) in _CROSSED:
        return
    if all(
        has_digit(word(reading, here)) and not ORDINAL.fullmatch(word(reading, here))
        for here in range(first, place)
    ):
        return
    end = place
    after = word(reading, place + 1)
    if after in DIRECTIONS and len(after) <= 2 and gap(reading, place) == " ":
        end += after not in ("no", "so") and not gap(reading, place + 1).startswith("/")
    yield street_hit(reading, first, end, "street", 0.8, "name before a word for a street")
    yield from _both_sides(reading, first, end)


def _title(reading: Reading, place: int) -> bool:
    behind = gap(reading, place)
    before = word(reading, place - 1)
    plain = known(before) or name_facts(before).kind is Kind.WORD
    if word(reading, place) == "dr" and behind == " " and plain:
        return capital(reading, place + 1) and not known(word(reading, place + 1))
    if word(reading, place) == "st" and behind == " " and before in PLACE_WORDS:
        # CEMETERY ST BONIFACE
        return name_facts(word(reading, place + 1)).kind is Kind.NAME
    if word(reading, place) not in _TITLES or not behind.startswith("."):
        return False
    return behind == ". " and capital(reading, place + 1) and not known(word(reading, place + 1))


def _first_of_name(reading: Reading, place: int) -> int:
    first = place
    while first and place - first < 4 and joined(reading, first - 1):
        before = word(reading, first - 1)
        if before in NEVER or (before in SUFFIXES and place - first > 0):
            break
        if has_digit(before) and not ORDINAL.fullmatch(before):
            break
        if before not in DIRECTIONS and len(before) == 1:
            break
        if place - first >= 1 and not _goes_on(reading, first - 1):
            break
        first -= 1
    return first


def _goes_on(reading: Reading, place: int) -> bool:
    """Return whether a second or third word before the suffix still belongs to the name."""
    said = word(reading, place)
    if said in DIRECTIONS or not known(said):
        return True
    if reading.text.isupper():
        marked = gap(reading, place - 1).strip() in ("/", "&", ":", "|", "@", "-", ".", ",")
        return marked or any(word(reading, place - step) in ON for step in (1, 2)) or not place
    return capital(reading, place) and capital(reading, place + 1) and place > 0


def _surely_named(reading: Reading, first: int, place: int) -> bool:
    names = range(first, place)
    if word(reading, place) in ("pike", "walk") and place - first == 1:
        return word(reading, first - 1) in ON
    if any(not known(word(reading, here)) and len(word(reading, here)) > 1 for here in names):
        return not (place - first == 1 and word(reading, place) in ("run", "hill", "way", "place"))
    if any(ORDINAL.fullmatch(word(reading, here)) for here in names):
        return word(reading, place) not in ORDINAL_NOUNS
    if not capital(reading, first):
        return word(reading, first) in DIRECTIONS and place - first > 1
    shown = reading.text[reading.tokens[first].start : reading.tokens[place].end]
    if not shown.isupper():
        return capital(reading, place) and first > 0
    return word(reading, first - 1) in ON and word(reading, place) in _CAPS_OK


_CAPS_OK = word_set(
    "road street drive lane court circle place terrace trail loop highway pike way path"
)


def _both_sides(reading: Reading, first: int, end: int) -> Iterator[Hit]:
    """The other street of a crossing, on either side of ``/``, ``&``, ``@``, ``x`` or "and"."""
    start = across(reading, end, 1)
    far = street_end(reading, start) if start >= 0 else -1
    if far >= 0:
        yield street_hit(reading, start, far, "crossing", 0.75, "crosses a street")
    elif start >= 0:
        last = start
        if word(reading, start) in DIRECTIONS and joined(reading, start):
            last += 1
        if may_be_name(reading, last):
            yield street_hit(reading, start, last, "crossing", 0.75, "crosses a street")
    back = across(reading, first - 1, -1)
    if back >= 0 and may_be_name(reading, back):
        start = back
        if (word(reading, back - 1) in DIRECTIONS and joined(reading, back - 1)) or (
            joined(reading, back - 1) and not known(word(reading, back - 1))
        ):
            start -= 1
        yield street_hit(reading, start, back, "crossing", 0.75, "crosses a street")


def across(reading: Reading, left: int, step: int) -> int:
    """Return the place of the token on the other side of a crossing mark beside ``left``."""
    between = gap(reading, left).strip()
    other = left + 1 if step > 0 else left
    if between in ("/", "&", "@", "x"):
        return other if 0 <= other < len(reading.tokens) else -1
    middle = left + 1 if step > 0 else left
    if not between and word(reading, middle) in ("and", "at", "x"):
        if step < 0 and word(reading, middle) != "and":
            return -1
        other = middle + step
        free = not gap(reading, min(middle, other)).strip()
        return other if free and 0 <= other < len(reading.tokens) else -1
    return -1


def may_be_name(reading: Reading, place: int) -> bool:
    """Return whether a token could be a street's name beside a crossing mark."""
    said = word(reading, place)
    if ORDINAL.fullmatch(said):
        return True
    plain = said in NEVER or said in COUNTED or has_digit(said) or len(said) < 3
    return not plain and (not known(said) or capital(reading, place))


def _numbered(reading: Reading, place: int) -> Iterator[Hit]:
    """``5TH`` after a word for a place, and its crossing."""
    after, behind = word(reading, place + 1), gap(reading, place)
    if not behind.strip() and (after in ORDINAL_NOUNS or after in SUFFIXES):
        return
    before = word(reading, place - 1)
    crossed = behind.strip() in ("/", "&") or gap(reading, place - 1).strip() in ("/", "&", "@")
    if before in ("the", "her", "his", "my", "their", "a", "this") or before[:3] in _MONTHS:
        return
    if crossed or before in ON or before in DIRECTIONS:
        start = place - 1 if before in DIRECTIONS and joined(reading, place - 1) else place
        yield street_hit(reading, start, place, "numbered-street", 0.7, "ordinal as a street")
        yield from _both_sides(reading, start, place)


_MONTHS = word_set("jan feb mar apr may jun jul aug sep oct nov dec")


def _block(reading: Reading, place: int) -> Iterator[Hit]:
    """``1200 BLK OF E PALOMAR``: up to three words behind the block, which tells no house."""
    first = place + 1
    if word(reading, first) == "of":
        first += 1
    elif not (word(reading, place - 1).isdigit() and word(reading, place - 1).endswith("00")):
        return
    end = street_end(reading, first)
    if end < 0:
        here = first + 1 if word(reading, first) in DIRECTIONS else first
        while end < first + 3 and _block_word(reading, here, first):
            end, here = here, here + 1
            if not joined(reading, end):
                break
    if end >= first and word(reading, first) not in NEVER:
        yield street_hit(reading, first, end, "block", 0.85, "street of a block")
        yield from _both_sides(reading, first, end)


def _block_word(reading: Reading, place: int, first: int) -> bool:
    said = word(reading, place)
    if said in NEVER or said in ("occ", "occupied", "no") or not said:
        return False
    if (place <= first + 1 and word(reading, first) in DIRECTIONS) or place == first:
        return said.isalpha() or bool(ORDINAL.fullmatch(said))
    return said.isalpha() and not known(said)


def street_hit(
    reading: Reading, first: int, last: int, rule: str, score: float, reason: str
) -> Hit:
    """Return a hit from one token to another."""
    cut = reading.tokens
    return Hit(cut[first].start, cut[last].end, Entity.STREET, rule, score, reason)


CROSSING_RULES = (
    Rule(
        name="street",
        find=_street,
        words=SURE | DOUBTFUL,
        examples=Examples(
            finds=(
                "on [Chimney Swift Ct]",
                "heading to [marsh hen ln]",
                "near [TANAGER LN] / [COUNTY LINE RD]",
                "[W Kessler Blvd] closed",
                "off [Old Quarry Rd]",
                "AT [TUPELO AVE NE]",
                "[ELM ST]/[3RD]",
                "at [Shades Mill Rd] / [Cahaba Cutoff]",
                "X-ST: [TANAGER LN] / [COUNTY LINE RD]",
                "walking on [Birch Street] nb",
                "at [Mulvane Xing] again",
            ),
            ignores=(
                "down the street",
                "stopped at rail crossing",
                "OFC QUILLING ADVISING ROAD FLOODED",
                "VEH IN CEMETERY ST BONIFACE",
                "wrong way driver",
                "in the driveway of the house",
                "lane 2 blocked",
                "out of the way",
                "front drive is blocked",
                "side street",
                "hwy 26 at mp 44",
                "dirt road behind the barn",
                "at ST. LOUIS",
                "blocking RR xing, train stopped",
                "last seen hwy 41 s/b",
                "BLOCKING RT LN I-75",
                "reckless dr, gry sedan",
                "Pediatrician Dr Vosskamp",
            ),
        ),
    ),
    Rule(
        name="numbered-street",
        find=_numbered,
        numbers=True,
        lengths=(3, 4, 5),
        fits=ORDINAL.fullmatch,
        examples=Examples(
            finds=(
                "area of mercer and [18th]",
                "LEFT TWD [7TH]",
                "at [W 14th] and [copper]",
                "near [40th], two cars",
                "on [5TH] again",
                "from [S 82nd]",
            ),
            ignores=(
                "3rd time this week",
                "2nd floor",
                "on the 4th",
                "1st due eta 3",
                "2nd alarm",
                "fans on, 3rd since Mon",
            ),
        ),
    ),
    Rule(
        name="block",
        find=_block,
        words=frozenset({"blk", "block", "blks"}),
        examples=Examples(
            finds=(
                "1200 BLK OF [E PALOMAR]",
                "3300 block of [Cotswold Drive]",
                "4100 blk [Kessler]",
                "1800 blk of [Orchard Glen]",
                "600 BLOCK OF [W MAIN]",
                "the 200 block of [Fennel]",
            ),
            ignores=("half a block away", "4100 blk.", "blocks the road", "around the block"),
        ),
    ),
)
