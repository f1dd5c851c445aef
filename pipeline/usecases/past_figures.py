"""What a person looks at before much of the past is walked: how much, how a sample ends.

In: an agency and days, or its quarantine. Out: counts by state and code. Nothing is kept, landed or
published by looking. It must never return a record's text, a file's name or the name of a field:
what it returns is shown in Airflow to everybody who may open its pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from pipeline.adapters.store.feeding import Landed, payloads_of
from pipeline.agencies import Agency
from pipeline.model import BlotterError, ConfigError
from pipeline.usecases.backfill import archived_days, days_between
from pipeline.usecases.catalog import one_agency
from pipeline.usecases.dry_run import dry_run
from pipeline.usecases.figures_table import figures_table
from pipeline.usecases.land import body_of
from pipeline.usecases.quarantine import again_of
from pipeline.usecases.resources import Resources, open_resources
from pipeline.usecases.settings import Settings

__all__ = ["PastFigures", "days_asked", "quarantine_asked", "told"]

SAMPLE = 50  # payloads that are walked on trial


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFigures:
    """How much there is, and what became of the first payloads on trial.

    ``trial`` counts records by state and reason, ``refused`` payloads that cannot be read, by code.
    """

    agency_id: str
    what: str
    payloads: int
    tried: int
    trial: Mapping[str, int]
    refused: Mapping[str, int]


def days_asked(
    settings: Settings,
    agency_id: str,
    since: date,
    until: date,
    *,
    now: datetime,
    archive: Path | None = None,
) -> PastFigures:
    """Count what a backfill of these days would walk, and walk a sample of it on trial.

    Without an archive these are payloads received on these days whose bodies are kept.

    Raises:
        Refused, ConfigError, StoreFailure: as :func:`~pipeline.usecases.backfill.backfill`.
    """
    wanted = days_between(since, until)
    agency = one_agency(settings, agency_id)
    span = f"{since.isoformat()} to {until.isoformat()}"
    if archive is not None:
        by_day, _ = archived_days(archive)
        files = [file for day in wanted for file in by_day.get(day, ())]
        what = f"files of an archive, {span}"
        return _figures(settings, agency, what, len(files), _read(agency, files), now)
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            received = payloads_of(tx, agency.agency_id)
        zone = agency.timezone
        kept = [
            each
            for each in received
            if each.wrapped_key is not None
            and since <= each.received_at.astimezone(zone).date() <= until
        ]
        what = f"payloads received {span}"
        return _figures(settings, agency, what, len(kept), _opened(resources, kept), now)


def quarantine_asked(settings: Settings, agency_id: str, *, now: datetime) -> PastFigures:
    """Count what trying an agency's quarantine again would walk, and walk a sample on trial.

    Raises:
        ConfigError, StoreFailure: the agency or the database cannot be used.
    """
    agency = one_agency(settings, agency_id)
    with open_resources(settings, now=now) as resources:
        with resources.store.read() as tx:
            waiting = again_of(tx, agency.agency_id)
        bodies = _opened(resources, waiting)
        return _figures(settings, agency, "quarantined payloads", len(waiting), bodies, now)


def told(found: PastFigures) -> str:
    """Return what a person is shown, as Markdown: codes and numbers."""
    lines = [
        f"**{found.agency_id}**: {found.payloads} {found.what}.",
        "",
        f"The first {found.tried} of them on trial, by today's file and rules:",
        "",
        *figures_table("state and reason", "records", found.trial),
        "",
        *(
            f"{number} of them cannot be read: {code}"
            for code, number in sorted(found.refused.items())
        ),
        "",
        "What was decided stays decided, and nothing is published by it.",
    ]
    return "\n".join(lines)


def _figures(
    settings: Settings,
    agency: Agency,
    what: str,
    payloads: int,
    bodies: Iterator[bytes],
    now: datetime,
) -> PastFigures:
    sample = [(str(number), body) for number, body in enumerate(islice(bodies, SAMPLE))]
    trial = dry_run(settings, agency, sample, now=now)
    return PastFigures(
        agency_id=agency.agency_id,
        what=what,
        payloads=payloads,
        tried=len(sample),
        trial=trial.states,
        refused=trial.refused,
    )


def _read(agency: Agency, files: Sequence[Path]) -> Iterator[bytes]:
    """Yield bodies of files that are no larger than a payload."""
    try:
        for file in files:
            if file.stat().st_size <= agency.format.max_bytes:
                yield file.read_bytes()
    except OSError as error:
        # The name may hold private text, so the file goes unnamed.
        raise ConfigError(
            f"a file of the archive cannot be read ({error.strerror})",
            remedy="Check its permissions; run this again to go on",
        ) from None


def _opened(resources: Resources, payloads: Sequence[Landed]) -> Iterator[bytes]:
    """Yield bodies that the vault still gives."""
    for each in payloads:
        with suppress(BlotterError):
            yield body_of(resources, each)
