"""Says which pages of the public site a change touches, and renders just those; or all.

In go the database's present state and what is due; out come rendered files and the names of those
that end. What no alert changes (partners, policy, statistics) is rendered when its digest changed.
An alert no page can carry is left out, as everywhere. Writing is ``public_folder``'s part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from pipeline.adapters.log_keys import read_log_keys
from pipeline.adapters.store import Tx
from pipeline.adapters.store.alerts import TOMBSTONES
from pipeline.adapters.store.feeds_state import Due, Place, messages_of
from pipeline.adapters.store.site_state import (
    all_alerts,
    changed_lately,
    changed_since_told,
    corrected_versions,
    first_days,
    first_told_on,
    listed_in,
    live_counts,
)
from pipeline.model import Alert, Area, Category, Refused, Retraction
from pipeline.policies import load_policy, shipped_policies
from pipeline.publish import PublicFile
from pipeline.publish.channel import plain
from pipeline.publish.proof_page import proof_files
from pipeline.site import api, news
from pipeline.site.assets import read_zips
from pipeline.site.facts import Whole
from pipeline.site.news import Listing
from pipeline.site.rows import LISTED
from pipeline.site.whole import OWNED, site_files, standing_pages
from pipeline.site.words import LANGUAGES, tongue
from pipeline.usecases.agreements import public_statements
from pipeline.usecases.month_tables import all_months, last_month
from pipeline.usecases.partners import partners_of
from pipeline.usecases.resources import current_policy, site_of
from pipeline.usecases.settings import SAMPLES, Settings
from pipeline.usecases.site_digest import digest_of, remembered

__all__ = ["Pages", "all_pages", "standing_due", "touched_pages", "whole_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Files to write, names to remove, and the digest to remember once that is done."""

    files: tuple[PublicFile, ...]
    gone: tuple[str, ...]
    digest: str


def whole_of(tx: Tx, settings: Settings, now: datetime) -> Whole:
    """Return what every page may need and no alert changes; of counts, those of one month.

    Earlier months never change, so the digest need not hold them; who writes statistics reads all.
    """
    policy = current_policy(settings)
    history = [load_policy(each) for each in shipped_policies() if each < policy.version]
    keys = read_log_keys(settings.log_key).public if settings.log_key.exists() else ()
    return Whole(
        site=site_of(settings),
        partners=partners_of(tx, settings, policy, now),
        policies=(*history, policy),
        months=all_months(tx, last_month(now)),
        keys=tuple(str(key) for key in keys),
        mail_page=settings.subscriptions_url,
        invented=settings.agencies.resolve() == SAMPLES,
    )


def standing_due(tx: Tx, settings: Settings, now: datetime) -> bool:
    """Return whether what no alert changes is other than what the folder has."""
    return remembered(settings) != digest_of(whole_of(tx, settings, now), settings, now)


def all_pages(tx: Tx, settings: Settings, *, now: datetime, without: Collection[str] = ()) -> Pages:
    """Render the whole site; every other file it owns is to go."""
    whole = replace(whole_of(tx, settings, now), months=all_months(tx))
    alerts, gone = all_alerts(tx, since=now - TOMBSTONES)
    shown = _fit(alerts, without)
    files = (
        *site_files(
            whole,
            shown,
            gone,
            at=now,
            zips=_zips(settings),
            corrected=corrected_versions(tx, [each.alert_id for each in shown]),
        ),
        *_script(whole),
        *public_statements(settings),
    )
    wanted = {file.path for file in files}
    owned = {
        path.relative_to(settings.public).as_posix()
        for pattern in OWNED
        for path in settings.public.glob(pattern)
        if path.is_file()
    }
    digest = digest_of(whole_of(tx, settings, now), settings, now)
    return Pages(files=files, gone=tuple(sorted(owned - wanted)), digest=digest)


def touched_pages(
    tx: Tx,
    settings: Settings,
    due: Sequence[Due],
    *,
    now: datetime,
    without: Collection[str] = (),
) -> Pages:
    """Render the pages of alerts that are due, and every page they stand or stood on."""
    whole = whole_of(tx, settings, now)
    files: list[PublicFile] = []
    gone: list[str] = []
    digest = digest_of(whole, settings, now)
    if remembered(settings) != digest:
        counted = replace(whole, months=all_months(tx))
        files += [*standing_pages(counted, _zips(settings), now), *_script(whole)]
        files += public_statements(settings)
        files += _days_over(tx, whole, settings, now, without)
        gone += _days_gone(settings, now)
    ids = sorted({each.alert_id for each in due})
    files += _messages(tx, whole, ids, now, without)
    files += _lists(tx, whole, due, now, without)
    files += _days(tx, whole, due, now, without)
    # What was written twice is the same: the days of one that is due, and of a day just over.
    once = {file.path: file for file in files}
    own = [news.alert_page(each) for each in ids]
    # Of an agency whose folder is gone nothing can be rendered: what its page told must not stay.
    own += [news.agency_page(e) for e in {each.agency_id for each in due} - set(whole.partners)]
    ended = [f"{tongue(code).prefix}{page}" for page in own for code in LANGUAGES]
    gone += [each for each in ended if each not in once]
    return Pages(files=tuple(once.values()), gone=tuple(gone), digest=digest)


def _messages(
    tx: Tx, whole: Whole, ids: Sequence[str], now: datetime, without: Collection[str]
) -> Iterator[PublicFile]:
    told, gone = messages_of(tx, ids, tombstones_since=now - TOMBSTONES)
    corrected = corrected_versions(tx, ids)
    for alert in _fit(told, without):
        versions = corrected.get(alert.alert_id, frozenset())
        yield from news.alert_pages(whole, alert, now, versions)
    for each in gone:
        yield from news.tombstone_pages(whole, each)


def _lists(
    tx: Tx, whole: Whole, due: Sequence[Due], now: datetime, without: Collection[str]
) -> Iterator[PublicFile]:
    """Yield home, corrections, the newest of everything, and lists of places that are due."""
    live = live_counts(tx, now, without)

    def listing(place: Place, limit: int = LISTED) -> Listing:
        told, over = listed_in(tx, place, now=now, limit=limit)
        return Listing(live=_fit(told, without), over=_fit(over, without))

    newest = listing(Place(), api.NEWEST)
    yield from news.home_pages(whole, newest, live, now)
    yield api.alerts_file(whole, newest.live)
    yield api.changes_file(whole, *_lately(tx, now, without), now)
    yield from _corrections(tx, whole, now, without)
    for agency_id in sorted({each.agency_id for each in due}):
        partner = whole.partners.get(agency_id)
        if partner is not None:
            here = listing(Place(agency_id=agency_id))
            yield from news.agency_pages(whole, partner, here, live, now)
    for agency_id, area_id in sorted({(e.agency_id, e.area_id) for e in due if e.area_id}):
        here = listing(Place(agency_id=agency_id, area_id=area_id))
        area = _area(whole, agency_id, area_id, here)
        yield from news.area_pages(whole, agency_id, area, here, now)
    kinds = {each.category for each in due} | {each.was_category for each in due}
    for category in sorted(kinds - {""}):
        here = listing(Place(category=category))
        yield from news.category_pages(whole, Category(category), here, now)


def _lately(
    tx: Tx, now: datetime, without: Collection[str]
) -> tuple[tuple[Alert, ...], list[Retraction]]:
    told, gone = changed_lately(tx, since=now - TOMBSTONES, limit=api.NEWEST)
    return _fit(told, without), gone


def _corrections(
    tx: Tx, whole: Whole, now: datetime, without: Collection[str]
) -> Iterator[PublicFile]:
    changed, gone = changed_since_told(tx, since=now - TOMBSTONES, limit=2 * LISTED)
    fit = _fit(changed, without)
    corrected = corrected_versions(tx, [each.alert_id for each in fit])
    yield from news.corrections_pages(whole, fit, gone, corrected, now)


def _days(
    tx: Tx, whole: Whole, due: Sequence[Due], now: datetime, without: Collection[str]
) -> Iterator[PublicFile]:
    """Yield the files of days that are over and hold other words now: not for each end.

    A first version counts too: what was kept back is told when its day may be over.
    """
    changed = [e.alert_id for e in due if e.in_words or e.state in ("retracted", "counted")]
    for day in sorted(first_days(tx, changed)):
        if api.kept_day(date.fromisoformat(day), now):
            yield api.day_file(whole, day, _fit(first_told_on(tx, day), without))


def _days_over(
    tx: Tx, whole: Whole, settings: Settings, now: datetime, without: Collection[str]
) -> Iterator[PublicFile]:
    """Yield the file of each day that has none yet, and the list of them."""
    kept = []
    for day in _kept_days(now):
        name = day.isoformat()
        there = (settings.public / api.day_path(name)).is_file()
        alerts = () if there else _fit(first_told_on(tx, name), without)
        if alerts:
            yield api.day_file(whole, name, alerts)
        if there or alerts:
            kept.append(name)
    yield api.days_file(kept)


def _days_gone(settings: Settings, now: datetime) -> list[str]:
    """Return the files of days of which only counts may remain; what others put there stays."""
    stems = [path.stem for path in settings.public.glob(api.day_path("????-??-??"))]
    kept = {day.isoformat() for day in _kept_days(now)}
    return [api.day_path(stem) for stem in stems if stem not in kept]


def _kept_days(now: datetime) -> Iterator[date]:
    today = now.astimezone(UTC).date()
    days = (date.fromordinal(today.toordinal() - age) for age in range(1, 31))
    return (day for day in days if api.kept_day(day, now))


def _area(whole: Whole, agency_id: str, area_id: str, listing: Listing) -> Area:
    """Return an area as the agency publishes it, or as its newest alert has it."""
    partner = whole.partners.get(agency_id)
    known = {each.area_id: each for each in partner.areas} if partner is not None else {}
    if area_id in known:
        return known[area_id]
    told = (*listing.live, *listing.over)
    return told[0].facts.area if told else Area(area_id=area_id, name=area_id, polygons=())


def _fit(alerts: Iterable[Alert], without: Collection[str]) -> tuple[Alert, ...]:
    """Return the alerts that pages can carry and may show."""
    return tuple(each for each in alerts if each.alert_id not in without and _carried(each))


def _carried(alert: Alert) -> bool:
    try:
        plain(alert)
    except Refused:
        return False
    return True


def _script(whole: Whole) -> tuple[PublicFile, ...]:
    """Return the program of the page that verifies receipts; the page itself is the site's."""
    return tuple(file for file in proof_files(whole.keys) if file.path.endswith(".js"))


def _zips(settings: Settings) -> dict[str, tuple[float, float]]:
    return {} if settings.zips is None else read_zips(settings.zips)
