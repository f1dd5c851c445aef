"""Shadow: an agency is walked, and nothing goes to editors until two people signed.

An engineer and a compliance officer, two different people, sign the very version of the file; a
changed file is another version and needs both again. What would be a candidate is held meanwhile
and becomes one with the first walk after the second signature. It must never be left by taking a
line out of a file: that an agency needs signatures is remembered for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pipeline.adapters.store import Tx
from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.feeding import ensure_feed
from pipeline.adapters.store.signing import (
    add_signature,
    in_shadow,
    put_into_shadow,
    signatures,
)
from pipeline.agencies import Agency, load_agency, schemas_folder
from pipeline.audit import Entry, EntryKind
from pipeline.model import Refused
from pipeline.propose import Rules
from pipeline.usecases.catalog import one_agency
from pipeline.usecases.decisions import named_editor, same_editor
from pipeline.usecases.resources import Resources, open_database
from pipeline.usecases.settings import Settings

__all__ = ["Signed", "Signer", "sign_off", "sign_together", "staged"]


class Signer(StrEnum):
    """As what somebody signs."""

    ENGINEER = "engineer"
    COMPLIANCE = "compliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Where an agency stands: the version signed, by whom as what, and whether that is enough."""

    agency_id: str
    version: str
    names: dict[str, str]

    @property
    def missing(self) -> tuple[Signer, ...]:
        """Who must sign still."""
        return tuple(role for role in Signer if role.value not in self.names)


def staged(resources: Resources, rules: Rules, now: datetime) -> Rules:
    """Return the rules, in shadow where the agency needs signatures that are not there.

    Raises:
        StoreFailure: the database cannot be used.
    """
    agency = rules.agency
    with resources.store.read() as tx:
        known = in_shadow(tx, agency.agency_id)
        signed = _signed(tx, agency)
    if agency.shadow and not known:
        with resources.store.write() as tx:
            put_into_shadow(tx, agency.agency_id, now)
    return replace(rules, shadow=(agency.shadow or known) and bool(signed.missing))


def sign_off(
    settings: Settings, agency_id: str, *, role: Signer, person: str, now: datetime
) -> Signed:
    """Sign an agency's file as it is now.

    Raises:
        Refused: nobody is named, the agreement is unsigned, the role signed this version before, or
            the other signer is the same person.
        ConfigError: the file is wrong.
    """
    folder = settings.agencies / agency_id
    agency = load_agency(folder if folder.is_dir() else Path(agency_id), dialects=schemas_folder())
    with open_database(settings) as store, store.write() as tx:
        _sign(tx, agency, role, person, now)
        return _signed(tx, agency)


def sign_together(
    settings: Settings,
    agency_id: str,
    *,
    version: str,
    people: Mapping[Signer, str],
    now: datetime,
) -> Signed:
    """Sign the version that these people were shown, all of them or none.

    Who signed it already in the same role is left alone, so that doing it twice does it once.

    Raises:
        Refused: the file is another version by now, somebody is missing, or as :func:`sign_off`.
        ConfigError: the agency is unknown or its file is wrong.
    """
    agency = one_agency(settings, agency_id)
    if agency.version != version:
        raise Refused("the agency's file changed after it was shown; ask again")
    with open_database(settings) as store, store.write() as tx:
        before = _signed(tx, agency).names
        for role, person in people.items():
            if not same_editor(person, before.get(role.value, "")):
                _sign(tx, agency, role, person, now)
        signed = _signed(tx, agency)
        if signed.missing:
            raise Refused("two people sign together; one of them is missing")
        return signed


def _sign(tx: Tx, agency: Agency, role: Signer, person: str, now: datetime) -> None:
    person = named_editor(person)
    if agency.agreement.signed is None:
        raise Refused("its agreement is unsigned: state agreement.signed first")
    ensure_feed(tx, agency.agency_id)
    if agency.shadow:
        put_into_shadow(tx, agency.agency_id, now)
    before = _signed(tx, agency)
    if role.value in before.names:
        raise Refused(f"{before.names[role.value]} signed this version as {role} already")
    if any(same_editor(person, name) for name in before.names.values()):
        raise Refused("two different people sign; this one did as the other")
    add_signature(
        tx, agency.agency_id, version=agency.version, role=role.value, name=person, at=now
    )
    body = {"version": agency.version, "as": role.value, "by": person}
    entry = Entry(kind=EntryKind.SIGN_OFF, at=now, agency_id=agency.agency_id, body=body)
    append(tx, [entry])


def _signed(tx: Tx, agency: Agency) -> Signed:
    names = signatures(tx, agency.agency_id, agency.version)
    return Signed(agency_id=agency.agency_id, version=agency.version, names=names)
