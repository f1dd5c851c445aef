"""Invents what dispatch text holds besides identifiers: units, times, measures, cars.

In: a slot's name and a random source. Out: one text. Also the words of hidden-key places and pass
words, which are made of innocent words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import names as census
import wordfreq

from pipeline.redact.vocabulary import vocabulary

_COLORS = (
    "black white silver gray blue red green tan gold maroon brown orange blk whi sil gry blu grn"
)
_MAKES = (
    "Ford Chevy Toyota Honda Nissan Dodge Ram Jeep Kia Hyundai Buick GMC Subaru Mazda BMW Audi "
    "Lexus Acura Chrysler Cadillac Volvo Tesla Tacoma Tundra Jetta Passat Tiguan Enclave Acadia "
    "Traverse Trailblazer Blazer Equinox Ranger Escape Edge Fusion Focus Taurus Sentra Rogue "
    "Sonata Elantra Sorento Forester Outback Wrangler Cherokee Durango Caravan Suburban Yukon "
    "Sierra Odyssey Pilot Highlander Marquis F150 Silverado Camry Civic Accord Altima Corolla "
    "Tahoe Explorer Mustang Charger Malibu Impala Prius sedan SUV pickup van truck motorcycle "
    "minivan"
)
_STATES = "CA TX OR WA NY FL OH PA GA NC NV AZ CO MI IL TN Texas Oregon Ohio Nevada Idaho Utah"
_UNITS = (
    "E9|E99|M9|M99|MEDIC 99|T9|L99|BC9|9A99|99A9|"
    "A99|9P9|ENGINE 9|RESCUE 9|UNIT 99|K99|PD99|TRK9|S99|R9"
)
_HIDES = "under behind inside on in above below beside"
_SPOTS = (
    "mat|the mat|flower pot|the gnome|front tire|mailbox|the grill|meter box|porch light|back step|"
    "third rock|planter|the birdhouse|door frame|shed|fence post|the frog statue|light fixture|"
    "gas meter|hose reel|garage shelf|paint can|the bench|AC unit|doghouse|wreath|the trash can"
)


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted(word for word in vocabulary() if word.isalpha() and len(word) > 2))


@cache
def _strange() -> tuple[str, ...]:
    """Return English words that neither the vocabulary nor the census lists of names hold."""
    listed = {
        line.split()[0].lower()
        for path in sorted(census.FILES.values())
        for line in Path(path).read_text(encoding="utf-8").splitlines()
    }
    usual = vocabulary() | listed
    frequent = wordfreq.top_n_list("en", 30_000)
    return tuple(
        sorted(word for word in frequent if word.isalpha() and len(word) > 3 and word not in usual)
    )


def _number(low: int, high: int) -> Callable[[Random], str]:
    return lambda rng: str(rng.randint(low, high))


def _choice(words: str, cut: str | None = None) -> Callable[[Random], str]:
    options = words.split(cut)
    return lambda rng: rng.choice(options)


def _time(rng: Random) -> str:
    hour, minute, second = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    forms = (
        f"{hour:02}:{minute:02}",
        f"{hour:02}{minute:02}",
        f"{hour:02}:{minute:02}:{second:02}",
        f"{hour % 12 + 1}:{minute:02} pm",
        f"{hour % 12 + 1} am",
        f"{hour:02}{minute:02} hrs",
    )
    return rng.choice(forms)


def _date(rng: Random) -> str:
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    return rng.choice(
        [f"{month}/{day}", f"{month:02}/{day:02}/26", f"{month}-{day}", f"{month:02}/{day:02}/2026"]
    )


def _unit(rng: Random) -> str:
    form = rng.choice(_UNITS.split("|"))
    return "".join(str(rng.randint(1, 9)) if each == "9" else each for each in form)


def _height(rng: Random) -> str:
    feet, inches = rng.randint(4, 6), rng.randint(0, 11)
    return rng.choice(
        [f"{feet}'{inches}", f"{feet}{inches:02}", f"{feet}-{inches}", f"{feet} ft {inches}"]
    )


def _salad(rng: Random) -> str:
    return " ".join(_any_word(rng) for _ in range(rng.randint(2, 7)))


def _any_word(rng: Random) -> str:
    draw = rng.random()
    if draw < 0.25:
        return rng.choice(_strange())
    word = rng.choice(_words())
    if draw < 0.31 and len(word) > 4:
        return word[: rng.randint(3, 4)]
    if draw < 0.37:
        return word[0] + "".join(each for each in word[1:] if each not in "aeiou")
    return word


_MAKERS: dict[str, Callable[[Random], str]] = {
    "_HIM": _choice("him her them me"),
    "_TIME": _time,
    "_DATE": _date,
    "_UNIT": _unit,
    "_HT": _height,
    "_SALAD": _salad,
    "_COLOR": _choice(_COLORS),
    "_MAKE": _choice(_MAKES),
    "_LANG": _choice(
        "Spanish Mandarin Vietnamese Haitian Creole Somali Arabic Russian Tagalog Hmong Korean "
        "Farsi Portuguese French Polish Navajo Cantonese Amharic Swahili Punjabi English"
    ),
    "_DAY": _choice(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tues Wed Thu Fri Sat Sun "
        "today tomorrow tonight yesterday Christmas Thanksgiving January March October"
    ),
    "_MED": _choice(
        "eliquis metoprolol lisinopril metformin insulin xanax ambien ativan haldol ketamine "
        "versed fentanyl morphine zofran benadryl albuterol plavix warfarin keppra suboxone"
    ),
    "_APP": _choice(
        "facebook instagram snapchat tiktok craigslist venmo zelle cashapp uber lyft doordash "
        "amazon walmart target costco mcdonalds starbucks shell chevron medicare medicaid netflix"
    ),
    "_LEGAL": _choice(
        "order conservator guardian custody visitation eviction summons affidavit injunction "
        "restraining probation parole bond extradite exparte petition returned expired valid"
    ),
    "_STATE": _choice(_STATES),
    "_PET": _choice("Bella Lucky Rex Coco Buddy Max Shadow Pepper Biscuit"),
    "_AGE": _number(1, 89),
    "_N": _number(1, 60),
    "_WT": _number(95, 280),
    "_HR": _number(40, 400),
    "_YEAR": _number(1988, 2026),
    "_GCS": _number(3, 15),
    "_TEN": _number(1, 10),
    "_PCT": lambda rng: f"{rng.randint(70, 100)}{rng.choice(['', '%'])}",
    "_BP": lambda rng: f"{rng.randint(70, 220)}/{rng.randint(40, 120)}",
    "_TEMP": lambda rng: f"{rng.uniform(95, 105):.1f}",
    "_BIGN": lambda rng: str(rng.choice([500, 750, 1000, 1200, 2500, 12000, 22400])),
    "_DEC": lambda rng: f"{rng.uniform(0.1, 240):.1f}",
    "_MPH": lambda rng: f"{rng.randint(25, 120)}{rng.choice(['', ' mph', 'mph'])}",
    "_FREQ": lambda rng: f"{rng.choice([154, 155, 460, 453])}.{rng.randint(0, 999):03}",
    "_MILE": lambda rng: f"{rng.randint(1000, 99999)}.{rng.randint(0, 9)}",
    "_MONTHYEAR": lambda rng: f"{rng.randint(1, 12):02}/{rng.randint(24, 31)}",
    "_INC": lambda rng: rng.choice(
        [
            f"26-{rng.randint(1000, 1999999):07}",
            f"26{rng.randint(100000, 999999)}",
            f"{rng.choice('PFE')}26{rng.randint(100000, 999999)}",
            f"2026-{rng.randint(1000, 99999):06}",
            f"{rng.randint(1000, 9999)}-{rng.randint(100, 999)}",
        ]
    ),
    "_YN": _choice("Y N NA U none unk yes no 0 1 2 W B H M F A"),
    "_MONEY": lambda rng: f"${rng.choice(['20', '200', '1,200', '40', '8,500', '15K'])}",
    "_CAL": _choice(".45 9mm .22 .40 12 gauge 5.56 .380"),
    "_BLOCK": lambda rng: f"{rng.randint(1, 99)}00",
}


def innocent(slot: str, rng: Random) -> str:
    """Return a text for a slot whose name starts with an underscore."""
    return _MAKERS[slot](rng)


def plain_words(rng: Random, most: int) -> str:
    """Return one to ``most`` ordinary words, each with a capital: streets are named so, too."""
    words = (rng.choice(_words()) for _ in range(rng.randint(1, most)))
    return " ".join(word.capitalize() for word in words)


def three_words(rng: Random, _split: str) -> str:
    """Return three words with full stops between them, as a place is shared."""
    return rng.choice(["///", ""]) + ".".join(rng.choice(_words()) for _ in range(3))


def password(rng: Random, _split: str) -> str:
    """Return a pass word: a word or two, now and then with a digit."""
    words = " ".join(rng.choice(_words()) for _ in range(rng.choice([1, 1, 2])))
    return words + rng.choice(["", "", str(rng.randint(1, 99))])


def key_place(rng: Random, _split: str) -> str:
    """Return where a key is hidden."""
    end = rng.choice(["", "", "", " by back door", " on the left", " on the porch"])
    return f"{rng.choice(_HIDES.split())} {rng.choice(_SPOTS.split('|'))}{end}"
