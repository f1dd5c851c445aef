"""Lists of names and words, read once from installed packages and from our own files.

In: the census lists of ``names``, the locale lists of ``Faker``, ``nicknames``, the word lists of
``wordfreq`` and ``lemminflect``, and two files of ours. Out: plain dictionaries from a word to how
common it is as a given name, surname, or English word, and the words of an English dictionary.
Nothing of a package is copied into this one, and nothing is read before it is asked for. What the
figures mean for a word is said in ``facts``.
"""

from __future__ import annotations

import csv
import gzip
import pkgutil
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module, metadata, resources
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import msgpack  # type: ignore[import-untyped]

from pipeline.model import ConfigError

__all__ = [
    "GAZETTEER_PACKAGES",
    "dictionary_words",
    "given_names",
    "nicknames",
    "plain",
    "surnames",
    "word_zipfs",
]

GAZETTEER_PACKAGES = ("names", "Faker", "nicknames", "wordfreq", "lemminflect")

LISTED_GIVEN = 0.0008
LISTED_SURNAME = 0.0004
"""Percent of people taken for a name that only a list without figures holds."""

_LISTS = (list, tuple, dict, set, frozenset)
# None of these is plain without its accents.
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2e80-\ufdff]")
_SEAM = re.compile(r"[\s-]")
_APART = re.compile(r"[^a-z]+")
_LATIN = str.maketrans(
    {
        "\u00f8": "o",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00df": "ss",
        "\u00f0": "d",
        "\u00fe": "th",
        "\u0142": "l",
        "\u0111": "d",
        "\u0131": "i",
        "\u0259": "a",
        "\u2019": "'",
        "\u02bb": "'",
        "\u02bc": "'",
        "\u2018": "'",
    }
)


class _Plain(dict[int, str]):
    """What a letter is without its accents, by its number; found when it is first met."""

    def __missing__(self, number: int) -> str:
        split = unicodedata.normalize("NFKD", chr(number).translate(_LATIN))
        bare = "".join(each for each in split if not unicodedata.combining(each)).translate(_LATIN)
        # No more is kept than alphabets have; there are a hundred thousand of other signs.
        return self.setdefault(number, bare) if number < _ALPHABETS else bare


_ALPHABETS = 0x2000
_plain = _Plain()


def plain(word: str) -> str:
    """Return a word in lower case without accents, Latin letters spelled in ASCII where usual."""
    return word.lower() if word.isascii() else word.lower().translate(_plain)


@cache
def surnames() -> dict[str, float]:
    """Return surnames with the percent of people who bear them, where anybody counted."""
    found = dict.fromkeys(_locale_names()[1], LISTED_SURNAME)
    found |= dict.fromkeys(_own("cultures.txt", "surname", "both"), LISTED_SURNAME)
    counted = _census("dist.all.last")
    listed = found.keys() & counted.keys()
    found |= counted
    for name in listed:
        found[name] = max(found[name], LISTED_SURNAME)
    return found


@cache
def given_names() -> dict[str, float]:
    """Return given names with the percent of people who bear them, where anybody counted."""
    found = dict.fromkeys(_locale_names()[0], LISTED_GIVEN)
    found |= dict.fromkeys(_own("cultures.txt", "given", "both"), LISTED_GIVEN)
    found |= dict.fromkeys(_own("modern_given.txt", "given", "nickname"), LISTED_GIVEN)
    for file in ("dist.male.first", "dist.female.first"):
        for name, percent in _census(file).items():
            # Half of all people each.
            found[name] = max(percent / 2, found.get(name, 0.0))
    return found


@cache
def nicknames() -> frozenset[str]:
    """Return short and pet forms of given names."""
    with _file("nicknames", "names.csv").open(encoding="utf-8", newline="") as lines:
        known = {plain(row["name2"]) for row in csv.DictReader(lines)}
    return frozenset(known | set(_own("modern_given.txt", "nickname")))


@cache
def word_zipfs() -> dict[str, float]:
    """Return English words with their Zipf frequency (log10 of uses in 10^9 words), 3.0 and up.

    Raises:
        ConfigError: the list is missing or of another format.
    """
    packed = _file("wordfreq", "data/small_en.msgpack.gz").read_bytes()
    head, *by_rarity = msgpack.unpackb(gzip.decompress(packed))
    if head != {"format": "cB", "version": 1}:
        raise ConfigError("the word list has an unknown format", remedy="Install the lock again.")
    return {
        word: 9 - centibels / 100 for centibels, words in enumerate(by_rarity) for word in words
    }


@cache
def dictionary_words() -> Mapping[str, str]:
    """Return the words of an English dictionary in all their forms, names of anything left out.

    Each with its classes, a letter each in order: adjective j, adverb r, auxiliary a, noun n and
    its plural p, verb v, its past d, participle g, third person s. They are those of the
    SPECIALIST lexicon of the National Library of Medicine.

    Raises:
        ConfigError: the list is missing.
    """
    packed = _file("lemminflect", "resources/infl_lu.csv.gz")
    bits = {mark: 1 << place for place, mark in enumerate(_MARKS)}
    columns = {kind: [bits[mark] for mark in marks] for kind, marks in _CLASSES.items()}
    classes: dict[str, int] = {}
    for line in gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines():
        # lemma,kind,form,form/form
        lemma, kind, *forms = line.split(",")
        if kind in columns and lemma.islower():
            for bit, words in zip(columns[kind], (lemma, *forms), strict=False):
                for word in words.split("/") if "/" in words else (words,):
                    classes[word] = classes.get(word, 0) | bit
    # Thousands of words share a few sets of classes.
    sets = {
        each: "".join(mark for mark in _MARKS if each & bits[mark])
        for each in set(classes.values())
    }
    return {word: sets[each] for word, each in classes.items() if word.isascii() and word.isalpha()}


# Letters of the lemma and of each of its forms, in the order of the dictionary's columns.
_CLASSES = {"adj": "jjj", "adv": "rrr", "aux": "aaaaaa", "noun": "np", "verb": "vddgs"}
_MARKS = sorted(set("".join(_CLASSES.values())))


def _census(file: str) -> dict[str, float]:
    # Lines of columns: the name, its percent, the percent so far, its rank. To leave out all but
    # letters takes less than to cut fields nobody asks for, and few percents differ.
    lines = _file("names", file).read_bytes()
    names = lines.lower().translate(None, b"0123456789. ").decode("ascii").split()
    percent = cache(float)
    percents = [percent(line[_PERCENT]) for line in lines.splitlines()]
    return dict(zip(names, percents, strict=True))


_PERCENT = slice(14, 20)


@cache
def _locale_names() -> tuple[frozenset[str], frozenset[str]]:
    # Given names and surnames of every locale.
    given: set[Any] = set()
    last: set[Any] = set()
    with _parts_alone("faker"):
        people: Any = import_module("faker.providers.person")
        for module in pkgutil.iter_modules(people.__path__):
            provider = import_module(f"{people.__name__}.{module.name}").Provider
            for attribute, values in vars(provider).items():
                if "_name" in attribute and isinstance(values, _LISTS):
                    kind = given if "first" in attribute else last if "last" in attribute else None
                    if kind is not None:
                        kind.update(values)
    return frozenset(_words_of(given)), frozenset(_words_of(last))


@contextmanager
def _parts_alone(package: str) -> Iterator[None]:
    """Import parts of a package without all that it brings itself, and let them go on leaving."""
    before = set(sys.modules)
    if package not in before:
        bare = ModuleType(package)
        bare.__path__ = [str(_file(package, ""))]
        sys.modules[package] = bare
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == package:
                del sys.modules[name]
                whole, _, part = name.rpartition(".")
                if whole in before:
                    delattr(sys.modules[whole], part)


def _words_of(values: Iterable[Any]) -> Iterator[str]:
    # Lists of names, or names with their weights; some entries are several words. Other scripts
    # are left out: nothing explains them, so they are masked anyway.
    for value in values:
        if not isinstance(value, str) or (not value.isascii() and _OTHER_SCRIPT.search(value)):
            continue
        whole = plain(value)
        if whole.isascii():
            yield whole
            if not whole.isalpha():
                yield from (part for part in _SEAM.split(whole) if len(part) > 3)


def _own(file: str, *kinds: str) -> Iterator[str]:
    text = resources.files("pipeline.redact.names").joinpath(file).read_text("utf-8")
    for line in text.splitlines():
        head, colon, names = line.partition(":")
        if colon and not line.startswith("#") and head.split()[-1] in kinds:
            for name in map(plain, names.split()):
                yield name
                yield _APART.sub("", name)


def _file(package: str, path: str) -> Path:
    # Importing the packages would take longer than reading the lists in them.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(f"the lists of {package} are missing", remedy="Install the lock again.")
    return Path(spec.submodule_search_locations[0], path)


@cache
def gazetteer_versions() -> str:
    """Return names and versions of the packages read, for a recognizer's version."""
    return ",".join(f"{name}-{metadata.version(name)}" for name in GAZETTEER_PACKAGES)
