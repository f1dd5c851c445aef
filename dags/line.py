"""The line: twice a minute, from the agencies' feeds to the published alerts.

`poll` lands what is new, `walk` takes landed payloads the whole way to the editors' queue, and
`along` begins with that while the poll goes on, so that nobody waits for the slowest agency.
`publish` sends out what editors decided, `seal` signs the log of all that, and `balance` checks
that nothing was lost.

Each task is one use case that picks its work from Blotter's own database, so a retry or a second
run redoes nothing. One agency's trouble is a warning in the log and a count, and stops nobody
else. A task that fails says why in its log, without any record text; `publish` runs all the same,
since a retraction must not wait for a feed, and the run is red. Between the tasks travel counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, AssetAlias, TriggerRule, dag, task

AGENCY_PAYLOADS = AssetAlias("agency_payloads")
SHARDS = 2


@dag(
    dag_id="blotter_line",
    description="Pull, walk, publish, seal, balance",
    schedule=timedelta(seconds=30),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(seconds=5)},
    tags=["blotter", "line"],
    doc_md=__doc__,
)
def blotter_line() -> None:
    """Wire the six tasks."""

    @task(
        multiple_outputs=False, outlets=[AGENCY_PAYLOADS], execution_timeout=timedelta(minutes=10)
    )
    def poll(run_id: Any = None, ti: Any = None, outlet_events: Any = None) -> dict[str, int]:
        """Land what is new at every agency; tell Airflow which agencies had news."""
        from blotter_tasks import Fence, began_before, connections, settings, utc_now, warn_of

        from pipeline.usecases.pull import pull_agencies

        with Fence():
            report = pull_agencies(
                settings(),
                run_id=run_id,
                now=utc_now(),
                since=began_before(ti),
                connections=connections(),
            )
        for agency, landed in sorted(report.per_agency.items()):
            if landed:
                asset = Asset(f"payloads_{agency}", uri=f"x-blotter://agency/{agency}")
                outlet_events[AGENCY_PAYLOADS].add(asset, extra={"payloads": landed})
        warn_of(report.failures)
        return {"landed": len(report.landed), "failures": len(report.failures)}

    @task(multiple_outputs=False, retries=0, execution_timeout=timedelta(minutes=10))
    def along(ti: Any = None) -> dict[str, int]:
        """Walk what the poll lands, while it goes on."""
        from blotter_tasks import Fence, ended, settings, utc_now, walked

        from pipeline.usecases.walk import walk_along

        with Fence():
            over = ended(ti, "poll", patience=timedelta(seconds=10))
            report = walk_along(settings(), clock=utc_now, over=over)
        counts: dict[str, int] = walked(report)
        return counts

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def walk(shard: int) -> dict[str, int]:
        """Walk every landed payload of the agencies that belong to this shard."""
        from blotter_tasks import Fence, settings, utc_now, walked

        from pipeline.usecases.walk import walk_landed

        with Fence():
            report = walk_landed(settings(), now=utc_now(), shard=shard, of=SHARDS)
        counts: dict[str, int] = walked(report)
        return counts

    @task(
        multiple_outputs=False,
        trigger_rule=TriggerRule.ALL_DONE,
        execution_timeout=timedelta(minutes=10),
    )
    def publish() -> dict[str, int]:
        """Publish and retract what is due."""
        from blotter_tasks import publish_now

        counts: dict[str, int] = publish_now()
        return counts

    @task(
        multiple_outputs=False,
        trigger_rule=TriggerRule.ALL_DONE,
        execution_timeout=timedelta(minutes=10),
    )
    def seal() -> dict[str, int]:
        """Integrate what was written into the log, and publish a signed checkpoint."""
        from blotter_tasks import Fence, settings, utc_now, warn_of

        from pipeline.usecases.seal import seal_log

        with Fence():
            report = seal_log(settings(), now=utc_now())
        warn_of(report.problems)
        return {"size": report.size, "added": report.added}

    @task(multiple_outputs=False, retries=0, execution_timeout=timedelta(minutes=5))
    def balance() -> dict[str, bool]:
        """Fail when a received record is unaccounted for."""
        from airflow.providers.common.compat.sdk import AirflowFailException
        from blotter_tasks import Fence, settings, utc_now

        from pipeline.usecases.ledger import ledger_report

        with Fence():
            report = ledger_report(settings(), now=utc_now())
        if not report.balanced:
            raise AirflowFailException("the ledger does not balance; run: blotter ledger")
        return {"balanced": True}

    polled, beside = poll(), along()
    walked = walk.expand(shard=list(range(SHARDS)))
    published = publish()
    sealed = seal()
    polled >> walked >> published >> sealed
    beside >> published  # nothing else: what it leaves undone is the walk's, and makes no run red
    [polled, walked, published, sealed] >> balance()


blotter_line()
