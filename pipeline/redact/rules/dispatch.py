"""All rules as one recognizer: one pass over the tokens, a few looks at the whole text.

In: readings. Out: findings named ``rules/<rule>``. A rule starts at its words, at any token with a
digit, or where one of its strings stands in the text. It must never skip a rule because another one
found something: the union of all is what counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from pipeline.model import Finding
from pipeline.redact.reading import Reading
from pipeline.redact.rules.after import after_rules
from pipeline.redact.rules.ages import AGE_RULES
from pipeline.redact.rules.bare_streets import BARE_STREET_RULES
from pipeline.redact.rules.called_roads import CALLED_ROAD_RULES
from pipeline.redact.rules.crossings import CROSSING_RULES
from pipeline.redact.rules.cued_streets import CUED_STREET_RULES
from pipeline.redact.rules.doors import DOOR_RULES
from pipeline.redact.rules.foreign_streets import FOREIGN_STREET_RULES
from pipeline.redact.rules.hit import Hit, Rule, Trigger
from pipeline.redact.rules.keys import KEY_RULES
from pipeline.redact.rules.listed_people import LISTED_RULES
from pipeline.redact.rules.lone_plates import LONE_PLATE_RULES
from pipeline.redact.rules.numbers import NUMBER_RULES
from pipeline.redact.rules.operators import OPERATOR_RULES
from pipeline.redact.rules.people import PEOPLE_RULES
from pipeline.redact.rules.plates import PLATE_RULES
from pipeline.redact.rules.positions import POSITION_RULES
from pipeline.redact.rules.returns import RETURN_RULES
from pipeline.redact.rules.said_names import SAID_NAME_RULES
from pipeline.redact.rules.signoffs import SIGN_OFF_RULES
from pipeline.redact.rules.spoken_streets import SPOKEN_STREET_RULES
from pipeline.redact.rules.streets import STREET_RULES
from pipeline.redact.rules.told_names import TOLD_NAME_RULES
from pipeline.redact.rules.walk import has_digit
from pipeline.redact.rules.web import WEB_RULES
from pipeline.redact.sources import sources_version

__all__ = ["DispatchRules", "all_rules"]

# What starts at a word, what must be behind it for that, and what its next word must be.
_Started = tuple[Trigger, str, Callable[[str], object] | None]

# Tokens longer than this are looked at like tokens of this length.
_LONGEST_TOKEN = 20
# Characters of most texts, from rare to frequent; what is not among them is rarer.
_FREQUENT = "zqxjkvbygpwfmucldhrsnioate "
# The last distinct words stay in memory with what they start; they never leave the process.
_WORDS_KEPT = 1 << 16


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, in a fixed order."""
    return (
        *after_rules(),
        *NUMBER_RULES,
        *AGE_RULES,
        *PLATE_RULES,
        *LONE_PLATE_RULES,
        *DOOR_RULES,
        *KEY_RULES,
        *POSITION_RULES,
        *WEB_RULES,
        *RETURN_RULES,
        *STREET_RULES,
        *SPOKEN_STREET_RULES,
        *CROSSING_RULES,
        *CUED_STREET_RULES,
        *FOREIGN_STREET_RULES,
        *BARE_STREET_RULES,
        *CALLED_ROAD_RULES,
        *PEOPLE_RULES,
        *LISTED_RULES,
        *SAID_NAME_RULES,
        *TOLD_NAME_RULES,
        *OPERATOR_RULES,
        *SIGN_OFF_RULES,
    )


class DispatchRules:
    """Finds what dispatch writes in fixed ways."""

    def __init__(self, rules: Sequence[Rule] | None = None) -> None:
        chosen = all_rules() if rules is None else tuple(rules)
        self._by_word: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in chosen:
            for word in rule.words:
                self._by_word[word].append(rule)
        self._by_length = tuple(
            tuple(
                rule
                for rule in chosen
                if rule.numbers and (not rule.lengths or length in rule.lengths)
            )
            for length in range(_LONGEST_TOKEN + 1)
        )
        self._by_text = [(rule.needs, rule.find) for rule in chosen if rule.needs]
        self._needs: defaultdict[str, set[str]] = defaultdict(set)
        for needs, _ in self._by_text:
            for need in needs:
                self._needs[_rarest(need)].add(need)
        self._triggers = lru_cache(maxsize=_WORDS_KEPT)(self._triggers_of)

    @property
    def name(self) -> str:
        """The recognizer's name; findings carry the rule's name behind it."""
        return "rules"

    @property
    def version(self) -> str:
        """That of all sources of redaction, the rules' among them."""
        return sources_version()

    def find(self, readings: Sequence[Reading]) -> tuple[tuple[Finding, ...], ...]:
        """Return findings per reading, in no particular order."""
        return tuple(tuple(map(_finding, self._hits(reading))) for reading in readings)

    def _hits(self, reading: Reading) -> list[Hit]:
        hits: list[Hit] = []
        text, ends, words = reading.text, reading.ends, reading.words
        last = len(words) - 1
        for place, started in enumerate(map(self._triggers, words)):
            for find, behind, then in started:
                if behind and text[ends[place] : ends[place] + 1] not in behind:
                    continue
                if then is None or then(words[place + 1] if place < last else ""):
                    hits += find(reading, place)
        there = {
            need
            for sign, needs in self._needs.items()
            if sign in text
            for need in needs
            if need in text
        }
        if there:
            for needs, find in self._by_text:
                if not there.isdisjoint(needs):
                    hits += find(reading, 0)
        return hits

    def _triggers_of(self, word: str) -> tuple[_Started, ...]:
        """Return what starts at a word; it is remembered, for most words start nothing."""
        started = list(self._by_word.get(word, ()))
        if has_digit(word):
            rules = self._by_length[min(len(word), _LONGEST_TOKEN)]
            started += [rule for rule in rules if rule.fits(word)]
        return tuple((rule.find, rule.behind, rule.then) for rule in started)


def _rarest(need: str) -> str:
    """Return the character of a string that fewest texts have: a look for one is quick."""
    return min(need, key=_FREQUENT.find)


def _finding(hit: Hit) -> Finding:
    return Finding(
        start=hit.start,
        end=hit.end,
        entity=hit.entity,
        recognizer=f"rules/{hit.rule}",
        recognizer_version=sources_version(),
        score=hit.score,
        reason=hit.reason,
    )
