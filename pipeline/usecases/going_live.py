"""What two people look at before an agency goes live: figures of its time in shadow.

In: an agency and the present. Out: counts by state, coverage of its file, shifts of its feed, and
who signed already. It must never return a record's text, a name of a field or a call type: what it
returns is shown in Airflow to everybody who may open its pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.adapters.store.drifting import counts_since
from pipeline.adapters.store.ledger import count_agencies
from pipeline.adapters.store.signing import in_shadow, signatures
from pipeline.feeds.drift import hour_of
from pipeline.model import LedgerState, Refused
from pipeline.usecases.catalog import one_agency
from pipeline.usecases.drift import drift_of
from pipeline.usecases.figures_table import figures_table
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.sign_off import Signer

__all__ = ["GoingLive", "going_live", "told"]

_LOOKED_AT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingLive:
    """An agency before its first alert.

    ``states`` counts its records by state and reason, ``shifts`` changes of its feed by code.
    ``mapped`` fields stand in its file, ``filled`` of them came in the last week, and so many
    fields that came are ``unread``.
    """

    agency_id: str
    version: str
    received: int
    waiting: int
    states: Mapping[str, int]
    mapped: int
    filled: int
    unread: int
    shifts: Mapping[str, int]
    signed: Mapping[str, str]


def going_live(settings: Settings, agency_id: str, *, now: datetime) -> GoingLive:
    """Count what an agency did in shadow.

    Raises:
        Refused: it is not in shadow, or both signed this version of its file.
        ConfigError: the agency is unknown or its file is wrong.
        StoreFailure: the database cannot be used.
    """
    agency = one_agency(settings, agency_id)
    with open_database(settings) as store, store.read() as tx:
        if not (agency.shadow or in_shadow(tx, agency.agency_id)):
            raise Refused("this agency is not in shadow: nothing waits for signatures")
        signed = signatures(tx, agency.agency_id, agency.version)
        if all(role.value in signed for role in Signer):
            raise Refused("both signed this version already; the next walk goes by it")
        counted = count_agencies(tx, agency_id=agency.agency_id)
        came = counts_since(tx, agency.agency_id, hour_of(now - _LOOKED_AT))
        drifted = drift_of(settings, tx, agency, now=now)
    states = {
        f"{state.value} {reason}".strip(): number
        for each in counted
        for state in LedgerState
        for reason, number in sorted(each.states[state].items())
        if number
    }
    seen = {(measure, field) for _, measure, field in came}
    names = {field.value for field in agency.fields}
    return GoingLive(
        agency_id=agency.agency_id,
        version=agency.version,
        received=sum(each.received for each in counted),
        waiting=sum(each.waiting for each in counted),
        states=states,
        mapped=len(names),
        filled=sum(("filled", name) in seen for name in names),
        unread=sum(measure == "unread" for measure, _ in seen),
        shifts=dict(Counter(shift.code.value for shift in drifted.shifts)),
        signed=signed,
    )


def told(found: GoingLive) -> str:
    """Return what a person is shown, as Markdown: codes and numbers, and who signed."""
    what = (
        f"**{found.agency_id}**, version `{found.version}` of its file, leaves shadow when two "
        "people say yes: an engineer and a compliance officer. From the next walk on its calls "
        "go to editors, and what they approve is public."
    )
    read = (
        f"Of {found.mapped} fields in the file {found.filled} came in the last week; "
        f"{found.unread} fields that came are unread."
    )
    lines = [
        what,
        "",
        f"{found.received} records received, {found.waiting} waiting to be walked:",
        "",
        *figures_table("state and reason", "number", found.states),
        "",
        read,
        "",
        *(
            figures_table("change of the feed", "number", found.shifts)
            if found.shifts
            else ["The feed is steady."]
        ),
        "",
        *(f"Signed as {role}: {name}" for role, name in sorted(found.signed.items())),
    ]
    return "\n".join(lines).strip()
