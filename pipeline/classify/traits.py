"""Turns the words of a text into traits a trained judge can weigh.

In go folded words as ``signals.words_of`` leaves them, out comes a tuple of trait names: stems,
pairs of neighbouring stems, the parts words play (``roles.txt``), which part follows which, and
stems beside parts: "a person" who "works" is told from one who "hides" by either half.
Nothing here knows what is sensitive: ``judge`` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["LONGEST", "facts_of", "traits_of", "traits_version"]

LONGEST = 400
"""Words that are read; what is longer is judged in stretches by the caller."""

_SHORT = {
    "sts": "says", "stated": "says", "states": "says", "advised": "says", "adv": "says",
    "advises": "says", "reports": "says", "said": "says", "saying": "says", "w": "with",
    "fml": "female", "fem": "female", "veh": "car", "vehicle": "car", "ml": "male",
    "rp": "caller", "comp": "caller", "compl": "caller", "reporting": "caller", "u": "you",
    "ur": "your", "bc": "because", "b4": "before", "poss": "possible", "apt": "apartment",
    "res": "residence", "subj": "subject", "susp": "suspect", "neg": "no", "unk": "unknown",
    "yr": "year", "yrs": "year", "yo": "year", "pt": "patient", "hosp": "hospital",
    "thru": "through", "nite": "night", "tonite": "tonight", "bldg": "building", "loc": "location",
    "im": "i", "hes": "he", "shes": "she", "theyre": "they", "btwn": "between", "ppl": "people",
    "wont": "not", "cant": "not", "cannot": "not", "didnt": "not", "doesnt": "not", "isnt": "not",
    "hasnt": "not", "dont": "not", "wasnt": "not", "havent": "not", "wouldnt": "not",
    "couldnt": "not", "never": "not", "lft": "left", "nbr": "neighbor", "nghbr": "neighbor",
}  # fmt: skip
_ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "s", "ly")


@cache
def traits_version() -> str:
    """Return what of this module's tables decides a trait, as 8 hex digits."""
    return hashlib.sha256(files(__package__).joinpath("roles.txt").read_bytes()).hexdigest()[:8]


def traits_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the traits of ``words``, each once, in order of appearance."""
    found: dict[str, None] = {}
    before, stem_before, part_before, last_part = "", "^", "", ""
    parts_before: tuple[str, ...] = ()
    for word in words[:LONGEST]:
        stem, parts = facts_of(word)
        found[stem] = None
        found[f"{stem_before} {stem}"] = None
        if before:
            found[f"{before} _ {stem}"] = None
        for part in parts_before:
            found[f"{part}+{stem}"] = None
        for part in parts:
            found[part] = None
            if last_part:
                found[f"{last_part}>{part}"] = None
            if part_before:
                found[f"{part_before}>>{part}"] = None
            found[f"{stem_before}+{part}"] = None
        if parts:
            part_before, last_part = last_part, parts[0]
        before, stem_before = stem_before if stem_before != "^" else "", stem
        parts_before = parts
    return tuple(found)


@lru_cache(maxsize=65_536)
def facts_of(word: str) -> tuple[str, tuple[str, ...]]:
    """Return a word's stem and the parts it plays."""
    if word.isdecimal():
        return _number(word), ()
    plain = _SHORT.get(word, word)
    stem = _stem(plain)
    roles = _roles()
    parts = roles.get(word) or roles.get(plain) or roles.get(stem) or ()
    return f"w:{stem}", parts


def _number(word: str) -> str:
    if len(word) > 3:
        return "n:long"
    value = int(word)
    for name, least in (("n:100", 100), ("n:66", 66), ("n:18", 18), ("n:13", 13), ("n:3", 3)):
        if value >= least:
            return name
    return "n:0"


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
                stem = stem[:-1]
            return stem + "y" if ending in {"ies", "ied"} else stem.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


@cache
def _roles() -> Mapping[str, tuple[str, ...]]:
    parts: dict[str, dict[str, None]] = {}
    for line in files(__package__).joinpath("roles.txt").read_text("utf-8").splitlines():
        name, sign, words = line.partition(" = ")
        if sign and not line.startswith("#"):
            for word in words.split():
                plain = word.replace("'", "")
                parts.setdefault(plain, {})[f"r:{name}"] = None
                parts.setdefault(_stem(plain), {})[f"r:{name}"] = None
    return {word: tuple(names) for word, names in parts.items()}
