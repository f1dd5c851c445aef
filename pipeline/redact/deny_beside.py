"""Masks capitalised words beside a name or a street that was found: its other half.

In: a text of which some tokens are covered. Out: reasons for words beside them. Who found JUNIPER
in "Big Juniper" or "Old Juniper Road" knows only half of it. It must never reach over a sign, and
never take a word for a person, a title, or a sentence's first word for a part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.redact.deny_place import NAMED, Text
from pipeline.redact.names.cues import (
    CALLED,
    FUNCTION_WORDS,
    MODALS,
    PEOPLE,
    SAYING,
    STAFF_TITLES,
    SUFFIXES,
    TITLES,
    TOGETHER,
)
from pipeline.redact.names.facts import Kind, name_facts
from pipeline.redact.names.places import PLACE_WORDS
from pipeline.redact.vehicle_words import is_vehicle
from pipeline.redact.vocabulary import word_set

__all__ = ["deny_after_roles", "deny_beside"]

_REASON = "beside a name"
_REACH = 2
_COMMON = 5.0
_COMMON_SURNAME = 0.003  # percent of people
_LIKE_NAMES = frozenset({"a name", "a name where it stands", "not an ordinary word"})
_QUOTED = re.compile(r"[\"\u201c](?P<s> ?)(?P<v>[A-Z][a-z]{2,12})(?P=s)[\"\u201d]")
_NEAR = frozenset({" ", "-", '" ', "\u201d "})
_CROSSES = frozenset({" & ", "&", " / ", "/", " @ "})
_ASIDE = (
    FUNCTION_WORDS | PEOPLE | SAYING | STAFF_TITLES | TITLES | TOGETHER | CALLED | PLACE_WORDS
) - word_set("big")
_NO_NAME = _ASIDE | word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june"
    " july august september october november december mon tue tues wed thu thur thurs fri sat sun"
    " adv advd apt unit lot rm room dob phone cell ph age sex tel veh vehicle plate tag lic license"
    " lockbox gate code key keys dept county co city no yes unk engine medic ambulance squad ladder"
    " truck rescue station battalion police fire ems pd fd so sheriff officer deputy reports neg"
    " requesting needs hx history priority complaint alert alarm zone channel street st ave rd"
    " road lane ln dr drive blvd court ct hwy highway route exit mile mi"
)
_SOMEBODY = word_set("he she it they we you i that there who what")
_NO_ROLE = _NO_NAME | word_set(
    "medicare medicaid tylenol advil aspirin humana aetna cigna english spanish german french inv"
    " hispanic black white asian native american mexican somali chinese korean russian arabic"
    " cantonese hmong mandarin vietnamese tagalog portuguese haitian creole deaf male female"
)
# What begins names of streets and people where all is written in capitals or small.
_LEADING = word_set(
    "old big little lil upper lower rocky sandy saint mount fort mt ft stony long high white black"
    " blue red green gold silver new wild deer bear wolf fox eagle hawk port"
)
# Surnames and first names of two letters that are small words in any other place.
_SHORT_SURNAMES = word_set("an do go ha he ho in le lo ma my no oh om on so to up yu be by us me")
# Between a surname and a first name; a word for kin there is of somebody else.
_BETWEEN_NAMES = (
    TITLES
    - PEOPLE
    - word_set(
        "father sister brother aunt auntie aunty uncle tia tio grandma grandpa granny nana papa"
    )
)
# "OUT WITH WEAK, ERIC": nobody writes a list of things so.
_BEFORE_PEOPLE = word_set("with w arrested stopped detained contacted ref trans transporting for")
# After these an only name in capitals ends: JUNIPER TREMBLE DOB 07/19/98.
_ENDS_NAME = word_set("dob w b h a wm wf bm bf hm hf yo yof yom aka ph cell phone age aged")


def deny_beside(text: Text) -> None:
    """Give a reason to each word that belongs to a name beside it."""
    mixed = text.case == "mixed"
    for place, flag in enumerate(text.covered):
        if flag != NAMED:
            if text.reasons[place] in _LIKE_NAMES:
                _beside_a_likely_name(text, place, mixed=mixed)
            continue
        if place + 1 < len(text.cut) and text.covered[place + 1] != NAMED:
            _rightwards(text, place, mixed=mixed)
            _across(text, place, 1)
            _with(text, place, 1)
            _between(text, place, mixed=mixed)
            _given_after(text, place)
        if place and text.covered[place - 1] != NAMED:
            _leftwards(text, place, mixed=mixed)
            _across(text, place, -1)
            _with(text, place, -1)
            _surname_first(text, place)


def _beside_a_likely_name(text: Text, place: int, *, mixed: bool) -> None:
    if mixed and _titled(text, place):
        _rightwards(text, place, mixed=True)
    if len(text.word(place)) > 3:
        _across(text, place, 1)
        _across(text, place, -1)
        if place + 1 < len(text.cut):
            _given_after(text, place)


def deny_after_roles(text: Text, places: Sequence[int]) -> None:
    """Give a reason to a capitalised word after a word for a person, or alone in quotes.

    ``places`` are those of the words for people. Where all is in capitals they say nothing.
    """
    if text.case != "mixed":
        return
    for place in places:
        here = place + 1
        if here < len(text.cut) and text.gap(here) == " " and not text.gone(here):
            keyed = text.behind(here)[:1] in {":", "="}
            if _titled(text, here) and not keyed and text.word(here) not in _NO_ROLE:
                text.reasons[here] = "capital after a word for a person"
    if '"' in text.text or "\u201c" in text.text:
        _quoted(text)


def _quoted(text: Text) -> None:
    """Mask one capitalised word in quotes: a nickname, where sentences are quoted in small."""
    starts = {found.start("v"): found.end("v") for found in _QUOTED.finditer(text.text)}
    if not starts:
        return
    for place, token in enumerate(text.cut):
        alone = starts.get(token.start) == token.end and not text.covered[place]
        if alone and token.word not in _NO_ROLE:
            text.reasons[place] = text.reasons[place] or "alone in quotes"


def _across(text: Text, place: int, step: int) -> None:
    """Mask the other street of a crossing: JUNIPER / CANE MILL, BLUE ISLAND & JUNIPER."""
    beyond = place + 1 if step > 0 else place
    if not 0 < beyond < len(text.cut) or text.gap(beyond) not in _CROSSES:
        return
    for count in range(1, _REACH + 1):
        here = place + step * count
        if not 0 <= here < len(text.cut) or text.gone(here):
            return
        if count > 1 and text.gap(max(here, here - step)) != " ":
            return
        word = text.word(here)
        if word in _NO_NAME or not word.isalpha() or len(word) < 4 or word in MODALS:
            return
        if text.behind(here)[:1] == ":":
            # The next key of a page: Xst: Juniper / Type: fire.
            return
        if text.case == "mixed" and not _titled(text, here):
            return
        text.reasons[here] = "across a street"


def _with(text: Text, place: int, step: int) -> None:
    """Mask the other of two people: JUNIPER AND PRECIOUS."""
    joint, here = place + step, place + 2 * step
    if not (0 <= here < len(text.cut) and 0 <= joint < len(text.cut)):
        return
    if text.word(joint) not in {"and", "&"} or text.gone(here):
        return
    if text.gap(max(place, joint)) != " " or text.gap(max(joint, here)) != " ":
        return
    first = here == 0 or text.parted(here)
    if text.case == "mixed" and _titled(text, here) and (not first or _borne(text.word(here))):
        text.reasons[here] = _REASON


def _surname_first(text: Text, place: int) -> None:
    """Mask a surname that is a word, before a comma and a first name: CASE, JUNIPER L."""
    here = place - 1
    if text.gap(place) != ", " or text.gone(here):
        return
    word, led = text.word(here), text.word(here - 1) in _BEFORE_PEOPLE
    if not (led or here == 0 or text.parted(here)):
        return
    if word in _NO_NAME or name_facts(text.word(place)).given <= 0 or not (led or _borne(word)):
        return
    if text.case != "mixed" or _titled(text, here):
        text.reasons[here] = _REASON


def _borne(word: str) -> bool:
    facts = name_facts(word)
    return bool(facts.given or facts.surname or facts.nickname)


def _rightwards(text: Text, place: int, *, mixed: bool) -> None:
    for here in range(place + 1, min(place + 1 + _REACH, len(text.cut))):
        if text.gone(here) or text.gap(here) not in _NEAR:
            return
        if _is_short_surname(text, here):
            text.reasons[here] = _REASON
            return
        if mixed:
            if not _titled(text, here) or text.behind(here)[:1] in {":", "="}:
                return
        elif here > place + 1 or not _ends_a_name(text, place):
            return
        text.reasons[here] = _REASON


def _between(text: Text, place: int, *, mixed: bool) -> None:
    """Mask what stands between two parts of one name: Stops The Wind; QUILL, MRS. ADA."""
    for after in range(place + 2, min(place + 2 + _REACH, len(text.cut))):
        inside = range(place + 1, after)
        if not text.gone(after):
            continue
        title = after == place + 2 and text.word(place + 1) in _BETWEEN_NAMES
        gaps = {text.gap(here) for here in range(place + 1, after + 1)}
        if title and gaps <= {" ", ", ", ". ", ","}:
            text.reasons[place + 1] = text.reasons[place + 1] or _REASON
        elif mixed and gaps <= {" "} and all(_capital(text, here) for here in inside):
            for here in inside:
                text.reasons[here] = text.reasons[here] or _REASON
        return


def _capital(text: Text, place: int) -> bool:
    typed = text.text[text.cut[place].start : text.cut[place].end]
    return typed.isalpha() and len(typed) > 1 and typed.istitle()


def _is_short_surname(text: Text, place: int) -> bool:
    """Return whether a word is written like a name that any other text has as a word: Kim So."""
    if text.case != "mixed" or not _capital(text, place):
        return False
    # Whoever says or does something is followed by a small letter: Dang Van Hung, owner.
    verb = text.word(place) in SAYING and not _capital_follows(text, place)
    return verb or text.word(place) in _SHORT_SURNAMES


def _capital_follows(text: Text, place: int) -> bool:
    after = place + 1
    return after < len(text.cut) and text.text[text.cut[after].start].isupper()


def _given_after(text: Text, place: int) -> None:
    """Mask a first name that is a word, after a surname and a comma: JAISWAL, OM; LOVE, TRUE R."""
    here = place + 1
    if text.gap(here) != ", " or text.gone(here):
        return
    initialled = _has_initial(text, here)
    letter = initialled and len(text.word(here + 1)) == 1
    if initialled or (text.word(here) in _SHORT_SURNAMES and not _begins_a_clause(text, here)):
        typed = text.text[text.cut[here].start : text.cut[here].end]
        before = text.text[text.cut[place].start : text.cut[place].end]
        if typed.isupper() == before.isupper() and typed[0].isupper():
            for each in (here, here + 1) if letter else (here,):
                text.reasons[each] = text.reasons[each] or _REASON


def _begins_a_clause(text: Text, place: int) -> bool:
    """Return whether a small word goes on as one does: OFF BEACH, NO EVAC; MAI SEE, ON PAROLE."""
    after = place + 1
    if after >= len(text.cut) or text.gap(after) != " " or text.word(after) in _ENDS_NAME:
        return False
    return text.case == "upper" and name_facts(text.word(after)).kind is Kind.WORD


def _has_initial(text: Text, place: int) -> bool:
    """Return whether a word and an initial end here: LOVE, TENDER R, DOB."""
    word, initial = text.word(place), text.word(place + 1)
    if word in _NO_NAME - PLACE_WORDS or not word.isalpha() or len(word) < 3:
        return False
    if (initial in _ENDS_NAME or initial[:1].isdigit()) and name_facts(word).given > 0:
        return True
    behind = text.behind(place + 1)[:1] if initial else ""
    return (
        initial.isalpha()
        and len(initial) == 1
        and text.gap(place + 1) == " "
        and text.text[text.cut[place + 1].start].isupper()
        and behind in {"", " ", ".", ",", "\n", ";", ")", "|"}
        and text.word(place + 2) not in {"and", "&"}
    )


def _leftwards(text: Text, place: int, *, mixed: bool) -> None:
    for here in range(place - 1, max(-1, place - 1 - _REACH), -1):
        if text.gone(here) or text.gap(here + 1) not in {" ", "-"}:
            return
        if text.gap(here + 1) == "-" and text.word(here).isalpha():
            text.reasons[here] = _REASON
            continue
        if mixed:
            first = here == 0 or text.parted(here)
            leading = text.word(here) in _LEADING or _borne(text.word(here))
            if not _titled(text, here) or (first and not leading):
                return
        elif text.word(here) not in _LEADING and not _first_of_two(text, here):
            return
        text.reasons[here] = _REASON


def _first_of_two(text: Text, place: int) -> bool:
    word = text.word(place)
    if word in _NO_NAME or word in MODALS:
        return False
    both = name_facts(word)
    return both.kind in {Kind.MOSTLY_NAME, Kind.MOSTLY_WORD} and both.given > 0


def _titled(text: Text, place: int) -> bool:
    token = text.cut[place]
    typed = text.text[token.start : token.end]
    proper = len(typed) > 1 and typed[0].isupper() and typed[1:2].islower()
    if proper and is_vehicle(text.word(place - 1), token.word, text.word(place + 1)):
        return False
    said, apostrophe, _ = token.word.partition("'")
    short = apostrophe and said in _SOMEBODY  # She's
    return proper and not short and token.word not in _NO_NAME and _is_letters(token.word)


def _is_letters(word: str) -> bool:
    return word.replace("'", "").isalpha()


def _ends_a_name(text: Text, place: int) -> bool:
    """Return whether a surname that is a word stands behind a lone first name, and ends there."""
    if place and text.covered[place - 1] == NAMED:
        return False
    word, following = text.word(place + 1), text.word(place + 2)
    if word in SUFFIXES or word in _NO_NAME or not word.isalpha() or len(word) < 3:
        return False
    if name_facts(text.word(place)).given <= 0 or name_facts(word).zipf >= _COMMON:
        return False
    if following in _ENDS_NAME or following[:1].isdigit():
        return True
    ends = place + 2 >= len(text.cut) or text.gap(place + 2)[:1] in {",", "."}
    return ends and name_facts(word).surname >= _COMMON_SURNAME
