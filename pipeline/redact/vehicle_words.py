"""Holds the words for vehicles, and says whether a word is one where it stands.

In: words. Out: sets of lower-case words, written for dispatch text, and a yes or no. Many makes are
names of people, too; it must never call one a vehicle's that no other word of a vehicle's or year
stands beside. What a plate is, is ``rules.plates``'s.
"""

from __future__ import annotations

import re

from pipeline.redact.vocabulary import word_set

__all__ = ["MAKES_AND_MODELS", "STATES", "VEHICLES", "is_vehicle"]

MAKES_AND_MODELS = word_set(
    "jeep suburban acura audi bmw buick cadillac chev chevy chevrolet chrysler dodge ford"
    " gmc honda hyundai infiniti infinity kia lexus lincoln mazda mercedes benz mercury"
    " mini mitsubishi nissan olds pontiac ram saturn subaru suzuki tesla toyota volkswagen"
    " vw volvo harley yamaha kawasaki ducati peterbilt kenworth freightliner corolla camry"
    " civic accord altima sentra rogue maxima pathfinder murano frontier titan f150 f250"
    " f350 ranger explorer escape fusion focus mustang taurus malibu impala cruze tahoe"
    " silverado equinox traverse blazer trailblazer colorado express camaro sierra yukon"
    " acadia terrain charger challenger durango caravan journey avenger wrangler cherokee"
    " liberty compass renegade patriot pilot odyssey fit crv hrv ridgeline prius rav4"
    " highlander tacoma tundra 4runner sienna avalon elantra sonata tucson forte optima"
    " soul sorento sportage outback forester impreza legacy crosstrek jetta passat tiguan"
    " golf beetle marquis lesabre enclave encore century escalade navigator windstar"
    " econoline transit sprinter promaster equinox trax sonic spark bolt volt leaf versa"
    " juke kicks armada quest xterra"
)
_KINDS = word_set(
    "car truck suv van sedan pickup veh vehicle vehicles motorcycle trailer trlr uhaul haul"
    " taxi cab atv utv wagon coupe hatchback minivan semi rig bus rv camper moped scooter"
    " dually gooseneck wrecker flatbed convertible crossover trk mc model park"
)
VEHICLES = MAKES_AND_MODELS | _KINDS
"""Makes, models, and words for kinds of vehicles."""

STATES = word_set(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm"
    " ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc ab bc mb nb ns ont qc sk"
)
"""Letters of states and provinces, which stand before a plate and tell nobody apart."""

# Further makes, models and their halves, which announce no plate.
_FURTHER = word_set(
    "marquis grand gr crown vic victoria town towncar continental mkz mkx benz ranger edge flex"
    " softail sportster fatboy davidson hyun chrys toyt niss mits volk subu dakota magnum nitro"
    " dart caliber intrepid neon stratus raider pickup k1500 s10 supercrew"
)
# Makes before a model, also where both are ordinary words: DODGE CHARGER.
_OPENS = word_set(
    "ford dodge lincoln mercury chevy chevrolet gmc jeep ram buick toyota honda nissan kia hyundai"
    " subaru mazda harley hyun toyt niss mits subu volk chrys"
)
_YEAR = re.compile(r"(?:19[6-9]|20[0-3])\d|'\d\d")
_CODE = re.compile(r"[a-z]{1,3}-?\d{2,4}|[1-9]500|\d{1,2}dr")
_COLOURS = word_set(
    "blk whi wht wh whte sil slv slvr gry grn blu mar org tan brn gld ylw pur white black silver"
    " gray grey green blue maroon brown gold yellow orange red beige dk lt"
)
# Colors that nobody is called.
_NO_NAMES = word_set(
    "blk whi wht wh whte sil slv slvr gry grn blu mar tan brn gld ylw pur blue red maroon"
)


# Makes and models that hardly anybody is called: a color before one is no person either.
_NOBODY = word_set(
    "lexus forester outback camry corolla altima sentra tacoma tundra silverado impala jetta prius"
    " subaru toyota honda nissan hyundai chevy chevrolet bmw audi volvo kia mazda acura infiniti"
    " jeep tahoe yukon suburban cadillac pontiac buick gmc volkswagen tesla mitsubishi"
)


# What nobody is called before a make that is hardly a surname.
_PAINTS = (_NO_NAMES | word_set("silver maroon beige orange dk lt")) - word_set("mar")
_HARDLY_BORNE = word_set("dodge ram saturn mercury chrysler")


def is_vehicle(before: str, word: str, after: str) -> bool:
    """Return whether a word is of a vehicle: FORD F150, 2008 Mercury, Dodge Charger, Green Jeep."""
    if word in _COLOURS:
        return after in _NOBODY or (word in _PAINTS and after in _HARDLY_BORNE)
    if word in _NOBODY and before in _COLOURS:
        return True
    if word not in MAKES_AND_MODELS and word not in _FURTHER:
        return False
    if before in _OPENS or (word in MAKES_AND_MODELS and _YEAR.fullmatch(before)):
        return True
    modelled = after in MAKES_AND_MODELS or after in _FURTHER or _CODE.fullmatch(after) is not None
    coloured = before in _COLOURS and (after in _KINDS or before in _NO_NAMES)
    return word in _OPENS and (modelled or coloured)
