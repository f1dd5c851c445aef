"""Says how sure it is that a number counts or measures, against a doubt by its place.

In: a ``Number``. Out: the probability of being private from which a doubt outweighs what the number
means by its form and the words beside it; 0 when nothing says that it is harmless. A small number
or a year alone is no such thing. It must never outweigh a doubt about what ``numbers`` denies; what
explains a number that nobody doubts is that module's, too.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from pipeline.redact.number_forms import YEAR
from pipeline.redact.number_rules import RULES
from pipeline.redact.number_shape import Number
from pipeline.redact.numbers import is_denied
from pipeline.redact.vehicle_words import is_vehicle
from pipeline.redact.vocabulary import word_set

__all__ = ["outweighed_from"]

_ALWAYS, _SURE, _RATHER, _TIME = 1.0, 0.85, 0.5, 0.2
_BARS = MappingProxyType(
    dict.fromkeys(
        word_set(
            "clock date money percent measured counted glued vital dose speed times term iso"
            " pieces decimal height weight ten-code thousands calibre ratio highway tallied block"
            " ticket"
        ),
        _SURE,
    )
    | dict.fromkeys(word_set("unit on-call numbered lettered keyed range statute"), _RATHER)
    | dict.fromkeys(word_set("stamp page-key seat run"), _ALWAYS)
    | {"military": _TIME, "build": _SURE}
)
# What a house, a door, a plate or an id may be made of as well.
_WEAK = word_set("unit on-call numbered lettered keyed range military pieces glued highway")
# The highest first: most numbers are doubted more than most rules outweigh.
_RULES = sorted(
    ((_BARS[rule.name], rule) for rule in RULES if rule.name in _BARS), key=lambda pair: -pair[0]
)
# 2F is rather a door than a temperature.
_DOOR = re.compile(r"\d{1,2}[a-hjk]")
# How old somebody looks: W/M 60S.
_DECADE = re.compile(r"[1-8]0s")
# A house number's half, where no day of a month can stand.
_HALVES = re.compile(r"[13]/[248]")


def outweighed_from(number: Number, *, coded: bool, doubt: float = 0.0) -> float:
    """Return the least probability that outweighs what a number surely means; 0 means none.

    ``coded`` says that what is doubted is a house, a door, a plate or an id. What ``doubt``
    outweighs already is not looked for.
    """
    bar = _bar(number, coded=coded, doubt=doubt)
    if bar <= doubt or is_denied(number) or _DOOR.fullmatch(number.shape):
        return 0.0
    return 0.0 if _HALVES.fullmatch(number.shape) and number.before[0].isdigit() else bar


def _bar(number: Number, *, coded: bool, doubt: float) -> float:
    if _DECADE.fullmatch(number.shape):
        return _SURE
    if YEAR.fullmatch(number.shape) and is_vehicle(number.shape, *number.after):
        return _SURE
    for bar, rule in _RULES:
        if bar <= doubt:
            break
        if not (coded and rule.name in _WEAK) and rule.explains(number):
            return bar
    return 0.0
