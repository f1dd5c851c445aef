"""Deliver: every half minute, send what is queued to webhooks, readers and hubs.

`deliver` gathers the digests whose time has come and tries every message that is due once; what
fails is due again later, by the schedule of its channel. It stands apart from the line, so that a
receiver that answers slowly never keeps a feed or a publication waiting. A retraction is first in
the queue, and the line publishes it within a minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="blotter_deliver",
    description="Send what is queued",
    schedule=timedelta(seconds=30),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(seconds=5)},
    tags=["blotter", "deliver"],
    doc_md=__doc__,
)
def blotter_deliver() -> None:
    """Wire the one task."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def deliver() -> dict[str, int]:
        """Send what is due; how many readers were written to is told to nobody."""
        from blotter_tasks import Fence, present, settings

        from pipeline.usecases.deliver import deliver_due

        with Fence():
            report = deliver_due(settings(), now=present())
        sent = {f"{c}-{state}": n for (c, state), n in report.ended.items() if c != "mail"}
        return {"interrupted": report.interrupted, **sent}

    deliver()


blotter_deliver()
