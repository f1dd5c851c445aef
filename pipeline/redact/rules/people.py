"""Finds ages over 89, e-mail addresses, profiles, and people after a rank or title.

In: readings. Out: hits of AGE, EMAIL, HANDLE, STAFF and PERSON. Ages up to
89 are never touched. A rank's name is whatever follows it and is not a word of dispatch, two words
at most. Names without rank or key are others' to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["PEOPLE_RULES"]

_AGE = re.compile(
    r"(?<![\w.$/:#-])(?P<v>9\d|1[01]\d|ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight"
    r"|nine))?|(?:a|one)\shundred(?:\sand\s\w+)?)"
    r"(?=[\s-]{0,2}(?:[wbha]/?[mf]\b|yo[amf]?\b|y/?o|yof|yom|y\.o|yr?s?[\s-]?old"
    r"|years?[\s-]{1,2}(?:old|of)|yrs?[\s/-]?o|yr old|y\.?o\.?[amf]?\b|[mf]\b(?![/:])"
    r"|year[\s-]old)|(?:y/?o)?[mf]\b)",
    re.IGNORECASE,
)
_AGE_AFTER = re.compile(
    r"(?:aged?|she(?:'s|\sis|\swill be)|he(?:'s|\sis)|age[:=]|turned|is|who is|pt is|rp is"
    r"|who's)\s{0,2}(?:now\s|about\s|almost\s|over\s)?(?P<v>9\d|1[01]\d|ninety(?:[\s-](?:one|two"
    r"|three|four|five|six|seven|eight|nine))?)(?![\w%°/:.]|\s?(?:mph|lbs|pct|percent|degrees|ft"
    r"|min|miles|f\b|psi|ppm|days|over|yards|feet|seconds|cents|dollars|on\b))",
    re.IGNORECASE,
)
_NINETIES = re.compile(
    r"\b(?:in (?:her|his|their) (?:early |mid |late |upper )?(?P<v>nineties|90'?s)"
    r"|(?P<w>centenarian))\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[\w.+\-]{1,64}\s?@\s?[\w\-]{1,60}(?:\s?\.\s?[a-z][\w\-]{1,23}){1,4}", re.IGNORECASE
)
_EMAIL_SAID = re.compile(
    r"\b[\w.\-]{1,40}(?:\s(?:dot|underscore"
    r"|dash)\s[\w\-]{1,30}){0,3}\sat\s[\w\-]{2,30}(?:\sdot\s[a-z]{2,10}){1,2}\b",
    re.IGNORECASE,
)
_AT = re.compile(r"(?<![\w.])@(?P<v>(?=[\w.\-]{0,30}[a-z_])[\w][\w.\-#]{1,40}\w)", re.IGNORECASE)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|\b[\w\-]{2,30}\.(?:com|net|org|me|ly|gg|tv|io"
    r"|example)/[^\s<>\"']+",
    re.IGNORECASE,
)
_RANK = word_set(
    "ofc ofcr officer off dep deputy dpty sgt sergeant lt lieut lieutenant cpl corporal capt"
    " captain chief det"
    " detective inv investigator trooper tpr agent ranger marshal sheriff constable dispatcher"
    " disp operator opr oper op oprtr"
    " nurse rn lpn cna emt paramedic dr doctor doc judge adv advocate cso ems pa np rph"
    " pharmacist medic"
    " ff firefighter interpreter principal teacher social worker caseworker csw"
)
_NO_NAME = word_set(
    "en enrt enroute adv advd os o/s avail resp resps req reqs and or the is was has"
)
_TITLED = word_set("mr mrs ms miss mx rev pastor fr father sr sister brother mstr")
_STAFF_NAME = re.compile(
    r"(?:\s{0,2}[#:.=/]{0,2}\s{0,2})(?P<v>[\"“]?[A-Za-z](?:[\w'’\-]*[A-Za-z.])?(?:\s(?:[A-Z]\.?\s)?[A-Z][\w'’\-]+)?)",
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    r"(?:\b\d{1,2}:\d{2}(?::\d{2})?|\b\d{4}(?:hrs)?"
    r"|\d{2}/\d{2}(?:/\d{2,4})?)\s{0,2}[-|/]?\s{0,2}[\[(<]?(?P<v>[A-Z]{2,4}\d{0,3})[\])>]?(?=\s?[:|>\]-]\s)"
)
_BADGE = re.compile(r"\s?(?:number|no\.?|#)?\s?#?\s?(?P<v>[A-Z]{0,2}-?\d{2,6})", re.IGNORECASE)


def _old_age(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    for pattern in (_AGE, _AGE_AFTER):
        for found in pattern.finditer(text):
            yield Hit(found.start("v"), found.end("v"), Entity.AGE, "age", 0.9, "age over 89")
    for found in _NINETIES.finditer(text):
        group = "v" if found.group("v") else "w"
        yield Hit(found.start(group), found.end(group), Entity.AGE, "age", 0.9, "age over 89")


def _email(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Hit(found.start(), found.end(), Entity.EMAIL, "email", 0.95, "e-mail address")
        for found in _AT.finditer(text):
            yield Hit(
                found.start("v"),
                found.end("v"),
                Entity.HANDLE,
                "handle",
                0.7,
                "name after an at sign",
            )


def _email_said(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _EMAIL_SAID.finditer(reading.text):
        yield Hit(
            found.start(), found.end(), Entity.EMAIL, "email", 0.9, "e-mail address said aloud"
        )


def _url(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _URL.finditer(reading.text):
        yield Hit(found.start(), found.end(), Entity.HANDLE, "url", 0.9, "web address")


def _staff(reading: Reading, place: int) -> Iterator[Hit]:
    yield from _titled_name(reading, place, Entity.STAFF, "staff", "name after a rank or office")


def _titled(reading: Reading, place: int) -> Iterator[Hit]:
    yield from _titled_name(reading, place, Entity.PERSON, "titled", "name after a title")


def _titled_name(
    reading: Reading, place: int, entity: Entity, rule: str, reason: str
) -> Iterator[Hit]:
    found = _STAFF_NAME.match(reading.text, reading.tokens[place].end)
    if found is None or found.start("v") == reading.tokens[place].end:
        return
    cut = reading.tokens
    first = place + 1
    if first >= len(cut) or cut[first].start != found.start("v") + (
        reading.text[found.start("v")] in '"“'
    ):
        return
    last, words = None, 0
    for here in range(first, min(first + 3, len(cut))):
        gap = reading.text[cut[here - 1].end : cut[here].start] if here > first else " "
        if gap not in (" ", ". ", "-", ". ") or (gap == ". " and len(cut[here - 1].word) > 1):
            break
        word = cut[here].word
        plain = word in vocabulary()
        title_case = (
            reading.text[cut[here].start].isupper()
            and not reading.text[cut[here].start : cut[here].end].isupper()
        )
        mixed_text = not reading.text.isupper()
        if word in _NO_NAME or (plain and not (title_case and mixed_text) and len(word) > 1):
            break
        if not word.replace("'", "").isalpha():
            break
        last, words = here, words + 1
    if last is not None:
        yield Hit(cut[first].start, cut[last].end, entity, rule, 0.85, reason)


def _badge(reading: Reading, place: int) -> Iterator[Hit]:
    found = _BADGE.match(reading.text, reading.tokens[place].end)
    if found:
        yield Hit(
            found.start("v"),
            found.end("v"),
            Entity.STAFF,
            "badge",
            0.8,
            "number of a badge or log-in",
        )


def _operator(reading: Reading, _: int) -> Iterator[Hit]:
    for found in _OPERATOR.finditer(reading.text):
        if found.group("v").lower() not in vocabulary():
            yield Hit(
                found.start("v"),
                found.end("v"),
                Entity.STAFF,
                "operator",
                0.7,
                "log-in after a time",
            )


PEOPLE_RULES = (
    Rule(
        name="age",
        find=_old_age,
        needs=("9", "10", "11", "ninet", "NINET", "Ninet", "hundred", "HUNDRED", "enten", "ENTEN"),
        examples=Examples(
            finds=(
                "[96] YOM down",
                "[97]F unwitnessed fall",
                "she's [ninety-four]",
                "[91] w/m dementia, age [91]",
                "who is [93] and upset",
                "in her [nineties]",
            ),
            ignores=("89 yof fell", "speed 95 mph", "SPO2 91 RA", "P 118 R 22", "98% on room air"),
        ),
    ),
    Rule(
        name="email",
        find=_email,
        needs=("@",),
        examples=Examples(
            finds=(
                "email [svet.orr@hillmail.example]",
                "[a_b-c@tide.example] sent",
                "ig [@keibaby.08]".replace("[@", "@["),
                "write to [jo+x@mail.hill.example]",
                "<[vschaaf@turn.example]>",
                "user @[cmaddox-pays] on venmo",
            ),
            ignores=("2 units @ 1432", "enrt@1420", "meet @ 5", "@ scene"),
        ),
    ),
    Rule(
        name="email-said",
        find=_email_said,
        needs=(" dot ", " DOT "),
        examples=Examples(
            finds=(
                "[john dot doe at hillmail dot com]",
                "email is [rosa at tidemail dot net]",
                "[kim underscore 22 at post dot org]",
                "[info at lake dot co dot us]",
                "[j dot w at mail dot com] per rp",
                "[amy at school dot edu]",
            ),
            ignores=("dot on the map", "red dot sight", "at dot yard", "dot com company"),
        ),
    ),
    Rule(
        name="url",
        find=_url,
        needs=(
            "http",
            "www.",
            "HTTP",
            "WWW.",
            ".com/",
            ".me/",
            ".example/",
            ".gg/",
            ".ly/",
            ".net/",
            ".org/",
        ),
        examples=Examples(
            finds=(
                "[https://instagram.example/big_dame_17]",
                "see [www.photos.example/rosa]",
                "[http://x.example/y?z=1]",
                "profile [face.example/tall.paul]",
                "[discord.gg/abcd]",
                "link [t.me/rosa22]".replace("t.me", "tele.me"),
            ),
            ignores=("on the web", "site closed", "a.m. to p.m.", "no website"),
        ),
    ),
    Rule(
        name="staff",
        find=_staff,
        words=_RANK,
        examples=Examples(
            finds=(
                "OFC [KESTREL] ON SCENE",
                "Sgt. [Dunphy] adv",
                "per Lt [Moriarty]",
                "DISPATCHER [OKAFOR] NOTIFIED",
                "nurse [Bukola] says",
                "Dr. [A. Shim] cleared",
            ),
            ignores=(
                "officer on scene",
                "chief complaint chest pain",
                "nurse line",
                "deputy en route",
                "OPERATOR ADV",
            ),
        ),
    ),
    Rule(
        name="titled",
        find=_titled,
        words=_TITLED,
        examples=Examples(
            finds=(
                "Mr. [Chidester] gave",
                "MRS [VANDERSLUIS] SAYS",
                "ms [okri] called",
                "Rev. [Tuttle]",
                "Pastor [Lemke] (",
                "Mrs. [Oglethorpe] and",
            ),
            ignores=("sister on scene", "father drunk", "brother in law", "ms symptoms"),
        ),
    ),
    Rule(
        name="badge",
        find=_badge,
        words=frozenset({"badge", "bdg", "shield"}),
        examples=Examples(
            finds=(
                "badge [4471]",
                "BADGE # [D-118]",
                "badge no. [221]",
                "shield [9921]",
                "bdg [1187]",
                "badge number [305]",
            ),
            ignores=("badge shown", "no badge", "shield wall", "lost badge"),
        ),
    ),
    Rule(
        name="operator",
        find=_operator,
        needs=(":", "|", "-", ">", "]"),
        examples=Examples(
            finds=(
                "[14:32:10] x".replace("[14:32:10] x", "14:32:10 [JRM] : adv"),
                "0312 [QRT]: at door",
                "14:32 [KLB]: second call",
                "22:10:05 [TPZ]> stdby",
                "09:14 [WWX4] - clear",
                "1911 [GHD] | rp back",
            ),
            ignores=(
                "14:32 E12: on scene",
                "0600 hrs - clear",
                "10:15 EMS: stage",
                "12:00 noon: open",
            ),
        ),
    ),
)
