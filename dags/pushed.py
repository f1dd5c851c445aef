"""Pushed: walk what agencies pushed, within seconds of its arrival.

The receiver lands a payload, answers, and makes an event of the asset this DAG is scheduled on.
Events that come while a run goes on are one further run. `walk` asks the database what waits, so an
event lost costs a minute (the line walks it) and an event too many costs nothing; it stays some
seconds for what comes next. `publish` takes back what the walk found may no longer be public.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, TriggerRule, dag, task

PUSHED = Asset("blotter_pushed", uri="x-blotter://pushed")


@dag(
    dag_id="blotter_pushed",
    description="Walk what was pushed",
    schedule=[PUSHED],
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(seconds=5)},
    tags=["blotter", "line"],
    doc_md=__doc__,
)
def blotter_pushed() -> None:
    """Wire the two tasks."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def walk() -> dict[str, int]:
        """Walk the landed payloads of the agencies that have any, and those that come meanwhile."""
        from blotter_tasks import Fence, settings, utc_now, walked

        from pipeline.usecases.walk import walk_pushed

        with Fence():
            report = walk_pushed(settings(), clock=utc_now)
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

    walk() >> publish()


blotter_pushed()
