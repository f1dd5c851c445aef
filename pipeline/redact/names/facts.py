"""Says what one word is before its neighbours are asked: name, word, both, or neither.

In: a word as it was typed. Out: ``NameFacts``, cached by word, so that a token costs one look-up.
Which of the two a word of both kinds is, its neighbours say (``context``). It must never take a
word for ordinary because no list knows it. Whether an unknown word is a bent or glued ordinary one
is ``lexicon``'s.
"""

from __future__ import annotations

import enum
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from pipeline.redact.names.gazetteers import (
    GAZETTEER_PACKAGES,
    dictionary_words,
    gazetteer_versions,
    given_names,
    nicknames,
    plain,
    surnames,
    word_zipfs,
)
from pipeline.redact.vocabulary import vocabulary, vocabulary_digest

__all__ = [
    "GAZETTEER_PACKAGES",
    "MOST_NAME_SHARE",
    "Kind",
    "NameFacts",
    "name_facts",
    "name_share",
    "names_version",
    "reviewed",
]


class Kind(enum.StrEnum):
    """What a word is taken for when it stands alone."""

    WORD = "word"
    """An ordinary word; at most rarely a name."""
    MOSTLY_WORD = "mostly-word"
    """A word that people bear, too: a word, unless its neighbours make a name of it."""
    MOSTLY_NAME = "mostly-name"
    """Reviewed as both: a name, unless its neighbours make a word of it."""
    NAME = "name"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFacts:
    """Facts of one word. ``given`` and ``surname`` are percent of people, 0 when nobody.

    ``zipf`` is log10 of its uses in 10^9 words of English, 0 below 3; ``in_vocabulary`` says that
    the reviewed dispatch vocabulary holds it.
    """

    kind: Kind
    given: float
    surname: float
    nickname: bool
    zipf: float
    in_vocabulary: bool

    @property
    def name_rank(self) -> int:
        """0 (no name) to 4 (very common); for features that want few values."""
        most = max(self.given, self.surname)
        return sum(most >= floor for floor in (1e-9, 0.001, 0.01, 0.1))


# Uses in 10^6 words of running text per percent of people; from names that are nothing else.
_USES_OF_GIVEN = 250.0
_USES_OF_SURNAME = 150.0
# A word of the list of common words is taken for a word below this share of uses as a name.
MOST_NAME_SHARE = 0.06
# O'Brien and Dell'Orto are in the lists in one piece.
_PARTICLE = re.compile(r"^(o|d|dell|l|n|m)'(?=[a-z]{3})")
_COMMON_IF_GIVEN = 4.2
_COMMON_IF_SURNAME = 3.4
# A word of a dictionary that fewer people bear is a name only where it stands as one; in percent.
_RARE_SURNAME = 0.002
_NO_NAME = NameFacts(
    kind=Kind.UNKNOWN, given=0.0, surname=0.0, nickname=False, zipf=0.0, in_vocabulary=False
)


@lru_cache(maxsize=1 << 16)
def name_facts(word: str) -> NameFacts:
    """Return what is known about a word, in any case; an ending ``'s`` is not part of it.

    Accents are ignored. Hyphens and apostrophes may stand or be left out, as the lists have them.
    """
    bare = _PARTICLE.sub(r"\1", plain(word).removesuffix("'s"))
    given, surname = given_names().get(bare, 0.0), surnames().get(bare, 0.0)
    zipf, known = word_zipfs().get(bare, 0.0), bare in vocabulary()
    called = bare in nicknames()
    if not (given or surname or zipf or known or called):
        return _plural_or_nothing(bare)
    return NameFacts(
        kind=_kind(bare, known, zipf, given, surname, called),
        given=given,
        surname=surname,
        nickname=called,
        zipf=zipf,
        in_vocabulary=known,
    )


def name_share(word: str) -> float:
    """Return the estimated share of a word's uses that are names; 1 when no English word."""
    zipf = word_zipfs().get(word)
    if zipf is None:
        return 1.0
    uses = _USES_OF_GIVEN * given_names().get(word, 0.0)
    uses += _USES_OF_SURNAME * surnames().get(word, 0.0)
    return min(1.0, uses / 10 ** (zipf - 3))


@cache
def reviewed(kind: str) -> frozenset[str]:
    """Return the reviewed words that are names too; ``kind`` is ``word`` or ``name``."""
    return frozenset(
        word
        for line in _both().splitlines()
        if line.startswith(f"{kind}:")
        for word in line.partition(":")[2].split()
    )


@cache
def names_version() -> str:
    """Return a short text that changes whenever a list of a package or a site's words do.

    The lists that lie here count among the sources of redaction.
    """
    whole = f"{gazetteer_versions()};{vocabulary_digest()}"
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:8]


def _both() -> str:
    return resources.files("pipeline.redact.names").joinpath("both.txt").read_text("utf-8")


def _kind(word: str, known: bool, zipf: float, given: float, surname: float, called: bool) -> Kind:
    named = bool(given or surname or called)
    if word in reviewed("word"):
        return Kind.MOSTLY_WORD
    if word in reviewed("name"):
        return Kind.MOSTLY_NAME
    if known:
        return Kind.WORD
    if zipf and not named:
        return Kind.WORD
    # Lists of given names hold few words, and rare words that are listed are mostly names.
    rare = zipf < (_COMMON_IF_GIVEN if given or called else _COMMON_IF_SURNAME)
    if not rare and name_share(word) < MOST_NAME_SHARE:
        return Kind.WORD
    seldom = not (given or called) and surname <= _RARE_SURNAME
    return Kind.MOSTLY_WORD if seldom and word in dictionary_words() else Kind.NAME


def _plural_or_nothing(bare: str) -> NameFacts:
    # A family as a whole: "the Szabos".
    if bare.endswith("s") and len(bare) > 4:
        stem = bare.removesuffix("s")
        one = surnames().get(stem, 0.0)
        listed = stem in word_zipfs() or stem in vocabulary() or stem in reviewed("word")
        if one and not listed:
            return NameFacts(
                kind=Kind.NAME,
                given=0.0,
                surname=one,
                nickname=False,
                zipf=0.0,
                in_vocabulary=False,
            )
    return _NO_NAME
