"""Masks every token of a text meant for the public that nothing explains.

In: a text an editor wrote, or an agency's code. Out: a finding per token that may not be said.
Shown are only words of the dispatch vocabulary and small counts of countable things; a vocabulary
word is still masked where its place says it is a name, a code, a street or a unit. It must never
grow as lenient as ``deny``, which serves editors, who may know an age or a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Finding
from pipeline.redact.denial import denied
from pipeline.redact.tokens import Token, tokens
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["STREET_WORDS", "shown_words", "unexplained"]


_COUNTED = word_set(
    "acres adult adults alarm alarms callers calls car cars cats children cows days dogs doors"
    " engines female females feet ft gallons girls boys gunshots hour hours hr hrs inches juv"
    " juveniles juvs kids lanes male males men mile miles min mins minute minutes month months"
    " occs occupants officers passengers patient patients people persons pt pts rounds semis"
    " shots stories subj subjects subjs suspects times trees trucks units veh vehicle vehicles"
    " vehs victims weeks women years yrs"
)
_NUMBER_WORDS = word_set(
    "zero one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty"
    " sixty seventy eighty ninety dozen hundred thousand million half quarter third second first"
    " fourth fifth sixth seventh eighth ninth tenth double triple"
)
# After these, a number or a letter says where, not how many.
_PLACE_CUES = word_set(
    "apartment apartments apt apts at bldg box building floor gate house lot no number pin rm room"
    " space st ste suite unit block address code tag plate"
)
# After these come people and secrets, whatever the next words usually mean.
_NAME_CUES = word_set("aka ma'am maam name named names sir initials")
_SECRET_CUES = word_set(
    "code codes combination email handle keypad lic license lockbox passcode password pin plate"
    " plates reg registration tag username vin website"
)
# Around a number these make a person's age of it.
_AGE_BEFORE = word_set("age aged ages")
_AGE_SPANS = word_set("day days month months week weeks year years yr yrs")
_FILLERS = word_set("a an are be for has in is it its of on reads says the to was with")
_CALLS = word_set("call caller calls hang hangs hangup hangups open")
_STREET_SHORT = word_set("av ave blvd cir ct expy fwy hwy ln pkwy rd rte st")
_STREET_LONG = word_set(
    "avenue boulevard circle court crossing drive expressway freeway highway lane loop parkway"
    " place road route square street terrace trail turnpike way"
)
STREET_WORDS = _STREET_SHORT | _STREET_LONG
_NOT_A_STREET_NAME = word_set(
    "a across an and any are at be blocked blocking by crossing down each every for from front"
    " half has in into is its left main middle near no not of off on onto or other our out over"
    " past private public right same side that the their this to up was way which while wrong"
    " your his her along between blocks busy icy wet under took take"
)

_BREAK = re.compile(r"[.,;:!?()]")


def unexplained(text: str, *, also: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Return a finding for every token of the text that may not be shown, in order.

    Words in ``also`` are taken as if they stood in the vocabulary.
    """
    cut = tokens(text)
    reasons = [_own_reason(cut, place, also) for place in range(len(cut))]
    _deny_after_cues(cut, reasons)
    _deny_streets(text, cut, reasons)
    return tuple(
        denied(token, reason) for token, reason in zip(cut, reasons, strict=True) if reason
    )


def shown_words(text: str) -> tuple[tuple[Token, bool], ...]:
    """Return every token with whether it is a vocabulary word of two letters or more."""
    return tuple((token, len(token.word) > 1 and _known_word(token.word)) for token in tokens(text))


def _own_reason(cut: Sequence[Token], place: int, also: frozenset[str]) -> str:
    word = cut[place].word
    if not word.isascii():
        return "not plain ASCII"
    if word.isdigit():
        return "" if _is_count(cut, place) or _is_emergency_number(cut, place) else "number"
    if any(character.isdigit() for character in word):
        return "letters and digits mixed"
    if len(word) == 1:
        return _letter_reason(cut, place)
    if word not in also and not _known_word(word):
        return "not in the vocabulary"
    if word in _NUMBER_WORDS and not _is_plain_number_word(cut, place):
        return "number in words"
    return ""


def _known_word(word: str) -> bool:
    return word in vocabulary() or (word.endswith("'s") and word[:-2] in vocabulary())


def _is_count(cut: Sequence[Token], place: int) -> bool:
    word = cut[place].word
    return len(word) <= 2 and not word.startswith("0") and _counts_something(cut, place)


def _counts_something(cut: Sequence[Token], place: int) -> bool:
    before = _word(cut, place - 1)
    ordinary = before == "" or _known_word(before)
    counted = _word(cut, place + 1) in _COUNTED and not _is_age(cut, place)
    return counted and ordinary and not _is_number_or_cue(before)


def _is_age(cut: Sequence[Token], place: int) -> bool:
    after = [_word(cut, place + step) for step in (1, 2, 3)]
    spanned = after[0] in _AGE_SPANS and (after[1] == "old" or after[1:] == ["of", "age"])
    return spanned or _word(cut, place - 1) in _AGE_BEFORE


def _is_number_or_cue(word: str) -> bool:
    # Letters before a number make a code of it: plates, units, apartments.
    return word in _PLACE_CUES or len(word) == 1 or _is_numeric(word)


def _is_numeric(word: str) -> bool:
    return word in _NUMBER_WORDS or any(character.isdigit() for character in word)


def _is_emergency_number(cut: Sequence[Token], place: int) -> bool:
    return cut[place].word == "911" and _word(cut, place + 1) in _CALLS


def _is_plain_number_word(cut: Sequence[Token], place: int) -> bool:
    # Alone it counts or orders things; in a row it spells a telephone or a house out.
    before, after = _word(cut, place - 1), _word(cut, place + 1)
    located = before in _PLACE_CUES and before not in {"at", "no"}
    alone = not _is_numeric(before) and not _is_numeric(after)
    return alone and not located and not _is_age(cut, place)


def _letter_reason(cut: Sequence[Token], place: int) -> str:
    word, before, after = cut[place].word, _word(cut, place - 1), _word(cut, place + 1)
    article = word in {"a", "i"} and len(after) > 1 and _known_word(after)
    return "" if article and not _is_number_or_cue(before) else "single letter"


def _deny_after_cues(cut: Sequence[Token], reasons: list[str]) -> None:
    for place, token in enumerate(cut):
        if token.word in _NAME_CUES or token.word in _SECRET_CUES:
            why = (
                "after a word for a name" if token.word in _NAME_CUES else "after a word for a code"
            )
            for follower in _followers(cut, place):
                reasons[follower] = reasons[follower] or why


def _followers(cut: Sequence[Token], cue: int) -> Sequence[int]:
    place = cue + 1
    while place < min(len(cut), cue + 4) and (
        cut[place].word in _FILLERS or cut[place].word in _SECRET_CUES
    ):
        place += 1
    return range(place, min(len(cut), place + 2))


def _deny_streets(text: str, cut: Sequence[Token], reasons: list[str]) -> None:
    for place, token in enumerate(cut):
        if token.word in STREET_WORDS:
            for back in _street_name(text, cut, place, reasons):
                reasons[back] = reasons[back] or "before a word for a street"


def _street_name(
    text: str, cut: Sequence[Token], street: int, reasons: Sequence[str]
) -> Sequence[int]:
    # A house number makes all between it and the street word a name; else the words just before.
    for back in range(max(0, street - 4), street):
        if reasons[back] == "number":
            return range(back, street)
    first = street
    reach = 2 if cut[street].word in _STREET_SHORT else 1
    while (
        street - first < reach
        and first > 0
        and cut[first - 1].word not in _NOT_A_STREET_NAME
        and not _BREAK.search(text[cut[first - 1].end : cut[first].start])
    ):
        first -= 1
    return range(first, street)


def _word(cut: Sequence[Token], place: int) -> str:
    return cut[place].word if 0 <= place < len(cut) else ""
