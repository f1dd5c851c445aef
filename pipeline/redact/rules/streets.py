"""Finds house numbers with their streets, streets alone, and crossings.

In: readings. Out: hits of ADDRESS and STREET. The number of a hundred block stays readable, its
street does not. Numbered highways and mile markers are public. It must never take words across a
full stop, and never a street word that is an ordinary word where it stands ("down the street").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["STREET_RULES"]

_SUFFIX = word_set(
    "aly alley ave av aven avenue bch bend bnd blf blvd blv boulevard bridge brg brook canyon cir"
    " circle cl close cor court courts cove crossing crk creek cres crescent crst crest ct cts cv"
    " dr drv drive driv est estates expy expressway ext fld flats frwy freeway ferry gardens gdns"
    " glen gln grove grv harbor hbr heights hts hill hl hills hollow holw hwy highway is island"
    " knl knoll knls landing lndg lane ln loop lp manor mnr meadow mdw meadows mdws mews mill"
    " nest pass path pike pkwy parkway pl place plaza plz point pt ridge rdg rd road row rte"
    " route run"
    " spur sq square st str street terr ter terrace tpke turnpike trace trce trl trail trls walk"
    " way wy"
    " xing yard alleyway lk lake lks view vw villa vlg village vista vis"
)
# Of these, only where a house number or a capital name makes a street of them.
_WEAK = word_set(
    "bend bridge brook canyon close cor court courts cove crossing creek crest drive est estates"
    " ext"
    " ferry flats fld gardens glen grove harbor heights hill hills hollow is island knoll landing"
    " lane loop manor meadow meadows mews mill nest pass path pike place plaza point pt ridge road"
    " route row run rte spur square st street terrace trace trail walk way yard alley alleyway view"
    " villa village vista lake lk pl dr circle highway hwy freeway park cl str vis vw hl is"
)
_DIRECTION = word_set("n s e w ne nw se sw north south east west no so northeast northwest")
_NEVER_IN_NAME = word_set(
    "a across adv advised advises all along am an and any approx are around as at away back be"
    " been behind blk block"
    " blocked blocking blocks block's between but by came can caller calling car cars caused"
    " crash cross crossing down each every"
    " for from front going gone gray green half has have he her his heading hit i if in inside"
    " into is it just lane lanes left"
    " leaving like lives male man me mi miles min mins my near next no nobody not of off on onto"
    " opposite or other our out"
    " outside over parked past pm private public reports right rp runs same says saw says she"
    " side sitting somebody "
    " someone standing states still street that the their them then there they this thru to took"
    " toward towards turned twd under until up"
    " us veh vehicle vehicles walking walked wants was way we went were west-bound when where"
    " which while who will with"
    " woman wrong x yards you your dead busy icy wet narrow steep main dirt gravel one two three"
    " four five access service"
    " frontage bike hiking walking jogging nature emergency request req ref reference hrs hr mph"
    " ft feet lbs"
    " eng engine medic m1 unit units truck station sta ladder squad bc battalion alarm zone"
    " yo yof yom year years male female subj subjs subjects pt pts people persons party parties"
    " juv juvs"
)
_COUNTED = word_set(
    "acres adults alarms ambulances am pm beers blks blocks boxes bullets callers calls cars"
    " casings cats"
    " cc children cites cows customers days degrees dogs doors dollars engines fire ft feet females"
    " floors gal gallons girls boys guns guys hours hr hrs inches in juvs juveniles kids lanes lbs"
    " ladies males men mg miles mi min mins minutes ml month months mos mph occ occs occupants"
    " officers of out outs patients pct people persons pounds ppl ppm psi pt pts puffs rounds rds"
    " sec secs seconds shots spots stories story students subj subjects subjs suspects tabs tickets"
    " times trees trucks units vehs vehicles veh vehs victims warrants warns weeks wks women"
    " yards yds years yo yof yom yr yrs"
    " y/o hang hangups x blk block hundred th st nd rd percent priors prior more or and to"
)
_UNITS = word_set(
    "alarm ambulance apt battalion bc beat bldg box c car ch channel code cruiser e eng engine"
    " exit fl floor fs grid"
    " helo hwy i interstate k9 l ladder level line lot lvl m map medic mm mp mile mi p page pri"
    " priority"
    " pump r rescue route rte rm room ru seq squad sr st sta stage station step t tac tanker tower"
    " truck unit us utility wt zone # br brush q quint x phase ext sector op op# opr case ref sp"
    " spc space"
)
_CUES = word_set(
    "at @ from addr address adrs loc location located near of f/o fo lives house res residence"
    " resident"
    " to behind front home outside inside staying number xst in vicinity resp"
)
_ORDINAL_NOUNS = word_set(
    "alarm attempt avail call caller callback chance child class crew day degree dist district div"
    " division due eng engine fl flat floor flr full gen generation grade grader hand hour house"
    " in lane level line"
    " load lot man medic month of offense one party pct percentile person place pt quarter rd"
    " req request ring"
    " row set shift shot side sgt sister son stage story street stall step story team time times"
    " trip truck"
    " try tues tx unit us veh vehicle victim warning watch week wife year yr of rdg reading grd"
    " annual brother"
)
_HOUSE = re.compile(
    r"(?:[nsew]\d{1,3}\s?[nsew]\s?)?[nsew]?\d{1,6}(?:\s?(?:½|¼|1/2|1/4)|\s?-\s?\d{1,4}|\.5"
    r"|\s?/\s?\d{1,2}(?=\s)|-?[a-z])?(?![\w/])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)", re.IGNORECASE)
_GRID = re.compile(r"(?:[nsew]\d{2,6}|[nsew]\d{1,3}[nsew]\d{2,6})", re.IGNORECASE)
_SPOKEN = word_set(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " oh zero"
)
_NAME_WORDS = 4


def _gap(reading: Reading, left: int) -> str:
    cut = reading.tokens
    return reading.text[cut[left].end : cut[left + 1].start] if left + 1 < len(cut) else "\n\n"


def _joined(reading: Reading, left: int) -> bool:
    """Say whether a token and the next one stand together: a space, a hyphen, an initial's dot."""
    gap = _gap(reading, left)
    return gap in (" ", "-", ". ", "  ", "\t", "") and not (
        gap == ". " and len(reading.tokens[left].word) > 2
    )


def _street_end(reading: Reading, first: int) -> int | None:
    """Return the place of the suffix that ends a street's name begun at ``first``, or None."""
    cut = reading.tokens
    for step in range(_NAME_WORDS):
        place = first + step
        if place >= len(cut) or (step and not _joined(reading, place - 1)):
            return None
        word = cut[place].word
        if step and word in _SUFFIX:
            return _with_direction(reading, place)
        if word in _NEVER_IN_NAME and word not in _DIRECTION:
            return None
    return None


def _with_direction(reading: Reading, place: int) -> int:
    """Take suffixes and directions that follow a suffix: ``AVE NE``, ``BLUFF RD``."""
    cut = reading.tokens
    for _ in range(2):
        after = place + 1
        if after >= len(cut) or not _joined(reading, place):
            break
        if cut[after].word not in _DIRECTION and cut[after].word not in _SUFFIX:
            break
        place = after
    return place


def _house_number(reading: Reading, place: int) -> Iterator[Hit]:
    cut, text = reading.tokens, reading.text
    token = cut[place]
    found = _HOUSE.match(text, token.start)
    if found is None or found.end() < token.end or _other_number(reading, place):
        return
    first = next((i for i in range(place + 1, len(cut)) if cut[i].start >= found.end()), len(cut))
    if first >= len(cut) or text[found.end() : cut[first].start].strip(" \t"):
        if _grid(token.word) or _at_an_address(reading, place):
            yield _address(token.start, found.end(), "house number alone")
        return
    end = _street_end(reading, first)
    if end is None:
        end = _bare_street_end(reading, place, first)
    if end is not None:
        yield _address(token.start, cut[end].end, "number and street")
    elif _grid(token.word):
        yield _address(token.start, found.end(), "rural grid number")


def _other_number(reading: Reading, place: int) -> bool:
    """Say whether the number belongs to the word before it, or counts what follows."""
    before = reading.tokens[place - 1].word if place else ""
    after = reading.tokens[place + 1].word if place + 1 < len(reading.tokens) else ""
    glued = place > 0 and reading.text[reading.tokens[place - 1].end : reading.tokens[place].start]
    if place and glued in (":", "/", ".", "-", "'") and before[-1:].isdigit():
        return True
    return (before in _UNITS and glued in (" ", "-", "")) or after in _COUNTED


def _grid(word: str) -> bool:
    return bool(_GRID.fullmatch(word)) and len(word) >= 5


def _at_an_address(reading: Reading, place: int) -> bool:
    """A lone number of three to five digits after "house number", "address", "fire no"."""
    words = [token.word for token in reading.tokens[max(0, place - 3) : place]]
    return bool(words) and (
        words[-1] in {"addr", "address", "house", "number"}
        or words[-2:] in (["fire", "no"], ["house", "no"])
    )


def _bare_street_end(reading: Reading, place: int, first: int) -> int | None:
    """A street without suffix: after a direction, or an unknown word, or words after "at"."""
    cut = reading.tokens
    directed = cut[first].word in _DIRECTION and first + 1 < len(cut) and _joined(reading, first)
    start = first + 1 if directed else first
    cued = place > 0 and (cut[place - 1].word in _CUES)
    end = None
    for step in range(3):
        here = start + step
        if here >= len(cut) or (step and not _joined(reading, here - 1)):
            break
        word = cut[here].word
        known = word in vocabulary()
        if (
            word in _NEVER_IN_NAME
            or word in _COUNTED
            or not (word.isalpha() or _ORDINAL.fullmatch(word) or directed)
        ):
            break
        if (known and not (directed or cued)) or (known and step and not _capital(reading, here)):
            break
        if known and not directed and step == 0 and not _capital(reading, here):
            break
        end = here
        if not directed and not cued and step == 1:
            break
    return end


def _capital(reading: Reading, place: int) -> bool:
    return reading.text[reading.tokens[place].start].isupper()


def _street(reading: Reading, place: int) -> Iterator[Hit]:
    """A street's name before its suffix, without a house number."""
    cut = reading.tokens
    word = cut[place].word
    first = place
    while first > 0 and place - first < 3 and _joined(reading, first - 1):
        before = cut[first - 1].word
        if before in _NEVER_IN_NAME and before not in _DIRECTION:
            break
        if not (before.isalpha() or _ORDINAL.fullmatch(before) or "'" in before):
            break
        first -= 1
        if word in _WEAK and before in vocabulary() and not _capital(reading, first):
            first += 1
            break
    if first == place:
        return
    if (
        word in _WEAK
        and all(cut[i].word in vocabulary() for i in range(first, place))
        and not (
            (_capital(reading, place) and _capital(reading, first) and not reading.text.isupper())
            or word
            in {
                "rd",
                "ave",
                "blvd",
                "ln",
                "hwy",
                "pkwy",
                "dr",
                "ct",
                "cir",
                "ter",
                "trl",
                "pl",
                "rte",
            }
            or _ORDINAL.fullmatch(cut[place - 1].word)
            or (reading.text.isupper() and _cued_street(reading, first))
        )
    ):
        return
    if (
        word in {"hwy", "highway", "rte", "route", "st", "dr", "pt", "is"}
        and place - first == 1
        and cut[first].word in {"us", "state", "county", "the", "pt"}
    ):
        return
    end = _with_direction(reading, place)
    yield Hit(
        cut[first].start, cut[end].end, Entity.STREET, "street", 0.8, "name before a street word"
    )
    yield from _crossing(reading, first, end)


def _cued_street(reading: Reading, first: int) -> bool:
    return first > 0 and reading.tokens[first - 1].word in {
        "on",
        "at",
        "and",
        "from",
        "of",
        "near",
        "off",
        "to",
        "twd",
        "onto",
    }


def _crossing(reading: Reading, first: int, end: int) -> Iterator[Hit]:
    """The other street of a crossing, on either side of ``/``, ``&``, ``@`` or "and"."""
    cut, text = reading.tokens, reading.text
    if end + 1 < len(cut):
        gap = text[cut[end].end : cut[end + 1].start].strip()
        start = end + 1
        if not gap and cut[start].word in {"and", "at"}:
            start += 1
        elif gap not in ("/", "&", "@", "x"):
            start = len(cut)
        last = start
        while (
            last + 1 < len(cut)
            and last - start < 1
            and _joined(reading, last)
            and cut[last].word in _DIRECTION
        ):
            last += 1
        if (
            start < len(cut)
            and cut[start].word not in _NEVER_IN_NAME
            and cut[last].word not in _NEVER_IN_NAME
        ):
            yield Hit(
                cut[start].start, cut[last].end, Entity.STREET, "crossing", 0.75, "crosses a street"
            )
    if first > 0:
        gap = text[cut[first - 1].end : cut[first].start].strip()
        back = first - 1
        if not gap and cut[back].word == "and":
            back -= 1
        elif gap not in ("/", "&"):
            return
        if back >= 0 and cut[back].word not in _NEVER_IN_NAME:
            start = (
                back - 1
                if back and cut[back - 1].word in _DIRECTION and _joined(reading, back - 1)
                else back
            )
            yield Hit(
                cut[start].start, cut[back].end, Entity.STREET, "crossing", 0.75, "crosses a street"
            )


def _numbered_street(reading: Reading, place: int) -> Iterator[Hit]:
    cut = reading.tokens
    word = cut[place].word
    if not _ORDINAL.fullmatch(word):
        return
    after = cut[place + 1].word if place + 1 < len(cut) else ""
    gap = _gap(reading, place).strip()
    if after in _SUFFIX or (not gap and after in _ORDINAL_NOUNS):
        return
    before = cut[place - 1].word if place else ""
    months = before[:3] in {
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    }
    if months or before in {"the", "her", "his", "my", "their", "a", "this"}:
        return
    if (
        before in _DIRECTION
        or before
        in {"on", "and", "at", "twd", "toward", "near", "of", "to", "from", "off", "&", "area"}
        or gap in ("/", "&")
    ):
        start = place - 1 if before in _DIRECTION and _joined(reading, place - 1) else place
        yield Hit(
            cut[start].start,
            cut[place].end,
            Entity.STREET,
            "numbered-street",
            0.7,
            "ordinal as a street",
        )
        yield from _crossing(reading, start, place)


def _block(reading: Reading, place: int) -> Iterator[Hit]:
    """``1200 BLK OF E PALOMAR``: the block's number stays, up to three words after it go."""
    cut = reading.tokens
    first = place + 1
    if first < len(cut) and cut[first].word == "of":
        first += 1
    elif not (place and cut[place - 1].word.isdigit()):
        return
    last = None
    for here in range(first, min(first + 4, len(cut))):
        if here > first and not _joined(reading, here - 1):
            break
        word = cut[here].word
        if (word in _NEVER_IN_NAME - {"main"} and word not in _DIRECTION) or not (
            word.isalpha() or _ORDINAL.fullmatch(word) or "'" in word
        ):
            break
        last = here
        if word in _SUFFIX and here > first:
            break
    if last is not None:
        yield Hit(
            cut[first].start, cut[last].end, Entity.STREET, "block", 0.85, "street of a block"
        )


def _rural(reading: Reading, place: int) -> Iterator[Hit]:
    found = _RURAL.match(reading.text, reading.tokens[place].start)
    if found:
        yield _address(found.start(), found.end(), "rural route or box")


def _spoken_house(reading: Reading, place: int) -> Iterator[Hit]:
    cut = reading.tokens
    if place and cut[place - 1].word in _SPOKEN:
        return
    last = place
    while last + 1 < len(cut) and _joined(reading, last) and cut[last + 1].word in _SPOKEN:
        last += 1
    end = _street_end(reading, last + 1) if last + 1 < len(cut) and _joined(reading, last) else None
    if end is not None and (last > place or cut[end].word in _SUFFIX):
        yield _address(cut[place].start, cut[end].end, "number in words and street")


def _address(start: int, end: int, reason: str) -> Hit:
    return Hit(start, end, Entity.ADDRESS, "address", 0.9, reason)


_RURAL = re.compile(
    r"(?:r\.?r\.?|rt|rural route|star rt|hc)\s?#?\d{1,4}[,\s]{1,2}box\s?#?\d{1,5}(?:-?[a-z])?"
    r"|(?:p\.?\s?o\.?\s?b(?:ox)?|pob|box)\s?#?\s?\d{1,6}",
    re.IGNORECASE,
)

STREET_RULES = (
    Rule(
        name="address",
        find=_house_number,
        numbers=True,
        examples=Examples(
            finds=(
                "at [412 N HARBOR ST] apt 4",
                "LIVES AT [W1180 Marsh Rd]",
                "[6021 Larkmead Terrace] last night",
                "seen at [507 1/2 s cottonmouth bayou rd]",
                "[12-34 56th Ave] side door",
                "[2750 n tamarack]. super on scene",
            ),
            ignores=(
                "3 cars on fire",
                "medic 43 en route",
                "2 men fighting",
                "55 mph in a 35",
                "40 acres of brush",
            ),
        ),
    ),
    Rule(
        name="address-spoken",
        find=_spoken_house,
        words=_SPOKEN,
        examples=Examples(
            finds=(
                "lives at [twenty-two Ferris Lane] upstairs",
                "burglary at [six one one Corduroy Lane], customer",
                "[four twelve elm street]",
                "at [nine oh two Sorrel Court]",
                "[one eleven Kessler Avenue] porch",
                "[eighteen Birch Street] again",
            ),
            ignores=(
                "two men in the street",
                "one lane blocked",
                "three kids on bikes",
                "ten four",
            ),
        ),
    ),
    Rule(
        name="street",
        find=_street,
        words=_SUFFIX,
        examples=Examples(
            finds=(
                "on [Chimney Swift Ct]",
                "heading to [marsh hen ln]",
                "near [TANAGER LN] / [COUNTY LINE RD]",
                "[W Kessler Blvd] closed",
                "off [Old Quarry Rd]",
                "AT [TUPELO AVE NE]",
            ),
            ignores=(
                "down the street",
                "wrong way driver",
                "in the driveway of the house",
                "lane 2 blocked",
                "out of the way",
            ),
        ),
    ),
    Rule(
        name="numbered-street",
        find=_numbered_street,
        numbers=True,
        examples=Examples(
            finds=(
                "area of mercer and [18th]",
                "LEFT TWD [7TH]",
                "at [W 14th] and [copper]",
                "near [40th], two cars",
                "on [5TH] again",
                "from [S 82nd]",
            ),
            ignores=("3rd time this week", "2nd floor", "on the 4th", "1st due eta 3", "2nd alarm"),
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
    Rule(
        name="rural",
        find=_rural,
        words=frozenset({"rr", "rt", "rural", "star", "hc", "po", "p", "pob", "box"}),
        examples=Examples(
            finds=(
                "[RR 2 BOX 96] past the church",
                "[Rt 4 Box 31-A]",
                "[PO BOX 114]",
                "billing [POB 1180]",
                "[HC 63 Box 12]",
                "mail to [P.O. Box 77]",
            ),
            ignores=("box of ammo", "rt lane blocked", "po on scene", "rural area"),
        ),
    ),
)
