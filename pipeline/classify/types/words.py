"""Reads a call type into the plain words it stands for.

In goes what an agency wrote (``SUSP VEH-RES``), out come words (``suspicious vehicle residence``),
as ``abbreviations.txt`` has them. A word that is in no list is completed from the known words when
it is cut short or misspelled, else kept as it is. Meaning is ``rules``' part, not this module's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from rapidfuzz import fuzz, process

__all__ = [
    "LIGHT",
    "abbreviations",
    "is_dispatch_words",
    "is_guessed",
    "is_known_word",
    "lines_of",
    "phrases",
    "plain_words",
    "raw_words",
    "siblings",
    "singular",
    "told_words",
]

_WORD = re.compile(r"[a-z]+|\d+[a-z]?")
_LONGEST = 4
_PREFIX, _FUZZY, _ALIKE = 4, 6, 84.0
_CUT = 6  # letters of a word that a column cut short
_GLUED, _PIECE, _HALF = 5, 2, 3
_MOST = 40  # letters; nobody cuts, glues or misspells a longer word, and trying takes their square
# Pieces that mean something only inside a glued code; alone they stand for too much.
_PIECES = MappingProxyType(
    {
        "ch": ("child",), "oa": ("other", "agency"), "ac": ("activity",), "rp": ("report",),
        "po": ("protection", "order"), "pro": ("problem",), "hr": ("hit", "and", "run"),
        "nc": ("no", "contact"), "fir": ("fire",), "bat": ("battery",), "alm": ("alarm",),
    }
)  # fmt: skip
_ENDING = MappingProxyType({"v": ("vehicle",), "p": ("person",), "r": ("residence",)})

_LIGHT = (
    "a an the of in on at to for by from with and or is as type types other call calls report past"
    " progress just occurred jo cold now hot late delayed only priority pri p code emergency"
    " misc miscellaneous general active poss possible in progress request w per not elsewhere"
    " occ occd hi lo med1 high low e f l m s x i ii iii level lvl class felony misdemeanor misd"
    " fel routine nonurgent occurring old new all offense complainant"
    " there scene enroute confirmed"
)
LIGHT = frozenset(_LIGHT.split())
"""Words that tell when or how rather than what; they weigh little in a comparison."""


def lines_of(name: str, mark: str) -> Iterator[tuple[str, str]]:
    """Yield (left, right) of every line of a reviewed file that is no comment."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith(("#", "[")):
            left, _, right = line.partition(mark)
            yield left.strip(), right.strip()


def raw_words(text: str) -> list[str]:
    """Return lower-case words and numbers; accents and apostrophes are folded away."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _WORD.findall(text.lower().replace("'", ""))


def singular(word: str) -> str:
    """Return a word without its plural ``s``; words on ``ss`` and short ones stay."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


@cache
def abbreviations() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Return short form to words, both as tuples of words; the first claim on a form holds."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for words, forms in lines_of("abbreviations.txt", "="):
        for form in forms.split():
            known.setdefault(tuple(raw_words(form.replace("_", " "))), tuple(words.split()))
    return MappingProxyType(known)


@cache
def phrases() -> Mapping[str, tuple[str, ...]]:
    """Return APCO code to its phrases, as written."""
    lines = lines_of("phrases.txt", ":")
    return MappingProxyType(
        {code: tuple(each.strip() for each in right.split(";")) for code, right in lines}
    )


@cache
def siblings() -> Mapping[str, tuple[str, ...]]:
    """Return APCO code to the types people choose instead of it, nearest first."""
    lines = lines_of("siblings.txt", ":")
    return MappingProxyType({code: tuple(right.split()) for code, right in lines})


@cache
def _known_words() -> Mapping[str, str]:
    """Return every word phrases use, to itself in the singular, longest last."""
    found = {word for each in phrases().values() for text in each for word in raw_words(text)}
    found |= {word for words in abbreviations().values() for word in words}
    return MappingProxyType(
        {word: singular(word) for word in sorted(found, key=lambda w: (len(w), w))}
    )


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words ``text`` stands for, in order, singular."""
    return _expanded(tuple(raw_words(text)))


def told_words(text: str) -> tuple[str, ...]:
    """Return the same of a narrative: its words are whole, so that none is cut or glued of two."""
    return _forms_read(tuple(raw_words(text)), lambda word: (singular(word),))


@lru_cache(maxsize=20_000)
def _expanded(words: Sequence[str]) -> tuple[str, ...]:
    return _forms_read(words, _read)


def _forms_read(words: Sequence[str], read: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    """Return words with short forms in full; ``read`` says what any other one stands for."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            form = tuple(words[at : at + length])
            if form in abbreviations():
                found += [singular(word) for word in abbreviations()[form]]
                at += length
                break
        else:
            found += read(words[at])
            at += 1
    return tuple(found)


@cache
def _beginnings() -> Mapping[str, str]:
    """Return every beginning of a known word to the shortest word so begun, in the singular."""
    found: dict[str, str] = {}
    for word, whole in _known_words().items():
        for length in range(_PREFIX, len(word) + 1):
            found.setdefault(word[:length], whole)
    return MappingProxyType(found)


@lru_cache(maxsize=20_000)
def _read(word: str) -> tuple[str, ...]:
    """Return the known words this one is, is cut from, is glued of, or is nearly; else itself."""
    known = _known_words()
    if word in known:
        return (known[word],)
    if singular(word) in known or not _PREFIX <= len(word) <= _MOST or not word.isalpha():
        return (singular(word),)
    if word in _beginnings():
        return (_beginnings()[word],)
    glued = _glued(word)
    if glued:
        return glued
    squeezed = _squeezed().get(_consonants(word))
    if squeezed and len(word) < len(squeezed) and "aeiou".find(word[1]) < 0:
        return (singular(squeezed),)
    if len(word) >= _FUZZY:
        near = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near is not None:
            return (known[near[0]],)
    return (word,)


def is_known_word(word: str) -> bool:
    """Return whether a plain word is one that phrases or short forms use."""
    return word in _known_words() or word in _known_singulars()


@cache
def _known_singulars() -> frozenset[str]:
    return frozenset(_known_words().values())


def is_dispatch_words(text: str) -> bool:
    """Return whether every word is one of the reviewed files; a long one may be cut short.

    Numbers, glued words and near misses are none, so that no name is read as a word it resembles.
    """
    return all(
        (word,) in abbreviations()
        or singular(word) in _known_words()
        or word in _known_words()
        or (len(word) >= _CUT and word in _beginnings())
        for word in raw_words(text)
    )


def _consonants(word: str) -> str:
    """Return the first letter and the consonants after it, doubled ones once."""
    kept = word[0]
    for letter in word[1:]:
        if letter not in "aeiouy" and letter != kept[-1]:
            kept += letter
    return kept


@cache
def _squeezed() -> Mapping[str, str]:
    """Return consonants to the one known word that has them; those of several are left out."""
    found: dict[str, set[str]] = {}
    for word, whole in _known_words().items():
        if word.isalpha() and len(word) > _PREFIX:
            found.setdefault(_consonants(word), set()).add(whole)
    alone = {key: min(words) for key, words in found.items() if len(words) == 1 and len(key) > 3}
    return MappingProxyType(alone)


def _glued(word: str) -> tuple[str, ...]:
    """Return the words of two pieces that make up a nature code (``ALMFIR``); empty when none do.

    The split nearest to the middle is taken. One letter at the end may name what it is about.
    """
    if len(word) < _GLUED:
        return ()
    halves = _by_halves(word)
    if halves:
        return halves
    for at in sorted(range(_PIECE, len(word)), key=lambda cut: (abs(len(word) - 2 * cut), cut)):
        first, second = _piece(word[:at]), _piece(word[at:]) or _ENDING.get(word[at:], ())
        if first and second:
            return first + second
    return ()


def is_guessed(text: str) -> bool:
    """Return whether a word of ``text`` is read by halves of which one is a guess."""
    return any(
        _read(word) == _by_halves(word) and not (_piece(word[:_HALF]) and _piece(word[_HALF:]))
        for word in raw_words(text)
        if (word,) not in abbreviations() and singular(word) not in _known_words()
    )


def _by_halves(word: str) -> tuple[str, ...]:
    first, second = _half(word[:_HALF]), _half(word[_HALF:])
    return first + second if len(word) == 2 * _HALF and first and second else ()


def _half(part: str) -> tuple[str, ...]:
    """Return what half of a six-letter code stands for: a form, else its commonest word."""
    form = _piece(part)
    return form or _halves().get(part, ())


@cache
def _halves() -> Mapping[str, tuple[str, ...]]:
    """Return three letters to the word that phrases most often use and that starts with them."""
    count = Counter(word for each in phrases().values() for text in each for word in text.split())
    words: dict[str, tuple[str, ...]] = {}
    for word, _ in count.most_common():
        words.setdefault(word[:_HALF], (singular(word),))
    for form, stands in abbreviations().items():
        if len(form) == 1:
            words.setdefault(form[0][:_HALF], tuple(singular(each) for each in stands))
    return MappingProxyType({start: each for start, each in words.items() if len(start) == _HALF})


def _piece(part: str) -> tuple[str, ...]:
    if len(part) < _PIECE:
        return ()
    form = abbreviations().get((part,)) or _PIECES.get(part)
    if form:
        return tuple(singular(each) for each in form)
    known = _known_words()
    if len(part) > _PIECE and part in known:
        return (known[part],)
    whole = next((each for each in known if each.startswith(part)), "") if len(part) > 3 else ""
    return (known[whole],) if whole else ()
