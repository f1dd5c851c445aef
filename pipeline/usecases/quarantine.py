"""Looks into the quarantine, tries again, and puts aside what nobody will read.

What is quarantined is counted as such for good: a replay moves it on, a discard only says that
nobody will. Everything here is safe to do twice. A preview comes out of the redactor, and of what
is left only names of fields are words, the rest is told by its form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.discarding import WHOLE, discarded, retry_records, set_discarded
from pipeline.adapters.store.feeding import (
    Landed,
    find_payloads,
    payloads_of,
    reopen_payload,
)
from pipeline.adapters.store.revisiting import (
    QuarantinedRecord,
    quarantined,
    quarantined_records,
)
from pipeline.agencies import Agency
from pipeline.audit import Entry, EntryKind
from pipeline.model import (
    BlotterError,
    ConfigError,
    Conflict,
    Held,
    NoticeCode,
    Refused,
)
from pipeline.redact import leaks, path_names
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.decisions import named_editor, plain_reason
from pipeline.usecases.land import body_of
from pipeline.usecases.redact_texts import Redactor
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk import walk_landed

__all__ = ["Look", "Replayed", "again_of", "discard", "form_of", "look", "reopen_all", "replay"]

_AROUND = 160  # characters before and behind the position
_MASK = re.compile(r"\[[A-Z][A-Z _-]*\]|<[A-Z][A-Z_]*>")
_WORD = re.compile(r"[^\W\d_][\w'-]*|\d+", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One quarantined payload: why, where, what to do, and what stands there, made harmless.

    ``records`` are those quarantined one by one; ``preview`` is empty once the body is shredded.
    """

    payload_id: str
    agency_id: str
    received_at: datetime
    code: str
    position: str
    meaning: str
    remedy: str
    preview: str
    records: tuple[QuarantinedRecord, ...]
    discarded: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay did: how much was tried again, and what became of it."""

    payload_id: str
    tried: int
    counts: Counter[str]
    still: int


def look(settings: Settings, prefix: str, *, now: datetime) -> Look:
    """Return what is known of a quarantined payload.

    Raises:
        Refused: no quarantined payload, or several, begin so.
    """
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            payload, code, position, records = _found(tx, prefix)
            gone = frozenset(at for each, at in discarded(tx) if each == payload.payload_id)
        agency = _agency(resources, settings, payload)
        preview = _preview(resources, settings, payload, agency, position) if code else ""
    known = code or (records[0].code if records else "")
    told = next((each for each in NoticeCode if each.value == known), None)
    return Look(
        payload_id=payload.payload_id,
        agency_id=payload.agency_id,
        received_at=payload.received_at,
        code=code,
        position=position,
        meaning=told.meaning if told else "",
        remedy=told.remedy if told else "",
        preview=preview,
        records=records,
        discarded=gone,
    )


def replay(settings: Settings, prefix: str, *, person: str, now: datetime) -> Replayed:
    """Walk a quarantined payload, or its quarantined records, by today's agency file.

    Doing it twice does it once: what was read is not quarantined any more.

    Raises:
        Refused: no quarantined payload begins so, it was discarded, or is shredded.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        payload, code, _, records = _found(tx, prefix)
        if payload.wrapped_key is None:
            raise Refused("this payload is shredded; ask the agency to send it again")
        if code and (payload.payload_id, WHOLE) in discarded(tx):
            raise Refused("this payload was discarded")
        tried = _reopen(tx, payload, whole=bool(code))
        _note(tx, payload, code or records[0].code, "replay", person, "", now)
    report = walk_landed(settings, now=now, agencies=[payload.agency_id])
    if report.failures:
        raise Conflict(next(iter(report.failures.values())))
    with open_resources(settings, now=now) as resources, resources.store.read() as tx:
        still = len(_records(tx, payload)) + sum(
            each.payload_id == payload.payload_id for each, _, _ in quarantined(tx)
        )
    return Replayed(payload_id=payload.payload_id, tried=tried, counts=report.counts, still=still)


def again_of(tx: Tx, agency_id: str) -> tuple[Landed, ...]:
    """Return an agency's payloads that can be tried again, oldest first.

    Those quarantined whole, and those with records quarantined one by one; neither what was
    discarded nor what is shredded.
    """
    return tuple(payload for payload, _, _ in _again(tx, agency_id))


def reopen_all(settings: Settings, agency_id: str, *, person: str, now: datetime) -> int:
    """Let the next walk try an agency's quarantine again; return how many payloads.

    Raises:
        Refused: nobody is named.
    """
    person = named_editor(person)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        waiting = _again(tx, agency_id)
        for payload, code, whole in waiting:
            _reopen(tx, payload, whole=whole)
            _note(tx, payload, code, "replay", person, "", now)
        return len(waiting)


def _again(tx: Tx, agency_id: str) -> list[tuple[Landed, str, bool]]:
    """Return the payloads of :func:`again_of` with their code, and whether they are wholly so."""
    gone = discarded(tx)
    single = {
        each.payload_id: each.code
        for each in quarantined_records(tx, agency_id=agency_id, limit=100_000)
        if (each.payload_id, str(each.position)) not in gone
    }
    whole = {
        each.payload_id: code
        for each, code, _ in quarantined(tx, agency_id=agency_id)
        if (each.payload_id, WHOLE) not in gone
    }
    return [
        (each, (single | whole)[each.payload_id], each.payload_id in whole)
        for each in payloads_of(tx, agency_id)
        if each.payload_id in single.keys() | whole.keys() and each.wrapped_key is not None
    ]


def _reopen(tx: Tx, payload: Landed, *, whole: bool) -> int:
    """Let the next walk try a payload, or its quarantined records; return how many are tried."""
    if whole:
        return int(reopen_payload(tx, payload.payload_id))
    return retry_records(tx, payload.payload_id)


def discard(
    settings: Settings,
    prefix: str,
    *,
    record: int | None,
    person: str,
    reason: str,
    now: datetime,
) -> str:
    """Say that a payload, or one record of it (from 0), will not be read again; return its id.

    It stays counted as quarantined, and its body goes when its time is over.

    Raises:
        Refused: nothing quarantined is meant, nobody is named, or the reason will not do.
    """
    person, reason = named_editor(person), plain_reason(reason)
    with open_resources(settings, now=now) as resources, resources.store.write() as tx:
        payload, code, _, records = _found(tx, prefix)
        single = next((each for each in records if each.position == record), None)
        if record is None and not code:
            raise Refused("this payload was read; name one of its records")
        if record is not None and single is None:
            raise Refused("no such record is quarantined")
        position = WHOLE if record is None else str(record)
        if (payload.payload_id, position) not in discarded(tx):
            set_discarded(tx, payload.payload_id, position, name=person, reason=reason, at=now)
            why = single.code if single is not None else code
            _note(tx, payload, why, "discard", person, reason, now, position)
        return payload.payload_id


def _note(
    tx: Tx,
    payload: Landed,
    code: str,
    verb: str,
    person: str,
    reason: str,
    now: datetime,
    position: str = WHOLE,
) -> None:
    body = {
        "payload": payload.payload_id,
        "position": position,
        "code": code,
        "verb": verb,
        "by": person,
        "reason": reason,
    }
    kind = EntryKind.QUARANTINE
    append(tx, [Entry(kind=kind, at=now, agency_id=payload.agency_id, body=body)])


def _found(tx: Tx, prefix: str) -> tuple[Landed, str, str, tuple[QuarantinedRecord, ...]]:
    """Return the payload, its code and position if quarantined whole, and quarantined records."""
    found = find_payloads(tx, prefix) if len(prefix) >= 4 else ()
    if len(found) != 1:
        many = "several payloads begin" if found else "no payload begins"
        raise Refused(f"{many} with {prefix[:40]!r}; `blotter quarantine` lists them")
    payload = found[0]
    whole = {each.payload_id: (code, at) for each, code, at in quarantined(tx)}
    code, position = whole.get(payload.payload_id, ("", ""))
    records = _records(tx, payload)
    if not code and not records:
        raise Refused("nothing of this payload is quarantined")
    return payload, code, position, records


def _records(tx: Tx, payload: Landed) -> tuple[QuarantinedRecord, ...]:
    rows = quarantined_records(tx, agency_id=payload.agency_id, limit=100_000)
    return tuple(each for each in rows if each.payload_id == payload.payload_id)


def _agency(resources: Resources, settings: Settings, payload: Landed) -> Agency | None:
    """Return the agency for the names in its file; nothing where the file is wrong."""
    try:
        with resources.store.read() as tx:
            return agency_of(settings, tx, payload.agency_id)
    except ConfigError:
        return None


def _preview(
    resources: Resources,
    settings: Settings,
    payload: Landed,
    agency: Agency | None,
    position: str,
) -> str:
    """Return what stands at the position; every doubt makes it poorer, never richer."""
    try:
        body = body_of(resources, payload)
    except BlotterError:
        return ""
    encodings = agency.format.encodings if agency is not None else ("utf-8",)
    text = body.decode(encodings[0], "replace")
    around = _around(text, position)
    names = _names(agency)
    done = Redactor(settings.recognizers).redact(around)
    if isinstance(done, Held):
        return form_of(around, ())
    shown = form_of(done.text, names)
    return form_of(around, ()) if leaks(shown, ()) else shown


def _names(agency: Agency | None) -> frozenset[str]:
    if agency is None:
        return frozenset()
    paths = [path for spec in agency.fields.values() for path in spec.paths]
    paths += [*agency.private_values, *agency.ignored_fields, agency.format.records]
    paths += [part for each in agency.remarks for part in (each.each, each.text, each.at)]
    paths += [path for each in agency.people for parts in each.parts.values() for path in parts]
    words = path_names(tuple(paths))
    return frozenset(word for name in words for word in _WORD.findall(name))


def _around(text: str, position: str) -> str:
    """Return the text around ``line 3 column 5``, ``byte 7`` or ``character 7``; else the start."""
    numbers = {word: int(value) for word, value in re.findall(r"([a-z]+) (\d+)", position)}
    at = numbers.get("character", numbers.get("byte", 1)) - 1
    if "line" in numbers:
        lines = text.splitlines(keepends=True)[: numbers["line"]]
        at = sum(map(len, lines[:-1])) + numbers.get("column", 1) - 1
    at = max(0, min(at, len(text)))
    return text[max(0, at - _AROUND) : at + _AROUND]


def form_of(text: str, names: Collection[str]) -> str:
    """Return a text told by its form: letters as x, digits as 9, signs as they are.

    ``names`` of fields stay words, and so do the marks that a redaction left.
    """
    kept = [found.span() for found in _MASK.finditer(text)]

    def shape(found: re.Match[str]) -> str:
        start, end = found.span()
        if found[0] in names or any(low <= start and end <= high for low, high in kept):
            return found[0]
        return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "x", found[0]))

    return _WORD.sub(shape, text)
