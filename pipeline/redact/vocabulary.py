"""The words that may be shown: reviewed dispatch vocabulary, and a digest of it.

In: ``vocabulary.txt`` beside this file. Out: a frozen set of lower-case words. The list is an
allow-list, so it must never hold a word that is mostly a person's or a street's name; a test keeps
it so. What is done with it is decided in ``deny``.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources

from pipeline.model import ConfigError

__all__ = ["vocabulary", "vocabulary_digest", "word_set"]

_FILE = "vocabulary.txt"


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


@cache
def vocabulary_digest() -> str:
    """Return the first eight hex digits of the list's SHA-256; part of the model version."""
    return hashlib.sha256(_text().encode("utf-8")).hexdigest()[:8]


def word_set(words: str) -> frozenset[str]:
    """Return the words of a short list written as one text, for lists that stand in code."""
    return frozenset(words.split())


def _text() -> str:
    return resources.files("pipeline.redact").joinpath(_FILE).read_text(encoding="utf-8")
