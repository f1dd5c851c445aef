"""Finds licence plates that no word announces, beside a vehicle or a state.

In: readings. Out: hits of PLATE. A plate is one to three short groups of letters and digits, five
to eight characters in all, with both in it. It must never take a unit, a vehicle's year or model,
or a time for one. Plates after a word for them are in ``after.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.shapes import PHONETIC, STATES, compiled
from pipeline.redact.rules.street_words import COUNTED, NEVER, SUFFIXES
from pipeline.redact.rules.streets import ORDINAL
from pipeline.redact.rules.walk import gap, has_digit, known, word
from pipeline.redact.vehicle_words import VEHICLES
from pipeline.redact.vocabulary import word_set

__all__ = ["LONGEST", "NO_GROUP", "PLATE_RULES", "SHORTEST", "STATE_MARKS", "plain_group"]

_STATE_NAMES = word_set(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia"
    " hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts"
    " michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon"
    " pennsylvania tennessee texas utah vermont virginia washington wisconsin wyoming dakota"
    " jersey mexico york carolina calif tenn mass alberta ontario quebec manitoba saskatchewan"
    " scotia brunswick columbia newfoundland yukon nunavut baja sonora chihuahua tamaulipas"
)
# Two letters that are words more often than states.
_DOUBTED = word_set("in or me hi ok la id al co de pa ma oh md")
# Those of Canada that are no words of dispatch.
_PROVINCES = word_set("ab qc sk")
STATE_MARKS = (STATES - _DOUBTED) | _STATE_NAMES | _PROVINCES
_NEAR = VEHICLES | STATE_MARKS
NO_GROUP = word_set(
    "nb sb eb wb mph hrs hr min yo yof yom occ occs mm mp ft lb lbs in on at and or to of the"
    " for am pm is was has w x no hwy sr us rd st ave exit lane veh vehs unit eta mi mo m f dob"
    " cb ph rp"
)
NO_GROUP |= word_set(
    "ua gone arr os clr loc inc enr uta blk eng ppm abt opn fr psi gal bc bms ped juv dmg slvr"
    " adv eta gry il cam cams lpr twr tower pct day days"
)
_CUES = word_set("plate plates tag tags lp plt reg commercial temp antique front rear")
_ANNOUNCING = STATE_MARKS | _CUES
_NEVER_FIRST = word_set("is no on at in of to for and or was w x mm mp hwy sr us rt eta occ")
LONGEST = 8
SHORTEST = 5
_REACH = 7
# A dot in the middle is read as a full stop.
_GLUES = frozenset((" ", "-", "."))
_VANITY = re.compile(
    r"(?:\s(?:is|of|reads?|says))?\s?[:=]?\s?[\"\u201c']?(?P<v>[A-Z]{3,7})[\"\u201d']?(?=[\s]?[,.;)\n\"]|$)"
)
_BEGUN = re.compile(
    r"\s(?:starts?|begins?|starting|beginning|ends?|ending)\s(?:w/\s?|with\s|in\s)?"
    r"(?P<v>[a-z\d]{2,7})(?!\w)|\s(?P<p>(?!no\s|is\s|was\s|the\s|unk\s|only\s)[a-z]{2,4})\spartial(?!\w)",
    re.IGNORECASE,
)
_NO_VANITY = word_set(
    "unk unknown none exp expired obscured no na not visible yes ran run neg clear stolen valid"
    " covered missing obs dmv ncic gone off"
)


def _plate(reading: Reading, place: int) -> Iterator[Hit]:
    """Look from a vehicle's word ahead, and from a state to both sides."""
    words, gaps = reading.words, reading.gaps
    reach = _REACH if words[place] in VEHICLES else 3
    if words[place] in STATE_MARKS:
        for here in range(max(0, place - 2), place):
            if has_digit(words[here]):
                yield from _plate_at(reading, here)
    for here in range(place + 1, min(place + 1 + reach, len(words))):
        if gaps[here].startswith(_APART):
            return
        if has_digit(words[here]):
            yield from _plate_at(reading, here)


_APART = (". ", "; ", "\n")


def _vanity(reading: Reading, place: int) -> Iterator[Hit]:
    """``plate GRUMPY,`` where the text is not in capitals anyway."""
    begun = _BEGUN.match(reading.text, reading.tokens[place].end)
    if begun:
        group = begun.lastgroup or "v"
        yield Hit(*begun.span(group), Entity.PLATE, "vanity", 0.7, "how a plate begins")
    if reading.text.isupper() or reading.text.islower():
        return
    found = _VANITY.match(reading.text, reading.tokens[place].end)
    if found and found["v"].lower() not in _NO_VANITY | STATES:
        yield Hit(
            *found.span("v"), Entity.PLATE, "vanity", 0.7, "capitals after a word for a plate"
        )


def _spelled(reading: Reading, place: int) -> Iterator[Hit]:
    """``4 boy union 9 1 7``: letters said by their words, and digits, with no word before them."""
    if word(reading, place - 1) in _PHONETIC_WORDS and place:
        return
    first = place - 1 if place and word(reading, place - 1).isdigit() else place
    found = compiled("spelled-plate").match(reading.text, reading.tokens[first].start)
    if found is None:
        return
    said = found.group().lower().replace("-", " ").replace(",", " ").split()
    letters = sum(each in _PHONETIC_WORDS for each in said)
    digits = "".join(each for each in said if each.isdigit())
    # "papa kilo 5126": the digits may come as one number.
    whole = letters in (2, 3) and len(digits) in (3, 4) and len(said) == letters + 1
    if (letters > 1 and len(said) - letters > 1 and len(said) >= SHORTEST) or whole:
        yield Hit(*found.span(), Entity.PLATE, "plate-said", 0.7, "letters said by their words")


_PHONETIC_WORDS = frozenset(re.findall(r"[a-z]{3,}", PHONETIC)) - {"ray"}


def _plate_at(reading: Reading, place: int) -> Iterator[Hit]:
    for left, right in _SPANS:
        first, last = place - left, place + right
        if first < 0 or last >= len(reading.tokens) or not _shaped(reading, first, last):
            continue
        if _beside_vehicle(reading, first, last):
            cut = reading.tokens
            last = _with_tail(reading, first, last)
            span = cut[first].start, cut[last].end
            yield Hit(*span, Entity.PLATE, "plate-shape", 0.7, "beside a car")
            return


_SPANS = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (1, 2))


def _shaped(reading: Reading, first: int, last: int) -> bool:
    """Return whether the tokens look like one plate."""
    groups = reading.words[first : last + 1]
    if not SHORTEST <= sum(map(len, groups)) <= LONGEST:
        return False
    glues = [gap(reading, here) for here in range(first, last)] if last > first else []
    if any(glue not in _GLUES for glue in glues):
        return False
    if glues and groups[0] in _CUES:
        return False
    if glues and ((groups[0] in STATE_MARKS and glues[0] == " ") or ORDINAL.fullmatch(groups[-1])):
        return False
    if "." in glues and not all(map(has_digit, groups)):
        return False
    whole = "".join(groups)
    letters = sum(map(str.isalpha, whole))
    if not (0 < letters < len(whole) and whole.isalnum()):
        return False
    if not whole.isascii() or any(each in VEHICLES for each in groups):
        return False
    before = word(reading, first - 1)
    announced = before in _ANNOUNCING or (before in VEHICLES and len(groups[0]) > 1)
    split = _split_plate(groups) or _three_and_three(groups) or _mixed_and_letters(groups)
    if announced and len(groups) > 1 and split:
        return True
    spaced = [each for each, glue in zip(groups, [*glues, "-"], strict=True) if glue == " "]
    spaced.append(groups[-1] if glues[-1:] == [" "] else "")
    return not any(plain_group(each) for each in spaced if each) and not _measure(groups)


def _split_plate(groups: Sequence[str]) -> bool:
    """Return whether groups behind a state or a word for a plate are one: EB 30 412, P 22 71A."""
    letters = groups[0]
    return (
        letters.isalpha()
        and len(letters) <= 3
        and letters not in _NEVER_FIRST
        and all(has_digit(each) and len(each) <= 4 for each in groups[1:])
    )


def _three_and_three(groups: Sequence[str]) -> bool:
    """Return whether three digits and three letters that spell nothing are a plate: 412 kdz."""
    digits, letters = groups[0], groups[-1]
    spelt = not set(letters).isdisjoint("aeiouy") or letters in COUNTED or letters in NO_GROUP
    return (
        len(groups) == 2
        and digits.isdigit()
        and letters.isalpha()
        and (len(digits), len(letters)) == (3, 3)
        and not spelt
    )


def _mixed_and_letters(groups: Sequence[str]) -> bool:
    """Return whether digits and letters, and two or three letters more, are a plate: 7R4 KC."""
    first, last = groups[0], groups[-1]
    mixed = len(first) == 3 and first.isalnum() and first[0].isdigit() and first[-1].isdigit()
    spelt = last in NO_GROUP or last in COUNTED or not set(last).isdisjoint("aeiouy")
    return len(groups) == 2 and mixed and not first.isdigit() and last.isalpha() and not spelt


def plain_group(group: str) -> bool:
    """Return whether a group between spaces is an ordinary word, a state or a year."""
    if group.isalpha():
        return group in NO_GROUP or len(group) > 3 or (len(group) > 1 and known(group))
    return len(group) == 4 and group[:2] in ("19", "20") and group.isdigit()


def _measure(groups: Sequence[str]) -> bool:
    """Return whether a single token is a number with its unit, an ordinal or a unit on a call."""
    if len(groups) > 1:
        return groups[0] in STATES and len(groups) == 2 and not groups[1].isdigit()
    said = groups[0]
    tail = said.lstrip("0123456789")
    head = said.rstrip("0123456789")
    return (
        tail in COUNTED
        or tail in ("mph", "min", "slvr", "st", "th", "rd", "nd", "x", "am", "pm", "hrs")
        or (known(head) and len(head) > 1)
        or head in VEHICLES
    ) and bool(tail or head)


def _beside_vehicle(reading: Reading, first: int, last: int) -> bool:
    if (len(word(reading, last + 1)) > 1 and word(reading, last + 1) in COUNTED) or word(
        reading, last + 1
    ) in SUFFIXES:
        return word(reading, first - 1) in STATE_MARKS
    before, glue = word(reading, first - 1), gap(reading, first - 1)
    if before in STATE_MARKS and first and glue.strip() in ("", ":", "/", "-"):
        return True
    after = word(reading, last + 1)
    if (
        after in STATE_MARKS
        and gap(reading, last).strip() in ("", "/", ",")
        and before not in NEVER
    ):
        return True
    if before in _CUES and glue.strip() in ("", ":", "="):
        return True
    for step in range(1, _REACH + 1):
        here = first - step
        if here < 0 or "\n" in gap(reading, here) or gap(reading, here).startswith((". ", "; ")):
            return False
        if word(reading, here) in VEHICLES:
            return True
    return False


def _with_tail(reading: Reading, first: int, last: int) -> int:
    """Take one more short group of letters, of commercial plates: ``T-60 944 ST``."""
    after = word(reading, last + 1)
    two = len(after) == 2 and after.isalpha() and not known(after) and after not in NO_GROUP
    glued = gap(reading, last) == "-"
    if (two and gap(reading, last) == " " and after not in STATES) or (
        glued and len(after) <= 3 and after.isalnum() and last - first < 2
    ):
        return last + 1
    return last


PLATE_RULES = (
    Rule(
        name="vanity",
        find=_vanity,
        words=word_set("plate tag plates tags lp vanity plt lic"),
        examples=Examples(
            finds=(
                "black Ram, NH plate [GRUMPY], reg Ocean",
                'vanity plate "[LUVBUG]" on it',
                "tag is [OUTLAW].",
                "Plate: [SALTY]; blu",
                "with tag [BEEKPR], taken",
                "lp [RDHEAD], gone nb",
                "lic [UNV] partial, dark minivan",
            ),
            ignores=(
                "plate UNK, left nb",
                "tag EXP, warned",
                "PLATE GRUMPY, LEFT",
                "no plate, RP left",
            ),
        ),
    ),
    Rule(
        name="plate-said",
        find=_spelled,
        words=_PHONETIC_WORDS,
        examples=Examples(
            finds=(
                "blue civic, [4 boy union 9 1 7], one occupied",
                "it was [adam nora 4 4 1]",
                "[king lincoln sam 2 0 8] on a van",
                "[7 victor xray 3 3], nb",
                "[bravo delta echo 9 9 2] tan",
                "run me [papa kilo 5126] nebraska",
                "saw [tom mary 1 1 8 2] leave",
            ),
            ignores=(
                "1 adam 12 responding",
                "adam and mary, 2 kids",
                "unit 4 king clear",
                "division alpha, bravo 2",
            ),
        ),
    ),
    Rule(
        name="plate-shape",
        find=_plate,
        words=_NEAR | _CUES,
        examples=Examples(
            finds=(
                "GRN HONDA FIT NJ [R44 NVB].",
                "BLU CHEVY 1500 [8K20663] W/",
                "TRAILBLAZER [QWX-5521]",
                "tracks car, [LDY 4H8] SC",
                "TAN SUBURBAN OHIO [JGB 5518].",
                "BROWN SEDAN [DXR 209]",
                "in a Ford Ranger, [PKW 6093].",
                "gray Lexus [3FN 1820]",
                "MOTORCYCLE [7M 8813]",
                "IN BLU SENTRA, [44K-TRX].",
                "red Kia Soul [VTL-3390]",
                "wht dually chev [3-T8841] mt",
                "white, IL [EB 30 412], VIN",
                "side, commercial [P 22 71A], broken",
                "SILV TAHOE [FP 4 2210]",
                "Front MN [4TR-902], rear [JPK 211].",
                "trailer/Ontario [KBT 4471] left",
                "SASKATCHEWAN [512 KLT], DUALLY",
                "horse trlr AB [7KV-2280]",
                "gry prius UT/[7R4 KC]. female",
                "NV [482\u00b7K19] whi malibu",
                "tan truck, Maine lobster [44 81-LB], hanger",
                "lt green outback, oregon [733 ktz], female driver",
                "utah [208 pmd] on a camper",
            ),
            ignores=(
                "2014 CHEVY EXPRESS VAN",
                "WHI FORD F150 OCC X2",
                "truck at 1432 hrs",
                "car 2B14 en route",
                "veh 3 of 4 blk",
                "bus 114 w 43 students",
                "2019 Subaru Outback 4D",
                "van NB I-5 at mp 205",
                "semi hauling 42000 lb",
                "blu van no plates 2hrs.rp wants tow",
                "car going 65 mph in a 35",
                "texas 300 ppl at a car show",
            ),
        ),
    ),
)
