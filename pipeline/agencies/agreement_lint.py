"""Looks for what should not stand in an agreement, and for what is missing from it.

In: an agency. Out: remarks with a code, what is wrong, what to do, and the sentence (agreements are
public texts). It judges words, not law, and finds what its patterns know: a clean agreement may
still be a bad one. It must never change an agreement, nor stop a feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from pipeline.agencies.agency import Agency, Agreement, CanonicalField
from pipeline.model import Category

__all__ = ["Clause", "Remark", "clauses", "found_clauses", "lint"]

_FILE = Path(__file__).with_name("clauses.yml")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n\s*(?:\n|[-*#|]|\d+\.\s)|\s*\|\s*")
_SOON = timedelta(days=90)
_LONG = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One kind of clause: its patterns, what takes it back, and examples that are its tests."""

    code: str
    problem: str
    remedy: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    finds: tuple[str, ...]
    ignores: tuple[str, ...]

    def stands_in(self, sentence: str) -> bool:
        """Return whether the sentence is such a clause."""
        if not any(pattern.search(sentence) for pattern in self.patterns):
            return False
        return not any(pattern.search(sentence) for pattern in self.unless)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to look at in an agreement; ``where`` is a sentence of it, or a key."""

    code: str
    problem: str
    remedy: str
    where: str


@cache
def clauses() -> Mapping[str, Clause]:
    """Return every kind of clause, by code."""
    tree = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            code: Clause(
                code=code,
                problem=each["problem"],
                remedy=each["remedy"],
                patterns=tuple(re.compile(one, re.IGNORECASE) for one in each["patterns"]),
                unless=tuple(re.compile(one, re.IGNORECASE) for one in each["unless"]),
                finds=tuple(each["finds"]),
                ignores=tuple(each["ignores"]),
            )
            for code, each in tree.items()
        }
    )


def found_clauses(text: str) -> Iterator[Remark]:
    """Yield a remark for each sentence that should not stand in an agreement."""
    for sentence in filter(None, map(_plain, _SENTENCE.split(text))):
        for clause in clauses().values():
            if clause.stands_in(sentence):
                yield Remark(
                    code=clause.code,
                    problem=clause.problem,
                    remedy=clause.remedy,
                    where=sentence,
                )


def lint(agency: Agency, *, on: date) -> tuple[Remark, ...]:
    """Return all remarks about the agency's agreement on a day: clauses first."""
    terms = agency.agreement
    words = [terms.text, terms.consideration, terms.termination, *terms.purposes]
    found = [remark for text in words for remark in found_clauses(text)]
    return (*dict.fromkeys(found), *_missing(terms, on), *_scope(agency))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_#>`|]+", " ", text).split())


def _missing(terms: Agreement, on: date) -> Iterator[Remark]:
    if not terms.purposes:
        yield Remark(
            code="no-purpose",
            problem="does not say what the feed may be used for",
            remedy="Name the purposes under `purposes`.",
            where="agreement.purposes",
        )
    if not terms.termination:
        yield Remark(
            code="no-termination",
            problem="does not say how either side ends it",
            remedy="Say it under `termination`, and in the text.",
            where="agreement.termination",
        )
    if terms.version > 1 and terms.supersedes is None:
        yield Remark(
            code="no-history",
            problem="is a renewal that does not say of what",
            remedy="Keep the one before under `earlier`, and name it under `supersedes`.",
            where="agreement.supersedes",
        )
    if timedelta(0) <= terms.expires - on <= _SOON:
        yield Remark(
            code="ends-soon",
            problem=f"ends on {terms.expires}; the feed stops the day after",
            remedy="Renew it, in public, or let it end.",
            where="agreement.expires",
        )
    if terms.expires - terms.effective > _LONG:
        yield Remark(
            code="too-long",
            problem="binds both sides for more than five years",
            remedy="Agree for a shorter time; it can be renewed.",
            where="agreement.expires",
        )


def _scope(agency: Agency) -> Iterator[Remark]:
    agreed = agency.agreement.fields
    mapped = {field.value for field in agency.fields if field is not CanonicalField.CALL_TYPE}
    mapped |= {"remarks"} if agency.remarks else set()
    mapped |= {"people"} if agency.people else set()
    always = {each.value for each in (*_SAFETY, *agency.key)}
    for name in sorted(mapped - agreed - always):
        yield Remark(
            code="field-outside",
            problem=f"does not allow `{name}`, which agency.yml reads: it is left out at the door",
            remedy="Ask the agency not to send it, or amend the agreement.",
            where="agreement.fields",
        )
    if agency.agreement.categories == frozenset(Category):
        yield Remark(
            code="all-categories",
            problem="lets every category be published that the policy allows, also later ones",
            remedy="List the categories both sides have in mind.",
            where="agreement.categories",
        )


_SAFETY = (
    CanonicalField.RESTRICTED,
    CanonicalField.PLACE_RESTRICTED,
    CanonicalField.CANCELLED,
    CanonicalField.CLOSED,
    CanonicalField.OPENED_AT,
)
