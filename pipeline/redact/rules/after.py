"""Rules of the kind "after these words stands a private value", read from ``after.yml``.

In: the reviewed file. Out: rules that start at a trigger word, skip what may stand between, and
take one value by its shape. It must never take a value that does not begin where it should: a rule
looks no further than five small words past its trigger, and never past the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.marked_yaml import read_source
from pipeline.model import Entity
from pipeline.redact.names.lexicon import is_key
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule, Trigger
from pipeline.redact.rules.shapes import compiled
from pipeline.redact.rules.values import ordinary
from pipeline.redact.rules.walk import gap, has_digit, known, word
from pipeline.redact.vocabulary import word_set

__all__ = ["AfterDocument", "after_documents", "after_rules"]

_FILLERS = word_set(
    "is was are to as at on number num no nbr of the for in a it's its reads lists w with will"
    " be comes back starts begins ending ends last four 4 partial poss possibly state id ref code"
    " codes acct card file said says gave given user my her his their or and x then per from temp"
    " partially approx full correct new old main main's using name phone cell matches shows"
    " he she they used uses entered are digits hand"
)
_ASKED = ("? ", "?: ", "?  ", "?")
_STOP = re.compile(r"[.!?]\s")
_MOST_FILLERS = 5


class AfterDocument(BaseModel):
    """One rule of ``after.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: Entity
    after: tuple[str, ...]
    value: str
    score: float
    fillers: bool = True
    finds: tuple[str, ...]
    ignores: tuple[str, ...]


@cache
def after_documents() -> Mapping[str, AfterDocument]:
    """Return the rules as they are written, by name."""
    with as_file(files(__package__).joinpath("after.yml")) as path:
        tree = read_source(path).tree
    return TypeAdapter(dict[str, AfterDocument]).validate_python(tree)


def after_rules() -> tuple[Rule, ...]:
    """Return one rule per document."""
    return tuple(_rule(name, document) for name, document in after_documents().items())


def _rule(name: str, document: AfterDocument) -> Rule:
    phrases = tuple(tuple(written.lower().split()) for written in document.after)
    return Rule(
        name=name,
        find=_finder(name, document, phrases),
        words=frozenset(phrase[0] for phrase in phrases),
        examples=Examples(finds=document.finds, ignores=document.ignores),
    )


def _finder(name: str, document: AfterDocument, phrases: tuple[tuple[str, ...], ...]) -> Trigger:
    value = compiled(document.value)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append(phrase)
    most = _MOST_FILLERS if document.fillers else 0
    reason = f"{document.value.replace('-', ' ')} after a word for it"

    def find(reading: Reading, place: int) -> Iterator[Hit]:
        for phrase in by_first[reading.tokens[place].word]:
            last = _end_of(reading, place, phrase)
            found = _value_after(reading, last, value, most) if last >= 0 else None
            if found and not (ordinary(name, found.group()) or _is_other(reading, found)):
                start, end = _with_prefix(reading, found.start(), name), found.end()
                if name == "vin":
                    end -= len(_trailing_word(found.group()))
                yield Hit(start, end, document.entity, name, document.score, reason)
                return

    return find


_TRAILING = re.compile(r"\s([a-z]{4,})\Z", re.IGNORECASE)


def _trailing_word(value: str) -> str:
    """Return an ordinary word behind a number, with its space: the end of ``2208839 needed``."""
    found = _TRAILING.search(value)
    return found[0] if found and known(found[1].lower()) else ""


_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_HOURS = re.compile(r"\s?(?:hrs?|hours?)\b", re.IGNORECASE)


def _is_other(reading: Reading, found: re.Match[str]) -> bool:
    """Return whether a value is a page's next key, ``SUSPECT_HANDLE:``, or a time, ``0417 hrs``."""
    if _CLOCK.fullmatch(found.group()) and _HOURS.match(reading.text, found.end()):
        return True
    behind = reading.text[found.end() : found.end() + 1]
    return behind in {":", "="} and "_" in found.group() and is_key(found.group().lower())


def _end_of(reading: Reading, place: int, phrase: tuple[str, ...]) -> int:
    cut = reading.tokens
    if place + len(phrase) > len(cut):
        return -1
    for step in range(1, len(phrase)):
        if cut[place + step].word != phrase[step]:
            return -1
    return place + len(phrase) - 1


def _with_prefix(reading: Reading, start: int, name: str) -> int:
    """Take what passed for a small word or a sign: ``passport NO 30288175``, ``code #4419``."""
    text = reading.text
    if name == "access-code":
        return start - (text[max(0, start - 1) : start] in {"#", "*"})
    before = text[max(0, start - 4) : start]
    if name == "birth-date" and before.lower() == "the ":
        return start - 4
    letters = before[1:3]
    if len(before) == 4 and letters.isalpha() and letters.isupper() and before[3] in " -":
        small = letters.lower() in _FILLERS and not before[0].isalnum() and not text.isupper()
        return start - 3 if small and name in _PREFIXED else start
    return start


_PREFIXED = frozenset(("government-id", "license", "medical-id", "financial"))


def _value_after(
    reading: Reading, last: int, value: re.Pattern[str], most: int
) -> re.Match[str] | None:
    """Return the value that stands after token ``last`` and at most ``most`` small words."""
    cut, text = reading.tokens, reading.text
    for place in range(last, min(last + most + 1, len(cut) - 1)):
        between = gap(reading, place)
        # A question goes on in its answer: ``Q3 Birthday? the 4th of May 2016``.
        asked = place == last and between in _ASKED
        if len(between) > 6 or (
            not asked and _STOP.match(between) and len(cut[place].word) > (3 if place > last else 5)
        ):
            return None
        following = cut[place + 1].word
        small = following in _FILLERS and not has_digit(following)
        # ``A B C 1 2 3``: letters one by one are the value, not an article.
        small = small and (len(following) > 1 or len(word(reading, place + 2)) > 1)
        if not (small and place < last + most):
            return value.match(text, cut[place + 1].start)
    return None
