"""Finds people that stand outside of a sample's records, whose calls nobody tells.

In: a sample. Out: places that are looked for in the remarks of every call, or what is to be told of
those that cannot be. It must never read a text: names of places decide.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.agencies.agency import FormatKind
from pipeline.onboarding.choice import PlaceChoice
from pipeline.onboarding.leaf import words_of
from pipeline.onboarding.sample import Sample

__all__ = ["people_sought", "people_untold"]

_ID: Final = re.compile(r"@(?:[\w.-]+:)?(?:id|ref|uid)$", re.IGNORECASE)
_PERSON: Final = re.compile(r"\b(?:persons?|people|callers?|patients?|complainants?)\b")
_ELSEWHERE: Final = (
    "people: some stand outside of the records, and are not looked for in the calls' remarks"
)
_SOUGHT: Final = "stands outside of the records; looked for in the remarks of every call"


def people_untold(sample: Sample) -> list[str]:
    """Return what is to be told where people stand outside of the records, and none is sought."""
    told = any(_tells_of_people(path) for path in sample.around)
    return [_ELSEWHERE] if told and not people_sought(sample) else []


def people_sought(sample: Sample) -> tuple[PlaceChoice, ...]:
    """Return the places of people outside of the records that every record can read: in XML alone.

    Whose call they made nobody says, so that they are looked for in all. An id names nobody.
    """
    if sample.kind is not FormatKind.XML:
        return ()
    paths = (path for path in sample.around if _tells_of_people(path) and not _ID.search(path))
    return tuple(PlaceChoice(path=path, why=_SOUGHT) for path in paths)


def _tells_of_people(path: str) -> bool:
    return _PERSON.search(words_of(" ".join(re.split(r"[/.:]", path)[1:]))) is not None
