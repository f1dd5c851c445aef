"""Shows where in a payload something is, without what a key, tag or header may give away.

In: a field path or position as feeds tell it, and the names the agency file itself uses. Out: the
same path, with every segment that is neither such a name nor made of plain words as ``…``. Names
come from the payload: somebody's name or address can be a JSON key. It must never show a segment
because it merely looks like an identifier.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.redact.vocabulary import vocabulary, word_set

__all__ = ["path_names", "shown_path"]

_MASKED = "…"
_POSITION = re.compile(r"(?:line \d+ (?:column \d+|element )|(?:column|character|byte) \d+)")
_SEPARATOR = re.compile(r"([/.@\[\]='$]|::?)")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")

# What field names are made of besides ordinary words: abbreviations of CAD vendors and formats.
_FIELD_WORDS = word_set(
    "addr address amt apt attr attributes avl beat caller cfs cnt code cols coord coordinates cross"
    " date desc description details disp dispo dist dob dttm dt elem email emd esz event ext"
    " features fdid field file first flag geo geometry gid gis globalid gps grid guid hash header"
    " id idx inc incident info key last lat latitude latlon link list loc location lon"
    " long longitude map meta mid middle misc modified mod msg name names narrative nature nbr no"
    " note notes num number obj object objectid off ori pct ph phone pk point pos pri priority"
    " prop properties qty ra rec ref remark remarks reporting req row rp rpt seq sid src stat"
    " status street sub subtype suffix sys text time timestamp tm tract ts txt type uid unit units"
    " uri url user utc uuid val value values ver version x xml y zip zone"
)
_SEPARATORS = frozenset("_- ")


def path_names(paths: Collection[str]) -> frozenset[str]:
    """Return the names that occur in an agency file's own paths; they are not the feed's."""
    pieces = (piece for path in paths for piece in re.findall(r"[^\s/.@:\[\]()|'\"=,*]+", path))
    return frozenset(pieces) | frozenset(path.strip() for path in paths)


def shown_path(path: str, names: Collection[str]) -> str:
    """Return ``path`` as far as it is safe to show; ``names`` come from :func:`path_names`."""
    if path in names:
        return path
    position = _POSITION.match(path)
    start = position.end() if position else 0
    parts = _SEPARATOR.split(path[start:])
    return path[:start] + "".join(_shown_segment(part, names) for part in parts)


def _shown_segment(segment: str, names: Collection[str]) -> str:
    if not segment or segment in names or _SEPARATOR.fullmatch(segment):
        return segment
    return segment if all(_plain(word) for word in _WORD.findall(segment)) else _MASKED


def _plain(word: str) -> bool:
    if word.isdigit():
        return len(word) == 1
    plain = word.lower()
    if plain in _FIELD_WORDS or plain in vocabulary():
        return True
    return all(character in _SEPARATORS for character in word)
