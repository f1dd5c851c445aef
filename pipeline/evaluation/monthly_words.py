"""Says codes of the month's page in words of people who are no engineers.

In: codes of the log. Out: words; a code without any is shown as it is, so that nothing is hidden.
It must never merge two codes: each keeps its own row.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS", "in_words", "month_name"]

WORDS: Mapping[str, str] = {
    "caller-identity": "who called",
    "contact": "telephone numbers, mail, accounts",
    "criminal-justice": "records of the justice system",
    "financial": "bank and insurance numbers",
    "home-location": "homes and exact places",
    "identity-number": "identity numbers",
    "known-value": "private fields of the same call",
    "medical": "medical numbers",
    "personal-identity": "names, birth dates, ages over 89",
    "security": "door codes and keys",
    "staff-identity": "names of staff",
    "unexplained": "withheld by default",
    "unknown": "under a policy without reasons",
    "vehicle": "plates and vehicle numbers",
    "feed-fault": "to mend a feed",
    "complaint": "for a complaint",
    "court-order": "by order of a court",
    "audit": "for an audit",
    "security-incident": "for a security incident",
    "editorial": "for an editor's decision",
    "wrong": "it was wrong",
    "privacy": "it told too much",
    "agency-request": "the agency asked",
    "subject-request": "a person asked",
    "sensitive-revision": "the call turned out sensitive",
    "leak-check": "a check found something private",
    "same-case": "another report of the case is not told",
    "opened": "received",
    "searched": "searched for",
    "suppressed": "calls withheld for them",
    "answered": "answered",
    "closed": "closed",
    "overdue": "overdue",
    "payload": "what agencies sent",
    "memory": "what calls had to remember",
    "request": "what persons gave with requests",
    "commitment": "keys of a quarter",
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


def in_words(rows: Mapping[str, int]) -> dict[str, int]:
    """Return counts under words instead of codes, none merged."""
    return {WORDS.get(code, code): count for code, count in rows.items()}


def month_name(month: str) -> str:
    """Return ``YYYY-MM`` as one says it, such as ``March 2026``."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"
