"""Says whether a call is too sensitive to be told, and why, from its type and narrative.

In go a call type and texts, out comes a ``Verdict`` that names categories and reasons: a phrase of
the reviewed lexicon, how strongly the trained judge leans, or the meaning of a code. Each source
can only raise. A reason never quotes the text. What an agency's own table says of a call type is
decided before by ``call_types`` and ``gate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.classify.apco import apco_codes
from pipeline.classify.judge import judge
from pipeline.classify.lexicon import signal_documents
from pipeline.classify.signals import found_phrases, words_of
from pipeline.classify.types.rules import (
    code_votes,
    covers_patients,
    flavours_of,
    is_signal,
    without_signal,
)
from pipeline.model import Category

__all__ = ["Verdict", "verdict_on", "weighed_signals"]

_UNREAD = "unreadable"
_UNSURE = 0.5  # a number alone, of a system that other regions do not share
_WORDED = re.compile(r"[A-Z]{3,}")
_FEWEST_WORDS = 4  # fewer are a code or a name; the judge has learnt sentences
# What a sample of an interface says where a remark would stand: of nobody, and unlike any sentence
# the judge has learnt. A text that has one other word is weighed.
_SAYS_NOTHING = frozenset(
    {
        *("a", "an", "and", "at", "comment", "dummy", "example", "for", "here", "in", "interface"),
        *("is", "narrative", "of", "only", "or", "placeholder", "please", "remark", "sample"),
        *("test", "text", "the", "this"),
    }
)
_OF_CATEGORY = {
    Category.DEATH: "death",
    Category.DOMESTIC: "domestic",
    Category.SEXUAL_OFFENSE: "sexual",
    Category.ABUSE: "child",
    Category.SUICIDE: "suicide",
    Category.MENTAL_HEALTH: "mental-health",
    Category.OVERDOSE: "overdose",
    Category.JUVENILE: "juvenile",
    Category.MISSING_PERSON: "missing-person",
    Category.SEARCH: "missing-person",
    Category.WELFARE_CHECK: "welfare-check",
    Category.ABANDONED_CALL: "welfare-check",
    Category.STALKING: "stalking",
    Category.COURT_ORDER: "protection-order",
    Category.VICE: "trafficking",
    Category.MEDICAL: "medical",
}

# What the lists for call types name otherwise.
_OF_FLAVOUR = {
    "order": "protection-order",
    "mental": "mental-health",
    "missing": "missing-person",
    "welfare": "welfare-check",
    "vacation": "vacation-watch",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Categories raised, sorted, and a reason for each; without categories nothing was raised."""

    categories: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def sensitive(self) -> bool:
        """True when the call is never told."""
        return bool(self.categories)


def verdict_on(*, call_type: str, narrative: str) -> Verdict:
    """Return what type and narrative raise; a bland one never outweighs the other."""
    raised = [*_of_type(" ".join(call_type.split()).upper()), *_of_text(narrative)]
    return Verdict(
        categories=tuple(sorted({category for category, _ in raised})),
        reasons=tuple(dict.fromkeys(reason for _, reason in raised)),
    )


def weighed_signals(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the categories the trained judge raises in any of ``texts``, sorted."""
    return tuple(sorted({name for text in texts for name, _ in _weighed(words_of(text))}))


@lru_cache(maxsize=4096)
def _of_type(call_type: str) -> tuple[tuple[str, str], ...]:
    return tuple(_raised_by_type(call_type))


def _raised_by_type(call_type: str) -> Iterator[tuple[str, str]]:
    known = apco_codes().get(call_type)
    if known is not None and known.category in _OF_CATEGORY:
        yield _OF_CATEGORY[known.category], f"call type: APCO {known.code}, {known.meaning}"
    for signal, phrase in sorted(found_phrases(words_of(call_type), told=False)):
        yield signal, f"call type: {signal}, phrase “{phrase}”"
    for flavour in flavours_of(call_type):
        yield _OF_FLAVOUR.get(flavour, flavour), f"call type: {flavour}, as call types name it"
    yield from _of_numbers(call_type)


def _of_numbers(call_type: str) -> Iterator[tuple[str, str]]:
    """Yield what numbers may mean; one of another region counts where no word says otherwise."""
    if covers_patients(call_type):
        yield "medical", "call type: its card is medical or holds assaults"
    if is_signal(call_type) and without_signal(call_type) == call_type:
        yield _UNREAD, "call type: a numbered signal means something else in every region"
    worded = _WORDED.search(call_type) is not None
    for apco, sure in code_votes(call_type).items():
        category = _OF_CATEGORY.get(apco_codes()[apco].category)
        if category is not None and (sure > _UNSURE or not worded):
            yield (
                category,
                f"call type: its number may be APCO {apco}, {apco_codes()[apco].meaning}",
            )


def _of_text(narrative: str) -> Iterator[tuple[str, str]]:
    words = words_of(narrative)
    for signal, phrase in sorted(found_phrases(words)):
        yield signal, f"lexicon: {signal}, {_meaning(signal)}; phrase “{phrase}”"
    yield from _weighed(words)


def _weighed(words: list[str]) -> Iterator[tuple[str, str]]:
    if len(words) < _FEWEST_WORDS or _SAYS_NOTHING.issuperset(words):
        return
    for leaning in judge().lean(words):
        yield leaning.category, f"judge: {leaning.category}, {leaning.strength}"


def _meaning(signal: str) -> str:
    return _MEANINGS.get(signal) or _MEANINGS.setdefault(signal, signal_documents()[signal].meaning)


_MEANINGS: dict[str, str] = {}
