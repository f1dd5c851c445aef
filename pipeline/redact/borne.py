"""Widens a finding by its title or label: Mrs. before a name, apt before a number.

In: disjoint findings of a reading, sorted. Out: the same, some wider to the left. A title says who
is meant beside a street, and a word for a door says that a home follows. It must never reach over
more than one word, and what is committed to is the value without it (:func:`without_lead`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from pipeline.model import Entity, Finding
from pipeline.redact.spans import moved
from pipeline.redact.tokens import Token
from pipeline.redact.vocabulary import word_set

__all__ = ["with_leads", "without_lead"]

_LEADS = {
    Entity.PERSON: word_set("mr mrs ms mx miss mister dr rev prof sr sra senor senora"),
    Entity.APARTMENT: word_set(
        "apt apts apartment apmt appt aprt apto unit unt rm room ste suite lot lote spc trlr flat"
    ),
}
_BETWEEN = re.compile(r"[.:]?[ \u00a0]{0,2}#?[ \u00a0]?")
_LEAD = {
    entity: re.compile(rf"(?:{'|'.join(sorted(words))})\b[.:#\s]*", re.IGNORECASE)
    for entity, words in _LEADS.items()
}


def with_leads(
    findings: Sequence[Finding], text: str, tokens: Sequence[Token]
) -> tuple[Finding, ...]:
    """Return the findings, those of people and doors wider by a title or label before them."""
    begins = [token.start for token in tokens]
    wider: list[Finding] = []
    end = 0
    for each in findings:
        words = _LEADS.get(each.entity)
        place = bisect_left(begins, each.start) - 1
        if words is not None and place >= 0:
            before = tokens[place]
            near = _BETWEEN.fullmatch(text, before.end, each.start) is not None
            if near and before.word in words and before.start >= end:
                each = moved(each, before.start, each.end)
        wider.append(each)
        end = each.end
    return tuple(wider)


def without_lead(text: str, entity: Entity) -> str:
    """Return a removed value without the title or label that was removed with it."""
    pattern = _LEAD.get(entity)
    found = pattern.match(text) if pattern is not None else None
    return text[found.end() :] or text if found else text
