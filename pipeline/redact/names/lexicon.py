"""Explains words: ordinary ones, and ordinary ones bent, glued, or mistyped.

In: one word. Out: whether it is ordinary English or dispatch language in some shape, cached by
word. It must never explain a word that some list holds as a name, nor one that is nearer to a
common name than to a word. Words that are names too are judged by their neighbours
(``names.context``), numbers by ``numbers``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import dictionary_words, word_zipfs
from pipeline.redact.names.slips import COMMON_WORD, is_slip, near_common_name
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["is_bent_word", "is_inflected", "is_key", "is_listed", "split_glued"]

_SHORT = word_set("in on at to of is it by no up an be he we my as or so do if me us the and for")
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("ers", ""),
    ("ing", ""),
    ("ing", "e"),
    ("es", ""),
    ("ed", ""),
    ("ed", "e"),
    ("er", ""),
    ("er", "e"),
    ("ly", ""),
    ("in", ""),
    ("s", ""),
    ("d", ""),
    ("y", ""),
    ("nt", ""),
    ("ness", ""),
    ("less", ""),
    ("ful", ""),
    ("able", ""),
    ("ment", ""),
    ("ish", ""),
    ("like", ""),
    ("wise", ""),
)
_BEGINNINGS: tuple[str, ...] = (
    "non",
    "un",
    "re",
    "pre",
    "mis",
    "over",
    "out",
    "under",
    "anti",
    "semi",
    "multi",
)
_BEGINNINGS += ("post", "inter", "super", "sub", "dis")
_SHORTEST_STEM = 4
_LONGEST = 40
_SHORTEST_GLUE = 7
_MOST_GLUED = 3
_LONGEST_SHORT_KEY = 3
# Three letters are a part of many names.
_COMMON_OF_THREE = 4.8
_SHORTEST_BONES = 4
_SHORT_ENDINGS = frozenset({"d", "ed", "s", "g", "ing", "t", "n"})
# Police, fire, sheriffs and patrols of a place: NOPD, BCSO.
_AGENCY = re.compile(r"[a-z]{1,3}(?:pd|fd|so|hp|ems)")
_NO_VOWELS = str.maketrans("", "", "aeiou")


@lru_cache(maxsize=1 << 15)
def is_bent_word(word: str) -> bool:
    """Return whether a word no list of ours holds is an ordinary one in some shape.

    It stands in a dictionary, or is an ordinary word inflected, glued to another, or mistyped.
    """
    bare = word.replace("'", "")
    if not (bare.isascii() and bare.isalpha() and len(bare) <= _LONGEST):
        return False
    return (
        bare in dictionary_words()
        or _AGENCY.fullmatch(bare) is not None
        or is_inflected(word)
        or bool(split_glued(bare))
        or _shortened(bare)
        or is_slip(bare)
    )


@lru_cache(maxsize=1 << 14)
def is_inflected(word: str) -> bool:
    """Return whether a word is an ordinary one with an ending or a beginning."""
    stem, apostrophe, ending = word.partition("'")
    if apostrophe and ending in _SHORT_ENDINGS and len(stem) > 1:
        # "tow'd", "req's"
        return _is_word(stem) or (len(stem) > _SHORTEST_STEM and _inflected(stem))
    bare = word.replace("'", "")
    return bare.isascii() and bare.isalpha() and len(bare) <= _LONGEST and _inflected(bare)


@lru_cache(maxsize=1 << 14)
def is_listed(word: str) -> bool:
    """Return whether a dictionary holds a word, or its stem, and no list of names does."""
    return name_facts(word).kind is Kind.UNKNOWN and (
        word in dictionary_words() or is_inflected(word)
    )


@lru_cache(maxsize=1 << 14)
def is_key(word: str) -> bool:
    """Return whether a word is a key of a page made of ordinary ones: ``dest_time``, ``wt_kg``."""
    parts = [part for part in word.split("_") if part]
    if len(parts) < 2:
        return False
    return all(
        len(part) <= _LONGEST_SHORT_KEY or part.isdigit() or _is_word(part) or _shortened(part)
        for part in parts
    )


@lru_cache(maxsize=1 << 14)
def split_glued(word: str) -> tuple[str, ...]:
    """Return the two or three words a longer one is made of, or nothing when it is not."""
    return () if len(word) < _SHORTEST_GLUE else _split(word, _MOST_GLUED)


def _split(word: str, most: int) -> tuple[str, ...]:
    for cut in range(2, len(word) - 1):
        if _part(word[:cut]):
            if _part(word[cut:]):
                return word[:cut], word[cut:]
            rest = _split(word[cut:], most - 1) if most > 2 else ()
            if rest:
                return word[:cut], *rest
    return ()


def _part(word: str) -> bool:
    if len(word) < 3:
        return word in _SHORT
    facts = name_facts(word)
    if facts.kind is not Kind.WORD:
        return False
    if len(word) == 3:
        return facts.zipf >= _COMMON_OF_THREE
    return facts.in_vocabulary or facts.zipf >= COMMON_WORD


def _inflected(word: str) -> bool:
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)] + instead
            # "stopped"
            single = stem[:-1] if not instead and stem[-2:-1] == stem[-1:] else stem
            if any(len(each) >= _SHORTEST_STEM and _is_word(each) for each in (stem, single)):
                return True
    return any(
        word.startswith(beginning)
        and len(word) - len(beginning) >= _SHORTEST_STEM
        and _is_word(word[len(beginning) :])
        for beginning in _BEGINNINGS
    )


def _is_word(word: str) -> bool:
    facts = name_facts(word)
    if facts.kind is Kind.MOSTLY_WORD:
        return True
    if facts.kind is Kind.UNKNOWN:
        return word in dictionary_words()
    common = facts.in_vocabulary or facts.zipf >= COMMON_WORD
    return facts.kind is Kind.WORD and (common or word in dictionary_words())


def _shortened(word: str) -> bool:
    """Return whether the word is a longer one without some of its vowels ("drvng")."""
    bones = _bones(word)
    if len(bones) < _SHORTEST_BONES or near_common_name(word):
        return False
    return any(
        _is_within(word, whole) and _is_word(whole) for whole in _words_by_bones().get(bones, ())
    )


def _is_within(word: str, whole: str) -> bool:
    letters = iter(whole)
    return len(word) < len(whole) and all(letter in letters for letter in word)


def _bones(word: str) -> str:
    return word[0] + word[1:].translate(_NO_VOWELS)


@cache
def _words_by_bones() -> dict[str, list[str]]:
    # Whether one is taken for a word is asked when it is met: asking of all takes longer than this.
    zipfs = word_zipfs()
    listed = {word for word, zipf in zipfs.items() if zipf >= COMMON_WORD} | vocabulary()
    found: dict[str, list[str]] = {}
    for word in listed:
        if len(word) > 4 and word.isalpha():
            found.setdefault(_bones(word), []).append(word)
    return found
