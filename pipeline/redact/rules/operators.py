"""Finds operators in remark logs: log-ins and initials after a time, at a line's end.

In: readings. Out: hits of STAFF. The time stays. It must never take a unit or an ordinary word for
an operator, nor a seat: a word for a position with one or two digits (CT07, OPR22) that begins line
after line is where anybody sits by the shift, and stays; initials, log-ins, numbers by themselves
and longer ones (OPR118) go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import known
from pipeline.redact.vocabulary import word_set

__all__ = ["OPERATOR_RULES"]

_AFTER_TIME = re.compile(
    r"\d(?<![\d:/-]\d)(?:\d?:\d{2}(?::\d{2})?|(?<=[012])\d{3}(?:hrs)?)\]?\)?"
    r"[ \t]{0,2}[-|/]?[ \t]{0,2}[\[(<]?"
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
# Who wrote a line stands first in it, or behind its time, and in more lines than one.
_WROTE = re.compile(
    r"^[ \t]*(?:[\[(]?\d{1,2}[:.]?\d{2}(?:[:.]\d{2})?[ap]?[\])]?[ \t]{1,2}(?:-[ \t])?)?"
    r"(?P<v>[A-Za-z]{2,4})(?=[ \t]|>)",
    re.MULTILINE,
)
# (QJ 1320), [QJ 13:20], 0411 77>: initials before a time, a bare number before its sign.
_BRACKETED = re.compile(
    r"^[ \t]*[\[(](?P<v>[A-Z]{2,3})[ \t]\d{1,2}:?\d{2}[\])]"
    r"|^[ \t]*\d{1,2}:?\d{2}(?::\d{2})?[ \t]{1,2}(?P<w>\d{1,4})>(?!\d)",
    re.MULTILINE,
)
_SPEAKS = re.compile(r"^[ \t]*(?P<v>[A-Z]{2,3})>{1,2}(?!\w)", re.MULTILINE)
_POSITION = re.compile(
    r"(?<![\w-])(?:ct|cto|ctk|disp|rdo|clk|sup|oper|op)\d{1,3}(?=[ \t]?[:>\]|]|[ \t]|$)",
    re.IGNORECASE | re.MULTILINE,
)
# The same where a line begins, behind its number and its time.
_SEAT = re.compile(
    r"^[ \t]*(?:\[?\d{1,3}[\])][ \t]{1,2})?(?:[\[(]?\d{1,2}[:.]?\d{2}(?:[:.]\d{2})?[\])]?)?"
    r"[ \t|\[(<\u00ab-]{0,4}"
    r"(?P<v>(?:ct|cto|ctk|tc|disp|dsp|rdo|clk|sup|oper|opr|op|pos|psap)[ -]?\d{1,2})"
    r"(?=[ \t]?[|:>\])\u00bb]|[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
# Who speaks on a line and is no person: the caller, an agency, a direction.
_PARTIES = word_set("rp cp op ct pd fd ems so sp hp fm to re nb sb eb wb all adv cad pt pts")
_NUMBERED = re.compile(
    r"(?<!\w)(?:(?:op|opr|oper|operator|dispatcher|disp|dsp|call\s?taker)\s?#?\s?(?P<v>\d{1,4})(?![\w:/.%-])"
    r"|(?:op|opr|oper|operator)\s?:?\s?(?P<w>\d{1,5})(?![\w/%]|[-:.]\d))",
    re.IGNORECASE,
)
# ``CALLTAKER: POS 07``, ``"by":"pos11"``: the seat of who wrote, behind its key.
_KEYED_SEAT = re.compile(
    r"[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?P<v>(?:pos(?:ition)?|psap|disp|dsp|ct|ctk|console|seat|desk|ws"
    r"|wkstn|sta)[ .#-]{0,2}\d{1,3}[a-z]?)(?!\w)",
    re.IGNORECASE,
)
_WRITERS = word_set(
    "calltaker taker ct dispatcher disp operator oper opr clerk author user agent by enteredby"
    " entered_by taken_by takenby created_by createdby written_by updated_by added_by console"
    " workstation wkstn"
)
_UNIT = re.compile(r"[a-z]{1,3}\d{1,2}", re.IGNORECASE)


def _seats(text: str) -> frozenset[int]:
    """Return where positions begin that stand first in two lines or more."""
    if "\n" not in text:
        return frozenset()
    starts = [found.start("v") for found in _SEAT.finditer(text)]
    return frozenset(starts) if len(starts) > 1 else frozenset()


def _operator(reading: Reading, _: int) -> Iterator[Hit]:
    seats = _seats(reading.text)
    for found in _AFTER_TIME.finditer(reading.text):
        said = found["v"]
        unit = _UNIT.fullmatch(said) and len(said) < 4
        if not (known(said.lower()) or unit or found.start("v") in seats):
            yield Hit(*found.span("v"), Entity.STAFF, "operator", 0.7, "log-in after a time")


def _signed(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _SIGNED.finditer(reading.text):
        if not known(found["v"].lower()):
            yield Hit(*found.span("v"), Entity.STAFF, "signed", 0.7, "initials at the end")


def _wrote(reading: Reading, _: int) -> Iterator[Hit]:
    lines = [found for found in _WROTE.finditer(reading.text) if not known(found["v"].lower())]
    counts = Counter(found["v"] for found in lines)
    for found in lines:
        said = found["v"]
        if counts[said] > 1 and (said.isupper() or found.start("v") > found.start()):
            yield Hit(*found.span("v"), Entity.STAFF, "wrote", 0.7, "first in more than one line")
    signed = list(_BRACKETED.finditer(reading.text))
    for found in signed if len(signed) > 1 else ():
        span = found.span(found.lastgroup or "v")
        yield Hit(*span, Entity.STAFF, "wrote", 0.7, "beside the time of more than one line")


def _speaks(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _SPEAKS.finditer(reading.text):
        if found["v"].lower() not in _PARTIES:
            yield Hit(*found.span("v"), Entity.STAFF, "speaks", 0.7, "initials before words")


def _position(reading: Reading, place: int) -> Iterator[Hit]:
    found = _POSITION.match(reading.text, reading.tokens[place].start)
    if found and found.start() not in _seats(reading.text):
        yield Hit(*found.span(), Entity.STAFF, "position", 0.7, "a dispatcher's position")


def _numbered(reading: Reading, place: int) -> Iterator[Hit]:
    found = _NUMBERED.match(reading.text, reading.tokens[place].start)
    if found and found.start() not in _seats(reading.text):
        group = found.lastgroup or "v"
        yield Hit(*found.span(group), Entity.STAFF, "op-number", 0.7, "number of an operator")


def _keyed_seat(reading: Reading, place: int) -> Iterator[Hit]:
    found = _KEYED_SEAT.match(reading.text, reading.tokens[place].end)
    if found:
        yield Hit(*found.span("v"), Entity.STAFF, "keyed-seat", 0.7, "a seat behind its key")


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
                "apt: 1406\nringer: broken",
                "0233 POS4: co alm\n0234 POS4: told to exit",
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
        name="wrote",
        find=_wrote,
        needs=("\n",),
        examples=Examples(
            finds=(
                "2215 [QJ] rp whispers\n2217 [QJ] line open",
                "20:11 [KVZ] enr\n20:14 [KVZ] on scene",
                "[QRT]> no ans\n[QRT]> left msg",
                "(0312) [JQ] adv\n(0315) [JQ] neg",
                "1902:11 x\n19:02 [KZ] door\n19:04 [KZ] gone",
                "0312 - [QJ] adv\n0314 - [QJ] neg",
                "([JT] 1320) at counter\n([AM] 1327) left",
                "0411 [77]> no ans\n0430 [61]> lights on",
            ),
            ignores=(
                "2215 RP adv\n2216 RP neg",
                "1410 E12 os\n1420 E12 clr",
                "one\none",
                "QJ\nZX",
                "0411 2> x",
                "(BP 1320) y",
            ),
        ),
    ),
    Rule(
        name="speaks",
        find=_speaks,
        needs=(">",),
        examples=Examples(
            finds=(
                "[QG]>> no ans",
                "[KVZ]> open line",
                "x\n[JQ]>> y",
                "[QRT]> gone",
                "[ZK]>> ok",
                "[VQ]> at door",
            ),
            ignores=("RP> at door", "E12>> os", "->> next", "A -> B"),
        ),
    ),
    Rule(
        name="position",
        find=_position,
        numbers=True,
        lengths=(3, 4, 5, 6),
        fits=lambda said: said[0].isalpha(),
        examples=Examples(
            finds=(
                "2101 [CT4] rp adv",
                "TO: [DISP2]",
                "1903:30 [SUP2] check both",
                "1527 [rdo2]: trpr",
                "23:08 [ct19]> gf",
                "[OP7] adv",
            ),
            ignores=(
                "ct scan",
                "op note",
                "sup 2",
                "CT-4 cable",
                "2101 CT4 rp adv\n2104 CT4 line open",
                "2101 | CT2 | rebid\n2102 | CT5 | 9m",
            ),
        ),
    ),
    Rule(
        name="keyed-seat",
        find=_keyed_seat,
        words=_WRITERS,
        examples=Examples(
            finds=(
                "CALLTAKER: [POS 04]\nx",
                "{'by':'[pos12]','text':'a'}",
                "Entered by: [Position 9]",
                "Dispatcher: [console 3]",
                "operator: [PSAP-2] shift b",
                "taken_by=[ct14]",
            ),
            ignores=(
                "calltaker: advised",
                "by pos ped crossing",
                "stand by: 12 units",
                "dispatcher: code 4",
                "by 3 pos suspects",
            ),
        ),
    ),
    Rule(
        name="op-number",
        find=_numbered,
        words=word_set("op opr oper operator dispatcher disp dsp calltaker call"),
        examples=Examples(
            finds=(
                "Delta Watch op [61] rpts",
                "Op [3] of shift B",
                "per operator #[212]",
                "dispatcher [14] adv",
                "20:20 OP [20] adv",
                "call taker [7] on line",
                "22:10 op [22]: neg on plate",
                "Operator: [30771]. Ramp stuck",
                "glass break front. OP [22].",
            ),
            ignores=(
                "op order",
                "call 2 of 3: no",
                "call 911",
                "op 12:30",
                "DISP: 0602\nENR: 0603",
                "Disp 7. Cleared",
                "17:41 opr18 fall\n17:42 opr18 on thinners",
            ),
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
