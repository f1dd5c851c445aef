"""Walks payloads on trial: nothing is kept, and it says what became of every field.

In: an agency and payload files. Out: counts, coverage and differences from goldens. Nothing is
landed, no key is used, and no text of a payload leaves this module but call types as they are safe
to show.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from pipeline.adapters.store.verdicts import Verdict, verdict
from pipeline.adapters.transports.mail import bodies_in
from pipeline.agencies import Agency
from pipeline.agencies.agency import FLAT, JMESPATHS, FormatKind
from pipeline.agencies.transport import Mailbox
from pipeline.feeds import Reading, RefusedRecord, fields_outside, read_payload
from pipeline.feeds.eido import eido_objects
from pipeline.feeds.labelled import records_of
from pipeline.feeds.layout import headers_of, layout_of
from pipeline.feeds.mail_head import taken_off
from pipeline.feeds.mail_page import text_of_mail
from pipeline.feeds.mail_subject import parted_subject
from pipeline.feeds.payload import decode
from pipeline.feeds.values import shown
from pipeline.model import (
    Category,
    Commitment,
    Digest,
    Incident,
    IncidentRef,
    Memory,
    Notice,
    NoticeCode,
    PayloadRefused,
    WithholdReason,
)
from pipeline.onboarding import (
    columns_of,
    is_mail,
    json_leaves,
    read_sample,
    told_path,
    whole_path,
)
from pipeline.propose import Rules
from pipeline.redact import Detector, path_names
from pipeline.usecases.call_facts import CallFacts, call_facts
from pipeline.usecases.catalog import rules_for, zones_of
from pipeline.usecases.recall import own_names
from pipeline.usecases.resources import current_policy, detector_for, model_version
from pipeline.usecases.settings import Settings
from pipeline.walk import canonical, walk

__all__ = ["DryRun", "FieldUse", "Throwaway", "dry_run", "incidents_of"]


_TOLD = "[?"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """One input field: ``mapped``, ``ignored`` or ``unread``."""

    path: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a walk would make of some payloads.

    ``states`` counts records by state and reason; ``agreed`` the same were every category agreed.
    ``refused`` counts payloads refused whole, by code. ``differs`` names payloads whose states are
    not those of the golden beside them. ``facts`` counts what the calls say.
    """

    payloads: int
    records: int
    states: Mapping[str, int]
    agreed: Mapping[str, int]
    refused: Mapping[str, int]
    notices: Mapping[str, int]
    coverage: tuple[FieldUse, ...]
    differs: tuple[str, ...]
    facts: CallFacts


def dry_run(
    settings: Settings,
    agency: Agency,
    files: Sequence[tuple[str, bytes]],
    *,
    now: datetime,
    known: Collection[str] = (),
) -> DryRun:
    """Walk payloads, (name, body) each, in order.

    Fields are told by names that the agency file or ``known`` paths have, and by plain words.

    Raises:
        ConfigError: the agency's rules cannot be used.
    """
    detector = detector_for(settings.policy, settings.recognizers)
    policy, zones = current_policy(settings), zones_of(settings, agency)
    rules = rules_for(agency, policy, model_version(detector), zones)
    open_agency = replace(
        agency, agreement=replace(agency.agreement, categories=frozenset(Category))
    )
    widened = replace(rules, agency=open_agency)
    landed, readings, refused = _readings(agency, files)
    states, per_file = _states(rules, readings, detector, now)
    agreed, _ = _states(widened, readings, detector, now)
    notices: Counter[str] = Counter()
    incidents: list[Incident] = []
    for reading in readings.values():
        incidents += incidents_of(agency, reading, now=now)
        for notice in _notices(reading):
            notices[notice.code.value] += notice.count
    return DryRun(
        payloads=len(files),
        records=sum(len(reading.records) for reading in readings.values()),
        states=states,
        agreed=agreed,
        refused=refused,
        notices=dict(sorted(notices.items())),
        coverage=_coverage(agency, landed, readings, known),
        differs=_differs(agency.folder / "golden", per_file),
        facts=call_facts(incidents, agency),
    )


def incidents_of(agency: Agency, reading: Reading, *, now: datetime) -> list[Incident]:
    """Return what a reading's records are as calls; those refused are left out."""
    seal = Throwaway()
    steps = [
        canonical(record, agency, seal=seal, received_at=now)
        for record in reading.records
        if not isinstance(record, RefusedRecord)
    ]
    return [step.content for step in steps if isinstance(step.content, Incident)]


def _notices(reading: Reading) -> Iterator[Notice]:
    yield from reading.notices
    for record in reading.records:
        if not isinstance(record, RefusedRecord):
            yield from record.notices


def _as_landed(body: bytes, agency: Agency) -> list[bytes]:
    """Return the payloads of a saved mail where the agency's come by mail; else the body.

    Raises:
        PayloadRefused: the mail cannot be read, or has none.
    """
    box = agency.transport
    if not isinstance(box, Mailbox) or not is_mail(body):
        return [body]
    found = bodies_in(body, box, table=agency.format.kind is FormatKind.TABLE)
    if not found:
        raise PayloadRefused(NoticeCode.NOTHING_ATTACHED)
    return found


def _readings(
    agency: Agency, files: Sequence[tuple[str, bytes]]
) -> tuple[dict[str, bytes], dict[str, Reading], dict[str, int]]:
    """Return what would be landed of each file, what it reads as, and codes of those refused."""
    landed: dict[str, bytes] = {}
    readings: dict[str, Reading] = {}
    refused: Counter[str] = Counter()
    for name, body in files:
        try:
            for number, payload in enumerate(_as_landed(body, agency), start=1):
                each = name if number == 1 else f"{name} {number}"
                landed[each], readings[each] = payload, read_payload(payload, agency)
        except PayloadRefused as refusal:
            refused[refusal.code.value] += 1
    return landed, readings, dict(refused)


def _states(
    rules: Rules, readings: Mapping[str, Reading], detector: Detector, now: datetime
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Return records by state and reason, and by state for each payload."""
    seal, total = Throwaway(), Counter[str]()
    memories: dict[IncidentRef, Memory] = {}
    per_file: dict[str, dict[str, int]] = {}
    for name, reading in readings.items():
        steps = [canonical(r, rules.agency, seal=seal, received_at=now) for r in reading.records]
        outcomes = walk(steps, rules=rules, memories=memories, detector=detector, seal=seal)
        memories |= {each.ref: each.memory for each in outcomes if each.ref and each.memory}
        words = [verdict(each) for each in outcomes]
        total.update(_told(each) for each in words)
        per_file[name] = dict(sorted(Counter(w.state.value for w in words).items()))
    return dict(sorted(total.items())), per_file


def _told(each: Verdict) -> str:
    """Return a state with its reason; and what made a text sensitive, for that can be mended."""
    why = (
        f"({each.detail.partition(',')[0]})" if each.reason == WithholdReason.SENSITIVE_TEXT else ""
    )
    return " ".join(filter(None, (each.state.value, each.reason, why)))


def _differs(golden: Path, per_file: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    found = []
    for name, states in per_file.items():
        path = golden / f"{name}.json"
        if path.is_file() and orjson.loads(path.read_bytes()).get("states") != states:
            found.append(name)
    return tuple(found)


def _coverage(
    agency: Agency,
    files: Mapping[str, bytes],
    readings: Mapping[str, Reading],
    known: Collection[str],
) -> tuple[FieldUse, ...]:
    """Return the use of every field of the payloads that could be read.

    Of fields that are told alike, since their names may be somebody's, one that is unread counts.
    """
    unread = {
        notice.field
        for reading in readings.values()
        for notice in _notices(reading)
        if notice.code is NoticeCode.UNREAD_FIELD
    }
    uses: dict[str, str] = {}
    ignored = [_bare(path) for path in agency.ignored_fields]
    mapped = {_bare(path) for _, path in layout_of(agency).reads()}
    for name in readings:
        uses |= fields_outside(files[name], agency)
        for path in map(_bare, _fields(files[name], agency)):
            hidden = _hidden(path, agency.format.kind)
            if hidden in unread and path not in mapped:
                continue  # a name that is not shown is told as it is in notices
            # In a list whose items say their names a value is read by that alone.
            passed = _TOLD in path and not any(path in other for other in mapped)
            use = _use(path, unread, ignored)
            # A flat format's names are no expressions: one that is empty and not named is unread.
            empty = agency.format.kind in FLAT and use == "mapped" and path not in mapped
            uses[path] = "unread" if passed or empty else use
    uses |= dict.fromkeys(unread, "unread")
    names = own_names(agency) | path_names([*known, *map(_bare, known), agency.format.records])
    told: dict[str, str] = {}
    for path, use in uses.items():
        safe = told_path(path, names, flat=agency.format.kind in FLAT)
        told[safe] = use if told.get(safe) != "unread" else "unread"
    return tuple(FieldUse(path=path, use=use) for path, use in sorted(told.items()))


def _fields(body: bytes, agency: Agency) -> list[str]:
    """Return the paths of all fields that a payload's records have."""
    kind = agency.format.kind
    if kind is FormatKind.EIDO:
        objects = eido_objects(decode(body, agency.format))
        leaves = [json_leaves(each) for each in objects if isinstance(each, dict)]
        return [whole_path(column, kind) for column in columns_of(leaves)]
    try:
        heads, text = taken_off(body.decode(errors="replace"), headers_of(agency))
        heads = parted_subject(heads, {path for _, path in layout_of(agency).reads()})
        if kind is FormatKind.LABELLED:
            told = records_of(text_of_mail(text), layout_of(agency))
            return [*dict.fromkeys(name for record in told for name in record), *heads]
        sample = read_sample(text.encode() if heads else body)
    except PayloadRefused:
        return []
    one_line = sample.kind is FormatKind.JSON and kind is FormatKind.JSON_LINES
    if sample.kind is not kind and not one_line:
        return []
    return [*(whole_path(column, kind) for column in sample.columns), *heads]


def _hidden(path: str, kind: FormatKind) -> str:
    """Return a path as notices show it: without names that may tell of somebody."""
    if kind in FLAT:
        return shown(path)
    if kind not in JMESPATHS:
        return path
    steps = (step.partition("[]") for step in path.split("."))
    return ".".join(f"{shown(name) if name else ''}{index}{rest}" for name, index, rest in steps)


def _use(path: str, unread: set[str], ignored: Sequence[str]) -> str:
    if path in unread:
        return "unread"
    for each in ignored:
        whole = each.removesuffix("/**").removesuffix(".**")
        if path == each or (whole != each and path.startswith(whole)):
            return "ignored"
    return "mapped"


def _bare(path: str) -> str:
    """Return a path as notices show it: no prefixes, no quotes, any position."""
    path = re.sub(r'(?<![\w])"([^"]*)"', r"\1", path)
    path = re.sub(r"\[\d+\]", "[]", path)
    return re.sub(r"(^|[/@\[])[A-Za-z_][\w.-]*:(?=[A-Za-z_])", r"\1", path)


class Throwaway:
    """A seal whose key nobody keeps: calls are told apart in this run, and never again."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def digest(self, purpose: str, *parts: bytes) -> Digest:
        text = b"".join(len(part).to_bytes(8, "big") + part for part in (purpose.encode(), *parts))
        return Digest(hmac.new(self._key, text, hashlib.sha256).hexdigest())

    def commit(self, text: str) -> Commitment:
        return Commitment(f"none:{self.digest('commit', text.encode())}")
