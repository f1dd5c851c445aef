"""Lands a call, or a request for assistance, that an agency's own people wrote.

In: who, and what the form says. Out: the payload it became. The text goes into the vault and
nowhere else; the walk redacts, classifies and places it by the same rules as the feed, and editors
decide. Must never make a candidate itself, and never show what was typed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from pipeline.adapters.store import Store, Tx
from pipeline.adapters.store.cases import calls_of_case, carrier
from pipeline.adapters.store.feed_history import Post, count_posts, newest_posts
from pipeline.adapters.store.figures import payloads_waiting
from pipeline.agencies import (
    APPEAL,
    BEFORE_CASE,
    POSTED,
    Agency,
    Appeal,
    appeal_of,
    case_refs,
    check_agreement,
    fold_call_type,
)
from pipeline.model import AgreementStopped, PayloadId, Refused, Sensitive
from pipeline.place import AreaMap, area_size, load_areas
from pipeline.usecases.cases import kept_back
from pipeline.usecases.catalog import agency_of, policy_of
from pipeline.usecases.land import land
from pipeline.usecases.pressure import full
from pipeline.usecases.resources import Resources, current_policy, open_resources
from pipeline.usecases.settings import Settings
from pipeline.usecases.switches import switchboard

__all__ = ["MOST_TEXT", "NOTHING", "Choices", "Draft", "choices", "choices_of", "post", "posts"]

MOST_TEXT = 2_000
"""Characters of a post's text."""

_MOST_AN_HOUR = 20
_OLDEST = timedelta(days=30)
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the form says. Times are as typed: local to the agency, to the minute."""

    asks: bool
    case: str
    call_type: str
    area: str
    began: str
    ended: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the form offers: call types as the agency writes them, areas by id and name.

    ``small`` holds the ids of areas in which help may be asked for (rule 20). ``closed`` says why
    nothing may be posted, and is empty where it may.
    """

    call_types: tuple[str, ...]
    areas: tuple[tuple[str, str], ...]
    small: frozenset[str]
    closed: str = ""


NOTHING = Choices(call_types=(), areas=(), small=frozenset(), closed="files")
"""What is offered where an agency's files are not here."""


def choices_of(settings: Settings, store: Store, agency_id: str) -> tuple[Agency, Choices]:
    """Return an agency and what its people may choose of.

    Raises:
        ConfigError: its files are not here, or cannot be used.
    """
    with store.read() as tx:
        agency = agency_of(settings, tx, agency_id)
    return agency, choices(settings, agency)


def choices(settings: Settings, agency: Agency) -> Choices:
    """Return what an agency's people may choose of.

    Raises:
        ConfigError: its areas cannot be read.
    """
    areas, appeal = _areas(settings, agency), Appeal()
    told = [area for area in areas.areas if area.area_id not in areas.too_small]
    return Choices(
        call_types=tuple(sorted(agency.call_types)),
        areas=tuple(sorted(((a.area_id, a.name) for a in told), key=lambda each: each[1])),
        small=frozenset(
            area.area_id for area in told if appeal.least <= area_size(area) <= appeal.most
        ),
        closed="" if "remarks" in agency.agreement.fields else "remarks",
    )


def posts(store: Store, agency_id: str) -> tuple[Post, ...]:
    """Return what became of the newest posts of an agency; nothing of what they say."""
    with store.read() as tx:
        return newest_posts(tx, agency_id, (POSTED, APPEAL), limit=_SHOWN)


def post(settings: Settings, agency_id: str, draft: Draft, *, by: str, now: datetime) -> PayloadId:
    """Land what somebody of the agency wrote; the next walk takes it up.

    Raises:
        Refused: the form is not right, too much was posted, the agency's feed is switched off, or
            its agreement does not cover today.
        ConfigError: the agency's files cannot be used.
        VaultFailure, StoreFailure: nothing was recorded.
    """
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            agency = agency_of(settings, tx, agency_id)
            _check_open(tx, agency, now)
        run_id = APPEAL if draft.asks else POSTED
        content = _content(draft, agency, choices(settings, agency), now, appeal_of(run_id))
        _check_case(resources, agency, content)
        body = orjson.dumps({"posts": [content]})
        payload_id, _ = land(
            resources, agency.agency_id, body, run_id=run_id, received_at=now, by=by
        )
    return payload_id


def _check_open(tx: Tx, agency: Agency, now: datetime) -> None:
    try:
        check_agreement(agency, now.astimezone(agency.timezone).date())
    except AgreementStopped:
        raise Refused("your agreement does not cover today; nothing can be posted") from None
    off = switchboard(tx).stops_feed(agency.agency_id)
    if off is not None or full(payloads_waiting(tx, agency.agency_id)):
        raise Refused("this feed is switched off, or too much waits; post it again later")
    runs = (POSTED, APPEAL)
    if count_posts(tx, agency.agency_id, runs, since=now - timedelta(hours=1)) >= _MOST_AN_HOUR:
        raise Refused("your agency posted too much within an hour; wait a little")


def _content(
    draft: Draft, agency: Agency, offered: Choices, now: datetime, appeal: Appeal | None
) -> Mapping[str, str]:
    """Return the one record of the payload, every value checked."""
    if offered.closed:
        raise Refused("your agreement does not let the desk read free text")
    case, text = " ".join(draft.case.split()), draft.text.strip()
    if not 1 <= len(case) <= 40:
        raise Refused("give the number of the case, 40 characters at most")
    if not 1 <= len(text) <= MOST_TEXT:
        raise Refused("say what happened, in 2,000 characters at most")
    if fold_call_type(draft.call_type) not in agency.call_types:
        raise Refused("choose one of your call types")
    if draft.area not in dict(offered.areas):
        raise Refused("choose one of your areas")
    began, ended = _time(draft.began, agency), _time(draft.ended, agency)
    if began is None or not now - _OLDEST <= began <= now:
        raise Refused("say when it began: within thirty days, and not in the future")
    if ended is not None and not began <= ended <= now:
        raise Refused("it cannot have ended before it began, or in the future")
    if appeal is not None:
        _check_appeal(draft.area, began, ended, offered, appeal)
    given = {
        "id": f"{BEFORE_CASE}{case}",
        "case": case,
        "call_type": draft.call_type,
        "area": draft.area,
        "opened_at": began.isoformat(),
        "closed_at": "" if ended is None else ended.isoformat(),
        "posted_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "text": text,
    }
    return {name: value for name, value in given.items() if value}


def _check_appeal(
    area: str, began: datetime, ended: datetime | None, offered: Choices, appeal: Appeal
) -> None:
    if ended is None or not appeal.shortest <= ended - began <= appeal.longest:
        raise Refused("a request for assistance asks about 15 minutes to 12 hours")
    if area not in offered.small:
        raise Refused("a request for assistance names an area of 0.025 to 0.5 square miles")


def _check_case(resources: Resources, agency: Agency, content: Mapping[str, str]) -> None:
    """Refuse a case that the feed showed to be nobody's business, or that it keeps back now."""
    began = datetime.fromisoformat(content["opened_at"])
    named = case_refs(agency, [Sensitive(content["case"])], began, seal=resources.seal)
    with resources.store.read() as tx:
        calls = [carrier(tx, ref) for ref in calls_of_case(tx, named)]
    if any(call.sensitive for call in calls):
        raise Refused("this case is never told; nothing of it can be posted")
    if any(kept_back(call) for call in calls):
        raise Refused("your feed keeps this case back as it stands; nothing of it can be posted")


def _time(text: str, agency: Agency) -> datetime | None:
    """Return a form's local time in UTC; None for an empty one."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        raise Refused("this is no time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=agency.timezone)
    return moment.astimezone(UTC)


def _areas(settings: Settings, agency: Agency) -> AreaMap:
    policy = policy_of(agency, current_policy(settings))
    return load_areas(agency.location.areas, minimum_radius_m=policy.minimum_area_radius_m)
