"""Puts carriers together to narratives of a style, with the truth about what is private.

In: a seed, a split and a count. Out: narratives. A style says which carriers come, how they are
joined and how they are spoiled; ``spoil`` does the spoiling. Spans cover exactly what was invented
for a slot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pipeline.emulator.narratives.grammar import expand
from pipeline.emulator.narratives.innocent import innocent
from pipeline.emulator.narratives.lists import word_list
from pipeline.emulator.narratives.spoil import Piece, Spoiling, spoiled
from pipeline.emulator.narratives.values import value

__all__ = ["STYLES", "Narrative", "narratives"]

Span = tuple[int, int, str]

_SHORT = (". ", ", ", " ", " / ", "; ", " - ", "  ", " // ", ".. ", ".", ",")
_PROSE = (". ", ". ", ", and ", "; ", ", ")
_EVENTS = (("event", 5), ("hard", 1), ("number", 1))
_PEOPLE = (("person", 5), ("staff", 1), ("phone", 2), ("dob", 1), ("place", 1))
_WHERE = (("address", 2), ("street", 2), ("apartment", 1))
_IDS = (("license", 1), ("ssn", 1), ("government", 2), ("financial", 1), ("medical", 1))
_RARE = (("email", 1), ("handle", 2), ("geo", 1), ("access", 2), ("age", 1), ("plate", 1))


_USUAL = Spoiling()


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Which sections a style draws from (name, weight), how it joins them and how it is spoiled."""

    sections: tuple[tuple[str, int], ...]
    joiners: tuple[str, ...] = _SHORT
    cases: str = "UUMl"  # upper, as written, lower, title
    clauses: tuple[int, int] = (1, 7)
    layout: str = "line"  # or remarks, keys, markup
    spoiling: Spoiling = _USUAL


_ALL = _EVENTS + _PEOPLE + _WHERE + _IDS + _RARE
STYLES: dict[str, Style] = {
    "allcaps": Style(sections=_ALL, cases="U"),
    "remark-log": Style(sections=_ALL, layout="remarks", clauses=(2, 9)),
    "prose": Style(
        sections=_EVENTS + _PEOPLE + _WHERE + _RARE,
        joiners=_PROSE,
        cases="M",
        spoiling=Spoiling(abbreviate=0.1, drop=0.01),
    ),
    "lower-case": Style(sections=_ALL, cases="l"),
    "ems": Style(
        sections=(
            ("vital", 6),
            *_EVENTS,
            *_PEOPLE,
            ("medical", 2),
            ("address", 1),
            ("access", 2),
            ("age", 1),
            ("dob", 2),
            ("staff", 2),
            ("apartment", 1),
        ),
    ),
    "alarm-company": Style(
        sections=(
            ("place", 3),
            ("access", 4),
            ("staff", 2),
            *_EVENTS,
            *_PEOPLE,
            ("address", 2),
            ("financial", 2),
        ),
    ),
    "plates-bolo": Style(
        sections=(
            ("plate", 6),
            ("ncic", 1),
            ("license", 2),
            ("government", 1),
            *_EVENTS,
            *_PEOPLE,
            ("street", 2),
        ),
    ),
    "domestic-orders": Style(
        sections=(
            ("person", 6),
            ("government", 2),
            ("handle", 1),
            *_EVENTS,
            *_PEOPLE,
            *_WHERE,
            ("access", 1),
        ),
    ),
    "key-value": Style(sections=_ALL, layout="keys", clauses=(2, 8)),
    "markup": Style(sections=_ALL, layout="markup"),
    "names-that-are-words": Style(sections=(("hard", 6), *_EVENTS, *_PEOPLE, ("street", 1))),
    "non-anglo": Style(sections=_EVENTS + _PEOPLE + _PEOPLE + _WHERE + _RARE),
    "typos-glue": Style(sections=_ALL, spoiling=Spoiling(typos=0.10, glue=0.12, punctuation=0.3)),
    "unicode-noise": Style(sections=_ALL, spoiling=Spoiling(unicode=0.35)),
    "numbers-negative": Style(
        sections=(("number", 8), ("event", 3), ("vital", 1), ("hard", 1)), clauses=(2, 10)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """An invented narrative; ``spans`` are (start, end, entity) in its characters, sorted."""

    id: str
    text: str
    spans: tuple[Span, ...]
    style: str


def narratives(seed: int, split: str, count: int) -> Iterator[Narrative]:
    """Give ``count`` narratives of all styles in turn; the same arguments give the same ones."""
    names = tuple(STYLES)
    for number in range(count):
        rng = Random(f"{seed}/{split}/{number}")  # noqa: S311
        style = names[number % len(names)]
        text, spans = _written(_pieces(STYLES[style], split, rng))
        yield Narrative(id=f"{split}-{seed}-{number}", text=text, spans=spans, style=style)


def _pieces(style: Style, split: str, rng: Random) -> list[Piece]:
    sections = [name for name, _ in style.sections]
    weights = [weight for _, weight in style.sections]
    if rng.random() < 0.2:  # nothing private in it
        sections, weights = ["event", "number", "hard"], [5, 2, 1]
    joiner = rng.choice(style.joiners)
    pieces: list[Piece] = []
    for place in range(rng.randint(*style.clauses)):
        section = rng.choices(sections, weights)[0]
        if place:
            again = rng.random() < 0.75
            pieces.append(Piece(joiner if again else rng.choice(style.joiners), None))
        pieces.extend(_LAYOUTS[style.layout](_clause(section, split, rng), place, rng))
    return spoiled(pieces, style.spoiling, rng.choice(style.cases), rng)


def _clause(section: str, split: str, rng: Random) -> list[Piece]:
    clause: list[Piece] = []
    if rng.random() < 0.15:
        clause.append(Piece(innocent("_SALAD", rng) + " ", None))
    for text, slot in expand(section, split, rng):
        if slot is None:
            clause.append(Piece(text, None))
        else:
            clause.append(Piece(*value(slot, rng, split)))
    if rng.random() < 0.4:
        mark = rng.choice([" ", " ", ", ", ". ", " - "])
        clause.append(Piece(mark + _tail(rng, split), None))
    return clause


def _tail(rng: Random, split: str) -> str:
    # Something innocent follows in any words, so that only what is private is learned as such.
    if rng.random() < 0.5:
        return innocent("_SALAD", rng)
    parts = expand("event" if rng.random() < 0.6 else "number", split, rng)
    return "".join(innocent(slot, rng) if slot else text for text, slot in parts)


def _plain(clause: list[Piece], _place: int, _rng: Random) -> list[Piece]:
    return clause


def _remark(clause: list[Piece], place: int, rng: Random) -> list[Piece]:
    hour, minute = rng.randint(0, 23), rng.randint(0, 59)
    stamps = (
        f"{hour:02}:{minute:02} ",
        f"[{hour:02}:{minute:02}:{minute:02}] ",
        f"{place + 1}. ",
        f"{hour:02}{minute:02} ",
        f"[{place + 1}] ",
        f"CMT{place + 1}: ",
        "** ",
        "- ",
    )
    stamp = rng.choice(stamps)
    return [Piece(rng.choice(["\n", "\n", " "]) + stamp if place else stamp, None), *clause]


_KEYS = {
    "PERSON": "NAME|CALLER|SUBJECT|RP|SUSPECT|OWNER|VICTIM|PATIENT|CONTACT|DRIVER|LNAME|COMPL",
    "PHONE": "PHONE|CB|CALLBACK|ANI|CELL|TEL",
    "ADDRESS": "ADDR|LOC|LOCATION|ADDRESS|RES",
    "STREET": "XST|CROSS|STREET|ST1",
    "APARTMENT": "APT|UNIT NO|BLDG|RM",
    "DOB": "DOB|BIRTH",
    "PLATE": "LIC|PLATE|TAG|REG",
    "STAFF": "OFC|OPR|DISP|CALLTAKER|NURSE",
    "PLACE": "BUS|BIZ|PREMISE",
    "ACCESS_CODE": "GATE|CODE|KEY|ACCESS|LOCKBOX",
    "FINANCIAL": "ACCT|CARD",
    "VIN": "VIN",
    "LICENSE": "OLN|DL",
    "SSN": "SSN|SOC",
    "GOVERNMENT_ID": "FBI|SID|CASE|BOOKING",
    "EMAIL": "EMAIL",
    "HANDLE": "USER|SNAP|IG",
    "GEO": "GPS|LATLON",
    "MEDICAL_ID": "MRN|INS",
    "AGE": "AGE",
}
_INNOCENT_KEYS = word_list(
    "TYPE|TYP|NATURE|NOTES|CMTS|STATUS|DISPO|INFO|VEH|WEATHER|UNITS|TIME|PRI|DESC|SEX|RACE|HGT|WGT|"
    "DEST|CONSC|BREATHING|OFFENSE|WEAPON|ALCOHOL|INJ|DIR|ZONE|EVENT|GRID|BEAT|SPEED|BAC|LANE|ROAD|"
    "LIGHT|RESULT|REASON|SOURCE|CLASS|CARRIER|RESP|AGE|HX|MEDS|ALLERGIES|BP|HR|O2|TEMP|TS|CHAN",
    "|",
)


def _keyed(clause: list[Piece], place: int, rng: Random) -> list[Piece]:
    mark = rng.choice([": ", ":", "=", " = ", " - ", ":  "])
    values = [piece for piece in clause if piece.entity in _KEYS]
    if values and rng.random() < 0.75:
        chosen = values[0]
        key = rng.choice(_KEYS[chosen.entity or ""].split("|"))
        clause = [chosen]
    else:
        key = rng.choice(_INNOCENT_KEYS)
    start = rng.choice(["\n", "\n", " | ", " ", "; "]) if place else ""
    key = rng.choice((str.upper, str.upper, str.title, str.lower))(key)
    return [Piece(f"{start}{key}{mark}", None), *clause]


def _marked(clause: list[Piece], _place: int, rng: Random) -> list[Piece]:
    tag = rng.choice(["b", "p", "td", "i", "span", "li", "div"])
    open_, close = rng.choice(
        [
            (f"<{tag}>", f"</{tag}>"),
            ("**", "**"),
            ("", "<br/>"),
            ("", "&nbsp;"),
            (f'<{tag} class="x">', f"</{tag}>"),
            ("", "\\n"),
            ('"', '",'),
        ]
    )
    if rng.random() < 0.5:
        return [Piece(open_, None), *clause, Piece(close, None)]
    return [
        part
        for piece in clause
        for part in ((Piece(open_, None), piece, Piece(close, None)) if piece.entity else (piece,))
    ]


_LAYOUTS = {"line": _plain, "remarks": _remark, "keys": _keyed, "markup": _marked}


def _written(pieces: list[Piece]) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", []
    for piece in pieces:
        start = len(text)
        text += piece.text
        if piece.entity is not None and piece.text:
            spans.append((start, len(text), piece.entity))
    return text, tuple(spans)
