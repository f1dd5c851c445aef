"""What the running desk holds: settings, the database, the clock, the board and its news."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.adapters.store import Store
from pipeline.adapters.store.accounts import find_account
from pipeline.adapters.store.candidates import find_candidate, waiting_candidates
from pipeline.adapters.store.desk_notes import lookers
from pipeline.adapters.store.trialing import trial_with
from pipeline.desk.news import News
from pipeline.desk.oidc import Oidc
from pipeline.desk.throttle import Throttle
from pipeline.model import Account
from pipeline.usecases.board import Board
from pipeline.usecases.publish import publish_due
from pipeline.usecases.settings import Settings, present
from pipeline.usecases.shed import shed, shed_on

__all__ = ["UNDO", "Desk", "NotHere"]

UNDO = timedelta(seconds=20)
"""How long a decision can be taken back before anything is sent."""

_MOST_PENDING = 20_000


class NotHere(Exception):
    """There is no such thing, or it is another agency's: both read the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One desk. ``secure`` is True where it is served by https; ``host`` is its public name.

    ``clock`` is the time of sessions and of the undo window; what may go out is decided by
    :meth:`present`, which a rehearsal holds still. Beyond ``most`` pending the least is let go.
    ``ring`` tells whoever walks that something was posted; it may raise BlotterError.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    secure: bool = False
    host: str = ""
    undo: timedelta = UNDO
    most: int = _MOST_PENDING
    oidc: Oidc | None = None
    ring: Callable[[], None] = lambda: None
    throttle: Throttle = field(default_factory=Throttle)
    board: Board = field(init=False)
    news: News = field(init=False)

    def __post_init__(self) -> None:
        """Put up the board, empty until it is first followed."""
        object.__setattr__(self, "board", Board(self.store, self.present))
        object.__setattr__(self, "news", News(self.board))

    def present(self) -> datetime:
        """Return the present, or the moment that is rehearsed."""
        return present(self.settings, self.clock())

    def lookers(self) -> Mapping[str, str]:
        """Return who looks at what."""
        with self.store.read() as tx:
            return lookers(tx, self.clock())

    def names(self, keys: Iterable[str]) -> list[str]:
        """Return people as they write themselves; approvals are kept under a folded name."""
        with self.store.read() as tx:
            found = [(key, find_account(tx, key)) for key in keys]
        return [key if row is None else row.account.name for key, row in found]

    def require_seen(self, account: Account, candidate_id: str) -> None:
        """Refuse what another agency's account must not know of.

        Raises:
            NotHere: there is no such candidate, or it is another agency's.
        """
        with self.store.read() as tx:
            row = find_candidate(tx, candidate_id)
            trial = trial_with(tx, candidate_id) if row is None else None
        found = row.proposal.candidate.agency_id if row else trial.agency_id if trial else None
        if found is None or not account.sees(found):
            raise NotHere

    def shed_today(self) -> int:
        """Return how many calls were let go today because the queue was too long."""
        return shed_on(self.store, self.present())

    def send(self) -> None:
        """Publish what can be undone no more; let go what the queue has no room for."""
        now = self.clock()
        with self.store.read() as tx:
            settled = [
                row.settles_at is not None and row.settles_at <= now
                for row in waiting_candidates(tx)
            ]
        if any(settled):
            publish_due(self.settings, now=self.present(), clock=now)
        shed(self.store, self.board, most=self.most, now=self.present())
