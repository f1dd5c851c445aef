"""Finds where a key is hidden, and words that open a door or calm an alarm.

In: readings. Out: hits of ACCESS_CODE. Codes of digits are in ``after.yml``. It must never take a
key in somebody's hand for a hidden one, or "password unknown" for a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Entity
from pipeline.redact.names.cues import PEOPLE, STAFF_TITLES
from pipeline.redact.reading import Reading
from pipeline.redact.rules.hit import Examples, Hit, Rule
from pipeline.redact.rules.walk import gap, has_digit, word
from pipeline.redact.vocabulary import word_set

__all__ = ["KEY_RULES"]

_WHERE = (
    r"under(?:neath)?|undr|inside|in|on|behind|bhnd|above|beneath|beside|below|atop|next\sto|top\sof"
    r"|over\s(?:the|a|his|her|front|back|top)|between|taped|hanging|hung|stashed|hidden|buried|magnetic|en\sla|debajo|[123](?:rd|st|nd)\sflower"
)
_LINK = re.compile(
    r"(?:\s?(?:box|for\s(?:the\s)?\w+|to\s(?:\w+\s){0,3}?\w+|card|fob|from|loc(?:ation)?))?"
    r"\s?[:=\u2192\-]{0,2}\s?(?:(?:is|are|it's|its|s|kept|was|were|left|always|stashed|located|still)\s){0,3}"
    rf"[\u2192:(]?\s?(?P<v>(?:(?:hangs?|hung|sits|lies|lives|stays|hidden)\s)?(?:{_WHERE})\b|[lr]\sside\b)",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"(?:in|on)\s(?:(?:his|her|the|their|my)\s)?(?:hand|scene|site|file|person|ignition|custody|ign|car|veh"
    r"|vehicle|possession|pocket|evidence|property|way|route)\b|on\s?(?:loc|call)|inside\s(?:the\s)?(?:veh|car|vehicle|truck|residence)"
    r"|in\s\d|in\scuphold|(?:in|on)\s(?:it|them|him|me)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[.,;|\n)\]\u2192<\"\u2014]|\s-{1,2}\s|\s(?:and|then|so|if|please|was|were|who|but|or|for|to|w/|alarm"
    r"|code|gate|garage\s(?:code|pad|door)|pt|rp|cb|per|according|call|adv|ph|not|neighbor|pd|fd|can\s(?!(?:on|by|in|under|near)\b)\w|will|he|she|they|gave)\b",
    re.IGNORECASE,
)
# What goes on after a comma: "under the bench, 2nd slat", "on the piling, zip tied to the tire".
_GOES_ON = re.compile(
    r",\s(?:zip|tied|taped|hung|hanging|wired|wrapped|stuck|magnet\w*|under|behind|inside|beneath|below|above"
    r"|next\sto|left\sside|right\sside|(?:1st|2nd|3rd|4th|first|second|third|fourth|top|bottom)\s\w+"
    r"|(?:in|on)\s(?:a|the|his|her|its)\s)",
    re.IGNORECASE,
)
_KEYS = word_set(
    "key keys fob lockbox lckbx lockbx knox knoxbox spare hideakey key's keys' fob's spare's kys"
)
# A spare of these is a wheel.
_WHEELS = word_set("donut doughnut tire flat mini compact space full wheel rim jack")
_LONGEST = 70
_ABOUT = (
    r"(?:password|passcode|pass\scode|passphrase|pass\sphrase|safe\s?word|duress(?:\sword|\scode)?"
    r"|all\sclear(?:\sword|\ssignal)?|code\s?word|code\s?phrase|magic\sword|pasword|pascode"
    r"|word(?:\sto\ssay)?(?:\sat\s(?:the\s)?door)?(?![a-z])|pwd?(?![a-z]))"
)
_SAID = re.compile(
    rf"(?<!\w){_ABOUT}\s?(?:(?:on\sfile|for\s\w+|with\salarm\sco|to\sget\sin)\s?)?"
    r"(?:\s?(?:is|was|of|as|:|=|are|to\ssay)\s{0,2})?[\s:=(\[]{0,4}"
    r"(?:[\"\u201c\u2018'](?P<q>[^\"\u201d\n]{2,40}?)[\"\u201d\u2019']|(?P<v>[\w!@$%&*.\-]*[\w!@$%&*]))",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"(?:correct|right|real|other|new)\s(?:one\s)?(?:is|was|code\sis)\s[\"\u201c](?P<q>[^\"\u201d\n]{2,40})[\"\u201d]"
    r"|(?:passcode|password|pascode|word)[\s,]{1,2}said\s[\"\u201c](?P<r>[^\"\u201d\n]{2,40})[\"\u201d]"
    r"|verif(?:ied|d|y)?\s(?:by|w/|with)\s{0,2}(?:code\s?word\s|password\s|the\sword\s)?[\"\u201c']?"
    r"(?P<t>[a-z]{4,20})[\"\u201d']?(?=\s?[.,;\n|]|$)",
    re.IGNORECASE,
)
# "wrong passcode given, said "otter" then "otters"": each word that was tried.
_TRIED = re.compile(
    r"(?:pass\s?(?:code|word|phrase)|code\s?(?:word|phrase)|safe\s?word|pascode|pasword|codes|(?<!with\sthe\s)words)"
    r"(?![a-z])[^\"\u201c\n]{0,60}[\s:=(][\"\u201c](?P<q>[^\"\u201d\n]{2,40})[\"\u201d]",
    re.IGNORECASE,
)
_NEXT_TRIED = re.compile(
    r",?\s(?:(?:and|then|or|not|later|next|finally|second|but|also|now|it's|is|was|said|tried|says)\s){0,3}"
    r"[\"\u201c](?P<q>[^\"\u201d\n]{2,40})[\"\u201d]",
    re.IGNORECASE,
)
# "KEY:PORCH SWING CUSHION" on a page; "passphrase if she can't talk is ..."
_KEYED = re.compile(
    r"(?:\s?(?:loc(?:ation)?|box))?\s?[:=]\s?[\"']?(?P<v>[a-z][^;|\n,<\"]{4,60})", re.IGNORECASE
)
# "code is faithful.", "Code: sugarcane", "has code, says \"biscuit\"", "\"pineapple\" = help word"
_PLACED = re.compile(
    r"(?:left|right|on|under|behind|in|inside|by|front|rear|back|side|top|next|near|hung|hanging)\s",
    re.IGNORECASE,
)
_CODED = re.compile(
    r"(?<!\w)(?:door|gate|entry|alarm|garage|lock|box)?\s?code(?:\s(?:is|was)\s|\s?[:=]\s{1,4}|\s{2,4})"
    r"(?P<v>[a-z]{5,16})(?=\s?[.,;\n|<]|\s{2}|\s?\Z|\s[a-z]{2,8}\s?[:=])"
    r"|(?<!\w)(?:pass)?code,?\s(?:says|said)\s[\"\u201c](?P<q>[^\"\u201d\n]{2,40})[\"\u201d]"
    r"|[\"\u201c](?P<r>[^\"\u201d\n]{2,40})[\"\u201d]\s?(?:=|is|means)\s(?:the|their|her|his|our|a)?\s?"
    r"(?:help|safe|code|panic|distress|duress)\sword",
    re.IGNORECASE,
)
# "code word she should say is OBOE", "wrong code word, right one is ..", "challenge 17 response .."
_ANSWER = re.compile(
    r"(?<!\w)(?:pass|code|safe)\s?(?:word|phrase)[^\"\u201c\n.:]{1,40}\s(?:is|was|were)\s(?P<v>[a-z]{3,16})(?=\s?(?:[.,;\n|]|\Z))"
    r"|(?<!\w)(?:challenge|authenticator|countersign)(?:[^\n.]{0,16}\s(?:response|reply|answer))?\s?[:=]?\s(?P<w>[a-z]{4,16})(?=\s?(?:[.,;\n|]|\Z))"
    r"|(?<!\w)(?:the|their|his|her)\sword\s(?:\w{2,8}\s){0,3}(?:says|said|gives|gave|is|was)\s[\"\u201c](?P<x>[^\"\u201d\n]{2,40})[\"\u201d]"
    r"|(?<!\w)pass(?:wd|wrd|cd)?\s?:\s{0,2}(?P<z>[a-z]{4,16})(?=\s?(?:[.,;\n|<]|\Z)|\s{1,2}[a-z]{2,8}\s?[:=])",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"(?:pass|code|safe)\s?(?:phrase|word)[^\"\u201c\n.]{0,48}[\s:=][\"\u201c](?P<q>[^\"\u201d\n]{2,60})[\"\u201d]",
    re.IGNORECASE,
)
# "code is the year backwards", "passcode: same as her house number"
_DESCRIBED = re.compile(
    r"(?:code|pin|combo|passcode|password)(?:\s(?:is|was)|\s?[:=])\s(?:still\s)?"
    r"(?P<v>(?:the\s)?(?:same\sas|his|her|their|my|the|our)\s(?:[\w']+\s){0,4}?"
    r"(?:backwards?|reversed|birthday|bday|birth\s?year|(?:house|street|unit|apt)\s(?:number|no|#)"
    r"|zip(?:\scode)?|address|(?:last|first)\s(?:four|4)(?:\sof\s[\w'\s]{2,20})?)"
    r"(?:\s(?:backwards?|reversed))?)",
    re.IGNORECASE,
)
_DIAL = re.compile(r"(?<!\w)\d{1,2}\s?[RL](?:[\s,-]{1,2}\d{1,2}\s?[RL]){1,4}(?!\w)", re.IGNORECASE)
_DIAL_BEGINS = re.compile(r"\d{1,2}[rl]?", re.IGNORECASE)
_NOT_WORDS = word_set(
    "expired disabled entered should would by used correct correctly verified ok okay good fail"
    " failed again twice"
    " match matched matches also same per then than via now old new "
    "unknown unk given gave is not wrong correct on for from to and or the a an was no yes none"
    " needed required protected reset file changed provided verified failed accepted invalid"
    " proper known with at in via by she he they caller rp per of has have had user who that"
    " please asked did does doesn't didn't but nor so will before after if it out used got said"
    " says"
)

_NOT_CODES = _NOT_WORDS | word_set(
    "orange yellow green black white silver alpha bravo charlie delta three status stroke trauma"
    " sepsis alert violation enforcement officer enforcer medic working disabled blocked adam"
    " silent warning level purple brown clear clears cleared normal secure secured priority"
)
# By these somebody verifies, and with none of them.
_NOT_SECRETS = (_NOT_WORDS | PEOPLE | STAFF_TITLES) | word_set(
    "passcode password code codeword alarm company phone name dispatch units staff premise manager"
    " family hospital camera video landline address nlets ncic dmv records"
)


def _key_place(reading: Reading, place: int) -> Iterator[Hit]:
    text, end = reading.text, reading.tokens[place].end
    if reading.tokens[place].word == "spare" and word(reading, place - 1) in _WHEELS:
        return
    keyed = _KEYED.match(text, end)
    said = reading.tokens[place].word
    placed = keyed and (said in ("key", "keys") or _PLACED.match(keyed["v"]))
    if keyed and placed and " " in keyed["v"].strip() and not _HELD.match(keyed["v"]):
        yield Hit(*keyed.span("v"), Entity.ACCESS_CODE, "key-place", 0.8, "where a key is kept")
    link = _LINK.match(text, end)
    if link is None or _HELD.match(text, link.start("v")):
        return
    first = link.start("v")
    stop = _STOP.search(text, link.end("v") + 1, min(len(text), first + _LONGEST))
    if stop and stop.group() == "." and text[stop.start() - 3 : stop.start()].upper() == " ST":
        stop = _STOP.search(text, stop.end() + 1, min(len(text), first + _LONGEST))
    if stop and stop.group() == "," and _GOES_ON.match(text, stop.start()):
        stop = _STOP.search(text, stop.end(), min(len(text), first + _LONGEST))
    last = stop.start() if stop else min(len(text), first + _LONGEST)
    yield Hit(first, last, Entity.ACCESS_CODE, "key-place", 0.85, "where a key is kept")


def _secret(reading: Reading, _: int) -> Iterator[Hit]:
    text = reading.text
    low = text.lower()
    quoted = '"' in text or "\u201c" in text
    if _holds(low, *_ABOUT_HOLDS):
        yield from _told(text)
    if quoted:
        for found in _PHRASE.finditer(text):
            span = found.span("q")
            yield Hit(*span, Entity.ACCESS_CODE, "secret-word", 0.8, "a secret in quotes")
        yield from _tried(text)
    for found in _CODED.finditer(text) if quoted or _may_be(_CODE_IS, low) else ():
        group = found.lastgroup or "v"
        if group != "v" or found["v"].lower() not in _NOT_CODES:
            span = found.span(group)
            yield Hit(*span, Entity.ACCESS_CODE, "secret-word", 0.8, "what a code is")
    if _holds(low, *_ANSWER_HOLDS):
        yield from _answered(text)
    for found in _DESCRIBED.finditer(text) if _may_be(_MADE_OF, low) else ():
        yield Hit(*found.span("v"), Entity.ACCESS_CODE, "secret-word", 0.8, "how a code is made")
    for found in _SECOND.finditer(text) if quoted or _holds(low, "verif") else ():
        group = "q" if found["q"] else "r" if found["r"] else "t"
        if group != "t" or found["t"].lower() not in _NOT_SECRETS:
            span = found.span(group)
            yield Hit(*span, Entity.ACCESS_CODE, "secret-word", 0.8, "the other secret")


# What the patterns cannot do without, beside quotes; in small letters.
_ABOUT_HOLDS = ("pas", "word", "phrase", "duress", "clear", "pw")
_ANSWER_HOLDS = ("pas", "word", "phrase", "challenge", "authenticator", "countersign")
_CODE_IS = re.compile(r"code(?:\s|[:=])(?:is\s|was\s|\s|[:=])")
_MADE_OF = re.compile(r"(?:code|pin|combo|password)(?:\s(?:is|was)|\s?[:=])\s")


def _holds(low: str, *wanted: str) -> bool:
    """Return whether one of the strings stands in a text of small letters, or it is not ASCII.

    Patterns take some other letters for an i, a k or an s.
    """
    return not low.isascii() or any(each in low for each in wanted)


def _may_be(pattern: re.Pattern[str], low: str) -> bool:
    return not low.isascii() or pattern.search(low) is not None


def _told(text: str) -> Iterator[Hit]:
    for found in _SAID.finditer(text):
        span = found.span("q") if found["q"] else found.span("v")
        said = text[span[0] : span[1]].lower()
        colon = any(each in found.group() for each in ":=") or found["q"]
        if (colon or said not in _NOT_WORDS) and not _plain_word(found, said):
            yield Hit(*span, Entity.ACCESS_CODE, "secret-word", 0.8, "after a word for a secret")


def _answered(text: str) -> Iterator[Hit]:
    for found in _ANSWER.finditer(text):
        group = found.lastgroup or "v"
        if found[group].lower() not in _NOT_CODES:
            span = found.span(group)
            yield Hit(*span, Entity.ACCESS_CODE, "secret-word", 0.8, "what a secret is")


def _tried(text: str) -> Iterator[Hit]:
    for first in _TRIED.finditer(text):
        found: re.Match[str] | None = first
        while found:
            yield Hit(*found.span("q"), Entity.ACCESS_CODE, "secret-word", 0.8, "a secret tried")
            found = _NEXT_TRIED.match(text, found.end())


def _dial(reading: Reading, place: int) -> Iterator[Hit]:
    found = _DIAL.match(reading.text, reading.tokens[place].start)
    if found:
        yield Hit(*found.span(), Entity.ACCESS_CODE, "dial", 0.85, "turns of a dial")


def _then(reading: Reading, place: int) -> Iterator[Hit]:
    cut = reading.tokens
    if not 0 < place < len(cut) - 1 or not has_digit(cut[place - 1].word):
        return
    near = {each.word for each in cut[max(0, place - _REACH) : place - 1]}
    if not near.isdisjoint(_ENTRIES) and gap(reading, place) == " " == gap(reading, place - 1):
        first, last = cut[place - 1].start, cut[place + 1].end
        yield Hit(first, last, Entity.ACCESS_CODE, "code-then", 0.8, "a code and what follows it")


def _plain_word(found: re.Match[str], said: str) -> bool:
    """``word`` alone is a common word: its secret must be quoted or come after ``is``."""
    head = found.group().lower()
    if not head.startswith("word"):
        return said in ("unknown", "unk", "none")
    return not found["q"] and not head.startswith(("word is", "word to say", "word:"))


_REACH = 5
_ENTRIES = word_set(
    "code gate intercom keypad buzz buzzer pin callbox passcode combo pad punch press dial enter"
)

KEY_RULES = (
    Rule(
        name="code-then",
        find=_then,
        words=frozenset({"then"}),
        examples=Examples(
            finds=(
                "alarm code [1207 then off], guest",
                "intercom [88 then 4], second door",
                "HIT BUZZER [22F THEN BELL], ELEV",
                "gate code is [1946 then pound]",
                "callbox [204 then 0], 3rd floor",
                "punch [77 then star] at the door",
            ),
            ignores=(
                "first 3 then 4 shots",
                "gate opened at 1912, then closed",
                "code 3 to scene and then",
                "at 2210 then left",
            ),
        ),
    ),
    Rule(
        name="dial",
        find=_dial,
        numbers=True,
        lengths=(1, 2, 3),
        fits=_DIAL_BEGINS.fullmatch,
        then=lambda said: said[:1].isdigit() or said[:1] in ("l", "r"),
        examples=Examples(
            finds=(
                "safe dial [18R 4L 31R]",
                "combo [12L-30R-6L]",
                "[8R 22L 14R] opens it",
                "lock is [4 R 18 L 30 R]",
                "SAFE [31L 9R]",
                "dial [5l 40r 12l].",
            ),
            ignores=("lane 2 R side", "4L o2", "rwy 27L", "20R or 30 L of fluid"),
        ),
    ),
    Rule(
        name="key-place",
        find=_key_place,
        words=_KEYS,
        examples=Examples(
            finds=(
                "KEY IS [UNDER THE CERAMIC FROG], GARAGE",
                "spare key [inside the birdhouse by the mailbox].",
                "LOCKBOX [ON GAS METER] CODE",
                "key to bak door [undr teh gargoyl] alarm",
                "boiler room key is [on the nail behind the fire extinguisher]",
                "has key [in coffee tin] |",
                "KEY TO HALL IS [BEHIND ST. JOSEPH STATUE]. CODE",
                "took the spare key from [inside the grill] so",
                "Key [hangs inside dryer vent hood]. Daughter",
                "KEY:[PORCH SWING CUSHION];UNIT:E4",
                "Lockbox: [left side of hose bib]",
                "knox key [on the third post, zip tied under the tire].",
                "the key's [in the St. Jude planter, under his foot].",
                "key was [on the rafter over the stove], he said",
                "key is [taped under the pew, 2nd row]",
                "has home key [over the door frame].",
                "Knox: [left of loading dock]; Panel: lobby",
                "KNOX BOX [ON ALLEY SIDE], FDC IN REAR",
                "key is [under the birdbath] according to rp",
            ),
            ignores=(
                "keys in hand",
                "altima w/ donut spare on rr",
                "key on scene",
                "keys in ignition",
                "key broken",
                "keys with officer",
                "locked keys in car",
                "Knox: yes",
                "keys were in the ignition",
                "Keys: in veh Hold: N",
                "keys left in it",
                "key handed over the counter",
            ),
        ),
    ),
    Rule(
        name="secret-word",
        find=_secret,
        needs=(
            "ass",
            "ASS",
            "word",
            "WORD",
            "ode",
            "ODE",
            "pw",
            "PW",
            "asco",
            "ASCO",
            "uress",
            "URESS",
            "hallenge",
            "HALLENGE",
            "uthentic",
            "UTHENTIC",
        ),
        examples=Examples(
            finds=(
                "PASSWORD [bluebonnet]",
                "gave passcode [LIGHTHOUSE9]",
                "pw [trina0203]",
                'duress word "[Thursday]"',
                "safe word is [periwinkle]",
                "safe word ([oboe]), ok",
                "code word [marmalade]",
                'correct is "[sassafras tea]"'.replace("correct", "password no, correct"),
                'ALL CLEAR WORD "[PERIWINKLE]"',
                "password on file, verified w/ [tugboat].",
                "gym door 3, code is [faithful]. Needs EMS",
                'has code, says "[biscuit]"',
                'Sent text "[pineapple]" = their help word',
                "door code is [the street number backwards]",
                "gate code: [same as house number], guest",
                "passcode is [her birthday].",
                "Sub: x Code: [sugarcane]\nEvt: BA",
                "ZN: 6 CODE: [PAPRIKA] RP: op",
                "code word she should say is [oboe]",
                "wrong code word, right one is [stroganoff]. Gray van",
                'asked her the word she says "[millet]" which matches',
                "pw: [goulash] zone 4",
                "SIG: BA  PASS: [crawfish]  OPR: x",
                "challenge 17 response [PUDDING]. All secure",
                'Passcode given was wrong ("[tulip]", on file another)',
                'Passcode wrong twice, tried "[otter]" and then "[marmot]". Hung up',
                'codes used: "[larch tree]", "[lark]"',
                'pass phrase if she can\'t talk is "[is the library open]"',
            ),
            ignores=(
                "passcode unknown",
                "passcode is expired, pls check",
                "password given",
                "no password",
                "PWR lines down",
                "duress code entered",
                "wrong password given",
                "exchanged words with clerk",
                "word of mouth",
                "pass: unknown",
                "code word he gave was wrong",
                "PASS: 2 RIDERS",
                "challenge accepted by crew",
                "code is orange, stroke code: alert",
                "code enforcement",
                "code is the one for pd",
                "gate code was the issue, address unk",
            ),
        ),
    ),
)
