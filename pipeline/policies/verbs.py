"""Reads the verbs of a policy, such as ``delay(60m, or_closed)``, into parts of terms.

In go texts as a policy or agency file has them, out come parts by name for
:class:`~pipeline.model.Terms`. An unknown verb, a wrong argument, or one part said twice is a
``ValueError`` that names the verb and shows a right one. Nothing is filled in here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from pipeline.model import Closing, InZone, PlaceLevel, Row, Terms

__all__ = ["FIELDS", "VERBS", "duration", "parts_of", "spoken"]

_VERB = re.compile(r"(?P<name>[a-z_]+(?:->no_location)?)(?:\((?P<inside>[^()]*)\))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(0|[1-9][0-9]{0,4})([smhd])")
_DAY = timedelta(days=1)

FIELDS = ("area", "headline", "label", "text", "time", "remarks")
"""What ``drop_field`` may name: the facts that can be told."""

_ZONES = {
    "neighborhood": PlaceLevel.NEIGHBORHOOD,
    "beat": PlaceLevel.BEAT,
    "district": PlaceLevel.DISTRICT,
    "town": PlaceLevel.TOWN,
    "city": PlaceLevel.TOWN,
}
_BANDS = {
    "15m": timedelta(minutes=15),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "day": _DAY,
}

Parts = Mapping[str, object]


def duration(text: str) -> timedelta:
    """Return ``30m``, ``24h`` or ``30d`` as a duration.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("write a duration as a whole number and s, m, h or d, such as 30m")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _whole(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise ValueError(f"write a whole number from {low} to {high}")
    return int(text)


def _one(arguments: tuple[str, ...]) -> str:
    if len(arguments) != 1:
        raise ValueError("give one argument")
    return arguments[0]


def _none(arguments: tuple[str, ...], parts: Parts) -> Parts:
    if arguments:
        raise ValueError("it takes no argument")
    return parts


def _chosen(arguments: tuple[str, ...], choices: Mapping[str, object]) -> object:
    given = _one(arguments)
    if given not in choices:
        raise ValueError(f"use one of: {', '.join(choices)}")
    return choices[given]


def _drop_field(arguments: tuple[str, ...]) -> Parts:
    unknown = [name for name in arguments if name not in FIELDS]
    if unknown or not arguments:
        raise ValueError(f"name some of: {', '.join(FIELDS)}")
    return {"dropped_fields": frozenset(arguments)}


def _block(arguments: tuple[str, ...]) -> Parts:
    if _one(arguments) != "100":
        raise ValueError("only hundred-blocks are known")
    return {"place": PlaceLevel.BLOCK}


def _mask(arguments: tuple[str, ...]) -> Parts:
    if len(arguments) != 2 or arguments[1].strip("'\"") != "X" * int(_whole(arguments[0], 2, 4)):
        raise ValueError("give the number of digits, 2 to 4, and as many X in quotes")
    return {"place": PlaceLevel.MASKED, "digits": _whole(arguments[0], 2, 4)}


def _snap(arguments: tuple[str, ...]) -> Parts:
    name, _, number = _one(arguments).partition("=")
    if name != "min_addresses":
        raise ValueError("say min_addresses=20")
    return {"place": PlaceLevel.AREA, "min_addresses": _whole(number, 0, 100_000)}


def _round(arguments: tuple[str, ...]) -> Parts:
    return {"place": PlaceLevel.ROUNDED, "decimals": _whole(_one(arguments), 0, 5)}


def _delay(arguments: tuple[str, ...]) -> Parts:
    if not arguments or arguments[1:] not in ((), ("or_closed",)):
        raise ValueError("give a duration, and or_closed where the call's end ends it")
    closing = Closing.ENDS_DELAY if arguments[1:] else Closing.IGNORED
    return {"delay": duration(arguments[0]), "closing": closing}


def _day_of(arguments: tuple[str, ...]) -> date:
    try:
        return date.fromisoformat(_one(arguments))
    except ValueError:
        raise ValueError("write a day as 2026-12-01") from None


VERBS: Mapping[str, tuple[str, Callable[[tuple[str, ...]], Parts]]] = MappingProxyType(
    {
        "drop_field": ("drop_field(remarks)", _drop_field),
        "drop_row": ("drop_row", lambda a: _none(a, {"row": Row.DROPPED})),
        "keep_row_drop_location": (
            "keep_row_drop_location",
            lambda a: _none(a, {"place": PlaceLevel.NOWHERE}),
        ),
        "keep_row_drop_time": ("keep_row_drop_time", lambda a: _none(a, {"time_dropped": True})),
        "coarsen_time": ("coarsen_time(30m)", lambda a: {"time_floor": _chosen(a, _BANDS)}),
        "block": ("block(100)", _block),
        "mask_digits": ("mask_digits(2,'XX')", _mask),
        "nearest_intersection": (
            "nearest_intersection",
            lambda a: _none(a, {"place": PlaceLevel.INTERSECTION}),
        ),
        "snap_area": ("snap_area(min_addresses=20)", _snap),
        "zone": ("zone(beat)", lambda a: {"place": _chosen(a, _ZONES)}),
        "round": ("round(2)", _round),
        "residence_rule": ("residence_rule", lambda a: _none(a, {"area_at_residence": True})),
        "unverified_address->no_location": (
            "unverified_address->no_location",
            lambda a: _none(a, {"only_verified": True}),
        ),
        "in_zone": (
            "in_zone(drop_row)",
            lambda a: {
                "in_zone": _chosen(
                    a,
                    {"drop_row": InZone.DROPS_ROW, "keep_row_drop_location": InZone.DROPS_PLACE},
                )
            },
        ),
        "delay": ("delay(60m, or_closed)", _delay),
        "after_state": (
            "after_state(closed)",
            lambda a: {"closing": _chosen(a, {"closed": Closing.REQUIRED})},
        ),
        "window": ("window(48h)", lambda a: {"live": duration(_one(a))}),
        "listed": ("listed(30d)", lambda a: {"listed": duration(_one(a))}),
        "max_age": ("max_age(2h)", lambda a: {"max_age": duration(_one(a))}),
        "one_per_area": ("one_per_area(24h)", lambda a: {"one_per_area": duration(_one(a))}),
        "require_second_editor": ("require_second_editor", lambda a: _none(a, {"approvals": 2})),
        "effective_from": ("effective_from(2026-12-01)", lambda a: {"since": _day_of(a)}),
        "effective_to": ("effective_to(2027-11-30)", lambda a: {"until": _day_of(a)}),
        "legal_basis": ("legal_basis(cite)", lambda a: {"legal_basis": _one(a)}),
    }
)
"""Verb -> how it is written, and what makes parts of its arguments."""


def parts_of(texts: Iterable[str]) -> Parts:
    """Return what verbs say, by part of :class:`~pipeline.model.Terms`.

    ``after_state(closed)`` beside a ``delay`` asks for both. A list of verbs says a part once.

    Raises:
        ValueError: naming the verb that is unknown, wrong, or at odds with another.
    """
    found: dict[str, object] = {}
    for text in texts:
        for name, value in _read(text).items():
            if name == "closing" and {found.get(name), value} == {
                Closing.IGNORED,
                Closing.REQUIRED,
            }:
                value = Closing.REQUIRED  # a delay, and the end of the call
            elif name in found and found[name] != value:
                raise ValueError(f"{text}: another verb says something else; keep one of them")
            found[name] = value
    return found


def _read(text: str) -> Parts:
    match = _VERB.fullmatch(text.strip().replace("\u2192", "->"))
    if match is None or match["name"] not in VERBS:
        raise ValueError(f"there is no verb {text[:40]!r}; known are: {', '.join(sorted(VERBS))}")
    example, read = VERBS[match["name"]]
    inside = match["inside"]
    arguments = () if inside is None else tuple(each.strip() for each in inside.split(","))
    if match["name"] == "legal_basis" and inside is not None:
        arguments = (inside.strip(),)
    try:
        return read(arguments)
    except ValueError as problem:
        raise ValueError(f"{text[:60]}: {problem}; for example {example}") from None


def spoken(terms: Terms) -> tuple[str, ...]:
    """Return terms as the verbs that say them, in the order of the table of verbs."""
    return tuple(_spoken(terms))


def _spoken(terms: Terms) -> Iterator[str]:
    if terms.row is Row.DROPPED:
        yield "drop_row"
        return
    if terms.dropped_fields:
        yield f"drop_field({', '.join(sorted(terms.dropped_fields))})"
    if terms.place is not PlaceLevel.EXACT:
        yield _place(terms)
    either = ", or_closed" if terms.closing is Closing.ENDS_DELAY and terms.delay else ""
    flags = {
        "residence_rule": terms.area_at_residence,
        "unverified_address->no_location": terms.only_verified,
        f"in_zone({'drop_row' if terms.in_zone else 'keep_row_drop_location'})": True,
        "keep_row_drop_time": terms.time_dropped,
        f"coarsen_time({_band(terms)})": bool(terms.time_floor) and not terms.time_dropped,
        f"delay({_length(terms.delay)}{either})": True,
        "after_state(closed)": terms.closing is Closing.REQUIRED,
    }
    yield from (verb for verb, said in flags.items() if said)
    for name, length in (
        ("max_age", terms.max_age),
        ("window", terms.live),
        ("listed", terms.listed),
        ("one_per_area", terms.one_per_area),
    ):
        if length not in (timedelta.max, timedelta(0)):
            yield f"{name}({_length(length)})"
    if terms.approvals == 2:
        yield "require_second_editor"
    if terms.since != date.min:
        yield f"effective_from({terms.since})"
    if terms.until != date.max:
        yield f"effective_to({terms.until})"


def _place(terms: Terms) -> str:
    match terms.place:
        case PlaceLevel.ROUNDED:
            return f"round({terms.decimals})"
        case PlaceLevel.INTERSECTION:
            return "nearest_intersection"
        case PlaceLevel.MASKED:
            return f"mask_digits({terms.digits},'{'X' * terms.digits}')"
        case PlaceLevel.BLOCK:
            return "block(100)"
        case PlaceLevel.AREA:
            return f"snap_area(min_addresses={terms.min_addresses})"
        case PlaceLevel.NOWHERE:
            return "keep_row_drop_location"
    return f"zone({terms.place.name.lower()})"


def _band(terms: Terms) -> str:
    return next((n for n, w in _BANDS.items() if w == terms.time_floor), _length(terms.time_floor))


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and not seconds % size and (unit != "d" or seconds > 172_800):
            return f"{seconds // size}{unit}"
    return f"{seconds}s" if seconds else "0m"
