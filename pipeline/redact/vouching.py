"""Says whether a word that the model vouches for may stand, though no list explains it.

In: a reading's tokens and a place, or a number. Out: a yes or no. The model's word is never enough:
a word must look like an ordinary one mistyped, glued or without vowels, must not be near a name,
written like one, or stand where names stand; a number must be short and stand where nothing is
opened, paid or lived in. What is vouched for is the model's; what else
explains words is ``deny``'s.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.redact.deny_place import Text
from pipeline.redact.deny_words import CODE_CUES, NAME_CUES
from pipeline.redact.names.cues import CALLED, PARTICLES, PEOPLE, STAFF_TITLES, SUFFIXES, TITLES
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.gazetteers import word_zipfs
from pipeline.redact.names.places import STREET_WORDS
from pipeline.redact.names.slips import near_common_name
from pipeline.redact.number_shape import Number
from pipeline.redact.number_words import BIRTH_CUES, HIGHWAYS, PLACE_CUES, SECRET_CUES
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["may_count", "may_stand", "seems_mistyped", "seems_ordinary"]

_BEFORE_NAMES = PEOPLE | TITLES | STAFF_TITLES | CALLED | NAME_CUES | CODE_CUES | PARTICLES
_AFTER_NAMES = SUFFIXES | STREET_WORDS
_BEFORE_SECRETS = PLACE_CUES | SECRET_CUES | BIRTH_CUES | CODE_CUES | HIGHWAYS | PEOPLE
_PLATED = 4  # letters before a number that could be the half of a plate
_LONGEST_NUMBER = 4
_HARDLY = 0.01
_SHORT_WORD = 5
_COMMON, _VERY_COMMON = 3.7, 5.0  # log10 of uses in 10^9 words
_SHORTEST_SLIP = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SMALL = word_set(
    "in on at to of is it by no up an be he we my as or so do if me us the and for was"
)
_SMALL |= word_set("her his has not but out off pt rp w")
_NAMED = (Kind.NAME, Kind.MOSTLY_NAME)


def may_stand(text: Text, place: int) -> bool:
    """Return whether an unknown word stands where an ordinary word may."""
    token = text.cut[place]
    typed = text.text[token.start : token.end]
    if near_common_name(token.word):
        return False
    if not (seems_ordinary(token.word) or _is_surely_shown(text, place)):
        return False
    if typed[0].isupper() and not typed.isupper():
        return False
    before, after = text.word(place - 1), text.word(place + 1)
    if before in _BEFORE_NAMES or after in _AFTER_NAMES:
        return False
    if after[:1].isdigit() and len(token.word) <= _PLATED:
        return False
    return not any(
        _is_named(text.word(beside)) and not _is_surely_shown(text, beside)
        for beside in (place - 1, place + 1)
        if 0 <= beside < len(text.cut)
    )


def _is_surely_shown(text: Text, place: int) -> bool:
    """Return whether there is hardly a doubt about a short word, however odd it looks.

    Names so short are on the lists, or a letter from one that is.
    """
    word = text.word(place)
    plain = 2 < len(word) <= _SHORT_WORD and word.isascii() and word.isalpha()
    return plain and text.doubt(place, place) < _HARDLY


def may_count(number: Number) -> bool:
    """Return whether a number that no rule explains stands where a number may."""
    digits = sum(map(str.isdigit, number.shape))
    if digits > _LONGEST_NUMBER or len(number.shape) > 2 * _LONGEST_NUMBER or number.sign == "#":
        return False
    near, far = number.before
    return near not in _BEFORE_SECRETS and far not in CODE_CUES and not _is_named(near)


@lru_cache(maxsize=1 << 14)
def seems_ordinary(word: str) -> bool:
    """Return whether a word has no vowel, is a common one mistyped, or some glued together."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return False
    return not set(word) & set("aeiou") or seems_mistyped(word) or _is_glued(word)


@lru_cache(maxsize=1 << 14)
def seems_mistyped(word: str) -> bool:
    """Return whether a word is a common one with one letter more, less, other, or two swapped."""
    if len(word) < _SHORTEST_SLIP:
        return False
    for place in range(1, len(word)):
        head, this, tail = word[:place], word[place], word[place + 1 :]
        if _is_common(head + tail) or _is_common(head + tail[:1] + this + tail[1:]):
            return True
        for letter in _LETTERS:
            if _is_common(head + letter + tail) or _is_common(head + letter + this + tail):
                return True
    return any(_is_common(word + letter) for letter in _LETTERS)


def _is_glued(word: str) -> bool:
    for cut in range(2, len(word) - 1):
        left, right = word[:cut], word[cut:]
        if _is_piece(left) and (_is_piece(right) or seems_mistyped(right) or _is_pair(right)):
            return True
        if len(right) > 3 and _is_piece(right) and seems_mistyped(left):
            return True
    return False


def _is_pair(word: str) -> bool:
    return len(word) > 4 and any(
        _is_piece(word[:cut]) and _is_piece(word[cut:]) for cut in range(2, len(word) - 1)
    )


def _is_piece(word: str) -> bool:
    if len(word) < 4:
        return word in _SMALL or (len(word) == 3 and _is_common(word, _VERY_COMMON))
    return _is_common(word)


def _is_common(word: str, least: float = _COMMON) -> bool:
    listed = word in vocabulary() or word_zipfs().get(word, 0.0) >= least
    return listed and name_facts(word).kind is Kind.WORD


def _is_named(word: str) -> bool:
    if len(word) < 2 or not word.isalpha():
        return False
    kind = name_facts(word).kind
    if kind is Kind.UNKNOWN:
        return near_common_name(word) or not seems_ordinary(word)
    return kind in _NAMED
