"""Who may work at the desk: accounts, roles, and what each role may do.

Deny by default: what a role may do stands in :data:`ALLOWED`, and nothing else does. Names are
people's own as the log writes them; there is no secret in an :class:`Account`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["ALLOWED", "Account", "May", "Role"]


class Role(StrEnum):
    """What somebody does here. Each account has one."""

    AGENCY = "agency"
    EDITOR = "editor"
    SENIOR_EDITOR = "senior-editor"
    COMPLIANCE = "compliance"
    ENGINEER = "engineer"
    ADMIN = "admin"


class May(StrEnum):
    """What a page or an action asks for.

    ``ENTER`` is asked where nobody is known yet: log-on, its styles, whether the program runs.
    """

    ENTER = "enter"
    OWN_ACCOUNT = "own-account"
    SEE_QUEUE = "see-queue"
    DECIDE = "decide"
    DECIDE_MANY = "decide-many"
    OPEN_KEPT = "open-kept"
    SEE_METRICS = "see-metrics"
    MANAGE_ACCOUNTS = "manage-accounts"
    RUN_FEEDS = "run-feeds"
    SEE_OWN_AGENCY = "see-own-agency"
    OVERSEE = "oversee"


_ALL = frozenset({May.ENTER, May.OWN_ACCOUNT})
_EDITOR = _ALL | {May.SEE_QUEUE, May.DECIDE, May.SEE_METRICS}

ALLOWED: Mapping[Role, frozenset[May]] = MappingProxyType(
    {
        Role.AGENCY: _ALL | {May.SEE_OWN_AGENCY},
        Role.EDITOR: _EDITOR,
        Role.SENIOR_EDITOR: _EDITOR | {May.DECIDE_MANY, May.OPEN_KEPT},
        Role.COMPLIANCE: _ALL | {May.SEE_QUEUE, May.SEE_METRICS, May.OVERSEE},
        Role.ENGINEER: _ALL | {May.RUN_FEEDS},
        Role.ADMIN: _ALL | {May.MANAGE_ACCOUNTS, May.SEE_METRICS},
    }
)
"""Role -> what it may do. An admin gives roles and reads no candidate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person. ``agency_id`` is empty for all agencies; an agency's account always has one."""

    account_id: str
    name: str
    role: Role
    agency_id: str = ""
    active: bool = True
    demo: bool = False

    def may(self, what: May) -> bool:
        """Return whether the role allows it and the account is in use."""
        return self.active and what in ALLOWED[self.role]

    def sees(self, agency_id: str) -> bool:
        """Return whether the account may see anything of an agency."""
        return self.agency_id in ("", agency_id)
