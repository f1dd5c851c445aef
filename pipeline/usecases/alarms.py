"""Says what is wrong with the line now, and tells it once: one mail for all agencies.

In go figures and each feed's rhythm, out come alarms by code; each code is a part of
``docs/runbooks/alarms.md``. A mail goes when something new is wrong, again each hour while it
lasts, and once when all is well. It names agencies and counts, never a word of a feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from html import escape
from pathlib import Path
from uuid import uuid4

import orjson

from pipeline.adapters.durable import make_folder, replace_file
from pipeline.adapters.mail_sender import Mail, MailSender
from pipeline.adapters.store.day_counts import calls_since
from pipeline.agencies import Agency
from pipeline.model import LedgerState
from pipeline.model.figures import AgencyFigures, Figures
from pipeline.model.rhythm import Freshness
from pipeline.usecases.catalog import load_catalog
from pipeline.usecases.figures import figures
from pipeline.usecases.late_feeds import late_feeds
from pipeline.usecases.resources import open_database
from pipeline.usecases.settings import Settings
from pipeline.usecases.walk_batch import NOT_OF_THE_FEED

__all__ = ["Alarm", "Level", "WatchReport", "alarms", "watch"]

_REPEAT = timedelta(hours=1)
_NAMED = 20
_SOME = 50
_LOOKS = 5  # fewer say nothing of a feed
_MUCH_QUARANTINED = 5
_UPKEEP_SECONDS = 7_200
"""What is due is destroyed each hour: a second hour is for a run that is tried again."""


class Level(StrEnum):
    """How much it matters: look today, or now."""

    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong. ``code`` is its anchor in the runbook; ``agencies`` may be empty.

    ``detail`` says how much, in numbers and our own words.
    """

    code: str
    level: Level
    agencies: tuple[str, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        names = ", ".join(self.agencies[:_NAMED])
        more = len(self.agencies) - _NAMED
        return (
            f"{self.level.value}: {self.code}"
            + (f": {len(self.agencies)} of the agencies ({names}" if names else "")
            + (f" and {more} more" if more > 0 else "")
            + (")" if names else "")
            + (f": {self.detail}" if self.detail else "")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """What is wrong now, and how telling it went: a word, empty where nothing was to be told."""

    alarms: tuple[Alarm, ...]
    told: str = ""


def watch(
    settings: Settings,
    *,
    now: datetime,
    send: Callable[[Mail], str] | None = None,
) -> WatchReport:
    """Look at everything once; mail ``settings.alarms_to`` when there is news.

    Raises:
        StoreFailure, ConfigError: figures cannot be gathered. Then this itself is the alarm
            (``blotter-down``), and whoever runs it has to tell.
    """
    found = alarms(
        figures(settings, now=now),
        _late_feeds(settings, now),
        _files(settings),
        _calls(settings, now),
    )
    path = settings.home / "alarms.json"
    before = _read(path)
    if not _is_news(found, before, now):
        return WatchReport(alarms=found)
    told = ""
    if settings.alarms_to:
        told = (send or _sender(settings))(_mail(settings, found, now))
    if told in ("", "sent"):
        make_folder(path.parent)
        state = {"at": now.isoformat(), "alarms": {a.code: a.level.value for a in found}}
        replace_file(path, orjson.dumps(state))
    return WatchReport(alarms=found, told=told)


def alarms(
    now: Figures,
    late: Mapping[str, Freshness],
    files: Mapping[str, Agency],
    calls: Mapping[str, int] | None = None,
) -> tuple[Alarm, ...]:
    """Return what is wrong, errors first; ``late`` holds feeds whose silence is odd.

    ``calls`` are those of the last day, of agencies that were fed for longer than one.
    """
    on = [each for each in now.agencies if not (each.off or each.stopped)]
    found = [*_of_agencies(now, on, files), *_of_feeds(on, late), *_of_line(now)]
    found += [*_of_quarantine(now), *_of_receivers(now)]
    found += _of_days([each.agency_id for each in on], calls or {}, files)
    return tuple(sorted(found, key=lambda alarm: (alarm.level is not Level.ERROR, alarm.code)))


def _of_feeds(on: Sequence[AgencyFigures], late: Mapping[str, Freshness]) -> Iterator[Alarm]:
    """Yield silence at its higher level where some are silent: one alarm, whatever the number."""
    for freshness_, level in ((Freshness.SILENT, Level.ERROR), (Freshness.LATE, Level.WARNING)):
        names = tuple(e.agency_id for e in on if late.get(e.agency_id) is freshness_)
        if names:
            yield Alarm(code="feed-silent", level=level, agencies=names)
            return


def _of_days(
    on: Sequence[str], calls: Mapping[str, int], files: Mapping[str, Agency]
) -> Iterator[Alarm]:
    """Yield agencies whose last day had fewer or more calls than their files call normal."""
    few, many = [], []
    for name in on:
        if name in calls and name in files:
            least, most = files[name].bounds.calls_per_day
            few += [name] * (calls[name] < least)
            many += [name] * (calls[name] > most)
    for code, names in (("few-calls", few), ("many-calls", many)):
        if names:
            yield Alarm(code=code, level=Level.WARNING, agencies=tuple(names))


def _of_agencies(
    now: Figures, on: Sequence[AgencyFigures], files: Mapping[str, Agency]
) -> Iterator[Alarm]:
    for code, level, ids in (
        ("out-of-balance", Level.ERROR, [e.agency_id for e in now.agencies if e.difference]),
        ("walk-behind", Level.ERROR, [e.agency_id for e in on if now.age(e.oldest_waiting) > 600]),
        ("feeds-not-looked-at", Level.ERROR, [e.agency_id for e in on if _forgotten(now, e)]),
        ("feeds-failing", Level.WARNING, [e.agency_id for e in on if _never_came(e)]),
        ("held-share", Level.WARNING, [e.agency_id for e in on if _much_held(e, files)]),
        ("agency-broken", Level.ERROR, [e.agency_id for e in now.agencies if _in_the_way(e)]),
        ("agency-paused", Level.ERROR, [e.agency_id for e in now.agencies if e.paused]),
        ("agency-stopped", Level.WARNING, [e.agency_id for e in now.agencies if e.stopped]),
    ):
        if ids:
            yield Alarm(code=code, level=level, agencies=tuple(ids))


def _of_line(now: Figures) -> Iterator[Alarm]:
    for code, level, wrong in (
        ("withdrawal-late", Level.ERROR, now.age(now.oldest_withdrawal) > 120),
        ("publication-late", Level.ERROR, now.age(now.oldest_file_due) > 900),
        ("log-unsealed", Level.ERROR, now.age(now.oldest_unsealed) > 900),
        ("desk-behind", Level.WARNING, now.age(now.oldest_pending) > 3600),
        ("retention-late", Level.ERROR, now.age(now.oldest_retention_due) > _UPKEEP_SECONDS),
        ("backup-late", Level.ERROR, now.age(now.backup_due) > 0),
        ("switched-off", Level.WARNING, any(now.switches.values())),
    ):
        if wrong:
            yield Alarm(code=code, level=level)


def _of_quarantine(now: Figures) -> Iterator[Alarm]:
    """Yield payloads that nobody could read, where many came of late; what lies there, too."""
    names = tuple(each.agency_id for each in now.agencies if each.newly_quarantined)
    number = sum(each.newly_quarantined for each in now.agencies)
    if number > _MUCH_QUARANTINED:
        hours = int(now.age(now.oldest_quarantine) // 3600)
        detail = f"{number} in half an hour; {now.quarantine} lie there, the oldest for {hours} h"
        yield Alarm(code="quarantine", level=Level.WARNING, agencies=names, detail=detail)


def _of_receivers(now: Figures) -> Iterator[Alarm]:
    """Yield messages given up of late, by channel; of mail tens alone, and none below 20."""
    if now.given_up:
        told = ", ".join(f"{number} {channel}" for channel, number in sorted(now.given_up.items()))
        detail = f"{told} within an hour"
        yield Alarm(code="deliveries-given-up", level=Level.WARNING, detail=detail)


def _forgotten(now: Figures, each: AgencyFigures) -> bool:
    if each.every is None or each.last_look is None:
        return False
    return now.age(each.last_look) > 5 * each.every.total_seconds() + 120


def _never_came(each: AgencyFigures) -> bool:
    """Return whether a feed never brought anything and fails; of others ``late`` tells."""
    return each.last_landed is None and each.looks >= _LOOKS and each.failures * 2 > each.looks


def _in_the_way(each: AgencyFigures) -> bool:
    """Return whether a broken file stops a feed that nobody switched off meanwhile."""
    return each.broken and not each.off


def _much_held(each: AgencyFigures, files: Mapping[str, Agency]) -> bool:
    total = sum(each.records.values())
    agency = files.get(each.agency_id)
    if agency is None or total < _SOME:
        return False
    return each.records.get(LedgerState.HELD, 0) / total > agency.bounds.held_ratio


def _files(settings: Settings) -> Mapping[str, Agency]:
    return {str(each.agency_id): each for each in load_catalog(settings).agencies}


def _late_feeds(settings: Settings, now: datetime) -> Mapping[str, Freshness]:
    with open_database(settings) as store, store.read() as tx:
        return late_feeds(tx, _files(settings).values(), now)


def _calls(settings: Settings, now: datetime) -> Mapping[str, int]:
    with open_database(settings) as store, store.read() as tx:
        return calls_since(tx, now - timedelta(days=1), leave_out=NOT_OF_THE_FEED)


def _is_news(found: Sequence[Alarm], before: Mapping[str, object], now: datetime) -> bool:
    known = before.get("alarms")
    levels: Mapping[str, str] = known if isinstance(known, dict) else {}
    if not found:
        return bool(levels)
    risen = any(
        alarm.code not in levels
        or (alarm.level is Level.ERROR and levels[alarm.code] != Level.ERROR.value)
        for alarm in found
    )
    at = before.get("at")
    return risen or not isinstance(at, str) or now - datetime.fromisoformat(at) >= _REPEAT


def _read(path: Path) -> Mapping[str, object]:
    """Return what was told last; a file that is lost or damaged only means telling again."""
    try:
        state = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _mail(settings: Settings, found: Sequence[Alarm], now: datetime) -> Mail:
    errors = sum(alarm.level is Level.ERROR for alarm in found)
    subject = "Blotter: all is well again"
    if found:
        subject = f"Blotter: {errors} errors, {len(found) - errors} warnings"
    lines = [str(alarm) for alarm in found] or ["Nothing is wrong any more."]
    text = "\n".join(lines)
    return Mail(
        to=settings.alarms_to,
        sender=settings.mail.sender,
        message_id=f"{uuid4().hex}@blotter",
        subject=subject,
        plain=f"{text}\n\nWhat to do: docs/runbooks/alarms.md, a part for each.\n",
        html="".join(f"<p>{escape(line)}</p>" for line in lines),
        at=now,
    )


def _sender(settings: Settings) -> Callable[[Mail], str]:
    sender = MailSender.of(settings.mail)

    def send(mail: Mail) -> str:
        if sender is None:
            return "no-server"
        answer = asyncio.run(sender.send(mail))
        return "sent" if answer.status in range(200, 300) else answer.outcome

    return send
