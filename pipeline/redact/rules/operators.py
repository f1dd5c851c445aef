"""Finds operators in remark logs: log-ins and initials after a time, at a line's end.

In: readings. Out: hits of STAFF. The time stays. It must never take a unit or an ordinary word for
an operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import known

__all__ = ["OPERATOR_RULES"]

_AFTER_TIME = re.compile(
    r"(?<![\d:/-])(?:\d{1,2}:\d{2}(?::\d{2})?|[012]\d{3}(?:hrs)?)\]?\)?\s{0,2}[-|/]?\s{0,2}[\[(<]?"
    r"(?P<v>(?!(?:CMT|OPR|ADM|DIR|INS|SSN)\d?)[A-Z]{2,4}\d?|[a-z]{4,14}\d{0,2})[\])>]?(?=\s?[:|>\]]|\s-\s)"
)
_SIGNED = re.compile(
    r"(?:(?<!:)//|--|\s-\s?)\s?(?P<v>(?!(?:CMT|OPR|ADM|DIR|INS|SSN)\d?)[A-Z]{2,4})(?=\s*(?:$|[\n.;|]))"
)
_USER = re.compile(
    r"(?:<user>|(?<!\w)user:)\s{0,3}(?P<v>[\w.\-]{2,30})|user=[\"'](?P<w>[\w.\-]{2,30})"
    r"|\[(?P<x>[A-Z]{1,3}\d{3,5})\]",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[a-z]{1,3}\d{1,2}", re.IGNORECASE)


def _operator(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _AFTER_TIME.finditer(reading.text):
        said = found["v"]
        if not known(said.lower()) and not (_UNIT.fullmatch(said) and len(said) < 4):
            yield Hit(*found.span("v"), Entity.STAFF, "operator", 0.7, "log-in after a time")


def _signed(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _SIGNED.finditer(reading.text):
        if not known(found["v"].lower()):
            yield Hit(*found.span("v"), Entity.STAFF, "signed", 0.7, "initials at the end")


def _user(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _USER.finditer(reading.text):
        group = found.lastgroup or "v"
        yield Hit(*found.span(group), Entity.STAFF, "user", 0.8, "log-in in a mark")


OPERATOR_RULES = (
    Rule(
        name="operator",
        find=_operator,
        needs=("|", "- ", ">", "]", ": "),
        examples=Examples(
            finds=(
                "14:32:10 [JRM]: adv",
                "0312 [QRT]: at door",
                "14:32 [KLB]: second call",
                "22:10:05 [TPZ]> stdby",
                "09:14 [WWX] - clear",
                "1911 [GHD] | rp back",
            ),
            ignores=(
                "14:32 E12: on scene",
                "0600 hrs - clear",
                "10:15 EMS: stage",
                "12:00 noon: x",
            ),
        ),
    ),
    Rule(
        name="signed",
        find=_signed,
        needs=("//", "--", " - "),
        examples=Examples(
            finds=(
                "no ans x2 //[JRM]",
                "cleared -- [KLB]",
                "rp adv //[QT]\nnext",
                "stdby \u2014 [TPZX]",
                "advised // [RWB].",
                "GOA //[DMK]",
            ),
            ignores=("see http://cam.example", "code 4 -- clear", "// NFD", "no-- wait"),
        ),
    ),
    Rule(
        name="user",
        find=_user,
        needs=("ser>", "SER>", "ser=", "ser:", "SER:", "["),
        examples=Examples(
            finds=(
                "<User>[tperez14]</User>",
                'user="[d.figgins]"',
                "<user>[klb]</user>",
                "user='[rosa.q]'",
                'seq="2" user="[qt44]"',
                "<USER>[JRM2]</USER>",
            ),
            ignores=("user fees", "[b]RESP:[/b]", "the user said", "[LOGGED] op"),
        ),
    ),
)
