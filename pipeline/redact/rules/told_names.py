"""Finds names that are words where no word can stand: said who they are, signed, no verb.

In: readings. Out: hits of PERSON. What somebody is called is ``said_names``'s. It must never take
"for help, husband fell" for a name, nor the last word of a remark that nobody bears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.model import Entity
from pipeline.redact.names.cues import FUNCTION_WORDS
from pipeline.redact.names.facts import name_facts
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import gap, word
from pipeline.redact.vocabulary import word_set

__all__ = ["TOLD_NAME_RULES"]

_RELATED = (
    r"(?:husband|wife|son|daughter|dtr|brother|sister|mother|father|mom|dad|grandson|granddaughter"
    r"|grandma|grandpa|grandmother|grandfather|boyfriend|girlfriend|bf|gf|roommate|neighbor|nephew"
    r"|niece|uncle|aunt|cousin|fiance|fiancee|partner|ex|friend|stepson|stepdad|spouse|hubby)"
)
# "about will, husband, fell": who somebody is, behind what they are called.
_APPOSED = re.compile(
    rf"(?P<v>[a-z]{{2,12}}),\s(?:(?:her|his|their|my|the|rp's|caller's|pt's)\s)?{_RELATED}"
    r"(?=\s?[,.;)\n]|\s(?:who|fell|is|was|has|had|says|said|not|and|on|at|in)\s|\s?\Z)",
    re.IGNORECASE,
)
_TOLD_OF = word_set("about with from for to by of is was named saw hit asked and that says said")
_OF_WILL = word_set("about with from for by of named saw asked told")
_DOES = word_set("is was has says said had took fell went got hit lives called left came")
_A_WILL = word_set("the his her a their my this that living last free your our to at its")


def _apposed(reading: Reading, place: int) -> Iterator[Hit]:
    """``about will, husband,``: a name that is a word, said by who bears it."""
    first = place + 1
    if gap(reading, place) != " " or gap(reading, first) != ", ":
        return
    found = _APPOSED.match(reading.text, reading.tokens[first].start)
    if found:
        yield Hit(*found.span("v"), Entity.PERSON, "apposed", 0.7, "who somebody is")


@lru_cache(maxsize=1 << 16)
def _is_given(said: str) -> bool:
    """Return whether people are called by a word first, and it is no function word but will."""
    if not 1 < len(said) < 13 or (said in FUNCTION_WORDS and said != "will"):
        return False
    facts = name_facts(said)
    return bool(facts.given or facts.nickname)


def _of_will(reading: Reading, place: int) -> Iterator[Hit]:
    """``about will``, ``will is talking``: where no verb can stand."""
    before, after = word(reading, place - 1), word(reading, place + 1)
    near = place > 0 and gap(reading, place - 1) == " "
    of = near and before in _OF_WILL
    does = after in _DOES and gap(reading, place) == " " and not (near and before in _A_WILL)
    if of or does:
        token = reading.tokens[place]
        yield Hit(token.start, token.end, Entity.PERSON, "of-will", 0.7, "no verb stands here")


# The last word of a message: "still no mailbox. Al", "thanks, Bo", "signed, Kayla".
_SIGNATURE = re.compile(
    r"(?:(?P<said>(?i:thanks|thank\syou|thx|ty|sincerely|regards|love|xo{1,3}|signed|respectfully|best))[,!.]{0,2}\s"
    r"|[.!?\u2026]\s{1,2}(?P<dash>-{1,2}\s?|\u2014\s?)?|\s(?P<sign>-{1,2}|\u2014|~)\s?)"
    r"[\"\u201c]?(?P<v>[A-Z][a-z'\u2019]{1,11})[\"\u201d.!]{0,2}\s*\Z",
)
_ENDS_IN_A_CAPITAL = re.compile(r"[A-Z][a-z'\u2019]{1,11}[\"\u201d.!]{0,2}\s*\Z")

_NEAR_THE_END = 40  # characters, within which the last word and what stands before it are


def _signature(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    first = max(0, len(text) - _NEAR_THE_END)
    found = _ENDS_IN_A_CAPITAL.search(text, first) and _SIGNATURE.search(text, first)
    if not found:
        return
    facts = name_facts(found["v"])
    bears = facts.given > 0 or facts.nickname
    told = found["said"] or found["dash"] or found["sign"]
    plain = found["v"].lower() in FUNCTION_WORDS or (facts.in_vocabulary and len(found["v"]) > 3)
    if bears and (told or not plain):
        yield Hit(*found.span("v"), Entity.PERSON, "signature", 0.7, "last word of a message")


TOLD_NAME_RULES = (
    Rule(
        name="apposed",
        find=_apposed,
        words=_TOLD_OF,
        then=_is_given,
        examples=Examples(
            finds=(
                "worried about [rob], husband, fell",
                "hx from [sue], her sister.",
                "he is with [drew], the son",
                "asked for [pat], roommate, gone",
                "left by [will], boyfriend, on foot",
                "it was [art], his uncle",
            ),
            ignores=(
                "calling for help, husband fell",
                "hit by car, son",
                "and then, wife left",
                "from work, husband there",
            ),
        ),
    ),
    Rule(
        name="of-will",
        find=_of_will,
        words=frozenset({"will"}),
        examples=Examples(
            finds=(
                "she asks about [will] again",
                "line open, [will] is yelling",
                "hx from [will] on phone",
                "[WILL] WAS IN THE SHED",
                "talked with [will], calm now",
                "says [will] took her keys",
            ),
            ignores=(
                "he will be there",
                "her will is contested",
                "of his own will and left",
                "they will, had to go",
                "the will was read",
            ),
        ),
    ),
    Rule(
        name="signature",
        find=_signature,
        needs=(". ", "! ", "? ", "- ", "-", "\u2014", ", ", "~"),
        examples=Examples(
            finds=(
                "msg: still no trailer. [Bo]",
                "Please send someone. Thanks, [Rosalind]",
                "it is back again! -[Gus]",
                "I am in the shed - [Kayla]",
                "no need to call. [Otis].",
                'note said "gone fishing, love [Pearl]"',
            ),
            ignores=(
                "left nb. Stopped",
                "is on scene. Clear",
                "thanks, all",
                "meet at door. Hurry",
                "unit 4 - Enroute",
            ),
        ),
    ),
)
