"""The agencies this installation serves, read from their folders.

In: settings. Out: agencies, and errors of folders. An agency whose files are wrong must never stop
the others: its feed stands still, its error is shown.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pipeline.adapters.store import Tx
from pipeline.adapters.store.feeding import feed_folder, feed_ids
from pipeline.adapters.zones_file import read_zone_key, read_zones
from pipeline.agencies import Agency, load_agency, load_all, schemas_folder
from pipeline.classify import check_call_types, check_terms, terms_for
from pipeline.model import ConfigError, ModelVersion, Policy, Refused, RetentionClass
from pipeline.place import AreaMap, Geocoder, load_areas
from pipeline.place.address_files import read_address_points, read_street_lines
from pipeline.place.areas import MINIMUM_RESIDENCES
from pipeline.place.geocode import geocoder_of
from pipeline.place.zones import NO_ZONES, Zones
from pipeline.policies import joined, load_policy
from pipeline.propose import Rules
from pipeline.usecases.settings import Settings

__all__ = [
    "Catalog",
    "agency_of",
    "check_folder",
    "error_folder",
    "in_shard",
    "load_catalog",
    "one_agency",
    "policy_of",
    "require_known",
    "rules_for",
    "shorter_times",
    "zone_key_file",
    "zones_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Agencies that loaded, by folder name, and what is wrong with the others."""

    agencies: tuple[Agency, ...]
    errors: tuple[ConfigError, ...]

    def find(self, agency_id: str) -> Agency:
        """Return one agency.

        Raises:
            ConfigError: it is not there or did not load.
        """
        for agency in self.agencies:
            if agency.agency_id == agency_id:
                return agency
        known = ", ".join(agency.agency_id for agency in self.agencies)
        raise ConfigError(
            f"no usable agency {agency_id!r}",
            remedy=(f"Known: {known}. " if known else "")
            + "`blotter agency check` lists what is there, and what is wrong with it",
        )


def load_catalog(settings: Settings, only: Sequence[str] | None = None) -> Catalog:
    """Read every agency folder, or those named and no others.

    Raises:
        ConfigError: the agencies folder itself is missing.
    """
    agencies, errors = load_all(settings.agencies, dialects=schemas_folder(), only=only)
    bad = [error for agency in agencies for error in _problems(agency)]
    names = {error.path for error in bad}
    good = tuple(a for a in agencies if a.folder / "agency.yml" not in names)
    return Catalog(agencies=good, errors=(*errors, *bad))


def one_agency(settings: Settings, agency_id: str) -> Agency:
    """Return one agency, reading no folder but its own.

    Raises:
        ConfigError: its files are wrong, or there is no such folder; the remedy then names those
            there are.
    """
    catalog = load_catalog(settings, [agency_id])
    if catalog.agencies:
        return catalog.agencies[0]
    if catalog.errors:
        raise catalog.errors[0]
    folders = sorted(path.parent.name for path in settings.agencies.glob("[!._]*/agency.yml"))
    raise ConfigError(f"no agency {agency_id!r}", remedy=f"Known: {', '.join(folders) or 'none'}.")


def rules_for(
    agency: Agency, policy: Policy, model: ModelVersion, zones: Zones = NO_ZONES
) -> Rules:
    """Return the rules an agency's records are walked by.

    Raises:
        ConfigError: the agency's areas, terms or packs cannot be used, or its call types name no
            known APCO code.
    """
    policy = policy_of(agency, policy)
    problems = [*_problems(agency), *check_terms(agency, policy)]
    if problems:
        raise problems[0]
    areas = _areas(agency.version, agency.location.areas, policy.minimum_area_radius_m)
    asked = {
        terms.min_addresses
        for rule in policy.categories.values()
        for terms in terms_for(rule, agency).values()
    }
    larger = {
        least: _areas(agency.version, agency.location.areas, policy.minimum_area_radius_m, least)
        for least in asked
        if least > MINIMUM_RESIDENCES
    }
    return Rules(
        agency=agency,
        policy=policy,
        model=model,
        areas=areas,
        zones=zones,
        larger=larger,
        geocoder=_geocoder(agency.version, agency.location.addresses, agency.location.streets),
    )


def policy_of(agency: Agency, policy: Policy) -> Policy:
    """Return the policy under the packs of the agency's jurisdiction.

    Raises:
        ConfigError: it names a pack that is not there: nothing of the agency is walked then.
    """
    try:
        return joined(policy, agency.jurisdiction)
    except ConfigError as error:
        path = agency.folder / "agency.yml"
        raise ConfigError(
            f"jurisdiction: {error.problem}", remedy=error.remedy, path=path
        ) from None


def shorter_times(settings: Settings, policy: Policy) -> Mapping[str, timedelta]:
    """Return how long payloads are kept of agencies whose file or packs say less than the policy.

    An agency whose file cannot be read is not in it: the policy's time is the longest there is.
    """
    longest = policy.kept_for(RetentionClass.PAYLOAD)
    times: dict[str, timedelta] = {}
    with suppress(ConfigError):
        for agency in load_catalog(settings).agencies:
            time = min(_packed_time(agency, policy), agency.payloads_kept or longest)
            if time < longest:
                times[agency.agency_id] = time
    return times


def _packed_time(agency: Agency, policy: Policy) -> timedelta:
    """Return how long the agency's packs keep payloads; the policy's time where one is not there.

    One such agency is no reason to keep those of others, or its own, longer than their files say.
    """
    with suppress(ConfigError):
        policy = policy_of(agency, policy)
    return policy.kept_for(RetentionClass.PAYLOAD)


# By the agency's version, which digests these files: read once in a process, and before tasks are
# forked from it for all of them (``warm``). Each round asks for every agency in turn: when there
# are more than are kept, none is found, so there is room for ten times as many as are planned.
@lru_cache(maxsize=4096)
def _areas(
    _version: str, path: Path, minimum_radius_m: float, least: int = MINIMUM_RESIDENCES
) -> AreaMap:
    return load_areas(path, minimum_radius_m=minimum_radius_m, minimum_residences=least)


@lru_cache(maxsize=4096)
def _geocoder(_version: str, addresses: Path | None, streets: Path | None) -> Geocoder | None:
    """Return the geocoder of an agency's files, read once for each version of the agency."""
    if addresses is None and streets is None:
        return None
    try:
        points = () if addresses is None else read_address_points(addresses.read_bytes(), addresses)
        lines = () if streets is None else read_street_lines(streets.read_bytes(), streets)
    except OSError:
        remedy = "Check location.addresses and location.streets."
        raise ConfigError("The addresses cannot be read", remedy=remedy, path=addresses) from None
    return geocoder_of(points, lines)


def zone_key_file(settings: Settings) -> Path:
    """Return where the key of the exclusion zones lies: beside the other keys."""
    return settings.key_file.parent / "zones.key"


def zones_of(settings: Settings, agency: Agency) -> Zones:
    """Return an agency's exclusion zones; none where its file names none.

    Raises:
        ConfigError: its zones or their key cannot be read: then nothing of the agency is walked.
    """
    if agency.location.zones is None:
        return NO_ZONES
    return read_zones(agency.location.zones, read_zone_key(zone_key_file(settings)))


def agency_of(settings: Settings, tx: Tx, agency_id: str) -> Agency:
    """Return the agency a candidate came from: from the agencies folder, or where it was walked.

    Raises:
        ConfigError: its files are nowhere to be found, or wrong.
    """
    folder = settings.agencies / agency_id
    if not folder.is_dir():
        folder = Path(feed_folder(tx, agency_id) or folder)
    agency = load_agency(folder, dialects=schemas_folder())
    problems = _problems(agency)
    if problems:
        raise problems[0]
    return agency


def require_known(settings: Settings, tx: Tx, agency_id: str | None) -> None:
    """Refuse the name of an agency that neither has a folder nor ever sent anything.

    Raises:
        Refused: with the names that are known.
    """
    if agency_id is None or (settings.agencies / agency_id / "agency.yml").is_file():
        return
    known = feed_ids(tx)
    if agency_id not in known:
        names = ", ".join(known) or "none"
        raise Refused(f"no agency {agency_id[:40]!r}; known are: {names}")


def error_folder(error: ConfigError) -> str:
    """Return the agency folder an error is about, or ``agencies`` when it names none."""
    return error.path.parent.name if error.path is not None else "agencies"


def in_shard(agency_id: str, shard: int, of: int) -> bool:
    """Return whether an agency belongs to shard ``shard`` (from 0) of ``of``."""
    return zlib.crc32(agency_id.encode()) % of == shard


def check_folder(settings: Settings, folder: Path | None) -> Catalog:
    """Load one agency's folder, or all, with areas and call types; collect every error.

    Raises:
        ConfigError: the agencies folder itself is missing.
    """
    if folder is None:
        catalog = load_catalog(settings)
    else:
        try:
            loaded = load_agency(folder.absolute(), dialects=schemas_folder())
        except ConfigError as error:
            return Catalog(agencies=(), errors=(error,))
        catalog = Catalog(agencies=(loaded,), errors=())
    errors = list(catalog.errors)
    good = []
    for agency in catalog.agencies:
        try:
            zones_of(settings, agency)
            rules_for(agency, load_policy(settings.policy or None), ModelVersion(""))
        except ConfigError as error:
            errors.append(error)
        else:
            good.append(agency)
    return Catalog(agencies=tuple(good), errors=tuple(errors))


def _problems(agency: Agency) -> list[ConfigError]:
    path, remedy = agency.folder / "agency.yml", "Use an APCO 2.103 code"
    problems = check_call_types(agency)
    return [ConfigError(each.rstrip("."), remedy=remedy, path=path) for each in problems]
