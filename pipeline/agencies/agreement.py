"""Says whether an agency's agreement covers a day (rule 30: no agreement, no feed).

In: an agency and a day in the agency's own time zone. Out: nothing, or the reason to stop. It must
never let a feed through because a date is missing. Which fields and categories the agreement covers
is applied by ``feeds`` and ``classify``.
"""

from __future__ import annotations

from datetime import date

from pipeline.agencies.agency import Agency
from pipeline.model import AgreementStopped, StopCode

__all__ = ["check_agreement"]


def check_agreement(agency: Agency, on: date) -> None:
    """Return if the feed may be read on that day; both ends of the term are inclusive.

    Raises:
        AgreementStopped: the agreement is unsigned, signed later, not begun, ended or expired.
    """
    terms, mend = agency.agreement, "wait, or mend the date"
    if terms.signed is None:
        missing = [party for party, day in terms.signatures.items() if day is None]
        remedy = "enter `agreement.signed` once it is"
        if missing:
            remedy = f"enter the day on which it is signed by {', '.join(missing)}"
        raise _stopped(agency, StopCode.UNSIGNED, "is not signed", remedy)
    if on < terms.signed:
        problem = f"is signed only on {terms.signed}"
        raise _stopped(agency, StopCode.SIGNED_LATER, problem, mend)
    if on < terms.effective:
        problem = f"takes effect only on {terms.effective}"
        raise _stopped(agency, StopCode.NOT_BEGUN, problem, mend)
    if terms.ended is not None and on > terms.ended:
        problem = f"was ended early, on {terms.ended}"
        raise _stopped(agency, StopCode.ENDED, problem, "enter the agreement that follows it")
    if on > terms.expires:
        problem = f"expired on {terms.expires}"
        raise _stopped(agency, StopCode.EXPIRED, problem, "renew it and mend the dates")


def _stopped(agency: Agency, code: StopCode, problem: str, remedy: str) -> AgreementStopped:
    return AgreementStopped(
        f"{agency.agency_id}: the agreement {problem}; the feed is not read. "
        f"In {agency.folder.name}/agency.yml, {remedy}.",
        code=code,
    )
