"""Says which public files a change touches, and renders just those; or all of them.

In go the database's present state and what is due; out come rendered files and the names of those
that end. An alert that some format cannot carry is left out, and counted: it must never keep
another alert, or a retraction, from the public. Writing is ``public_folder``'s part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import TOMBSTONES
from pipeline.adapters.store.feeds_state import Due, Place, all_places, in_feed, messages_of
from pipeline.model import Alert, AlertId, Area, Category, Policy, Refused, Retraction
from pipeline.publish import EVERYTHING, FEEDS, MESSAGES, Format, PublicFile, Scope, Site
from pipeline.publish.channel import cap_path, detail_path
from pipeline.publish.compressed import with_compressed
from pipeline.publish.formats import agency_scope, area_scope, category_scope

__all__ = ["Rendered", "render_all", "render_touched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """Files to write, names to remove, how many alerts no format could carry, and what is live."""

    files: tuple[PublicFile, ...]
    gone: tuple[str, ...]
    left_out: int
    alerts: int
    retractions: int


def render_touched(
    tx: Tx,
    due: Sequence[Due],
    *,
    site: Site,
    policy: Policy,
    now: datetime,
    without: Collection[str] = (),
) -> Rendered:
    """Render the messages of alerts that are due, and every feed they stand or stood in.

    Alerts in ``without`` are shown nowhere: a paused agency's news.
    """
    places = {(each.agency_id, each.area_id, each.category) for each in due}
    places |= {(e.agency_id, e.area_id, e.was_category) for e in due if e.was_category}
    return _rendered(tx, [each.alert_id for each in due], places, site, policy, now, without)


def render_all(
    tx: Tx,
    ids: Sequence[AlertId],
    *,
    site: Site,
    policy: Policy,
    now: datetime,
    without: Collection[str] = (),
) -> Rendered:
    """Render the whole public state."""
    places = set(all_places(tx, tombstones_since=now - TOMBSTONES))
    return _rendered(tx, ids, places, site, policy, now, without)


def _rendered(
    tx: Tx,
    ids: Sequence[AlertId],
    places: Collection[tuple[str, str, str]],
    site: Site,
    policy: Policy,
    now: datetime,
    without: Collection[str],
) -> Rendered:
    left: set[str] = set()
    render = partial(_render, site=site, now=now, without=without, left=left)
    told, gone = messages_of(tx, sorted(set(ids)), tombstones_since=now - TOMBSTONES)
    over = {each.alert_id for each in told if each.expires <= now}
    files = [file for form in MESSAGES.values() for file in render(form, EVERYTHING, told, gone)]
    alerts = retractions = 0
    for scope, place in _asked(places):
        live, withdrawn = in_feed(
            tx,
            place,
            now=now,
            tombstones_since=now - TOMBSTONES,
            limit=scope.limit,
        )
        named = _named(scope, place, live, withdrawn, policy)
        for form in FEEDS.values():
            files += render(form, named, live, withdrawn)
        if scope is EVERYTHING:
            alerts, retractions = len(live), len(withdrawn)
    paths = {file.path for file in files}
    ended = [path for each in ids for path in (cap_path(each), detail_path(each))]
    return Rendered(
        files=tuple(with_compressed(files)),
        gone=tuple(path for path in ended if path not in paths),
        left_out=len(left - over),
        alerts=alerts - len({a for a in left if a not in over}),
        retractions=retractions,
    )


def _asked(places: Iterable[tuple[str, str, str]]) -> Iterator[tuple[Scope, Place]]:
    """Yield every feed's scope, without its name, and where its alerts come from."""
    places = sorted(places)
    yield EVERYTHING, Place()
    for agency_id, area_id in sorted({(a, b) for a, b, _ in places if b}):
        area = Area(area_id=area_id, name="", polygons=())
        yield area_scope(agency_id, area), Place(agency_id=agency_id, area_id=area_id)
    for category in sorted({c for _, _, c in places if c}):
        yield category_scope(Category(category), ""), Place(category=category)
    for agency_id in sorted({a for a, _, _ in places}):
        yield agency_scope(agency_id, ""), Place(agency_id=agency_id)


def _named(
    scope: Scope,
    place: Place,
    live: Sequence[Alert],
    withdrawn: Sequence[Retraction],
    policy: Policy,
) -> Scope:
    """Return the scope with its name, which its own alerts tell; an empty area has its id."""
    name = ""
    if place.area_id:
        name = live[0].facts.area.name if live else place.area_id
    elif place.category:
        name = policy.categories[Category(place.category)].label
    elif place.agency_id:
        telling: tuple[Alert | Retraction, ...] = (*live, *withdrawn)
        name = telling[0].agency_name if telling else place.agency_id
    return Scope(folder=scope.folder, name=name, limit=scope.limit) if name else scope


def _render(
    form: Format,
    scope: Scope,
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    *,
    site: Site,
    now: datetime,
    without: Collection[str],
    left: set[str],
) -> tuple[PublicFile, ...]:
    """Render one format; what it cannot carry is left out and its id added to ``left``."""
    shown = [each for each in alerts if each.alert_id not in without]
    try:
        return form.render(shown, retractions, site=site, at=now, scope=scope)
    except Refused:
        fit = [each for each in shown if _carried(form, [each], [], site, now)]
        gone = [each for each in retractions if _carried(form, [], [each], site, now)]
        left |= {each.alert_id for each in shown} - {each.alert_id for each in fit}
        left |= {each.alert_id for each in retractions} - {each.alert_id for each in gone}
        return form.render(fit, gone, site=site, at=now, scope=scope)


def _carried(
    form: Format,
    alerts: Sequence[Alert],
    retractions: Sequence[Retraction],
    site: Site,
    now: datetime,
) -> bool:
    try:
        form.render(alerts, retractions, site=site, at=now)
    except Refused:
        return False
    return True
