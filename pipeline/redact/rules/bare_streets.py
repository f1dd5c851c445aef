"""Finds streets and addresses that only capitals and the words before them give away.

In: readings. Out: hits of STREET, and of ADDRESS with a house number. It must never take a weekday,
a unit, a drug or a place to stand ("on Scene") for a street; streets with a suffix are
``crossings``'s, roads called by letters and miles ``called_roads``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.cues import FUNCTION_WORDS, PEOPLE, STAFF_TITLES, TITLES
from pipeline.redact.reading import Reading
from pipeline.redact.rules.crossings import street_hit
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.street_words import COUNTED, DIRECTIONS, NEVER, NUMBERED
from pipeline.redact.rules.walk import capital, gap, has_digit, word
from pipeline.redact.vocabulary import word_set

__all__ = ["BARE_STREET_RULES", "BOUND", "NO_STREET"]

_ON = word_set("on off down up along toward towards past passing onto twd")
BOUND = word_set("nb sb eb wb northbound southbound eastbound westbound")
_DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec christmas easter thanksgiving halloween"
)
NO_STREET = (
    NEVER | COUNTED | NUMBERED | FUNCTION_WORDS | PEOPLE | TITLES | STAFF_TITLES | _DAYS
) | word_set(
    "scene arrival foot site call calls ramp shoulder median traffic lanes lane bridge exit duty"
    " view file record fire phone facebook instagram snapchat tiktok youtube google uber amazon"
    " medicaid medicare probation parole bond bail oxygen oxy o2 narcan tylenol eliquis xarelto"
    " plavix coumadin insulin methadone suboxone meth fentanyl heroin alcohol etoh dialysis"
    " hospice highway interstate tac ops cad radio tpo tro order warrant warrants dvpo epo vpo"
    " pd fd ems so hp chp dot wifi bluetooth onstar tv xbox hold delay standby scanner speaker"
    " campus property premises main"
)
_ORDINALS = word_set(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_CROSSES = frozenset({"/", "&", "@", " / ", " & ", " @ ", " x ", " X "})


def _mixed(reading: Reading) -> bool:
    return not reading.text.isupper() and not reading.text.islower()


def _titled(reading: Reading, place: int) -> bool:
    if place >= len(reading.tokens):
        return False
    token = reading.tokens[place]
    typed = reading.text[token.start : token.end]
    return typed[:1].isupper() and typed[1:2].islower() and typed.replace("'", "").isalpha()


def _on(reading: Reading, place: int) -> Iterator[Hit]:
    """``on Airline just north``, ``walking up Hill``: a capital among small letters."""
    first = place + 1
    if gap(reading, place) != " " or not _mixed(reading) or not _titled(reading, first):
        return
    if capital(reading, place) and place and word(reading, place) not in BOUND:
        return
    last = first
    if word(reading, first) in DIRECTIONS and _titled(reading, first + 1):
        last += 1
    if word(reading, last) in NO_STREET or has_digit(word(reading, last + 1)):
        return
    while last < first + 2 and gap(reading, last) == " " and _titled(reading, last + 1):
        if word(reading, last + 1) in NO_STREET:
            break
        last += 1
    yield street_hit(reading, first, last, "on-capital", 0.6, "capital after a word for where")


def _crossed(reading: Reading, place: int) -> Iterator[Hit]:
    """``Dogwood x Canal``: two capitals on both sides of an x."""
    first, last = place - 1, place + 1
    if first < 0 or gap(reading, first) != " " or gap(reading, place) != " ":
        return
    for here in (first, last):
        said = word(reading, here)
        if not _titled(reading, here) or len(said) < 4 or said in NO_STREET:
            return
    for here in (first, last):
        yield street_hit(reading, here, here, "crossed", 0.6, "capitals on both sides of an x")


_LAST = re.compile(r"(?<![a-z])last(?!\s(?:st|ave|rd|ln|dr)\b)", re.IGNORECASE)


def _ordinal(reading: Reading, place: int) -> Iterator[Hit]:
    """``Farragut / Ninth``: an ordinal in words on one side of a crossing."""
    crossed = gap(reading, place - 1) in _CROSSES if place else False
    # "LAST Quill / FIRST Ada" are the keys of a name.
    keyed = word(reading, place) == "first" and _LAST.search(reading.text)
    if (crossed or gap(reading, place) in _CROSSES) and capital(reading, place) and not keyed:
        yield street_hit(reading, place, place, "ordinal-street", 0.7, "ordinal at a crossing")


_NOT_NAMED = NO_STREET | word_set(
    "chevy chevrolet ford dodge toyota honda nissan jeep gmc kia hyundai subaru mazda lexus bmw"
    " buick chrysler volvo vw tesla ram mercedes polaris freightliner black white red blue green"
    " silver gray grey hispanic asian native units veh vehicles hours days units medics engines"
    " caller callers alarm priors prior hx rp"
)


def _titled_address(reading: Reading, place: int) -> Iterator[Hit]:
    """``19 Rails End``, ``2117 Ridge room 23``: a number and capitals among small letters."""
    said, first = reading.tokens[place].word, place + 1
    if gap(reading, place) != " " or not _titled(reading, first) or not _mixed(reading):
        return
    if place and gap(reading, place - 1).endswith(("$", "#", "-", "/", ":")):
        return
    if word(reading, place - 1) in NUMBERED or word(reading, place - 1) in _MONTHS:
        return
    last = first
    while last < first + 2 and gap(reading, last) == " " and _titled(reading, last + 1):
        if word(reading, last + 1) in _NOT_NAMED:
            break
        last += 1
    clock = len(said) == 4 and said < "2400" and said[2] < "6"
    cued = word(reading, place - 1) in _AT or gap(reading, place - 1).strip() in (",", "|", ";")
    if (clock and not cued) or not (cued or len(said) >= 3 or last > first):
        return
    cut = reading.tokens
    span = cut[place].start, cut[last].end
    yield Hit(*span, Entity.ADDRESS, "titled-address", 0.6, "number before capitals")


def _may_be_titled(said: str) -> bool:
    letters = said.replace("'", "").isalpha() or not said.isascii()
    return letters and said not in _NOT_NAMED


_AT = word_set("at to from home lives address addr loc near open of by in and rear behind")
_MONTHS = word_set(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july"
    " august september october november december"
)

BARE_STREET_RULES = (
    Rule(
        name="on-capital",
        find=_on,
        words=_ON,
        examples=Examples(
            finds=(
                "pawn shop on [Airline] just n of it",
                "last seen walking up [Hill] toward him",
                "claim the spot on [White]. he left",
                "gate off [Old Mill] code",
                "the packy on [Dorchester]",
                "turned off [Stony Island] again",
            ),
            ignores=(
                "on Friday he left",
                "on Facebook since",
                "on Scene and clear",
                "pt is on Eliquis now",
                "ON AIRLINE",
                "on Channel 4 now",
            ),
        ),
    ),
    Rule(
        name="crossed",
        find=_crossed,
        words=frozenset({"x"}),
        examples=Examples(
            finds=(
                "Reed trapped. [Dogwood] x [Canal].",
                "Last: [Juniper] x [Third] Plan",
                "at [Mercer] x [Hill] now",
                "[Quarry] x [Market], 2 veh",
                "off [Church] x [Spring] lot",
                "see [Stony] x [Garden]",
            ),
            ignores=("15 x 20 ft", "Narcan x 2 given", "DOGWOOD X CANAL", "Call x Two"),
        ),
    ),
    Rule(
        name="ordinal-street",
        find=_ordinal,
        words=_ORDINALS,
        examples=Examples(
            finds=(
                "stop Farragut / [Ninth].",
                "[FIFTH] & MAIN",
                "at Tupelo/[Third]",
                "[Second] @ Galena",
                "Mercer & [Eleventh]",
                "KESSLER / [SEVENTH]",
            ),
            ignores=(
                "the second / third floor",
                "first and last",
                "third call",
                "second floor",
                "LAST Quill / FIRST Ada / DORM",
            ),
        ),
    ),
    Rule(
        name="titled-address",
        find=_titled_address,
        numbers=True,
        lengths=(1, 2, 3, 4, 5),
        fits=str.isdigit,
        behind=" ",
        then=_may_be_titled,
        examples=Examples(
            finds=(
                "fell. [19 Rails End]. Pain in wrist",
                "motel, [2117 Ridge] room 23",
                "To: home, [5 Gull Rock], 2 steps",
                "drums, [33 Rainbow]. Dawn will sign",
                "open [60 Sachem's Head], and when",
                "rp says\n[91 Skunks Misery], owner",
            ),
            ignores=(
                "2014 Chevy on fire",
                "3 Medics on scene",
                "at 0412 Engine 12",
                "2 Black males",
                "10 OCT PAST",
                "4 Units clear",
            ),
        ),
    ),
)
