"""Figures of a running line: counts, ages and states, without a word of anybody's.

What an operator watches. A figure names agencies, states, tiers and channels only; there is no
field that could hold text of a feed. Gathering them is ``usecases.figures``'s part, showing them
``adapters.exposition``'s and the command line's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.model.outcome import LedgerState

__all__ = ["AgencyFigures", "Figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigures:
    """One agency. ``records`` is by ledger state; ``difference`` is 0 when its ledger balances.

    ``waiting`` counts payloads landed and not wholly walked, since ``oldest_waiting``;
    ``redelivered`` counts bodies that came again. ``every`` is None where nobody looks, as at
    feeds that are pushed. ``off`` says whether a named person switched it off, ``stopped`` whether
    its agreement does not cover today, ``paused`` whether it is over its leak budget, ``broken``
    whether its file cannot be read: then nothing of it is fetched or walked. ``quarantine`` counts
    payloads that were quarantined whole and that nobody put aside, the first since
    ``oldest_quarantine``; ``newly_quarantined`` those that arrived within half an hour.
    """

    agency_id: str
    records: Mapping[LedgerState, int] = field(default_factory=dict)
    difference: int = 0
    payloads: Mapping[str, int] = field(default_factory=dict)
    redelivered: int = 0
    waiting: int = 0
    oldest_waiting: datetime | None = None
    looks: int = 0
    failures: int = 0
    last_look: datetime | None = None
    last_landed: datetime | None = None
    every: timedelta | None = None
    stopped: bool = False
    paused: bool = False
    off: bool = False
    broken: bool = False
    quarantine: int = 0
    oldest_quarantine: datetime | None = None
    newly_quarantined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything at one moment ``at``.

    ``queue`` counts candidates by (state, tier), ``sendings`` messages by (channel, state), of
    mail no more than may be told of readers; ``given_up`` those given up within an hour, by
    channel; ``files_due`` versions of alerts that the public files
    do not tell and that nothing keeps back, ``withdrawals_due`` retractions that some channel still
    does not. ``retention_due`` counts private texts past their time, the first since
    ``oldest_retention_due``, ``kept`` those alive, both by class. ``backup_due`` is when the next
    nightly backup has to be there at the latest, None where nobody makes them.
    """

    at: datetime
    agencies: tuple[AgencyFigures, ...] = ()
    queue: Mapping[tuple[str, str], int] = field(default_factory=dict)
    oldest_pending: datetime | None = None
    live: int = 0
    files_due: int = 0
    oldest_file_due: datetime | None = None
    withdrawals_due: int = 0
    oldest_withdrawal: datetime | None = None
    sendings: Mapping[tuple[str, str], int] = field(default_factory=dict)
    given_up: Mapping[str, int] = field(default_factory=dict)
    log_size: int = 0
    sealed: int = 0
    oldest_unsealed: datetime | None = None
    retention_due: Mapping[str, int] = field(default_factory=dict)
    oldest_retention_due: datetime | None = None
    kept: Mapping[str, int] = field(default_factory=dict)
    switches: Mapping[str, int] = field(default_factory=dict)
    backup_due: datetime | None = None

    @property
    def balanced(self) -> bool:
        """Whether every agency's counts add up; ``blotter ledger`` cross-checks far more."""
        return all(each.difference == 0 for each in self.agencies)

    @property
    def waiting(self) -> int:
        """How many payloads were landed and not wholly walked."""
        return sum(each.waiting for each in self.agencies)

    @property
    def pending(self) -> int:
        """How many candidates wait for an editor."""
        return sum(number for (state, _), number in self.queue.items() if state == "pending")

    @property
    def quarantine(self) -> int:
        """How many payloads lie in quarantine and were not put aside."""
        return sum(each.quarantine for each in self.agencies)

    @property
    def oldest_quarantine(self) -> datetime | None:
        """When the first of them arrived."""
        first = (each.oldest_quarantine for each in self.agencies)
        return min((at for at in first if at is not None), default=None)

    def age(self, since: datetime | None) -> float:
        """Return the seconds since a moment, never negative; 0 where there is none."""
        return 0.0 if since is None else max((self.at - since).total_seconds(), 0.0)
