"""Backfill: walk a stretch of an agency's past, day by day, once a person has said yes.

Trigger it with a form: the agency, the first and the last day, and a folder of exported files, or
none to walk what was received on those days by today's rules. `plan` finds which days there are,
`figures` walks a sample on trial, `gate` shows that to a person (silence is no yes), `walk` is
mapped over stretches of days in their order, and `balance` checks that nothing was lost. A stretch
can be cleared and run again: what is saved is not walked twice, what was decided stays, and nothing
is published by it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from blotter_provider.forms import agency_param
from blotter_provider.gates import PersonGate

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
        "agency": agency_param(),
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
    tags=["blotter", "by-hand", "asks-people"],
    doc_md=__doc__,
)
def blotter_backfill() -> None:
    """Wire the five tasks."""

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

    @task(multiple_outputs=False, execution_timeout=timedelta(minutes=30))
    def figures(params: Any = None) -> dict[str, Any]:
        """Return what is shown: how much there is, and how a sample of it ends on trial."""
        from blotter_tasks import Fence, past_of, settings, utc_now

        from pipeline.usecases.past_figures import days_asked, told

        with Fence():
            found = days_asked(settings(), now=utc_now(), **past_of(params))
        return {"subject": found.agency_id, "text": told(found), "settled": {}}

    gate = PersonGate(
        task_id="gate",
        asked_by="figures",
        subject="Walk these days?",
        answer_within=timedelta(days=3),  # then it fails: there is no default
    )

    @task(
        multiple_outputs=False,
        max_active_tis_per_dagrun=1,
        execution_timeout=timedelta(hours=12),
    )
    def walk(stretch: list[str], ti: Any = None, params: Any = None) -> dict[str, int]:
        """Walk one stretch; those before it are walked already."""
        from blotter_tasks import Fence, past_of, refuse, settings, utc_now, yes_of

        from pipeline.usecases.backfill import backfill, in_all

        yes_of(ti, "gate")
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
    planned >> figures() >> gate >> walked >> balance()


blotter_backfill()
