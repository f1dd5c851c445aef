"""Names a case, so that an agency's post and the call its feed sends are known to be one.

In: an agency, a CFS number, when the call was opened, and the seal. Out: keyed digests under which
the two meet. It must never give a number back, or a bare hash of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.agencies.agency import Agency, CanonicalField
from pipeline.agencies.posted import BEFORE_CASE
from pipeline.model import Digest, Seal, Sensitive

__all__ = ["case_refs"]

_DAYS: Final = (0, -1, 1)


def case_refs(
    agency: Agency, numbers: Sequence[Sensitive], opened_at: datetime, *, seal: Seal
) -> tuple[Digest, ...]:
    """Return what the case of the first number is called, its own name first; empty without one.

    Signs, spaces and capitals make no other case. Where the agency uses a number again on another
    day, the local day belongs to the name, and the days beside it follow: whoever posts may say
    that a call of midnight began a little earlier or later.
    """
    number = numbers[0].expose().removeprefix(BEFORE_CASE) if numbers else ""
    plain = "".join(sign for sign in number.casefold() if sign.isalnum())
    if not plain:
        return ()
    name = (str(agency.agency_id).encode(), plain.encode())
    if CanonicalField.OPENED_AT not in agency.key:
        return (seal.digest("case", *name),)
    day = opened_at.astimezone(agency.timezone).date()
    days = (day + timedelta(days=each) for each in _DAYS)
    return tuple(seal.digest("case", *name, each.isoformat().encode()) for each in days)
