"""Says what an agency's calls tell of each unmapped code, as far as it may be shown.

In go an agency and who asks; out come codes with counts, the agency's own text of each, redacted
calls, and names of signals raised in them. A call that is sensitive or restricted counts and is
never shown. What all this means for a type is ``classify.types``' part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.adapters.store.candidates import held_rows
from pipeline.adapters.store.memories import sealed_memories
from pipeline.agencies import Agency, fold_call_type
from pipeline.classify.types import Rows
from pipeline.model import Held, HoldReason, Incident, IncidentRef, Memory, Policy
from pipeline.redact import Detector, examine, redact, shown_code
from pipeline.usecases.dry_run import Throwaway
from pipeline.usecases.memory import open_memory
from pipeline.usecases.read_calls import Gathered, UnmappedCode, gathered, gathered_of
from pipeline.usecases.resources import Resources, detector_for, open_resources, use_site_words
from pipeline.usecases.settings import Settings
from pipeline.usecases.shown_codes import is_code
from pipeline.walk import is_sensitive_by_type, text_signals

__all__ = ["LOOKED", "CodeCalls", "calls_by_code", "sample_calls"]

LOOKED = 8
"""Calls of a code that are looked at: the newest, each with a narrative of its own."""

_MOST_HELD = 100_000  # records that wait for a code
_AT_ONCE = 500  # incidents whose memories one query asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCalls:
    """One unmapped code as it may be shown, and what its calls say.

    ``spelled`` is the code itself, empty where several look the same once masked. ``held`` counts
    records that wait for it, ``calls`` those that were read. ``text`` is what the agency writes
    beside the code. ``shown`` are redacted calls, none of which is sensitive.
    """

    code: str
    spelled: str = field(default="", repr=False)
    held: int
    calls: int = 0
    text: str = ""
    rows: Rows = field(default_factory=Rows)
    shown: tuple[str, ...] = ()


def calls_by_code(
    settings: Settings,
    agency: Agency,
    policy: Policy,
    *,
    now: datetime,
    known: Collection[str] = (),
    looked: int = LOOKED,
) -> tuple[CodeCalls, ...]:
    """Return every unmapped code of an agency's calls, most held records first.

    ``known`` are codes that somebody typed, who is shown them as they are. Of calls whose payload
    is shredded, the code is known as it was safe to keep.

    Raises:
        ConfigError: the agency's paths or schema cannot be used.
        StoreFailure, VaultFailure: database or vault cannot be read.
    """
    use_site_words(settings)
    detector = detector_for(settings.policy, settings.recognizers)
    typed = {fold_call_type(code) for code in known}
    with open_resources(settings, now=now) as resources:
        held = _held(resources, agency)
        found = gathered(resources, agency, now=now, looked=looked)
        memories = _memories(resources, found)
    alike: dict[str, list[UnmappedCode]] = {}  # by what may be shown of them
    for code, one in found.unmapped.items():
        whole = code in typed or is_code(one.spelled, len(one.refs), detector)
        alike.setdefault(code if whole else shown_code(one.spelled), []).append(one)
    made = [
        _code_calls(code, several, found, held, detector, agency, policy, memories)
        for code, several in alike.items()
    ]
    return tuple(
        sorted(
            _with_shredded(made, Counter(d for ref, d in held.items() if ref not in found.seen)),
            key=lambda each: (-each.held, -each.calls, each.code),
        )
    )


def _with_shredded(made: Sequence[CodeCalls], waiting: Counter[str]) -> Iterator[CodeCalls]:
    """Yield codes with the held records that could not be read, as far as one code is meant."""
    alike = Counter(shown_code(each.spelled or each.code) for each in made)
    for each in made:
        shown = shown_code(each.spelled) if each.spelled else each.code
        more = waiting.pop(shown, 0) if alike[shown] == 1 or shown == each.code else 0
        yield replace(each, held=each.held + more)
    yield from (CodeCalls(code=code, held=count) for code, count in waiting.items())


def sample_calls(
    bodies: Iterable[bytes], agency: Agency, *, now: datetime
) -> Mapping[str, tuple[str, Rows]]:
    """Return the agency's own text of each code of a sample, and signals raised in calls of it.

    Codes are as folded. Nothing is redacted: what calls say is shown once the agency is there.

    Raises:
        ConfigError: the agency's paths or schema cannot be used.
    """
    dated = ((body, now) for body in bodies)
    found = gathered_of(dated, agency, Throwaway(), looked=LOOKED)
    told = {}
    for code, one in found.unmapped.items():
        raised = {name for each in one.kept.values() for name in text_signals(each)}
        told[code] = (found.text_of(one), Rows(raised=tuple(sorted(raised))))
    return told


def _held(resources: Resources, agency: Agency) -> dict[str, str]:
    """Return the held incidents whose call type is unknown, with it as it is safe to show."""
    with resources.store.read() as tx:
        rows = held_rows(tx, agency_id=agency.agency_id, limit=_MOST_HELD)
    unknown = HoldReason.UNKNOWN_CALL_TYPE.value
    return {row.incident_ref: row.detail for row in rows if row.reason == unknown and row.detail}


def _memories(resources: Resources, found: Gathered) -> Mapping[IncidentRef, Memory]:
    """Return what earlier revisions of the kept calls left behind."""
    refs = list({each.ref for one in found.unmapped.values() for each in one.kept.values()})
    memories: dict[IncidentRef, Memory] = {}
    for start in range(0, len(refs), _AT_ONCE):
        with resources.store.read() as tx:
            sealed = sealed_memories(tx, refs[start : start + _AT_ONCE])
        memories |= {ref: open_memory(resources.vault, ref, each) for ref, each in sealed.items()}
    return memories


def _code_calls(
    code: str,
    several: Sequence[UnmappedCode],
    found: Gathered,
    held: Mapping[str, str],
    detector: Detector,
    agency: Agency,
    policy: Policy,
    memories: Mapping[IncidentRef, Memory],
) -> CodeCalls:
    """Return what may be shown of a code; of several that look the same masked, counts alone."""
    refs = {ref for one in several for ref in one.refs}
    counted = CodeCalls(code=code, held=len(refs & held.keys()), calls=len(refs))
    if len(several) > 1:
        return counted
    (one,) = several
    rows, shown = _looked_at(tuple(one.kept.values()), detector, agency, policy, memories)
    text = found.text_of(one)
    text = text if is_code(text, len(one.refs), detector) else ""  # nobody's name, made of words
    return replace(counted, spelled=one.spelled, text=text, rows=rows, shown=shown)


def _looked_at(
    incidents: Sequence[Incident],
    detector: Detector,
    agency: Agency,
    policy: Policy,
    memories: Mapping[IncidentRef, Memory],
) -> tuple[Rows, tuple[str, ...]]:
    """Return calls as votes count them, and the redacted ones that may be shown."""
    raised, texts, shown = set[str](), list[str](), list[str]()
    for incident, findings in zip(incidents, examine(incidents, detector), strict=True):
        before = memories.get(incident.ref)
        signals = _signals(incident, before)
        raised.update(signals)
        if incident.restricted or isinstance(findings, Held):
            continue
        done = redact(incident, findings, before, call_types=(), policy=policy, seal=None)
        if isinstance(done, Held):
            continue
        line = " / ".join(remark.text for remark in done.remarks if remark.text)
        texts.append(line)
        if line and not (signals or is_sensitive_by_type(incident, agency, policy)):
            shown.append(line)
    return Rows(texts=tuple(texts), raised=tuple(sorted(raised))), tuple(shown)


def _signals(incident: Incident, before: Memory | None) -> Iterable[str]:
    """Return what makes a call sensitive in any revision; a category counts as a signal."""
    known = before.sensitive.removeprefix("category:").split(",") if before else []
    return {*filter(None, known), *text_signals(incident)}
