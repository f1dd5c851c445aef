"""Upkeep: every hour, destroy what may no longer be kept.

`expire` shreds the keys of payloads whose retention has ended, and ends alerts whose time is over,
as the publication policy says. Pruning Airflow's own metadata is not done here, since a task has
no access to Airflow's database: the supervisor does it once a day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="blotter_upkeep",
    description="Shred what has expired",
    schedule=timedelta(hours=1),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "compliance", "retries": 3, "retry_delay": timedelta(seconds=30)},
    tags=["blotter", "upkeep"],
    doc_md=__doc__,
)
def blotter_upkeep() -> None:
    """Wire the one task."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def expire() -> dict[str, int]:
        """Destroy what is past its retention."""
        from blotter_tasks import Fence, present, settings

        from pipeline.usecases.expire import expire_due

        with Fence():
            report = expire_due(settings(), now=present())
        return {"shredded": report.shredded, "alerts": report.alerts}

    expire()


blotter_upkeep()
