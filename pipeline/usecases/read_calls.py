"""Reads an agency's newest calls and sorts those of unmapped codes by code.

In go payloads, from the vault or, where an agency never sent one, from its folder's sample; out
come incidents by code, and the texts that stand beside each. All of it is private: it must never
leave this process or be written, and only ``type_calls`` says what of it may be shown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.adapters.store import Tx
from pipeline.adapters.store.discarding import WHOLE, discarded
from pipeline.adapters.store.feeding import Landed, payloads_of
from pipeline.agencies import APPEAL, POSTED, Agency, fold_call_type
from pipeline.agencies.agency import FLAT
from pipeline.classify import unknown_codes
from pipeline.classify.types import is_dispatch_words, says_what
from pipeline.feeds import RefusedRecord, read_payload
from pipeline.model import (
    Incident,
    IncidentRef,
    PayloadRefused,
    Seal,
    SourceRecord,
    VaultFailure,
)
from pipeline.redact import leaks
from pipeline.usecases.dry_run import Throwaway
from pipeline.usecases.land import body_of
from pipeline.usecases.resources import Resources
from pipeline.walk import canonical

__all__ = ["Gathered", "UnmappedCode", "gathered", "gathered_of"]

_MOST_RECORDS = 20_000  # read, the newest first: a list of active calls says the same all day
_LONGEST = 60  # characters of a text beside a code
_ALWAYS = 0.9  # share of a code's calls that have its text
_FEWEST = 2  # calls; beside a single call any text stands always
_PLACE = re.compile(r"[\w.:/@-]+")  # a path of an ignored field: steps, and no conditions
_SHARED = 3  # codes that may have one text, such as a number with and without a letter


@dataclass(frozen=True, slots=True)
class UnmappedCode:
    """One code as the agency spells it, and its calls, while they are read.

    ``kept`` are a few of them by their remarks, ``beside`` counts calls by the texts in them.
    """

    spelled: str = field(repr=False)
    refs: set[IncidentRef] = field(default_factory=set)
    kept: dict[tuple[str, ...], Incident] = field(default_factory=dict, repr=False)
    beside: Counter[str] = field(default_factory=Counter, repr=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read so far: unmapped codes by their folded form, all codes, and all calls.

    ``codes_of`` says beside which codes a text stands.
    """

    unmapped: dict[str, UnmappedCode] = field(default_factory=dict, repr=False)
    codes: set[str] = field(default_factory=set, repr=False)
    codes_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)
    seen: set[IncidentRef] = field(default_factory=set)

    def text_of(self, one: UnmappedCode) -> str:
        """Return the text that stands beside a code always and beside few others; else nothing.

        It is made of dispatchers' words, and comes back: nobody's telling of one call does.
        """
        least = max(_FEWEST, _ALWAYS * len(one.refs))
        few = max(1, min(_SHARED, len(self.codes) // 4))
        found = sorted(
            (len(self.codes_of[text]), -len(text), text)
            for text, count in one.beside.items()
            if count >= least and len(self.codes_of[text]) <= few
        )
        return next((text for _, _, text in found if not leaks(text, ())), "")


def gathered(resources: Resources, agency: Agency, *, now: datetime, looked: int) -> Gathered:
    """Return the newest calls of an agency by code, at most ``looked`` kept of each.

    What is quarantined is read, too, as far as today's agency file does; not what was discarded.

    Raises:
        ConfigError: the agency's paths or schema cannot be used.
        StoreFailure: the database cannot be read.
    """
    with resources.store.read() as tx:
        new = not payloads_of(tx, agency.agency_id)
        payloads = _payloads(tx, agency)
    if new:  # never once its time in the vault is over: then nobody reads it any more
        return gathered_of(_sample(agency, now), agency, Throwaway(), looked=looked)
    return gathered_of(_opened(resources, payloads), agency, resources.seal, looked=looked)


def gathered_of(
    bodies: Iterable[tuple[bytes, datetime]], agency: Agency, seal: Seal, *, looked: int
) -> Gathered:
    """Return the calls of these payloads, each with the moment it came; the newest are first.

    Raises:
        ConfigError: the agency's paths or schema cannot be used.
    """
    found, left = Gathered(), _MOST_RECORDS
    for body, received_at in bodies:
        records = _records(body, agency)
        for record, beside in reversed(records):
            step = canonical(record, agency, seal=seal, received_at=received_at)
            if isinstance(step.content, Incident):
                _add(found, step.content, beside, agency, looked)
        left -= len(records)
        if left <= 0:
            break
    return found


def _payloads(tx: Tx, agency: Agency) -> list[Landed]:
    """Return the payloads of the feed itself whose key is there, newest first."""
    gone = discarded(tx)
    return [
        each
        for each in reversed(payloads_of(tx, agency.agency_id))
        if each.wrapped_key is not None
        and each.run_id not in (POSTED, APPEAL)
        and (each.payload_id, WHOLE) not in gone
    ]


def _opened(resources: Resources, payloads: Sequence[Landed]) -> Iterator[tuple[bytes, datetime]]:
    for payload in payloads:
        try:
            yield body_of(resources, payload), payload.received_at
        except VaultFailure:
            continue  # shredded since, or unreadable: its calls are not guessed


def _sample(agency: Agency, now: datetime) -> Iterator[tuple[bytes, datetime]]:
    """Yield the payloads that lie in the agency's own folder, the last first."""
    folder = agency.folder / "payloads"
    for path in sorted(folder.glob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_file() and path.stat().st_size <= agency.format.max_bytes:
            yield path.read_bytes(), now


def _records(body: bytes, agency: Agency) -> list[tuple[SourceRecord, tuple[str, ...]]]:
    """Return the records of a payload, each with the texts of fields that have no meaning to us."""
    try:
        records = read_payload(body, agency).records
        whole = records
        if (unexplained := _unexplained(agency)) is not None:
            whole = read_payload(body, unexplained).records
    except PayloadRefused:
        return []
    return [
        (record, tuple(each.expose() for each in other.private_values))
        for record, other in zip(records, whole, strict=True)
        if not isinstance(record, RefusedRecord) and not isinstance(other, RefusedRecord)
    ]


def _unexplained(agency: Agency) -> Agency | None:
    """Return the agency so that it reads what is ignored, and nothing that it says is private.

    None where it has neither, and where a private value has a path that nothing can be ignored by:
    then what is ignored stays unread.
    """
    private = agency.private_values
    if not (private or agency.ignored_fields):
        return None
    if agency.format.kind not in FLAT and not all(map(_PLACE.fullmatch, private)):
        return None
    return replace(agency, ignored_fields=tuple(private), private_values=())


def _add(
    found: Gathered, incident: Incident, beside: Iterable[str], agency: Agency, looked: int
) -> None:
    """Count one call where its code is unmapped, and its texts in any case; a call counts once."""
    if incident.ref in found.seen:
        return
    found.seen.add(incident.ref)
    codes = {fold_call_type(code.expose()): code.expose() for code in incident.call_types}
    unmapped = {fold_call_type(code.expose()) for code in unknown_codes(incident, agency)}
    texts = {fold_call_type(text) for text in beside if len(text) <= _LONGEST}
    worded = {text for text in texts | codes.keys() if says_what(text) and is_dispatch_words(text)}
    found.codes.update(codes)
    for code, spelled in codes.items():
        own = worded - {code}
        for text in own:
            found.codes_of[text].add(code)
        if code in unmapped:
            one = found.unmapped.setdefault(code, UnmappedCode(spelled))
            one.refs.add(incident.ref)
            one.beside.update(own)
            told = tuple(remark.text.expose() for remark in incident.remarks)
            if told and len(one.kept) < looked:
                one.kept.setdefault(told, incident)
