"""Watch: every five minutes, look whether the line is as it should be.

`watch` compares queues, lags, the log, retention and each feed with its own rhythm, learnt from
four weeks by hour of the week, and logs a line for each alarm. Where an address is set it mails one
roll-up: when something new is wrong, each hour while it lasts, and once when all is well. It stands
apart from the line, so that it also tells when the line hangs. The run is green whatever it finds:
an alarm is about the line, a red run about the watch.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="blotter_watch",
    description="Look for what is wrong",
    schedule=timedelta(minutes=5),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args={"owner": "data-engineering", "retries": 1, "retry_delay": timedelta(seconds=30)},
    tags=["blotter", "watch"],
    doc_md=__doc__,
)
def blotter_watch() -> None:
    """Wire the one task."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=5))
    def watch() -> dict[str, int]:
        """Look once; agencies in trouble are counted, and named in the log."""
        from blotter_tasks import Fence, settings, utc_now, warn_of

        from pipeline.usecases.alarms import watch as look

        with Fence():
            report = look(settings(), now=utc_now())
        warn_of({alarm.code: str(alarm) for alarm in report.alarms})
        return {"alarms": len(report.alarms)}

    watch()


blotter_watch()
