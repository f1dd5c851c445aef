"""Collects every string the site says, so that a catalog can be kept whole.

In go the templates, this package's code and the words that policies and partners bring; out come
messages, plurals with both forms. ``python -m pipeline.site.catalog es`` writes the catalog anew,
keeping what is translated; what is missing stays empty, and a test fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from pipeline.model import Release
from pipeline.policies import Direction, load_policy, shipped_policies
from pipeline.site.facts import Standing
from pipeline.site.page import TEMPLATES
from pipeline.site.words import CATALOGS

__all__ = ["Message", "messages", "renewed"]

Message = str | tuple[str, str]

_KEYWORDS = {"_": None, "gettext": None, "say": None, "ngettext": (1, 2)}

_PARTNER_WORDS = (
    *("joined", "left", "paused", "resumed", "agreement changed", "agreement ended", "none"),
    *("police", "fire", "ems", "sheriff", "communications", "combined", "transit", "other"),
)
"""What kinds of agencies, their history and considerations are called in agency files."""

_PLURALS = (
    ("%(num)d day", "%(num)d days"),
    ("%(num)d hour", "%(num)d hours"),
    ("%(num)d minute", "%(num)d minutes"),
)
_HEADER = ("Plural-Forms", "Content-Type")
"""The lines of a catalog's head that mean something here; others name people and moments."""

_TITLES = ("About", "What this site promises, and how.", "Feeds and downloads")
_MORE = (
    "Proof for anybody.",
    "Verify a receipt",
    "Data for everybody.",
    "Not here",
    "There is no such page.",
)


def messages() -> frozenset[Message]:
    """Return every message: a string, or (one, many)."""
    return frozenset(_messages())


def _messages() -> Iterator[Message]:
    for path in sorted(TEMPLATES.glob("*.html")):
        yield from _extracted("jinja2", path, {"newstyle_gettext": "true", "trimmed": "false"})
    for path in sorted(Path(__file__).parent.glob("*.py")):
        yield from _extracted("python", path, {})
    yield from _PLURALS
    yield from (*_PARTNER_WORDS, *_TITLES, *_MORE)
    for version in shipped_policies():
        yield from (rule.label for rule in load_policy(version).categories.values())
    for words in (Standing, Direction, Release):
        yield from (each.value for each in words)


def _extracted(method: str, path: Path, options: dict[str, str]) -> Iterator[Message]:
    found = extract(method, BytesIO(path.read_bytes()), keywords=_KEYWORDS, options=options)
    for _, text, _, _ in found:
        if isinstance(text, str) and text:
            yield text
        elif isinstance(text, tuple):
            yield (text[0], text[1])


def renewed(code: str) -> bytes:
    """Return the catalog of a language with every message, and what was translated before."""
    path = CATALOGS / code / "site.po"
    old = read_po(BytesIO(path.read_bytes()), locale=code)
    new = Catalog(
        locale=code,
        project="Blotter",
        header_comment="# What the public site says in Spanish.",
        fuzzy=False,
    )
    for each in sorted(messages(), key=lambda text: text if isinstance(text, str) else text[0]):
        known = old.get(each if isinstance(each, str) else each[0])
        new.add(each, known.string if known is not None else "")
    out = BytesIO()
    write_po(out, new, width=100, omit_header=False, no_location=True, sort_output=True)
    head, _, body = out.getvalue().decode().partition("\n\n")
    kept = [
        line
        for line in head.splitlines()
        if not line.startswith('"') or line[1:].startswith(_HEADER)
    ]
    return ("\n".join(kept) + f"\n\n{body.strip()}\n").encode()


if __name__ == "__main__":
    for code in sys.argv[1:]:
        (CATALOGS / code / "site.po").write_bytes(renewed(code))
