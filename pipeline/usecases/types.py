"""Proposes types for call types, and shows what a mapping would move.

In go an agency, lines of a pipe, or a judged list; out come proposals and counts. It must never
save one: a person puts the lines into ``agency.yml``. What an agency's calls say of a code comes
from ``type_calls``, redacted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.agencies import Agency, fold_call_type, load_agency, load_all, schemas_folder
from pipeline.classify import gate
from pipeline.classify.apco import apco_codes
from pipeline.classify.types import Mapped, Proposal, Proposer, proposer
from pipeline.classify.types.score import Judged, Score, read_judged, score
from pipeline.model import ConfigError, Held, Policy, Refused, Withheld
from pipeline.policies import load_policy
from pipeline.usecases.json_lines import answered, read_row
from pipeline.usecases.settings import Settings
from pipeline.usecases.type_calls import LOOKED, CodeCalls, calls_by_code

__all__ = ["MASKED", "Move", "Suggestion", "evaluate", "judge_lines", "suggest"]

MASKED = "["
"""What stands in a code of which a part may not be shown."""

_SHOWN = 3  # redacted calls of a code; who wants more looks at its records


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What becomes of the held records of a code once it is mapped to ``apco``."""

    apco: str
    category: str
    tier: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One unmapped code: how many records it holds back, the proposal, and what each would move.

    ``calls`` counts those that were read, ``text`` is what the agency says beside the code, and
    ``examples`` are a few redacted calls, none of which is sensitive.
    """

    code: str
    held: int
    calls: int
    text: str
    proposal: Proposal
    moves: tuple[Move, ...]
    examples: tuple[str, ...] = ()


def suggest(
    settings: Settings,
    name: str,
    *,
    now: datetime,
    codes: Mapping[str, str] | None = None,
    looked: int = LOOKED,
) -> tuple[Suggestion, ...]:
    """Return proposals for an agency's unmapped codes, most held records first.

    ``name`` is an agency's id or its folder; ``codes`` are further codes to judge, each with what
    the agency says it means, or nothing. Of each code ``looked`` calls are looked at, from the
    vault, or from the folder's sample where nothing was ever received. A policy's gate says what
    each choice moves; text signals, which can only withhold more, are not asked.

    Raises:
        ConfigError: the agency cannot be loaded.
        StoreFailure, VaultFailure: database or vault cannot be used.
    """
    folder = settings.agencies / name
    agency = load_agency(folder if folder.is_dir() else Path(name), dialects=schemas_folder())
    policy = load_policy(settings.policy or None)
    judge = proposer(policy, mapped(settings), leave_out="")
    given = {fold_call_type(code): (code, text) for code, text in (codes or {}).items()}
    found = calls_by_code(settings, agency, policy, now=now, known=given, looked=looked)
    there = {fold_call_type(each.code) for each in found}
    further = [
        CodeCalls(code=code, spelled=code, held=0)
        for folded, (code, _) in given.items()
        if folded not in there
    ]
    return tuple(
        _suggestion(each, given.get(fold_call_type(each.code), ("", ""))[1], agency, policy, judge)
        for each in (*found, *further)
    )


def _suggestion(
    each: CodeCalls, text: str, agency: Agency, policy: Policy, judge: Proposer
) -> Suggestion:
    text = text or each.text
    proposal = judge.propose(each.spelled or each.code, text, each.rows)
    return Suggestion(
        code=each.code,
        held=each.held,
        calls=each.calls,
        text=text,
        proposal=proposal,
        moves=tuple(_move(apco, agency, policy) for apco in proposal.apco),
        examples=each.shown[:_SHOWN],
    )


def _move(apco: str, agency: Agency, policy: Policy) -> Move:
    category = apco_codes()[apco].category
    ruled = gate([category], policy, agency)
    if isinstance(ruled, Held | Withheld):
        outcome = f"{'held' if isinstance(ruled, Held) else 'withheld'} ({ruled.reason.value})"
    else:
        outcome = "goes to an editor"
    tier = policy.categories[category].tier.value
    return Move(apco=apco, category=category.value, tier=tier, outcome=outcome)


def mapped(settings: Settings) -> tuple[Mapped, ...]:
    """Return every call type the installation's agencies map; none when there is no folder."""
    try:
        agencies, _ = load_all(settings.agencies, dialects=schemas_folder())
    except ConfigError:
        return ()
    return tuple(
        Mapped(agency=agency.agency_id, text=text, apco=apco)
        for agency in agencies
        for text, apco in agency.call_types.items()
        if apco in apco_codes()
    )


def judge_lines(settings: Settings, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield one line of JSON for each line ``{"id", "code", "text"}``; blank lines count as lines.

    The id is given back as it came. A line that is no object, or whose code or text is no text, is
    judged as knowing nothing: it is sensitive and not accepted, and the first reason says why.
    """
    judge = proposer(load_policy(settings.policy or None), mapped(settings))
    for line in lines:
        row = read_row(line)
        fault = row.fault or _unread(row.fields)
        code, text = ("", "") if fault else (_text(row.fields, "code"), _text(row.fields, "text"))
        made = judge.propose(code, text)
        why = [f"not judged: {fault}"] if fault else []
        yield answered(
            row,
            {
                "apco": list(made.apco),
                "tier": made.tier.value,
                "sensitive": made.sensitive,
                "accepted": made.accepted,
                "reasons": [*why, *made.reasons],
            },
        )


def _unread(fields: Mapping[str, Any]) -> str:
    """Return which field is neither text nor a number; empty when all can be read."""
    for name in ("code", "text"):
        value = fields.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            return f"{name} is no text"
    return ""


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value)


def evaluate(settings: Settings, path: Path) -> Score:
    """Return figures on a judged list; an agency's own mapped call types never help it.

    Raises:
        ConfigError: the list cannot be read.
    """
    judged = read_judged(path)
    known, policy = mapped(settings), load_policy(settings.policy or None)
    if not judged:
        raise Refused("the list is empty")
    judges = {
        agency: proposer(policy, known, leave_out=agency)
        for agency in {each.agency for each in judged}
    }

    def propose(each: Judged) -> Proposal:
        return judges[each.agency].propose(each.code, each.text)

    return score(judged, propose)


def as_json(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggestion as plain values."""
    return asdict(suggestion)
