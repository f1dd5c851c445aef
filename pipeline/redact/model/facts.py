"""Says in a few buckets how much a word looks like a name; the model weighs them.

In: a lower-case word. Out: ``Facts``, made of what ``redact/names`` knows: how common the word is
as a given name, as a family name and in English, whether the vocabulary holds it, and what it says
of the words beside it. It never decides what a word is.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.redact.deny_words import CODE_CUES
from pipeline.redact.names import cues, name_facts
from pipeline.redact.names.facts import Kind
from pipeline.redact.names.gazetteers import dictionary_words
from pipeline.redact.names.lexicon import is_bent_word
from pipeline.redact.names.places import BRANDS, PLACE_WORDS, STREET_WORDS
from pipeline.redact.number_words import MEASURES, NUMBERED, PLACE_CUES, SECRET_CUES, VITALS

__all__ = ["UNKNOWN", "Facts", "facts"]


class Facts(NamedTuple):
    """Buckets of a word: 0 not on the list, 1 rare, 2 known, 3 common; ``shown``: vocabulary.

    ``sort`` is a letter of ``names.facts.Kind``, ``ordinary`` that it is an English word or none
    but that, ``bent`` that it is one in another shape, ``cue`` the list of cues that holds it,
    ``classes`` what a dictionary says it is (``gazetteers.dictionary_words``).
    """

    first: int
    last: int
    common: int
    shown: bool
    sort: str = "u"
    ordinary: bool = False
    bent: bool = False
    cue: str = "-"
    classes: str = ""


UNKNOWN = Facts(0, 0, 0, False)
"""What is known of a word that no list holds."""

_SORTS = {
    Kind.WORD: "w",
    Kind.MOSTLY_WORD: "x",
    Kind.MOSTLY_NAME: "y",
    Kind.NAME: "n",
    Kind.UNKNOWN: "u",
}


@lru_cache(maxsize=1 << 16)
def facts(word: str) -> Facts:
    """Return the facts of a lower-case word; accents do not matter for the lists of names."""
    known = name_facts(word)
    return Facts(
        _bucket(known.given, 0.001, 0.03),
        _bucket(known.surname, 0.001, 0.02),
        _bucket(known.zipf, 3.2, 4.2),
        known.in_vocabulary,
        _SORTS[known.kind],
        known.kind is Kind.WORD,
        known.kind is Kind.UNKNOWN and is_bent_word(word),
        _cues().get(word, "-"),
        dictionary_words().get(word, ""),
    )


@cache
def _cues() -> dict[str, str]:
    # Later ones win: those are the narrower.
    lists = {
        "det": cues.DETERMINERS,
        "mea": MEASURES,
        "num": NUMBERED,
        "vit": VITALS,
        "say": cues.SAYING,
        "tog": cues.TOGETHER,
        "mod": cues.MODALS,
        "plw": PLACE_WORDS,
        "bra": BRANDS,
        "par": cues.PARTICLES,
        "peo": cues.PEOPLE,
        "sec": SECRET_CUES,
        "cod": CODE_CUES,
        "pla": PLACE_CUES,
        "str": STREET_WORDS,
        "suf": cues.SUFFIXES,
        "cal": cues.CALLED,
        "tit": cues.TITLES,
        "sta": cues.STAFF_TITLES,
    }
    return {word: name for name, words in lists.items() for word in words}


def _bucket(amount: float, known: float, common: float) -> int:
    return 3 if amount > common else 2 if amount > known else 1 if amount > 0 else 0
