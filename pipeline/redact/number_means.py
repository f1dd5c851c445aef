"""Says in small predicates what a number may mean: a time, a count, a dose, a unit.

In: a ``Number``. Out: yes or no. A predicate must never hold because a number is short where a word
before it says that it opens, pays, or houses somebody; that is looked at first, in ``numbers``.
"""

from __future__ import annotations

import re

from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.lexicon import is_bent_word
from pipeline.redact.number_forms import (
    CLOCK,
    GLUED_AMOUNT,
    HEIGHT,
    LETTERED,
    MONTH_OF_YEAR,
    PIECES,
    TERMS,
    YEAR,
)
from pipeline.redact.number_shape import FILLERS, MILITARY, UNIT_ID, Number
from pipeline.redact.number_words import (
    AGE_WORDS,
    CALIBRES,
    CALL_WORDS,
    COUNTED,
    COUNTED_BEFORE,
    DRUGS,
    FILED,
    HIGHWAYS,
    HOURS,
    MEASURES,
    NUMBERED,
    ON_CALL,
    PARTICIPANTS,
    PLACE_CUES,
    PLURALS_ASIDE,
    RUNS,
    SECRET_CUES,
    STATUTES,
    TICKETS,
    VITALS,
    YEAR_BEFORE,
)
from pipeline.redact.vocabulary import word_set

__all__ = [
    "block",
    "build",
    "calibre",
    "clock",
    "counted",
    "dose",
    "emergency",
    "glued",
    "highway",
    "keyed",
    "lettered",
    "measured",
    "military",
    "model",
    "money",
    "month",
    "numbered",
    "on_call",
    "page_key",
    "pieces",
    "run",
    "small",
    "speed",
    "statute",
    "tallied",
    "term",
    "ticket",
    "unit",
    "vital",
    "weight",
    "year",
]


def clock(number: Number) -> bool:
    """Return whether it is a time of the day with a colon, or with its half in one piece: 215pm."""
    return bool(CLOCK.fullmatch(number.shape) or _HALF_DAY.fullmatch(number.shape))


_HALF_DAY = re.compile(r"(?:1[0-2]|[1-9])[0-5]\d[ap]m")


def military(number: Number) -> bool:
    """Return whether it is a time of the day in four digits, and no house."""
    if not MILITARY.fullmatch(number.shape):
        return False
    word = number.tail == " " and number.after[0].isalpha() and not number.shape[-1].isalpha()
    # No house has a zero in front.
    if word and number.shape[0] != "0":
        # 1800 Elm is a house.
        kind = name_facts(number.after[0]).kind
        if kind is Kind.NAME or kind is Kind.MOSTLY_NAME or kind is Kind.UNKNOWN:
            return False
    told = number.after[0] in HOURS or number.before[0] not in _NO_TIME_AFTER
    return number.sign != "#" and told


_NO_TIME_AFTER = (
    PLACE_CUES
    | SECRET_CUES
    | frozenset(["ph", "phone", "cell", "tel", "ending", "ends", "last4", "four", "acct", "ref"])
)


def measured(number: Number) -> bool:
    """Return whether it is an amount of a unit or a count of something, from the word behind."""
    if number.value < 0 or len(number.shape) > 5 or number.shape[0] == "0":
        return number.shape == "0"
    if number.tail in _SENTENCE_ENDS and number.value > 99:
        # "with her in 118. Student id"
        return False
    if number.after[0] in _SHORT_MEASURES and number.value >= 200:
        return False
    return number.after[0] in MEASURES or number.after[0] in COUNTED


_SENTENCE_ENDS = frozenset({".", ";", "\n"})
_SHORT_MEASURES = word_set(
    "in a c f h s m g j k v l d r w x t inside outside other others more total"
)


def counted(number: Number) -> bool:
    """Return whether it is a count of what stands behind in the plural."""
    word = number.after[0]
    many = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return 0 <= number.value < 1000 and many and word not in PLURALS_ASIDE and number.tail == " "


def glued(number: Number) -> bool:
    """Return whether it is an amount with its unit, or an age, in one piece."""
    found = GLUED_AMOUNT.fullmatch(number.shape)
    if found is None:
        return False
    unit = found.group(2)
    return unit in MEASURES or unit in COUNTED or unit in AGE_WORDS or unit in {"y/o", "hrs", "z"}


def unit(number: Number) -> bool:
    """Return whether it is a unit on a call: E12, 2B14."""
    return bool(UNIT_ID.fullmatch(number.shape)) and number.before[0] not in PLACE_CUES - {"unit"}


def numbered(number: Number) -> bool:
    """Return whether it is one of numbered things: ENGINE 114."""
    small = len(number.shape) <= 4 and number.shape[0].isdigit()
    return small and number.before[0] in NUMBERED and not (number.broken and number.value > 99)


def lettered(number: Number) -> bool:
    """Return whether it is a numbered thing in one piece: RP1, I95."""
    found = LETTERED.fullmatch(number.shape)
    if found is None:
        return False
    head, digits = found.groups()
    return (head in NUMBERED or head in HIGHWAYS or head in PARTICIPANTS) and len(digits) <= 3


def highway(number: Number) -> bool:
    """Return whether it is a highway's number."""
    return number.before[0] in HIGHWAYS and 0 < number.value < 1000


def vital(number: Number) -> bool:
    """Return whether it is a reading after the word for it."""
    near, far = number.before
    said = near in VITALS or (far in VITALS and near in FILLERS | {"now", "at", "down", "up"})
    return said and 0 <= number.value < (1_000_000 if near in _COUNTERS else 1000)


_COUNTERS = frozenset({"odo", "odometer", "mileage", "elev", "elevation", "flow"})
_SIZES = frozenset({"150", "250", "350", "450", "1500", "2500", "3500"})
_TRUCKS = word_set(
    "ford ram dodge chevy gmc silverado sierra f chev express econoline truck pickup maroon white"
    " black red blue silver gray grey green tan brown gold"
)


def model(number: Number) -> bool:
    """Return whether it is a truck's size."""
    return number.shape in _SIZES and number.before[0] in _TRUCKS


def weight(number: Number) -> bool:
    """Return whether it is a weight behind a height."""
    near, far = number.before
    tall = bool(HEIGHT.fullmatch(near)) or (
        far in {"4", "5", "6"} and near.isdigit() and len(near) < 3
    )
    return tall and 80 <= number.value <= 450


def pieces(number: Number) -> bool:
    """Return whether it is words and small numbers typed together."""
    if not number.shape.isalnum():
        return False
    pieces = PIECES.findall(number.shape)
    letters = [piece for piece in pieces if piece.isalpha()]
    digits = [piece for piece in pieces if piece.isdigit()]
    if any(len(piece) > 3 and not MILITARY.fullmatch(piece) for piece in digits):
        return False
    if len(pieces) == 2 and digits[:1] != pieces[:1] and letters[0] not in _LED:
        # SALMON7 is a plate on somebody's car.
        return letters[0] in {"contact", "witness", "caller", "victim", "driver", "party"}
    telling = any(len(piece) > 3 or piece in _TELLING for piece in letters)
    return telling and all(_known(piece) for piece in letters)


_TELLING = (MEASURES | COUNTED | NUMBERED | VITALS) - word_set(
    "f c x r m a b t e l h d s v j k g p i"
)


_LED = (NUMBERED | VITALS | PARTICIPANTS) & (_TELLING | PARTICIPANTS)


def _known(piece: str) -> bool:
    if piece in _TELLING:
        return True
    kind = name_facts(piece).kind
    return len(piece) > 1 and (kind is Kind.WORD or (kind is Kind.UNKNOWN and is_bent_word(piece)))


def year(number: Number) -> bool:
    """Return whether it is a year."""
    if not YEAR.fullmatch(number.shape):
        return False
    return number.after[0].isalpha() or number.before[0] in YEAR_BEFORE or number.shape >= "2010"


def speed(number: Number) -> bool:
    """Return whether it is a speed, or the limit it is compared to."""
    near, far = number.before
    on_left = number.after[0] == "in" and (number.after[1] == "a" or number.after[1][:1].isdigit())
    on_right = near == "a" and far == "in"
    return 0 <= number.value < 200 and (on_left or on_right)


def block(number: Number) -> bool:
    """Return whether it is a block's number."""
    return number.value >= 0 and number.after[0] in {"blk", "block", "blks", "hundred", "hblk"}


def money(number: Number) -> bool:
    """Return whether it is an amount of money."""
    return number.sign == "$" or number.after[0] in {"dollars", "bucks", "usd", "cents"}


def small(number: Number) -> bool:
    """Return whether it is a small number."""
    return 0 <= number.value < 100 and not number.shape.startswith("00")


def emergency(number: Number) -> bool:
    """Return whether it is a number of emergency or public lines."""
    called = CALL_WORDS & {*number.before, *number.after}
    return number.shape in {"911", "811", "988", "311", "211", "511"} or bool(
        number.shape == "9-1-1" or (number.shape == "9.1.1" and called)
    )


def term(number: Number) -> bool:
    """Return whether it is a word that is written with a digit: SPO2, W3W, G3P2, F150."""
    return TERMS.fullmatch(number.shape) is not None


def calibre(number: Number) -> bool:
    """Return whether it is a calibre written with a point before it: ``.308``."""
    return number.point and number.shape in CALIBRES


def dose(number: Number) -> bool:
    """Return whether it is an amount of a drug that stands beside it."""
    beside = number.before[0] in DRUGS or number.after[0] in DRUGS
    return beside and 0 <= number.value <= 10_000


def on_call(number: Number) -> bool:
    """Return whether it is a unit, from what units do: 614 ENRT."""
    doing = number.after[0] in ON_CALL and number.tail == " "
    return doing and 0 < number.value < 10_000 and number.before[0] not in _WITHIN


_WITHIN = frozenset({"in", "at", "from", "of", "by", "house", "address"})


def run(number: Number) -> bool:
    """Return whether it is the number of a call or a report, which names nobody: INC F26-004418."""
    near = _numbered_by(number)
    if near in _CALLS or near in FILED:
        return _OF_A_CALL.fullmatch(number.shape) is not None
    return near in RUNS and (number.shape[0].isdigit() or bool(_OF_A_RUN.fullmatch(number.shape)))


def ticket(number: Number) -> bool:
    """Return whether it is the number of a ticket or a citation: TKT 44172."""
    near = _numbered_by(number)
    return near in TICKETS and _OF_A_TICKET.fullmatch(number.shape) is not None


def _numbered_by(number: Number) -> str:
    """Return the word that says what a number is of; nothing when it is too long or parted."""
    if number.tail == "-" or _LENGTHY.search(number.shape) or (number.broken and not number.colon):
        return ""
    near, far = number.before
    return far if near in _NUMBER else near


_NUMBER = frozenset({"no", "number", "num", "nbr"})
_CALLS = frozenset({"call", "calls"})
# So many digits are rather a telephone's or an account's, whatever they are called.
_LENGTHY = re.compile(r"\d{9}|\d(?:-?\d){9}")
_OF_A_TICKET = re.compile(r"\d{3,7}|(?!\d{3}-\d{4}\Z)\d{2,5}-\d{1,7}")
# The letters are an agency's, the first digits the year.
_OF_A_RUN = re.compile(r"[a-z]{1,4}-?(?:20)?[23]\d-?\d{3,6}")
_OF_A_CALL = re.compile(r"(?:20)?[23]\d-\d{4,7}")


def statute(number: Number) -> bool:
    """Return whether it is a section of a law: PC 459."""
    return number.before[0] in STATUTES and 100 <= number.value < 100_000 and not number.broken


def month(number: Number) -> bool:
    """Return whether it is a month of these years."""
    return MONTH_OF_YEAR.fullmatch(number.shape) is not None


def tallied(number: Number) -> bool:
    """Return whether it is a count of what stands before it: PHOTOS 118."""
    return number.before[0] in COUNTED_BEFORE and 0 <= number.value < 10_000 and not number.broken


def keyed(number: Number) -> bool:
    """Return whether it is a numbered word that is a key or begins a line: ``CALLBACK1:``."""
    found = LETTERED.fullmatch(number.shape)
    if found is None or len(found[2]) > 2 or number.tail not in {":", "=", "|", ">"}:
        return False
    return name_facts(found[1]).kind is Kind.WORD


def page_key(number: Number) -> bool:
    """Return whether it is ordinary words and a small number, a page's key: ``VICTIM_1_DOB:``."""
    parts = number.shape.split("_")
    if len(parts) < 2 or number.tail not in {":", "=", "|", ">"}:
        return False
    return parts[0].isalpha() and all(map(_of_a_key, parts))


def _of_a_key(part: str) -> bool:
    if part.isdigit():
        return len(part) < 3
    return name_facts(part).kind is Kind.WORD


def build(number: Number) -> bool:
    """Return whether it is a height in feet and inches, or a weight, behind what describes."""
    near, far = number.before
    if near in _DESCRIBED and not number.broken:
        return _FEET.fullmatch(number.shape) is not None
    tall = far in _DESCRIBED and _FEET.fullmatch(near) is not None
    return tall and 80 <= number.value <= 450 and not number.broken


# White male, black female, Hispanic, Asian.
_DESCRIBED = word_set("wm wf bm bf hm hf am af w/m w/f b/m b/f h/m h/f")
_FEET = re.compile(r"[4-6](?:0\d|1[01])")
