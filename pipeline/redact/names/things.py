"""Says whether a word people bear is a thing where it stands: a KNOX box, a bee sting.

In: a word, and the words beside it. Out: a yes or no. Each word has its own neighbours, reviewed by
hand, that no name has: it must never call a word a thing for what stands beside names as well, such
as a verb of saying. Makes of cars are ``vehicle_words``'s, all other words ``context``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pipeline.redact.vocabulary import word_set

__all__ = ["is_thing"]


class _Beside(NamedTuple):
    """Words before and behind, either of which makes a thing of a word."""

    before: frozenset[str]
    behind: frozenset[str]


def _beside(before: str, behind: str) -> _Beside:
    return _Beside(word_set(before), word_set(behind))


_SIDE = _beside(
    "exposure exposures side division div exterior code",
    "side sides division div corner exposure quadrant response level",
)
_SPOKEN = _beside(
    "speaks speak speaking spoke spks language",
    "interp interpreter interps speaking speaker speakers dialect translator translation",
)
_TONGUE = _beside(
    "speaks speak speaking spoke spks language no limited poor broken some little fluent in good",
    "interp interpreter interps speaking speaker speakers dialect translator translation only",
)
_THINGS: Mapping[str, _Beside] = MappingProxyType(
    dict.fromkeys(word_set("alpha bravo charlie delta"), _SIDE)
    | dict.fromkeys(word_set("english french"), _TONGUE)
    | dict.fromkeys(
        word_set("karen viet maya lao thai cree zulu chin hindi cham mam dari"), _SPOKEN
    )
    | {
        "ace": _beside("", "hardware bandage wrap"),
        "ali": _beside(
            "psap rebid bad e911 ani",
            "class dump timeout data info shows showing hit rebid location loc address phase query"
            " record screen display ping plots",
        ),
        "amber": _beside("", "alert alerts light lights strobe strobes lightbar flashers"),
        "angus": _beside("blk black red", "cow cows cattle bull bulls calf calves steer steers"),
        "art": _beside("", "gallery supplies class teacher project studio room"),
        "bear": _beside("", "spray mace trap"),
        "bee": _beside(
            "",
            "sting stings stung stinger boxes box hive hives keeper keepers swarm allergy nest",
        ),
        "beam": _beside(
            "perimeter high low photo laser support steel balance", "broke detector detectors"
        ),
        "bill": _beside(
            "dollar electric hospital counterfeit power fake water gas phone cable utility medical"
            " light heating tax",
            "due unpaid collector collectors",
        ),
        "buck": _beside("rubber", "knife"),
        "carlo": _beside("monte", ""),
        "cash": _beside("stole paid", "app drawer register box"),
        "copper": _beside("scrap stolen", "wire wiring pipe pipes piping theft tubing line lines"),
        "cross": _beside("red", "streets street traffic"),
        "dash": _beside("under", "cam camera cams light lights board"),
        "dean": _beside("", "of"),
        "doc": _beside("", "martens"),
        "dolly": _beside("hand appliance furniture converter moving", "straps"),
        "dot": _beside(
            "us state",
            "ref crew crews msg message boards sign signs crossing number camera cam cams notified"
            " truck plow enrt enroute inspection",
        ),
        "drew": _beside("", "blood knife gun weapon"),
        "foley": _beside("", "cath catheter bag tube"),
        "foster": _beside(
            "",
            "care parent parents home homes child children kid kids placement placements family"
            " mother father dad mom agency youth teen",
        ),
        "forest": _beside("", "svc service ranger green"),
        "frank": _beside("", "talk"),
        "frost": _beside("", "advisory warning heave"),
        "gill": _beside("", "net nets netter netting"),
        "hammer": _beside("claw sledge framing ball rubber jack roofing", "drill handle"),
        "haul": _beside("u", "truck trucks trailer trlr van"),
        "hin": _beside(
            "hull boat vessel no number or and", "of no number on is ends starts unk visible"
        ),
        "jake": _beside("", "brake brakes braking braked"),
        "jan": _beside("since til till until in thru through early late mid last next of", ""),
        "jun": _beside("since til till until thru through early late mid last next", ""),
        "jack": _beside("floor pallet hydraulic bottle car", "knifed knife hammer stand stands"),
        "jerry": _beside("", "can cans"),
        "john": _beside("porta porto", "deere"),
        "kit": _beside(
            "drum aid tool repair press test sewing trauma bleed fishing tackle burglary drug iv ob"
            " burn snakebite shaving body conversion",
            "bag box",
        ),
        "knox": _beside("", "box boxes key keys code switch padlock lock cap vault"),
        "lang": _beside("", "line barrier interp interpreter"),
        "lund": _beside("ft foot", "boat"),
        "mason": _beside("", "jar jars"),
        "max": _beside("min mins minutes hrs hours", "per of"),
        "mike": _beside("open hot", "check click clicks keyed"),
        "monte": _beside("", "carlo"),
        "otis": _beside("", "elevator elev tech"),
        "norm": _beside("breathing breath resp", ""),
        "pat": _beside("", "down downed"),
        "penny": _beside("", "jar jars auction stock"),
        "pearl": _beside("", "necklace necklaces earring earrings handle handled button buttons"),
        "price": _beside("", "gouging tag tags"),
        "rose": _beside("", "bush bushes garden gardens"),
        "sandy": _beside("", "soil"),
        "shepherd": _beside("german aussie australian anatolian belgian", ""),
        "sid": _beside("", "number no"),
        "storm": _beside("", "drain drains sewer sewers door windows watch warning damage"),
        "skip": _beside("", "tracer tracers loader tracing"),
        "stokes": _beside("", "basket litter"),
        "tin": _beside("", "roof shed foil can cans"),
        "vic": _beside("crown", ""),
        "walker": _beside("uses using rolling wheeled", ""),
    }
)
# Numbers of boats, of files of police and of carriers, and the least letters and digits of one.
_IDENTIFIED, _IDENTIFIER = frozenset({"hin", "sid", "dot"}), 6


def is_thing(before: str, word: str, behind: str) -> bool:
    """Return whether a word stands beside one that makes a thing of it; words in small letters."""
    known = _THINGS.get(word)
    if known is None:
        return False
    numbered = word in _IDENTIFIED and len(behind) >= _IDENTIFIER and behind[-1:].isdigit()
    return numbered or before in known.before or behind in known.behind
