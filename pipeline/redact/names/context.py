"""Says whether a word that is both is a name where it stands, from the words around it.

In: the tokens of a reading, and a place in them. Out: a yes or no for words of the reviewed list;
others are what ``facts`` says. It must never look at more than a few neighbours, so that its cost
does not grow with the text. Persons are put together in ``persons``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.redact.capitals import letters_by_case
from pipeline.redact.names.cues import (
    CALLED,
    DETERMINERS,
    FUNCTION_WORDS,
    MODALS,
    PEOPLE,
    SAYING,
    STAFF_TITLES,
    SUFFIXES,
    TITLES,
    TOGETHER,
)
from pipeline.redact.names.facts import Kind, NameFacts, name_facts
from pipeline.redact.names.places import STREET_WORDS
from pipeline.redact.tokens import Token
from pipeline.redact.vocabulary import word_set

__all__ = ["Case", "case_of", "is_name_here", "is_street_here"]

_ENDS = ".!?;:\n|"
_STRONG = 2.0
# These stand before what they describe far oftener than for a person.
_ADJECTIVES = word_set(
    "white black brown green gray grey golden gold silver long short young small little early"
    " good best strong sharp smart quick rich sweet royal english french gross fair glass wood"
    " stone"
)
# These say and do what people do, and are seldom anybody's name.
_ROLES = word_set("friend judge pastor ranger foreman usher vic")
_MONTHS = word_set("jan april may june july august")
_BEFORE_MONTHS = word_set("til till until since through thru early late mid next last end")
_BARE_VERBS = word_set("adv ref hit cld sts")
_PREPOSITIONS = word_set("in on of into onto off under over at out up down")
_ON = word_set("on at off near onto from to towards toward twd and")
_STREET_GAPS = frozenset({" ", "-", "/", " / ", " & ", "&"})
_BOTH = (Kind.MOSTLY_WORD, Kind.MOSTLY_NAME)


class Case:
    """How a text uses capitals: what a capital says depends on it."""

    UPPER = "upper"
    LOWER = "lower"
    MIXED = "mixed"


def case_of(text: str) -> str:
    """Return how the text as a whole uses capitals."""
    if text.isupper():
        return Case.UPPER
    if text.islower():
        return Case.LOWER
    small, capitals = letters_by_case(text)
    return Case.UPPER if small * 6 < capitals else Case.LOWER if capitals * 60 < small else "mixed"


def is_name_here(
    text: str, cut: Sequence[Token], place: int, case: str, *, already: float = 0.0
) -> bool:
    """Return whether the token, a word of both kinds, names somebody where it stands.

    ``already`` is what speaks for a name before anything around the word is looked at, in points.
    """
    token = cut[place]
    facts = name_facts(token.word)
    before = cut[place - 1] if place else None
    after = cut[place + 1] if place + 1 < len(cut) else None
    gap_before = text[before.end : token.start] if before else "\n"
    gap_after = text[token.end : after.start] if after else "\n"
    ahead = _from_before(cut, place, gap_before)
    behind = _from_after(token, after, gap_after)
    if token.word in _ROLES and after and after.word in SAYING:
        behind = min(behind, 0.0)
    describes = token.word in _ADJECTIVES
    if ahead >= _STRONG and not describes and token.word not in MODALS:
        behind = max(behind, 0.0)
    mostly = facts.kind is Kind.MOSTLY_NAME and token.word not in _ROLES
    points = already + (1.0 if mostly else -1.0)
    if describes:
        points -= 1.0
    points += ahead + behind + _from_capital(text, token, gap_before, case)
    if case == Case.MIXED and after and gap_after == " " and text[token.start].isupper():
        capital = _from_next_capital(text, after, facts)
        points += capital - (min(behind, 0.0) if capital else 0.0)
    return points >= 0.5


def is_street_here(text: str, cut: Sequence[Token], place: int) -> bool:
    """Return whether the token, an ordinary word, is a street's name: by number, cue, or suffix."""
    token = cut[place]
    before = cut[place - 1] if place else None
    after = cut[place + 1] if place + 1 < len(cut) else None
    if after and text[token.end : after.start] in _STREET_GAPS and after.word in STREET_WORDS:
        return True
    if before is None or text[before.end : token.start] not in _STREET_GAPS:
        return False
    if before.word[0].isdigit():
        return after is None or before.word[-1].isdigit()
    capital = text[token.start].isupper() and not text[before.start].isupper()
    return before.word in _ON and (capital or text.isupper())


def _from_before(cut: Sequence[Token], place: int, gap: str) -> float:
    if place == 0:
        return 0.0
    word, this = cut[place - 1].word, cut[place].word
    if gap in {", ", ","} and name_facts(this).given > 0:
        # HAVERFORD, CLAY
        return 2.5 if name_facts(word).kind in {Kind.NAME, Kind.UNKNOWN} and word.isalpha() else 0.0
    titled = word in TITLES or word in STAFF_TITLES or word in CALLED
    if titled and gap in {" ", ". ", ".", ": ", ' "'}:
        return 4.0
    if len(word) == 1 and gap in {". ", "."} and word.isalpha():
        return 3.0
    if _ends(gap):
        # "CALLER: ROSE"
        return 1.5 if ":" in gap and word in PEOPLE else 0.0
    if word in PEOPLE:
        return 2.0
    if word in MODALS and this not in MODALS and gap == " ":
        # "he will sue"; a person named Will is followed by a surname, which is a list's.
        return -3.0 if name_facts(this).surname < 0.02 else 0.0
    if word in TOGETHER and not (word == "to" and this in MODALS):
        return 0.0 if word == "to" else 1.5
    return _from_determiner(word, this) or _from_name_before(word, this)


def _from_determiner(word: str, this: str) -> float:
    if this in _MONTHS and word in _BEFORE_MONTHS:
        return -4.0
    if word.removesuffix("'s") not in DETERMINERS:
        return 0.0
    return -1.5 if word in _PREPOSITIONS else -4.0


def _from_name_before(word: str, this: str) -> float:
    if word[0].isdigit():
        return -2.0
    kind = name_facts(word).kind
    if kind is Kind.NAME:
        return 2.5 if this not in MODALS else 0.0
    if kind in _BOTH and word not in MODALS:
        return 1.0
    return 0.0


def _from_after(token: Token, after: Token | None, gap: str) -> float:
    if token.word.endswith("'s"):
        return 1.0
    if after is None or _ends(gap):
        return 0.0
    word = after.word
    if token.word in MODALS:
        return _after_modal(word)
    if word in SAYING or word in SUFFIXES:
        return 2.0
    if word[0].isdigit():
        return -2.0
    facts = name_facts(word)
    if facts.kind is Kind.NAME:
        return 2.5
    if facts.kind in _BOTH:
        return 1.0 if facts.surname >= 0.005 and "," not in gap else 0.0
    if facts.kind is Kind.UNKNOWN:
        return 1.5 if name_facts(token.word).given > 0 and len(word) > 3 else 0.0
    if word in FUNCTION_WORDS or "," in gap:
        return 0.0
    return -1.5


def _after_modal(word: str) -> float:
    # "WILL STATES" names Will, "will advise" does not.
    if word in SAYING and word not in _BARE_VERBS:
        return 2.5
    facts = name_facts(word)
    if facts.kind is Kind.NAME:
        return 3.0
    if facts.kind in _BOTH and facts.surname >= 0.02:
        return 1.0
    return -3.0 if facts.kind is Kind.WORD else 0.0


def _from_capital(text: str, token: Token, gap: str, case: str) -> float:
    if case != Case.MIXED:
        return 0.0
    first = text[token.start]
    if not first.isupper():
        return -3.0
    if text[token.start : token.end].isupper() and token.end - token.start > 1:
        return 0.0
    return 0.5 if token.start == 0 or _ends(gap) else 2.5


def _from_next_capital(text: str, after: Token, facts: NameFacts) -> float:
    # "Will Street will meet her": two capitals in a row where words are written small.
    small = text[after.start : after.start + 2].istitle()
    return 2.5 if small and facts.given > 0 and after.word not in FUNCTION_WORDS else 0.0


def _ends(gap: str) -> bool:
    return any(sign in gap for sign in _ENDS)
