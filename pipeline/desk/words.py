"""The desk's words in other languages: gettext catalogs, read from their sources at start.

English is what the code says. A string without a translation is shown in English; a test fails for
it. What use cases raise is known by its sentence, in which ``{}`` stands for what it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

__all__ = ["LANGUAGES", "Words", "choose", "words_in"]

LOCALE = Path(__file__).parent / "locale"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}


class Words:
    """One language. ``gettext`` and ``ngettext`` are what templates and rooms call."""

    def __init__(
        self,
        language: str,
        table: Mapping[object, object],
        sentences: Sequence[tuple[re.Pattern[str], str]] = (),
    ) -> None:
        self.language, self._table, self._sentences = language, table, sentences

    def gettext(self, message: str) -> str:
        """Return a message in this language."""
        found = self._table.get(message, "")
        return found if isinstance(found, str) and found else message

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form for a number; both languages count as English does."""
        found = self._table.get((one, many), ())
        forms = found if isinstance(found, tuple) and all(found) and found else (one, many)
        return str(forms[0] if number == 1 else forms[-1])

    def told(self, message: str) -> str:
        """Return a sentence that a use case raised, in this language."""
        for english, here in self._sentences:
            if found := english.fullmatch(message):
                return here.format(*found.groups())
        return message


@cache
def words_in(language: str) -> Words:
    """Return a language's words, read once."""
    sentences = [(_sentence(str(id_)), str(said)) for id_, said in _table(f"{language}.errors")]
    # What names least is tried first: "{} is not paused" would be found in a longer sentence.
    sentences.sort(key=lambda each: (each[0].groups, -len(each[0].pattern)))
    return Words(language, dict(_table(language)), sentences)


def _table(name: str) -> list[tuple[object, object]]:
    path = LOCALE / f"{name}.po"
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [(m.id, m.string) for m in read_po(file) if m.id]


def _sentence(english: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(re.escape(part) for part in english.split("{}")), re.DOTALL)


def choose(preferred: str, accepted: str) -> str:
    """Return the language somebody chose, else the first accepted one that is here."""
    if preferred in LANGUAGES:
        return preferred
    for part in accepted.split(","):
        code = part.split(";")[0].strip().partition("-")[0].lower()
        if code in LANGUAGES:
            return code
    return "en"
