"""Finds who signed a remark: initials at its end, or in the column behind a log's times.

In: readings. Out: hits of STAFF. ``operators`` finds log-ins before a sign and positions. It must
never take a direction, a unit that says what it does, or a word of dispatch for initials; a column
counts only where two lines have one, and an ordinary pair of letters only between
signs, or written otherwise than the line it begins.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.cues import FUNCTION_WORDS
from pipeline.redact.number_words import ON_CALL
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.shapes import STATES
from pipeline.redact.rules.walk import known
from pipeline.redact.vocabulary import word_set

__all__ = ["SIGN_OFF_RULES"]

# ``clr -jt``, ``call /KM``, ``noted (hb)``, ``Advised. wk``, ``clr0226/km`` at the end of a line.
_SIGNED_OFF = re.compile(
    r"(?:(?:(?<=\s)|(?<=[.?!,;)\"]))[-/~\u2013\u2014]{1,2}(?P<v>[a-z]{1,3}\d?|[A-Z]{2,3}\d?)"
    r"|(?<=\d{4})/(?P<w>[a-z]{2}|[A-Z]{2})"
    r"|(?<=\s)[(\[{](?P<x>[a-z]{2,3}\d?|[A-Z]{2,3}\d?)[)\]}]"
    r"|[.?!] (?P<y>[a-z]{2}|[A-Z]{2}))\Z"
)
# Characters of it, and what may stand between it and the end of a line.
_LONGEST_SIGN, _BEHIND_SIGN = 6, " \t.*"
_CLOCK = r"(?:[01]?\d|2[0-3])(?::[0-5]\d){1,2}[ap]?|(?:[01]\d|2[0-3])[0-5]\d(?!-\d\d-)"
_DAY = r"(?:\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|\d{4}-\d\d-\d\d)[ \t]"
# A line's time, the signs around what stands behind it, and that: initials, a log-in, a number.
_COLUMN = re.compile(
    rf"^[^\w\n]{{0,5}}(?:{_DAY})?(?:{_CLOCK})[)\]]?"
    r"(?P<o>[ \t]{0,3}[-/|<(\[{*\u2192]{0,2}[ \t]{0,2})"
    r"(?P<v>[A-Za-z]\.?[A-Za-z]{1,14}\d{0,3}|[A-Za-z]{1,2}-?\d{1,3}|\d{2,4})"
    r"(?P<c>[ \t]{0,2}[-/|:>)\]}*]{1,2}|(?=[ \t])|(?=\}))(?P<n>[ \t]{0,3}[A-Za-z]{0,12})",
    re.MULTILINE,
)
_OPENS, _CLOSES = frozenset("-/|<([{*"), frozenset("-/|>)]}*:")
# Who speaks on a line and is no person, what a line may begin with, and states.
_NOBODY = word_set(
    "rp cp op ct pd fd ems so sp hp fm to re nb sb eb wb ne nw se sw all adv cad pt pts sys psap"
    " ivr ani ali e911 fcc cmd cmds inc note notes narr rmk rmks log upd tx rx om neg goa utl cx"
    " fyi vm tow hwy pw dot cg co ok nc na tbd dnr rts clr os er icu ob stat am pm hrs lnu fnu edt"
    " est cdt cst mdt mst pdt pst utc gmt usa atv suv ped page pager text email reply"
    " mi ft lb kg mg ml hr yr mo oz yo in is it on we he my me us up go do if by wm wf bm bf hm hf"
    " dv ax vs id ra rm ap ii iv vi gps see yes new due vin tag lic dl ol mh od gsw dui dwi mva mvc"
)
_KEY = re.compile(
    r"(?:[:=.]|#)?\s{0,2}[\"']?(?P<v>[A-Za-z]{1,2}[-/]?\d{1,3}|[a-z]{2,3}|[A-Z]{2,3})"
    r"(?=\s*(?:$|[\n;|,.<}/\])\"'])|(?<=/\d\d)\s)"
)
_KEYS = word_set("tech ack opr oper op disp dsp initials initial calltaker sup supv clk by")
_BEFORE_BY = word_set("entered updated logged taken typed closed cancelled canceled added edited")
# A unit, or a seat where anybody sits by the shift: E12, POS3.
_SEAT = re.compile(r"[a-z]{1,5}-?\d{1,2}|[a-z]\d{3}", re.IGNORECASE)


def _ordinary(said: str) -> bool:
    # Of two letters the vocabulary holds so many that somebody's initials are among them.
    low = said.lower()
    return low in _NOBODY or low in FUNCTION_WORDS or (len(low) > 2 and known(low))


def _signed_off(reading: Reading, _: int) -> Iterator[Hit]:
    text, end = reading.text, -1
    for line in text.split("\n"):
        end += 1 + len(line)
        last = end - len(line) + len(line.rstrip(_BEHIND_SIGN))
        found = _SIGNED_OFF.search(text, max(0, last - _LONGEST_SIGN), last)
        if found is None:
            continue
        group = found.lastgroup or "v"
        state = group == "x" and found[group].lower() in STATES
        if not (state or _ordinary(found[group])):
            yield Hit(*found.span(group), Entity.STAFF, "sign-off", 0.7, "initials at the end")


def _column(reading: Reading, _: int) -> Iterator[Hit]:
    lines = list(_COLUMN.finditer(reading.text))
    counts = Counter((found["v"], _wrapped(found)) for found in lines)
    wrapped = sum(map(_wrapped, lines))
    for found in lines:
        said = found["v"]
        if _wrapped(found):
            writes = wrapped > 1 and not (_SEAT.fullmatch(said) or _ordinary(said))
        else:
            writes = counts[said, False] > 1 and _begins_lines(found)
        if writes:
            yield Hit(*found.span("v"), Entity.STAFF, "column", 0.7, "behind the times of a log")


def _wrapped(found: re.Match[str]) -> bool:
    """Return whether signs stand on both sides: ``(hb)``, ``<mm>``, ``/ KM /``, ``-aa-``."""
    opens, closes = not _OPENS.isdisjoint(found["o"]), not _CLOSES.isdisjoint(found["c"])
    tabbed = "\t" in found["o"] and found["n"].startswith("\t")
    return (opens and closes) or tabbed or (found["o"].endswith("-") and found["c"] == "")


def _begins_lines(found: re.Match[str]) -> bool:
    """Return whether what begins line after line bare, or before a colon, is somebody's sign."""
    said, follows = found["v"], found["n"].strip()
    if said.isdigit():
        return len(said) == 4 and not found["c"] and follows.lower() not in ON_CALL | {""}
    if _SEAT.fullmatch(said):
        return False
    if not (_ordinary(said) or known(said.lower())):
        return bool(found["c"]) or len(said) < 4
    # "01:11 sg DRUNK": small letters before capitals are no word of the line.
    apart = said.islower() and follows.isupper() and len(follows) > 1
    return apart and len(said) < 4 and said not in _NOBODY | FUNCTION_WORDS


def _keyed(reading: Reading, place: int) -> Iterator[Hit]:
    key = reading.tokens[place]
    if key.word == "by" and (not place or reading.tokens[place - 1].word not in _BEFORE_BY):
        return
    found = _KEY.match(reading.text, key.end)
    if found is None or found.start("v") == key.end or _ordinary(found["v"]):
        return
    yield Hit(*found.span("v"), Entity.STAFF, "keyed-initials", 0.7, "initials behind a key")


SIGN_OFF_RULES = (
    Rule(
        name="sign-off",
        find=_signed_off,
        needs=("-", "/", "~", "\u2013", "\u2014", "(", "[", "{", ". ", "! ", "? "),
        examples=Examples(
            finds=(
                "gone on arrival -[jt]",
                "will call back. /[KM]",
                "no report ([hb])",
                "left word w/ wife \u2014[qt]\nnext",
                "all quiet. [wk]",
                "clr 0226/[zx]",
                "gate was shut {[JQ]}",
            ),
            ignores=(
                "last seen going -nb",
                "male half w/o",
                "ran off (goa)",
                "left heading west. nb",
                "cleared. ok",
                "advised -- clear",
                "unk m/f",
                "tag ZLH-771 (PA)",
            ),
        ),
    ),
    Rule(
        name="column",
        find=_column,
        needs=("\n",),
        examples=Examples(
            finds=(
                "23:58 ([hb]) at the bay\n00:04 ([hb]) gone",
                "18:18 <[lc]> overdue\n18:33 <[zd]> walked in",
                "2025-11-03 18:44 / [KQ] / poss\n2025-11-03 18:52 / [RZ] / paged",
                "12:44 -[jt] static\n12:46 -[jt] tried again",
                "01:11 [sg] DRUNK ON CAR\n01:12 [sg] TRAIN ETA",
                "09:12\t[2217]\tcheck req\n09:13\t[2217]\towner away",
                "0014 [zed]: which pier\n0019 [zed]: slow",
                "15:15 [4417] pt left\n15:29 [4417] line out",
                "2131-[qa]-using the door\n2133-[qa]-to change",
            ),
            ignores=(
                "1410 E12 os\n1420 E12 clr",
                "22:01 RP: heard it\n22:03 RP: gone",
                "22:01 (rp) heard it\n22:03 (rp) gone",
                "10:02 6140 enrt\n10:05 6140 os",
                "23:58 (hb) at the bay",
                "1300 no ans\n1305 no ans",
                "09:01|POS3|line open\n09:04|POS3|gone",
                "0931/S17/card seen\n0940/S17/enr",
                "2024-08-19T16:44Z|rebid\n2024-08-19T16:49Z|4 pob",
                "0800 NB LANE SHUT\n0810 NB LANE OPEN",
            ),
        ),
    ),
    Rule(
        name="keyed-initials",
        find=_keyed,
        words=_KEYS,
        examples=Examples(
            finds=(
                "Disp: [mq] | Pri 3",
                "OPR: [K2]; hyd yes",
                "seen at door. tech: [rz]",
                "updated by [lk]",
                "glass break, opr [G4], no keys",
                "reset per op [R2]",
                "Ack:[tlm];Esc none",
                "OPER [MT/31] audible",
            ),
            ignores=(
                "disp: ok",
                "op: rp left",
                "passed by nb.",
                "stopped by pd.",
                "by jt way",
                "taken son's car",
                "ack:Y;next",
                "tech on scene",
            ),
        ),
    ),
)
