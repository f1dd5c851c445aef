"""Pools of names of people and streets, split so that tests meet names never trained on.

In: the lists of installed packages, read at run time, and a syllable generator, so that a model
cannot live on lists. Out: one name at a time. A name belongs to the split its hash says, wherever
it came from. Names that are also words and names of many languages are in the pools on purpose.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random

import names as census

from pipeline.emulator.narratives.lists import word_list
from pipeline.redact.vocabulary import vocabulary

__all__ = ["SPLITS", "first_name", "last_name", "split_of", "street_name"]

SPLITS = ("train", "test")
_TEST_SHARE = 4  # one in four
_LOCALES = word_list(
    "en_US en_GB en_IN en_NG es_MX es_ES fr_FR de_DE pl_PL it_IT pt_BR nl_NL sv_SE no_NO "
    "da_DK fi_FI cs_CZ sk_SK hu_HU ro_RO hr_HR sl_SI tr_TR vi_VN id_ID en_KE zu_ZA yo_NG "
    "ga_IE is_IS et_EE lt_LT lv_LV az_AZ uz_UZ es_CO fr_QC en_PK"
)
_WORD_NAMES = word_list(
    "Rose Will Grace Hope Faith Joy Mark Bill Rob Sue Art Chase Hunter Mason Cook Baker "
    "Summer Autumn Dawn April May June Violet Lily Daisy Ivy Hazel Olive Ginger Basil "
    "Sage Rusty Sandy Dusty Stormy Gale Misty Clay Cliff Dale Glen Forrest Brook River "
    "Lake Stone Wood Fields Hill Green Brown Black White Gray Young Long Short Strong "
    "Rich Price Miles Carpenter Bishop King Major Chief Guy Buddy Angel Cross Christian "
    "Chip Lane Court Way Park Place Frank Ray Buck Robin Jay Kit Lance Max Nick Norm Skip "
    "Sterling Victor Charlie Adam Lincoln Mary David Ford Penny Jewel Ruby Pearl Amber "
    "Crystal Melody Harmony Destiny Trinity Journey Justice Mercy Patience Prudence "
    "Constance Winter Noel Easter Sunday Storm Rain Snow Frost Blaze Ash Reed Heath Marsh "
    "Moss Berry Cherry Plum Bean Rice Bacon Lamb Wolf Fox Hawk Crane Swift Finch Drake"
)
_ONSETS = word_list("b br c ch d dr f g gr h j k kh l m n p r s sh sk st t th tr v w y z zh")
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ia", "ou", "ee", "ua", "ie"]
_CODAS = ["", "", "", "n", "r", "l", "s", "m", "th", "ck", "nd", "sh", "t", "x"]
_FIRST_ENDS = word_list("a ia ina elle ette on an us el in ie y ara isha quan von ique ley o")
_LAST_ENDS = word_list(
    "son sen man berg ski wicz ez ova enko ian yan hoff stein ley ton ham ford worth well "
    "field more ger er ini elli etti eau aud oglu zadeh wala kar murthy nen sson dottir "
    "shvili ic"
)
_STREET_WORDS = word_list(
    "Cedar Elm Maple Willow Birch Magnolia Sycamore Walnut Hickory Juniper Laurel Quarry "
    "Orchard Mill Harbor Prairie Meadow Canyon Mesa Bluff Heron Falcon Eagle Coyote Fawn "
    "Church School Depot Railroad Market Union Liberty Jefferson Lafayette Lighthouse "
    "Windmill Copper Granite Timber Saddle Wagon Pioneer Mission Sunset Vista Garden "
    "Spring Fountain Colonial Cotton"
)


def split_of(text: str) -> str:
    """Say which split a name or a carrier belongs to; letters' case does not count."""
    return "test" if zlib.crc32(text.casefold().encode()) % _TEST_SHARE == 0 else "train"


def first_name(rng: Random, split: str) -> str:
    """Return a given name, capitalised as its bearer writes it."""
    source = rng.random()
    if source < 0.12:
        return rng.choice(_pool("word", split))
    if source < 0.40:
        return _syllables(rng, split, _FIRST_ENDS)
    return _ranked(rng, _pool("census_first" if source < 0.65 else "first", split))


def last_name(rng: Random, split: str) -> str:
    """Return a family name, capitalised as its bearer writes it."""
    source = rng.random()
    if source < 0.08:
        return rng.choice(_pool("word", split))
    if source < 0.12:
        return rng.choice(_pool("any", split)).capitalize()
    if source < 0.30:
        return _syllables(rng, split, _LAST_ENDS)
    return _ranked(rng, _pool("census_last" if source < 0.65 else "last", split))


def street_name(rng: Random, split: str) -> str:
    """Return a street's name without number and type."""
    source = rng.random()
    if source < 0.12:
        number = rng.randint(1, 199)
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 % 10 != 1 else 0, "th")
        return f"{number}{ending}"
    if source < 0.40:
        return last_name(rng, split)
    if source < 0.50:
        return f"{first_name(rng, split)} {last_name(rng, split)}"
    word = rng.choice(_pool("street", split))
    return word if source < 0.80 else f"{word} {rng.choice(_pool('street', split))}"


def _ranked(rng: Random, pool: tuple[str, ...]) -> str:
    # Half from the head of the list, where the common names of the census stand.
    head = len(pool) // 12 if rng.random() < 0.5 else len(pool)
    return pool[rng.randrange(head)]


def _syllables(rng: Random, split: str, endings: tuple[str, ...]) -> str:
    while True:
        parts = [rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)]
        if rng.random() < 0.35:
            parts.append(rng.choice(_ONSETS) + rng.choice(_VOWELS))
        name = "".join(parts) + rng.choice(endings)
        if split_of(name) == split:
            return name.capitalize()


@cache
def _pool(kind: str, split: str) -> tuple[str, ...]:
    return tuple(name for name in _sources(kind) if split_of(name) == split)


def _sources(kind: str) -> tuple[str, ...]:
    if kind == "word":
        return tuple(_WORD_NAMES)
    if kind == "any":
        return tuple(sorted(each for each in vocabulary() if each.isalpha() and len(each) > 3))
    if kind == "street":
        return tuple(_STREET_WORDS)
    if kind == "census_first":
        return _census("first:male", 1000) + _census("first:female", 2500)
    if kind == "census_last":
        return _census("last", 40000)
    return _faker(kind)


def _census(key: str, most: int) -> tuple[str, ...]:
    lines = Path(census.FILES[key]).read_text(encoding="utf-8").splitlines()
    return tuple(line.split()[0].capitalize() for line in lines[:most])


@cache
def _faker(kind: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for locale in _LOCALES:
        try:
            provider = import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for attribute in sorted(vars(provider)):
            if attribute.startswith(f"{kind}_names"):
                value = getattr(provider, attribute)
                if isinstance(value, (list, tuple, dict)):
                    found.update(dict.fromkeys(str(name) for name in value))
    return tuple(name for name in found if name.replace("-", "").replace(" ", "").isalpha())
