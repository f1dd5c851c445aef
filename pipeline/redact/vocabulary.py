"""Holds the words that may be shown: ours, a site's own, and a digest of both.

In: ``vocabulary.txt`` beside this file, and a site's list when one was given. Out: lower-case
words. The list must never be changed by what passes through; a word gets in by review, or because
several agencies' feeds have it (``site_words``). Names are told from words in ``names``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

from pipeline.model import ConfigError

__all__ = ["add_site_words", "site_words", "vocabulary", "vocabulary_digest", "word_set"]

_FILE = "vocabulary.txt"
_site: frozenset[str] = frozenset()


@cache
def vocabulary() -> frozenset[str]:
    """Return every word that may be shown, lower case.

    Raises:
        ConfigError: when the list is empty, which would be a damaged installation.
    """
    words = frozenset(
        line.strip() for line in _text().splitlines() if line.strip() and not line.startswith("#")
    )
    if not words:
        raise ConfigError("the dispatch vocabulary is empty", remedy="Install the package again.")
    return words


def add_site_words(words: Iterable[str]) -> None:
    """Take a site's words, already checked, for this process; the last list given counts."""
    global _site
    _site = frozenset(words)


def site_words() -> frozenset[str]:
    """Return the site's own words; empty until a list was given."""
    return _site


def vocabulary_digest() -> str:
    """Return the first eight hex digits of the lists' SHA-256; part of the model version."""
    return _digest(_site)


@lru_cache(maxsize=4)
def _digest(site: frozenset[str]) -> str:
    whole = _text() + "".join(f"\n{word}" for word in sorted(site))
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:8]


def word_set(words: str) -> frozenset[str]:
    """Return the words of a short list written as one text, for lists that stand in code."""
    return frozenset(words.split())


@cache
def _text() -> str:
    return resources.files("pipeline.redact").joinpath(_FILE).read_text(encoding="utf-8")
