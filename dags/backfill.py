"""Backfill: walk a stretch of an agency's past, day by day, once a person has said yes.

Trigger it with a form: the agency, the first and the last day, and a folder of exported files, or
none to walk what was received on those days by today's rules. `plan` says in its log which days
there are, `gate` waits for a person (nobody's silence is a yes), `walk` is mapped over stretches of
days in their order, and `balance` checks that nothing was lost. A stretch can be cleared and run
again: what is saved is not walked twice, what was decided stays, and nothing is published by it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, task

STRETCHES = 12  # each is a task; a wide map is slow to schedule


@dag(
    dag_id="blotter_backfill",
    description="Walk an agency's past",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=7),
    default_args={"owner": "data-engineering", "retries": 2, "retry_delay": timedelta(seconds=5)},
    params={
        "agency": Param(
            type="string",
            pattern="^[a-z0-9][a-z0-9-]*$",
            maxLength=64,
            title="Agency",
            description="Folder name of the agency, such as juniper-falls-pd.",
        ),
        "since": Param(type="string", format="date", title="First day"),
        "until": Param(type="string", format="date", title="Last day"),
        "archive": Param(
            default=None,
            type=["null", "string"],
            title="Archive",
            description="Folder of files that each have a day in their names; empty: what came.",
        ),
        "workers": Param(default=1, type="integer", minimum=1, maximum=16, title="Processes"),
    },
    tags=["blotter", "by-hand"],
    doc_md=__doc__,
)
def blotter_backfill() -> None:
    """Wire the four tasks."""

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=10))
    def plan(params: Any = None) -> list[list[str]]:
        """Return the stretches of days that hold something, first and last day of each."""
        from blotter_tasks import Fence, past_of, settings

        from pipeline.usecases.backfill import stretches

        with Fence():
            return [
                [first.isoformat(), last.isoformat()]
                for first, last in stretches(settings(), most=STRETCHES, **past_of(params))
            ]

    gate = ApprovalOperator(
        task_id="gate",
        subject="Walk the days that `plan` found?",
        body="What is saved stays saved. The log of `plan` and the run's form say what is asked.",
        response_timeout=timedelta(days=3),  # then it fails: there is no default
        retries=0,
    )

    @task(
        multiple_outputs=False,
        max_active_tis_per_dagrun=1,
        execution_timeout=timedelta(hours=12),
    )
    def walk(stretch: list[str], params: Any = None) -> dict[str, int]:
        """Walk one stretch; those before it are walked already."""
        from blotter_tasks import Fence, past_of, refuse, settings, utc_now

        from pipeline.usecases.backfill import backfill, in_all

        past = past_of({**params, "since": stretch[0], "until": stretch[1]})
        with Fence():
            found = backfill(settings(), now=utc_now(), workers=params["workers"], **past)
        refuse({params["agency"]: found.stopped} if found.stopped else {})
        return {"payloads": sum(day.payloads for day in found.days), **in_all(found)}

    @task(multiple_outputs=False, retries=0, execution_timeout=timedelta(minutes=5))
    def balance(params: Any = None) -> dict[str, bool]:
        """Fail when a received record of this agency is unaccounted for."""
        from blotter_tasks import require_balance

        require_balance(params["agency"])
        return {"balanced": True}

    planned = plan()
    walked = walk.expand(stretch=planned)
    planned >> gate >> walked >> balance()


blotter_backfill()
