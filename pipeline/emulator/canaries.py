"""Lists everybody invented and every private value that the sample payloads hold.

In: casts with their payloads. Out: the bytes of ``people.yml``. Values that stand out in any text
are ``canaries``: found outside the vault, they are a leak. Values that also turn up innocently
(apartment numbers, short codes, names that are words) are ``ambiguous``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import yaml

from pipeline.emulator.story import Cast, PersonCard, Story
from pipeline.model import Entity

__all__ = ["EXTRA_VALUES", "people_yml", "private_values"]

EXTRA_VALUES = (
    "303-555-0118",
    "413-555-0195",
    "650-555-0157",
    "707-555-0135",
    "828-555-0122",
    "831-555-0193",
    "920-555-0138",
)
"""What the renderers put into fields that no agency file knows."""

_HEAD = (
    "# Everybody in the sample feeds. All of them are invented; their telephone numbers are the\n"
    "# ones set aside for fiction. Written by `python -m pipeline.emulator.samples`.\n"
)
_NUMBERED = re.compile(r"\d+ (?!Block|BLK)(?=\D)")
_NAMES = (Entity.PERSON, Entity.STAFF)


def people_yml(casts: Iterable[Cast], texts: Mapping[str, str]) -> bytes:
    """Return people.yml; ``texts`` holds all payloads of an agency, decoded and joined."""
    people: list[dict[str, object]] = []
    distinct: set[str] = set()
    ambiguous: set[str] = set()
    for cast in casts:
        people.extend(_card(cast, card) for card in cast.people)
        words = {part for card in cast.people if card.hard for part in _parts(card)}
        for entity, value in private_values(cast):
            if value in texts[cast.agency_id]:
                target = distinct if _stands_out(entity, value, words) else ambiguous
                target.add(value)
    document = {"people": people, "canaries": sorted(distinct), "ambiguous": sorted(ambiguous)}
    body = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    return (_HEAD + body).encode()


def private_values(cast: Cast) -> Iterator[tuple[Entity, str]]:
    """Yield every private value of a cast, in every form it may be written in."""
    for value in EXTRA_VALUES:
        yield Entity.PHONE, value
    for card in cast.people:
        yield from _of_card(card)
    for story in cast.stories:
        yield from _of_story(story)


def _of_card(card: PersonCard) -> Iterator[tuple[Entity, str]]:
    kind = Entity.STAFF if card.staff else Entity.PERSON
    last_first = f"{card.family}, {card.given}"
    for name in (card.full_name, last_first, card.family):
        yield kind, name
        yield kind, name.upper()
    known = (
        (Entity.PHONE, card.phone),
        (Entity.ADDRESS, card.address),
        (Entity.DOB, f"{card.birth_date}" if card.birth_date else ""),
        (Entity.PLATE, card.plate),
        (Entity.EMAIL, card.email),
    )
    yield from ((entity, value) for entity, value in known if value)


def _of_story(story: Story) -> Iterator[tuple[Entity, str]]:
    if _NUMBERED.match(story.place.address):
        yield Entity.ADDRESS, story.place.address
    for plate in story.plates:
        yield Entity.PLATE, plate
    for line in (*story.lines, *([story.place.description] if story.place.description else [])):
        yield from line.private_texts


def _stands_out(entity: Entity, value: str, words: set[str]) -> bool:
    """Whether a search for the value finds nothing but the value."""
    signs = sum(character.isalnum() for character in value)
    if entity is Entity.APARTMENT or signs < 6:
        return False
    if entity in _NAMES:
        return not {value.casefold()} & words
    if entity in (Entity.DOB, Entity.ACCESS_CODE, Entity.FINANCIAL):
        return signs >= 8 and any(character.isdigit() for character in value)
    return True


def _parts(card: PersonCard) -> tuple[str, str]:
    return card.given.casefold(), card.family.casefold()


def _card(cast: Cast, card: PersonCard) -> dict[str, object]:
    """A person's entry; ``written`` holds the forms in which remarks name them."""
    parts = [part.casefold() for part in (*card.given.split("-"), *card.family.split("-"))]
    texts = {
        text
        for story in cast.stories
        for line in story.lines
        for entity, text in line.private_texts
        if entity in _NAMES and any(part in text.casefold() for part in parts)
    }
    entry = {
        "id": f"{cast.agency_id}/{card.person_id}",
        "role": "staff" if card.staff else "private",
        "name": {"given": card.given, "family": card.family},
        "phone": card.phone,
        "address": card.address,
        "birth_date": card.birth_date,
        "plate": card.plate,
        "email": card.email,
        "name_is_a_word": card.hard,
        "written": sorted(texts),
    }
    return {key: value for key, value in entry.items() if value}
