"""Writes the answer to a request as a letter: plain text, and HTML that prints well.

In: facts without text of a feed, and the name and address the person gave. Out: two documents from
templates. It must never say anything of a record but counts, days and what was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.publish.plain import plain_line, plain_text

__all__ = ["LetterFacts", "letter"]

_TEMPLATES = Path(__file__).parent / "letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What an answer says. ``asked`` are kinds of values, ``found`` counts calls.

    ``name`` and ``address`` are the person's own, and private.
    """

    request_id: str
    site: str
    opened_at: datetime
    at: datetime
    asked: tuple[str, ...]
    found: int
    withdrawn: int
    withheld: int
    kept_hours: int
    name: str = field(repr=False)
    address: str = field(repr=False)


def letter(facts: LetterFacts) -> tuple[str, str]:
    """Return the letter as plain text and as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    values = {
        "facts": facts,
        "site": plain_line(facts.site, 160),
        "name": plain_line(facts.name, 160),
        "address": plain_text(facts.address, 400).splitlines(),
        "asked": " and ".join(filter(None, (", ".join(facts.asked[:-1]), *facts.asked[-1:]))),
    }
    text, page = (environment.get_template(f"answer.{form}") for form in ("txt", "html"))
    return text.render(values), page.render(values)
