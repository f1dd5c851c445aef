"""What a reader does about a subscription: ask, confirm, change, leave, export, erase.

A reader is known by a link that came by mail, or by the address itself, which is sealed at once and
found again by its keyed digest only. Every answer to an address is the same, whether it is known or
not. There is no function here that tells who reads, or how many below 20 (rule 29).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from pipeline.adapters.store import Tx
from pipeline.adapters.store.outbox import (
    Sending,
    add_sendings,
    sending_id,
    stop_receiver,
)
from pipeline.adapters.store.subscribers import (
    Subscriber,
    activate,
    ask,
    change_choices,
    erase,
    mailed_enough,
    readers_of,
    subscriber_at,
    subscriber_by,
)
from pipeline.audit import stamp
from pipeline.model import AreaChoice, AudienceSize, BlotterError, Choices, Refused
from pipeline.place import load_areas
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.mailing import CONFIRM, MANAGE, mail_context
from pipeline.usecases.reader_links import Links
from pipeline.usecases.resources import Resources, current_policy, open_resources
from pipeline.usecases.settings import Settings

__all__ = [
    "NamedArea",
    "areas_to_choose",
    "audience_of",
    "change",
    "confirm",
    "erase_reader",
    "exported",
    "leave",
    "reader_of",
    "subscribe",
]

_ASK_AGAIN = timedelta(minutes=10)
_ASKED_A_DAY = 3
"""So many mails a day an address gets because somebody, perhaps not its owner, typed it."""

_MOST_AREAS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedArea:
    """One area a reader may choose."""

    choice: AreaChoice
    agency: str
    area: str


def areas_to_choose(settings: Settings) -> tuple[NamedArea, ...]:
    """Return every area of every usable agency that may be told at all, by agency and name."""
    least = current_policy(settings).minimum_area_radius_m
    found = []
    for agency in load_catalog(settings).agencies:
        try:
            areas = load_areas(agency.location.areas, minimum_radius_m=least)
        except BlotterError:
            continue
        layers = [layer.areas for layer in areas.layers.values()]
        for area in (*areas.areas, *(each for layer in layers for each in layer)):
            if area.area_id not in areas.too_small:
                choice = AreaChoice(agency_id=agency.agency_id, area_id=area.area_id)
                name = f"{agency.name}, {agency.state}"
                found.append(NamedArea(choice=choice, agency=name, area=area.name))
    return tuple(sorted(found, key=lambda each: (each.agency, each.area, each.choice.area_id)))


def subscribe(
    settings: Settings,
    address: str,
    choices: Choices,
    *,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> None:
    """Write an asking address down, sealed, and queue the one question it gets.

    Whoever is known already gets the link to change instead. An address gets at most one mail in
    ten minutes by this, and three a day: who types it may wish its owner ill.

    Raises:
        Refused: this is no address, or the choices cannot be.
    """
    check_choices(choices)
    normal = _normal(address)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        index = resources.seal.digest("reader mail", normal.encode())
        known = subscriber_at(tx, index)
        if known is None:
            reader = randomness(16).hex()
            sealed = resources.vault.seal_small(normal.encode(), context=mail_context(reader))
            ask(tx, reader, mail_index=index, sealed_mail=sealed, choices=choices, at=now)
            _queue(tx, reader, CONFIRM, now)
        elif known.state == "active":
            _queue(tx, known.subscriber_id, MANAGE, now)
        else:
            change_choices(tx, known.subscriber_id, choices)
            _queue(tx, known.subscriber_id, CONFIRM, now)


def confirm(settings: Settings, token: str, *, now: datetime) -> bool:
    """Confirm an address; return whether the link is somebody's."""
    return _as_reader(settings, "confirm", token, now, lambda tx, who: _confirm(tx, who, now))


def leave(settings: Settings, token: str, *, now: datetime) -> bool:
    """End a subscription and erase all there is of it; return whether the link is somebody's."""
    return _as_reader(settings, "leave", token, now, erase)


def change(settings: Settings, token: str, choices: Choices, *, now: datetime) -> bool:
    """Change what a reader asked for; what waits by the old choice is dropped.

    A withdrawal is not: it takes back what this reader was told.

    Raises:
        Refused: the choices cannot be.
    """
    check_choices(choices)

    def put(tx: Tx, reader: str) -> bool:
        change_choices(tx, reader, choices)
        stop_receiver(tx, "mail", reader, outcome="choice-changed", keep=("retracted",))
        return True

    return _as_reader(settings, "manage", token, now, put)


def reader_of(settings: Settings, token: str, *, now: datetime) -> Subscriber | None:
    """Return the reader whose link this is, with the address still sealed; None when nobody's."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        reader = Links(settings, resources.seal).reader("manage", token)
        return None if reader is None else subscriber_by(tx, reader)


def exported(settings: Settings, token: str, *, now: datetime) -> Mapping[str, object] | None:
    """Return all there is of a reader, for that reader; None when the link is nobody's."""
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            found = _found(tx, resources, settings, "manage", token)
        if found is None:
            return None
        return {
            "address": _address(resources, found),
            "state": found.state,
            "asked": found.asked_at.isoformat(),
            "confirmed": None if found.confirmed_at is None else found.confirmed_at.isoformat(),
            "areas": [f"{each.agency_id}/{each.area_id}" for each in found.choices.areas],
            "categories": [each.value for each in found.choices.categories],
            "hazards_only": found.choices.hazards_only,
            "rhythm": found.choices.rhythm.value,
            "quiet": [found.choices.quiet_from, found.choices.quiet_to],
            "daily_mail_at": found.choices.digest_minute,
            "zone": found.choices.zone or "the agency's",
        }


def erase_reader(settings: Settings, token: str, *, now: datetime) -> str | None:
    """Erase a reader; return the address once, for the proof mail, or None when it is nobody's.

    Nothing is kept: the caller mails the proof once, and a proof that does not arrive is not tried
    again, because nobody knows the address any more.
    """
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        found = _found(tx, resources, settings, "manage", token)
        if found is None:
            return None
        address = _address(resources, found)
        erase(tx, found.subscriber_id)
        return address


def audience_of(
    settings: Settings, agency_id: str, area_id: str = "", *, now: datetime
) -> AudienceSize:
    """Return how many read of an agency or area, as far as it may be said."""
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        place = f"{agency_id}/{area_id}".encode()
        shift = int.from_bytes(resources.seal.digest("audience", place).encode()[:16])
        return readers_of(tx, agency_id, area_id, shift=shift)


def check_choices(choices: Choices) -> None:
    """Refuse choices that cannot be planned by.

    Raises:
        Refused: no area, too many, a zone nobody knows, or a minute that no day has.
    """
    if not choices.areas:
        raise Refused("choose an area")
    if len(choices.areas) > _MOST_AREAS:
        raise Refused(f"choose at most {_MOST_AREAS} areas")
    if choices.zone and choices.zone not in available_timezones():
        raise Refused("this time zone is not known")
    minutes = (choices.quiet_from, choices.quiet_to, choices.digest_minute)
    if any(minute not in range(24 * 60) for minute in minutes):
        raise Refused("this is no time of a day")


def _confirm(tx: Tx, reader: str, now: datetime) -> bool:
    if subscriber_by(tx, reader) is None:
        return False
    activate(tx, reader, now)
    return True


def _as_reader(
    settings: Settings,
    purpose: str,
    token: str,
    now: datetime,
    act: Callable[[Tx, str], bool],
) -> bool:
    with open_resources(settings, now=now) as resources:
        # Only a link we made may wait for the database's one writer: anybody can invent others.
        if Links(settings, resources.seal).reader(purpose, token) is None:
            return False
        with resources.store.write() as tx:
            found = _found(tx, resources, settings, purpose, token)
            return found is not None and act(tx, found.subscriber_id)


def _found(
    tx: Tx, resources: Resources, settings: Settings, purpose: str, token: str
) -> Subscriber | None:
    reader = Links(settings, resources.seal).reader(purpose, token)
    return None if reader is None else subscriber_by(tx, reader)


def _address(resources: Resources, reader: Subscriber) -> str:
    context = mail_context(reader.subscriber_id)
    return resources.vault.open_small(reader.sealed_mail, context).decode()


def _queue(tx: Tx, reader: str, kind: str, now: datetime) -> None:
    """Queue a mail of a kind, one in ten minutes: its id holds which ten minutes these are."""
    kinds = (CONFIRM, MANAGE)
    if mailed_enough(tx, reader, kinds, since=now - timedelta(days=1), most=_ASKED_A_DAY):
        return
    slot = int(now.timestamp() // _ASK_AGAIN.total_seconds())
    row = Sending(
        sending_id=sending_id("mail", reader, kind, slot),
        channel="mail",
        receiver=reader,
        alert_id="",
        version=0,
        kind=kind,
        audit_index=-1,
        created_at=stamp(now),
        next_at=stamp(now),
    )
    add_sendings(tx, [row])


def _normal(address: str) -> str:
    """Return an address in the one form it is sealed and found by.

    Raises:
        Refused: it is none. What was typed is not repeated.
    """
    try:
        found = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Refused("this is no e-mail address") from None
    domain = found.ascii_domain or found.domain
    return f"{found.local_part}@{domain}".lower()
