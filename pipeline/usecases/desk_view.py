"""What the desk shows of one candidate or alert, explained and as the public will see it.

Changes nothing. Redacted types alone pass through here; the previews are the channels' own bytes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.alerts import incident_alert, load_alert
from pipeline.adapters.store.candidates import QueueRow, find_candidate
from pipeline.adapters.store.desk_lists import area_alerts, open_rows, revisions_of
from pipeline.adapters.store.desk_notes import Draft, Hold, find_draft, find_hold, lookers
from pipeline.adapters.store.trialing import trial_with
from pipeline.agencies import Agency
from pipeline.classify.duplicates import Likeness, likely_pairs
from pipeline.model import Alert, AlertId, AppliedFinding, Candidate, Entity, Refused
from pipeline.publish import CHANNELS, FORMATS, Site
from pipeline.publish.templates import Template, templates
from pipeline.usecases.board import Board
from pipeline.usecases.catalog import agency_of
from pipeline.usecases.relevance import trace_of
from pipeline.usecases.settings import Settings
from pipeline.usecases.trials import trial_row

__all__ = [
    "PREVIEWS",
    "PREVIEW_ID",
    "CandidateView",
    "Piece",
    "Remark",
    "alert_view",
    "candidate_view",
    "changed_words",
    "preview",
    "to_be",
]

PREVIEW_ID = AlertId("0" * 20)
"""Stands in a preview where the random id will be, which nobody knows before."""

PREVIEWS = (*FORMATS, *(name for name in CHANNELS if name != "files"))
"""What can be looked at: each form of public file, and each way that sends."""

_PLACEHOLDER = re.compile("|".join(re.escape(f"[{entity.value}]") for entity in Entity))
_MOST_NEAR = 24
_AGENCIES: dict[str, tuple[int, Agency]] = {}
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of redacted text; a placeholder carries the finding that explains it."""

    text: str
    finding: AppliedFinding | None = None
    placeholder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One remark in pieces."""

    at: datetime | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """All that is shown of one candidate."""

    row: QueueRow
    agency: Agency
    remarks: tuple[Remark, ...]
    hold: Hold | None
    looker: str
    draft: Draft | None
    live: Alert | None
    near: tuple[Alert, ...]
    doubles: tuple[tuple[QueueRow, Likeness], ...]
    changes: tuple[tuple[str, str], ...]
    templates: tuple[Template, ...]

    @property
    def item(self) -> Candidate:
        """The candidate itself."""
        return self.row.proposal.candidate


def candidate_view(
    store: Store, settings: Settings, board: Board, candidate_id: str, *, editor: str, now: datetime
) -> CandidateView | None:
    """Return what is shown of a candidate, or None where there is none."""
    with store.read() as tx:
        row = find_candidate(tx, candidate_id)
        trial = trial_with(tx, candidate_id) if row is None else None
        if trial is not None:
            agency = _agency(settings, tx, trial.agency_id)
            row = trial_row(tx, agency, trial, editor=editor, now=now)
        if row is None:
            return None
        item = row.proposal.candidate
        agency = _agency(settings, tx, item.agency_id)
        looker = lookers(tx, now).get(candidate_id, "")
        others = [each for each in revisions_of(tx, item.ref) if each.created_at < row.created_at]
        view = CandidateView(
            row=row,
            agency=agency,
            remarks=tuple(_remarks(row)),
            hold=find_hold(tx, candidate_id),
            looker="" if looker == editor else looker,
            draft=find_draft(tx, candidate_id, editor),
            live=incident_alert(tx, item.ref),
            near=area_alerts(tx, item.agency_id, item.facts.area.area_id, limit=6),
            doubles=(),
            changes=_changes(others[-1].proposal.candidate, item) if others else (),
            templates=templates(item.facts, agency.timezone),
        )
        refs = _neighbours(board, row)
        rows = list(open_rows(tx, refs)) if refs else []
    return replace(view, doubles=_doubles(row, rows))


def alert_view(
    store: Store, settings: Settings, alert_id: str
) -> tuple[Alert, QueueRow, Agency, tuple[Template, ...]] | None:
    """Return a live alert with its candidate, or None where there is none."""
    with store.read() as tx:
        found = load_alert(tx, alert_id)
        row = None if found is None else find_candidate(tx, found[2])
        if found is None or row is None:
            return None
        agency = _agency(settings, tx, found[0].agency_id)
    return found[0], row, agency, templates(found[0].facts, agency.timezone)


def to_be(
    row: QueueRow, agency: Agency, live: Alert | None, *, lifetime: timedelta, now: datetime
) -> Alert:
    """Return the alert a candidate would become now; with :data:`PREVIEW_ID` if it is the first."""
    facts = row.proposal.candidate.facts
    if live is not None:
        sent = max(now, live.sent + timedelta(seconds=1))
        previous = (*live.previous, live.sent)
        return replace(live, version=live.version + 1, facts=facts, sent=sent, previous=previous)
    return Alert(
        alert_id=PREVIEW_ID,
        agency_id=agency.agency_id,
        agency_name=agency.name,
        version=1,
        facts=facts,
        sent=now,
        first_sent=now,
        expires=now + min(lifetime, row.timing.live),
    )


def preview(
    alert: Alert, channel: str, *, site: Site, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return (path, text) of each file a channel would carry this alert in.

    Raises:
        Refused: there is no such channel, or it cannot carry the alert.
    """
    if channel not in PREVIEWS:
        raise Refused("there is no such channel")
    if channel in FORMATS:
        files = FORMATS[channel].render([alert], [], site=site, at=now)
    else:
        files = CHANNELS[channel].render(alert, site=site)
    return tuple((file.path, file.body.decode()) for file in files)


def changed_words(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Return stretches of ``same``, ``gone`` and ``new`` words that turn one text into another."""
    before, after = old.split(), new.split()
    told = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            told.append(("same", " ".join(after[k:m])))
            continue
        if j > i:
            told.append(("gone", " ".join(before[i:j])))
        if m > k:
            told.append(("new", " ".join(after[k:m])))
    return tuple(told)


def _agency(settings: Settings, tx: Tx, agency_id: str) -> Agency:
    """Return an agency as its file is now; read again only when the file changed.

    Decisions read it afresh, whole folder and all: this one is for showing.
    """
    file = settings.agencies / agency_id / "agency.yml"
    changed = file.stat().st_mtime_ns if file.is_file() else 0
    known = _AGENCIES.get(str(file))
    if known is None or known[0] != changed or not changed:
        known = (changed, agency_of(settings, tx, agency_id))
        _AGENCIES[str(file)] = known
    return known[1]


def _remarks(row: QueueRow) -> Iterator[Remark]:
    for number, remark in enumerate(row.proposal.candidate.remarks):
        findings = sorted(
            (each for each in row.proposal.findings if each.remark == number),
            key=lambda each: each.finding.start,
        )
        yield Remark(at=remark.at, pieces=tuple(_pieces(remark.text, findings)))


def _pieces(text: str, findings: Sequence[AppliedFinding]) -> Iterator[Piece]:
    """Cut a text at its placeholders, each with the first finding of its entity that is left."""
    left = list(findings)
    end = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > end:
            yield Piece(text=text[end : match.start()])
        name = match.group()[1:-1]
        found = next((each for each in left if each.finding.entity.value == name), None)
        if found is not None:
            left = left[left.index(found) + 1 :]
        yield Piece(text=name, finding=found, placeholder=True)
        end = match.end()
    if end < len(text):
        yield Piece(text=text[end:])


def _changes(old: Candidate, new: Candidate) -> tuple[tuple[str, str], ...]:
    def said(item: Candidate) -> str:
        facts = item.facts
        return "\n".join([facts.headline, facts.text, *(each.text for each in item.remarks)])

    changes = changed_words(said(old), said(new))
    return changes if any(kind != "same" for kind, _ in changes) else ()


def _neighbours(board: Board, row: QueueRow) -> frozenset[str]:
    """Return incidents on the board of about this time, the same area first."""
    item = row.proposal.candidate
    facts = item.facts
    cards = board.near(item.agency_id, facts.area.area_id, facts.latest, most=_MOST_NEAR)
    return frozenset(card.ref for card in cards if card.candidate_id != row.candidate_id)


def _doubles(row: QueueRow, others: Sequence[QueueRow]) -> tuple[tuple[QueueRow, Likeness], ...]:
    by_id = {each.candidate_id: each for each in others}
    pairs = likely_pairs(trace_of(row, _KEY), [trace_of(each, _KEY) for each in others])
    return tuple((by_id[pair.other], pair) for pair in pairs if pair.other in by_id)[:6]
