"""Says who sends calls, as the public may know it: agencies, agreements, a month's sums.

Reads agency files and the store; writes only a cache of what the files said, which anybody may
read. Counts come from ``month_tables`` alone.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import shapely
from pydantic import TypeAdapter, ValidationError

from pipeline.adapters.durable import replace_file
from pipeline.adapters.store import Tx
from pipeline.adapters.store.site_state import last_landings
from pipeline.agencies import Agency
from pipeline.classify import terms_for
from pipeline.model import Area, Audience, ConfigError, Policy, Release
from pipeline.place import load_areas
from pipeline.place.levels import Level
from pipeline.site.facts import Change, Partner, Standing
from pipeline.site.outline import shape_of
from pipeline.usecases.budget import paused_agencies
from pipeline.usecases.catalog import load_catalog, policy_of
from pipeline.usecases.month_tables import last_month, told_of_month
from pipeline.usecases.settings import Settings

__all__ = ["files_stamp", "partners_of"]

_KNOWN = TypeAdapter(dict[str, Partner])


def partners_of(tx: Tx, settings: Settings, policy: Policy, now: datetime) -> dict[str, Partner]:
    """Return every agency whose files can be read, with what the store knows of it."""
    landed, paused = last_landings(tx), paused_agencies(tx)
    told = told_of_month(tx, last_month(now))
    found = {}
    for agency_id, partner in _from_files(settings, policy, now.date()).items():
        last = landed.get(agency_id)
        stands = partner.standing
        if agency_id in paused and stands is Standing.ACTIVE:
            stands = Standing.PAUSED
        found[agency_id] = replace(
            partner,
            standing=stands,
            last_feed=None if last is None else last.date(),
            told=told.get(agency_id),
        )
    return found


def _keep(cache: Path, others: str, body: bytes) -> None:
    """Write a cache, the only one of its kind; what it holds is public."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    for old in cache.parent.glob(others):
        old.unlink(missing_ok=True)
    replace_file(cache, body)


def _from_files(settings: Settings, policy: Policy, today: date) -> dict[str, Partner]:
    """Return what agency files say; read anew only when one of them changed, or the day did."""
    stamp = files_stamp(settings.agencies, policy, today)
    cache = settings.home / "site" / f"agencies-{stamp}.json"
    with suppress(OSError, ValidationError):
        return _KNOWN.validate_json(cache.read_bytes())
    try:
        agencies = load_catalog(settings).agencies
    except ConfigError:
        return {}
    found = {str(each.agency_id): _partner(each, policy, today) for each in agencies}
    with suppress(OSError):
        _keep(cache, "agencies-*.json", _KNOWN.dump_json(found))
    return found


def files_stamp(folder: Path, policy: Policy, today: date) -> str:
    """Digest what agency files are, by name, size and time, with the policy and the day."""
    seen = hashlib.sha256(f"{folder} {policy.version} {today}".encode())
    for source in (Path(__file__), Path(__file__).parents[1] / "site" / "facts.py"):
        seen.update(source.read_bytes())
    with suppress(OSError):
        for path in sorted(folder.glob("*/*")):
            if path.suffix in (".yml", ".md", ".txt", ".geojson"):
                state = path.stat()
                seen.update(f"{path} {state.st_size} {state.st_mtime_ns}".encode())
    return seen.hexdigest()[:24]


def _partner(agency: Agency, policy: Policy, today: date) -> Partner:
    terms = agency.agreement
    areas = _areas(agency, policy)
    told = {
        category: terms_for(rule, agency).get(Audience.PUBLIC)
        for category, rule in policy.categories.items()
        if rule.release is Release.CANDIDATE and category in terms.categories
    }
    delays = sorted(each.delay for each in told.values() if each is not None)
    all_terms = (*terms.earlier, terms)
    ends = min(terms.expires, terms.ended or terms.expires)
    left = ends if ends < today else None
    history = [Change(on=all_terms[0].effective, what="joined")]
    history += [Change(on=each.effective, what="agreement changed") for each in all_terms[1:]]
    if left is not None:
        history.append(Change(on=left, what="left"))
    return Partner(
        agency_id=agency.agency_id,
        name=agency.name,
        place=agency.place,
        state=agency.state,
        kind=agency.about.get("kind", ""),
        timezone=agency.timezone.key,
        center=_center(areas),
        areas=areas,
        standing=_standing(agency, today),
        joined=all_terms[0].effective,
        left=left,
        history=tuple(history),
        parties=terms.parties,
        signed=terms.signed,
        expires=ends,
        text=terms.text,
        terms_version=terms.name,
        terms_page=f"agreements/{agency.agency_id}/{terms.version}.html",
        policy=_policy_version(agency, policy),
        fields=tuple(sorted(terms.fields)),
        categories=tuple(category for category, each in told.items() if each is not None),
        consideration=terms.consideration,
        delays=(delays[0], delays[-1]) if delays else None,
        stricter=tuple(
            dict.fromkeys(
                verb
                for each in agency.terms
                if each.audience is Audience.PUBLIC
                for verb in each.verbs
            )
        ),
        last_feed=None,
        told=None,
    )


def _standing(agency: Agency, today: date) -> Standing:
    terms = agency.agreement
    if today > min(terms.expires, terms.ended or terms.expires):
        return Standing.ENDED
    if terms.signed is None or today < max(terms.signed, terms.effective):
        return Standing.WAITING
    return Standing.ACTIVE


def _areas(agency: Agency, policy: Policy) -> tuple[Area, ...]:
    """Return the areas that tell the agency's calls at the finest level, each once."""
    try:
        areas = load_areas(agency.location.areas, minimum_radius_m=policy.minimum_area_radius_m)
    except ConfigError:
        return ()
    found = {each.area_id: each for each in areas.told[Level.AREA] if each is not None}
    return tuple(found[area_id] for area_id in sorted(found))


def _center(areas: tuple[Area, ...]) -> tuple[float, float]:
    """Return the middle of what all areas cover, to two decimals: a town, not a place in it."""
    if not areas:
        return 0.0, 0.0
    west, south, east, north = shapely.total_bounds([shape_of(each) for each in areas])
    return round(float(west + east) / 2, 2), round(float(south + north) / 2, 2)


def _policy_version(agency: Agency, policy: Policy) -> str:
    try:
        return policy_of(agency, policy).version
    except ConfigError:
        return policy.version
