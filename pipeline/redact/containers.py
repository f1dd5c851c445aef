"""Opens markup: text stands in tags, attributes and comments; the rest is structure.

In: a text that may hold HTML, XML or forum codes. Out: its pieces in order, each either
text as it stands or a stand-in for structure. Names of formatting tags and attributes are nobody's
and become a space; names of a record's own tags become labels, their values stay text. It must
never drop a piece that could have been typed by a person. Escapes and rich text are ``normal``'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from pipeline.redact.vocabulary import word_set

__all__ = ["Piece", "has_markup", "label_pieces", "opened", "pieces"]

Piece = tuple[str | None, int, int]
"""A stand-in, or None for text as it stands, and the characters of the text it is for."""

_ATTRIBUTE = re.compile(
    r"\s++(?P<name>[A-Za-z_][\w:.-]{0,60}+)\s*+=\s*+"
    r"(?:\"(?P<double>[^\"<>]*+)\"|'(?P<single>[^'<>]*+)'|(?P<bare>[^\s\"'<>]++))"
)
_OPENERS = re.compile(
    r"<(?P<close>/?)(?P<tag>[A-Za-z][\w:.-]{0,60}+)(?P<rest>(?:\s++[A-Za-z_][\w:.-]{0,60}+\s*+=\s*+"
    r"(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>/]++))*+)\s*+/?>"
    r"|<!--|-->|<!\[CDATA\[|\]\]>|<\?xml\b[^<>]{0,200}\?>"
    r"|\[/?(?:b|i|u|s|color|size|font|quote|code|list|center|url|img)(?:=[#\w]{1,20})?\]",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_:.-]+")

# Formatting, whose names say nothing of anybody.
_FORMATTING = word_set(
    "a abbr article aside b big blockquote body br caption center cite code col colgroup dd del"
    " details dfn div dl dt em figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i img"
    " input ins kbd label li link main mark meta nav ol option p pre q s samp script section select"
    " small span strike strong style sub summary sup table tbody td textarea tfoot th thead title"
    " tr tt u ul var wbr"
)
_FORMATTING_ATTRIBUTES = word_set(
    "align bgcolor border cellpadding cellspacing class color colspan dir face height lang rel"
    " rowspan size style target valign width"
)
# Attributes of formatting tags whose value speaks for itself.
_PLAIN_ATTRIBUTES = word_set("alt content href id name src title value")
# A shorter name of a tag is an abbreviation that explains nothing.
_SHORTEST_LABEL = 3
# These are words of dispatch, and say what follows.
_SHORT = word_set("cb ln fn lp pw rp sn tn")
_PARTS_OF_NAMES = frozenset(
    [
        *("alias", "family", "first", "first name", "firstname", "fname", "given", "given name"),
        *("given names", "last", "last name", "lastname", "lname", "maiden", "middle", "moniker"),
        *("fn", "ln", "name first", "name last", "name middle", "nick", "nickname", "sur"),
        *("sur name", "surname"),
    ]
)


def has_markup(text: str) -> bool:
    """Return whether a text may hold markup, at the price of two looks for one character."""
    return "<" in text or "[" in text


def pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text in order; together they cover all of it."""
    return opened(text, _OPENERS.finditer(text), _structure)


def opened(
    text: str,
    found: Iterable[re.Match[str]],
    structure: Callable[[re.Match[str]], Iterator[Piece]],
) -> Iterator[Piece]:
    """Yield what lies between matches as it stands, and what ``structure`` makes of each match."""
    place = 0
    for each in found:
        if place < each.start():
            yield None, place, each.start()
        yield from structure(each)
        place = each.end()
    if place < len(text):
        yield None, place, len(text)


def _structure(found: re.Match[str]) -> Iterator[Piece]:
    tag = found["tag"]
    if tag is None or found["close"] or (tag.lower() in _FORMATTING and not found["rest"]):
        yield " ", found.start(), found.end()
        return
    if not found["rest"] and f"</{tag}" not in found.string:
        # A word in angle brackets that nothing closes was typed by somebody.
        yield None, found.start(), found.end()
        return
    yield " ", found.start(), found.start("tag")
    yield from _label(tag, _FORMATTING, *found.span("tag"))
    end = found.end("tag")
    for each in _ATTRIBUTE.finditer(found.string, found.start("rest"), found.end("rest")):
        value = each.lastgroup or "bare"
        formatting = each["name"].lower() in _FORMATTING_ATTRIBUTES
        yield " ", end, each.start("name")
        yield from _label(
            each["name"], _FORMATTING_ATTRIBUTES | _PLAIN_ATTRIBUTES, *each.span("name")
        )
        if formatting:
            yield " ", each.end("name"), each.end(value)
        else:
            yield " ", each.end("name"), each.start(value)
            if each[value]:
                yield None, each.start(value), each.end(value)
        end = each.end(value)
    yield " ", end, found.end()


def label_pieces(name: str, start: int, end: int) -> Iterator[Piece]:
    """Yield a name of a tag or member, at ``start`` to ``end``, as words with a colon.

    The name of a part of a person's name is said plainly, for what follows is told by it.
    """
    if _CAMEL.sub(" ", name).lower() in _PARTS_OF_NAMES:
        yield "name: ", start, end
        return
    done = start
    for found in _CAMEL.finditer(name):
        first, last = start + found.start(), start + found.end()
        if first == last:
            # A space that stands for no character of its own belongs to the one before it.
            yield None, done, first - 1
            yield f"{name[found.start() - 1]} ", first - 1, last
        else:
            yield None, done, first
            yield " ", first, last
        done = last
    yield None, done, end - 1
    yield f"{name[-1]}: ", end - 1, end


def _label(name: str, unsaid: frozenset[str], start: int, end: int) -> Iterator[Piece]:
    if name.lower() in unsaid or (len(name) < _SHORTEST_LABEL and name.lower() not in _SHORT):
        yield " ", start, end
    else:
        yield from label_pieces(name, start, end)
