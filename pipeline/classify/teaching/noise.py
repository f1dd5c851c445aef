"""Makes a sentence look as hurried people type it: shorthand, slips, capitals, log lines.

In go a random source and a sentence, out comes another of the same meaning. It never adds a word
that would change what the sentence tells. ``grammar`` writes the sentences.
"""

from __future__ import annotations

from random import Random

__all__ = ["filler", "typed"]

_SHORTHAND = {
    "says": ("sts", "states", "adv", "said", "advised"), "female": ("fml", "f", "fem"),
    "male": ("m", "ml"), "vehicle": ("veh",), "with": ("w/", "w"), "and": ("&", "n"),
    "caller": ("rp", "comp", "caller"), "suspect": ("susp",), "apartment": ("apt",),
    "subject": ("subj",), "possible": ("poss",), "night": ("nite",), "people": ("ppl",),
    "because": ("bc", "cuz"), "through": ("thru",), "between": ("btwn",), "building": ("bldg",),
    "neighbor": ("nbr", "neighbour"), "someone": ("somebody", "some1"), "on": ("o/s",),
}  # fmt: skip
_BEFORE = (
    "rp adv", "caller states", "rp says", "caller says", "per rp", "ongoing", "just occurred",
    "10 ago", "neighbor reports", "3rd party", "rp sts", "caller is a passerby", "in progress",
    "cell caller", "text to 911", "update", "per rp on callback", "20:14 rp adv", "e12 enroute",
)  # fmt: skip
_AFTER = (
    "no weapons seen", "rp will wait out front", "unk if hbd", "no further", "units advised",
    "will call back", "no plate", "10 min ago", "last seen nb", "wants contact", "callback number",
    "white male 30s", "blue shirt jeans", "rp anonymous", "no contact requested", "adv pd",
    "line open", "staged", "cross of the alley", "rp on scene", "asking for an officer",
)  # fmt: skip
_SYLLABLES = (
    "ba", "bren", "cor", "dal", "den", "el", "far", "gar", "hol", "is", "jo", "kal", "kow", "lan",
    "lor", "man", "mar", "mi", "nel", "o", "per", "quin", "ra", "ros", "sal", "ski", "son", "ta",
    "ter", "u", "van", "vel", "wen", "xi", "ya", "zan", "ez", "berg", "ley", "mond", "ton", "ova",
)  # fmt: skip
_LOG = (
    "unit {n} assigned", "e{n} enroute", "e{n} on scene", "{n} clear", "cb {phone}", "rp {name}",
    "rp {name} {phone}", "caller {name}", "rp {name} will meet ofc", "plate {plate}", "{plate}",
    "ofc {name} advised", "veh reg to {name}", "{time} {name} on scene", "{time} copy",
    "gps {n}.{phone}", "cross st {name}", "at {name} and {name}", "ref {n}{plate}", "case {n}-{n}",
    "ops {n}", "per {name} all clear", "units returning", "batt {n} command", "see {name} at desk",
    "mp {n} {name} rd", "wb {name}", "nb of {name}", "ofc {name} out at {name}", "cxl per {name}",
    "{name} notified", "driver {name} {plate}", "{name} is on scene", "{name} towing enroute",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typed(sentence: str, random: Random) -> str:
    """Return the sentence with shorthand, slips, dropped words and a frame, each by chance."""
    words = [_short(word, random) for word in sentence.split()]
    drop = random.choice((0.0, 0.0, 0.05, 0.15))
    kept = [word for word in words if random.random() >= drop] or words
    slips = random.choice((0.0, 0.0, 0.0, 0.04, 0.1))
    text = " ".join(_slip(word, random) if random.random() < slips else word for word in kept)
    if random.random() < 0.3:
        text = f"{random.choice(_BEFORE)}{random.choice((',', '', ' -', '.'))} {text}"
    if random.random() < 0.3:
        text = f"{text}{random.choice((',', '.', ' /', ' //'))} {random.choice(_AFTER)}"
    return text.upper() if random.random() < 0.3 else text


def filler(random: Random) -> str:
    """Return a line of a call's log that tells nothing: units, times, invented names, numbers."""
    text = random.choice(_LOG)
    for sign in ("{n}", "{phone}", "{plate}", "{time}", "{name}"):
        while sign in text:
            text = text.replace(sign, _made(sign, random), 1)
    return text.upper() if random.random() < 0.4 else text


def _made(sign: str, random: Random) -> str:
    if sign == "{n}":
        return str(random.choice((random.randrange(1, 40), random.randrange(40, 9999))))
    if sign == "{phone}":
        return f"{random.randrange(201, 990)} 555 01{random.randrange(100):02}"
    if sign == "{plate}":
        letters = "".join(random.choices(_LETTERS, k=3))
        return f"{letters}{random.randrange(100, 9999)}"
    if sign == "{time}":
        return f"{random.randrange(24):02}:{random.randrange(60):02}"
    first, last = ("".join(random.choices(_SYLLABLES, k=random.choice((2, 3)))) for _ in "12")
    return f"{first} {last}" if random.random() < 0.6 else last


def _short(word: str, random: Random) -> str:
    choices = _SHORTHAND.get(word)
    return random.choice(choices) if choices and random.random() < 0.25 else word


def _slip(word: str, random: Random) -> str:
    if len(word) < 4:
        return word
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + random.choice(_LETTERS) + word[at + 1 :]
