"""Measures publishing ten thousand alerts an hour over two thousand areas, the site included.

Fifty invented agencies of forty areas each, a stock of live alerts of which 167 end a minute, then
minutes of 167 new ones, each minute one run of ``publish_due`` as the DAG does it: released alerts
are given, everything after is real (ends, last look, feeds, pages, files flushed to disk, the log).
Printed is processor time a minute of alerts, and its share of one core.

``python benchmarks/site.py [STOCK] [MINUTES] [FIRST]``: FIRST alerts of the stock are there for
the first build, which renders everything; the rest is put in the database as told, which is quicker
and leaves the same work to a minute, since that renders what it touches from the database alone.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from elm_bluff import AGENCY  # noqa: E402

from pipeline.adapters.store.alerts import due_versions, mark_delivered, save_alert  # noqa: E402
from pipeline.model import AgencyId, Alert, AlertId, Area, PublicFacts, Release  # noqa: E402
from pipeline.policies import load_policy  # noqa: E402
from pipeline.publish.wording import proposed, window_words  # noqa: E402
from pipeline.usecases.publish import publish_due  # noqa: E402
from pipeline.usecases.resources import migrate, open_database  # noqa: E402
from pipeline.usecases.settings import Settings, load_settings  # noqa: E402

AGENCIES, AREAS, A_MINUTE = 50, 40, 167
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)


def square(agency: int, number: int) -> Area:
    """Return one of an agency's forty areas, about a mile across."""
    x = round(-110 + 0.6 * (agency % 10) + 0.02 * (number % 8), 5)
    y = round(32 + 0.6 * (agency // 10) + 0.02 * (number // 8), 5)
    ring = ((x, y), (x + 0.02, y), (x + 0.02, y + 0.02), (x, y + 0.02), (x, y))
    ring = tuple((round(a, 5), round(b, 5)) for a, b in ring)
    return Area(area_id=f"area-{number}", name=f"Area {number}", polygons=((ring,),))


def make_agencies(folder: Path) -> None:
    """Write the agencies' files."""
    for agency in range(AGENCIES):
        own = folder / f"agency-{agency}"
        (own / "payloads").mkdir(parents=True)
        about = {**AGENCY["about"], "name": f"Agency {agency}", "place": f"Town {agency}"}
        document = {**AGENCY, "id": own.name, "about": about}
        (own / "agency.yml").write_text(yaml.safe_dump(document, sort_keys=False))
        (own / "agreement.md").write_text("Nothing is given in return.\n")
        features = [
            {
                "type": "Feature",
                "properties": {"id": each.area_id, "name": each.name, "residences": 400},
                "geometry": {"type": "Polygon", "coordinates": each.polygons[0]},
            }
            for each in (square(agency, number) for number in range(AREAS))
        ]
        whole = {"type": "FeatureCollection", "features": features}
        (own / "areas.geojson").write_text(json.dumps(whole))


def alerts(count: int, sent: datetime, random: Random) -> Iterator[Alert]:
    """Yield new alerts of a moment, all over the country."""
    policy = load_policy()
    told = [c for c, rule in policy.categories.items() if rule.release is Release.CANDIDATE]
    for _ in range(count):
        agency, area = random.randrange(AGENCIES), None
        area = square(agency, random.randrange(AREAS))
        rule = policy.categories[random.choice(told)]
        start, end = sent - timedelta(minutes=90), sent - timedelta(minutes=60)
        headline, text = proposed(rule.label, area.name, window_words(start, end, UTC))
        facts = PublicFacts(
            category=rule.category,
            label=rule.label,
            area=area,
            earliest=start,
            latest=end,
            headline=headline,
            text=text,
        )
        yield Alert(
            alert_id=AlertId(secrets.token_hex(10)),
            agency_id=AgencyId(f"agency-{agency}"),
            agency_name=f"Agency {agency}",
            version=1,
            facts=facts,
            sent=sent,
            first_sent=sent,
            expires=sent + timedelta(hours=48),
        )


def put(settings: Settings, found: Iterator[Alert], *, told: bool = False) -> None:
    """Save alerts as released, due for the public folder or in it already."""
    with open_database(settings) as store, store.write() as tx:
        for each in found:
            save_alert(
                tx,
                each,
                incident_ref=f"incident-{each.alert_id}",
                candidate_id="",
                audit_index=0,
                channels=("files",),
            )
        if told:
            mark_delivered(tx, due_versions(tx), NOW)


def stock_of(count: int, random: Random) -> Iterator[Alert]:
    """Yield alerts of which a minute's worth ends in each minute that is measured."""
    for number in range(-(-count // A_MINUTE)):
        sent = NOW - timedelta(hours=48) + timedelta(minutes=number + 0.5)
        yield from alerts(min(A_MINUTE, count - number * A_MINUTE), sent, random)


def main(stock: int, minutes: int, first: int) -> None:
    """Print what each minute costs."""
    random = Random(1)  # noqa: S311 - invented
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_agencies(root / "agencies")
        places = {"HOME": root / "home", "AGENCIES": root / "agencies", "PUBLIC": root / "public"}
        settings = load_settings({f"BLOTTER_{key}": str(path) for key, path in places.items()})
        migrate(settings)
        found = stock_of(stock, random)
        put(settings, islice(found, first))
        timed(f"first build of {first}", settings, NOW)
        put(settings, found, told=True)
        spent = []
        for minute in range(1, minutes + 1):
            at = NOW + timedelta(minutes=minute)
            put(settings, alerts(A_MINUTE, at, random))
            spent.append(timed(f"minute {minute}", settings, at))
        mean = sum(spent) / len(spent)
        sys.stdout.write(f"{mean:.1f} s of a core a minute: {mean / 60:.0%}\n")


def timed(what: str, settings: Settings, at: datetime) -> float:
    """Publish once; print and return the seconds of processor time."""
    wall, busy = time.perf_counter(), time.process_time()
    report = publish_due(settings, now=at)
    busy, wall = time.process_time() - busy, time.perf_counter() - wall
    sys.stdout.write(
        f"{what}: {report.files_written} files, {busy:.1f} s processor, {wall:.1f} s in all\n"
    )
    sys.stdout.flush()
    return busy


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*given, *(20_000, 5, 3_000)[len(given) :])
