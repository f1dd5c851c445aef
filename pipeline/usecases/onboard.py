"""Makes an agency's folder of a sample file, and says what nobody could decide.

In: files from an agency and who it is. Out: a folder and a report. The folder is written whole or
not at all, never over another. What goes into it is closed: in shadow, unsigned, call types only
where three votes agree, everything undecided unread.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.adapters.detection import dispatch_detector
from pipeline.agencies import CanonicalField, fold_call_type, load_agency, schemas_folder
from pipeline.classify.types import Proposer, Rows, proposer
from pipeline.model import (
    DetectorFailure,
    Entity,
    NoticeCode,
    PayloadRefused,
    Refused,
    is_agency_id,
)
from pipeline.onboarding import (
    Inferred,
    Sample,
    TypeChoice,
    Who,
    as_lines,
    holds_no_call,
    infer,
    joined_subjects,
    merged,
    read_sample,
    with_columns,
    with_headers,
    without_rare,
)
from pipeline.policies import load_policy
from pipeline.redact import Detector, shown_code
from pipeline.usecases.agency_folder import (
    Draft,
    best_dialect,
    call_types,
    dialect_reads,
    draft_agency,
    payload_names,
    type_names,
    write_draft,
)
from pipeline.usecases.dry_run import DryRun, dry_run
from pipeline.usecases.settings import Settings
from pipeline.usecases.shown_codes import is_code
from pipeline.usecases.type_calls import sample_calls
from pipeline.usecases.types import mapped

__all__ = ["OnboardReport", "Request", "onboard"]

OWN = "own"

_LOOKED = 24  # distinct texts of a column that the detector sees
_MARKED = 0.25  # share of them with a finding that makes a column private
_CODE = 12  # characters of a code that the sample itself explains
_UNEXPLAINED = Entity.UNEXPLAINED.value  # a word nobody vouched for: every number is one
_OTHER = (
    "dialect: `dialect: {}` reads most of these records, and where they are, which this mapping"
    " does not; what it leaves unread is to be mapped beside it"
)
_NO_CALL = (
    "a sample holds no call, and headers alone do not tell what fields mean; one call is needed at"
    " least: fetch it again while a call is open (curl -o sample.json ADDRESS), with the days of a"
    " query that has calls, or ask the agency for its file of an earlier day"
)
_SUBJECT = "subject"
_JOINED = (
    "mail subject: says a number beside other words, and not so that it comes apart in two mails or"
    " more; it is unread, and not kept: give more mails as samples, or name it in transport.headers"
)
_PLACES = ("ADDRESS", "LOCATION", "DATE", "TIME")  # found in fields that are mapped anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for.

    ``key`` overrules the key that would be inferred, ``columns`` names those of a table without a
    header.
    """

    agency_id: str
    samples: tuple[Path, ...]
    name: str = ""
    timezone: str = ""
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    into: Path | None = None
    place: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardReport:
    """What was made, how sure it is, what a person must decide, and what a walk would do."""

    folder: Path
    kind: str
    dialect: str
    records: int
    inferred: Inferred
    types: tuple[TypeChoice, ...] = field(repr=False)
    undecided: tuple[str, ...]
    trial: DryRun


def onboard(settings: Settings, request: Request, *, now: datetime) -> OnboardReport:
    """Make the folder.

    Raises:
        Refused: the folder is there already, the id, the zone or the columns will not do, or a
            sample holds no call.
        PayloadRefused: a sample cannot be read at all.
        ConfigError: what was written does not load; nothing is left of it then.
    """
    if not is_agency_id(request.agency_id):
        raise Refused("an agency's id is lower-case letters and digits, with hyphens between words")
    target = (request.into or settings.agencies) / request.agency_id
    if target.exists():
        raise Refused(f"the folder {target.name!r} is there already; nothing was changed")
    bodies = [(path.name, _read(path)) for path in request.samples]
    samples = as_lines([_sample(body) for _, body in bodies])
    sample, rare = without_rare(with_columns(merged(samples), request.columns))
    zone, doubts = _zone(request)
    if rare:
        doubts.append(f"names: {rare} may be somebody's or hold values, are not told, and unread")
    policy = load_policy(settings.policy or None)
    detector = dispatch_detector(policy, settings.recognizers)
    judge = proposer(policy, mapped(settings))
    marks = _marks(sample, detector)

    def guess(sample: Sample) -> Inferred:
        return infer(sample, zone, marks, lambda text: judge.propose(text, "").confidence)

    found = guess(sample)
    headers, apart = _wanted_headers(found), joined_subjects([each.heads for each in samples])
    if apart is None and _SUBJECT in headers:
        headers = tuple(header for header in headers if header != _SUBJECT)
        doubts.append(_JOINED)
    if any(with_headers(each, headers).headers for each in samples):
        samples = [with_headers(each, headers, apart=apart is True) for each in samples]
        sample, _ = without_rare(merged(samples))
        found = guess(sample)
    who = Who(
        agency_id=request.agency_id,
        name=request.name or request.agency_id.replace("-", " ").title(),
        timezone=zone.key,
        place=request.place or request.name or request.agency_id.replace("-", " ").title(),
        state=request.state or "XX",
        today=now.date(),
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / request.agency_id
        draft = Draft(folder=folder, who=who, sample=sample, found=found, types=())
        payloads = payload_names(request.samples, samples)
        (dialect, other), shown = best_dialect(draft, payloads), found
        if dialect == OWN and holds_no_call(sample, found):
            raise Refused(_NO_CALL)
        doubts += [_OTHER.format(other)] if other else []
        counts = call_types(sample, found)
        if dialect != OWN:
            shown, counts = dialect_reads(draft, dialect, payloads)
        bare = draft_agency(draft, dialect)
        told = sample_calls([body for _, body in reversed(payloads)], bare, now=now)
        types = _types(counts, judge, detector, told, type_names(sample, shown))
        write_draft(replace(draft, types=types), dialect, payloads, request.key)
        agency = load_agency(folder, dialects=schemas_folder())
        known = [place.path for place in shown.undecided]
        trial = dry_run(settings, agency, payloads, now=now, known=known)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, target)
    return OnboardReport(
        folder=target,
        kind=sample.kind.value,
        dialect=dialect,
        records=sample.count,
        inferred=shown,
        types=types,
        undecided=(*doubts, *_open_questions(shown, types, trial)),
        trial=trial,
    )


def _wanted_headers(found: Inferred) -> tuple[str, ...]:
    """Return the headers of a mail that may say what its text does not."""
    missing = {choice.field for choice in found.fields if not choice.sure}
    by_field = {CanonicalField.CALL_TYPE: _SUBJECT, CanonicalField.OPENED_AT: "date"}
    return tuple(header for field, header in by_field.items() if field in missing)


def _sample(body: bytes) -> Sample:
    try:
        return read_sample(body)
    except PayloadRefused as refusal:
        if refusal.code is not NoticeCode.NO_RECORDS:
            raise
    raise Refused(_NO_CALL)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"a sample cannot be read ({error.strerror})") from None


def _zone(request: Request) -> tuple[ZoneInfo, list[str]]:
    try:
        zone = ZoneInfo(request.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"the time zone {request.timezone[:40]!r} is unknown") from None
    if request.timezone:
        return zone, []
    return zone, ["timezone: not given, so times without an offset are read as UTC; name it"]


def _marks(sample: Sample, detector: Detector) -> dict[str, str]:
    """Return what the detector finds in columns of words, by the column's name."""
    marks: dict[str, str] = {}
    for column in sample.columns:
        texts = [t for t in dict.fromkeys(column.texts) if len(t) > 3 and not t.isdigit()]
        texts = texts[:_LOOKED]
        if not texts:
            continue
        try:
            found = detector.find(texts)
        except DetectorFailure:
            marks[column.full] = "something it could not finish"
            continue
        kinds: Counter[str] = Counter()
        for findings in found:
            kinds.update({each.entity.value for each in findings} - {_UNEXPLAINED})
        strong = [
            kind
            for kind, number in kinds.items()
            if number >= _MARKED * len(texts) and not any(p in kind for p in _PLACES)
        ]
        if strong:
            marks[column.full] = ", ".join(sorted(strong))
    return marks


def _types(
    counts: Mapping[str, int],
    judge: Proposer,
    detector: Detector,
    told: Mapping[str, tuple[str, Rows]],
    names: Mapping[str, str],
) -> tuple[TypeChoice, ...]:
    """Return a choice a call type; ``told`` has, by code as folded, its text and its signals.

    ``names`` are what the sample itself says that codes stand for; such a code is no record's text.
    """
    made = []
    for code, calls in Counter(counts).most_common(500):
        text, rows = told.get(fold_call_type(code), ("", None))
        name = names.get(code, "")
        proposal = judge.propose(code, name or text, rows)
        known = bool(name) and len(code) <= _CODE
        shown = code if known or is_code(code, calls, detector) else shown_code(code)
        made.append(
            TypeChoice(
                code=shown,
                calls=calls,
                apco=proposal.apco,
                confidence=proposal.confidence,
                accepted=proposal.accepted and shown == code,
                sensitive=proposal.sensitive,
                exact=shown == code,
                words=name if is_code(name, calls, detector) else shown_code(name),
            )
        )
    return tuple(made)


def _open_questions(found: Inferred, types: Sequence[TypeChoice], trial: DryRun) -> list[str]:
    """Return what a person must decide, in the order of the file."""
    lines = list(found.doubts)
    lines += [
        f"{choice.field}: only {choice.sure:.2f} sure"
        for choice in found.fields
        if choice.sure < 0.7 and not any(x.startswith(f"{choice.field}: ") for x in found.doubts)
    ]
    left = [place.path for place in found.undecided]  # none where a dialect says what is read
    left = left or [each.path for each in trial.coverage if each.use == "unread"]
    lines += [f"unread: {path}" for path in left]
    waiting = sum(not each.accepted for each in types)
    if waiting:
        lines.append(
            f"call_types: {waiting} of {len(types)} wait for a person; their calls are held"
        )
    lines += [
        "transport, schedule, about: not in a sample",
        "agreement: unsigned, releases nothing; the feed is not read before it is signed",
        "areas: a stub",
    ]
    return lines
