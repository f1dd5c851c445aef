"""Says how much a word looks like a name, by the lists of installed packages.

In: a lower-case word. Out: small buckets: how common it is as a given name, as a family name, and
in English. The lists are read once, at run time; nothing of them is stored. It never decides: the
model weighs these facts with a word's neighbours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import names
import wordfreq

from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["Facts", "facts"]

_LOCALES = word_set(
    "en_US en_GB en_IN en_NG es_MX es_ES fr_FR de_DE pl_PL it_IT pt_BR nl_NL sv_SE no_NO "
    "da_DK fi_FI cs_CZ hu_HU ro_RO hr_HR tr_TR vi_VN id_ID en_KE zu_ZA yo_NG ga_IE is_IS"
)
_RANKS = (300, 3000)


class Facts(NamedTuple):
    """Buckets of a word: 0 not on the list, 1 rare, 2 known, 3 common; ``shown``: vocabulary."""

    first: int
    last: int
    common: int
    shown: bool


UNKNOWN = Facts(0, 0, 0, False)


def facts(word: str) -> Facts:
    """Return the facts of a lower-case word; accents do not matter for the lists of names."""
    plain = word if word.isascii() else _plain(word)
    plain = plain.removesuffix("'s")
    frequency = wordfreq.zipf_frequency(word, "en") if word.isalpha() else 0.0
    return Facts(
        _firsts().get(plain, 0),
        _lasts().get(plain, 0),
        0 if frequency < 2 else 1 if frequency < 3.2 else 2 if frequency < 4.2 else 3,
        word in vocabulary(),
    )


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return "".join(each for each in apart if not unicodedata.combining(each))


@cache
def _firsts() -> Mapping[str, int]:
    ranked: dict[str, int] = {}
    _rank(ranked, _listed("first:male"))
    _rank(ranked, _listed("first:female"))
    return _with_locales(ranked, "first")


@cache
def _lasts() -> Mapping[str, int]:
    ranked: dict[str, int] = {}
    _rank(ranked, _listed("last"))
    return _with_locales(ranked, "last")


def _listed(key: str) -> list[str]:
    lines = Path(names.FILES[key]).read_text(encoding="utf-8").splitlines()
    return [line.split()[0].lower() for line in lines]


def _rank(ranked: dict[str, int], words: Iterable[str]) -> None:
    for place, word in enumerate(words):
        bucket = 3 if place < _RANKS[0] else 2 if place < _RANKS[1] else 1
        ranked[word] = max(bucket, ranked.get(word, 0))


def _with_locales(ranked: dict[str, int], kind: str) -> Mapping[str, int]:
    for locale in sorted(_LOCALES):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in sorted(vars(provider)):
            value = getattr(provider, attribute)
            if attribute.startswith(f"{kind}_names") and isinstance(value, (list, tuple, dict)):
                for name in value:
                    for part in _plain(str(name).lower()).replace("-", " ").split():
                        ranked.setdefault(part, 2)
    return ranked
