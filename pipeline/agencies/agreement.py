"""Says whether an agency's agreement covers a day (rule 30: no agreement, no feed).

In: an agency and a day in the agency's own time zone. Out: nothing, or the reason to stop. It must
never let a feed through because a date is missing. Which fields and categories the agreement covers
is applied by ``feeds`` and ``classify``.
"""

from __future__ import annotations

from datetime import date

from pipeline.agencies.agency import Agency
from pipeline.model import AgreementStopped

__all__ = ["check_agreement"]


def check_agreement(agency: Agency, on: date) -> None:
    """Return if the feed may be read on that day; both ends of the term are inclusive.

    Raises:
        AgreementStopped: the agreement is unsigned, signed later, not begun, or expired.
    """
    terms = agency.agreement
    if terms.signed is None:
        raise _stopped(agency, "is not signed", "enter `agreement.signed` once it is")
    if on < terms.signed:
        raise _stopped(agency, f"is signed only on {terms.signed}", "wait, or mend the date")
    if on < terms.effective:
        raise _stopped(agency, f"takes effect only on {terms.effective}", "wait, or mend the date")
    if on > terms.expires:
        raise _stopped(agency, f"expired on {terms.expires}", "renew it and mend the dates")


def _stopped(agency: Agency, problem: str, remedy: str) -> AgreementStopped:
    return AgreementStopped(
        f"{agency.agency_id}: the agreement {problem}; the feed is not read. "
        f"In {agency.folder.name}/agency.yml, {remedy}."
    )
