"""A DAG without a fence, whose task fails while private text stands in its local variables."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task


@dag(dag_id="unfenced", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False)
def unfenced() -> None:
    @task
    def fail() -> None:
        from pipeline.model.sensitive import Sensitive

        # Written backwards: a traceback may quote this line, which is code and not private.
        narrative = "ylrevaw dlogiram rellac"[::-1]
        private = Sensitive(narrative)
        raise RuntimeError(f"no words of {private!r}")

    fail()


unfenced()
