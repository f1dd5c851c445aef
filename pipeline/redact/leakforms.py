"""What a form of private text is, and how many forms are tried on a view at little cost.

In: forms and a flat view of a text, see ``leakviews``. Out: the kinds of the forms that stand in
it. A form is only tried where the view has what it cannot do without. It must never be narrower for
that: every gate is implied by its pattern. The patterns are in ``leakshapes`` and ``leakcued``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

__all__ = ["Form", "Forms", "View"]

_LETTERS = re.compile(r"[a-z]+")
_DIGITS = re.compile(r"\d+")
_PLAIN_DIGITS = b"0123456789"
_DIGITS_OF = attrgetter("digits")
_MIXED = re.compile(r"[a-z]-*\d|\d-*[a-z]")


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern of one kind, and what a view must have for it to match at all.

    At least ``digits`` in the whole view, and one of ``signs`` in it, or one of the words in
    ``cues`` among its runs of letters. What is ``mixed`` has a letter beside a digit, hyphens
    apart, and no space: it is looked for in :attr:`View.mixed`. No form has both signs and cues.
    """

    kind: str
    pattern: re.Pattern[str]
    digits: int = 0
    signs: tuple[str, ...] = ()
    cues: str = ""
    mixed: bool = False


class View:
    """A flat view of a text, with what forms ask of it first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = frozenset(_LETTERS.findall(text))
        self.digits = _digits_in(text)

    @cached_property
    def mixed(self) -> str:
        """What stands between spaces and has a letter beside a digit, nothing or hyphens apart."""
        pieces = (each for each in self.text.split() if not (each.isalpha() or each.isdigit()))
        return " ".join(filter(_MIXED.search, pieces))


def _digits_in(text: str) -> int:
    if text.isascii():
        return len(text) - len(text.encode().translate(None, _PLAIN_DIGITS))
    return sum(map(len, _DIGITS.findall(text)))


class Forms:
    """Forms by what a view must have; ``kinds_in`` asks only those that could stand there."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._by_cue: defaultdict[str, list[Form]] = defaultdict(list)
        self._by_sign: defaultdict[str, list[Form]] = defaultdict(list)
        for form in forms:
            for cue in form.cues.split():
                self._by_cue[cue].append(form)
            for sign in form.signs:
                self._by_sign[sign].append(form)
        plain = [form for form in forms if not (form.cues or form.signs)]
        self._plain = sorted(plain, key=_DIGITS_OF)
        self._cues = frozenset(self._by_cue)

    def kinds_in(self, view: View) -> set[str]:
        """Return the kinds of all forms that stand in a view."""
        kinds: set[str] = set()
        text, digits = view.text, view.digits
        for form in self._tried(view):
            if (
                form.digits <= digits
                and form.kind not in kinds
                and form.pattern.search(view.mixed if form.mixed else text)
            ):
                kinds.add(form.kind)
        return kinds

    def _tried(self, view: View) -> list[Form]:
        tried = self._plain[: bisect_right(self._plain, view.digits, key=_DIGITS_OF)]
        for cue in view.words & self._cues:
            tried += self._by_cue[cue]
        for sign, forms in self._by_sign.items():
            if sign in view.text:
                tried += forms
        return tried
