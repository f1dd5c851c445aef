"""Finds labels inside a text of XML records: ``<b>Type:</b> GAS LEAK<br/>``.

In: the leaves of each record. Out: further leaves, one for each label, whose paths are XPaths that
cut it out. A label counts where most records have it, and only if its XPath gives in every record
what stands behind the label there. It must never look at what labels say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline.onboarding.leaf import Leaf, texts_by_path, words_of
from pipeline.onboarding.names import FREE_TEXT

__all__ = ["cut_out", "expression", "is_part", "labelled_parts", "taken_apart"]

# A label at the begin, or behind markup, a line's end or a sign; markup may stand around its colon.
_LABEL: Final = re.compile(
    r"(?:^|(?<=[>\n,;|]))[^\S\n]*+([A-Za-z][\w/#&.-]*(?: [\w/#&.-]+){0,3})"
    r"(\s?(?:</?[a-z]\w*>)*\s?:(?!//|\d\d\b)\s*(?:</?[a-z]\w*>\s*)*|</(?:b|strong|dt|th)>(?!\s?:)\s*(?:<(?:dd|td|span)>\s*)?)",
    re.IGNORECASE,
)
# What parts a value from the next; a semicolon may be the end of what HTML has for a sign.
_ENTITY: Final = "".join(
    f"(?<!&{name})"
    for name in (
        *("lt", "gt", "amp", "nbsp", "quot", "apos", "mdash", "ndash", "hellip", "middot", "bull"),
        *("lsquo", "rsquo", "ldquo", "rdquo", "copy", "reg", "deg"),
        *(rf"#\d{{{digits}}}" for digits in range(2, 6)),
    )
)
_LINK: Final = r"<a\s[^<>]{1,300}>[^<>]{0,30}</a>"  # what a link says is for the eye
_BEHIND: Final = re.compile(rf"(?:\s|[,|]|{_ENTITY};|{_LINK}|<[^<>]{{1,40}}>)++", re.IGNORECASE)
_BAR: Final = "|"
_BARS: Final = frozenset("|;")
_SIGNS: Final = " \t\r\n\f\v,;|"
_TAG: Final = re.compile(r"</?[a-z]\w*\s?/?>|\n", re.IGNORECASE)  # attributes may say anything
_FIRST: Final = 40  # characters before the first label, markup and all
_LEAST: Final = 2  # labels of a text
_MOST_LABELS: Final = 200  # of a text; the time goes with their square
_FEWEST: Final = 3  # records that have a label; of fewer it may be somebody who says something
_MOST_RECORDS: Final = 0.8  # share of them that have a label


@dataclass(frozen=True, slots=True)
class _Part:
    """One label in one text: its value, what ends that, and which label follows."""

    name: str
    label: str
    value: str
    end: str
    follower: str
    following: str

    @property
    def sign(self) -> str:
        """The colon with the markup around it."""
        return self.label[len(self.name) :].strip()


def labelled_parts(records: Sequence[Sequence[Leaf]]) -> list[list[Leaf]]:
    """Return, for each record, the texts behind the labels of its texts."""
    found: list[list[Leaf]] = [[] for _ in records]
    for path, texts in texts_by_path(records):
        if any(len(each) > 1 for each in texts):
            continue
        parts = [_parts(each[0]) if each else [] for each in texts]
        if sum(map(bool, parts)) < _MOST_RECORDS * len(records):
            continue
        if max(map(len, parts)) > _MOST_LABELS:
            continue
        names = Counter(part.name for each in parts for part in each)
        fewest = max(_FEWEST, _MOST_RECORDS * len(records))
        kept = [name for name, count in names.items() if count >= fewest]
        if len(kept) < _LEAST:
            continue
        kept += _known_ones(parts, names, kept)
        apart = _separators(parts, names, kept)
        parts = [_parts(each[0], apart) if each else [] for each in texts]
        for name in kept:
            _add(name, kept, path, [each[0] if each else "" for each in texts], parts, found)
    return found


def taken_apart(paths: Sequence[str]) -> frozenset[int]:
    """Return the positions of paths whose text others cut."""
    return frozenset(
        n for n, path in enumerate(paths) if any(f"({path}, " in other for other in paths)
    )


def is_part(path: str) -> bool:
    """Return whether an XPath cuts a text: it names no place."""
    return path.startswith("substring-")


def _known_ones(
    parts: Sequence[Sequence[_Part]], names: Counter[str], kept: Sequence[str]
) -> list[str]:
    """Return labels of fewer records, marked as the others are, that CAD exports have for texts.

    A colon alone marks nothing, unless a bar parts each label from the value before it.
    """
    signs = {part.sign for each in parts for part in each if part.name in kept}
    behind = [(one.end, part) for each in parts for one, part in pairwise(each)]
    if not all(_BAR in end for end, part in behind if part.name in kept):
        signs -= {":"}
    firsts = [(_BAR, each[0]) for each in parts if each]
    marked = {
        part.name
        for end, part in (*firsts, *behind)
        if part.sign in signs and (part.sign != ":" or _BAR in end)
    }
    known = (name for name in names if name in marked and FREE_TEXT.fullmatch(words_of(name)))
    return [name for name in known if name not in kept and names[name] >= _FEWEST]


def _separators(
    parts: Sequence[Sequence[_Part]], names: Counter[str], kept: Sequence[str]
) -> frozenset[str]:
    """Return the labels that end values; of few records, or marked otherwise, they stand in one."""
    signs = {part.sign for each in parts for part in each if part.name in kept}
    marked = {part.name for each in parts for part in each if part.sign in signs}
    return frozenset({*kept, *(n for n in marked if names[n] >= _FEWEST)})


def _parts(text: str, names: Collection[str] = ()) -> list[_Part]:
    """Return the labels of a text with their values; only those of ``names`` if there are any."""
    labels = [label for label in _LABEL.finditer(text) if not names or label[1] in names]
    if not labels or not _begins(text[: labels[0].start(1)]):
        return []  # a story in which something is labelled
    found = []
    for n, label in enumerate(labels):
        more = labels[n + 1] if n + 1 < len(labels) else None
        behind = text[label.end() : len(text) if more is None else more.start(1)]
        ends = (end.start() for end in _BEHIND.finditer(behind) if end.end() == len(behind))
        cut = next(ends, len(behind))
        follower = "" if more is None else more[1]
        following = "" if more is None else more[1] + _sign(more[2])
        found.append(
            _Part(label[1], label[1] + label[2], behind[:cut], behind[cut:], follower, following)
        )
    return found


def _begins(before: str) -> bool:
    """Return whether what stands before the first label is short, or parts that a sign ends."""
    return len(before) <= _FIRST or before.rstrip().endswith(";")


def _sign(behind: str) -> str:
    """Return what closes a label, of what stands between it and its value."""
    before, colon, _ = behind.partition(":")
    return before + colon if colon else behind.rstrip()


def _add(
    name: str,
    kept: Sequence[str],
    path: str,
    texts: Sequence[str],
    parts: Sequence[Sequence[_Part]],
    found: Sequence[list[Leaf]],
) -> None:
    """Add a label's leaves, if one XPath cuts them all."""
    mine = [next((part for part in each if part.name == name), None) for each in parts]
    values = ["" if part is None else part.value.strip() for part in mine]
    known = [part for part in mine if part is not None]
    label = Counter(part.label.rstrip() for part in known).most_common(1)[0][0]
    for before in _befores(label, texts):
        for end in _ends(known, kept):
            cut = [cut_out(text, before + label, end).strip() for text in texts]
            xpath = expression(path, before + label, end)
            if cut == values and xpath:
                for leaves, value in zip(found, values, strict=True):
                    leaves.append(Leaf(path=xpath, text=value, name=words_of(name)))
                return


def _befores(label: str, texts: Sequence[str]) -> Sequence[str]:
    """Return what may have to stand before a label, so that no longer one is taken for it."""
    before = Counter(
        text[max(0, text.find(label) - 1) : text.find(label)] for text in texts if label in text
    )
    return ("", *(each for each, _ in before.most_common(1) if each))


def _ends(parts: Sequence[_Part], kept: Sequence[str]) -> Sequence[str]:
    """Return what may end the values: markup or a line's end, or the label that follows.

    It is written into the agency's file: a label of few records, or an attribute, may tell of one.
    """
    ends = Counter(part.end for part in parts if part.end)
    found: list[str] = []
    for end, _ in ends.most_common(2):
        tag = _TAG.search(end)
        found += [tag[0]] if tag else []
    follows = Counter(
        part.end + part.following
        for part in parts
        if part.follower in kept and not _TAG.sub("", part.end).strip(_SIGNS)
    )
    bars = {part.end for part in parts if part.end}
    if len(bars) == 1 and not _BARS.isdisjoint(bar := bars.pop()):  # whichever label comes next
        found = [bar, *found]
    found += [end for end, _ in follows.most_common(1)]
    return (*dict.fromkeys(found), "")


def cut_out(text: str, label: str, end: str) -> str:
    """Return what stands between a label and an end; without an end, all behind the label."""
    behind = text.partition(label)[2]
    return behind.partition(end)[0] if end else behind


def expression(path: str, label: str, end: str) -> str:
    """Return the XPath that does as :func:`cut_out`; nothing where quotes stand in the way."""
    if any("'" in each and '"' in each for each in (label, end)):
        return ""
    behind = f"substring-after({path}, {_quoted(label)})"
    if not end:
        return behind
    return f"substring-before(concat({behind}, {_quoted(end)}), {_quoted(end)})"


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'
