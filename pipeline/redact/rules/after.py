"""Rules of the kind "after these words stands a private value", read from ``after.yml``.

In: the reviewed file. Out: rules that start at a trigger word, skip what may stand between, and
take one value by its shape. It must never take a value that does not begin where it should: a rule
looks no further than a dozen characters past its trigger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.marked_yaml import read_source
from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule, Trigger
from pipeline.redact.rules.shapes import compiled

__all__ = ["AfterDocument", "after_documents", "after_rules"]

_BETWEEN = (
    r"(?:\s?(?:#|:|=|/|-|\.|,|→|->|\(|\"|“|'|(?:is|was|are|to|as|at|on|number|num|no|nbr|of|for"
    r"|in|it's|its"
    r"|reads|lists|code|codes|will be|comes back|starts with|begins with|ending|ends in|last"
    r" four|last 4"
    r"|last 8|last six|first three|partial|poss|possibly|state|id|ref|acct|user|name|new"
    r"|old)(?!\w)\.?)"
    r"){0,4}[\s#:=\"“(]{0,3}"
)


class AfterDocument(BaseModel):
    """One rule of ``after.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entity: Entity
    after: tuple[str, ...]
    value: str
    score: float
    between: str = _BETWEEN
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
    phrases = [re.findall(r"[a-z\d']+", written.lower()) for written in document.after]
    return Rule(
        name=name,
        find=_finder(name, document, [tuple(phrase) for phrase in phrases if phrase]),
        words=frozenset(phrase[0] for phrase in phrases if phrase),
        examples=Examples(finds=document.finds, ignores=document.ignores),
    )


def _finder(name: str, document: AfterDocument, phrases: list[tuple[str, ...]]) -> Trigger:
    between = re.compile(document.between, re.IGNORECASE)
    value = compiled(document.value)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append(phrase)
    reason = f"{document.value} after a word for it"

    def find(reading: Reading, place: int) -> Iterator[Hit]:
        cut, text = reading.tokens, reading.text
        for phrase in by_first[cut[place].word]:
            last = place + len(phrase) - 1
            if last < len(cut) and all(
                cut[place + step].word == word for step, word in enumerate(phrase)
            ):
                skipped = between.match(text, cut[last].end)
                found = value.match(text, skipped.end() if skipped else cut[last].end)
                if found and found.end() > found.start():
                    yield Hit(
                        found.start(), found.end(), document.entity, name, document.score, reason
                    )
                    return

    return find
