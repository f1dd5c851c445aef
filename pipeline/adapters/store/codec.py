"""Editorial records to JSON text and back, checked on the way in.

Only types that cannot hold private text pass through here; the walk's private types have no codec.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from pipeline.model import Alert, AppliedFinding, Candidate, Retraction

__all__ = [
    "Proposal",
    "alert_from",
    "alert_text",
    "proposal_from",
    "proposal_text",
    "retraction_from",
    "retraction_text",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate with the findings that made its texts safe, as the desk shows them."""

    candidate: Candidate
    findings: tuple[AppliedFinding, ...]


_PROPOSAL = TypeAdapter(Proposal)
_ALERT = TypeAdapter(Alert)
_RETRACTION = TypeAdapter(Retraction)


def proposal_text(proposal: Proposal) -> str:
    """Return a proposal as JSON text."""
    return _PROPOSAL.dump_json(proposal).decode()


def proposal_from(text: str) -> Proposal:
    """Read a proposal written by :func:`proposal_text`."""
    return _PROPOSAL.validate_json(text)


def alert_text(alert: Alert) -> str:
    """Return an alert as JSON text."""
    return _ALERT.dump_json(alert).decode()


def alert_from(text: str) -> Alert:
    """Read what :func:`alert_text` wrote."""
    return _ALERT.validate_json(text)


def retraction_text(retraction: Retraction) -> str:
    """Return a retraction as JSON text."""
    return _RETRACTION.dump_json(retraction).decode()


def retraction_from(text: str) -> Retraction:
    """Read what :func:`retraction_text` wrote."""
    return _RETRACTION.validate_json(text)
