"""Previews what another mapping of call types would move, and saves a previewed one.

In go an agency and codes with their APCO code. A preview walks the last days' calls twice, as
``walk_twice`` does, and writes nothing; of a call it shows redacted lines at most, and none of one
that is sensitive now. Saving changes lines of the agency file and appends one audit entry; it
publishes nothing: the next walk judges what is open.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from pipeline.adapters.store.audit_log import append
from pipeline.adapters.store.installation import sealing_key
from pipeline.agencies import Agency, fold_call_type, load_agency, schemas_folder
from pipeline.agencies.call_type_lines import with_call_types
from pipeline.audit.events import saved_mapping
from pipeline.model import ConfigError, Refused
from pipeline.propose import Rules
from pipeline.publish.counts import safe_counts
from pipeline.usecases.catalog import one_agency, rules_for, zones_of
from pipeline.usecases.decisions import named_editor
from pipeline.usecases.mapped import Change, Preview, examples_of, moves_of
from pipeline.usecases.resources import (
    current_policy,
    detector_for,
    model_version,
    open_database,
    open_resources,
    use_site_words,
)
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk_payload import Progress, silent
from pipeline.usecases.walk_twice import Remembering, WalkTwice

__all__ = ["moved", "preview", "save"]

_MOST_DAYS = 3_650


def preview(
    settings: Settings,
    name: str,
    mapping: Mapping[str, str],
    *,
    days: int,
    now: datetime,
    progress: Progress = silent,
) -> Preview:
    """Return what would become of the calls of the last ``days`` under another mapping.

    Raises:
        ConfigError: agency, policy or key file cannot be used, or a code is no APCO one.
        Refused: nothing was ever received, ``days`` is not 1 to 3,650, or nothing would change.
        StoreFailure: the database cannot be read.
    """
    if not 1 <= days <= _MOST_DAYS:
        raise Refused("preview from 1 to 3,650 days")
    agency, policy = one_agency(settings, name), current_policy(settings)
    changes = _changes(agency, mapping)
    with open_database(settings) as store, store.read() as tx:
        if not sealing_key(tx):
            raise Refused("nothing was ever received here, so there is nothing to preview")
    use_site_words(settings)
    detector = Remembering(detector_for(settings.policy, settings.recognizers))
    zones, model = zones_of(settings, agency), model_version(detector)
    other = replace(agency, call_types=_changed(agency, changes))
    now_rules, new_rules = (rules_for(each, policy, model, zones) for each in (agency, other))
    with open_resources(settings, now=now) as resources:
        walking = WalkTwice(resources, now_rules, new_rules, detector, detector, now, progress)
        twice = walking.run(now - timedelta(days=days))
    return Preview(
        agency=agency.agency_id,
        days=days,
        digest=_digest(now_rules, changes),
        changes=changes,
        moves=moves_of(twice.walked, new_rules),
        examples=examples_of(twice.walked),
        walked=len(twice.walked),
        unknown=len(twice.rest),
    )


def moved(
    settings: Settings, found: Preview, by: str, *, editor: str = ""
) -> Mapping[tuple[str, str], int | None]:
    """Return counts by ``category`` or ``sensitivity`` and the move; ``""`` names sums.

    Small counts tell of single calls: only an editor, who may see each of them, is given those.

    Raises:
        Refused: ``editor`` is no person's name.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for (category, tier, move), number in found.moves.items():
        counted[{"category": category, "sensitivity": tier}[by] or "(none)", move.kind] += number
    if editor:
        named_editor(editor)
        return safe_counts(counted, below=0, to=1).cells
    policy = current_policy(settings)
    return safe_counts(counted, below=policy.suppress_below, to=policy.round_to).cells


def save(
    settings: Settings,
    name: str,
    mapping: Mapping[str, str],
    *,
    digest: str,
    editor: str,
    now: datetime,
) -> Agency:
    """Write a previewed mapping into the agency file, with one audit entry; return the agency.

    What is open is walked again by the next run; what is withheld or decided stays as it is.

    Raises:
        ConfigError: the agency or the policy cannot be used, or the file would not be a right one.
        Refused: nobody is named, or the digest is not of a preview of this mapping of this file.
        StoreFailure: the database cannot be written; the file is then as it was.
    """
    by = named_editor(editor)
    agency, policy = one_agency(settings, name), current_policy(settings)
    changes = _changes(agency, mapping)
    use_site_words(settings)
    model = model_version(detector_for(settings.policy, settings.recognizers))
    zones = zones_of(settings, agency)
    rules = rules_for(agency, policy, model, zones)
    rules_for(replace(agency, call_types=_changed(agency, changes)), policy, model, zones)
    if digest != _digest(rules, changes):
        raise Refused(
            "this is not the digest of a preview of this mapping: the agency file, the policy or"
            " the mapping is another one. Run `blotter types preview` again"
        )
    path = agency.folder / "agency.yml"
    old = path.read_bytes()
    text = with_call_types(old.decode(), {each.code: each.after for each in changes})
    saved = False
    try:
        with open_resources(settings, now=now) as resources, resources.store.write() as tx:
            _put(path, text.encode())
            loaded = _as_wanted(agency, changes)
            entry = saved_mapping(
                old=agency.version,
                new=loaded.version,
                at=now,
                agency_id=agency.agency_id,
                by=by,
                preview=digest,
                codes=len(changes),
            )
            append(tx, [entry])
        saved = True
    finally:
        if not saved:
            _put(path, old)
    return loaded


def _changes(agency: Agency, mapping: Mapping[str, str]) -> tuple[Change, ...]:
    wanted: dict[str, str] = {}
    for code, apco in mapping.items():
        folded = fold_call_type(code)
        if not folded or wanted.setdefault(folded, apco) != apco:
            raise Refused("the mapping has an empty code, or one twice")
    changes = tuple(
        Change(code=code, before=agency.call_types.get(code, ""), after=apco)
        for code, apco in sorted(wanted.items())
        if agency.call_types.get(code, "") != apco
    )
    if not changes:
        raise Refused("the agency file says that already: nothing would change")
    return changes


def _changed(agency: Agency, changes: tuple[Change, ...]) -> Mapping[str, str]:
    merged = {**agency.call_types, **{each.code: each.after for each in changes}}
    return {code: apco for code, apco in merged.items() if apco}


def _digest(rules: Rules, changes: tuple[Change, ...]) -> str:
    versions = rules.versions
    told = [
        rules.agency.agency_id,
        *(f"{name}={versions[name]}" for name in sorted(versions)),
        [[each.code, each.before, each.after] for each in changes],
    ]
    return hashlib.sha256(b"mapping preview\0" + orjson.dumps(told)).hexdigest()[:32]


def _as_wanted(agency: Agency, changes: tuple[Change, ...]) -> Agency:
    """Load the written file; it must differ in the changed codes alone."""
    loaded = load_agency(agency.folder, dialects=schemas_folder())
    wanted = replace(agency, version=loaded.version, call_types=_changed(agency, changes))
    if replace(loaded, call_types=dict(loaded.call_types)) != wanted:
        raise ConfigError(
            "the agency file would say something else too",
            remedy="Change its call_types by hand.",
            path=agency.folder / "agency.yml",
        )
    return loaded


def _put(path: Path, body: bytes) -> None:
    """Put the file there at once: a reader finds the old or the new one, never half of it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(body)
    draft.chmod(path.stat().st_mode & 0o777)
    os.replace(draft, path)  # noqa: PTH105 (one step, never half of it)
