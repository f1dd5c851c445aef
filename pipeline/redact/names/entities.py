"""Says of a run of tokens that is a name whose it is: a person's, a place's, a street's.

In: the tokens of a reading, and the first and last of a name. Out: the entity, and the last token
with the word that makes a place or a street of it. It decides nothing about where a name ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Entity
from pipeline.redact.names.cues import PEOPLE, STAFF_TITLES, TITLES
from pipeline.redact.names.places import BRANDS, PLACE_WORDS, STREET_WORDS
from pipeline.redact.tokens import Token

__all__ = ["entity_of"]

_TITLES = TITLES | STAFF_TITLES


def entity_of(text: str, cut: Sequence[Token], first: int, last: int) -> tuple[Entity, int]:
    """Return what the name is, and the place of its last token."""
    before = cut[first - 1].word if first else ""
    following = cut[last + 1] if last + 1 < len(cut) else None
    if last > first and cut[last].word in PLACE_WORDS and before not in PEOPLE | _TITLES:
        return Entity.PLACE, last
    if any(token.word in BRANDS for token in cut[first : last + 1]):
        return Entity.PLACE, last
    if following is not None and text[cut[last].end : following.start] == " ":
        if following.word in STREET_WORDS and before not in _TITLES:
            return Entity.STREET, last + 1
        if following.word in PLACE_WORDS and before not in PEOPLE | _TITLES:
            return Entity.PLACE, last + 1
    return (Entity.STAFF if before in STAFF_TITLES else Entity.PERSON), last
