"""A second pair of eyes: says which kinds of private text stand in a text.

In: any text (a redacted remark, an editor's words, a channel's bytes) and the values known to be
private. Out: the kinds of leaks, empty when safe. It shares no code, word list or pattern with the
redactor, on purpose: a fault there must not repeat itself here. It must never return, log or raise
any part of the text, and when in doubt it says there is a leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain

from pipeline.model import Sensitive
from pipeline.redact.leakviews import GAP, STOP, flatten, is_hidden, views, without_placeholders

__all__ = ["leaked_values", "leaks", "values_in_views"]

# Parts of a known value that say nothing alone. Longer than it need be is a leak let through.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """a an and apt are as at ave avenue be been blvd boulevard by court ct do dr drive e east
        for from had has have he her here him his i if in is it lane ln me mr mrs ms my n ne no none
        north not null nw of off on or out rd road s se she so south st street sw that the their
        them then there they this to unit unknown up us w was we were west with yes you your""",
    )
)
_LONE_PART = 4
_WHOLE_LETTERS = 4
_WHOLE_WITH_DIGITS = 3
_LONGEST = 120
# The last values' spellings stay in memory, for most are asked about again: a caller in each of
# her remarks and revisions, an officer in every call. They never leave the process.
_VALUES_KEPT = 4_096
# Long enough that a private value inside a longer word is no accident.
_GLUED = 8
# The plain characters that are no part of a piece.
_BETWEEN_PIECES = bytes(code for code in range(1, 128) if not chr(code).isalnum())

_ROAD_WORD = (
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|cir|circle|pl|place"
    r"|pkwy|parkway|hwy|highway|ter|terrace|trl|trail|way)"
)
_BETWEEN = (
    r"(?!(?:in|on|at|the|to|from|and|or|into|off|near|cars?|vehicles?|vehs?|people|persons?|males?"
    r"|females?|subjects?|subjs?|lanes?|units?|trucks?|trees?|dogs?|minutes?|mins?|hours?|shots?"
    r"|miles?|feet|ft|patients?|pts?|juveniles?|adults?)\b)[a-z'.]+\s+"
)
# What stands before roads, years and clock times.
_NO_PLATE = (
    r"us|sr|cr|hwy|cth|sth|rte?|in|of|at|on|by|to|for|and|the|from"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_MONTH_NAME = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june"
    r"|july|august|september|october|november|december)\b\.?"
)
_COUNTING = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_TEENS_AND_TENS = (
    r"(?:(?:twen|thir|for|fif|six|seven|eigh|nine)ty|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen)"
)
_YEARS = rf"(?:\d{{1,3}}|{_TEENS_AND_TENS}(?:[\s-]+{_COUNTING})?|{_COUNTING})"
_LIFE = r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?)"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")),
    ("email", re.compile(r"\bat\s+\w+\s+dot\s+(?:com|net|org|edu|gov|us)\b")),
    ("ssn", re.compile(r"(?<!\d)\d{3}[-. ]\d{2}[-. ]\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)\(?\d{3}\)?[^\w\n]{0,3}\d{3}[^\w\n]{0,3}\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)\d{3}[-. ]{1,2}\d{4}(?!\d)")),
    ("phone", re.compile(rf"\b{_COUNTING}(?:[\s,-]+{_COUNTING}){{6,}}\b")),
    ("coordinates", re.compile(r"(?<!\d)\d{1,3}\.\d{4,}")),
    ("coordinates", re.compile(r"///\s*[a-z]+\.[a-z]+\.[a-z]+")),
    ("url", re.compile(r"https?:/|\bwww\.")),
    ("handle", re.compile(r"(?<!\w)@\w{3,}")),
    ("birth-date", re.compile(r"\b(?:dob|d\.o\.b|born)\b\W{0,3}(?:on\s)?\W{0,3}\d")),
    ("birth-date", re.compile(rf"\b(?:born|birth\w*)\W+(?:(?:on|in|is|was)\s+)?{_MONTH_NAME}")),
    (
        "house-number",
        re.compile(
            rf"(?<!\d)\d{{1,6}}[a-z]?\s+(?!wheel\s+drive\b)(?:{_BETWEEN}){{1,3}}{_ROAD_WORD}\b"
        ),
    ),
    ("unit-number", re.compile(r"\b(?:apt|apartment|suite|ste|rm|room)\b[.#\s]*(?:\d|[a-z]\b)")),
    ("unit-number", re.compile(r"\b(?:unit|lot|spa?ce?|building|bldg)\b[.#\s]*(?:no\b)?[.\s]*\d")),
    ("unit-number", re.compile(r"\bunit\s+#?[b-hj-z]\b(?!')")),
    ("unit-number", re.compile(r"#\s?\d+(?!\d|\s+lanes?\b)")),
    ("age", re.compile(rf"\b{_YEARS}[\s-]*(?:{_LIFE}[\s-]*(?:olds?|of\s+age)|y\W?o[fm]?)\b")),
    ("age", re.compile(rf"\baged?\s+(?:of\s+|is\s+|was\s+)?{_YEARS}\b")),
    ("age", re.compile(r"\b(?:his|her|their)\s+(?:early\s+|mid\W?\s*|late\s+)?\d0\W?s\b")),
    ("long-number", re.compile(r"\d{5,}")),
    ("plate-like", re.compile(rf"\b(?!(?:{_NO_PLATE})[- ])[a-z]{{2,3}}[- ]\d{{3,4}}\b")),
    ("plate-like", re.compile(r"\b(?=\w*\d)(?=\w*[a-z])[a-z0-9]{5,17}\b")),
)

# A number before capitals is a house, unless it is one of these: taken out before looking.
_NUMBERED_IN_PUBLIC = re.compile(
    rf"\b{_MONTH_NAME}\s+\d{{1,2}}(?:(?:st|nd|rd|th)\b)?(?:,?\s+20\d\d\b)?"
    r"|\b\d{1,2}(?::\d\d)?\s*[ap]\.?m\b\.?|(?<!\d)\d{1,2}:\d\d"
    r"|\b(?:i|us|u\.s\.|sr|cr|interstate|highway|hwy|route|rte|county\s+road|state\s+road)[\s-]?"
    r"\d{1,3}\b"
    r"|\b(?:level|phase|stage|zone|category|exit|marker|station|engine|ladder|medic|squad|truck"
    r"|tanker|rescue|battalion|channel)\s+\d{1,3}\b",
    re.IGNORECASE,
)
# What is counted, in the plural or not, and ways to go. None of these is a street.
_COUNTED_THINGS = (
    r"(?:acres?|adults?|alarms?|ambulances?|animals?|boats?|boys|buildings?|businesses"
    r"|buses|call(?:er|s|ers)?|cars?|cats|children|cows|crews?|customers?|days?|deputies|dogs"
    r"|doors?|drivers?|engines?|families|feet|females?|firefighters?|ft|gallons?|girls|gunshots?"
    r"|hang(?:s|ups?)?|homes|horses|hours?|hrs?|houses|inch(?:es)?|injured|injuries|juv(?:s|eniles?)?|kids"
    r"|lanes?|males?|men|miles?|mins?|minutes?|months?|mph|occs|occupants|officers|open|patients?"
    r"|passengers|people|percent|persons?|pts?|residents?|rounds?|schools|seconds?|semis|shots"
    r"|stor(?:y|ies)|students|subj(?:s|ects?)?|suspects?|times?|trailers?|trains?|trees?|trucks?"
    r"|units?|veh(?:s|icles?)?|victims?|weeks?|women|years?|yrs?|nb|sb|eb|wb|utc|[aecmp][sd]t)"
)
_HOUSE = (
    rf"(?<![\w.,:/$-])\d{{1,5}}(?:-?[A-Za-z])?,?[ \t]+(?!(?i:{_COUNTED_THINGS})\b)"
    r"(?:[NSEW]\.?[ \t]+|[NS][EW][ \t]+)?[A-Z][A-Za-z'\u2019]+"
)
# "Tannery Dr. The road" is a street and a new sentence: no capital stands before a doctor.
_DOCTOR = (
    r"(?m)(?:^|[^\w\s][ \t]*|\b[a-z]+[ \t]+)(?:Dr|Miss|Prof|Rev|Sgt|Det|Capt)\b\.?[ \t]+[A-Z][a-z]"
)
_CASED_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("house-number", re.compile(_HOUSE)),
    ("title", re.compile(r"(?<!, )\b(?:M(?:rs?|s|x)|MRS?|MS|mrs?)\b\.?[ \t]*[A-Za-z]{2}")),
    ("title", re.compile(_DOCTOR)),
)


def leaks(text: str, known: Sequence[Sensitive], *, public: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the kinds of private text found, sorted; empty means safe to show.

    ``public`` are phrases that may be said, such as the names of published areas; they are taken
    out before known values are searched for, and those with a number before houses are. Kinds:
    ``known-value``, ``hidden-character``, ``phone``, ``email``, ``ssn``, ``coordinates``, ``url``,
    ``handle``, ``birth-date``, ``house-number``, ``unit-number``, ``title``, ``age``,
    ``long-number``, ``plate-like``. For bytes that hold polygons, times and ids by design use
    :func:`leaked_values`.
    """
    shown = without_placeholders(text)
    kinds = set(leaked_values(text, known, public=public))
    if any(is_hidden(character) for character in set(text)):
        kinds.add("hidden-character")
    for view in views(shown):
        kinds |= {kind for kind, form in _FORMS if form.search(view)}
    for view in views(_without_numbered_phrases(shown, public), keep_case=True):
        view = _NUMBERED_IN_PUBLIC.sub(GAP, view)
        kinds |= {kind for kind, form in _CASED_FORMS if form.search(view)}
    return tuple(sorted(kinds))


def leaked_values(
    text: str, known: Sequence[Sensitive], *, public: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return ``("known-value",)`` when a known value stands in the text in any spelling, else ().

    A person's name counts whole, as any two of its parts in a row, and by one part of four
    letters or more; a number counts by its last seven digits.
    """
    flat = list(views(without_placeholders(text))) if known else []
    for phrase in public:
        flat = [view.replace(flatten(phrase), GAP) for view in flat]
    return values_in_views(flat, known)


def values_in_views(flat: Iterable[str], known: Sequence[Sensitive]) -> tuple[str, ...]:
    """Return what :func:`leaked_values` does, for the views of a text that were made already."""
    forbidden = set(chain.from_iterable(_spellings(value.expose()) for value in known))
    leaked = forbidden and any(_any_run(view, forbidden) for view in flat)
    return ("known-value",) if leaked else ()


def _without_numbered_phrases(text: str, public: Sequence[str]) -> str:
    # Only phrases with a number in them, so that a house in a public place is still a house.
    for phrase in public:
        if any(map(str.isdigit, phrase)):
            text = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", GAP, text, flags=re.IGNORECASE)
    return text


def _pieces(flat: str) -> list[str]:
    # Letters and digits part ways, so that "apt4b" and "smith031284" show what they hold.
    return re.findall(r"[^\W\d_]+|\d+|\0", flat)


def _joined(view: str) -> str:
    """Return the pieces of a view in one; most views are plain, and need not be cut for it."""
    if view.isascii():
        return view.encode().translate(None, _BETWEEN_PIECES).decode()
    return "".join(_pieces(view))


@lru_cache(maxsize=_VALUES_KEPT)
def _spellings(value: str) -> tuple[str, ...]:
    return tuple(_spellings_of(value))


def _spellings_of(value: str) -> Iterator[str]:
    if value.isascii() and value.isalpha():
        # One word has one spelling.
        if _WHOLE_LETTERS <= len(value) <= _LONGEST and value.lower() not in _COMMON:
            yield value.lower()
        return
    pieces = [piece for piece in _pieces(flatten(value)) if piece != STOP]
    joined = "".join(pieces)
    shortest = _WHOLE_WITH_DIGITS if any(map(str.isdigit, joined)) else _WHOLE_LETTERS
    if shortest <= len(joined) <= _LONGEST and joined not in _COMMON:
        yield joined
    digits = "".join(piece for piece in pieces if piece.isdigit())
    if len(digits) >= 7:
        yield from (digits[-7:], digits[-10:])
    if digits or re.search(r"[^\w\s.,'\u2019-]", value):
        return
    yield from _name_spellings_of(re.split(r"[\s,.]+", flatten(value)))


def _name_spellings_of(words: Iterable[str]) -> Iterator[str]:
    parts = ["".join(_pieces(word)) for word in words if _pieces(word)]
    if not 2 <= len(parts) <= 4:
        return
    yield from (part for part in parts if len(part) >= _LONE_PART and part not in _COMMON)
    for place, one in enumerate(parts):
        for other in parts[:place] + parts[place + 1 :]:
            if {one, other} & _COMMON:
                continue
            if len(one + other) >= _WHOLE_LETTERS:
                yield one + other
            if len(other) > 1 and one[0] + other not in _COMMON:
                yield one[0] + other


def _any_run(view: str, forbidden: set[str]) -> bool:
    """Whether pieces in a row, or a part of one long piece, are a forbidden spelling."""
    joined = _joined(view)
    found = [spelling for spelling in forbidden if spelling in joined]
    if not found:
        return False
    pieces = _pieces(view)
    edges = {0, *accumulate(map(len, pieces))}
    return any(
        (start in edges and start + len(spelling) in edges)
        for spelling in found
        for start in _places(joined, spelling)
    ) or any(spelling in piece for spelling in found if len(spelling) >= _GLUED for piece in pieces)


def _places(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)
