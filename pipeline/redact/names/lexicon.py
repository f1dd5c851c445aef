"""Explains words: ordinary ones, and ordinary ones bent, glued, or mistyped.

In: one word. Out: whether it is ordinary English or dispatch language in some shape, cached by
word. It must never explain a word that some list holds as a name, nor one that is nearer to a
common name than to a word. Words that are names too are judged by their neighbours
(``names.context``), numbers by ``numbers``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from pipeline.redact.names.facts import MOST_NAME_SHARE, Kind, name_facts, name_share
from pipeline.redact.names.gazetteers import given_names, surnames, word_zipfs
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["is_bent_word", "is_inflected", "near_common_name", "split_glued"]

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
# Below these lengths one wrong letter makes another name of a name.
_SHORTEST_STEM = 4
_SHORTEST_TYPO = 7
_LONGEST = 40
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_GLUE = 7
_SHORTEST_BONES = 4
_NO_VOWELS = str.maketrans("", "", "aeiou")
_COMMON_NAME = 0.004
_COMMON_WORD = 3.7


@lru_cache(maxsize=1 << 15)
def is_bent_word(word: str) -> bool:
    """Return whether a word no list holds is an ordinary one inflected, glued, or mistyped."""
    bare = word.replace("'", "")
    if not (bare.isascii() and bare.isalpha() and len(bare) <= _LONGEST):
        return False
    return is_inflected(bare) or bool(split_glued(bare)) or _shortened(bare) or _mistyped(bare)


@lru_cache(maxsize=1 << 14)
def is_inflected(word: str) -> bool:
    """Return whether a word is an ordinary one with an ending or a beginning."""
    bare = word.replace("'", "")
    return bare.isascii() and bare.isalpha() and len(bare) <= _LONGEST and _inflected(bare)


@lru_cache(maxsize=1 << 15)
def near_common_name(word: str) -> bool:
    """Return whether one letter more, less, other or swapped makes a common name of the word."""
    return _SHORTEST_STEM < len(word) <= _LONGEST and any(
        each in _bent_names() for each in _one_less(word)
    )


@lru_cache(maxsize=1 << 14)
def split_glued(word: str) -> tuple[str, ...]:
    """Return the two words a longer one is made of, or nothing when it is not."""
    if len(word) < _SHORTEST_GLUE:
        return ()
    for cut in range(2, len(word) - 1):
        left, right = word[:cut], word[cut:]
        if _part(left) and _part(right):
            return left, right
    return ()


def _part(word: str) -> bool:
    if len(word) < 4:
        return word in _SHORT
    facts = name_facts(word)
    return facts.kind is Kind.WORD and (facts.in_vocabulary or facts.zipf >= _COMMON_WORD)


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
    return facts.kind is Kind.WORD and (facts.in_vocabulary or facts.zipf >= _COMMON_WORD)


def _mistyped(word: str) -> bool:
    if len(word) < _SHORTEST_TYPO or near_common_name(word):
        return False
    # Cheap and too generous first: two words with one letter taken from each may be alike.
    if not any(each in _bent_words() and each[:1] == word[:1] for each in _one_less(word)):
        return False
    known, zipfs = vocabulary(), word_zipfs()
    return any(
        (away in known or zipfs.get(away, 0.0) >= _COMMON_WORD) and _is_word(away)
        for away in _one_away(word)
        if away[0] == word[0]
    )


def _one_away(word: str) -> Iterator[str]:
    for place in range(len(word)):
        head, tail = word[:place], word[place + 1 :]
        if head and tail:
            # A letter too many at an end is rather another word glued on.
            yield head + tail
        if tail:
            yield head + tail[0] + word[place] + tail[1:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + word[place:]


def _shortened(word: str) -> bool:
    """Return whether the word is a longer one without some of its vowels ("drvng")."""
    bones = _bones(word)
    if len(bones) < _SHORTEST_BONES or near_common_name(word):
        return False
    return any(_is_within(word, whole) for whole in _words_by_bones().get(bones, ()))


def _is_within(word: str, whole: str) -> bool:
    letters = iter(whole)
    return len(word) < len(whole) and all(letter in letters for letter in word)


def _bones(word: str) -> str:
    return word[0] + word[1:].translate(_NO_VOWELS)


@cache
def _common_words() -> tuple[str, ...]:
    zipfs = word_zipfs()
    listed = (word for word, zipf in zipfs.items() if zipf >= _COMMON_WORD and len(word) > 4)
    every = {*listed, *(word for word in vocabulary() if len(word) > 4)}
    return tuple(sorted(word for word in every if word.isalpha() and _is_word(word)))


@cache
def _words_by_bones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in _common_words():
        bones = _bones(word)
        found[bones] = (*found.get(bones, ()), word)
    return found


@cache
def _bent_words() -> frozenset[str]:
    return frozenset(each for word in _common_words() for each in _one_less(word))


@cache
def _bent_names() -> frozenset[str]:
    common = {
        name
        for names in (given_names(), surnames())
        for name, percent in names.items()
        if percent >= _COMMON_NAME
    }
    words = vocabulary()
    return frozenset(
        each
        for name in common
        if len(name) >= _SHORTEST_STEM and name not in words and name_share(name) >= MOST_NAME_SHARE
        for each in _one_less(name)
    )


def _one_less(word: str) -> tuple[str, ...]:
    # Two words one letter apart have one of these in common; so have two with letters swapped.
    return (word, *(word[:place] + word[place + 1 :] for place in range(len(word))))
